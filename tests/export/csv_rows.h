#ifndef PINMETRICS_TESTS_EXPORT_CSV_ROWS_H_
#define PINMETRICS_TESTS_EXPORT_CSV_ROWS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pinmetrics/export/csv.h"

namespace pinmetrics {

using CsvRow = std::vector<std::string>;

/// The rows of `text` by the letter of RFC 4180, but for what the options say; nothing if it breaks
/// the grammar.
inline std::optional<std::vector<CsvRow>> ReadCsv(std::string_view text,
                                                  const CsvOptions& options = {}) {
  const std::string_view line_end = options.line_end == CsvLineEnd::kLf ? "\n" : "\r\n";
  const std::string ends_cell = std::string("\"\r\n") + options.delimiter;
  std::vector<CsvRow> rows;
  if (options.byte_order_mark) {
    if (!text.starts_with("\uFEFF")) return std::nullopt;
    text.remove_prefix(3);
  }
  while (!text.empty()) {
    CsvRow row;
    while (true) {
      std::string cell;
      if (text.starts_with('"')) {
        text.remove_prefix(1);
        while (true) {
          const std::size_t quote = text.find('"');
          if (quote == std::string_view::npos) return std::nullopt;
          cell += text.substr(0, quote);
          text.remove_prefix(quote + 1);
          if (!text.starts_with('"')) break;
          cell += '"';
          text.remove_prefix(1);
        }
      } else {
        const std::string_view plain = text.substr(0, text.find_first_of(ends_cell));
        cell = plain;
        text.remove_prefix(plain.size());
      }
      row.push_back(std::move(cell));
      if (!text.starts_with(options.delimiter)) break;
      text.remove_prefix(1);
    }
    if (!text.starts_with(line_end)) return std::nullopt;
    text.remove_prefix(line_end.size());
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_CSV_ROWS_H_
