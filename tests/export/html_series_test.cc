#include "export/html_series.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {
namespace {

constexpr DayStatus kReady = DayStatus::kReady;
constexpr DayStatus kEstimate = DayStatus::kEstimate;
constexpr DayStatus kProcessing = DayStatus::kProcessing;
const absl::CivilDay kFirst(2026, 11, 1);

Series Days(const std::vector<std::pair<DayStatus, std::optional<double>>>& values) {
  Series series;
  for (const auto& [status, value] : values) {
    series.push_back({kFirst + static_cast<int>(series.size()), status, value});
  }
  return series;
}

SeriesPaths Paths(const std::vector<std::pair<DayStatus, std::optional<double>>>& values) {
  return PathsOf(Days(values), {.low = 0, .high = 10, .step = 5});
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
  EXPECT_EQ(Paths({{kReady, 5}, {kProcessing, {}}}).line, "M1 200h0");
  EXPECT_EQ(Paths({{kProcessing, {}}, {kEstimate, 5}}).estimate, "M3 200h0");
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
