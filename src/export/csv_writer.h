#ifndef PINMETRICS_SRC_EXPORT_CSV_WRITER_H_
#define PINMETRICS_SRC_EXPORT_CSV_WRITER_H_

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "export/number.h"
#include "export/sink_buffer.h"
#include "model/utf8.h"
#include "pinmetrics/export/csv.h"

namespace pinmetrics {

namespace csv_internal {

/// Signs that begin a formula: = + - @, as they are, fullwidth or small, and the minus sign.
inline bool BeginsFormula(std::uint32_t code) {
  constexpr std::u32string_view kSigns =
      U"=+-@\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B\u2212";
  return kSigns.find(code) != std::u32string_view::npos;
}

/// What some program or import skips before it looks: control characters, white space, and what has
/// no width.
inline bool IsSkipped(std::uint32_t code) {
  constexpr std::u32string_view kOthers =
      U" \u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5"
      U"\u202F\u205F\u3000\u3164\uFEFF\uFFA0";
  const auto within = [code](std::uint32_t first, std::uint32_t last) {
    return first <= code && code <= last;
  };
  return code < 0x20 || within(0x7F, 0x9F) || within(0x180B, 0x180F) || within(0x2000, 0x200F) ||
         within(0x2028, 0x202E) || within(0x2060, 0x206F) || within(0xFE00, 0xFE0F) ||
         within(0xE0000, 0xE0FFF) || kOthers.find(code) != std::u32string_view::npos;
}

}  // namespace csv_internal

/// True if a spreadsheet might run `text` as a formula: if it begins with a sign that begins one,
/// behind whatever a program may skip, or with a tab or a line break.
inline bool LooksLikeFormula(std::string_view text) {
  if (text.starts_with('\t') || text.starts_with('\r') || text.starts_with('\n')) return true;
  while (!text.empty()) {
    const Utf8Piece piece = FirstUtf8Piece(text);
    // Bytes that are broken may be white space in another encoding.
    if (piece.valid) {
      const std::uint32_t code = CodePointOf(text.substr(0, piece.bytes));
      if (csv_internal::BeginsFormula(code)) return true;
      if (!csv_internal::IsSkipped(code)) return false;
    }
    text.remove_prefix(piece.bytes);
  }
  return false;
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
