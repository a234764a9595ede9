#include "pinmetrics/export/figure_text.h"

#include <cmath>
#include <cstddef>
#include <string>

#include "export/grouped.h"

namespace pinmetrics {
namespace {

struct Rounding {
  int decimals = 0;
  double factor = 1;
  std::string unit = {};
};

Rounding RoundingOf(Unit unit, double value, const NumberForm& form) {
  switch (unit) {
    case Unit::kCount:
    case Unit::kPeople:
      // A host's formula may count in fractions.
      return {.decimals = value == std::trunc(value) ? 0 : 2};
    case Unit::kRatio:
      return {.decimals = 2, .factor = 100, .unit = std::string(form.percent)};
    case Unit::kMinutes:
      return {.decimals = 1, .unit = " " + std::string(form.minutes)};
    case Unit::kSeconds:
      return {.decimals = 1, .unit = " " + std::string(form.seconds)};
  }
  return {};
}

// The least that shows with these decimals: 0.01.
std::string Least(int decimals, const NumberForm& form) {
  if (decimals == 0) return "1";
  return "0" + std::string(form.decimal) +
         std::string(static_cast<std::size_t>(decimals) - 1, '0') + "1";
}

}  // namespace

std::string FigureText(Unit unit, std::optional<double> figure, UnitPlace place,
                       const NumberForm& form) {
  if (!figure || !std::isfinite(*figure)) return std::string(kNoFigure);
  const Rounding rounding = RoundingOf(unit, *figure, form);
  // The largest ratios have no hundredfold.
  const double product = *figure * rounding.factor;
  std::string text = Grouped(std::isfinite(product) ? product : *figure, rounding.decimals, form);
  if (*figure != 0 && ReadsAsZero(text)) {
    text = *figure > 0 ? "< " : "> " + std::string(kMinus);
    text += Least(rounding.decimals, form);
  }
  const bool shows_unit = place == UnitPlace::kBehind || unit == Unit::kRatio;
  return shows_unit ? text.append(rounding.unit) : text;
}

std::string ChangeText(std::optional<double> change, const NumberForm& form) {
  if (!change || !std::isfinite(*change)) return std::string(kNoFigure);
  const double percent = std::isfinite(*change * 100) ? *change * 100 : *change;
  std::string text = Grouped(percent, 1, form);
  const bool rises = percent > 0 && !ReadsAsZero(text);
  text += form.percent;
  return rises ? "+" + text : text;
}

std::string TitleWithUnit(const Metric& metric) {
  if (metric.unit() == Unit::kMinutes) return metric.title() + " (min)";
  if (metric.unit() == Unit::kSeconds) return metric.title() + " (s)";
  return metric.title();
}

}  // namespace pinmetrics
