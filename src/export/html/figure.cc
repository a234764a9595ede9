#include "export/html/figure.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "export/grouped.h"
#include "export/number.h"

namespace pinmetrics {
namespace {

void WriteNoFigure(HtmlWriter& html) {
  html.Markup("<i role=\"img\" aria-label=\"").Text(html.words().no_data);
  html.Markup("\">").Text(kNoFigure).Markup("</i>");
}

// The rest of an element's tag, with the class that makes arrow and colour, and its text.
void WriteChangeText(double change, Direction direction, HtmlWriter& html) {
  const std::string text = ChangeText(change, html.words().numbers);
  const bool rises = text.starts_with('+');
  if (rises || text.starts_with(kMinus)) {
    html.Markup(" class=\"").Text(rises ? "up" : "down");
    if (direction != Direction::kNeither) {
      html.Text(rises == (direction == Direction::kMoreIsBetter) ? " good" : " bad");
    }
    html.Markup("\"");
  }
  html.Markup(">").Text(text);
}

}  // namespace

void WriteFigure(Unit unit, std::optional<double> figure, UnitPlace place, HtmlWriter& html) {
  if (!figure) {
    WriteNoFigure(html);
    return;
  }
  const std::string text = FigureText(unit, *figure, place, html.words().numbers);
  const std::string exact = FormatNumber(*figure);
  std::string digits = FigureText(unit, *figure, place);
  digits.erase(std::remove(digits.begin(), digits.end(), ','), digits.end());
  if (digits == exact) {
    html.Text(text);
  } else {
    html.Markup("<data value=\"").Text(exact).Markup("\">").Text(text).Markup("</data>");
  }
}

void WriteChange(std::optional<double> change, Direction direction, HtmlWriter& html) {
  if (!change) {
    WriteNoFigure(html);
    return;
  }
  html.Markup("<data value=\"").Text(FormatNumber(*change)).Markup("\"");
  WriteChangeText(*change, direction, html);
  html.Markup("</data>");
}

void WriteFigureCell(Unit unit, std::optional<double> figure, HtmlWriter& html) {
  html.Markup("<td>");
  if (figure) {
    html.Text(FigureText(unit, figure, UnitPlace::kHeading, html.words().numbers));
  } else {
    WriteNoFigure(html);
  }
  html.Markup("</td>");
}

void WriteChangeCell(std::optional<double> change, Direction direction, HtmlWriter& html) {
  html.Markup("<td");
  if (change) {
    WriteChangeText(*change, direction, html);
  } else {
    html.Markup(">");
    WriteNoFigure(html);
  }
  html.Markup("</td>");
}

void WriteBar(double part, HtmlWriter& html) {
  html.Markup("<svg width=\"100\" height=\"8\"><rect width=\"");
  html.Text(Grouped(part * 100, 1)).Markup("%\" height=\"8\"/></svg>");
}

std::optional<double> FigureBefore(Unit unit, std::optional<double> figure,
                                   std::optional<double> change) {
  if (!figure || !change || *change <= -1) return std::nullopt;
  const double before = *figure / (1 + *change);
  const bool whole = unit == Unit::kCount || unit == Unit::kPeople;
  return whole && IsExactInteger(*figure) ? std::round(before) : before;
}

}  // namespace pinmetrics
