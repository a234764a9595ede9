#ifndef PINMETRICS_BENCHMARKS_PEERS_QUESTION_H_
#define PINMETRICS_BENCHMARKS_PEERS_QUESTION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "benchmarks/peers/database.h"
#include "benchmarks/peers/workload.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"

namespace pinmetrics::peers {

using Answer = std::variant<Report, TopList, Overview>;

/// In how many groups the Pins of the grouped account are.
inline constexpr std::uint32_t kManyGroups = 2'000;

/// A question for both sides.
struct Question {
  std::string name = {};
  /// Whether it is about the account with `kManyGroups` product groups.
  bool grouped = false;
  /// How many times faster pinmetrics shall be, if there is such a goal.
  std::optional<double> goal = {};
  std::function<absl::StatusOr<Answer>(const Snapshot&, absl::Time now)> ask = {};
  /// Statements that answer the same together, one after the other.
  std::vector<std::string> sql = {};
  /// OK if both say the same, else what is different.
  std::function<absl::Status(const Answer&, const std::vector<Table>&)> check = {};
};

/// All questions about a workload, in the order of the table in the report.
std::vector<Question> MakeQuestions(const Workload& workload);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_QUESTION_H_
