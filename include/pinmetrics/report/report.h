#ifndef PINMETRICS_REPORT_REPORT_H_
#define PINMETRICS_REPORT_REPORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"

/// Answers: plain values that hold what was asked and the figures. Wherever figures stand, they are
/// in the order of `query.metrics` and in the metrics' units; a figure without data is absent.

namespace pinmetrics {

/// How far a day's figures can be relied on.
enum class DayStatus : std::uint8_t {
  kReady = 0,                  ///< Final.
  kEstimate = 1,               ///< Live, and asked for in real time: may still change.
  kProcessing = 2,             ///< Live; no values.
  kBeforeBusinessCreated = 3,  ///< The account did not exist; no values.
};

template <>
struct EnumNames<DayStatus> {
  static constexpr std::string_view kWhat = "a day status";
  static constexpr std::array<std::string_view, 4> kNames = {"ready", "estimate", "processing",
                                                             "before_business_created"};
};

/// True if days of this status have figures.
constexpr bool HasValues(DayStatus status) {
  return status == DayStatus::kReady || status == DayStatus::kEstimate;
}

/// One value per metric of the query, absent where there is no data.
using Figures = std::vector<std::optional<double>>;

/// What was asked, when and where.
struct ReportHead {
  /// As asked, with the metrics that were meant.
  Query query = {};
  absl::TimeZone time_zone = absl::UTCTimeZone();
  absl::Time now = {};
  /// The last day whose figures are final.
  absl::CivilDay latest_complete_day = {};
  /// The days that changes are against: as many as have values, directly before the period. Absent
  /// without a comparison, and where nothing is known of some of these days: they are past
  /// retention, or the account did not exist. Then nothing has a change but figures of the month
  /// alone, whose change is always against the day before the period.
  std::optional<DateRange> compared_with = {};

  friend bool operator==(const ReportHead&, const ReportHead&) = default;
};

/// A segment's figures over the days of the period that have values.
struct TotalRow {
  /// The value of the split's dimension; absent without a split: all events.
  std::optional<Attribute> segment = {};
  /// All absent if no day of the period has values.
  Figures figures = {};
  /// (now - before) / before, with a comparison, else empty. Absent where before is absent or 0,
  /// and where the days before are not all retained or the account did not exist yet.
  Figures change = {};

  friend bool operator==(const TotalRow&, const TotalRow&) = default;
};

/// A segment's figures on one day.
struct DayRow {
  absl::CivilDay day = {};
  DayStatus status = DayStatus::kReady;
  /// As in `TotalRow`; absent also where a split day has no values or the period no segments.
  std::optional<Attribute> segment = {};
  /// Empty if the status has no values.
  Figures figures = {};

  friend bool operator==(const DayRow&, const DayRow&) = default;
};

/// The answer to a `Query`.
struct Report : ReportHead {
  /// Without a split one row; with it one for each value that occurs on the days with values or,
  /// with a comparison, on those to compare with (with monthly metrics also in the months that end
  /// with the former, and with the day before the period), in the dimension's order, none last. A
  /// value that occurs only in the days to compare with has days of zeros, and its counts change by
  /// -1.
  std::vector<TotalRow> totals = {};
  /// Every day of the period, in order; with a split, once for each row of the totals.
  std::vector<DayRow> days = {};

  friend bool operator==(const Report&, const Report&) = default;
};

/// A Pin or board in a top list.
struct TopRow {
  std::uint64_t id = 0;
  /// The Pin's title as last known; empty for boards.
  std::string title = {};
  Figures figures = {};

  friend bool operator==(const TopRow&, const TopRow&) = default;
};

/// Pins or boards, the highest by `ranking.by` first, ties by lower id.
struct TopList : ReportHead {
  Ranking ranking = {};
  /// What is listed: `Dimension::kPin` or `Dimension::kBoard`.
  Dimension item = Dimension::kPin;
  std::vector<TopRow> rows = {};

  friend bool operator==(const TopList&, const TopList&) = default;
};

/// The product's first page. All three answer the same query.
struct Overview {
  Report report = {};
  TopList top_pins = {};
  TopList top_boards = {{}, {}, Dimension::kBoard};

  friend bool operator==(const Overview&, const Overview&) = default;
};

/// True if a figure of a month alone (`Needs::month_alone`) has a change: it is against the day
/// before the period, not against `compared_with`.
inline bool HasMonthlyChange(const Report& report) {
  const std::vector<Metric>& metrics = report.query.metrics;
  for (const TotalRow& total : report.totals) {
    for (std::size_t i = 0; i < metrics.size() && i < total.change.size(); ++i) {
      if (metrics[i].needs().month_alone() && total.change[i]) return true;
    }
  }
  return false;
}

/// A segment as exports write it: the value's name, an id, "none", or "all" if it is absent.
inline std::string SegmentText(const Query& query, const std::optional<Attribute>& segment) {
  return query.split && segment ? AttributeText(*query.split, *segment) : "all";
}

/// The query's filter as exports write it.
inline std::string FilterText(const Query& query) { return ToString(query.filter); }

}  // namespace pinmetrics

#endif  // PINMETRICS_REPORT_REPORT_H_
