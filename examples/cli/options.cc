#include "examples/cli/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "examples/cli/files.h"
#include "examples/cli/instant_text.h"
#include "examples/cli/terminal_text.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/interval.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/clickhouse/schema.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics::cli {
namespace {

constexpr std::string_view kHelp =
    R"(pinmetrics <overview|report|top-pins|top-boards> --pins FILE --events FILE [options]
pinmetrics <overview|report|top-pins|top-boards> --store DIR [options]
pinmetrics load --store DIR --pins FILE --events FILE [options]
pinmetrics withdraw --store DIR --ids FILE [options]
pinmetrics seal --store DIR [options]
pinmetrics verify --store DIR
pinmetrics copy --store DIR --to DIR
pinmetrics schema [--database NAME] [--cluster NAME] [--replicated] [--from VERSION]
pinmetrics <overview|report|top-pins|top-boards|load|withdraw|seal> --server URL [options]

Reports on a business account from its Pins and the log of what people did with them: two files, a
folder that keeps them, or the tables of a ClickHouse server or cluster.

  --pins FILE                       the Pins as CSV; - reads standard input
  --events FILE                     the events as CSV; - reads standard input
  --store DIR                       instead: the folder that load put them into
  --server URL                      instead: the server's HTTP port, http://host:8123, see below
  --account N                       which account of these; default 1; seal of a folder: all
  --period 2026-10-01..2026-10-30   both ends included
  --last N                          instead: N days that end today; default 30
  --now 2026-11-23T12:00:00Z        the instant the report is made at, the log is loaded or its days
                                    are sealed; default: the system clock
  --time-zone Europe/Oslo           the zone of its days; default UTC, of a folder the one it has
  --filter 'device:mobile -gender:male'
                                    which events count; default all
  --include-saved                   count saved Pins too
  --real-time                       count days that are not final yet, as estimates
  --metrics saves,save_rate         which metrics; default all
  --split device                    report: one row for each value of a dimension
  --compare                         report: change against the period before; overview always has it
  --interval day|week|month         report, overview: what a row of the series is about; default day,
                                    html of more than 80 days: week; weeks begin on Monday, those of
                                    week_from_sunday on Sunday
  --language en|nb                  html: what the page is written in, English or Norwegian bokmål;
                                    default en
  --account-name TEXT               html: whose figures these are, heads the page
  --by saves                        top-pins, top-boards: what decides; default impressions
  --limit 10                        top-pins, top-boards: how many; default 10
  --created-in-last 30              top-pins, top-boards: only Pins created in the last N days
  --format FORMAT                   )";

constexpr std::string_view kHelpAfterFormats = R"(; default table,
                                    html for overview only
  --csv-delimiter semicolon         csv: )";

constexpr std::string_view kHelpAfterDelimiters = R"(; default comma
  --csv-line-end lf                 csv: )";

constexpr std::string_view kHelpAfterLineEnds = R"(; default crlf
  --csv-bom                         csv: begin with a byte-order mark, as Excel wants it
  --csv-table series                csv of report, overview: one table only, of
                                    )";

constexpr std::string_view kHelpAfterTables = R"(
  --csv-metadata                    csv of one table: describe it in OUTPUT-metadata.json, in the
                                    W3C's vocabulary for tables
  --output FILE                     default standard output; a file is replaced when all is written
  --engine ENGINE                   )";

constexpr std::string_view kHelpAfterEngines = R"(; default store
  --skip-refused                    report even if rows were refused
  --explain                         in place of figures, the tables of the folder that are read for
                                    them, or the statements that the server is sent
  --help                            show this

load keeps Pins and events in a folder, which it makes if it is not there; one of the two files may
be left out. What it took is there after a crash, and the same load started again takes the rest: of
the events' file it skips the longest beginning that was taken before, whatever --batch was then and
however the file has grown since, for 30 days and more.
  --batch N                         rows of events that are taken at once; default 10000, and the
                                    last of each 100000 rows ends a batch, too
  --acks                            print 'acknowledged N' whenever the first N rows are safe
  --refused FILE                    write the events that were refused, a log to be mended and loaded
  --durability synced|written       what safe is: on the disk, the default, or with the system, which
                                    survives the tool and not a power cut before its end
withdraw takes events back by their ids:
  --ids FILE                        one id a line; - reads standard input
seal packs the days that are final. verify reads every byte. copy makes a copy of the folder:
  --to DIR                          a folder that is not there

With --server these work on the tables that schema prints the statements for, to be run once on
each server. A load, a withdrawal and a seal can be started again after any error: all counts once.
The figures are those of the same files, or there are none.
  --database NAME                   default pinmetrics
  --cluster NAME                    schema: the cluster to make them for, of the servers'
                                    remote_servers; elsewhere: one that the server has to know
  --replicated                      schema: each shard has replicas
  --from VERSION                    schema: the statements that bring tables of an earlier version up
                                    to this one
  --user NAME                       its password is the variable PINMETRICS_PASSWORD, or
  --password-file FILE              the first line of a file
  --time-zone Europe/Oslo           also of seal: the zone that the events were loaded with

Both files are CSV in UTF-8 with a header row, the columns in any order. An empty cell is the
default.
  pins:    pin_id,board_id,format,created_at
           and if wanted source,account,product_group,saved,title
  events:  time,action,pin_id
           and if wanted event_id,viewer_id,device,content_type,age,gender,
           play_time_ms,half_visible_ms,progress
A time is RFC 3339, as for --now, or milliseconds since 1970 UTC.

Refused rows are named on standard error as FILE:LINE: column: reason. Those of one cause are the
line of the first with their number at its end, whatever their values; only unknown Pins are named
one by one, up to ten. The first 20 causes are named, and all rows counted.
Notes there say how many events lie outside the period.

Exit code: 0 done, 1 a file, folder or server cannot be read or written, or memory ran out, 2 the
arguments are wrong, 3 rows were refused, or a file has no header that names the columns, 4 bytes of
a folder are damaged.
)";

template <typename T>
struct Choice {
  std::string_view name;
  T value;
};

constexpr std::array<Choice<Command>, 10> kCommands = {{{"overview", Command::kOverview},
                                                        {"report", Command::kReport},
                                                        {"top-pins", Command::kTopPins},
                                                        {"top-boards", Command::kTopBoards},
                                                        {"load", Command::kLoad},
                                                        {"withdraw", Command::kWithdraw},
                                                        {"seal", Command::kSeal},
                                                        {"verify", Command::kVerify},
                                                        {"copy", Command::kCopy},
                                                        {"schema", Command::kSchema}}};

bool IsReport(Command command) {
  return command == Command::kOverview || command == Command::kReport ||
         command == Command::kTopPins || command == Command::kTopBoards;
}

constexpr std::array<Choice<Format>, 5> kFormats = {{{"table", Format::kTable},
                                                     {"csv", Format::kCsv},
                                                     {"json", Format::kJson},
                                                     {"pinterest-json", Format::kPinterestJson},
                                                     {"html", Format::kHtml}}};

constexpr std::array<Choice<char>, 4> kDelimiters = {
    {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"bar", '|'}}};

constexpr std::array<Choice<CsvLineEnd>, 2> kLineEnds = {
    {{"crlf", CsvLineEnd::kCrLf}, {"lf", CsvLineEnd::kLf}}};

constexpr std::array<Choice<Table>, 4> kTables = {{{"series", Table::kSeries},
                                                   {"totals", Table::kTotals},
                                                   {"top-pins", Table::kTopPins},
                                                   {"top-boards", Table::kTopBoards}}};

constexpr std::array<Choice<EngineName>, 2> kEngines = {
    {{"store", EngineName::kStore}, {"evaluate", EngineName::kEvaluate}}};

constexpr std::array<Choice<Durability>, 2> kDurabilities = {
    {{"synced", Durability::kSynced}, {"written", Durability::kWritten}}};

template <typename Choices>
std::string ListChoices(const Choices& choices, std::string_view separator) {
  std::string list;
  for (const auto& choice : choices) {
    if (!list.empty()) list += separator;
    list += choice.name;
  }
  return list;
}

absl::Status Wrong(std::string_view option, std::string_view what) {
  return absl::InvalidArgumentError(std::string(option) + ": " + std::string(what));
}

/// The library's own refusal of the option's value.
absl::Status Wrong(std::string_view option, const absl::Status& status) {
  std::string message(status.message());
  // Some begin with what the option is called already.
  const std::string field = std::string(option.substr(option.find_first_not_of('-'))) + ": ";
  if (message.starts_with(field)) message.erase(0, field.size());
  return Wrong(option, message);
}

template <typename T, std::size_t kCount>
absl::Status ParseChoice(std::string_view option, std::string_view text,
                         const std::array<Choice<T>, kCount>& choices, T& value) {
  const auto choice =
      std::find_if(choices.begin(), choices.end(),
                   [text](const Choice<T>& candidate) { return candidate.name == text; });
  if (choice != choices.end()) {
    value = choice->value;
    return absl::OkStatus();
  }
  return Wrong(option,
               Quoted(text) + " is not known, expected one of " + ListChoices(choices, ", "));
}

// Each reads one option's value, empty for a switch.

absl::Status ParseName(std::string_view option, std::string_view value, std::string_view expected,
                       std::string& name) {
  if (value.empty()) return Wrong(option, "the name is empty, expected " + std::string(expected));
  name = value;
  return absl::OkStatus();
}

template <typename Number>
absl::Status ParseCount(std::string_view option, std::string_view value, Number most,
                        Number& count) {
  const char* const end = value.data() + value.size();
  Number parsed{};
  const std::from_chars_result read = std::from_chars(value.data(), end, parsed);
  if (read.ec != std::errc() || read.ptr != end || parsed < 1 || parsed > most) {
    const bool limited = most < std::numeric_limits<Number>::max();
    return Wrong(option, Quoted(value) + " is not a whole number of at least 1" +
                             (limited ? " and at most " + std::to_string(most) : ""));
  }
  count = parsed;
  return absl::OkStatus();
}

// More days than the years 0 to 9999 have, and few enough for the calendar.
constexpr std::int64_t kMostDays = 3'700'000;

absl::Status ParseAccount(std::string_view option, std::string_view value, Options& options) {
  const char* const end = value.data() + value.size();
  const std::from_chars_result read = std::from_chars(value.data(), end, options.account.emplace());
  if (read.ec == std::errc() && read.ptr == end) return absl::OkStatus();
  return Wrong(option, Quoted(value) + " is not an account, a whole number of 0..2^64-1");
}

absl::Status ParsePeriod(std::string_view option, std::string_view value, Options& options) {
  const absl::StatusOr<DateRange> period = ParseDateRange(value);
  if (!period.ok()) return Wrong(option, period.status());
  options.period = *period;
  return absl::OkStatus();
}

absl::Status ParseLast(std::string_view option, std::string_view value, Options& options) {
  return ParseCount(option, value, kMostDays, options.last_days);
}

absl::Status ParseNow(std::string_view option, std::string_view value, Options& options) {
  const std::optional<absl::Time> now = ParseRfc3339(value);
  if (!now) return Wrong(option, Quoted(value) + " is not " + std::string(kRfc3339Expected));
  if (const std::optional<Fault> fault = CheckTime(option, *now)) {
    return Wrong(option, fault->reason);
  }
  options.now = *now;
  return absl::OkStatus();
}

absl::Status ParseTimeZone(std::string_view option, std::string_view value, Options& options) {
  const absl::StatusOr<absl::TimeZone> zone = LoadTimeZone(value);
  if (!zone.ok()) return Wrong(option, zone.status());
  options.reporting.time_zone = *zone;
  options.names_time_zone = true;
  return absl::OkStatus();
}

absl::Status ParseFilterOption(std::string_view option, std::string_view value, Options& options) {
  const absl::StatusOr<Filter> filter = ParseFilter(value);
  if (!filter.ok()) return Wrong(option, filter.status());
  options.query.filter = *filter;
  return absl::OkStatus();
}

absl::StatusOr<Metric> ParseMetric(std::string_view option, std::string_view name) {
  if (std::optional<Metric> metric = FindMetric(name)) return *std::move(metric);
  std::string known;
  for (const Metric& metric : Catalogue()) known += (known.empty() ? "" : ", ") + metric.name();
  return Wrong(option, Quoted(name) + " is not a metric, expected one of " + known);
}

absl::Status ParseMetrics(std::string_view option, std::string_view value, Options& options) {
  std::vector<Metric>& metrics = options.query.metrics;
  while (true) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const absl::StatusOr<Metric> metric = ParseMetric(option, value.substr(0, comma));
    if (!metric.ok()) return metric.status();
    if (std::find(metrics.begin(), metrics.end(), *metric) != metrics.end()) {
      return Wrong(option, Quoted(metric->name()) + " is there twice, expected once");
    }
    metrics.push_back(*metric);
    if (comma == value.size()) return absl::OkStatus();
    value.remove_prefix(comma + 1);
  }
}

absl::Status ParseBy(std::string_view option, std::string_view value, Options& options) {
  absl::StatusOr<Metric> metric = ParseMetric(option, value);
  if (!metric.ok()) return metric.status();
  options.ranking.by = *std::move(metric);
  return absl::OkStatus();
}

absl::Status ParseSplit(std::string_view option, std::string_view value, Options& options) {
  options.query.split = FromName<Dimension>(value);
  if (options.query.split && CanSplit(*options.query.split)) return absl::OkStatus();
  return Wrong(option,
               Quoted(value) + " cannot split a report, expected one of " + NamesOfSplits());
}

absl::Status ParseIntervalOption(std::string_view option, std::string_view value,
                                 Options& options) {
  const absl::StatusOr<Interval> interval = ParseInterval(value);
  if (!interval.ok()) return Wrong(option, interval.status());
  options.interval = *interval;
  return absl::OkStatus();
}

absl::Status ParseLimit(std::string_view option, std::string_view value, Options& options) {
  return ParseCount(option, value, std::numeric_limits<std::size_t>::max(), options.ranking.limit);
}

absl::Status ParseFrom(std::string_view option, std::string_view value, Options& options) {
  return ParseCount(option, value, std::uint32_t{kClickHouseSchemaVersion - 1},
                    options.upgraded_from.emplace());
}

absl::Status ParseBatch(std::string_view option, std::string_view value, Options& options) {
  return ParseCount(option, value, std::numeric_limits<std::size_t>::max(), options.batch_rows);
}

absl::Status ParseCreatedInLast(std::string_view option, std::string_view value, Options& options) {
  return ParseCount(option, value, kMostDays, options.ranking.created_in_last_days.emplace());
}

absl::Status ParseLanguage(std::string_view option, std::string_view value, Options& options) {
  options.language = FindPageLanguage(value);
  if (options.language != nullptr) return absl::OkStatus();
  return Wrong(option, Quoted(value) + " is not known, expected one of en, nb");
}

using Parse = absl::Status(std::string_view option, std::string_view value, Options& options);

/// Reads an option's value into the options.
struct Reader {
  std::function<Parse> read;
  bool is_switch = false;  ///< Without a value.
};

// Readers of one member: `member` points to it, or gives it of the options.

template <typename Member>
Reader Named(std::string_view expected, Member member) {
  return {[=](std::string_view option, std::string_view value, Options& options) {
    return ParseName(option, value, expected, std::invoke(member, options));
  }};
}

template <typename Choices, typename Member>
Reader OneOf(const Choices& choices, Member member) {
  return {[&choices, member](std::string_view option, std::string_view value, Options& options) {
    return ParseChoice(option, value, choices, std::invoke(member, options));
  }};
}

template <typename Member>
Reader Switch(Member member) {
  return {[=](std::string_view, std::string_view, Options& options) {
            std::invoke(member, options) = true;
            return absl::OkStatus();
          },
          /*is_switch=*/true};
}

/// An option, how it is read, and which commands take it.
struct KnownOption {
  std::string_view name;
  Reader reader;
  std::vector<Command> commands = {Command::kOverview, Command::kReport, Command::kTopPins,
                                   Command::kTopBoards};
};

const std::vector<KnownOption>& KnownOptions() {
  const std::vector<Command> tops = {Command::kTopPins, Command::kTopBoards};
  const std::vector<Command> inputs = {Command::kOverview, Command::kReport, Command::kTopPins,
                                       Command::kTopBoards, Command::kLoad};
  std::vector<Command> accounts = inputs;
  accounts.insert(accounts.end(), {Command::kWithdraw, Command::kSeal});
  std::vector<Command> zoned = inputs;
  zoned.push_back(Command::kSeal);
  std::vector<Command> tables = accounts;
  tables.push_back(Command::kSchema);
  std::vector<Command> all = accounts;
  all.insert(all.end(), {Command::kVerify, Command::kCopy});
  static const std::vector<KnownOption> known = {
      {"--pins", Named("a file", &Options::pins), inputs},
      {"--events", Named("a file", &Options::events), inputs},
      {"--period", {ParsePeriod}},
      {"--last", {ParseLast}},
      {"--now", {ParseNow}, accounts},
      {"--time-zone", {ParseTimeZone}, zoned},
      {"--filter", {ParseFilterOption}},
      {"--include-saved",
       Switch([](Options& options) -> bool& { return options.query.include_saved; })},
      {"--real-time", Switch([](Options& options) -> bool& { return options.query.real_time; })},
      {"--metrics", {ParseMetrics}},
      {"--language", {ParseLanguage}, {Command::kOverview}},
      {"--account-name", Named("a text", &Options::account_name), {Command::kOverview}},
      {"--split", {ParseSplit}, {Command::kReport}},
      {"--compare", Switch(&Options::compares), {Command::kReport, Command::kOverview}},
      {"--interval", {ParseIntervalOption}, {Command::kReport, Command::kOverview}},
      {"--by", {ParseBy}, tops},
      {"--limit", {ParseLimit}, tops},
      {"--created-in-last", {ParseCreatedInLast}, tops},
      {"--format", OneOf(kFormats, &Options::format)},
      {"--csv-delimiter",
       OneOf(kDelimiters, [](Options& options) -> char& { return options.csv.delimiter; })},
      {"--csv-line-end",
       OneOf(kLineEnds, [](Options& options) -> CsvLineEnd& { return options.csv.line_end; })},
      {"--csv-bom", Switch([](Options& options) -> bool& { return options.csv.byte_order_mark; })},
      {"--csv-table",
       OneOf(kTables, [](Options& options) -> Table& { return options.csv_table.emplace(); }),
       {Command::kReport, Command::kOverview}},
      {"--csv-metadata", Switch(&Options::csv_metadata)},
      {"--output", Named("a file", &Options::output)},
      {"--engine", OneOf(kEngines, &Options::engine)},
      {"--skip-refused", Switch(&Options::skip_refused)},
      {"--store", Named("a folder", &Options::store), all},
      {"--server", Named("http://host:8123", &Options::server), accounts},
      {"--database",
       Named("a database",
             [](Options& options) -> std::string& { return options.schema.database; }),
       tables},
      {"--cluster",
       Named("a cluster", [](Options& options) -> std::string& { return options.schema.cluster; }),
       tables},
      {"--replicated",
       Switch([](Options& options) -> bool& { return options.schema.replicated; }),
       {Command::kSchema}},
      {"--from", {ParseFrom}, {Command::kSchema}},
      {"--user", Named("a user of the server", &Options::user), accounts},
      {"--password-file", Named("a file", &Options::password_file), accounts},
      {"--explain", Switch(&Options::explains)},
      {"--account", {ParseAccount}, accounts},
      {"--batch", {ParseBatch}, {Command::kLoad}},
      {"--acks", Switch(&Options::acknowledges), {Command::kLoad}},
      {"--refused", Named("a file", &Options::refused), {Command::kLoad}},
      {"--durability", OneOf(kDurabilities, &Options::durability), {Command::kLoad}},
      {"--ids", Named("a file", &Options::ids), {Command::kWithdraw}},
      {"--to", Named("a folder", &Options::copy), {Command::kCopy}},
  };
  return known;
}

const KnownOption* FindOption(std::string_view name) {
  for (const KnownOption& option : KnownOptions()) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

absl::Status UnknownOption(std::string_view text) {
  if (FindOption(text.substr(0, text.find('='))) != nullptr) {
    return Wrong(Quoted(text), "expected the value as an argument of its own, without '='");
  }
  std::string known;
  for (const KnownOption& option : KnownOptions()) known.append(option.name).append(" ");
  return Wrong(Quoted(text), "unknown option, expected one of " + known + "--help");
}

absl::Status CheckTakes(Command command, const KnownOption& option) {
  std::vector<std::string_view> takers;
  std::string_view asked;
  for (const Choice<Command>& choice : kCommands) {
    if (choice.value == command) asked = choice.name;
    const std::vector<Command>& commands = option.commands;
    if (std::find(commands.begin(), commands.end(), choice.value) == commands.end()) continue;
    if (choice.value == command) return absl::OkStatus();
    takers.push_back(choice.name);
  }
  std::string list;
  for (std::size_t i = 0; i < takers.size(); ++i) {
    if (i > 0) list += i + 1 == takers.size() ? " and " : ", ";
    list += takers[i];
  }
  return Wrong(option.name, "is an option of " + list + ", not of " + std::string(asked));
}

/// The options of a page are of no use to other formats.
absl::Status CheckPage(const Options& options, const std::vector<std::string_view>& given) {
  for (const std::string_view name : given) {
    if (name != "--language" && name != "--account-name") continue;
    if (options.format == Format::kHtml) continue;
    return Wrong(name, "is an option of --format html, expected it with that");
  }
  return absl::OkStatus();
}

/// The options of CSV are of no use to other formats, nor all of them to every table.
absl::Status CheckCsv(const Options& options, const std::vector<std::string_view>& given) {
  for (const std::string_view name : given) {
    if (!name.starts_with("--csv-") || options.format == Format::kCsv) continue;
    return Wrong(name, "is an option of --format csv, expected it with that");
  }
  const bool has_lists = options.command == Command::kOverview;
  const bool is_list =
      options.csv_table == Table::kTopPins || options.csv_table == Table::kTopBoards;
  if (is_list && !has_lists) {
    return Wrong("--csv-table", "a report has no top lists, expected series or totals");
  }
  if (options.csv_metadata && options.output.empty()) {
    return Wrong("--csv-metadata", "is written beside the CSV, expected --output with a file");
  }
  return absl::OkStatus();
}

using Given = std::vector<std::string_view>;

bool IsGiven(const Given& given, std::string_view name) {
  return std::find(given.begin(), given.end(), name) != given.end();
}

/// The first of some options that is given, or nothing.
std::optional<std::string_view> FirstGiven(const Given& given,
                                           std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (IsGiven(given, name)) return name;
  }
  return std::nullopt;
}

/// What is asked of a folder or of a server, not of two files.
absl::Status CheckKeptSource(const Options& options, const Given& given) {
  if (const auto name = FirstGiven(given, {"--pins", "--events", "--skip-refused"})) {
    return options.server.empty()
               ? Wrong(*name, "--store is given too, expected a folder or two files")
               : Wrong(*name, "--server is given too, expected a server or two files");
  }
  if (options.engine != EngineName::kStore) {
    return options.server.empty()
               ? Wrong("--engine", "'evaluate' reads no folder, expected store with --store")
               : Wrong("--engine", "'evaluate' asks no server, expected none with --server");
  }
  if (!options.explains) return absl::OkStatus();
  if (const auto name = FirstGiven(given, {"--format", "--output"})) {
    return Wrong(*name, "--explain is given too, which has no figures, expected one of the two");
  }
  return absl::OkStatus();
}

/// What goes with one server, and with nothing else.
absl::Status CheckServer(const Options& options, const Given& given) {
  const bool has_server = !options.server.empty();
  if (has_server && !options.store.empty()) {
    return Wrong("--server", "--store is given too, expected one of the two");
  }
  if (options.command != Command::kSchema && !has_server) {
    if (const auto name =
            FirstGiven(given, {"--database", "--cluster", "--user", "--password-file"})) {
      return Wrong(*name, "is of a server, expected it with --server");
    }
    return absl::OkStatus();
  }
  const absl::Status names = ClickHouseSchema(options.schema).status();
  if (!names.ok()) return absl::InvalidArgumentError(absl::StrCat("--", names.message()));
  if (const auto name = FirstGiven(given, {"--refused", "--durability"})) {
    return Wrong(*name, "is of a folder, expected it with --store");
  }
  return absl::OkStatus();
}

/// Where a report gets its figures from: two files, a folder, or a server.
absl::Status CheckSource(const Options& options, const Given& given) {
  if (!options.store.empty() || !options.server.empty()) return CheckKeptSource(options, given);
  if (const auto name = FirstGiven(given, {"--account", "--explain"})) {
    return Wrong(*name, "is of a folder or a server, expected it with --store or --server");
  }
  for (const std::string_view name : {"--pins", "--events"}) {
    if (!IsGiven(given, name)) return Wrong(name, "is missing, expected it with a file");
  }
  return absl::OkStatus();
}

absl::Status CheckReport(const Options& options, const Given& given) {
  if (absl::Status status = CheckSource(options, given); !status.ok()) return status;
  if (IsGiven(given, "--period") && IsGiven(given, "--last")) {
    return Wrong("--last", "--period is given too, expected one of the two");
  }
  if (absl::Status status = CheckPage(options, given); !status.ok()) return status;
  return CheckCsv(options, given);
}

/// What the other commands cannot do without.
absl::Status CheckOtherCommand(const Options& options, const Given& given) {
  if (options.store.empty() && options.server.empty() && options.command != Command::kSchema) {
    return Wrong("--store", "is missing, expected it with a folder");
  }
  switch (options.command) {
    case Command::kLoad:
      if (options.pins.empty() && options.events.empty()) {
        return Wrong("--events", "is missing, expected it or --pins with a file");
      }
      for (const std::string_view name : {"--batch", "--acks", "--refused"}) {
        if (options.events.empty() && IsGiven(given, name)) {
          return Wrong(name, "is of events, expected it with --events");
        }
      }
      return absl::OkStatus();
    case Command::kWithdraw:
      if (options.ids.empty()) return Wrong("--ids", "is missing, expected it with a file");
      return absl::OkStatus();
    case Command::kSeal:
      if (options.names_time_zone && options.server.empty()) {
        return Wrong("--time-zone", "a folder's accounts have theirs, expected it with --server");
      }
      return absl::OkStatus();
    case Command::kCopy:
      if (options.copy.empty()) return Wrong("--to", "is missing, expected it with a folder");
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

/// What only makes sense together.
absl::StatusOr<Options> Finish(Options options, const Given& given) {
  absl::Status status = CheckServer(options, given);
  if (status.ok()) {
    status =
        IsReport(options.command) ? CheckReport(options, given) : CheckOtherCommand(options, given);
  }
  if (!status.ok()) return status;
  if (options.pins == kStandardInput && options.events == kStandardInput) {
    return Wrong("--events", "standard input is read for --pins already, expected a file");
  }
  if (options.compares || options.command == Command::kOverview) {
    options.query.comparison = Comparison::kPreviousPeriod;
  }
  SetTimeZone(options.reporting.time_zone, options);
  return options;
}

}  // namespace

void SetTimeZone(const absl::TimeZone& zone, Options& options) {
  options.reporting.time_zone = zone;
  const absl::CivilDay today = ReportingCalendar(zone).DayOf(options.now);
  options.query.period = options.period.value_or(LastDays(options.last_days, today));
  options.query.interval = options.interval.value_or(
      options.format == Format::kHtml ? PageInterval(options.query.period) : Interval::Day());
}

bool AsksForHelp(std::span<const std::string_view> arguments) {
  return std::find(arguments.begin(), arguments.end(), "--help") != arguments.end();
}

std::string HelpText() {
  std::string text(kHelp);
  text += ListChoices(kFormats, "|");
  text += kHelpAfterFormats;
  text += ListChoices(kDelimiters, "|");
  text += kHelpAfterDelimiters;
  text += ListChoices(kLineEnds, "|");
  text += kHelpAfterLineEnds;
  text += ListChoices(kTables, "|");
  text += kHelpAfterTables;
  text += ListChoices(kEngines, "|");
  text += kHelpAfterEngines;
  return text;
}

absl::StatusOr<Options> ParseOptions(std::span<const std::string_view> arguments,
                                     absl::Time clock) {
  Options options;
  options.now = clock;
  if (arguments.empty()) {
    return Wrong("command", "is missing, expected one of " + ListChoices(kCommands, ", "));
  }
  absl::Status status = ParseChoice("command", arguments[0], kCommands, options.command);
  if (!status.ok()) return status;

  std::vector<std::string_view> given;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const KnownOption* const option = FindOption(arguments[i]);
    if (option == nullptr) return UnknownOption(arguments[i]);
    if (std::find(given.begin(), given.end(), option->name) != given.end()) {
      return Wrong(option->name, "is given twice, expected once");
    }
    given.push_back(option->name);
    status = CheckTakes(options.command, *option);
    if (!status.ok()) return status;
    std::string_view value;
    if (!option->reader.is_switch) {
      // A filter may begin with two dashes, so a value is anything but an option's name.
      if (++i == arguments.size() || FindOption(arguments[i]) != nullptr) {
        return Wrong(option->name, "its value is missing, expected one behind it");
      }
      value = arguments[i];
    }
    status = option->reader.read(option->name, value, options);
    if (!status.ok()) return status;
  }
  return Finish(std::move(options), given);
}

}  // namespace pinmetrics::cli
