#ifndef PINMETRICS_SRC_EXPORT_HTML_WORDS_H_
#define PINMETRICS_SRC_EXPORT_HTML_WORDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/interval.h"
#include "pinmetrics/report/report.h"

/// Days and their status in the page's words, English whatever the locale.

namespace pinmetrics {

/// `Nov`.
inline std::string MonthName(absl::CivilDay day) {
  constexpr std::array kNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return kNames[static_cast<std::size_t>(day.month() - 1)];
}

/// `23 Nov`.
inline std::string DayAndMonth(absl::CivilDay day) {
  return std::to_string(day.day()) + " " + MonthName(day);
}

/// `Nov 2026`.
inline std::string MonthAndYear(absl::CivilDay day) {
  return MonthName(day) + " " + std::to_string(day.year());
}

/// `23 Nov 2026`.
inline std::string FullDay(absl::CivilDay day) {
  return std::to_string(day.day()) + " " + MonthAndYear(day);
}

/// `25 Oct – 23 Nov 2026`, `23 Nov 2026` for one day.
inline std::string PeriodText(const DateRange& period) {
  if (period.days() == 1) return FullDay(period.first());
  const bool same_year = period.first().year() == period.last().year();
  return (same_year ? DayAndMonth(period.first()) : FullDay(period.first())) + " \u2013 " +
         FullDay(period.last());
}

/// `Sun`.
inline std::string WeekdayName(absl::CivilDay day) {
  constexpr std::array kNames = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return kNames[static_cast<std::size_t>(absl::GetWeekday(day))];
}

/// `Sun 1 Nov`.
inline std::string WeekdayAndDay(absl::CivilDay day) {
  return WeekdayName(day) + " " + DayAndMonth(day);
}

/// What a row of a series is about, by its first and last day, near other rows: `Sun 1 Nov`,
/// `26 Oct \u2013 1 Nov`, `Nov 2026`.
inline std::string RowName(absl::CivilDay day, absl::CivilDay last_day, const Interval& interval) {
  if (interval.is_day()) return WeekdayAndDay(day);
  if (interval == Interval::Month()) return MonthAndYear(day);
  return DayAndMonth(day) + " \u2013 " + DayAndMonth(last_day);
}

/// The same by itself: `Sun 1 Nov 2026`, `26 Oct \u2013 1 Nov 2026`, `Nov 2026`.
inline std::string FullRowName(absl::CivilDay day, absl::CivilDay last_day,
                               const Interval& interval) {
  if (interval.is_day()) return WeekdayAndDay(day) + " " + std::to_string(day.year());
  if (interval == Interval::Month()) return MonthAndYear(day);
  return PeriodText(DateRange::Inclusive(day, last_day));
}

/// `Day`, `Week`, `Month`.
inline std::string IntervalTitle(const Interval& interval) {
  if (interval.is_day()) return "Day";
  return interval == Interval::Month() ? "Month" : "Week";
}

/// `1 week`, `30 days`.
inline std::string RowsText(std::int64_t count, const Interval& interval) {
  return std::to_string(count) + " " + std::string(interval.unit()) + (count == 1 ? "" : "s");
}

/// `1 day`, `30 days`.
inline std::string DaysText(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " day" : " days");
}

/// `final`, `estimate`, `no figures yet`, `before the account`.
constexpr std::string_view StatusText(DayStatus status) {
  switch (status) {
    case DayStatus::kReady:
      return "final";
    case DayStatus::kEstimate:
      return "estimate";
    case DayStatus::kProcessing:
      return "no figures yet";
    case DayStatus::kBeforeBusinessCreated:
      return "before the account";
  }
  return "?";
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_WORDS_H_
