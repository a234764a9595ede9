#include "pinmetrics/report/report.h"

#include <cstdint>
#include <limits>
#include <optional>

#include "gtest/gtest.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics {
namespace {

TEST(DayStatusTest, ReadyAndEstimatedDaysHaveValuesAndNoOthers) {
  EXPECT_TRUE(HasValues(DayStatus::kReady));
  EXPECT_TRUE(HasValues(DayStatus::kEstimate));
  EXPECT_FALSE(HasValues(DayStatus::kProcessing));
  EXPECT_FALSE(HasValues(DayStatus::kBeforeBusinessCreated));
}

TEST(DayStatusTest, HasTheNamesOfTheSpec) {
  EXPECT_EQ(NameOf(DayStatus::kReady), "ready");
  EXPECT_EQ(NameOf(DayStatus::kEstimate), "estimate");
  EXPECT_EQ(NameOf(DayStatus::kProcessing), "processing");
  EXPECT_EQ(NameOf(DayStatus::kBeforeBusinessCreated), "before_business_created");
}

TEST(SegmentTextTest, IsAllWithoutASplitAndWhereASplitDayHasNoSegment) {
  EXPECT_EQ(SegmentText(Query(), std::nullopt), "all");
  EXPECT_EQ(SegmentText({.split = Dimension::kDevice}, std::nullopt), "all");
}

TEST(SegmentTextTest, IsTheNameOrTheIdOfTheValue) {
  EXPECT_EQ(SegmentText({.split = Dimension::kAge}, Attribute(Age::k65Plus)), "65+");
  EXPECT_EQ(SegmentText({.split = Dimension::kSource}, Attribute(PinSource::kOtherPins)),
            "other_pins");
  EXPECT_EQ(SegmentText({.split = Dimension::kAccount},
                        Attribute(AccountId(std::numeric_limits<std::uint64_t>::max()))),
            "18446744073709551615");
  EXPECT_EQ(SegmentText({.split = Dimension::kProductGroup}, Attribute(ProductGroupId(0))), "0");
}

TEST(SegmentTextTest, OfNoneIsNoneAndNotAll) {
  EXPECT_EQ(SegmentText({.split = Dimension::kAccount}, Attribute()), "none");
  EXPECT_EQ(SegmentText({.split = Dimension::kProductGroup}, Attribute(kNoProductGroup)), "none");
}

TEST(ReportTest, IsEqualOnlyIfHeadTotalsAndDaysAre) {
  const Report report;
  EXPECT_EQ(report, Report());
  Report other;
  other.now = absl::FromUnixSeconds(1);
  EXPECT_NE(report, other);
  other = {};
  other.totals.push_back({});
  EXPECT_NE(report, other);
  other = {};
  other.days.push_back({});
  EXPECT_NE(report, other);
}

}  // namespace
}  // namespace pinmetrics
