#include "export/html_axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Labels(double least, double most, Unit unit) {
  const Axis axis = MakeAxis(least, most, unit == Unit::kCount);
  std::vector<std::string> labels;
  for (const double tick : axis.Ticks()) labels.push_back(TickText(axis, tick, unit));
  return labels;
}

TEST(HtmlAxis, HasRoundTicks) {
  EXPECT_THAT(Labels(0, 1147, Unit::kCount), ElementsAre("0", "500", "1,000", "1,500"));
  EXPECT_THAT(Labels(0, 38'000, Unit::kCount), ElementsAre("0", "10K", "20K", "30K", "40K"));
  EXPECT_THAT(Labels(0, 5'100'000, Unit::kCount), ElementsAre("0", "2M", "4M", "6M"));
  EXPECT_THAT(Labels(0, 0.0713, Unit::kRatio), ElementsAre("0%", "2%", "4%", "6%", "8%"));
  EXPECT_THAT(Labels(0, 0.0013, Unit::kRatio), ElementsAre("0.00%", "0.05%", "0.10%", "0.15%"));
  EXPECT_THAT(Labels(-2, 3, Unit::kSeconds), ElementsAre("\u22122", "0", "2", "4"));
}

TEST(HtmlAxis, OfFewThingsHasWholeTicks) {
  EXPECT_THAT(Labels(0, 1, Unit::kCount), ElementsAre("0", "1"));
  EXPECT_THAT(Labels(0, 3, Unit::kCount), ElementsAre("0", "1", "2", "3"));
}

TEST(HtmlAxis, OfNothingGoesFromZeroToOne) {
  EXPECT_THAT(Labels(0, 0, Unit::kCount), ElementsAre("0", "1"));
}

TEST(HtmlAxis, ShowsEveryValueBetweenItsEnds) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    double least = RandomNumber(random);
    double most = RandomNumber(random);
    if (least > most) std::swap(least, most);
    const Axis axis = MakeAxis(least, most, random() % 2 == 0);
    const std::vector<double> ticks = axis.Ticks();
    ASSERT_GE(ticks.size(), 2U) << least << " " << most;
    ASSERT_LE(ticks.size(), 8U) << least << " " << most;
    for (const double value : {least, most, 0.0}) {
      const double height = axis.HeightOf(value);
      ASSERT_GE(height, 0) << value;
      ASSERT_LE(height, 1) << value;
    }
    ASSERT_LE(axis.HeightOf(least), axis.HeightOf(most));
    for (const double tick : ticks) {
      for (const Unit unit : {Unit::kCount, Unit::kRatio}) {
        ASSERT_LE(TickText(axis, tick, unit).size(), 40U) << least << " " << most;
      }
    }
  }
}

TEST(HtmlAxis, TakesTheLargestNumbers) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  const Axis axis = MakeAxis(-kLargest, kLargest, false);
  EXPECT_TRUE(std::isfinite(axis.low) && std::isfinite(axis.high));
  EXPECT_EQ(axis.HeightOf(kLargest), 1);
}

}  // namespace
}  // namespace pinmetrics
