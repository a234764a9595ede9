#include "pinmetrics/report/query.h"

#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pinmetrics/metrics/catalogue.h"
#include "tests/report/small_account.h"

namespace pinmetrics {
namespace {

TEST(QueryTest, AsksForAllMetricsOfFinalDaysOfPinsThatAreNotSavedUnlessToldOtherwise) {
  const Query query;
  EXPECT_TRUE(query.period.empty());
  EXPECT_TRUE(query.filter.empty());
  EXPECT_FALSE(query.include_saved);
  EXPECT_FALSE(query.real_time);
  EXPECT_TRUE(query.metrics.empty());
  EXPECT_EQ(query.split, std::nullopt);
  EXPECT_EQ(query.comparison, Comparison::kNone);
}

TEST(QueryTest, IsEqualOnlyIfEveryPartIs) {
  const Query query = {.period = Days("2026-11-01..2026-11-30")};
  EXPECT_EQ(query, Query(query));
  Query other = query;
  other.period = Days("2026-11-01..2026-11-29");
  EXPECT_NE(query, other);
  other = query;
  other.filter = Is(Device::kMobile);
  EXPECT_NE(query, other);
  other = query;
  other.include_saved = true;
  EXPECT_NE(query, other);
  other = query;
  other.real_time = true;
  EXPECT_NE(query, other);
  other = query;
  other.metrics = {kSaves};
  EXPECT_NE(query, other);
  other = query;
  other.split = Dimension::kDevice;
  EXPECT_NE(query, other);
  other = query;
  other.comparison = Comparison::kPreviousPeriod;
  EXPECT_NE(query, other);
}

TEST(RankingTest, ListsTheTenItemsWithMostImpressionsUnlessToldOtherwise) {
  const Ranking ranking;
  EXPECT_EQ(ranking.by, kImpressions);
  EXPECT_EQ(ranking.limit, 10u);
  EXPECT_EQ(ranking.created_in_last_days, std::nullopt);
}

TEST(ReportingOptionsTest, CountsDaysInUtcOfAnAccountThatWasAlwaysThereUnlessToldOtherwise) {
  const ReportingOptions options;
  EXPECT_EQ(options.time_zone, absl::UTCTimeZone());
  EXPECT_EQ(options.business_created, std::nullopt);
}

TEST(OverviewQueryTest, AsksForThirtyDaysUpToTodayAgainstTheThirtyBefore) {
  const Query query = OverviewQuery(Day("2026-11-23"));
  EXPECT_EQ(query.period, Days("2026-10-25..2026-11-23"));
  EXPECT_EQ(query.comparison, Comparison::kPreviousPeriod);
  EXPECT_TRUE(query.metrics.empty());
  EXPECT_TRUE(query.filter.empty());
  EXPECT_EQ(query.split, std::nullopt);
}

}  // namespace
}  // namespace pinmetrics
