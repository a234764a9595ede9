#ifndef PINMETRICS_BENCHMARKS_PEERS_OPENING_H_
#define PINMETRICS_BENCHMARKS_PEERS_OPENING_H_

#include <string>

#include "absl/status/statusor.h"
#include "benchmarks/peers/database.h"
#include "benchmarks/peers/question.h"
#include "benchmarks/peers/result.h"
#include "benchmarks/peers/workload.h"

namespace pinmetrics::peers {

/// Of a workload that both sides keep in files: how long it takes to open them and to answer
/// `question` for the first time, under its name. The system has the files in memory, the process
/// has nothing of them. Writes `path`.folder and `path`.duckdb, in a folder that it makes, and
/// removes them; `database` has the tables of `LoadDatabase`.
absl::StatusOr<Result> CompareOpening(const Workload& workload, const Question& question,
                                      const std::string& path, int runs, Database& database);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_OPENING_H_
