#ifndef PINMETRICS_EXAMPLES_CLI_CSV_TABLE_H_
#define PINMETRICS_EXAMPLES_CLI_CSV_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "examples/cli/csv_reader.h"
#include "examples/cli/refusal_log.h"

namespace pinmetrics::cli {

/// A column that a file has or may have.
struct CsvColumn {
  std::string_view name;
  bool required = false;
};

/// A CSV file with a header row, read by columns whatever their order. Rows that cannot be read, or
/// that have more or fewer cells than the header, are refused to a log and passed over.
class CsvTable {
 public:
  /// `file` is how messages call it. `columns` and `log` outlive the table.
  CsvTable(std::string_view file, ByteSource source, std::span<const CsvColumn> columns,
           RefusalLog& log, CsvLimits limits = {}, PassBytes pass = {});

  /// Reads the header. InvalidArgument, after the log was told each reason, if a column is missing,
  /// not known or there twice, or if there is no header, as in a file of another kind; otherwise
  /// the source's own error.
  absl::Status ReadHeader();

  enum class Result {
    kRow,
    kRefused,  ///< A row that was refused to the log.
    kEnd,      ///< No more rows, or the source failed, see `status`.
  };

  /// Goes to the next row, or over one that cannot be read.
  Result NextOrRefused();
  /// Goes to the next row that can be read; false at the end and where the source fails.
  bool Next();

  /// The row's cell in a column, by its index in `columns`; empty if the file lacks the column.
  std::string_view operator[](std::size_t column) const {
    return cell_of_[column] < 0 ? std::string_view()
                                : reader_.cells()[static_cast<std::size_t>(cell_of_[column])];
  }

  /// Refuses the row; `kind` as in `RefusalLog::Add`, by itself the reason.
  void Refuse(std::string_view column, std::string_view kind, std::string_view reason);
  void Refuse(std::string_view column, std::string_view reason) { Refuse(column, reason, reason); }
  void Refuse(std::size_t column, std::string_view kind, std::string_view reason) {
    Refuse(columns_[column].name, kind, reason);
  }
  void Refuse(std::size_t column, std::string_view reason) { Refuse(column, reason, reason); }

  std::int64_t line() const { return reader_.line(); }
  const absl::Status& status() const { return reader_.status(); }

 private:
  std::string_view NameOfCell(const std::optional<std::size_t>& cell) const;
  std::string ListColumns() const;
  /// By what other sign than a comma the header seems to be split.
  std::optional<char> OtherSeparator() const;
  bool IsKnown(std::string_view name) const;
  void BindHeader();
  void RefuseRagged();

  std::string file_;
  CsvReader reader_;
  std::span<const CsvColumn> columns_;
  RefusalLog& log_;
  std::vector<std::ptrdiff_t> cell_of_;  ///< By column; -1: the file lacks it.
  std::vector<std::string> header_;      ///< The file's own order.
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_CSV_TABLE_H_
