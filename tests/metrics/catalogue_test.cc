#include "pinmetrics/metrics/catalogue.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/metrics/metric.h"

namespace pinmetrics {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

/// Facts with the counts of the six engagements and the impressions, in the order of the actions.
Facts Actions(std::int64_t impressions, std::int64_t pin_clicks, std::int64_t outbound_clicks,
              std::int64_t saves, std::int64_t carousel_swipes = 0,
              std::int64_t collection_clicks = 0, std::int64_t idea_swipes = 0) {
  return {.tally = Tally({impressions, pin_clicks, outbound_clicks, saves, carousel_swipes,
                          collection_clicks, idea_swipes, 0, 0, 0, 0, 0})};
}

Facts Videos(std::int64_t playbacks, std::int64_t play_time_ms) {
  return {.tally = Tally({0, 0, 0, 0, 0, 0, 0, playbacks, 0, 0, 0, play_time_ms})};
}

TEST(Catalogue, IsTheTableOfTheSpec) {
  const struct {
    std::string_view name;
    std::string_view pinterest_name;
    Unit unit;
  } table[] = {
      {"impressions", "IMPRESSION", Unit::kCount},
      {"engagements", "ENGAGEMENT", Unit::kCount},
      {"pin_clicks", "PIN_CLICK", Unit::kCount},
      {"outbound_clicks", "OUTBOUND_CLICK", Unit::kCount},
      {"saves", "SAVE", Unit::kCount},
      {"engagement_rate", "ENGAGEMENT_RATE", Unit::kRatio},
      {"pin_click_rate", "PIN_CLICK_RATE", Unit::kRatio},
      {"outbound_click_rate", "OUTBOUND_CLICK_RATE", Unit::kRatio},
      {"save_rate", "SAVE_RATE", Unit::kRatio},
      {"video_views", "VIDEO_MRC_VIEW", Unit::kCount},
      {"ten_second_plays", "VIDEO_10S_VIEW", Unit::kCount},
      {"played_to_95_percent", "QUARTILE_95_PERCENT_VIEW", Unit::kCount},
      {"total_play_time", "VIDEO_V50_WATCH_TIME", Unit::kMinutes},
      {"average_play_time", "VIDEO_AVG_WATCH_TIME", Unit::kSeconds},
      {"total_audience", "", Unit::kPeople},
      {"engaged_audience", "", Unit::kPeople},
      {"monthly_total_audience", "", Unit::kPeople},
      {"monthly_engaged_audience", "", Unit::kPeople},
      {"monthly_views", "", Unit::kCount},
      {"video_starts", "VIDEO_START", Unit::kCount},
      {"total_engagement_rate", "", Unit::kRatio},
  };
  ASSERT_EQ(Catalogue().size(), std::size(table));
  for (std::size_t i = 0; i < std::size(table); ++i) {
    const Metric& metric = Catalogue()[i];
    SCOPED_TRACE(metric.name());
    EXPECT_EQ(metric.name(), table[i].name);
    EXPECT_EQ(metric.description().pinterest_name, table[i].pinterest_name);
    EXPECT_EQ(metric.unit(), table[i].unit);
  }
}

TEST(Catalogue, DescribesEveryMetric) {
  for (const Metric& metric : Catalogue()) {
    SCOPED_TRACE(metric.name());
    EXPECT_THAT(metric.title(), Not(IsEmpty()));
    EXPECT_THAT(metric.description().definition, Not(IsEmpty()));
    EXPECT_THAT(metric.description().source, Not(IsEmpty()));
  }
}

TEST(Catalogue, FindsEveryMetricByItsNameAndNoOther) {
  std::set<std::string> names;
  for (const Metric& metric : Catalogue()) {
    EXPECT_EQ(FindMetric(metric.name()), metric);
    names.insert(metric.name());
  }
  EXPECT_EQ(names.size(), Catalogue().size());
  EXPECT_EQ(FindMetric("save_rate"), kSaveRate);
  EXPECT_EQ(FindMetric("Saves"), std::nullopt);
  EXPECT_EQ(FindMetric("total_play_time_minutes"), std::nullopt);
  EXPECT_EQ(FindMetric(""), std::nullopt);
}

TEST(Catalogue, OnlyThePeopleAndTheMonthsNeedMoreThanATally) {
  for (const Metric& metric : Catalogue()) {
    SCOPED_TRACE(metric.name());
    const bool monthly = metric.name().starts_with("monthly_");
    EXPECT_EQ(metric.needs().people(), metric.unit() == Unit::kPeople);
    EXPECT_EQ(metric.needs().month(), monthly);
    EXPECT_EQ(metric.needs().tally, !monthly && metric.unit() != Unit::kPeople);
    EXPECT_EQ(metric.needs().audience(), metric.unit() == Unit::kPeople && !monthly);
  }
}

TEST(Catalogue, ComputesTheRatesOfARealMonth) {
  const Facts facts = Actions(1368, 58, 1, 6);
  EXPECT_EQ(kEngagementRate.Value(facts), 0.04751461988304093);
  EXPECT_EQ(kPinClickRate.Value(facts), 0.04239766081871345);
  EXPECT_EQ(kOutboundClickRate.Value(facts), 0.0007309941520467836);
  EXPECT_EQ(kSaveRate.Value(facts), 0.0043859649122807015);
  EXPECT_EQ(kImpressions.Value(facts), 1368);
  EXPECT_EQ(kEngagements.Value(facts), 65);
}

TEST(Catalogue, ComputesTheRateOfARealWeek) {
  EXPECT_EQ(kPinClickRate.Value(Actions(382, 7, 0, 0)), 0.01832460732984293);
}

TEST(Catalogue, ComputesThePlayTimesOfARealMonth) {
  const Facts facts = Videos(652, 3'462'385);
  const std::optional<double> seconds = kAveragePlayTime.Value(facts);
  ASSERT_TRUE(seconds);
  EXPECT_EQ(*seconds, 5.310406441717792);
  EXPECT_EQ(*seconds * 1'000, 5310.4064417177915);
  EXPECT_EQ(kTotalPlayTime.Value(facts), 3'462'385 / 60'000.0);
  EXPECT_EQ(kVideoStarts.Value(facts), 652);
}

TEST(Catalogue, EngagementsAreSixActionsAndTheirRateNamesThree) {
  const Facts facts = Actions(1'000, 1, 2, 4, 8, 16, 32);
  EXPECT_EQ(kPinClicks.Value(facts), 1);
  EXPECT_EQ(kOutboundClicks.Value(facts), 2);
  EXPECT_EQ(kSaves.Value(facts), 4);
  EXPECT_EQ(kEngagements.Value(facts), 63);
  EXPECT_EQ(kEngagementRate.Value(facts), 0.007);
  EXPECT_EQ(kTotalEngagementRate.Value(facts), 0.063);
}

TEST(Catalogue, CountsVideosByTheirThresholds) {
  const Facts facts{.tally = Tally({0, 0, 0, 0, 0, 0, 0, 50, 40, 30, 20, 1'000})};
  EXPECT_EQ(kVideoStarts.Value(facts), 50);
  EXPECT_EQ(kVideoViews.Value(facts), 40);
  EXPECT_EQ(kTenSecondPlays.Value(facts), 30);
  EXPECT_EQ(kPlayedTo95Percent.Value(facts), 20);
}

TEST(Catalogue, APlaybackIsNoEngagement) {
  EXPECT_EQ(kEngagements.Value(Videos(5, 1'000)), 0);
  EXPECT_EQ(kImpressions.Value(Videos(5, 1'000)), 0);
}

TEST(Catalogue, ARateMayPassOne) { EXPECT_EQ(kPinClickRate.Value(Actions(2, 3, 0, 0)), 1.5); }

TEST(Catalogue, RatesAreAbsentWithoutImpressions) {
  const Facts facts = Actions(0, 58, 1, 6);
  for (const Metric& rate :
       {kEngagementRate, kPinClickRate, kOutboundClickRate, kSaveRate, kTotalEngagementRate}) {
    EXPECT_EQ(rate.Value(facts), std::nullopt) << rate.name();
    EXPECT_EQ(rate.Value(Actions(10, 0, 0, 0)), 0) << rate.name();
  }
}

TEST(Catalogue, TheAveragePlayTimeIsAbsentWithoutPlaybacksAndTheTotalIsZero) {
  EXPECT_EQ(kAveragePlayTime.Value(Videos(0, 0)), std::nullopt);
  EXPECT_EQ(kAveragePlayTime.Value(Videos(3, 0)), 0);
  EXPECT_EQ(kTotalPlayTime.Value(Videos(0, 0)), 0);
}

TEST(Catalogue, CountsAndAudiencesOfNothingAreZero) {
  for (const Metric& metric : Catalogue()) {
    SCOPED_TRACE(metric.name());
    const bool always =
        metric.counters() || metric.needs().audience() || metric.unit() == Unit::kMinutes;
    EXPECT_EQ(metric.Value({}), always ? std::optional<double>(0) : std::nullopt);
  }
}

TEST(Catalogue, AudiencesAreTheFactsOfThatName) {
  const Facts facts{
      .total_audience = 801,
      .engaged_audience = 90,
      .month = MonthlyFacts{.views = 5'000, .total_audience = 2'000, .engaged_audience = 300}};
  EXPECT_EQ(kTotalAudience.Value(facts), 801);
  EXPECT_EQ(kEngagedAudience.Value(facts), 90);
  EXPECT_EQ(kMonthlyViews.Value(facts), 5'000);
  EXPECT_EQ(kMonthlyTotalAudience.Value(facts), 2'000);
  EXPECT_EQ(kMonthlyEngagedAudience.Value(facts), 300);
}

TEST(Catalogue, MonthlyMetricsAreAbsentWithoutTheMonth) {
  const Facts facts{.total_audience = 801, .engaged_audience = 90};
  EXPECT_EQ(kMonthlyViews.Value(facts), std::nullopt);
  EXPECT_EQ(kMonthlyTotalAudience.Value(facts), std::nullopt);
  EXPECT_EQ(kMonthlyEngagedAudience.Value(facts), std::nullopt);
}

TEST(Catalogue, AHostComposesItsOwnFromIt) {
  const CountMetric clicks = Sum("clicks", kPinClicks, kOutboundClicks);
  const Metric saves_per_click = Ratio("saves_per_click", kSaves, clicks);
  const Metric click_share = Ratio("click_share", clicks, kEngagements);
  const Facts facts = Actions(1'000, 3, 1, 2, 4);
  EXPECT_EQ(clicks.Value(facts), 4);
  EXPECT_EQ(saves_per_click.Value(facts), 0.5);
  EXPECT_EQ(click_share.Value(facts), 0.4);
  EXPECT_EQ(saves_per_click.description().definition, "saves / clicks");

  const Metric views_per_viewer = Ratio("views_per_viewer", kMonthlyViews, kMonthlyTotalAudience);
  EXPECT_EQ(views_per_viewer.needs(),
            (Needs{.tally = false, .monthly_views = true, .monthly_total_audience = true}));
  EXPECT_EQ(views_per_viewer.Value(facts), std::nullopt);
  EXPECT_EQ(views_per_viewer.Value({.month = MonthlyFacts{.views = 6, .total_audience = 4}}), 1.5);
}

}  // namespace
}  // namespace pinmetrics
