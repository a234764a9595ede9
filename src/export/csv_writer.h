#ifndef PINMETRICS_SRC_EXPORT_CSV_WRITER_H_
#define PINMETRICS_SRC_EXPORT_CSV_WRITER_H_

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

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

/// Appends tables to a string, cell by cell, after RFC 4180.
class CsvWriter {
 public:
  explicit CsvWriter(std::string& out) : out_(out) {}

  /// A cell of text from anywhere: defused, and in quotes if it must be.
  void Text(std::string_view text) {
    Separate();
    const bool defuses = LooksLikeFormula(text);
    if (text.find_first_of(kNeedQuotes) == std::string_view::npos) {
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

  /// A cell as it is: a number, an id, a day, or empty. Never a formula, and nothing to quote.
  void Plain(std::string_view text) {
    Separate();
    out_ += text;
  }

  void EndRow() {
    out_ += kLineEnd;
    at_row_begin_ = true;
  }

  /// What stands between two tables.
  void EmptyLine() { EndRow(); }

 private:
  static constexpr char kDelimiter = ',';
  static constexpr std::string_view kLineEnd = "\r\n";
  static constexpr std::string_view kNeedQuotes = ",\"\r\n";

  void Separate() {
    if (!at_row_begin_) out_ += kDelimiter;
    at_row_begin_ = false;
  }

  std::string& out_;
  bool at_row_begin_ = true;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_CSV_WRITER_H_
