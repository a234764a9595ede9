#ifndef PINMETRICS_EXAMPLES_CLI_OPTIONS_H_
#define PINMETRICS_EXAMPLES_CLI_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/interval.h"
#include "pinmetrics/clickhouse/schema.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/export/page_language.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics::cli {

enum class Command {
  // Reports.
  kOverview,
  kReport,
  kTopPins,
  kTopBoards,
  // What is done with a folder that keeps logs.
  kLoad,
  kWithdraw,
  kSeal,
  kVerify,
  kCopy,
  // Prints the tables of a server.
  kSchema,
};
enum class Format { kTable, kCsv, kJson, kPinterestJson, kHtml };
/// A table of an answer.
enum class Table { kSeries, kTotals, kTopPins, kTopBoards };
/// What answers: both give the same bytes.
enum class EngineName { kStore, kEvaluate };

/// What the tool is asked to do. The library's own types say what they can.
struct Options {
  Command command = Command::kOverview;
  /// Names of files, `-` for standard input; at most one of the two is. For `load` one of them may
  /// be empty; for a report from a store both are.
  std::string pins;
  std::string events;
  /// The folder that keeps logs; empty if a report is made of files, or of a server.
  std::string store;
  /// The URL of a ClickHouse server; empty if the above is meant.
  std::string server;
  /// Its tables.
  ClickHouseSchemaOptions schema;
  std::optional<std::uint32_t> upgraded_from;  ///< The version of the tables that are there.
  std::string user;
  /// The name of a file; may be empty.
  std::string password_file;
  std::optional<AccountKey> account;
  absl::Time now;
  /// An account of a folder has its own zone; this is what a new one gets and, if it was named,
  /// what is expected of one that is there.
  ReportingOptions reporting;
  /// Absent: that of `last_days`, which depends on the zone.
  std::optional<DateRange> period;
  std::int64_t last_days = 30;
  /// Absent: days, and for a page what it shows best, which depends on the period.
  std::optional<Interval> interval;
  Query query;
  Ranking ranking;
  Format format = Format::kTable;
  EngineName engine = EngineName::kStore;
  CsvOptions csv;
  /// The only table in the CSV; absent: all that the answer has.
  std::optional<Table> csv_table;
  /// Whether a file beside the CSV describes it. Then it has one table.
  bool csv_metadata = false;
  bool compares = false;  ///< Asked to; an overview always does.
  /// What a page is written in, and whose figures it says they are. Null: English.
  const PageLanguage* language = nullptr;
  std::string account_name;
  bool skip_refused = false;
  /// Whether to tell how figures are found in place of them.
  bool explains = false;
  bool names_time_zone = false;
  /// Whether a load tells of each batch that is safe.
  bool acknowledges = false;
  /// The name of a file; empty: standard output.
  std::string output;

  // Of the commands that are no reports.
  /// How many rows of events are taken at once.
  std::size_t batch_rows = 10'000;
  /// The name of a file for events that were refused; may be empty.
  std::string refused;
  Durability durability = Durability::kSynced;
  /// The name of a file of event ids.
  std::string ids;
  /// The folder that a copy goes to.
  std::string copy;

  /// The account that a command works on which needs one.
  AccountKey account_or_default() const { return account.value_or(1); }
};

/// Sets the zone, and the query's period and interval.
void SetTimeZone(const absl::TimeZone& zone, Options& options);

/// True if help is asked for, whatever else is.
bool AsksForHelp(std::span<const std::string_view> arguments);

/// How the tool is used.
std::string HelpText();

/// Reads the command line behind the program's name. `clock` is now unless an option says so.
/// InvalidArgument names the option, what is wrong with it and what was expected.
absl::StatusOr<Options> ParseOptions(std::span<const std::string_view> arguments, absl::Time clock);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_OPTIONS_H_
