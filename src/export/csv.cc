#include "pinmetrics/export/csv.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "calendar/quote.h"
#include "export/csv_writer.h"
#include "export/same_question.h"
#include "export/sink_buffer.h"
#include "export/table.h"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics {
namespace {

/// Writes the cell that a column has in a row.
template <typename Row>
struct CellWriter {
  const ReportTable<Row>& table;
  std::size_t row;
  CsvWriter& csv;

  const Row& at() const { return table.rows[row]; }

  void operator()(const DayCells<Row>& cells) const { csv.Plain(ToString(at().*cells.day)); }
  void operator()(const NameCells<Row>& cells) const {
    csv.Text(cells.name_of(table.head.query, at()));
  }
  void operator()(const TextCells<Row>& cells) const { csv.Text(at().*cells.text); }
  void operator()(const IdCells<Row>& cells) const { csv.Whole((at().*cells.id)()); }
  void operator()(const FlagCells<Row>& cells) const {
    csv.Plain(at().*cells.flag ? "true" : "false");
  }
  void operator()(const RankCells&) const { csv.Whole(row + 1); }
  /// A cell also where there is no figure: rows of a table are as long as its header.
  void operator()(const FigureCells<Row>& cells) const {
    if (const std::optional<double> figure = cells.Of(at())) {
      csv.Number(*figure);
    } else {
      csv.Plain("");
    }
  }
};

template <typename Row>
void WriteTable(const ReportTable<Row>& table, CsvWriter& csv) {
  for (const TableColumn<Row>& column : table.columns) csv.Text(column.name);
  if (!csv.EndRow()) return;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    for (const TableColumn<Row>& column : table.columns) {
      std::visit(CellWriter<Row>{table, row, csv}, column.cells);
    }
    if (!csv.EndRow()) return;
  }
}

void WriteTables(const Report& report, CsvWriter& csv) {
  WriteTable(SeriesTable(report), csv);
  csv.EmptyLine();
  WriteTable(TotalsTable(report), csv);
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

/// What `write`, given a sink, hands to it; or why it refuses to.
template <typename WriteTo>
absl::StatusOr<std::string> CollectChecked(WriteTo write_to) {
  absl::Status status;
  std::string text = Collect([&](const Sink& sink) { return status = write_to(sink); });
  if (!status.ok()) return status;
  return text;
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
  return Write(options, sink, [&report](CsvWriter& csv) { WriteTable(SeriesTable(report), csv); });
}

absl::Status WriteTotalsCsv(const Report& report, const CsvOptions& options, const Sink& sink) {
  return Write(options, sink, [&report](CsvWriter& csv) { WriteTable(TotalsTable(report), csv); });
}

absl::Status WriteCsv(const TopList& list, const CsvOptions& options, const Sink& sink) {
  return Write(options, sink, [&list](CsvWriter& csv) { WriteTable(TopListTable(list), csv); });
}

absl::Status WriteCsv(const Report& report, const CsvOptions& options, const Sink& sink) {
  return Write(options, sink, [&report](CsvWriter& csv) { WriteTables(report, csv); });
}

absl::Status WriteCsv(const Overview& overview, const CsvOptions& options, const Sink& sink) {
  if (absl::Status status = CheckTopListsOf(overview); !status.ok()) return status;
  return Write(options, sink, [&overview](CsvWriter& csv) {
    WriteTables(overview.report, csv);
    csv.EmptyLine();
    WriteTable(TopListTable(overview.top_pins), csv);
    csv.EmptyLine();
    WriteTable(TopListTable(overview.top_boards), csv);
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
  return CollectChecked([&](const Sink& sink) { return WriteSeriesCsv(report, options, sink); });
}

absl::StatusOr<std::string> TotalsToCsv(const Report& report, const CsvOptions& options) {
  return CollectChecked([&](const Sink& sink) { return WriteTotalsCsv(report, options, sink); });
}

absl::StatusOr<std::string> ToCsv(const TopList& list, const CsvOptions& options) {
  return CollectChecked([&](const Sink& sink) { return WriteCsv(list, options, sink); });
}

absl::StatusOr<std::string> ToCsv(const Report& report, const CsvOptions& options) {
  return CollectChecked([&](const Sink& sink) { return WriteCsv(report, options, sink); });
}

absl::StatusOr<std::string> ToCsv(const Overview& overview, const CsvOptions& options) {
  return CollectChecked([&](const Sink& sink) { return WriteCsv(overview, options, sink); });
}

}  // namespace pinmetrics
