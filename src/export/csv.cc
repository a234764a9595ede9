#include "pinmetrics/export/csv.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "calendar/quote.h"
#include "export/csv_writer.h"
#include "export/metric_column.h"
#include "export/number.h"
#include "export/sink_buffer.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics {
namespace {

void WriteMetricNames(const Query& query, CsvWriter& csv) {
  for (const Metric& metric : query.metrics) csv.Text(metric.NameWithUnit());
}

// A cell for each metric of the query, also where there are no figures: rows of a table are as long
// as its header.
void WriteFigures(const Query& query, const Figures& figures, CsvWriter& csv) {
  for (std::size_t i = 0; i < query.metrics.size(); ++i) {
    if (const std::optional<double> figure = FigureAt(figures, i)) {
      csv.Number(*figure);
    } else {
      csv.Plain("");
    }
  }
}

void WriteSeries(const Report& report, CsvWriter& csv) {
  csv.Plain("date");
  csv.Plain("segment");
  csv.Plain("status");
  WriteMetricNames(report.query, csv);
  if (!csv.EndRow()) return;
  for (const DayRow& row : report.days) {
    csv.Plain(ToString(row.day));
    csv.Text(SegmentText(report.query, row.segment));
    csv.Plain(NameOf(row.status));
    WriteFigures(report.query, row.figures, csv);
    if (!csv.EndRow()) return;
  }
}

void WriteTotals(const Report& report, CsvWriter& csv) {
  const bool compares = report.query.comparison != Comparison::kNone;
  csv.Plain("segment");
  WriteMetricNames(report.query, csv);
  if (compares) {
    for (const Metric& metric : report.query.metrics) csv.Text(metric.NameOfChange());
  }
  if (!csv.EndRow()) return;
  for (const TotalRow& row : report.totals) {
    csv.Text(SegmentText(report.query, row.segment));
    WriteFigures(report.query, row.figures, csv);
    if (compares) WriteFigures(report.query, row.change, csv);
    if (!csv.EndRow()) return;
  }
}

void WriteTopList(const TopList& list, CsvWriter& csv) {
  csv.Plain("rank");
  csv.Plain(list.item == Dimension::kBoard ? "board_id" : "pin_id");
  csv.Plain("title");
  WriteMetricNames(list.query, csv);
  if (!csv.EndRow()) return;
  std::uint64_t rank = 1;
  for (const TopRow& row : list.rows) {
    csv.Whole(rank++);
    csv.Whole(row.number());
    csv.Text(row.title);
    WriteFigures(list.query, row.figures, csv);
    if (!csv.EndRow()) return;
  }
}

void WriteTables(const Report& report, CsvWriter& csv) {
  WriteSeries(report, csv);
  csv.EmptyLine();
  WriteTotals(report, csv);
}

template <typename WriteAll>
absl::Status Write(const CsvOptions& options, const Sink& sink, WriteAll write_all) {
  absl::Status status = CheckCsvOptions(options);
  if (!status.ok()) return status;
  SinkBuffer buffer(sink);
  CsvWriter csv(options, buffer);
  write_all(csv);
  return buffer.Finish();
}

/// What `write`, given options and a sink, hands to it.
template <typename WriteTo>
absl::StatusOr<std::string> CollectChecked(const CsvOptions& options, WriteTo write_to) {
  absl::Status status = CheckCsvOptions(options);
  if (!status.ok()) return status;
  return Collect(write_to);
}

}  // namespace

absl::Status CheckCsvOptions(const CsvOptions& options) {
  const char c = options.delimiter;
  constexpr std::string_view kSigns = "!#$%&()*,/:;<>?[\\]^`{|}~";
  if (c == '\t' || kSigns.find(c) != std::string_view::npos) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "delimiter: " + Quote(std::string_view(&c, 1)) +
      " cannot stand between cells, expected a comma, a semicolon, a tab or another sign that no "
      "number, date or name has");
}

absl::Status WriteSeriesCsv(const Report& report, const CsvOptions& options, const Sink& sink) {
  return Write(options, sink, [&report](CsvWriter& csv) { WriteSeries(report, csv); });
}

absl::Status WriteTotalsCsv(const Report& report, const CsvOptions& options, const Sink& sink) {
  return Write(options, sink, [&report](CsvWriter& csv) { WriteTotals(report, csv); });
}

absl::Status WriteCsv(const TopList& list, const CsvOptions& options, const Sink& sink) {
  return Write(options, sink, [&list](CsvWriter& csv) { WriteTopList(list, csv); });
}

absl::Status WriteCsv(const Report& report, const CsvOptions& options, const Sink& sink) {
  return Write(options, sink, [&report](CsvWriter& csv) { WriteTables(report, csv); });
}

absl::Status WriteCsv(const Overview& overview, const CsvOptions& options, const Sink& sink) {
  return Write(options, sink, [&overview](CsvWriter& csv) {
    WriteTables(overview.report, csv);
    csv.EmptyLine();
    WriteTopList(overview.top_pins, csv);
    csv.EmptyLine();
    WriteTopList(overview.top_boards, csv);
  });
}

std::string SeriesToCsv(const Report& report) {
  return Collect([&report](const Sink& sink) { return WriteSeriesCsv(report, {}, sink); });
}

std::string TotalsToCsv(const Report& report) {
  return Collect([&report](const Sink& sink) { return WriteTotalsCsv(report, {}, sink); });
}

std::string ToCsv(const TopList& list) {
  return Collect([&list](const Sink& sink) { return WriteCsv(list, {}, sink); });
}

std::string ToCsv(const Report& report) {
  return Collect([&report](const Sink& sink) { return WriteCsv(report, {}, sink); });
}

std::string ToCsv(const Overview& overview) {
  return Collect([&overview](const Sink& sink) { return WriteCsv(overview, {}, sink); });
}

absl::StatusOr<std::string> SeriesToCsv(const Report& report, const CsvOptions& options) {
  return CollectChecked(options,
                        [&](const Sink& sink) { return WriteSeriesCsv(report, options, sink); });
}

absl::StatusOr<std::string> TotalsToCsv(const Report& report, const CsvOptions& options) {
  return CollectChecked(options,
                        [&](const Sink& sink) { return WriteTotalsCsv(report, options, sink); });
}

absl::StatusOr<std::string> ToCsv(const TopList& list, const CsvOptions& options) {
  return CollectChecked(options, [&](const Sink& sink) { return WriteCsv(list, options, sink); });
}

absl::StatusOr<std::string> ToCsv(const Report& report, const CsvOptions& options) {
  return CollectChecked(options, [&](const Sink& sink) { return WriteCsv(report, options, sink); });
}

absl::StatusOr<std::string> ToCsv(const Overview& overview, const CsvOptions& options) {
  return CollectChecked(options,
                        [&](const Sink& sink) { return WriteCsv(overview, options, sink); });
}

}  // namespace pinmetrics
