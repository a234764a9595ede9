#include "pinmetrics/calendar/reporting_calendar.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "calendar/quote.h"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics {
namespace {

// The years 1970..9999 of events, and room for what is counted back and forth from there.
constexpr absl::CivilDay kFirstDay(1, 1, 1);
constexpr absl::CivilDay kLastDay(10000, 12, 31);

// FromCivil gives the first of two midnights, and the end of the gap where there is none.
absl::Time FirstInstant(absl::CivilDay day, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilSecond(day), zone);
}

// Abseil's loader also opens paths, so only what can be an IANA name may reach it.
bool LooksLikeZoneName(std::string_view name) {
  constexpr size_t kLongestName = 64;  // Twice the longest there is.
  if (name.size() > kLongestName) return false;
  char before = '/';
  for (const char c : name) {
    const bool starts_part = before == '/';
    const bool ok = absl::ascii_isalpha(static_cast<unsigned char>(c)) ||
                    (!starts_part && (absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
                                      c == '_' || c == '+' || c == '-' || c == '/'));
    if (!ok) return false;
    before = c;
  }
  return before != '/';
}

// Names that a machine's database adds to IANA's: its own zone, copies of all zones, and zones that
// count leap seconds, which absl::Time does not.
bool BelongsToTheMachine(std::string_view name) {
  return name == "localtime" || name == "posixrules" || name.starts_with("posix/") ||
         name.starts_with("right/");
}

}  // namespace

absl::CivilDay ReportingCalendar::DayOf(absl::Time time) const {
  absl::CivilDay day = absl::ToCivilDay(time, time_zone_);
  if (day < kFirstDay) return kFirstDay;
  // A clock that went back across midnight shows the day before once more. That day is over: the
  // next one began at the first of the two midnights.
  while (day < kLastDay && FirstInstant(day + 1, time_zone_) <= time) ++day;
  return std::min(day, kLastDay);
}

absl::Time ReportingCalendar::Begin(absl::CivilDay day) const {
  return FirstInstant(std::clamp(day, kFirstDay, kLastDay + 1), time_zone_);
}

absl::Time ReportingCalendar::End(absl::CivilDay day) const {
  return FirstInstant(std::clamp(day, kFirstDay - 1, kLastDay) + 1, time_zone_);
}

bool ReportingCalendar::IsFinal(absl::CivilDay day, absl::Time now) const {
  return End(day) <= now - kFinalAfter;
}

absl::CivilDay ReportingCalendar::LatestCompleteDay(absl::Time now) const {
  // The day of that instant is not over then, and the one before it is.
  return DayOf(now - kFinalAfter) - 1;
}

absl::CivilDay ReportingCalendar::FirstRetainedDay(absl::Time now) const {
  return AddMonths(DayOf(now), -kRetentionMonths);
}

DayFinder::DayFinder(const ReportingCalendar& calendar)
    : calendar_(calendar),
      midnight_(
          static_cast<uint64_t>(absl::ToUnixSeconds(calendar.Begin(absl::CivilDay(1970, 1, 1))))) {}

absl::CivilDay DayFinder::Remember(absl::Time time) {
  const absl::CivilDay day = calendar_.DayOf(time);
  EntryOf(absl::ToUnixSeconds(time)) = {.begin = absl::ToUnixSeconds(calendar_.Begin(day)),
                                        .end = absl::ToUnixSeconds(calendar_.End(day)),
                                        .day = day};
  return day;
}

absl::StatusOr<absl::TimeZone> LoadTimeZone(std::string_view name) {
  if (!LooksLikeZoneName(name) || BelongsToTheMachine(name)) {
    return absl::InvalidArgumentError(absl::StrCat(
        Quote(name), " is not the name of a time zone, expected an IANA name such as Europe/Oslo"));
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(std::string(name), &zone)) {
    return absl::NotFoundError(absl::StrCat(
        Quote(name), " is not in the system's time zone database, expected an IANA name such as ",
        "Europe/Oslo (upper and lower case matter)"));
  }
  return zone;
}

}  // namespace pinmetrics
