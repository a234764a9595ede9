#ifndef PINMETRICS_EXAMPLES_CLI_FIGURE_TEXT_H_
#define PINMETRICS_EXAMPLES_CLI_FIGURE_TEXT_H_

#include <optional>
#include <string>

#include "pinmetrics/metrics/metric.h"

/// Figures for people: rounded, and the same in every locale.

namespace pinmetrics::cli {

/// A metric's value: `12,345` for counts and people, `4.75%` for ratios, `57.7` for times. A dash
/// where there is none.
std::string FigureText(Unit unit, std::optional<double> figure);

/// A relative change with its sign: `+12.3%`, `-4.0%`, `0.0%`. A dash where there is none.
std::string ChangeText(std::optional<double> change);

/// A metric's title, with the unit where its figures do not show it: `Total play time (min)`.
std::string TitleText(const Metric& metric);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_FIGURE_TEXT_H_
