#ifndef PINMETRICS_SRC_EXPORT_HTML_WORDS_H_
#define PINMETRICS_SRC_EXPORT_HTML_WORDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
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
