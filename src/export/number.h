#ifndef PINMETRICS_SRC_EXPORT_NUMBER_H_
#define PINMETRICS_SRC_EXPORT_NUMBER_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "pinmetrics/model/fault.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// A finite number as every export writes it, whatever the locale: whole ones as integers, which
/// the shortest form alone would not do (100000 is shorter as 1e+05), others in the shortest
/// decimals that read back to the same double.
inline std::string FormatNumber(double value) {
  constexpr double kFirstInexact = 9007199254740992.0;  // 2^53
  if (std::abs(value) < kFirstInexact && value == std::trunc(value)) {
    return std::to_string(static_cast<std::int64_t>(value));
  }
  return FormatShortest(value);
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
