#include "examples/cli/figure_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

#include "pinmetrics/metrics/catalogue.h"

namespace pinmetrics::cli {
namespace {

TEST(FigureText, GroupsThousands) {
  EXPECT_EQ(FigureText(Unit::kCount, 0), "0");
  EXPECT_EQ(FigureText(Unit::kCount, 999), "999");
  EXPECT_EQ(FigureText(Unit::kPeople, 1'000), "1,000");
  EXPECT_EQ(FigureText(Unit::kCount, 1'234'567), "1,234,567");
  EXPECT_EQ(FigureText(Unit::kMinutes, 12'345.67), "12,345.7");
  EXPECT_EQ(FigureText(Unit::kCount, std::numeric_limits<double>::max()).size(), 309U + 102U);
}

TEST(FigureText, ShowsRatiosAsPercentages) {
  EXPECT_EQ(FigureText(Unit::kRatio, 0.04751461988304093), "4.75%");
  EXPECT_EQ(FigureText(Unit::kRatio, 12.5), "1,250.00%");
  EXPECT_EQ(FigureText(Unit::kRatio, 0), "0.00%");
}

TEST(FigureText, TellsNoDataFromZero) {
  EXPECT_EQ(FigureText(Unit::kSeconds, std::nullopt), "\u2013");
  EXPECT_EQ(FigureText(Unit::kSeconds, 0), "0.0");
  EXPECT_EQ(ChangeText(std::nullopt), "\u2013");
  EXPECT_EQ(ChangeText(0), "0.0%");
}

TEST(ChangeText, HasASignUnlessItRoundsToZero) {
  EXPECT_EQ(ChangeText(0.1234), "+12.3%");
  EXPECT_EQ(ChangeText(-0.05), "-5.0%");
  EXPECT_EQ(ChangeText(20), "+2,000.0%");
  EXPECT_EQ(ChangeText(0.0004), "0.0%");
  EXPECT_EQ(ChangeText(-0.0004), "0.0%");
}

TEST(TitleText, NamesTheUnitOfTimes) {
  EXPECT_EQ(TitleText(kTotalPlayTime), "Total play time (min)");
  EXPECT_EQ(TitleText(kAveragePlayTime), "Average play time (s)");
  EXPECT_EQ(TitleText(kSaves), "Saves");
}

}  // namespace
}  // namespace pinmetrics::cli
