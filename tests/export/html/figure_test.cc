#include "export/html/figure.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "pinmetrics/metrics/metric.h"

namespace pinmetrics {
namespace {

std::string Written(Unit unit, std::optional<double> figure) {
  std::string text;
  const PageLanguage english;
  HtmlWriter html(text, english);
  WriteFigure(unit, figure, UnitPlace::kHeading, html);
  return text;
}

TEST(HtmlFigure, KeepsTheExactValueWhereTheTextIsRounded) {
  EXPECT_EQ(Written(Unit::kCount, 1234), "1,234");
  EXPECT_EQ(Written(Unit::kSeconds, 1.5), "1.5");
  EXPECT_EQ(Written(Unit::kRatio, 0.0125), "<data value=\"0.0125\">1.25%</data>");
  EXPECT_EQ(Written(Unit::kCount, -3), "<data value=\"-3\">\u22123</data>");
}

std::string WrittenChange(std::optional<double> change) {
  std::string text;
  const PageLanguage english;
  HtmlWriter html(text, english);
  WriteChange(change, Direction::kMoreIsBetter, html);
  return text;
}

TEST(HtmlFigure, ArrowsGoByTheText) {
  EXPECT_EQ(WrittenChange(0.05), "<data value=\"0.05\" class=\"up good\">+5.0%</data>");
  EXPECT_EQ(WrittenChange(-0.05), "<data value=\"-0.05\" class=\"down bad\">\u22125.0%</data>");
  EXPECT_EQ(WrittenChange(0.0001), "<data value=\"1e-04\">0.0%</data>");
  EXPECT_EQ(WrittenChange(-0.0001), "<data value=\"-1e-04\">0.0%</data>");
}

TEST(HtmlFigure, FigureBeforeIsToldByTheChangeUnlessAllIsLost) {
  EXPECT_EQ(FigureBefore(Unit::kCount, 917, 47.0 / 870), 870);
  EXPECT_EQ(FigureBefore(Unit::kPeople, 3, -0.5), 6);
  EXPECT_EQ(FigureBefore(Unit::kCount, 1.5, 0.5), 1);
  EXPECT_EQ(FigureBefore(Unit::kCount, 1.75, 0.5), 1.75 / 1.5);
  EXPECT_DOUBLE_EQ(FigureBefore(Unit::kRatio, 0.06, 0.5).value(), 0.04);
  EXPECT_EQ(FigureBefore(Unit::kCount, 0, -1), std::nullopt);
  EXPECT_EQ(FigureBefore(Unit::kCount, 5, std::nullopt), std::nullopt);
  EXPECT_EQ(FigureBefore(Unit::kCount, std::nullopt, 0.5), std::nullopt);
}

TEST(HtmlFigure, AbsentIsADashThatIsReadOut) {
  EXPECT_EQ(Written(Unit::kCount, std::nullopt),
            "<i role=\"img\" aria-label=\"no data\">\u2013</i>");
  EXPECT_EQ(WrittenChange(std::nullopt), "<i role=\"img\" aria-label=\"no data\">\u2013</i>");
}

}  // namespace
}  // namespace pinmetrics
