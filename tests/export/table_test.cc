#include "export/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;

template <typename Row>
std::vector<std::string> NamesOf(const ReportTable<Row>& table) {
  std::vector<std::string> names;
  for (const TableColumn<Row>& column : table.columns) names.push_back(column.name);
  return names;
}

TEST(ReportTable, HasAColumnForEachMetricBehindItsLabels) {
  const Report report = SampleReport();
  EXPECT_THAT(NamesOf(SeriesTable(report)), ElementsAre("date", "segment", "status", "impressions",
                                                        "save_rate", "total_play_time_minutes"));
  EXPECT_THAT(NamesOf(TotalsTable(report)),
              ElementsAre("segment", "impressions", "save_rate", "total_play_time_minutes",
                          "impressions_change", "save_rate_change", "total_play_time_change"));
  const TopList pins = SampleTopPins();
  EXPECT_THAT(NamesOf(TopListTable(pins)), ElementsAre("rank", "pin_id", "title", "impressions",
                                                       "save_rate", "total_play_time_minutes"));
  const TopList boards = SampleTopBoards();
  EXPECT_EQ(TopListTable(boards).columns[1].name, "board_id");
}

/// No metric can have the name of one of the table's labels: the names are reserved from one list,
/// the tables take theirs from it.
template <typename Row>
void ExpectLabelsAreReserved(const ReportTable<Row>& table) {
  const Evaluation evaluation({}, {}, table.head.now);
  for (const TableColumn<Row>& column : table.columns) {
    if (column.nullable()) continue;
    Query query = table.head.query;
    query.metrics = {Named(column.name)};
    EXPECT_EQ(evaluation.Run(query, table.head.now).status(),
              absl::InvalidArgumentError("metrics: the column " + column.name +
                                         " is of the metric " + column.name +
                                         ", and already of the table itself, expected names that "
                                         "differ, with _change too"));
  }
}

TEST(ReportTable, NoMetricCanHaveTheNameOfALabel) {
  const Report report = SampleReport();
  const TopList pins = SampleTopPins();
  const TopList boards = SampleTopBoards();
  ExpectLabelsAreReserved(SeriesTable(report));
  ExpectLabelsAreReserved(TotalsTable(report));
  ExpectLabelsAreReserved(TopListTable(pins));
  ExpectLabelsAreReserved(TopListTable(boards));
}

TEST(ReportTable, FiguresHaveTheUnitOfTheirMetricAndChangesAreRatios) {
  const Report report = SampleReport();
  std::vector<Unit> units;
  for (const TableColumn<TotalRow>& column : TotalsTable(report).columns) {
    if (const auto* const cells = std::get_if<FigureCells<TotalRow>>(&column.cells)) {
      units.push_back(cells->unit);
    }
  }
  EXPECT_THAT(units, ElementsAre(Unit::kCount, Unit::kRatio, Unit::kMinutes, Unit::kRatio,
                                 Unit::kRatio, Unit::kRatio));
}

TEST(ReportTable, OnlyCountsThatAllFitAreWhole) {
  const auto fits = [](double figure) { return figure < 10; };
  std::vector<TotalRow> rows = {{.figures = {9}}, {.figures = {std::nullopt}}};
  FigureCells<TotalRow> cells{&TotalRow::figures, 0, Unit::kPeople};
  EXPECT_TRUE(AreWhole(rows, cells, fits));
  cells.unit = Unit::kSeconds;
  EXPECT_FALSE(AreWhole(rows, cells, fits));
  cells.unit = Unit::kCount;
  rows.push_back({.figures = {10}});
  EXPECT_FALSE(AreWhole(rows, cells, fits));
}

}  // namespace
}  // namespace pinmetrics
