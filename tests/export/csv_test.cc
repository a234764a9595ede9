#include "pinmetrics/export/csv.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "tests/export/comma_locale.h"
#include "tests/export/csv_rows.h"
#include "tests/export/recorded_sink.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Row = CsvRow;

/// A list of one Pin with that title, without metrics.
TopList Titled(std::string title) {
  TopList list;
  list.rows = {{.id = PinId(1), .title = std::move(title)}};
  return list;
}

/// What is written after `1,1,` in the row of a Pin with that title.
std::string TitleCell(std::string title) {
  const std::string csv = ToCsv(Titled(std::move(title)));
  const std::string before = "rank,pin_id,title\r\n1,1,";
  EXPECT_EQ(csv.substr(0, before.size()), before);
  EXPECT_EQ(csv.substr(csv.size() - 2), "\r\n");
  return csv.substr(before.size(), csv.size() - before.size() - 2);
}

/// What is written of one figure.
std::string FigureCell(std::optional<double> figure) {
  TopList list = Titled("");
  list.query.metrics = {kImpressions};
  list.rows[0].figures = {figure};
  const std::optional<std::vector<Row>> rows = ReadCsv(ToCsv(list));
  return rows->at(1).at(3);
}

TEST(Csv, SeriesHasARowForEachDay) {
  EXPECT_EQ(SeriesToCsv(SampleReport()),
            "date,segment,status,impressions,save_rate,total_play_time_minutes\r\n"
            "2026-11-20,all,ready,1200,0.0125,3.5\r\n"
            "2026-11-21,all,processing,,,\r\n");
}

TEST(Csv, TotalsHaveTheChangeOfEachMetricWithAComparison) {
  EXPECT_EQ(TotalsToCsv(SampleReport()),
            "segment,impressions,save_rate,total_play_time_minutes,"
            "impressions_change,save_rate_change,total_play_time_change\r\n"
            "all,1200,0.0125,3.5,-0.05,,2\r\n");
}

TEST(Csv, TotalsHaveNoChangeWithoutAComparison) {
  Report report = SampleReport();
  report.query.comparison = Comparison::kNone;
  report.totals[0].change.clear();
  EXPECT_EQ(TotalsToCsv(report),
            "segment,impressions,save_rate,total_play_time_minutes\r\n"
            "all,1200,0.0125,3.5\r\n");
}

TEST(Csv, SplitNamesTheSegments) {
  EXPECT_EQ(ToCsv(SplitReport()),
            "date,segment,status,impressions,save_rate\r\n"
            "2026-11-20,0,ready,3,\r\n"
            "2026-11-20,18446744073709551615,ready,3,\r\n"
            "2026-11-20,none,ready,3,\r\n"
            "\r\n"
            "segment,impressions,save_rate\r\n"
            "0,3,\r\n"
            "18446744073709551615,3,\r\n"
            "none,3,\r\n");
}

TEST(Csv, SplitDayWithoutValuesIsOfAllEvents) {
  Report report = SplitReport();
  report.query.split = Dimension::kAge;
  report.days = {{.day = absl::CivilDay(2026, 11, 20), .segment = Age::k65Plus, .figures = {1, 0}},
                 {.day = absl::CivilDay(2026, 11, 21), .status = DayStatus::kProcessing}};
  EXPECT_EQ(SeriesToCsv(report),
            "date,segment,status,impressions,save_rate\r\n"
            "2026-11-20,65+,ready,1,0\r\n"
            "2026-11-21,all,processing,,\r\n");
}

TEST(Csv, NamesEachStatus) {
  Report report{SampleHead()};
  report.query.metrics = {kSaves};
  const absl::CivilDay day(2026, 11, 20);
  report.days = {{.day = day, .status = DayStatus::kBeforeBusinessCreated},
                 {.day = day + 1, .status = DayStatus::kReady, .figures = {1}},
                 {.day = day + 2, .status = DayStatus::kEstimate, .figures = {2}},
                 {.day = day + 3, .status = DayStatus::kProcessing}};
  EXPECT_EQ(SeriesToCsv(report),
            "date,segment,status,saves\r\n"
            "2026-11-20,all,before_business_created,\r\n"
            "2026-11-21,all,ready,1\r\n"
            "2026-11-22,all,estimate,2\r\n"
            "2026-11-23,all,processing,\r\n");
}

TEST(Csv, WeekHasItsLastDayAndWhetherThePeriodCutsIt) {
  EXPECT_EQ(SeriesToCsv(WeeksReport()),
            "date,end,partial,segment,status,impressions,save_rate\r\n"
            "2026-11-09,2026-11-15,false,all,ready,1000,0.01\r\n"
            "2026-11-16,2026-11-22,true,all,processing,200,\r\n");
}

TEST(Csv, TopPinsAreRankedFromOne) {
  EXPECT_EQ(ToCsv(SampleTopPins()),
            "rank,pin_id,title,impressions,save_rate,total_play_time_minutes\r\n"
            "1,18446744073709551615,\"Say \"\"hi\"\", now\",900,0.02,0\r\n"
            "2,7,,300,,1.25\r\n");
}

TEST(Csv, TopBoardsHaveTheSameColumns) {
  EXPECT_EQ(ToCsv(SampleTopBoards()),
            "rank,board_id,title,impressions,save_rate,total_play_time_minutes\r\n"
            "1,0,,1200,0.0125,3.5\r\n");
}

TEST(Csv, ReportAndOverviewAreTheirTablesWithAnEmptyLineBetween) {
  const Overview overview = SampleOverview();
  EXPECT_EQ(ToCsv(overview.report),
            SeriesToCsv(overview.report) + "\r\n" + TotalsToCsv(overview.report));
  EXPECT_EQ(ToCsv(overview), ToCsv(overview.report) + "\r\n" + ToCsv(overview.top_pins) + "\r\n" +
                                 ToCsv(overview.top_boards));
}

TEST(Csv, RefusesAnOverviewWhosePartsDoNotBelongTogether) {
  const auto refusal = [](auto change) {
    Overview overview = SampleOverview();
    change(overview);
    RecordedSink sink;
    const absl::Status status = WriteCsv(overview, {}, sink.sink());
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(sink.calls(), 0U);
    EXPECT_EQ(ToCsv(overview), "");
    EXPECT_EQ(ToCsv(overview, {}).status(), status);
    // Each table by itself is in order.
    EXPECT_TRUE(ToCsv(overview.top_pins, {}).ok());
    return std::string(status.message().data(), status.message().size());
  };
  EXPECT_EQ(refusal([](Overview& overview) { overview.top_boards = overview.top_pins; }),
            "top_boards.item: is pin, expected board");
  EXPECT_EQ(refusal([](Overview& overview) { overview.top_pins.query.include_saved = true; }),
            "top_pins.include_saved: on, expected the overview's, off");
  EXPECT_EQ(refusal([](Overview& overview) { overview.top_boards.now += absl::Hours(1); }),
            "top_boards.now: 2026-11-23T13:00:00Z, expected the overview's, "
            "2026-11-23T12:00:00Z");
}

TEST(Csv, EmptyTablesAreTheirHeaders) {
  Overview overview;
  overview.top_boards.item = Dimension::kBoard;
  EXPECT_EQ(ToCsv(overview),
            "date,segment,status\r\n\r\nsegment\r\n\r\n"
            "rank,pin_id,title\r\n\r\nrank,board_id,title\r\n");
}

TEST(Csv, RowsAreAsLongAsTheHeaderWhateverFiguresTheyHave) {
  Report report = SampleReport();
  report.totals[0].figures = {5};
  report.totals[0].change = {};
  report.days[0].figures = {1, 2, 3, 4};
  EXPECT_EQ(TotalsToCsv(report).substr(TotalsToCsv(report).find('\n') + 1), "all,5,,,,,\r\n");
  EXPECT_EQ(SeriesToCsv(report),
            "date,segment,status,impressions,save_rate,total_play_time_minutes\r\n"
            "2026-11-20,all,ready,1,2,3\r\n"
            "2026-11-21,all,processing,,,\r\n");
}

TEST(Csv, WholeNumbersAreIntegersAndOthersAreShortest) {
  EXPECT_EQ(FigureCell(0), "0");
  EXPECT_EQ(FigureCell(-0.0), "0");
  EXPECT_EQ(FigureCell(100'000), "100000");
  EXPECT_EQ(FigureCell(-3'000'000'000), "-3000000000");
  EXPECT_EQ(FigureCell(9'007'199'254'740'991), "9007199254740991");
  EXPECT_EQ(FigureCell(9'007'199'254'740'992), "9007199254740992");
  EXPECT_EQ(FigureCell(1e300), "1e+300");
  EXPECT_EQ(FigureCell(0.1), "0.1");
  EXPECT_EQ(FigureCell(65.0 / 1368), "0.04751461988304093");
  EXPECT_EQ(FigureCell(7.0 / 382), "0.01832460732984293");
  EXPECT_EQ(FigureCell(-0.05), "-0.05");
  EXPECT_EQ(FigureCell(std::numeric_limits<double>::denorm_min()), "5e-324");
}

TEST(Csv, FiguresWithoutDataAreEmpty) {
  EXPECT_EQ(FigureCell(std::nullopt), "");
  EXPECT_EQ(FigureCell(std::numeric_limits<double>::quiet_NaN()), "");
  EXPECT_EQ(FigureCell(-std::numeric_limits<double>::infinity()), "");
}

TEST(Csv, QuotesTextOnlyWhereItMust) {
  EXPECT_EQ(TitleCell("Lemon cake"), "Lemon cake");
  EXPECT_EQ(TitleCell(" spaces | bars 'apostrophes' "), " spaces | bars 'apostrophes' ");
  EXPECT_EQ(TitleCell("a,b"), "\"a,b\"");
  // A spreadsheet that splits there too would find a formula behind it.
  EXPECT_EQ(TitleCell("a;=1+1"), "\"a;=1+1\"");
  EXPECT_EQ(TitleCell("a\t=1+1"), "\"a\t=1+1\"");
  EXPECT_EQ(TitleCell("a\rb"), "\"a\rb\"");
  EXPECT_EQ(TitleCell("a\nb"), "\"a\nb\"");
  EXPECT_EQ(TitleCell("\""), "\"\"\"\"");
}

TEST(Csv, DefusesWhatASpreadsheetWouldRun) {
  EXPECT_EQ(TitleCell("=1+1"), "'=1+1");
  EXPECT_EQ(TitleCell("+1"), "'+1");
  EXPECT_EQ(TitleCell("-1"), "'-1");
  EXPECT_EQ(TitleCell("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(TitleCell("\t=1"), "\"'\t=1\"");
  EXPECT_EQ(TitleCell("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(TitleCell("\n=1"), "\"'\n=1\"");
  EXPECT_EQ(TitleCell("\uFF1D1"), "'\uFF1D1");
  EXPECT_EQ(TitleCell("\uFF0B1"), "'\uFF0B1");
  EXPECT_EQ(TitleCell("\uFF0D1"), "'\uFF0D1");
  EXPECT_EQ(TitleCell("\uFF20A"), "'\uFF20A");
  EXPECT_EQ(TitleCell("=HYPERLINK(\"http://x\",\"y\")"),
            "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
}

// LibreOffice with "Trim spaces" computes what stands behind a space; other programs skip more.
TEST(Csv, DefusesWhatASpreadsheetWouldRunBehindWhatItSkips) {
  for (const std::string skipped : {" ",      "   ",
                                    " \v ",   "\v",
                                    "\f",     "\x1F",
                                    "\x7F",   "\u0085",
                                    "\u00A0", "\u00AD",
                                    "\u1680", "\u180E",
                                    "\u2000", "\u2003",
                                    "\u200A", "\u200B",
                                    "\u200D", "\u200E",
                                    "\u2028", "\u2029",
                                    "\u202F", "\u205F",
                                    "\u2060", "\u3000",
                                    "\uFEFF", " \u00A0\uFEFF ",
                                    "\uFE0F", "\U000E0020",
                                    "\xA0",   "\xFF\xFE"}) {
    for (const std::string formula :
         {"=1+1", "+1", "-1", "@SUM(A1)", "\uFF1D1", "\uFF0B1", "\uFF0D1", "\uFF20A", "\uFE661",
          "\uFE621", "\uFE631", "\uFE6BA", "\u22121"}) {
      EXPECT_EQ(TitleCell(skipped + formula), "'" + skipped + formula);
    }
    EXPECT_EQ(TitleCell(skipped + "1=1"), skipped + "1=1");
  }
  EXPECT_EQ(TitleCell(std::string("\0=1", 3)), std::string("'\0=1", 4));
  for (const char delimiter : {',', ';', '\t', '|'}) {
    TopList list = SampleTopPins();
    list.rows[0].title = " =1+1";
    EXPECT_THAT(*ToCsv(list, {.delimiter = delimiter}),
                ::testing::HasSubstr(delimiter + std::string("' =1+1") + delimiter));
  }
}

TEST(Csv, DefusesNothingElse) {
  for (const std::string text :
       {"1=1", "a-b", "'=1", "65+", "#1", " ", " a", "\u00A0\uFEFF", "\uFF0C", "\uFF1E", "\xEF\xBC",
        "\uFE10=1", "\U000E1000=1", "\U0001F9C1=1"}) {
    EXPECT_EQ(TitleCell(text), text);
  }
}

TEST(Csv, DefusesAndQuotesNamesOfMetrics) {
  TopList list;
  list.query.metrics = {Named("=1+1"), Named("clicks, \"all\"")};
  EXPECT_EQ(ToCsv(list), "rank,pin_id,title,'=1+1,\"clicks, \"\"all\"\"\"\r\n");

  Report report;
  report.query.metrics = {Named("-clicks")};
  report.query.comparison = Comparison::kPreviousPeriod;
  EXPECT_EQ(TotalsToCsv(report), "segment,'-clicks,'-clicks_change\r\n");
}

TEST(Csv, KeepsTheBytesOfTextThatIsNotUtf8) {
  const std::string text("a\0b\xFF\xC3", 5);
  EXPECT_EQ(TitleCell(text), text);
}

TEST(Csv, IsTheSameUnderALocaleWithCommas) {
  const Overview overview = SampleOverview();
  const std::string expected = ToCsv(overview);
  const CommaLocale locale;
  ASSERT_EQ(CommaLocale::Sample(), "1.234,5");
  EXPECT_EQ(ToCsv(overview), expected);
}

TEST(Csv, ReadBackLosesNothing) {
  constexpr std::array<std::string_view, 11> kFormulas = {
      "=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  // Which texts get an apostrophe is tested above; here, that it is all that a cell may have more.
  const auto is_cell_of = [&kFormulas](const std::string& cell, const std::string& text) {
    if (cell == "'" + text) return true;
    const bool is_formula =
        std::any_of(kFormulas.begin(), kFormulas.end(),
                    [&text](std::string_view formula) { return text.starts_with(formula); });
    return cell == text && !is_formula;
  };
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2'000; ++i) {
    const TopList list = RandomTopPins(random);
    const std::optional<std::vector<Row>> rows = ReadCsv(ToCsv(list));
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 1 + list.rows.size());
    const std::vector<Metric>& metrics = list.query.metrics;
    for (const Row& row : *rows) ASSERT_EQ(row.size(), 3 + metrics.size());
    for (std::size_t j = 0; j < metrics.size(); ++j) {
      ASSERT_TRUE(is_cell_of((*rows)[0][3 + j], metrics[j].name())) << metrics[j].name();
    }
    for (std::size_t r = 0; r < list.rows.size(); ++r) {
      const Row& row = (*rows)[r + 1];
      ASSERT_EQ(row[0], std::to_string(r + 1));
      ASSERT_EQ(row[1], std::to_string(list.rows[r].number()));
      ASSERT_TRUE(is_cell_of(row[2], list.rows[r].title)) << list.rows[r].title;
      for (std::size_t j = 0; j < metrics.size(); ++j) {
        const std::string& cell = row[3 + j];
        const std::optional<double> figure = list.rows[r].figures[j];
        ASSERT_EQ(cell.empty(), !figure);
        if (!figure) continue;
        double read = 0;
        const std::from_chars_result end =
            std::from_chars(cell.data(), cell.data() + cell.size(), read);
        ASSERT_EQ(end.ptr, cell.data() + cell.size()) << cell;
        ASSERT_EQ(read, *figure) << cell;
      }
    }
  }
}

// ---- options ----

TEST(CsvOptions, SetDelimiterAndLineEnd) {
  EXPECT_EQ(*ToCsv(SampleTopPins(), {.delimiter = ';', .line_end = CsvLineEnd::kLf}),
            "rank;pin_id;title;impressions;save_rate;total_play_time_minutes\n"
            "1;18446744073709551615;\"Say \"\"hi\"\", now\";900;0.02;0\n"
            "2;7;;300;;1.25\n");
  EXPECT_EQ(*SeriesToCsv(SampleReport(), {.delimiter = '\t'}),
            "date\tsegment\tstatus\timpressions\tsave_rate\ttotal_play_time_minutes\r\n"
            "2026-11-20\tall\tready\t1200\t0.0125\t3.5\r\n"
            "2026-11-21\tall\tprocessing\t\t\t\r\n");
  EXPECT_EQ(*TotalsToCsv(SampleReport(), {.line_end = CsvLineEnd::kLf}),
            "segment,impressions,save_rate,total_play_time_minutes,"
            "impressions_change,save_rate_change,total_play_time_change\n"
            "all,1200,0.0125,3.5,-0.05,,2\n");
}

TEST(CsvOptions, QuoteTheDelimiterThereIs) {
  TopList list = Titled("a|b");
  list.query.metrics = {Named("x|y")};
  EXPECT_EQ(*ToCsv(list, {.delimiter = '|'}), "rank|pin_id|title|\"x|y\"\r\n1|1|\"a|b\"|\r\n");
  EXPECT_EQ(ToCsv(list), "rank,pin_id,title,x|y\r\n1,1,a|b,\r\n");
}

TEST(CsvOptions, MarkTheByteOrderOnce) {
  const CsvOptions marked = {.byte_order_mark = true};
  EXPECT_EQ(*ToCsv(SampleOverview(), marked), "\xEF\xBB\xBF" + ToCsv(SampleOverview()));
  EXPECT_EQ(*ToCsv(SampleReport(), marked), "\xEF\xBB\xBF" + ToCsv(SampleReport()));
}

TEST(CsvOptions, AreAppliedBetweenTablesToo) {
  const CsvOptions options = {.delimiter = ';', .line_end = CsvLineEnd::kLf};
  const Overview overview = SampleOverview();
  EXPECT_EQ(*ToCsv(overview, options), *SeriesToCsv(overview.report, options) + "\n" +
                                           *TotalsToCsv(overview.report, options) + "\n" +
                                           *ToCsv(overview.top_pins, options) + "\n" +
                                           *ToCsv(overview.top_boards, options));
  EXPECT_EQ(*ToCsv(overview.report, options),
            *SeriesToCsv(overview.report, options) + "\n" + *TotalsToCsv(overview.report, options));
}

TEST(CsvOptions, RefuseADelimiterThatCellsHave) {
  for (int code = -128; code < 128; ++code) {
    const CsvOptions options = {.delimiter = static_cast<char>(code)};
    const bool is_sign = code == '\t' || (code > ' ' && code < 0x7F &&
                                          std::string_view("\"'+-.=@_").find(options.delimiter) ==
                                              std::string_view::npos &&
                                          std::isalnum(code) == 0);
    EXPECT_EQ(CheckCsvOptions(options).ok(), is_sign) << code;
  }
  EXPECT_EQ(CheckCsvOptions({.delimiter = '.'}),
            absl::InvalidArgumentError(
                "delimiter: \".\" cannot stand between cells, expected a comma, a semicolon, a tab "
                "or another sign that no number, date or name has"));
  const CsvOptions quote = {.delimiter = '"'};
  EXPECT_EQ(SeriesToCsv(SampleReport(), quote).status(), CheckCsvOptions(quote));
  EXPECT_EQ(TotalsToCsv(SampleReport(), quote).status(), CheckCsvOptions(quote));
  EXPECT_EQ(ToCsv(SampleTopPins(), quote).status(), CheckCsvOptions(quote));
  EXPECT_EQ(ToCsv(SampleReport(), quote).status(), CheckCsvOptions(quote));
  EXPECT_EQ(ToCsv(SampleOverview(), quote).status(), CheckCsvOptions(quote));
}

TEST(CsvOptions, ChangeNoCell) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 500; ++i) {
    const TopList list = RandomTopPins(random);
    const std::optional<std::vector<Row>> rows = ReadCsv(ToCsv(list));
    ASSERT_TRUE(rows);
    for (const char delimiter : {',', ';', '\t', '|', '\\', ':'}) {
      const CsvOptions options = {
          .delimiter = delimiter,
          .line_end = random() % 2 == 0 ? CsvLineEnd::kLf : CsvLineEnd::kCrLf,
          .byte_order_mark = random() % 2 == 0};
      ASSERT_EQ(ReadCsv(*ToCsv(list, options), options), rows) << delimiter;
    }
  }
}

// ---- sinks ----

TEST(CsvSink, GetsTheBytesOfTheText) {
  const Overview overview = LongOverview();
  const CsvOptions options = {.delimiter = ';', .byte_order_mark = true};
  const auto written = [](const auto& write) {
    RecordedSink sink;
    EXPECT_EQ(write(sink.sink()), absl::OkStatus());
    return sink.text();
  };
  EXPECT_EQ(written([&](const Sink& sink) { return WriteCsv(overview, options, sink); }),
            *ToCsv(overview, options));
  EXPECT_EQ(written([&](const Sink& sink) { return WriteCsv(overview, {}, sink); }),
            ToCsv(overview));
  EXPECT_EQ(written([&](const Sink& sink) { return WriteCsv(overview.report, {}, sink); }),
            ToCsv(overview.report));
  EXPECT_EQ(written([&](const Sink& sink) { return WriteCsv(overview.top_pins, {}, sink); }),
            ToCsv(overview.top_pins));
  EXPECT_EQ(written([&](const Sink& sink) { return WriteSeriesCsv(overview.report, {}, sink); }),
            SeriesToCsv(overview.report));
  EXPECT_EQ(written([&](const Sink& sink) { return WriteTotalsCsv(overview.report, {}, sink); }),
            TotalsToCsv(overview.report));
}

TEST(CsvSink, GetsAFewRowsAtATime) {
  RecordedSink sink;
  ASSERT_TRUE(WriteCsv(LongOverview(), {}, sink.sink()).ok());
  EXPECT_GT(sink.text().size(), 1'000'000U);
  EXPECT_LT(sink.largest(), 100'000U);
}

TEST(CsvSink, EndsTheExportWithItsError) {
  const Overview overview = LongOverview();
  RecordedSink whole;
  ASSERT_TRUE(WriteCsv(overview, {}, whole.sink()).ok());
  for (const std::size_t call : {std::size_t{1}, whole.calls() / 2, whole.calls()}) {
    RecordedSink sink(call);
    EXPECT_EQ(WriteCsv(overview, {}, sink.sink()), RecordedSink::Error());
    EXPECT_EQ(sink.calls(), call);
    EXPECT_EQ(whole.text().compare(0, sink.text().size(), sink.text()), 0);
  }
}

TEST(CsvSink, IsRefusedIfItIsEmpty) {
  const absl::Status refused = WriteCsv(SampleOverview(), {}, Sink());
  EXPECT_EQ(refused, absl::InvalidArgumentError("the sink is empty, expected a function"));
  EXPECT_EQ(WriteSeriesCsv(Report(), {}, Sink()), refused);
  EXPECT_EQ(WriteTotalsCsv(SampleReport(), {}, Sink()), refused);
  EXPECT_EQ(WriteCsv(LongOverview().top_pins, {}, Sink()), refused);
}

// Two columns of one name would be one to programs that read them.
TEST(Csv, NoMetricHasTheNameOfAnotherColumn) {
  const absl::Time now = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 12), absl::UTCTimeZone());
  const std::vector<Event> no_events;
  const std::vector<Pin> no_pins;
  Overview empty;
  for (const std::string& table : {SeriesToCsv(empty.report), TotalsToCsv(empty.report),
                                   ToCsv(empty.top_pins), ToCsv(empty.top_boards)}) {
    const std::optional<std::vector<Row>> rows = ReadCsv(table);
    ASSERT_TRUE(rows);
    for (const std::string& name : rows->at(0)) {
      const Query query = {.period = LastDays(1, absl::CivilDay(2026, 11, 20)),
                           .metrics = {Named(name)}};
      EXPECT_TRUE(absl::IsInvalidArgument(Evaluate(no_events, no_pins, query, now).status()))
          << name;
    }
  }
}

TEST(CsvSink, GetsNothingIfTheOptionsAreRefused) {
  RecordedSink sink;
  const CsvOptions digits = {.delimiter = '7', .byte_order_mark = true};
  EXPECT_EQ(WriteCsv(SampleOverview(), digits, sink.sink()), CheckCsvOptions(digits));
  EXPECT_EQ(WriteSeriesCsv(SampleReport(), digits, sink.sink()), CheckCsvOptions(digits));
  EXPECT_EQ(WriteTotalsCsv(SampleReport(), digits, sink.sink()), CheckCsvOptions(digits));
  EXPECT_EQ(sink.calls(), 0U);
}

TEST(Csv, ReaderOfTheseTestsIsStrict) {
  EXPECT_THAT(*ReadCsv("a,\"b\"\"\r\n\"\r\n"), ElementsAre(ElementsAre("a", "b\"\r\n")));
  EXPECT_THAT(*ReadCsv(""), IsEmpty());
  for (const char* text : {"a", "a\n", "a\"\r\n", "\"a\r\n", "\"a\"b\r\n", "a\rb\r\n"}) {
    EXPECT_FALSE(ReadCsv(text)) << text;
  }
}

}  // namespace
}  // namespace pinmetrics
