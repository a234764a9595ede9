#ifndef PINMETRICS_EXAMPLES_CLI_BAR_CHART_H_
#define PINMETRICS_EXAMPLES_CLI_BAR_CHART_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pinmetrics::cli {

/// A chart of bars in block characters, of at most `width` columns: `values` from left to right,
/// from zero to the largest, which `top` names, and below the axis `first` and `last`, what the
/// first and the last value are of. A value that is absent has a dot for a bar. Nothing if a bar
/// has no room of at least one column, or if no value is above zero.
std::vector<std::string> BarChart(std::span<const std::optional<double>> values,
                                  const std::string& top, const std::string& first,
                                  const std::string& last, std::size_t width);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_BAR_CHART_H_
