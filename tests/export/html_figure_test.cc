#include "export/html_figure.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "pinmetrics/metrics/catalogue.h"
#include "tests/export/comma_locale.h"

namespace pinmetrics {
namespace {

constexpr double kLargestDouble = std::numeric_limits<double>::max();

TEST(HtmlFigure, IsRoundedForPeople) {
  EXPECT_EQ(FigureText(Unit::kCount, 0), "0");
  EXPECT_EQ(FigureText(Unit::kCount, 999), "999");
  EXPECT_EQ(FigureText(Unit::kCount, 1234567), "1,234,567");
  EXPECT_EQ(FigureText(Unit::kCount, 1.5), "1.50");
  EXPECT_EQ(FigureText(Unit::kPeople, 12345), "12,345");
  EXPECT_EQ(FigureText(Unit::kRatio, 0.04751461588304093), "4.75%");
  EXPECT_EQ(FigureText(Unit::kRatio, 12.5), "1,250.00%");
  EXPECT_EQ(FigureText(Unit::kMinutes, 219.34), "219.3 min");
  EXPECT_EQ(FigureText(Unit::kSeconds, 5.3104), "5.3 s");
  EXPECT_EQ(FigureText(Unit::kSeconds, 5.3104, UnitPlace::kHeading), "5.3");
  EXPECT_EQ(FigureText(Unit::kRatio, 0.5, UnitPlace::kHeading), "50.00%");
}

TEST(HtmlFigure, IsNeverZeroUnlessItIs) {
  EXPECT_EQ(FigureText(Unit::kRatio, 0), "0.00%");
  EXPECT_EQ(FigureText(Unit::kRatio, 1e-9), "< 0.01%");
  EXPECT_EQ(FigureText(Unit::kRatio, -1e-9), "> \u22120.01%");
  EXPECT_EQ(FigureText(Unit::kSeconds, 0.001), "< 0.1 s");
  EXPECT_EQ(FigureText(Unit::kCount, 0.001), "< 0.01");
}

TEST(HtmlFigure, HasATrueMinus) {
  EXPECT_EQ(FigureText(Unit::kCount, -1234), "\u22121,234");
  EXPECT_EQ(FigureText(Unit::kCount, -0.0), "0");
}

TEST(HtmlFigure, IsShortAlsoWhereItIsLarge) {
  EXPECT_EQ(FigureText(Unit::kCount, 999999999999999), "999,999,999,999,999");
  EXPECT_EQ(FigureText(Unit::kCount, 1e21), "1e+21");
  EXPECT_EQ(FigureText(Unit::kRatio, kLargestDouble), "1.7976931348623157e+308%");
}

TEST(HtmlFigure, IsTheSameInEveryLocale) {
  const CommaLocale locale;
  EXPECT_EQ(FigureText(Unit::kMinutes, 1234.5), "1,234.5 min");
}

TEST(HtmlFigure, ChangesHaveASign) {
  EXPECT_EQ(ChangeText(0.1234), "+12.3%");
  EXPECT_EQ(ChangeText(-0.04), "\u22124.0%");
  EXPECT_EQ(ChangeText(0), "0.0%");
  EXPECT_EQ(ChangeText(1e-9), "0.0%");
  EXPECT_EQ(ChangeText(-1e-9), "0.0%");
  EXPECT_EQ(ChangeText(56), "+5,600.0%");
}

TEST(HtmlFigure, NamesTheUnitOnceOnly) {
  EXPECT_EQ(TitleWithUnit(kTotalPlayTime), "Total play time (min)");
  EXPECT_EQ(TitleWithUnit(kAveragePlayTime), "Average play time (s)");
  EXPECT_EQ(TitleWithUnit(kSaves), "Saves");
}

std::string Written(Unit unit, std::optional<double> figure) {
  std::string text;
  HtmlWriter html(text);
  WriteFigure(unit, figure, UnitPlace::kHeading, html);
  return text;
}

TEST(HtmlFigure, KeepsTheExactValueWhereTheTextIsRounded) {
  EXPECT_EQ(Written(Unit::kCount, 1234), "1,234");
  EXPECT_EQ(Written(Unit::kSeconds, 1.5), "1.5");
  EXPECT_EQ(Written(Unit::kRatio, 0.0125), "<data value=\"0.0125\">1.25%</data>");
  EXPECT_EQ(Written(Unit::kCount, -3), "<data value=\"-3\">\u22123</data>");
}

TEST(HtmlFigure, AbsentIsADashThatIsReadOut) {
  EXPECT_EQ(Written(Unit::kCount, std::nullopt),
            "<i role=\"img\" aria-label=\"no data\">\u2013</i>");
}

}  // namespace
}  // namespace pinmetrics
