#ifndef PINMETRICS_SRC_CLICKHOUSE_CONCAT_H_
#define PINMETRICS_SRC_CLICKHOUSE_CONCAT_H_

#include <concepts>
#include <string>
#include <string_view>

namespace pinmetrics {

// As absl::StrCat, of which an older build takes no std::string_view.

///@{
/// Appends text, of any kind of string or view, or an integer in decimals.
template <std::integral T>
void AppendPart(std::string& text, T number) {
  text += std::to_string(number);
}
inline void AppendPart(std::string& text, const char* part) { text += part; }
template <typename Part>
requires requires(const Part& part) {
  part.data();
  part.size();
}
void AppendPart(std::string& text, const Part& part) { text.append(part.data(), part.size()); }
///@}

/// Appends all parts.
template <typename... Parts>
void AppendTo(std::string& text, const Parts&... parts) {
  (AppendPart(text, parts), ...);
}

/// All parts, one after the other.
template <typename... Parts>
std::string Concat(const Parts&... parts) {
  std::string text;
  AppendTo(text, parts...);
  return text;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_CONCAT_H_
