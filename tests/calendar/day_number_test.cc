#include "calendar/day_number.h"

#include <gtest/gtest.h>

#include "absl/time/civil_time.h"

namespace pinmetrics {
namespace {

TEST(DayNumber, CountsFrom1970) {
  EXPECT_EQ(DayNumber(absl::CivilDay(1970, 1, 1)), 0);
  EXPECT_EQ(DayNumber(absl::CivilDay(1969, 12, 31)), -1);
  EXPECT_EQ(DayNumber(absl::CivilDay(2026, 11, 20)), 20'777);
}

TEST(DayNumber, ReadsBack) {
  for (const absl::CivilDay day : {absl::CivilDay(1, 1, 1), absl::CivilDay(1969, 12, 31),
                                   absl::CivilDay(2026, 11, 20), absl::CivilDay(10'000, 12, 31)}) {
    EXPECT_EQ(DayOfNumber(DayNumber(day)), day) << day;
  }
}

}  // namespace
}  // namespace pinmetrics
