#include "pinmetrics/export/figure_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

#include "pinmetrics/metrics/catalogue.h"
#include "tests/export/comma_locale.h"

namespace pinmetrics {
namespace {

constexpr double kLargestDouble = std::numeric_limits<double>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

TEST(FigureText, IsRoundedForPeople) {
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

TEST(FigureText, IsNeverZeroUnlessItIs) {
  EXPECT_EQ(FigureText(Unit::kRatio, 0), "0.00%");
  EXPECT_EQ(FigureText(Unit::kRatio, 0.00001), "< 0.01%");
  EXPECT_EQ(FigureText(Unit::kRatio, 1e-9), "< 0.01%");
  EXPECT_EQ(FigureText(Unit::kRatio, -1e-9), "> \u22120.01%");
  EXPECT_EQ(FigureText(Unit::kSeconds, 0.001), "< 0.1 s");
  EXPECT_EQ(FigureText(Unit::kCount, 0.001), "< 0.01");
}

TEST(FigureText, IsWrittenInOtherForms) {
  const NumberForm norwegian = {.group = "\u00A0", .decimal = ",", .percent = "\u00A0%"};
  EXPECT_EQ(FigureText(Unit::kCount, 1234567.5, UnitPlace::kBehind, norwegian),
            "1\u00A0234\u00A0567,50");
  EXPECT_EQ(FigureText(Unit::kRatio, 1e-9, UnitPlace::kBehind, norwegian), "< 0,01\u00A0%");
  EXPECT_EQ(FigureText(Unit::kCount, 1.5e21, UnitPlace::kBehind, norwegian), "1,5e+21");
  EXPECT_EQ(ChangeText(0.123, norwegian), "+12,3\u00A0%");
  EXPECT_EQ(FigureText(Unit::kSeconds, 0.001, UnitPlace::kBehind, {.seconds = "sek"}), "< 0.1 sek");
}

TEST(FigureText, HasATrueMinus) {
  EXPECT_EQ(FigureText(Unit::kCount, -1234), "\u22121,234");
  EXPECT_EQ(FigureText(Unit::kCount, -0.0), "0");
}

TEST(FigureText, IsShortAlsoWhereItIsLarge) {
  EXPECT_EQ(FigureText(Unit::kCount, 999999999999999), "999,999,999,999,999");
  EXPECT_EQ(FigureText(Unit::kCount, 1e21), "1e+21");
  EXPECT_EQ(FigureText(Unit::kRatio, kLargestDouble), "1.7976931348623157e+308%");
}

TEST(FigureText, NoDataIsADashAndNotZero) {
  EXPECT_EQ(FigureText(Unit::kSeconds, std::nullopt), "\u2013");
  EXPECT_EQ(FigureText(Unit::kCount, std::nullopt, UnitPlace::kHeading), "\u2013");
  EXPECT_EQ(FigureText(Unit::kSeconds, 0, UnitPlace::kHeading), "0.0");
  EXPECT_EQ(ChangeText(std::nullopt), "\u2013");
  // Only a host's own rows have such.
  EXPECT_EQ(FigureText(Unit::kRatio, kNotANumber), "\u2013");
  EXPECT_EQ(ChangeText(-kInfinity), "\u2013");
}

TEST(FigureText, IsTheSameInEveryLocale) {
  const CommaLocale locale;
  EXPECT_EQ(FigureText(Unit::kMinutes, 1234.5), "1,234.5 min");
}

TEST(ChangeText, HasASignUnlessItReadsAsZero) {
  EXPECT_EQ(ChangeText(0.1234), "+12.3%");
  EXPECT_EQ(ChangeText(-0.04), "\u22124.0%");
  EXPECT_EQ(ChangeText(0), "0.0%");
  EXPECT_EQ(ChangeText(1e-9), "0.0%");
  EXPECT_EQ(ChangeText(-1e-9), "0.0%");
  EXPECT_EQ(ChangeText(56), "+5,600.0%");
}

TEST(TitleWithUnit, NamesTheUnitOnceOnly) {
  EXPECT_EQ(TitleWithUnit(kTotalPlayTime), "Total play time (min)");
  EXPECT_EQ(TitleWithUnit(kAveragePlayTime), "Average play time (s)");
  EXPECT_EQ(TitleWithUnit(kSaves), "Saves");
}

}  // namespace
}  // namespace pinmetrics
