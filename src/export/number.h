#ifndef PINMETRICS_SRC_EXPORT_NUMBER_H_
#define PINMETRICS_SRC_EXPORT_NUMBER_H_

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// True for what is written as an integer: a whole number that a double holds exactly.
inline bool IsExactInteger(double value) {
  constexpr double kFirstInexact = 9007199254740992.0;  // 2^53
  return std::abs(value) < kFirstInexact &&
         value == static_cast<double>(static_cast<std::int64_t>(value));
}

/// Appends a finite number as every export writes it, whatever the locale: whole ones as integers,
/// which the shortest form alone would not do (100000 is shorter as 1e+05), others in the shortest
/// decimals that read back to the same double.
inline void AppendNumber(double value, std::string& out) {
  std::array<char, 32> text;
  char* const end = text.data() + text.size();
  const std::to_chars_result written =
      IsExactInteger(value) ? std::to_chars(text.data(), end, static_cast<std::int64_t>(value))
                            : std::to_chars(text.data(), end, value);
  out.append(text.data(), written.ptr);
}

inline std::string FormatNumber(double value) {
  std::string text;
  AppendNumber(value, text);
  return text;
}

/// The figure of the metric with that index, if there is one. Figures that a host put together may
/// be fewer than its metrics, or not finite: no data either.
inline std::optional<double> FigureAt(const Figures& figures, std::size_t metric) {
  if (metric >= figures.size() || !figures[metric] || !std::isfinite(*figures[metric])) {
    return std::nullopt;
  }
  return figures[metric];
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_NUMBER_H_
