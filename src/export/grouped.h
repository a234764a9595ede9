#ifndef PINMETRICS_SRC_EXPORT_GROUPED_H_
#define PINMETRICS_SRC_EXPORT_GROUPED_H_

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include "pinmetrics/export/figure_text.h"
#include "pinmetrics/model/fault.h"

/// Numbers as people read them.

namespace pinmetrics {

/// U+2212.
inline constexpr std::string_view kMinus = "\u2212";

/// True for a number's text that has no digit but 0.
inline bool ReadsAsZero(std::string_view text) {
  return text.find_first_of("123456789") == std::string_view::npos;
}

/// A finite number with `decimals` behind the point, thousands grouped and a true minus, unless it
/// reads as 0: `12,345.7`, or in another form. From 10^15 on the shortest form.
inline std::string Grouped(double value, int decimals, const NumberForm& form = {}) {
  constexpr double kFirstShortest = 1e15;
  const double size = std::abs(value);
  std::array<char, 32> buffer;
  std::string digits;
  if (size < kFirstShortest) {
    const std::to_chars_result end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                                   size, std::chars_format::fixed, decimals);
    digits.assign(buffer.data(), end.ptr);
  } else {
    digits = model_internal::FormatShortest(size);
  }
  std::string text;
  if (value < 0 && !ReadsAsZero(digits)) text += kMinus;
  const std::size_t whole = std::min(digits.find_first_of(".e"), digits.size());
  for (std::size_t i = 0; i < whole; ++i) {
    if (i > 0 && (whole - i) % 3 == 0) text += form.group;
    text += digits[i];
  }
  if (whole < digits.size() && digits[whole] == '.') {
    text += form.decimal;
    return text.append(digits, whole + 1);
  }
  return text.append(digits, whole);
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_GROUPED_H_
