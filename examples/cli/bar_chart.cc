#include "examples/cli/bar_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "examples/cli/terminal_text.h"

namespace pinmetrics::cli {
namespace {

constexpr std::size_t kHeight = 5;
constexpr std::size_t kEighths = 8;
constexpr std::size_t kWidestBar = 3;
constexpr std::array<std::string_view, kEighths + 1> kBlocks = {
    " ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
constexpr std::string_view kAbsent = "\u00B7";

/// A bar's height in eighths of a line. All but zero can be seen.
std::size_t EighthsOf(double value, double largest) {
  if (value <= 0) return 0;
  const double eighths = value / largest * static_cast<double>(kHeight * kEighths);
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(eighths)));
}

}  // namespace

std::vector<std::string> BarChart(std::span<const std::optional<double>> values,
                                  const std::string& top, const std::string& first,
                                  const std::string& last, std::size_t width) {
  double largest = 0;
  for (const std::optional<double>& value : values) largest = std::max(largest, value.value_or(0));
  const std::size_t margin = std::max<std::size_t>(DisplayWidth(top), 1);
  if (largest <= 0 || width < margin + 2 + values.size()) return {};
  // Bars of two columns or more have the last of them free.
  const std::size_t step = std::min(kWidestBar, (width - margin - 2) / values.size());
  const std::size_t filled = std::max<std::size_t>(1, step - 1);

  std::vector<std::string> lines;
  for (std::size_t row = kHeight; row-- > 0;) {
    const std::string label = row == kHeight - 1 ? top : row == 0 ? "0" : "";
    std::string line(margin - DisplayWidth(label), ' ');
    line += label;
    line += row == kHeight - 1 || row == 0 ? " \u2524" : " \u2502";
    for (const std::optional<double>& value : values) {
      const std::size_t eighths = EighthsOf(value.value_or(0), largest);
      const std::size_t below = row * kEighths;
      const std::size_t here = eighths > below ? std::min(eighths - below, kEighths) : 0;
      for (std::size_t n = 0; n < step; ++n) {
        if (n >= filled) {
          line += ' ';
        } else if (!value && row == 0) {
          line += kAbsent;
        } else {
          line += kBlocks[here];
        }
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }

  const std::size_t chart = step * values.size() - (step - filled);
  std::string axis(margin + 2, ' ');
  axis += first;
  const std::size_t labels = DisplayWidth(first) + DisplayWidth(last);
  if (values.size() > 1 && labels < chart) axis.append(chart - labels, ' ').append(last);
  lines.push_back(std::move(axis));
  return lines;
}

}  // namespace pinmetrics::cli
