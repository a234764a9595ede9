#include "pinmetrics/calendar/reporting_calendar.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics {
namespace {

using absl::CivilDay;
using absl::CivilSecond;
using ::testing::HasSubstr;

constexpr absl::Duration kInstant = absl::Nanoseconds(1);

ReportingCalendar CalendarOf(std::string_view zone) {
  const absl::StatusOr<absl::TimeZone> loaded = LoadTimeZone(zone);
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return ReportingCalendar(loaded.value_or(absl::UTCTimeZone()));
}

// ---------------------------------------------------------------------------------------------
// Laws over every zone of the system's database.

// The names of all zones, without those whose rules are the same bytes as another's.
const std::vector<std::string>& EveryZone() {
  static const std::vector<std::string>* const zones = [] {
    const char* tzdir = std::getenv("TZDIR");
    const std::filesystem::path root = tzdir != nullptr ? tzdir : "/usr/share/zoneinfo";
    std::vector<std::string> names;
    std::error_code error;
    for (auto entry = std::filesystem::recursive_directory_iterator(root, error);
         !error && entry != std::filesystem::recursive_directory_iterator();
         entry.increment(error)) {
      const std::string name = entry->path().lexically_relative(root).generic_string();
      if (name == "posix" || name == "right") {
        entry.disable_recursion_pending();
      } else if (entry->is_regular_file() && name != "localtime" && name != "posixrules") {
        names.push_back(name);
      }
    }
    std::sort(names.begin(), names.end());
    auto* unique = new std::vector<std::string>;
    std::set<std::string> seen;
    for (const std::string& name : names) {
      std::ifstream file(root / name, std::ios::binary);
      std::string rules(std::istreambuf_iterator<char>(file), {});
      if (rules.starts_with("TZif") && seen.insert(std::move(rules)).second) {
        unique->push_back(name);
      }
    }
    return unique;
  }();
  return *zones;
}

// The zones are dealt to several tests, which can run side by side.
class EveryZoneTest : public ::testing::TestWithParam<size_t> {
 public:
  static constexpr size_t kShares = 6;

 protected:
  std::vector<std::string> Share() const {
    std::vector<std::string> share;
    for (size_t i = GetParam(); i < EveryZone().size(); i += kShares) {
      share.push_back(EveryZone()[i]);
    }
    return share;
  }
};

INSTANTIATE_TEST_SUITE_P(Share, EveryZoneTest, ::testing::Range<size_t>(0, EveryZoneTest::kShares));

TEST(ReportingCalendar, FindsTheZonesToBeHeldAgainst) {
  EXPECT_GT(EveryZone().size(), 300u) << "the time zone database (tzdata) is not installed";
}

TEST_P(EveryZoneTest, DaysTileTime) {
  for (const std::string& name : Share()) {
    const ReportingCalendar calendar = CalendarOf(name);
    CivilDay day(1970, 1, 1);
    CivilDay last_that_took_time = day - 1;
    absl::Time begin = calendar.Begin(day);
    ASSERT_EQ(begin, calendar.End(day - 1));
    for (; day < CivilDay(2038, 1, 1); ++day) {
      const absl::Time end = calendar.End(day);
      const absl::Duration length = end - begin;
      ASSERT_GE(length, absl::ZeroDuration()) << name << " " << ToString(day);
      ASSERT_LE(length, absl::Hours(31)) << name << " " << ToString(day);
      ASSERT_EQ(calendar.DayOf(begin - kInstant), last_that_took_time) << name;
      if (length > absl::ZeroDuration()) {
        ASSERT_EQ(calendar.DayOf(begin), day) << name;
        last_that_took_time = day;
      }
      begin = end;
    }
    ASSERT_EQ(begin, calendar.Begin(day));
    ASSERT_EQ(calendar.DayOf(begin - kInstant), last_that_took_time) << name;
  }
}

// The instants from 1970 to 2037 at which the zone's clock jumps.
std::vector<absl::Time> JumpsOf(absl::TimeZone zone) {
  std::vector<absl::Time> jumps;
  absl::Time time = absl::UnixEpoch() - kInstant;
  absl::TimeZone::CivilTransition jump;
  while (zone.NextTransition(time, &jump)) {
    time = zone.At(jump.to).trans;
    if (absl::ToCivilDay(time, zone) >= CivilDay(2038, 1, 1)) break;
    jumps.push_back(time);
  }
  return jumps;
}

// Says the rule another way, without asking where days begin: a day once shown by the clock has
// begun, so the day of an instant is the latest that the clock has shown until then.
TEST_P(EveryZoneTest, DayIsTheLatestTheClockHasShown) {
  for (const std::string& name : Share()) {
    const ReportingCalendar calendar = CalendarOf(name);
    const absl::TimeZone zone = calendar.time_zone();
    DayFinder finder(calendar);
    for (const absl::Time jump : JumpsOf(zone)) {
      // No clock has gone back by as much as two days, so what it showed before does not matter.
      std::vector<absl::Time> instants = {jump - kInstant, jump};
      for (int minutes = -2 * 24 * 60; minutes <= 2 * 24 * 60; minutes += 30) {
        instants.push_back(jump + absl::Minutes(minutes));
      }
      for (int minutes = -3; minutes <= 3; ++minutes) {
        instants.push_back(jump + absl::Minutes(minutes));
        instants.push_back(jump + absl::Minutes(minutes) + absl::Hours(1));
        instants.push_back(jump + absl::Minutes(minutes) + absl::Hours(1) - kInstant);
      }
      std::sort(instants.begin(), instants.end());
      CivilDay latest = absl::ToCivilDay(instants.front(), zone);
      for (const absl::Time instant : instants) {
        latest = std::max(latest, absl::ToCivilDay(instant, zone));
        ASSERT_EQ(calendar.DayOf(instant), latest) << name << " " << instant;
        ASSERT_EQ(finder(instant), latest) << name << " " << instant;
      }
    }
  }
}

TEST_P(EveryZoneTest, LatestCompleteDayIsTheLastFinalOne) {
  for (const std::string& name : Share()) {
    const ReportingCalendar calendar = CalendarOf(name);
    std::vector<absl::Time> jumps = JumpsOf(calendar.time_zone());
    jumps.push_back(absl::FromUnixSeconds(1'790'000'000));
    for (const absl::Time jump : jumps) {
      const CivilDay today = calendar.DayOf(jump);
      for (const absl::Time edge :
           {jump, calendar.Begin(today), calendar.End(today), calendar.Begin(today - 1)}) {
        for (const absl::Time now : {edge + kFinalAfter - kInstant, edge + kFinalAfter}) {
          CivilDay latest = today + 9;
          while (!calendar.IsFinal(latest, now)) --latest;
          ASSERT_EQ(calendar.LatestCompleteDay(now), latest) << name << " " << now;
        }
      }
    }
  }
}

// ---------------------------------------------------------------------------------------------
// Days by example.

absl::Duration LengthOf(const ReportingCalendar& calendar, CivilDay day) {
  return calendar.End(day) - calendar.Begin(day);
}

TEST(ReportingCalendar, IsUtcByDefault) {
  const ReportingCalendar calendar;
  EXPECT_EQ(calendar.time_zone(), absl::UTCTimeZone());
  EXPECT_EQ(calendar.Begin(CivilDay(1970, 1, 1)), absl::UnixEpoch());
  EXPECT_EQ(calendar.DayOf(absl::UnixEpoch()), CivilDay(1970, 1, 1));
  EXPECT_EQ(calendar.DayOf(absl::UnixEpoch() - kInstant), CivilDay(1969, 12, 31));
  EXPECT_EQ(calendar, ReportingCalendar(absl::UTCTimeZone()));
  EXPECT_FALSE(calendar == CalendarOf("Europe/Oslo"));
}

TEST(ReportingCalendar, DaysHave23And25HoursWhereSummerTimeBeginsAndEnds) {
  const ReportingCalendar oslo = CalendarOf("Europe/Oslo");
  EXPECT_EQ(LengthOf(oslo, CivilDay(2026, 3, 28)), absl::Hours(24));
  EXPECT_EQ(LengthOf(oslo, CivilDay(2026, 3, 29)), absl::Hours(23));
  EXPECT_EQ(LengthOf(oslo, CivilDay(2026, 10, 25)), absl::Hours(25));
  const ReportingCalendar lord_howe = CalendarOf("Australia/Lord_Howe");
  EXPECT_EQ(LengthOf(lord_howe, CivilDay(2026, 4, 5)), absl::Hours(24.5));
}

TEST(ReportingCalendar, DayBeginsAfterAMidnightThatTheClockSkips) {
  const ReportingCalendar sao_paulo = CalendarOf("America/Sao_Paulo");
  const CivilDay day(2018, 11, 4);  // 00:00 became 01:00.
  const absl::Time begin = absl::FromCivil(CivilSecond(2018, 11, 4, 3), absl::UTCTimeZone());
  EXPECT_EQ(sao_paulo.Begin(day), begin);
  EXPECT_EQ(LengthOf(sao_paulo, day), absl::Hours(23));
  EXPECT_EQ(sao_paulo.DayOf(begin), day);
  EXPECT_EQ(sao_paulo.DayOf(begin - kInstant), day - 1);
}

TEST(ReportingCalendar, DayBeginsAtTheOnlyMidnightWhenTheHourBeforeIsRepeated) {
  const ReportingCalendar sao_paulo = CalendarOf("America/Sao_Paulo");
  const CivilDay day(2018, 2, 17);  // 24:00 became 23:00.
  EXPECT_EQ(LengthOf(sao_paulo, day), absl::Hours(25));
  EXPECT_EQ(LengthOf(sao_paulo, day + 1), absl::Hours(24));
}

TEST(ReportingCalendar, DayBeginsAtTheFirstOfTwoMidnights) {
  const ReportingCalendar havana = CalendarOf("America/Havana");
  const CivilDay day(2026, 11, 1);  // 01:00 became 00:00.
  EXPECT_EQ(havana.Begin(day), absl::FromCivil(CivilSecond(2026, 11, 1, 4), absl::UTCTimeZone()));
  EXPECT_EQ(LengthOf(havana, day), absl::Hours(25));
}

TEST(ReportingCalendar, HourRepeatedAcrossMidnightBelongsToTheNewDay) {
  for (const std::string_view zone : {"America/St_Johns", "America/Goose_Bay"}) {
    const ReportingCalendar calendar = CalendarOf(zone);
    const CivilDay day(2006, 10, 29);  // 00:01 became 23:01 of the 28th.
    EXPECT_EQ(LengthOf(calendar, day - 1), absl::Hours(24)) << zone;
    EXPECT_EQ(LengthOf(calendar, day), absl::Hours(25)) << zone;

    const absl::Time jump = calendar.Begin(day) + absl::Minutes(1);
    ASSERT_EQ(absl::ToCivilSecond(jump, calendar.time_zone()), CivilSecond(2006, 10, 28, 23, 1));
    EXPECT_EQ(calendar.DayOf(calendar.Begin(day) - kInstant), day - 1) << zone;
    EXPECT_EQ(calendar.DayOf(calendar.Begin(day)), day) << zone;
    EXPECT_EQ(calendar.DayOf(jump - kInstant), day) << zone;
    EXPECT_EQ(calendar.DayOf(jump), day) << zone;
    EXPECT_EQ(calendar.DayOf(jump + absl::Minutes(59)), day) << zone;
  }
}

TEST(ReportingCalendar, SkippedDayHasNoHours) {
  const ReportingCalendar apia = CalendarOf("Pacific/Apia");
  const CivilDay skipped(2011, 12, 30);
  EXPECT_EQ(LengthOf(apia, skipped), absl::ZeroDuration());
  EXPECT_EQ(LengthOf(apia, skipped - 1), absl::Hours(24));
  EXPECT_EQ(apia.DayOf(apia.Begin(skipped)), skipped + 1);
  EXPECT_EQ(apia.DayOf(apia.Begin(skipped) - kInstant), skipped - 1);
}

TEST(ReportingCalendar, FractionsOfASecondBeforeTheEpochBelongToTheDayBefore) {
  const ReportingCalendar calendar;
  DayFinder finder(calendar);
  EXPECT_EQ(finder(absl::UnixEpoch() - kInstant), CivilDay(1969, 12, 31));
  EXPECT_EQ(finder(absl::UnixEpoch()), CivilDay(1970, 1, 1));
}

TEST(ReportingCalendar, AnswersForEveryTimeAndDay) {
  for (const std::string_view zone : {"UTC", "Europe/Oslo", "Pacific/Kiritimati", "Etc/GMT+12"}) {
    const ReportingCalendar calendar = CalendarOf(zone);
    DayFinder finder(calendar);
    const CivilDay first(1, 1, 1);
    const CivilDay last(10000, 12, 31);
    for (const absl::Time time : {absl::InfinitePast(), absl::UniversalEpoch() - absl::Hours(99),
                                  absl::FromUnixSeconds(std::numeric_limits<int64_t>::min())}) {
      EXPECT_EQ(calendar.DayOf(time), first);
      EXPECT_EQ(finder(time), first);
    }
    for (const absl::Time time :
         {absl::InfiniteFuture(), absl::FromUnixSeconds(std::numeric_limits<int64_t>::max())}) {
      EXPECT_EQ(calendar.DayOf(time), last);
      EXPECT_EQ(finder(time), last);
    }
    EXPECT_EQ(calendar.DayOf(calendar.End(last) - kInstant), last);
    EXPECT_EQ(calendar.DayOf(calendar.End(last)), last);
    EXPECT_EQ(calendar.DayOf(calendar.Begin(first)), first);
    EXPECT_EQ(calendar.Begin((CivilDay::min)()), calendar.Begin(first));
    EXPECT_EQ(calendar.End((CivilDay::min)()), calendar.Begin(first));
    EXPECT_EQ(calendar.Begin((CivilDay::max)()), calendar.End(last));
    EXPECT_EQ(calendar.End((CivilDay::max)()), calendar.End(last));
    for (const CivilDay edge : {first, last}) {
      for (CivilDay day = edge - 3; day <= edge + 3; ++day) {
        EXPECT_EQ(calendar.End(day), calendar.Begin(day + 1)) << ToString(day);
      }
    }
    EXPECT_TRUE(calendar.IsFinal(CivilDay(9999, 12, 31), absl::InfiniteFuture()));
    EXPECT_FALSE(calendar.IsFinal(CivilDay(1970, 1, 1), absl::InfinitePast()));
  }
}

// ---------------------------------------------------------------------------------------------
// Finality and retention.

TEST(ReportingCalendar, DayIsFinal48HoursAfterItsEndToTheNanosecond) {
  const ReportingCalendar calendar;
  const CivilDay day(2026, 11, 20);
  const absl::Time final_from = absl::FromCivil(CivilSecond(2026, 11, 23), absl::UTCTimeZone());
  EXPECT_FALSE(calendar.IsFinal(day, final_from - kInstant));
  EXPECT_TRUE(calendar.IsFinal(day, final_from));
  EXPECT_EQ(calendar.LatestCompleteDay(final_from - kInstant), day - 1);
  EXPECT_EQ(calendar.LatestCompleteDay(final_from), day);
}

TEST(ReportingCalendar, FinalityCountsHoursAndNotDaysOnTheClock) {
  const ReportingCalendar oslo = CalendarOf("Europe/Oslo");
  const CivilDay day(2026, 10, 24);  // The 25th has 25 hours.
  const absl::Time final_from = absl::FromCivil(CivilSecond(2026, 10, 26, 23), oslo.time_zone());
  EXPECT_FALSE(oslo.IsFinal(day, final_from - kInstant));
  EXPECT_TRUE(oslo.IsFinal(day, final_from));
}

TEST(ReportingCalendar, RetentionReachesBack18MonthsFromToday) {
  const ReportingCalendar calendar;
  const auto noon = [](int year, int month, int day) {
    return absl::FromCivil(CivilSecond(year, month, day, 12), absl::UTCTimeZone());
  };
  EXPECT_EQ(calendar.FirstRetainedDay(noon(2026, 11, 23)), CivilDay(2025, 5, 23));
  EXPECT_EQ(calendar.FirstRetainedDay(noon(2026, 8, 31)), CivilDay(2025, 2, 28));
  EXPECT_EQ(calendar.FirstRetainedDay(noon(2025, 8, 31)), CivilDay(2024, 2, 29));
  EXPECT_EQ(calendar.FirstRetainedDay(noon(2027, 2, 28)), CivilDay(2025, 8, 28));
}

TEST(ReportingCalendar, RetentionCountsFromTodayInTheReportingZone) {
  const absl::Time now = absl::FromCivil(CivilSecond(2026, 11, 23, 23, 30), absl::UTCTimeZone());
  EXPECT_EQ(CalendarOf("Europe/Oslo").FirstRetainedDay(now), CivilDay(2025, 5, 24));
  EXPECT_EQ(CalendarOf("UTC").FirstRetainedDay(now), CivilDay(2025, 5, 23));
}

// ---------------------------------------------------------------------------------------------
// DayFinder.

uint64_t Seed() {
  const char* text = std::getenv("PINMETRICS_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
}

TEST(DayFinder, AgreesWithTheCalendarInAnyOrderOfTimes) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (const std::string_view zone :
       {"UTC", "Europe/Oslo", "America/St_Johns", "Pacific/Apia", "Pacific/Kiritimati"}) {
    const ReportingCalendar calendar = CalendarOf(zone);
    DayFinder finder(calendar);
    // Near each other, years apart, and anywhere.
    for (const int64_t spread : {int64_t{7} * 86400, int64_t{68} * 366 * 86400, int64_t{1} << 45}) {
      std::uniform_int_distribution<int64_t> offset(-spread, spread);
      const absl::Time middle = absl::FromUnixSeconds(1'162'100'000);
      for (int i = 0; i < 20'000; ++i) {
        const absl::Time time =
            middle + absl::Seconds(offset(random)) + absl::Nanoseconds(random() % 1'000'000'000);
        ASSERT_EQ(finder(time), calendar.DayOf(time)) << zone << " " << time;
      }
    }
  }
}

TEST(DayFinder, CopiesAreIndependent) {
  DayFinder one(CalendarOf("UTC"));
  const absl::Time time = absl::FromUnixSeconds(1'790'000'000);
  const CivilDay day = one(time);
  DayFinder other = one;
  EXPECT_EQ(other(time), day);
  other = DayFinder(CalendarOf("Pacific/Kiritimati"));
  EXPECT_EQ(other(time), day + 1);
  EXPECT_EQ(one(time), day);
}

// ---------------------------------------------------------------------------------------------
// LoadTimeZone.

TEST(LoadTimeZone, TakesEveryZoneOfTheDatabase) {
  for (const std::string& name : EveryZone()) {
    const absl::StatusOr<absl::TimeZone> zone = LoadTimeZone(name);
    ASSERT_TRUE(zone.ok()) << zone.status();
    EXPECT_EQ(zone->name(), name);
  }
}

TEST(LoadTimeZone, RefusesWhatIsNoZoneName) {
  using namespace std::string_view_literals;
  for (const std::string_view name : {""sv,
                                      " "sv,
                                      "Europe/Oslo "sv,
                                      " Europe/Oslo"sv,
                                      "Europe Oslo"sv,
                                      "Europe/"sv,
                                      "/Europe"sv,
                                      "Europe//Oslo"sv,
                                      "Europe/./Oslo"sv,
                                      "../zoneinfo/Europe/Oslo"sv,
                                      "Europe/../Europe/Oslo"sv,
                                      "."sv,
                                      ".."sv,
                                      "/etc/localtime"sv,
                                      "/etc/passwd"sv,
                                      "/usr/share/zoneinfo/Europe/Oslo"sv,
                                      "file:Europe/Oslo"sv,
                                      "libc:localtime"sv,
                                      ":Europe/Oslo"sv,
                                      "Fixed/UTC+01:00:00"sv,
                                      "+01:00"sv,
                                      "-5"sv,
                                      "zone.tab"sv,
                                      "localtime"sv,
                                      "posixrules"sv,
                                      "posix/Europe/Oslo"sv,
                                      "right/Europe/Oslo"sv,
                                      "Europe/Oslo\0"sv,
                                      "Europe\0/Oslo"sv,
                                      "Europe\\Oslo"sv,
                                      "America/S\xc3\xa3o_Paulo"sv}) {
    EXPECT_EQ(LoadTimeZone(name).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
  EXPECT_EQ(LoadTimeZone(std::string(1'000'000, 'A')).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(LoadTimeZone, DoesNotFindZonesThatDoNotExist) {
  for (const std::string_view name :
       {"Europe/Atlantis", "europe/oslo", "utc", "Europe", "Oslo", "leapseconds", "CEST"}) {
    EXPECT_EQ(LoadTimeZone(name).status().code(), absl::StatusCode::kNotFound) << name;
  }
}

TEST(LoadTimeZone, SaysTheNameAndWhatIsExpected) {
  const std::string bad(LoadTimeZone("file:x\n").status().message());
  EXPECT_EQ(bad, R"("file:x\n" is not the name of a time zone, expected an IANA name such as )"
                 "Europe/Oslo");
  const std::string unknown(LoadTimeZone("Europe/Atlantis").status().message());
  EXPECT_THAT(unknown, HasSubstr(R"("Europe/Atlantis" is not in the)"));
  EXPECT_THAT(unknown, HasSubstr("expected an IANA name such as Europe/Oslo"));
}

}  // namespace
}  // namespace pinmetrics
