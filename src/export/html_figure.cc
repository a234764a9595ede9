#include "export/html_figure.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "export/number.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics {
namespace {

constexpr std::string_view kMinus = "\u2212";

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

bool IsZero(std::string_view text) {
  return text.find_first_of("123456789") == std::string_view::npos;
}

}  // namespace

std::string Grouped(double value, int decimals) {
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
  if (value < 0 && !IsZero(digits)) text += kMinus;
  const std::size_t whole = std::min(digits.find_first_of(".e"), digits.size());
  for (std::size_t i = 0; i < whole; ++i) {
    if (i > 0 && (whole - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text.append(digits, whole);
}

std::string FigureText(Unit unit, double value, UnitPlace place) {
  const Rounding rounding = RoundingOf(unit, value);
  // The largest ratios have no hundredfold.
  const double scaled = std::isfinite(value * rounding.factor) ? value * rounding.factor : value;
  std::string text = Grouped(scaled, rounding.decimals);
  if (value != 0 && IsZero(text)) {
    text = value > 0 ? "< " : "> " + std::string(kMinus);
    text += rounding.least;
  }
  const bool shows_unit = place == UnitPlace::kBehind || unit == Unit::kRatio;
  return shows_unit ? text.append(rounding.unit) : text;
}

std::string ChangeText(double change) {
  const double percent = std::isfinite(change * 100) ? change * 100 : change;
  const std::string text = Grouped(percent, 1) + "%";
  return percent > 0 && !IsZero(text) ? "+" + text : text;
}

std::string TitleWithUnit(const Metric& metric) {
  if (metric.unit() == Unit::kMinutes) return metric.title() + " (min)";
  if (metric.unit() == Unit::kSeconds) return metric.title() + " (s)";
  return metric.title();
}

void WriteFigure(Unit unit, std::optional<double> figure, UnitPlace place, HtmlWriter& html) {
  if (!figure) {
    html.Markup("<i role=\"img\" aria-label=\"no data\">\u2013</i>");
    return;
  }
  const std::string text = FigureText(unit, *figure, place);
  const std::string exact = FormatNumber(*figure);
  std::string digits = text;
  digits.erase(std::remove(digits.begin(), digits.end(), ','), digits.end());
  if (digits == exact) {
    html.Text(text);
  } else {
    html.Markup("<data value=\"").Text(exact).Markup("\">").Text(text).Markup("</data>");
  }
}

void WriteChange(std::optional<double> change, HtmlWriter& html) {
  if (!change) {
    html.Markup("<i role=\"img\" aria-label=\"no data\">\u2013</i>");
    return;
  }
  const std::string text = ChangeText(*change);
  html.Markup("<data value=\"").Text(FormatNumber(*change));
  if (IsZero(text)) {
    html.Markup("\">").Text(text).Markup("</data>");
  } else if (*change > 0) {
    html.Markup("\" class=\"up\">").Text(text).Markup("</data>");
  } else {
    html.Markup("\" class=\"down\">").Text(text).Markup("</data>");
  }
}

}  // namespace pinmetrics
