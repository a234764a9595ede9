#ifndef PINMETRICS_EXAMPLES_CLI_PERIOD_NOTES_H_
#define PINMETRICS_EXAMPLES_CLI_PERIOD_NOTES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"

namespace pinmetrics::cli {

/// Counts the events of a log that a report leaves out by their days, so that nobody takes a log of
/// other days for one of no events.
class PeriodNotes {
 public:
  PeriodNotes(const ReportingCalendar& calendar, const DateRange& period, absl::Time now);

  /// Counts one event. `is_number`: whether its time was given as a number of milliseconds.
  void Add(absl::Time time, bool is_number);

  /// What there is to say, a line each: how many events are before the first day that is retained,
  /// how many are outside the period, the days of the first and the last event, and whether their
  /// times look like seconds. Nothing if all are within the period.
  std::vector<std::string> Lines() const;

 private:
  ReportingCalendar calendar_;
  DateRange period_;
  absl::CivilDay first_retained_;
  // The same as instants: days are not looked up event by event.
  absl::Time retained_begin_;
  absl::Time period_begin_;
  absl::Time period_end_;

  std::int64_t events_ = 0;
  std::int64_t before_retained_ = 0;
  std::int64_t outside_period_ = 0;
  std::int64_t numbers_in_january_1970_ = 0;
  absl::Time first_ = absl::InfiniteFuture();
  absl::Time last_ = absl::InfinitePast();
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_PERIOD_NOTES_H_
