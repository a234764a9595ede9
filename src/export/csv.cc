#include "pinmetrics/export/csv.h"

#include <cstddef>
#include <optional>
#include <string>

#include "export/csv_writer.h"
#include "export/number.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {
namespace {

void WriteMetricNames(const Query& query, CsvWriter& csv) {
  for (const Metric& metric : query.metrics) csv.Text(metric.NameWithUnit());
}

// A cell for each metric of the query, also where there are no figures: rows of a table are as long
// as its header.
void WriteFigures(const Query& query, const Figures& figures, CsvWriter& csv) {
  for (std::size_t i = 0; i < query.metrics.size(); ++i) {
    const std::optional<double> figure = FigureAt(figures, i);
    csv.Plain(figure ? FormatNumber(*figure) : "");
  }
}

void WriteSeries(const Report& report, CsvWriter& csv) {
  csv.Plain("date");
  csv.Plain("segment");
  csv.Plain("status");
  WriteMetricNames(report.query, csv);
  csv.EndRow();
  for (const DayRow& row : report.days) {
    csv.Plain(ToString(row.day));
    csv.Text(SegmentText(report.query, row.segment));
    csv.Plain(NameOf(row.status));
    WriteFigures(report.query, row.figures, csv);
    csv.EndRow();
  }
}

void WriteTotals(const Report& report, CsvWriter& csv) {
  const bool compares = report.query.comparison != Comparison::kNone;
  csv.Plain("segment");
  WriteMetricNames(report.query, csv);
  if (compares) {
    // A change is a ratio, so it does not have the metric's unit.
    for (const Metric& metric : report.query.metrics) csv.Text(metric.name() + "_change");
  }
  csv.EndRow();
  for (const TotalRow& row : report.totals) {
    csv.Text(SegmentText(report.query, row.segment));
    WriteFigures(report.query, row.figures, csv);
    if (compares) WriteFigures(report.query, row.change, csv);
    csv.EndRow();
  }
}

void WriteTopList(const TopList& list, CsvWriter& csv) {
  csv.Plain("rank");
  csv.Plain(list.item == Dimension::kBoard ? "board_id" : "pin_id");
  csv.Plain("title");
  WriteMetricNames(list.query, csv);
  csv.EndRow();
  std::size_t rank = 1;
  for (const TopRow& row : list.rows) {
    csv.Plain(std::to_string(rank++));
    csv.Plain(std::to_string(row.id));
    csv.Text(row.title);
    WriteFigures(list.query, row.figures, csv);
    csv.EndRow();
  }
}

void WriteReport(const Report& report, CsvWriter& csv) {
  WriteSeries(report, csv);
  csv.EmptyLine();
  WriteTotals(report, csv);
}

}  // namespace

std::string SeriesToCsv(const Report& report) {
  std::string text;
  CsvWriter csv(text);
  WriteSeries(report, csv);
  return text;
}

std::string TotalsToCsv(const Report& report) {
  std::string text;
  CsvWriter csv(text);
  WriteTotals(report, csv);
  return text;
}

std::string ToCsv(const TopList& list) {
  std::string text;
  CsvWriter csv(text);
  WriteTopList(list, csv);
  return text;
}

std::string ToCsv(const Report& report) {
  std::string text;
  CsvWriter csv(text);
  WriteReport(report, csv);
  return text;
}

std::string ToCsv(const Overview& overview) {
  std::string text;
  CsvWriter csv(text);
  WriteReport(overview.report, csv);
  csv.EmptyLine();
  WriteTopList(overview.top_pins, csv);
  csv.EmptyLine();
  WriteTopList(overview.top_boards, csv);
  return text;
}

}  // namespace pinmetrics
