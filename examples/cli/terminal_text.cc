#include "examples/cli/terminal_text.h"

#include <utf8proc.h>

#include "examples/cli/utf8.h"

namespace pinmetrics::cli {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";
constexpr std::string_view kEllipsis = "\u2026";

std::size_t WidthOf(char32_t c) {
  return static_cast<std::size_t>(utf8proc_charwidth(static_cast<utf8proc_int32_t>(c)));
}

bool Steers(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint first = FirstCodePoint(text);
    width += WidthOf(first.value);
    text.remove_prefix(first.bytes);
  }
  return width;
}

std::string Neutralised(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const CodePoint first = FirstCodePoint(text);
    plain += !first.valid || Steers(first.value) ? kReplacement : text.substr(0, first.bytes);
    text.remove_prefix(first.bytes);
  }
  return plain;
}

std::string CutToWidth(std::string_view text, std::size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::size_t used = 0;
  std::size_t bytes = 0;
  while (true) {
    const CodePoint next = FirstCodePoint(text.substr(bytes));
    used += WidthOf(next.value);
    if (used > width - 1) break;
    bytes += next.bytes;
  }
  return std::string(text.substr(0, bytes)).append(kEllipsis);
}

std::string Quoted(std::string_view text) {
  constexpr std::size_t kMostBytes = 400;  // More than is shown, so that a huge cell costs nothing.
  constexpr std::size_t kMostColumns = 60;
  const bool huge = text.size() > kMostBytes;
  std::string shown = CutToWidth(Neutralised(text.substr(0, kMostBytes)), kMostColumns);
  if (huge && !shown.ends_with(kEllipsis)) shown += kEllipsis;
  return "'" + shown + "'";
}

}  // namespace pinmetrics::cli
