#include "export/table.h"

#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"
#include "report/label_column.h"

namespace pinmetrics {
namespace {

template <typename Row>
void AddLabel(LabelColumn column, Cells<Row> cells, std::string_view definition,
              ReportTable<Row>& table) {
  table.columns.push_back(
      {.name = std::string(NameOf(column)), .cells = cells, .definition = std::string(definition)});
}

template <typename Row>
std::string SegmentOf(const Query& query, const Row& row) {
  return SegmentText(query, row.segment);
}

std::string DefinitionOfSegment(const Query& query) {
  if (!query.split) return "The row is about all events.";
  return "The row's " + std::string(NameOf(*query.split)) + ", or all.";
}

template <typename Row>
void AddSegment(ReportTable<Row>& table) {
  NameCells<Row> cells;
  cells.name_of = SegmentOf<Row>;
  AddLabel<Row>(LabelColumn::kSegment, cells, DefinitionOfSegment(table.head.query), table);
}

template <typename Row>
void AddFigures(ReportTable<Row>& table) {
  const std::vector<Metric>& metrics = table.head.query.metrics;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    table.columns.push_back({.name = metrics[i].NameWithUnit(),
                             .cells = FigureCells<Row>{&Row::figures, i, metrics[i].unit()},
                             .title = metrics[i].title(),
                             .definition = metrics[i].description().definition});
  }
}

/// What the change of a metric is against, see `ReportHead::compared_with`.
std::string DefinitionOfChange(const ReportHead& head, const Metric& metric) {
  std::string before;
  if (metric.needs().month_alone()) {
    if (head.month_compared_with) before = ToString(*head.month_compared_with);
  } else if (head.compared_with) {
    before = ToString(*head.compared_with);
  }
  if (before.empty()) return "Absent: not all days to compare with are known.";
  return "(now - before) / before, where before is the figure of " + before + ".";
}

void AddChanges(ReportTable<TotalRow>& table) {
  const std::vector<Metric>& metrics = table.head.query.metrics;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    table.columns.push_back({.name = metrics[i].NameOfChange(),
                             .cells = FigureCells<TotalRow>{&TotalRow::change, i, Unit::kRatio},
                             .title = metrics[i].title() + ", change",
                             .definition = DefinitionOfChange(table.head, metrics[i])});
  }
}

}  // namespace

ReportTable<DayRow> SeriesTable(const Report& report) {
  ReportTable<DayRow> table{
      .head = report, .rows = report.days, .title = "Daily series", .key_columns = 2};
  AddLabel<DayRow>(LabelColumn::kDate, DayCells<DayRow>{&DayRow::day},
                   "A day of the reporting zone.", table);
  AddSegment(table);
  AddLabel<DayRow>(LabelColumn::kStatus,
                   NameCells<DayRow>{[](const Query&, const DayRow& row) {
                                       return std::string(NameOf(row.status));
                                     },
                                     EnumNames<DayStatus>::kNames},
                   "How far the day's figures can be relied on.", table);
  AddFigures(table);
  return table;
}

ReportTable<TotalRow> TotalsTable(const Report& report) {
  ReportTable<TotalRow> table{
      .head = report, .rows = report.totals, .title = "Totals of the period"};
  AddSegment(table);
  AddFigures(table);
  if (report.query.comparison != Comparison::kNone) AddChanges(table);
  return table;
}

ReportTable<TopRow> TopListTable(const TopList& list) {
  const bool boards = list.item == Dimension::kBoard;
  ReportTable<TopRow> table{
      .head = list, .rows = list.rows, .title = boards ? "Top boards" : "Top Pins"};
  AddLabel<TopRow>(LabelColumn::kRank, RankCells(),
                   "From 1, the highest by " + list.ranking.by.name() + ".", table);
  AddLabel<TopRow>(boards ? LabelColumn::kBoardId : LabelColumn::kPinId,
                   IdCells<TopRow>{&TopRow::number}, "", table);
  AddLabel<TopRow>(LabelColumn::kTitle, TextCells<TopRow>{&TopRow::title}, "As last known.", table);
  AddFigures(table);
  return table;
}

std::string_view NameOfUnit(Unit unit) {
  switch (unit) {
    case Unit::kCount:
      return "count";
    case Unit::kPeople:
      return "people";
    case Unit::kRatio:
      return "ratio";
    case Unit::kMinutes:
      return "minutes";
    case Unit::kSeconds:
      return "seconds";
  }
  return "";
}

}  // namespace pinmetrics
