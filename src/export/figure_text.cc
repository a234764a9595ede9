#include "pinmetrics/export/figure_text.h"

#include <cmath>

#include "export/grouped.h"

namespace pinmetrics {
namespace {

struct Rounding {
  int decimals = 0;
  double factor = 1;
  std::string_view least = "1";
  std::string_view unit = {};
};

Rounding RoundingOf(Unit unit, double value) {
  switch (unit) {
    case Unit::kCount:
    case Unit::kPeople:
      // A host's formula may count in fractions.
      if (value == std::trunc(value)) return {};
      return {.decimals = 2, .least = "0.01"};
    case Unit::kRatio:
      return {.decimals = 2, .factor = 100, .least = "0.01", .unit = "%"};
    case Unit::kMinutes:
      return {.decimals = 1, .least = "0.1", .unit = " min"};
    case Unit::kSeconds:
      return {.decimals = 1, .least = "0.1", .unit = " s"};
  }
  return {};
}

}  // namespace

std::string FigureText(Unit unit, std::optional<double> figure, UnitPlace place) {
  if (!figure || !std::isfinite(*figure)) return std::string(kNoFigure);
  const Rounding rounding = RoundingOf(unit, *figure);
  // The largest ratios have no hundredfold.
  const double product = *figure * rounding.factor;
  std::string text = Grouped(std::isfinite(product) ? product : *figure, rounding.decimals);
  if (*figure != 0 && ReadsAsZero(text)) {
    text = *figure > 0 ? "< " : "> " + std::string(kMinus);
    text += rounding.least;
  }
  const bool shows_unit = place == UnitPlace::kBehind || unit == Unit::kRatio;
  return shows_unit ? text.append(rounding.unit) : text;
}

std::string ChangeText(std::optional<double> change) {
  if (!change || !std::isfinite(*change)) return std::string(kNoFigure);
  const double percent = std::isfinite(*change * 100) ? *change * 100 : *change;
  std::string text = Grouped(percent, 1) + "%";
  if (percent > 0 && !ReadsAsZero(text)) return "+" + text;
  return text;
}

std::string TitleWithUnit(const Metric& metric) {
  if (metric.unit() == Unit::kMinutes) return metric.title() + " (min)";
  if (metric.unit() == Unit::kSeconds) return metric.title() + " (s)";
  return metric.title();
}

}  // namespace pinmetrics
