#include "export/table.h"

#include <utility>

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

/// The same for one of the columns that tell every row from all others.
template <typename Row>
void AddKey(LabelColumn column, Cells<Row> cells, std::string_view definition,
            ReportTable<Row>& table) {
  AddLabel(column, std::move(cells), definition, table);
  table.columns.back().is_key = true;
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
  AddKey<Row>(LabelColumn::kSegment, cells, DefinitionOfSegment(table.head.query), table);
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
  const bool of_days = report.query.interval.is_day();
  ReportTable<DayRow> table{.head = report,
                            .rows = report.days,
                            .title = of_days ? "Daily series" : "Series of weeks or months"};
  AddKey<DayRow>(LabelColumn::kDate, DayCells<DayRow>{&DayRow::day},
                 of_days ? "A day of the reporting zone."
                         : "The first day of the week or month, in the reporting zone.",
                 table);
  if (!of_days) {
    AddLabel<DayRow>(LabelColumn::kEnd, DayCells<DayRow>{&DayRow::last_day},
                     "The last day of the week or month.", table);
    AddLabel<DayRow>(LabelColumn::kPartial, FlagCells<DayRow>{&DayRow::partial},
                     "Whether the period has not all of its days. Figures are those of the days "
                     "that it has, where these have values.",
                     table);
  }
  AddSegment(table);
  AddLabel<DayRow>(LabelColumn::kStatus,
                   NameCells<DayRow>{[](const Query&, const DayRow& row) {
                                       return std::string(NameOf(row.status));
                                     },
                                     EnumNames<DayStatus>::kNames},
                   of_days ? "How far the day's figures can be relied on."
                           : "That of the least certain day of the week or month in the period.",
                   table);
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
  AddKey<TopRow>(LabelColumn::kRank, RankCells(),
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
