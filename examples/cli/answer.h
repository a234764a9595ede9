#ifndef PINMETRICS_EXAMPLES_CLI_ANSWER_H_
#define PINMETRICS_EXAMPLES_CLI_ANSWER_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "examples/cli/options.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"

namespace pinmetrics::cli {

/// What a command answers.
struct Answer {
  std::variant<Overview, Report, TopList> figures;
  /// The same query split, for the page of an overview.
  std::vector<Report> splits = {};
  /// The days that it is compared with, and its top lists in other orders, for the page, too.
  std::optional<Report> before = {};
  std::vector<TopList> more_top_lists = {};
};

/// Asks an engine for what the command needs. Errors are the engine's.
absl::StatusOr<Answer> Ask(const Evaluation& evaluation, const Options& options);
absl::StatusOr<Answer> Ask(const Snapshot& snapshot, const Options& options);
absl::StatusOr<Answer> Ask(const ClickHouseEngine& cluster, const Options& options);

///@{
/// How the command is answered, for people: the tables that are read, the statements that are sent.
/// Asks to find out. Errors are the engine's.
absl::StatusOr<std::string> Explain(const Snapshot& snapshot, const Options& options);
absl::StatusOr<std::string> Explain(const ClickHouseEngine& cluster, const Options& options);
///@}

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_ANSWER_H_
