#include "pinmetrics/export/arrow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/report.h"
#include "tests/export/arrow/table_reader.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::monostate kNull;
constexpr std::int64_t kDay = 20'777;  // 2026-11-20 in days since 1970.

std::vector<std::string> NamesOf(const ArrowReadTable& table) {
  std::vector<std::string> names;
  for (const ArrowReadColumn& column : table.columns) names.push_back(column.name);
  return names;
}

std::vector<std::string> FormatsOf(const ArrowReadTable& table) {
  std::vector<std::string> formats;
  for (const ArrowReadColumn& column : table.columns) {
    formats.push_back(column.format +
                      (column.dictionary_format.empty() ? "" : " of " + column.dictionary_format));
  }
  return formats;
}

std::vector<ArrowCell> ArrowCells(std::initializer_list<ArrowCell> cells) { return cells; }

TEST(Arrow, SeriesHasARowForEachDay) {
  const ArrowReadTable table = ArrowTableReader::Read(SeriesToArrow(SampleReport()));
  EXPECT_EQ(table.fault, "");
  EXPECT_THAT(NamesOf(table), ElementsAre("date", "segment", "status", "impressions", "save_rate",
                                          "total_play_time_minutes"));
  EXPECT_THAT(FormatsOf(table), ElementsAre("tdD", "i of u", "i of u", "l", "g", "g"));
  ASSERT_THAT(table.columns, SizeIs(6));
  EXPECT_EQ(table.columns[0].cells, ArrowCells({kDay, kDay + 1}));
  EXPECT_EQ(table.columns[1].cells, ArrowCells({"all", "all"}));
  EXPECT_EQ(table.columns[2].cells, ArrowCells({"ready", "processing"}));
  EXPECT_EQ(table.columns[3].cells, ArrowCells({std::int64_t{1200}, kNull}));
  EXPECT_EQ(table.columns[4].cells, ArrowCells({0.0125, kNull}));
  EXPECT_EQ(table.columns[5].cells, ArrowCells({3.5, kNull}));
}

TEST(Arrow, TotalsHaveAChangeForEachMetric) {
  const ArrowReadTable table = ArrowTableReader::Read(TotalsToArrow(SampleReport()));
  EXPECT_EQ(table.fault, "");
  EXPECT_THAT(NamesOf(table),
              ElementsAre("segment", "impressions", "save_rate", "total_play_time_minutes",
                          "impressions_change", "save_rate_change", "total_play_time_change"));
  EXPECT_THAT(FormatsOf(table), ElementsAre("i of u", "l", "g", "g", "g", "g", "g"));
  ASSERT_THAT(table.columns, SizeIs(7));
  EXPECT_EQ(table.columns[4].cells, ArrowCells({-0.05}));
  EXPECT_EQ(table.columns[5].cells, ArrowCells({kNull}));
  EXPECT_EQ(table.columns[6].cells, ArrowCells({2.0}));
}

TEST(Arrow, TotalsWithoutAComparisonHaveNoChange) {
  const ArrowReadTable table = ArrowTableReader::Read(TotalsToArrow(SplitReport()));
  EXPECT_THAT(NamesOf(table), ElementsAre("segment", "impressions", "save_rate"));
  EXPECT_EQ(table.columns[0].cells, ArrowCells({"0", "18446744073709551615", "none"}));
  EXPECT_EQ(table.columns[2].cells, ArrowCells({kNull, kNull, kNull}));
}

TEST(Arrow, TopListsAreOfPinsOrBoards) {
  const ArrowReadTable pins = ArrowTableReader::Read(ToArrow(SampleTopPins()));
  EXPECT_EQ(pins.fault, "");
  EXPECT_THAT(NamesOf(pins), ElementsAre("rank", "pin_id", "title", "impressions", "save_rate",
                                         "total_play_time_minutes"));
  EXPECT_THAT(FormatsOf(pins), ElementsAre("l", "L", "U", "l", "g", "g"));
  EXPECT_EQ(pins.columns[0].cells, ArrowCells({std::int64_t{1}, std::int64_t{2}}));
  EXPECT_EQ(pins.columns[1].cells, ArrowCells({kLargestId, std::uint64_t{7}}));
  EXPECT_EQ(pins.columns[2].cells, ArrowCells({"Say \"hi\", now", ""}));
  EXPECT_EQ(pins.columns[4].cells, ArrowCells({0.02, kNull}));
  EXPECT_EQ(NamesOf(ArrowTableReader::Read(ToArrow(SampleTopBoards())))[1], "board_id");
}

TEST(Arrow, OnlyMetricsAreNullable) {
  for (const ArrowReadColumn& column :
       ArrowTableReader::Read(SeriesToArrow(SampleReport())).columns) {
    const bool is_metric = column.metadata.contains("unit");
    EXPECT_EQ(column.nullable, is_metric) << column.name;
  }
}

TEST(Arrow, MetadataSaysWhatWasAskedAndWhatMetricsMean) {
  const ArrowReadTable table = ArrowTableReader::Read(SeriesToArrow(SampleReport()));
  EXPECT_THAT(table.metadata, Contains(Pair("period", "2026-11-20..2026-11-21")));
  EXPECT_THAT(table.metadata, Contains(Pair("time_zone", "UTC")));
  EXPECT_THAT(table.metadata, Contains(Pair("now", "2026-11-23T12:00:00Z")));
  EXPECT_THAT(table.metadata, Contains(Pair("latest_complete_day", "2026-11-20")));
  EXPECT_THAT(table.metadata, Contains(Pair("filter", "device:mobile")));
  EXPECT_THAT(table.metadata, Contains(Pair("split", "")));
  EXPECT_THAT(table.metadata, Contains(Pair("compared_with", "2026-11-19..2026-11-19")));
  EXPECT_THAT(table.columns[4].metadata,
              ElementsAre(Pair("definition", "saves / impressions"), Pair("title", "Save rate"),
                          Pair("unit", "ratio")));
  EXPECT_THAT(table.columns[0].metadata,
              ElementsAre(Pair("definition", "A day of the reporting zone.")));
  EXPECT_THAT(ArrowTableReader::Read(TotalsToArrow(SampleReport())).columns[5].metadata,
              ElementsAre(Pair("definition",
                               "(now - before) / before, where before is the figure "
                               "of 2026-11-19..2026-11-19."),
                          Pair("title", "Save rate, change"), Pair("unit", "ratio")));
  EXPECT_THAT(ArrowTableReader::Read(TotalsToArrow(SplitReport())).metadata,
              Contains(Pair("split", "account")));
}

TEST(Arrow, WeeksHaveTheirLastDayAndAFlag) {
  Report report = WeeksReport();
  // More than a byte of flags.
  for (int i = 0; i < 9; ++i) report.days.push_back(report.days[i % 3 == 0 ? 1 : 0]);
  const ArrowReadTable table = ArrowTableReader::Read(SeriesToArrow(report));
  EXPECT_EQ(table.fault, "");
  EXPECT_THAT(table.metadata, Contains(Pair("interval", "week")));
  EXPECT_THAT(NamesOf(table), ElementsAre("date", "end", "partial", "segment", "status",
                                          "impressions", "save_rate"));
  EXPECT_THAT(FormatsOf(table), ElementsAre("tdD", "tdD", "b", "i of u", "i of u", "l", "g"));
  EXPECT_EQ(table.columns[1].cells.front(), ArrowCell(kDay - 5));
  std::vector<ArrowCell> flags;
  for (const DayRow& row : report.days) flags.emplace_back(std::int64_t{row.partial ? 1 : 0});
  EXPECT_EQ(table.columns[2].cells, flags);
}

TEST(Arrow, MetadataOfATopListSaysItsRanking) {
  TopList list = SampleTopPins();
  list.ranking = {.by = kSaves, .limit = 3, .created_in_last_days = 30};
  const ArrowReadTable table = ArrowTableReader::Read(ToArrow(list));
  EXPECT_THAT(table.metadata, Contains(Pair("filter", "device:mobile")));
  EXPECT_THAT(table.metadata, Contains(Pair("by", "saves")));
  EXPECT_THAT(table.metadata, Contains(Pair("limit", "3")));
  EXPECT_THAT(table.metadata, Contains(Pair("created_in_last", "30")));
}

TEST(Arrow, BatchesHoldNoMoreThanTheRowsAskedFor) {
  Report report = SampleReport();
  report.days.resize(7, report.days[0]);
  const auto rows = [&report](std::size_t most) {
    return ArrowTableReader::Read(SeriesToArrow(report, {.batch_rows = most})).batch_rows;
  };
  EXPECT_THAT(rows(3), ElementsAre(3, 3, 1));
  EXPECT_THAT(rows(7), ElementsAre(7));
  EXPECT_THAT(rows(8), ElementsAre(7));
  EXPECT_THAT(rows(0), SizeIs(7));
}

TEST(Arrow, ATableWithoutRowsHasColumnsAndNoBatch) {
  TopList list = SampleTopPins();
  list.rows.clear();
  const ArrowReadTable table = ArrowTableReader::Read(ToArrow(list));
  EXPECT_EQ(table.fault, "");
  EXPECT_THAT(table.columns, SizeIs(6));
  EXPECT_THAT(table.batch_rows, IsEmpty());
}

TEST(Arrow, ASharedReportIsNotCopied) {
  const auto report = std::make_shared<const Report>(SampleReport());
  ArrowArrayStream stream = SeriesToArrow(report);
  EXPECT_GT(report.use_count(), 1);
  stream.release(&stream);
  EXPECT_EQ(report.use_count(), 1);
}

TEST(Arrow, FiguresThatAreMissingOrNotFiniteAreNull) {
  TopList list = SampleTopPins();
  list.rows[0].figures = {std::numeric_limits<double>::infinity(), std::nan("")};
  const ArrowReadTable table = ArrowTableReader::Read(ToArrow(list));
  EXPECT_EQ(table.fault, "");
  for (std::size_t column : {3U, 4U, 5U}) {
    EXPECT_EQ(table.columns[column].cells[0], ArrowCell()) << column;
  }
  EXPECT_EQ(table.columns[3].format, "l");
}

TEST(Arrow, CountsThatAreNotWholeStayAsTheyAre) {
  for (const double figure : {0.5, 9223372036854775808.0, -9223372036854775809.0 * 2}) {
    TopList list = SampleTopPins();
    list.rows[0].figures[0] = figure;
    const ArrowReadTable table = ArrowTableReader::Read(ToArrow(list));
    EXPECT_EQ(table.columns[3].format, "g");
    EXPECT_EQ(table.columns[3].cells, ArrowCells({figure, 300.0}));
  }
}

TEST(Arrow, BrokenTextIsReplaced) {
  TopList list = SampleTopPins();
  list.rows[0].title = "a\xFFz";
  list.rows[1].title = std::string("a\0z", 3);
  list.query.metrics[0] = Named(std::string("n\0\x80", 3));
  const ArrowReadTable table = ArrowTableReader::Read(ToArrow(list));
  EXPECT_EQ(table.columns[2].cells, ArrowCells({"a\xEF\xBF\xBDz", std::string("a\0z", 3)}));
  EXPECT_EQ(table.columns[3].name, "n\xEF\xBF\xBD\xEF\xBF\xBD");
}

/// The cell that a figure comes to in a column of that format.
ArrowCell CellOf(const std::optional<double>& figure, const std::string& format) {
  if (!figure) return {};
  if (format == "l") return static_cast<std::int64_t>(*figure);
  return *figure;
}

TEST(Arrow, RandomTopListsComeOutAsTheyWentIn) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 500; ++i) {
    const TopList list = RandomTopPins(random);
    const std::size_t metrics = list.query.metrics.size();
    const ArrowReadTable table =
        ArrowTableReader::Read(ToArrow(list, {.batch_rows = 1 + random() % 8}));
    ASSERT_EQ(table.fault, "");
    ASSERT_THAT(table.columns, SizeIs(3 + metrics));
    for (std::size_t row = 0; row < list.rows.size(); ++row) {
      ASSERT_EQ(table.columns[0].cells[row], ArrowCell(static_cast<std::int64_t>(row + 1)));
      ASSERT_EQ(table.columns[1].cells[row], ArrowCell(list.rows[row].number()));
      for (std::size_t m = 0; m < metrics; ++m) {
        const ArrowReadColumn& column = table.columns[3 + m];
        ASSERT_EQ(column.cells[row], CellOf(list.rows[row].figures[m], column.format));
      }
    }
  }
}

/// A series and totals with any statuses, segments and figures.
Report RandomReport(std::mt19937_64& random) {
  Report report{SampleHead()};
  report.query.split = Dimension::kAccount;
  report.query.metrics = {kImpressions, kSaveRate, kTotalAudience, kAveragePlayTime};
  report.query.comparison = Comparison::kPreviousPeriod;
  const auto figures = [&random] {
    Figures made;
    for (const bool is_count : {true, false, true, false}) {
      const double number = is_count ? static_cast<double>(random() % 1'000'000)
                                     : static_cast<double>(random() % 1'000'000) / 7;
      made.push_back(random() % 4 == 0 ? std::nullopt : std::optional(number));
    }
    return made;
  };
  const auto segment = [&random]() -> std::optional<Attribute> {
    if (random() % 5 == 0) return std::nullopt;
    return random() % 4 == 0 ? Attribute() : Attribute(random() % 4);
  };
  for (std::uint64_t left = random() % 30; left > 0; --left) {
    const auto status = static_cast<DayStatus>(random() % kCountOf<DayStatus>);
    report.days.push_back({.day = absl::CivilDay(1970, 1, 1) + std::int64_t(random() % 2'932'896),
                           .status = status,
                           .segment = segment(),
                           .figures = HasValues(status) ? figures() : Figures()});
    report.totals.push_back({.segment = segment(), .figures = figures(), .change = figures()});
  }
  return report;
}

TEST(Arrow, RandomReportsComeOutAsTheyWentIn) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 300; ++i) {
    const auto report = std::make_shared<const Report>(RandomReport(random));
    const ArrowOptions options{.batch_rows = 1 + random() % 8};
    const ArrowReadTable series = ArrowTableReader::Read(SeriesToArrow(report, options));
    ASSERT_EQ(series.fault, "");
    ASSERT_THAT(FormatsOf(series), ElementsAre("tdD", "i of u", "i of u", "l", "g", "l", "g"));
    for (std::size_t row = 0; row < report->days.size(); ++row) {
      const DayRow& day = report->days[row];
      ASSERT_EQ(series.columns[0].cells[row], ArrowCell(day.day - absl::CivilDay(1970, 1, 1)));
      ASSERT_EQ(series.columns[1].cells[row], ArrowCell(SegmentText(report->query, day.segment)));
      ASSERT_EQ(series.columns[2].cells[row], ArrowCell(std::string(NameOf(day.status))));
      for (std::size_t m = 0; m < 4; ++m) {
        const ArrowReadColumn& column = series.columns[3 + m];
        const std::optional<double> figure = day.figures.empty() ? std::nullopt : day.figures[m];
        ASSERT_EQ(column.cells[row], CellOf(figure, column.format));
      }
    }
    const ArrowReadTable totals = ArrowTableReader::Read(TotalsToArrow(report, options));
    ASSERT_EQ(totals.fault, "");
    ASSERT_THAT(totals.columns, SizeIs(9));
    for (std::size_t row = 0; row < report->totals.size(); ++row) {
      for (std::size_t m = 0; m < 4; ++m) {
        const TotalRow& total = report->totals[row];
        ASSERT_EQ(totals.columns[1 + m].cells[row],
                  CellOf(total.figures[m], totals.columns[1 + m].format));
        ASSERT_EQ(totals.columns[5 + m].cells[row], CellOf(total.change[m], "g"));
      }
    }
  }
}

}  // namespace
}  // namespace pinmetrics
