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
#include "pinmetrics/report/engine.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics::peers {

using Answer = std::variant<Report, TopList, Overview>;

/// In how many groups the Pins of the grouped account are.
inline constexpr std::uint32_t kManyGroups = 2'000;

/// What is asked of an engine of ours.
struct Asked {
  enum class Kind { kReport, kTopPins, kTopBoards, kOverview };

  Query query = {};
  Kind kind = Kind::kReport;
  Ranking ranking = {};

  template <Engine E>
  absl::StatusOr<Answer> Of(const E& engine, absl::Time now) const {
    switch (kind) {
      case Kind::kReport:
        return engine.Run(query, now);
      case Kind::kTopPins:
        return engine.TopPins(query, ranking, now);
      case Kind::kTopBoards:
        return engine.TopBoards(query, ranking, now);
      case Kind::kOverview:
        return engine.RunOverview(query, now);
    }
    return absl::InternalError("no such question");
  }
};

/// A question for both sides.
struct Question {
  std::string name = {};
  /// Whether it is about the account with `kManyGroups` product groups.
  bool grouped = false;
  /// How many times faster pinmetrics shall be, if there is such a goal.
  std::optional<double> goal = {};
  Asked asked = {};
  /// Statements of DuckDB that answer the same together, one after the other.
  std::vector<std::string> sql = {};
  /// The same of ClickHouse; empty where the question is not asked of it.
  std::vector<std::string> clickhouse_sql = {};
  /// OK if both say the same, else what is different.
  std::function<absl::Status(const Answer&, const std::vector<Table>&)> check = {};
};

/// All questions about a workload, in the order of the table in the report.
std::vector<Question> MakeQuestions(const Workload& workload);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_QUESTION_H_
