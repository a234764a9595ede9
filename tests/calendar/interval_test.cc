#include "pinmetrics/calendar/interval.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics {
namespace {

std::vector<Interval> AllIntervals() {
  std::vector<Interval> intervals = {Interval::Day(), Interval::Month()};
  for (int weekday = 0; weekday < 7; ++weekday) {
    intervals.push_back(Interval::Week(static_cast<absl::Weekday>(weekday)));
  }
  return intervals;
}

std::string Around(const Interval& interval, absl::CivilDay day) {
  return ToString(interval.Containing(day));
}

TEST(IntervalTest, WeekBeginsOnMondayUnlessGiven) {
  const absl::CivilDay friday(2026, 11, 27);
  EXPECT_EQ(Around(Interval::Week(), friday), "2026-11-23..2026-11-29");
  EXPECT_EQ(Around(Interval::Week(absl::Weekday::sunday), friday), "2026-11-22..2026-11-28");
  EXPECT_EQ(Around(Interval::Week(absl::Weekday::friday), friday), "2026-11-27..2026-12-03");
  EXPECT_EQ(Around(Interval::Week(absl::Weekday::saturday), friday), "2026-11-21..2026-11-27");
}

TEST(IntervalTest, MonthIsThatOfTheCalendar) {
  EXPECT_EQ(Around(Interval::Month(), absl::CivilDay(2024, 2, 29)), "2024-02-01..2024-02-29");
  EXPECT_EQ(Around(Interval::Month(), absl::CivilDay(2026, 12, 1)), "2026-12-01..2026-12-31");
}

TEST(IntervalTest, DayIsADayAndTheDefault) {
  EXPECT_EQ(Around(Interval::Day(), absl::CivilDay(2026, 3, 29)), "2026-03-29..2026-03-29");
  EXPECT_EQ(Interval(), Interval::Day());
  EXPECT_TRUE(Interval().is_day());
  EXPECT_FALSE(Interval::Week().is_day());
  EXPECT_FALSE(Interval::Month().is_day());
}

TEST(IntervalTest, EveryDayIsInOneIntervalAndNoneIsBetweenTwo) {
  for (const Interval& interval : AllIntervals()) {
    SCOPED_TRACE(ToString(interval));
    const DateRange days(absl::CivilDay(1969, 12, 1), absl::CivilDay(1973, 2, 1));
    DateRange last = interval.Containing(days.first());
    for (const absl::CivilDay day : days) {
      const DateRange around = interval.Containing(day);
      ASSERT_TRUE(around.Contains(day));
      if (around == last) continue;
      ASSERT_EQ(around.first(), last.last() + 1);
      ASSERT_EQ(day, around.first());
      last = around;
    }
  }
}

TEST(IntervalTest, TextReadsBack) {
  for (const Interval& interval : AllIntervals()) {
    EXPECT_EQ(ParseInterval(ToString(interval)).value(), interval);
  }
  EXPECT_EQ(ToString(Interval::Day()), "day");
  EXPECT_EQ(ToString(Interval::Week()), "week");
  EXPECT_EQ(ToString(Interval::Week(absl::Weekday::sunday)), "week_from_sunday");
  EXPECT_EQ(ToString(Interval::Month()), "month");
}

TEST(IntervalTest, UnitSaysNotOnWhichDayAWeekBegins) {
  EXPECT_EQ(Interval::Day().unit(), "day");
  EXPECT_EQ(Interval::Week(absl::Weekday::sunday).unit(), "week");
  EXPECT_EQ(Interval::Month().unit(), "month");
}

TEST(IntervalTest, OtherTextIsRefusedWithWhatWasExpected) {
  for (const char* text : {"", "year", "Week", "week_from_", "week_from_sundays", " day"}) {
    EXPECT_EQ(ParseInterval(text).status().message(),
              "\"" + std::string(text) +
                  "\" is no interval, expected day, week, month, or week_from_ and a weekday");
  }
}

}  // namespace
}  // namespace pinmetrics
