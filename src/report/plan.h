#ifndef PINMETRICS_SRC_REPORT_PLAN_H_
#define PINMETRICS_SRC_REPORT_PLAN_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// A row of a series, for each segment.
struct SeriesRow {
  /// The whole day, week or month.
  DateRange interval;
  /// Those of its days in the period that have values; maybe empty.
  DateRange valued;
  /// That of its least certain day in the period.
  DayStatus status = DayStatus::kReady;
  /// Whether the period has not all of its days.
  bool partial = false;
};

/// A query that has passed every refusal, worked out into days: all that an engine needs to know
/// beside the events. Every engine plans with this, so all refuse and date alike.
struct Plan {
  /// With the query's metrics named in full.
  ReportHead head;
  /// All that the metrics need (and, for a top list, the metric it ranks by).
  Needs needs = {.tally = false};
  /// The days of the period with values; they stand together. Maybe empty.
  DateRange valued;
  /// The days to compare with, if there is something to compare with; `head.compared_with`.
  std::optional<DateRange> before;
  /// The day before the period, if its month is what monthly figures are compared with.
  std::optional<absl::CivilDay> month_before;
  /// The first day whose events count at all: retained, and not before the account was created.
  absl::CivilDay first_counted;
  /// Whether days before `first_counted` may have had events that are no longer known.
  bool history_is_cut = false;
  /// Of a report: the rows that the query's interval cuts the period into, in order. Those with
  /// values follow each other and have all days of `valued` together, each once.
  std::vector<SeriesRow> rows;

  DayStatus StatusOf(absl::CivilDay day) const;

  /// The 30 days that end with `day`.
  static DateRange MonthOf(absl::CivilDay day) { return LastDays(30, day); }

  /// Whether all events of the 30 days that end with `day` are known.
  bool MonthIsKnown(absl::CivilDay day) const {
    return !history_is_cut || MonthOf(day).first() >= first_counted;
  }

  /// The days on which a value of the split occurs if it occurs in the report: those with values,
  /// those to compare with and, where a metric is monthly, the month that ends with each that its
  /// figures are of. So parts add up, and what fell to nothing shows its change.
  DateRange SegmentDays() const;

  /// Every day whose events have a say in some figure.
  DateRange CountedDays() const;
};

absl::StatusOr<Plan> PlanReport(const Query& query, absl::Time now,
                                const ReportingOptions& options);

absl::StatusOr<Plan> PlanTopList(const Query& query, const Ranking& ranking, absl::Time now,
                                 const ReportingOptions& options);

/// The days of `created_at` that a ranking looks at, if it leaves any out.
std::optional<DateRange> CreatedRange(const Ranking& ranking, const ReportingCalendar& calendar,
                                      absl::Time now);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_REPORT_PLAN_H_
