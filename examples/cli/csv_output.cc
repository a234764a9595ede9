#include "examples/cli/csv_output.h"

#include "pinmetrics/export/csvw.h"

namespace pinmetrics::cli {
namespace {

bool IsTopList(std::optional<Table> table) {
  return table == Table::kTopPins || table == Table::kTopBoards;
}

const TopList& ListOf(const Overview& overview, std::optional<Table> table) {
  return table == Table::kTopPins ? overview.top_pins : overview.top_boards;
}

}  // namespace

absl::Status WriteCsvTables(const Report& report, std::optional<Table> table,
                            const CsvOptions& options, const Sink& sink) {
  if (table == Table::kSeries) return WriteSeriesCsv(report, options, sink);
  if (table == Table::kTotals) return WriteTotalsCsv(report, options, sink);
  return WriteCsv(report, options, sink);
}

absl::Status WriteCsvTables(const TopList& list, std::optional<Table> /*table*/,
                            const CsvOptions& options, const Sink& sink) {
  return WriteCsv(list, options, sink);
}

absl::Status WriteCsvTables(const Overview& overview, std::optional<Table> table,
                            const CsvOptions& options, const Sink& sink) {
  if (!table) return WriteCsv(overview, options, sink);
  if (IsTopList(table)) return WriteCsv(ListOf(overview, table), options, sink);
  return WriteCsvTables(overview.report, table, options, sink);
}

absl::StatusOr<std::string> DescribeCsvTable(const Report& report, std::optional<Table> table,
                                             std::string_view file, const CsvOptions& options) {
  if (table == Table::kSeries) return SeriesToCsvw(report, file, options);
  if (table == Table::kTotals) return TotalsToCsvw(report, file, options);
  return absl::InvalidArgumentError(
      "--csv-metadata: describes one table, and the CSV has several, expected --csv-table with "
      "one");
}

absl::StatusOr<std::string> DescribeCsvTable(const TopList& list, std::optional<Table> /*table*/,
                                             std::string_view file, const CsvOptions& options) {
  return ToCsvw(list, file, options);
}

absl::StatusOr<std::string> DescribeCsvTable(const Overview& overview, std::optional<Table> table,
                                             std::string_view file, const CsvOptions& options) {
  if (IsTopList(table)) return ToCsvw(ListOf(overview, table), file, options);
  return DescribeCsvTable(overview.report, table, file, options);
}

}  // namespace pinmetrics::cli
