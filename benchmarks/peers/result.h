#ifndef PINMETRICS_BENCHMARKS_PEERS_RESULT_H_
#define PINMETRICS_BENCHMARKS_PEERS_RESULT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace pinmetrics::peers {

/// One row of the comparison.
struct Result {
  enum class Unit {
    kMs,             ///< A question, in milliseconds.
    kMsPerMillion,   ///< Appending, in milliseconds of processor time per million events.
    kBytesPerEvent,  ///< Its goal is not a ratio but bytes, at most.
  };

  std::string question = {};
  Unit unit = Unit::kMs;
  double pinmetrics = 0;
  double duckdb = 0;
  std::optional<double> goal = {};

  /// How many times less pinmetrics takes.
  double ratio() const { return duckdb / pinmetrics; }
  /// True without a goal.
  bool met() const;
};

/// The head of the table that goes to people, and a row of it. Each ends with a newline.
std::string TableHead();
std::string TableRow(const Result& result);

/// A JSON array of objects: `question`, `pinmetrics_ms`, `duckdb_ms`, `ratio`, `goal` (null if
/// there is none), `met`. Of appending the milliseconds are those of a million events. Bytes have
/// null for the times and the goal, and `pinmetrics_bytes_per_event`, `duckdb_bytes_per_event` and
/// `goal_bytes_per_event` beside them.
std::string ToJson(const std::vector<Result>& results);

/// Makes the folder, too.
absl::Status WriteFile(const std::string& path, const std::string& text);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_RESULT_H_
