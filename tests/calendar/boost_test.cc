#include "pinmetrics/calendar/boost.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "boost/date_time/gregorian/gregorian_types.hpp"
#include "gtest/gtest.h"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics {
namespace {

namespace gregorian = boost::gregorian;

using absl::CivilDay;

TEST(Boost, PeriodHasTheDaysOfTheRange) {
  const absl::StatusOr<gregorian::date_period> period =
      ToBoost(DateRange::Inclusive(CivilDay(2028, 2, 28), CivilDay(2028, 3, 1)));
  ASSERT_TRUE(period.ok()) << period.status();
  EXPECT_EQ(period->begin(), gregorian::date(2028, 2, 28));
  EXPECT_EQ(period->last(), gregorian::date(2028, 3, 1));
  EXPECT_EQ(period->length().days(), 3);
}

TEST(Boost, RangesComeBackEqual) {
  for (const DateRange& range :
       {DateRange(), DateRange(CivilDay(2026, 10, 9), CivilDay(2026, 10, 1)),
        DateRange::Inclusive(CivilDay(2026, 10, 1), CivilDay(2026, 10, 30)),
        DateRange::Inclusive(CivilDay(1970, 1, 1), CivilDay(9999, 12, 31)),
        DateRange::Inclusive(CivilDay(1400, 1, 1), CivilDay(1400, 1, 1)),
        DateRange::Inclusive(CivilDay(9999, 12, 31), CivilDay(9999, 12, 31))}) {
    const absl::StatusOr<gregorian::date_period> period = ToBoost(range);
    ASSERT_TRUE(period.ok()) << period.status();
    EXPECT_EQ(period->is_null(), range.empty());
    const absl::StatusOr<DateRange> back = FromBoost(*period);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, range);
  }
}

TEST(Boost, EveryDayIsTheSameDay) {
  gregorian::date date(1970, 1, 1);
  for (CivilDay day(1970, 1, 1); day < CivilDay(2038, 1, 1); ++day, date += gregorian::days(1)) {
    const absl::StatusOr<gregorian::date_period> period = ToBoost(DateRange::Inclusive(day, day));
    ASSERT_TRUE(period.ok()) << period.status();
    ASSERT_EQ(period->begin(), date);
    ASSERT_EQ(period->end(), date + gregorian::days(1));
  }
}

TEST(Boost, RefusesRangesThatBoostDoesNotKnow) {
  for (const DateRange& range :
       {DateRange::Inclusive(CivilDay(1399, 12, 31), CivilDay(1400, 1, 1)),
        DateRange::Inclusive(CivilDay(9999, 12, 31), CivilDay(10000, 1, 1)),
        LastDays(1'000'000'000'000, CivilDay(2026, 10, 1))}) {
    EXPECT_EQ(ToBoost(range).status().code(), absl::StatusCode::kOutOfRange) << ToString(range);
  }
}

TEST(Boost, RefusesPeriodsWithoutDates) {
  const gregorian::date date(2026, 10, 1);
  for (const boost::date_time::special_values special :
       {boost::date_time::not_a_date_time, boost::date_time::pos_infin,
        boost::date_time::neg_infin}) {
    const gregorian::date no_date(special);
    for (const gregorian::date_period& period :
         {gregorian::date_period(date, no_date), gregorian::date_period(no_date, date)}) {
      EXPECT_EQ(FromBoost(period).status().code(), absl::StatusCode::kInvalidArgument);
    }
  }
}

TEST(Boost, TakesNullPeriodsAtTheEdgeOfBoostsYears) {
  const gregorian::date first(1400, 1, 1);
  const absl::StatusOr<DateRange> range = FromBoost(gregorian::date_period(first, first));
  ASSERT_TRUE(range.ok()) << range.status();
  EXPECT_EQ(*range, DateRange(CivilDay(1400, 1, 1), CivilDay(1400, 1, 1)));
}

}  // namespace
}  // namespace pinmetrics
