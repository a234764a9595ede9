#ifndef PINMETRICS_REPORT_QUERY_H_
#define PINMETRICS_REPORT_QUERY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/interval.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics {

/// What the totals of a period are held against.
enum class Comparison {
  kNone,
  /// As many days as the period has with values, directly before the period. Monthly metrics: the
  /// day before the period.
  kPreviousPeriod,
};

/// A question about one account. Any engine answers it, all with the same `Report`. A plain value.
struct Query {
  /// The days asked for, in the reporting zone: not after today, not before what is retained.
  DateRange period = {};
  /// Which events count.
  Filter filter = {};
  /// The saved switch: whether Pins with `saved` set count.
  bool include_saved = false;
  /// The real-time switch: whether days that are not final yet count, as estimates. Refused with a
  /// split, with audiences asked for by name, and with a filter on content type, promotion, age or
  /// gender.
  bool real_time = false;
  /// Empty: the whole catalogue, in real time without the audiences. Each metric is two columns of
  /// a table, `Metric::NameWithUnit` and `Metric::NameOfChange`, and no two columns may have one
  /// name, nor that of a column which tables have beside metrics: date, end, partial, segment,
  /// status, rank, pin_id, board_id, title. So `play_minutes` as a count and `play` in minutes are
  /// refused together.
  std::vector<Metric> metrics = {};
  /// One row for each value that occurs in this dimension, instead of one for all. Not by board or
  /// Pin: for these there are top lists.
  std::optional<Dimension> split = {};
  /// What the totals are held against.
  Comparison comparison = Comparison::kNone;
  /// What a row of the series is about. Totals and top lists are the same for all.
  Interval interval = {};

  friend bool operator==(const Query&, const Query&) = default;
};

/// What a top list is ordered by and which Pins it looks at. A plain value.
struct Ranking {
  /// Highest first; any metric but the audiences. Items without a value or with 0 are not listed.
  Metric by = kImpressions;
  /// How many items at most, no upper limit. 0: the list has no rows.
  std::size_t limit = 10;
  /// Only Pins whose `created_at` is within this many days, of which today is one. At least 1.
  std::optional<std::int64_t> created_in_last_days = {};

  friend bool operator==(const Ranking&, const Ranking&) = default;
};

/// What is fixed about an account's reports.
struct ReportingOptions {
  /// Days are civil days of this zone.
  absl::TimeZone time_zone = absl::UTCTimeZone();
  /// The day the business account came to be. Days before it have no values.
  std::optional<absl::CivilDay> business_created = {};

  friend bool operator==(const ReportingOptions&, const ReportingOptions&) = default;
};

///@{
/// In words, for logs and failed tests.
std::string ToString(const Query& query);
std::string ToString(const Ranking& ranking);
///@}

/// The query of the overview page: the last 30 days, all metrics, change against the 30 before.
inline Query OverviewQuery(absl::CivilDay today) {
  return {.period = LastDays(30, today), .comparison = Comparison::kPreviousPeriod};
}

}  // namespace pinmetrics

#endif  // PINMETRICS_REPORT_QUERY_H_
