#include "examples/cli/period_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"

namespace pinmetrics::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PeriodNotesTest : public ::testing::Test {
 protected:
  void Add(absl::CivilSecond time, bool is_number = false) {
    notes_.Add(absl::FromCivil(time, zone_), is_number);
  }

  absl::TimeZone zone_ = *LoadTimeZone("Europe/Oslo");
  // The first day retained is 2025-05-23.
  PeriodNotes notes_{ReportingCalendar(zone_),
                     DateRange(absl::CivilDay(2026, 10, 20), absl::CivilDay(2026, 11, 1)),
                     absl::FromCivil(absl::CivilSecond(2026, 11, 23, 12, 0, 0), zone_)};
};

TEST_F(PeriodNotesTest, SayNothingOfEventsWithinThePeriod) {
  EXPECT_THAT(notes_.Lines(), IsEmpty());
  Add(absl::CivilSecond(2026, 10, 20, 0, 0, 0));
  Add(absl::CivilSecond(2026, 10, 31, 23, 59, 59));
  EXPECT_THAT(notes_.Lines(), IsEmpty());
}

TEST_F(PeriodNotesTest, CountByDaysOfTheZone) {
  Add(absl::CivilSecond(2026, 10, 19, 23, 59, 59));
  Add(absl::CivilSecond(2026, 10, 20, 0, 0, 0));
  Add(absl::CivilSecond(2026, 11, 1, 0, 0, 0));
  EXPECT_THAT(notes_.Lines(),
              ElementsAre("2 of 3 events are outside the period, 2026-10-20..2026-10-31",
                          "the first event is of 2026-10-19, the last of 2026-11-01"));
  Add(absl::CivilSecond(2025, 5, 23, 0, 0, 0));
  Add(absl::CivilSecond(2025, 5, 22, 23, 59, 59));
  EXPECT_THAT(notes_.Lines(),
              ElementsAre("1 of 5 events is before 2025-05-23, the first day retained",
                          "4 of 5 events are outside the period, 2026-10-20..2026-10-31",
                          "the first event is of 2025-05-22, the last of 2026-11-01"));
}

TEST_F(PeriodNotesTest, TellSecondsFromMillisecondsIfAllTimesAgree) {
  notes_.Add(absl::FromUnixMillis(0), true);
  notes_.Add(absl::FromUnixMillis(2'678'399'999), true);
  EXPECT_THAT(notes_.Lines(), Contains("all times are in January 1970: they look like seconds, "
                                       "expected milliseconds"));
  notes_.Add(absl::FromUnixMillis(2'678'400'000), true);
  EXPECT_THAT(notes_.Lines(), Not(Contains(HasSubstr("seconds"))));
}

TEST_F(PeriodNotesTest, TakeATimeThatIsWrittenOutAtItsWord) {
  Add(absl::CivilSecond(1970, 1, 18, 4, 0, 28));
  EXPECT_THAT(notes_.Lines(), Not(Contains(HasSubstr("seconds"))));
}

}  // namespace
}  // namespace pinmetrics::cli
