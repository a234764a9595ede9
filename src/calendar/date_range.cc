#include "pinmetrics/calendar/date_range.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "boost/date_time/gregorian/gregorian_types.hpp"
#include "calendar/quote.h"

namespace pinmetrics {
namespace {

namespace gregorian = boost::gregorian;

constexpr int kFirstYear = 1970;

// The number that `text` writes, or -1 if anything but ASCII digits is in it.
int ParseDigits(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    number = 10 * number + (c - '0');
  }
  return number;
}

absl::Status NotADay(std::string_view text, const std::string& expected) {
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(text), " is not a day, expected ", expected));
}

}  // namespace

DateRange LastDays(int64_t count, absl::CivilDay today) {
  const absl::CivilDay end = today + 1;
  return DateRange(end - std::max<int64_t>(count, 0), end);
}

DateRange PreviousRange(const DateRange& range) {
  return DateRange(range.first() - range.days(), range.first());
}

absl::CivilDay AddMonths(absl::CivilDay day, int months) {
  // Boost knows the years 1400..9999 and throws elsewhere. The calendar repeats every 400 years, so
  // whole cycles are put aside and what is left is counted from 2000..2399: it ends in 1600..2799.
  constexpr int kCycleYears = 400;
  constexpr int kCycleMonths = 12 * kCycleYears;
  const absl::civil_year_t year_in_cycle = (day.year() % kCycleYears + kCycleYears) % kCycleYears;
  const absl::civil_year_t boost_year = 2000 + year_in_cycle;

  // From the first of the month: from the last day of one, Boost goes to the last day of the other,
  // and 28 February less 18 months would be 31 August.
  const gregorian::date first(static_cast<unsigned short>(boost_year),
                              static_cast<unsigned short>(day.month()), 1);
  const gregorian::date moved = first + gregorian::months(months % kCycleMonths);
  const int last_day = moved.end_of_month().day();

  const absl::civil_year_t year = day.year() + (static_cast<int>(moved.year()) - boost_year) +
                                  absl::civil_year_t{months / kCycleMonths} * kCycleYears;
  return absl::CivilDay(year, static_cast<int>(moved.month()), std::min(day.day(), last_day));
}

std::string ToString(absl::CivilDay day) {
  if (day.year() < 1000 || day.year() > 9999) return absl::FormatCivilTime(day);
  // Exports write millions of days, and the general case takes many times as long.
  std::string text = "0000-00-00";
  const auto put = [&text](std::size_t last, int number) {
    for (; number > 0; number /= 10) text[last--] = static_cast<char>('0' + number % 10);
  };
  put(3, static_cast<int>(day.year()));
  put(6, day.month());
  put(9, day.day());
  return text;
}

std::string ToString(const DateRange& range) {
  return absl::StrCat(ToString(range.first()), "..", ToString(range.last()));
}

absl::StatusOr<absl::CivilDay> ParseDay(std::string_view text) {
  // Boost's parsers throw, and take month names and other separators, so only its calendar is used.
  constexpr std::string_view kShape = "YYYY-MM-DD";
  const bool has_shape = text.size() == kShape.size() && text[4] == '-' && text[7] == '-';
  const int year = has_shape ? ParseDigits(text.substr(0, 4)) : -1;
  const int month = has_shape ? ParseDigits(text.substr(5, 2)) : -1;
  const int day = has_shape ? ParseDigits(text.substr(8, 2)) : -1;
  if (year < 0 || month < 0 || day < 0) {
    return NotADay(text, "YYYY-MM-DD such as 2026-10-01");
  }
  if (year < kFirstYear) return NotADay(text, "a year of 1970..9999");
  if (month < 1 || month > 12) return NotADay(text, "a month of 01..12");
  const int last_day = gregorian::gregorian_calendar::end_of_month_day(
      static_cast<unsigned short>(year), static_cast<unsigned short>(month));
  if (day < 1 || day > last_day) {
    return NotADay(text, "a day of 01.." + std::to_string(last_day) + " in that month");
  }
  return absl::CivilDay(year, month, day);
}

absl::StatusOr<DateRange> ParseDateRange(std::string_view text) {
  constexpr char kExpected[] = "expected FIRST..LAST such as 2026-10-01..2026-10-30";
  constexpr std::string_view kDots = "..";
  const size_t dots = text.find(kDots);
  if (dots == std::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(text), " is not a range of days, ", kExpected));
  }
  const absl::StatusOr<absl::CivilDay> first = ParseDay(text.substr(0, dots));
  if (!first.ok()) return first.status();
  const absl::StatusOr<absl::CivilDay> last = ParseDay(text.substr(dots + kDots.size()));
  if (!last.ok()) return last.status();
  if (*last < *first) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(text), " ends before it begins, ", kExpected));
  }
  return DateRange::Inclusive(*first, *last);
}

}  // namespace pinmetrics
