#ifndef PINMETRICS_SRC_EXPORT_CSV_WRITER_H_
#define PINMETRICS_SRC_EXPORT_CSV_WRITER_H_

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "export/number.h"
#include "export/sink_buffer.h"
#include "pinmetrics/export/csv.h"

namespace pinmetrics {

/// True if a spreadsheet might run `text` as a formula: it begins with a sign that begins one, in
/// ASCII or fullwidth, or with a control character that some programs skip before they look.
inline bool LooksLikeFormula(std::string_view text) {
  constexpr std::string_view kBeginnings = "=+-@\t\r\n";
  // = + - @ as U+FF1D, U+FF0B, U+FF0D, U+FF20.
  constexpr std::array<std::string_view, 4> kFullwidth = {"\xEF\xBC\x9D", "\xEF\xBC\x8B",
                                                          "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  if (text.empty()) return false;
  return kBeginnings.find(text.front()) != std::string_view::npos ||
         std::any_of(kFullwidth.begin(), kFullwidth.end(),
                     [text](std::string_view sign) { return text.starts_with(sign); });
}

/// Text from anywhere as a cell has it once it is read: defused.
inline std::string DefusedText(std::string_view text) {
  return (LooksLikeFormula(text) ? "'" : "") + std::string(text);
}

inline std::string_view LineEndOf(const CsvOptions& options) {
  return options.line_end == CsvLineEnd::kLf ? "\n" : "\r\n";
}

/// Writes tables to a sink, cell by cell, after RFC 4180. Its options are checked.
class CsvWriter {
 public:
  /// `buffer` must outlive the writer.
  CsvWriter(const CsvOptions& options, SinkBuffer& buffer)
      : delimiter_(options.delimiter),
        line_end_(LineEndOf(options)),
        need_quotes_({options.delimiter, '"', '\r', '\n', ',', ';', '\t'}),
        buffer_(buffer),
        out_(buffer.text()) {
    if (options.byte_order_mark) out_ += "\xEF\xBB\xBF";
  }

  /// A cell of text from anywhere: defused, and in quotes if it must be.
  void Text(std::string_view text) {
    Separate();
    const bool defuses = LooksLikeFormula(text);
    const std::string_view need_quotes(need_quotes_.data(), need_quotes_.size());
    if (text.find_first_of(need_quotes) == std::string_view::npos) {
      if (defuses) out_ += '\'';
      out_ += text;
      return;
    }
    out_ += '"';
    if (defuses) out_ += '\'';
    for (const char c : text) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }

  /// A cell as it is: one of our own names, a day, or empty. Never a formula, and nothing to quote.
  void Plain(std::string_view text) {
    Separate();
    out_ += text;
  }

  /// A rank or an id.
  void Whole(std::uint64_t number) {
    Separate();
    std::array<char, 20> digits;
    out_.append(digits.data(),
                std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  }

  /// A finite number.
  void Number(double number) {
    Separate();
    AppendNumber(number, out_);
  }

  /// False once the sink has failed, so the caller may stop.
  bool EndRow() {
    out_ += line_end_;
    at_row_begin_ = true;
    return buffer_.Drain();
  }

  /// What stands between two tables.
  void EmptyLine() { EndRow(); }

 private:
  void Separate() {
    if (!at_row_begin_) out_ += delimiter_;
    at_row_begin_ = false;
  }

  char delimiter_;
  std::string_view line_end_;
  // With what spreadsheets split at whatever they are told: behind it a formula could begin.
  std::array<char, 7> need_quotes_;
  SinkBuffer& buffer_;
  std::string& out_;
  bool at_row_begin_ = true;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_CSV_WRITER_H_
