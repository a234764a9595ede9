#ifndef PINMETRICS_BENCHMARKS_PEERS_CLICKHOUSE_H_
#define PINMETRICS_BENCHMARKS_PEERS_CLICKHOUSE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace pinmetrics::peers {

struct HandComparisonOptions {
  std::uint64_t events = 0;
  int runs = 5;
  /// Questions whose name has this in it.
  std::string only = {};
  /// A server, or two that are the shards of a cluster `two`. What is in their databases
  /// `pinmetrics_bench` and `pinmetrics_by_hand` is dropped, before and after.
  std::vector<std::string> urls = {};
};

/// Loads the workload into our tables and into a plain one (clickhouse_sql.h), asks each question
/// of the engine and by hand over the same connection, and prints how long both take. An answer
/// that differs ends it with an error before anything is timed.
absl::Status CompareWithHand(const HandComparisonOptions& options);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_CLICKHOUSE_H_
