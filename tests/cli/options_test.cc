#include "examples/cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"

namespace pinmetrics::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kClock = absl::FromUnixSeconds(1'795'435'200);  // 2026-11-23T12:00:00Z

using Arguments = std::vector<std::string_view>;

absl::StatusOr<Options> Parse(std::string_view command, const Arguments& more = {}) {
  Arguments arguments = {command, "--pins", "p.csv", "--events", "e.csv"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return ParseOptions(arguments, kClock);
}

std::string ErrorOf(const absl::StatusOr<Options>& options) {
  return std::string(options.status().message());
}

std::string ErrorOf(std::string_view command, const Arguments& more) {
  return ErrorOf(Parse(command, more));
}

/// All names of metrics, as a message lists them.
std::string MetricNames() {
  std::string names;
  for (const Metric& metric : Catalogue()) names += (names.empty() ? "" : ", ") + metric.name();
  return names;
}

/// All options, as a message lists them.
std::string OptionNames() {
  return "--pins --events --period --last --now --time-zone --filter --include-saved --real-time "
         "--metrics --language --account-name --split --compare --interval --by --limit "
         "--created-in-last --format "
         "--csv-delimiter "
         "--csv-line-end --csv-bom --csv-table --csv-metadata --output --engine --skip-refused "
         "--store --server --database --cluster --replicated --from --user --password-file "
         "--explain "
         "--account --batch --acks --refused --durability --ids --to --help";
}

TEST(Options, HaveDefaults) {
  const absl::StatusOr<Options> options = Parse("report");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->command, Command::kReport);
  EXPECT_EQ(options->pins, "p.csv");
  EXPECT_EQ(options->events, "e.csv");
  EXPECT_EQ(options->now, kClock);
  EXPECT_EQ(options->query, Query{.period = LastDays(30, absl::CivilDay(2026, 11, 23))});
  EXPECT_EQ(options->ranking, Ranking());
  EXPECT_EQ(options->reporting, ReportingOptions());
  EXPECT_EQ(options->format, Format::kTable);
  EXPECT_EQ(options->output, "");
  EXPECT_FALSE(options->skip_refused);
}

TEST(Options, IntervalCutsTheSeriesOfReportsAndOverviews) {
  EXPECT_EQ(Parse("report", {"--interval", "week"})->query.interval, Interval::Week());
  EXPECT_EQ(Parse("overview", {"--interval", "month"})->query.interval, Interval::Month());
  EXPECT_EQ(Parse("report", {"--interval", "day"})->query.interval, Interval::Day());
  EXPECT_EQ(ErrorOf("report", {"--interval", "year"}),
            "--interval: \"year\" is no interval, expected day, week, month, or week_from_ and a "
            "weekday");
  EXPECT_EQ(ErrorOf("top-pins", {"--interval", "week"}),
            "--interval: is an option of overview and report, not of top-pins");
}

TEST(Options, PageOfALongPeriodIsByWeekUnlessTold) {
  const auto interval = [](std::vector<std::string_view> more) {
    more.insert(more.end(), {"--format", "html"});
    return Parse("overview", more)->query.interval;
  };
  EXPECT_EQ(interval({"--last", "80"}), Interval::Day());
  EXPECT_EQ(interval({"--last", "81"}), Interval::Week());
  EXPECT_EQ(interval({"--last", "81", "--interval", "day"}), Interval::Day());
  EXPECT_EQ(Parse("overview", {"--last", "81"})->query.interval, Interval::Day());
}

TEST(Options, AreReadInAnyOrder) {
  const absl::StatusOr<Options> options = ParseOptions(Arguments{"report",
                                                                 "--split",
                                                                 "device",
                                                                 "--events",
                                                                 "-",
                                                                 "--now",
                                                                 "2026-05-05T22:30:00Z",
                                                                 "--compare",
                                                                 "--metrics",
                                                                 "saves,save_rate",
                                                                 "--real-time",
                                                                 "--last",
                                                                 "7",
                                                                 "--pins",
                                                                 "p.csv",
                                                                 "--time-zone",
                                                                 "Europe/Oslo",
                                                                 "--filter",
                                                                 "-gender:male",
                                                                 "--include-saved",
                                                                 "--format",
                                                                 "csv",
                                                                 "--output",
                                                                 "out.csv",
                                                                 "--engine",
                                                                 "evaluate",
                                                                 "--skip-refused"},
                                                       kClock);
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->query.period, LastDays(7, absl::CivilDay(2026, 5, 6)));
  EXPECT_EQ(options->query.filter, !Is(Gender::kMale));
  EXPECT_EQ(options->query.split, Dimension::kDevice);
  EXPECT_THAT(options->query.metrics, ElementsAre(kSaves, kSaveRate));
  EXPECT_EQ(options->query.comparison, Comparison::kPreviousPeriod);
  EXPECT_TRUE(options->query.include_saved);
  EXPECT_TRUE(options->query.real_time);
  EXPECT_EQ(options->reporting.time_zone.name(), "Europe/Oslo");
  EXPECT_EQ(options->format, Format::kCsv);
  EXPECT_EQ(options->output, "out.csv");
  EXPECT_TRUE(options->skip_refused);
}

TEST(Options, ReadRankings) {
  const absl::StatusOr<Options> options =
      Parse("top-pins", {"--by", "saves", "--limit", "3", "--created-in-last", "30"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->ranking, (Ranking{.by = kSaves, .limit = 3, .created_in_last_days = 30}));
}

TEST(Options, AlwaysCompareInAnOverview) {
  EXPECT_EQ(Parse("overview")->query.comparison, Comparison::kPreviousPeriod);
  EXPECT_EQ(Parse("overview", {"--compare"})->query.comparison, Comparison::kPreviousPeriod);
}

TEST(Options, RefuseWhatIsNotKnown) {
  EXPECT_EQ(ErrorOf("overview", {"--verbose"}),
            "'--verbose': unknown option, expected one of " + OptionNames());
  EXPECT_EQ(ErrorOf("overview", {"extra"}),
            "'extra': unknown option, expected one of " + OptionNames());
  EXPECT_EQ(ErrorOf("overview", {"--last=7"}),
            "'--last=7': expected the value as an argument of its own, without '='");
  EXPECT_EQ(ErrorOf("summary", {}),
            "command: 'summary' is not known, expected one of overview, report, top-pins, "
            "top-boards, load, withdraw, seal, verify, copy, schema");
  EXPECT_EQ(ErrorOf(ParseOptions({}, kClock)),
            "command: is missing, expected one of overview, report, top-pins, top-boards, load, "
            "withdraw, seal, verify, copy, schema");
}

TEST(Options, RefuseRepeatsAndMissingValues) {
  EXPECT_EQ(ErrorOf("overview", {"--last", "7", "--last", "7"}),
            "--last: is given twice, expected once");
  EXPECT_EQ(ErrorOf("overview", {"--real-time", "--real-time"}),
            "--real-time: is given twice, expected once");
  EXPECT_EQ(ErrorOf("overview", {"--last"}),
            "--last: its value is missing, expected one behind it");
  EXPECT_EQ(ErrorOf("overview", {"--filter", "--last", "7"}),
            "--filter: its value is missing, expected one behind it");
  EXPECT_EQ(ErrorOf(ParseOptions(Arguments{"overview", "--pins", "p.csv"}, kClock)),
            "--events: is missing, expected it with a file");
  EXPECT_EQ(ErrorOf("overview", {"--output", ""}), "--output: the name is empty, expected a file");
}

TEST(Options, RefuseWhatExcludesEachOther) {
  EXPECT_EQ(ErrorOf("overview", {"--period", "2026-10-01..2026-10-30", "--last", "7"}),
            "--last: --period is given too, expected one of the two");
  EXPECT_EQ(ErrorOf(ParseOptions(Arguments{"overview", "--pins", "-", "--events", "-"}, kClock)),
            "--events: standard input is read for --pins already, expected a file");
}

TEST(Options, RefuseWhatACommandHasNoUseFor) {
  EXPECT_EQ(ErrorOf("report", {"--by", "saves"}),
            "--by: is an option of top-pins and top-boards, not of report");
  EXPECT_EQ(ErrorOf("overview", {"--split", "device"}),
            "--split: is an option of report, not of overview");
  EXPECT_EQ(ErrorOf("top-pins", {"--compare"}),
            "--compare: is an option of overview and report, not of top-pins");
  EXPECT_EQ(ErrorOf("overview", {"--limit", "5"}),
            "--limit: is an option of top-pins and top-boards, not of overview");
  EXPECT_EQ(ErrorOf("report", {"--created-in-last", "5"}),
            "--created-in-last: is an option of top-pins and top-boards, not of report");
}

TEST(Options, RefuseBadValues) {
  EXPECT_EQ(ErrorOf("overview", {"--period", "2026-10-30..2026-10-01"}),
            "--period: \"2026-10-30..2026-10-01\" ends before it begins, expected FIRST..LAST such "
            "as 2026-10-01..2026-10-30");
  EXPECT_EQ(ErrorOf("overview", {"--period", "october"}),
            "--period: \"october\" is not a range of days, expected FIRST..LAST such as "
            "2026-10-01..2026-10-30");
  EXPECT_EQ(ErrorOf("overview", {"--time-zone", "Mars/Olympus"}),
            "--time-zone: \"Mars/Olympus\" is not in the system's time zone database, expected an "
            "IANA name such as Europe/Oslo (upper and lower case matter)");
  EXPECT_EQ(ErrorOf("overview", {"--now", "today"}),
            "--now: 'today' is not an RFC 3339 time such as 2026-11-01T08:30:00Z");
  EXPECT_EQ(ErrorOf("overview", {"--now", "0000-01-01T00:00:00Z"}),
            "--now: 0000-01-01T00:00:00Z is outside 1970-01-01..9999-12-31");
  for (const std::string_view bad : {"0", "-1", "ten", "1.5", "", "9999999999", "1 "}) {
    EXPECT_EQ(ErrorOf("overview", {"--last", bad}),
              "--last: '" + std::string(bad) +
                  "' is not a whole number of at least 1 and at most 3700000");
  }
  EXPECT_EQ(ErrorOf("top-pins", {"--limit", "0"}),
            "--limit: '0' is not a whole number of at least 1");
  EXPECT_EQ(ErrorOf("report", {"--split", "pin"}),
            "--split: 'pin' cannot split a report, expected one of content_type, device, age, "
            "gender, source, format, account, product_group, claimed, promotion");
  EXPECT_EQ(ErrorOf("report", {"--split", "board"}),
            "--split: 'board' cannot split a report, expected one of content_type, device, age, "
            "gender, source, format, account, product_group, claimed, promotion");
  EXPECT_EQ(ErrorOf("report", {"--metrics", "saves,likes"}),
            "--metrics: 'likes' is not a metric, expected one of " + MetricNames());
  EXPECT_EQ(ErrorOf("report", {"--metrics", "saves,saves"}),
            "--metrics: 'saves' is there twice, expected once");
  EXPECT_EQ(ErrorOf("report", {"--metrics", ""}),
            "--metrics: '' is not a metric, expected one of " + MetricNames());
  EXPECT_EQ(ErrorOf("top-pins", {"--by", "likes"}),
            "--by: 'likes' is not a metric, expected one of " + MetricNames());
  EXPECT_EQ(ErrorOf("report", {"--format", "xml"}),
            "--format: 'xml' is not known, expected one of table, csv, json, pinterest-json, html");
}

TEST(Options, SayWhereAFilterIsWrong) {
  EXPECT_EQ(ErrorOf("overview", {"--filter", "device:mobile gander:male"}),
            "--filter: column 15: 'gander', expected a condition on one of content_type, device, "
            "age, gender, source, format, account, product_group, board, pin, claimed, promotion, "
            "'not' or '('");
  EXPECT_TRUE(Parse("overview", {"--filter", ""}).ok());
  EXPECT_TRUE(Parse("overview", {"--filter", "device:mobile -device:mobile"}).ok());
}

TEST(Options, NameTheEnginesThereAre) {
  EXPECT_EQ(ErrorOf("overview", {"--engine", "abacus"}),
            "--engine: 'abacus' is not known, expected one of store, evaluate");
}

TEST(Options, ReadWhatACsvIsLike) {
  EXPECT_EQ(Parse("report", {"--format", "csv"})->csv, CsvOptions());
  const absl::StatusOr<Options> options = Parse(
      "report", {"--csv-delimiter", "semicolon", "--csv-line-end", "lf", "--csv-bom", "--csv-table",
                 "totals", "--csv-metadata", "--output", "t.csv", "--format", "csv"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->csv,
            (CsvOptions{.delimiter = ';', .line_end = CsvLineEnd::kLf, .byte_order_mark = true}));
  EXPECT_EQ(options->csv_table, Table::kTotals);
  EXPECT_TRUE(options->csv_metadata);
  for (const auto& [name, delimiter] : {std::pair("comma", ','), {"tab", '\t'}, {"bar", '|'}}) {
    const absl::StatusOr<Options> parsed =
        Parse("top-pins", {"--format", "csv", "--csv-delimiter", name});
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->csv.delimiter, delimiter);
    EXPECT_TRUE(CheckCsvOptions(parsed->csv).ok());
  }
  EXPECT_EQ(Parse("report", {"--format", "csv", "--csv-line-end", "crlf"})->csv, CsvOptions());
}

TEST(Options, TakeOptionsOfCsvWithCsvOnly) {
  for (const Arguments& option : {Arguments{"--csv-delimiter", "tab"},
                                  {"--csv-line-end", "lf"},
                                  {"--csv-bom"},
                                  {"--csv-table", "series"},
                                  {"--csv-metadata"}}) {
    for (const std::string_view format : {"table", "json", "pinterest-json", "html"}) {
      Arguments more = {"--format", format, "--output", "out"};
      more.insert(more.end(), option.begin(), option.end());
      EXPECT_EQ(ErrorOf("overview", more), std::string(option[0]) +
                                               ": is an option of --format csv, expected it with "
                                               "that");
    }
  }
  EXPECT_EQ(ErrorOf("report", {"--csv-bom"}),
            "--csv-bom: is an option of --format csv, expected it with that");
}

TEST(Options, TakeLanguageAndAccountNameWithAPageOnly) {
  const Arguments page = {"--format", "html",           "--language",
                          "nb",       "--account-name", "Ada's kitchen"};
  const absl::StatusOr<Options> options = Parse("overview", page);
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->language, &NorwegianPage());
  EXPECT_EQ(options->account_name, "Ada's kitchen");
  EXPECT_EQ(Parse("overview", {"--format", "html"})->language, nullptr);
  EXPECT_EQ(ErrorOf("overview", {"--format", "html", "--language", "no"}),
            "--language: 'no' is not known, expected one of en, nb");
  EXPECT_EQ(ErrorOf("overview", {"--format", "html", "--account-name", ""}),
            "--account-name: the name is empty, expected a text");
  EXPECT_EQ(ErrorOf("overview", {"--language", "nb"}),
            "--language: is an option of --format html, expected it with that");
  EXPECT_EQ(ErrorOf("overview", {"--format", "csv", "--account-name", "Ada"}),
            "--account-name: is an option of --format html, expected it with that");
  EXPECT_EQ(ErrorOf("report", {"--language", "nb"}),
            "--language: is an option of overview, not of report");
}

TEST(Options, RefuseWhatACsvCannotBe) {
  EXPECT_EQ(ErrorOf("report", {"--format", "csv", "--csv-delimiter", ";"}),
            "--csv-delimiter: ';' is not known, expected one of comma, semicolon, tab, bar");
  EXPECT_EQ(ErrorOf("report", {"--format", "csv", "--csv-line-end", "cr"}),
            "--csv-line-end: 'cr' is not known, expected one of crlf, lf");
  EXPECT_EQ(ErrorOf("report", {"--format", "csv", "--csv-table", "days"}),
            "--csv-table: 'days' is not known, expected one of series, totals, top-pins, "
            "top-boards");
  EXPECT_EQ(ErrorOf("report", {"--format", "csv", "--csv-table", "top-boards"}),
            "--csv-table: a report has no top lists, expected series or totals");
  EXPECT_TRUE(Parse("overview", {"--format", "csv", "--csv-table", "top-boards"}).ok());
  EXPECT_EQ(ErrorOf("top-pins", {"--format", "csv", "--csv-table", "top-pins"}),
            "--csv-table: is an option of overview and report, not of top-pins");
}

TEST(Options, DescribeATableInAFile) {
  EXPECT_EQ(ErrorOf("top-pins", {"--format", "csv", "--csv-metadata"}),
            "--csv-metadata: is written beside the CSV, expected --output with a file");
  EXPECT_TRUE(Parse("top-pins", {"--format", "csv", "--output", "a.csv", "--csv-metadata"}).ok());
}

TEST(Options, AreAllInTheHelp) {
  const std::string unknown = ErrorOf("overview", {"--verbose"});
  std::size_t known = 0;
  for (auto at = unknown.find("--pins"); at != std::string::npos; at = unknown.find("--", at + 1)) {
    const std::string option = unknown.substr(at, unknown.find(' ', at) - at);
    EXPECT_THAT(HelpText(), HasSubstr("  " + option + " ")) << option;
    ++known;
  }
  EXPECT_EQ(known, 44U);
  EXPECT_TRUE(AsksForHelp(Arguments{"overview", "--nonsense", "--help"}));
}

}  // namespace
}  // namespace pinmetrics::cli
