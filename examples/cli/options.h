#ifndef PINMETRICS_EXAMPLES_CLI_OPTIONS_H_
#define PINMETRICS_EXAMPLES_CLI_OPTIONS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics::cli {

enum class Command { kOverview, kReport, kTopPins, kTopBoards };
enum class Format { kTable, kCsv, kJson, kPinterestJson, kHtml };
/// A table of an answer.
enum class Table { kSeries, kTotals, kTopPins, kTopBoards };
/// What answers: both give the same bytes.
enum class EngineName { kStore, kEvaluate };

/// What the tool is asked to do. The library's own types say what they can.
struct Options {
  Command command = Command::kOverview;
  /// Names of files, `-` for standard input; at most one of the two is.
  std::string pins;
  std::string events;
  absl::Time now;
  ReportingOptions reporting;
  Query query;
  Ranking ranking;
  Format format = Format::kTable;
  CsvOptions csv;
  /// The only table in the CSV; absent: all that the answer has.
  std::optional<Table> csv_table;
  /// Whether a file beside the CSV describes it. Then it has one table.
  bool csv_metadata = false;
  EngineName engine = EngineName::kStore;
  /// The name of a file; empty: standard output.
  std::string output;
  bool skip_refused = false;
};

/// True if help is asked for, whatever else is.
bool AsksForHelp(std::span<const std::string_view> arguments);

/// How the tool is used.
std::string HelpText();

/// Reads the command line behind the program's name. `clock` is now unless an option says so.
/// InvalidArgument names the option, what is wrong with it and what was expected.
absl::StatusOr<Options> ParseOptions(std::span<const std::string_view> arguments, absl::Time clock);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_OPTIONS_H_
