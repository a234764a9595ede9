#include "export/html/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "export/html/limits.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/report/report.h"
#include "tests/export/sample_reports.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Labels(double least, double most, Unit unit) {
  const Axis axis = MakeAxis(least, most, unit == Unit::kCount);
  std::vector<std::string> labels;
  for (const double tick : axis.Ticks())
    labels.push_back(TickText(axis, tick, unit, PageLanguage()));
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
        ASSERT_LE(TickText(axis, tick, unit, PageLanguage()).size(), 40U) << least << " " << most;
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

constexpr DayStatus kReady = DayStatus::kReady;
constexpr DayStatus kEstimate = DayStatus::kEstimate;
constexpr DayStatus kProcessing = DayStatus::kProcessing;
const absl::CivilDay kFirst(2026, 11, 1);

Series SeriesOf(const std::vector<std::pair<DayStatus, std::optional<double>>>& values) {
  Series series;
  for (const auto& [status, value] : values) {
    series.push_back({kFirst + static_cast<int>(series.size()), status, value});
  }
  return series;
}

SeriesPaths Paths(const std::vector<std::pair<DayStatus, std::optional<double>>>& values) {
  return PathsOf(SeriesOf(values), {.low = 0, .high = 10, .step = 5});
}

TEST(HtmlSeries, IsALineThroughTheMiddleOfItsDays) {
  const SeriesPaths paths = Paths({{kReady, 0}, {kReady, 10}, {kReady, 5}});
  EXPECT_EQ(paths.line, "M1 400l2-400l2 200");
  EXPECT_EQ(paths.area, "M1 400V400l2-400l2 200V400z");
  EXPECT_EQ(paths.estimate, "");
}

TEST(HtmlSeries, BreaksWhereADayHasNoValue) {
  const SeriesPaths paths =
      Paths({{kReady, 0}, {kReady, 5}, {kReady, {}}, {kReady, 5}, {kReady, 0}});
  EXPECT_EQ(paths.line, "M1 400l2-200M7 200l2 200");
  EXPECT_EQ(paths.area, "M1 400V400l2-200V400zM7 400V200l2 200V400z");
}

TEST(HtmlSeries, ShowsADayBetweenGapsAsADot) {
  const SeriesPaths first = Paths({{kReady, 5}, {kProcessing, {}}});
  EXPECT_EQ(first.dots, "M1 200h0");
  EXPECT_EQ(first.line + first.area, "");
  EXPECT_EQ(Paths({{kProcessing, {}}, {kEstimate, 5}}).dots, "M3 200h0");
}

TEST(HtmlSeries, OfPartOfADayIsADotAndNoFall) {
  Series series = SeriesOf({{kReady, 10}, {kReady, 10}, {kEstimate, 1}});
  series[2].has_all_days = false;
  const SeriesPaths paths = PathsOf(series, {.low = 0, .high = 10, .step = 5});
  EXPECT_EQ(paths.line, "M1 0l2 0");
  EXPECT_EQ(paths.estimate, "");
  EXPECT_EQ(paths.dots, "M5 360h0");
}

TEST(HtmlSeries, HasNotAllOfTodayNorOfAWeekThatThePeriodCuts) {
  Report report{SampleHead()};  // Made on 23 November.
  const absl::CivilDay today(2026, 11, 23);
  report.days = {{.day = today - 2, .figures = {1}, .partial = true},
                 {.day = today - 1, .status = kEstimate, .figures = {1}},
                 {.day = today, .status = kEstimate, .figures = {1}}};
  const Series series = SeriesOf(report, std::nullopt, 0);
  EXPECT_FALSE(series[0].has_all_days);
  EXPECT_TRUE(series[1].has_all_days);
  EXPECT_FALSE(series[1].is_whole());
  EXPECT_FALSE(series[2].has_all_days);
}

TEST(HtmlSeries, LeadsFromTheLastFinalDayToTheEstimates) {
  const SeriesPaths paths = Paths({{kReady, 0}, {kReady, 5}, {kEstimate, 10}, {kEstimate, 5}});
  EXPECT_EQ(paths.line, "M1 400l2-200");
  EXPECT_EQ(paths.estimate, "M3 200l2-200l2 200");
}

TEST(HtmlSeries, OfNoValuesIsEmpty) {
  const SeriesPaths paths = Paths({{kProcessing, {}}, {kProcessing, {}}});
  EXPECT_EQ(paths.line + paths.estimate + paths.area, "");
}

TEST(HtmlSeries, OfASegmentHasTheDaysWithoutValuesToo) {
  Report report;
  report.days = {{.day = kFirst, .segment = Attribute(1), .figures = {1}},
                 {.day = kFirst, .segment = Attribute(2), .figures = {2}},
                 {.day = kFirst + 1, .status = kProcessing}};
  const Series series = SeriesOf(report, Attribute(2), 0);
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0].value, 2);
  EXPECT_EQ(series[1].status, kProcessing);
  EXPECT_EQ(series[1].value, std::nullopt);
}

TEST(HtmlSeries, OfAWholeLeavesSegmentsOut) {
  Report report;
  report.days = {{.day = kFirst, .segment = Attribute(1), .figures = {1}}};
  EXPECT_TRUE(SeriesOf(report, std::nullopt, 0).empty());
}

TEST(HtmlSeries, IsOfTheLastDaysIfThereAreTooMany) {
  Report report;
  for (int i = 0; i < 700; ++i) report.days.push_back({.day = kFirst + i, .figures = {i}});
  const Series series = SeriesOf(report, std::nullopt, 0);
  ASSERT_EQ(series.size(), kMostChartedDays);
  EXPECT_EQ(series.back().value, 699);
}

}  // namespace
}  // namespace pinmetrics
