#include "export/html/figure.h"

#include <algorithm>
#include <string>

#include "export/grouped.h"
#include "export/number.h"

namespace pinmetrics {
namespace {

void WriteNoFigure(HtmlWriter& html) {
  html.Markup("<i role=\"img\" aria-label=\"no data\">").Text(kNoFigure).Markup("</i>");
}

}  // namespace

void WriteFigure(Unit unit, std::optional<double> figure, UnitPlace place, HtmlWriter& html) {
  if (!figure) {
    WriteNoFigure(html);
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
    WriteNoFigure(html);
    return;
  }
  const std::string text = ChangeText(*change);
  html.Markup("<data value=\"").Text(FormatNumber(*change));
  if (text.starts_with('+')) {
    html.Markup("\" class=\"up\">");
  } else if (text.starts_with(kMinus)) {
    html.Markup("\" class=\"down\">");
  } else {
    html.Markup("\">");
  }
  html.Text(text).Markup("</data>");
}

}  // namespace pinmetrics
