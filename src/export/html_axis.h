#ifndef PINMETRICS_SRC_EXPORT_HTML_AXIS_H_
#define PINMETRICS_SRC_EXPORT_HTML_AXIS_H_

#include <string>
#include <vector>

#include "pinmetrics/metrics/metric.h"

namespace pinmetrics {

/// The vertical axis of a chart: from a round number to a round number, 0 always among them, so
/// that heights compare as the figures do.
struct Axis {
  double low = 0;
  double high = 1;
  /// How far apart the ticks are: 1, 2 or 5 times a power of ten.
  double step = 1;

  /// From low to high, four to seven of them, fewer where only whole numbers make sense.
  std::vector<double> Ticks() const;

  /// How far up a value is: 0 at low, 1 at high.
  double HeightOf(double value) const;
};

/// The axis that shows all values from `least` to `most`. With `whole` its steps are whole numbers.
/// Values beyond 1e300, which no count can be, are drawn at its end.
Axis MakeAxis(double least, double most, bool whole);

/// A tick as its label: `1,200`, `40K`, `2.5M`, `7.5%`.
std::string TickText(const Axis& axis, double tick, Unit unit);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_AXIS_H_
