#include "examples/cli/figure_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace pinmetrics::cli {
namespace {

constexpr std::string_view kNoFigure = "\u2013";

/// With thousands grouped. No sign in front of a number that rounds to zero.
std::string Grouped(double value, int decimals) {
  std::array<char, 400> buffer;  // The largest double has 309 digits.
  const std::to_chars_result end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value),
                    std::chars_format::fixed, decimals);
  const std::string_view digits(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  std::string text;
  if (value < 0 && digits.find_first_not_of("0.") != std::string_view::npos) text += '-';
  for (std::size_t i = 0; i < whole; ++i) {
    if (i > 0 && (whole - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text.append(digits.substr(whole));
}

}  // namespace

std::string FigureText(Unit unit, std::optional<double> figure) {
  if (!figure) return std::string(kNoFigure);
  switch (unit) {
    case Unit::kCount:
    case Unit::kPeople:
      return Grouped(*figure, 0);
    case Unit::kRatio:
      return Grouped(*figure * 100, 2) + "%";
    case Unit::kMinutes:
    case Unit::kSeconds:
      return Grouped(*figure, 1);
  }
  return std::string(kNoFigure);
}

std::string ChangeText(std::optional<double> change) {
  if (!change) return std::string(kNoFigure);
  std::string text = Grouped(*change * 100, 1) + "%";
  const bool rises = *change > 0 && text != "0.0%";
  return rises ? "+" + text : text;
}

std::string TitleText(const Metric& metric) {
  if (metric.unit() == Unit::kMinutes) return metric.title() + " (min)";
  if (metric.unit() == Unit::kSeconds) return metric.title() + " (s)";
  return metric.title();
}

}  // namespace pinmetrics::cli
