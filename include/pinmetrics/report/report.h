#ifndef PINMETRICS_REPORT_REPORT_H_
#define PINMETRICS_REPORT_REPORT_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/report/figure.h"
#include "pinmetrics/report/query.h"

/// @file
/// Answers: plain values that hold what was asked and the figures. A figure is read by its metric:
/// `report.Total(kSaves)`, `report.FigureOf(row, kSaves)`. Whoever goes through all of them finds
/// them in the order of `query.metrics`, in the metrics' units, absent without data.

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

/// True if days of this status have figures. Rows of weeks and months may have figures of other
/// days: see `DayRow::status`.
constexpr bool HasValues(DayStatus status) {
  return status == DayStatus::kReady || status == DayStatus::kEstimate;
}

/// One value per metric of the query, absent where there is no data.
using Figures = std::vector<std::optional<double>>;

/// What was asked, when and where.
struct ReportHead {
  /// As asked, with the metrics that were meant.
  Query query = {};
  /// The reporting zone, whose civil days these are.
  absl::TimeZone time_zone = absl::UTCTimeZone();
  /// The instant the answer is of, as it was passed in.
  absl::Time now = {};
  /// The last day whose figures are final.
  absl::CivilDay latest_complete_day = {};
  /// The days that changes are against: as many as have values, directly before the period. Absent
  /// without a comparison, and where nothing is known of some of these days: they are past
  /// retention, or the account did not exist. Figures of the month alone (`Needs::month_alone`) are
  /// not held against these days, but against `month_compared_with`.
  std::optional<DateRange> compared_with = {};
  /// The day before the period, if the query has figures of the month alone: their change is
  /// against those of that day. Absent without a comparison, and where not all of its 30 days are
  /// known.
  std::optional<absl::CivilDay> month_compared_with = {};

  /// The figure of `metric` among `figures` of this answer, in the order of `query.metrics`: no
  /// data if it is absent or they are fewer. Linear in the metrics.
  Figure Read(const Figures& figures, const Metric& metric) const {
    for (std::size_t i = 0; i < query.metrics.size(); ++i) {
      if (query.metrics[i] == metric) return i < figures.size() ? figures[i] : std::nullopt;
    }
    return Figure();
  }

  friend bool operator==(const ReportHead&, const ReportHead&) = default;
};

/// A segment's figures over the days of the period that have values.
struct TotalRow {
  /// The value of the split's dimension; absent without a split: all events.
  std::optional<Attribute> segment = {};
  /// All absent if no day of the period has values.
  Figures figures = {};
  /// (now - before) / before, with a comparison, else empty. Absent where before is absent or 0,
  /// and where the days before are not all retained or the account did not exist yet. Before is the
  /// figure of `compared_with`; of a metric of the month alone (`Needs::month_alone`), that of the
  /// day before the period, also where `compared_with` is absent.
  Figures change = {};

  friend bool operator==(const TotalRow&, const TotalRow&) = default;
};

/// A segment's figures on one day or, as `Query::interval` has it, in one week or month: on those
/// of its days in the period that have values. Audiences are counted over these days, and figures
/// of the month are those of the last of them.
struct DayRow {
  /// In the reporting zone. Of a week or month its first day, be it in the period or not.
  absl::CivilDay day = {};
  /// Whether it has values, and may yet change. Of a week or month, that of its last day in the
  /// period, which is the least certain: if that is `kProcessing`, figures are those of the days
  /// before, where these have values.
  DayStatus status = DayStatus::kReady;
  /// As in `TotalRow`; absent also where a split row has no values or the period no segments.
  std::optional<Attribute> segment = {};
  /// Empty if no day has values.
  Figures figures = {};
  /// The same as `day`; of a week or month its last day, be it in the period or not.
  absl::CivilDay last_day = day;
  /// Whether the period has some days of a week or month and not all.
  bool partial = false;

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
  /// Every day of the period, in order, or every week or month that has one of these days; with a
  /// split, once for each row of the totals.
  std::vector<DayRow> days = {};

  /// The total of all events. Not asked for if the report is split.
  Figure Total(const Metric& metric) const { return TotalAt(std::nullopt, metric); }
  /// The total of a segment: `report.Total(kSaves, Device::kMobile)`. No data if the segment does
  /// not occur; not asked for if the report is not split by the segment's dimension. Linear in the
  /// segments.
  template <DimensionValue T>
  Figure Total(const Metric& metric, T segment) const {
    return IsSplitBy<T>() ? TotalAt(Attribute(segment), metric) : Figure();
  }

  /// How the total changed, (now - before) / before; no data where `TotalRow::change` is absent.
  /// Not asked for without a comparison, and else as for `Total`.
  Figure Change(const Metric& metric) const { return ChangeAt(std::nullopt, metric); }
  /// The same of a segment.
  template <DimensionValue T>
  Figure Change(const Metric& metric, T segment) const {
    return IsSplitBy<T>() ? ChangeAt(Attribute(segment), metric) : Figure();
  }

  /// The figure on one day, or of the week or month that it is in; no data if that has no values.
  /// Not asked for if the day is not in the period, and else as for `Total`. Linear in `days`.
  Figure On(absl::CivilDay day, const Metric& metric) const {
    return OnAt(day, std::nullopt, metric);
  }
  /// The same of a segment.
  template <DimensionValue T>
  Figure On(absl::CivilDay day, const Metric& metric, T segment) const {
    return IsSplitBy<T>() ? OnAt(day, Attribute(segment), metric) : Figure();
  }

  ///@{
  /// The same of one of this report's rows.
  Figure FigureOf(const TotalRow& row, const Metric& metric) const {
    return Read(row.figures, metric);
  }
  Figure FigureOf(const DayRow& row, const Metric& metric) const {
    return Read(row.figures, metric);
  }
  Figure ChangeOf(const TotalRow& row, const Metric& metric) const {
    return query.comparison == Comparison::kNone ? Figure() : Read(row.change, metric);
  }
  ///@}

  friend bool operator==(const Report&, const Report&) = default;

 private:
  template <DimensionValue T>
  bool IsSplitBy() const {
    return query.split == DimensionOf<T>::kValue;
  }
  /// A split asks for its segments alone, and else there are none.
  bool AsksFor(const std::optional<Attribute>& segment) const {
    return segment.has_value() == query.split.has_value();
  }
  Figure TotalAt(const std::optional<Attribute>& segment, const Metric& metric) const;
  Figure ChangeAt(const std::optional<Attribute>& segment, const Metric& metric) const;
  Figure OnAt(absl::CivilDay day, const std::optional<Attribute>& segment,
              const Metric& metric) const;
};

/// A Pin or board in a top list.
struct TopRow {
  /// Which Pin or board.
  std::variant<PinId, BoardId> id = {};
  /// The Pin's title as last known; empty for boards.
  std::string title = {};
  /// Those of the period. That of the ranking is there, others may be absent.
  Figures figures = {};

  ///@{
  /// The Pin's id, or the board's; nothing if the other is listed.
  std::optional<PinId> pin() const { return As<PinId>(); }
  std::optional<BoardId> board() const { return As<BoardId>(); }
  ///@}
  /// The number of either.
  std::uint64_t number() const {
    const PinId* const pin = std::get_if<PinId>(&id);
    return pin != nullptr ? pin->value() : std::get_if<BoardId>(&id)->value();
  }

  friend bool operator==(const TopRow&, const TopRow&) = default;

 private:
  template <typename Id>
  std::optional<Id> As() const {
    const Id* const known = std::get_if<Id>(&id);
    return known != nullptr ? std::optional<Id>(*known) : std::nullopt;
  }
};

/// Pins or boards, the highest by `ranking.by` first, ties by lower id.
struct TopList : ReportHead {
  /// As asked.
  Ranking ranking = {};
  /// What is listed: `Dimension::kPin` or `Dimension::kBoard`.
  Dimension item = Dimension::kPin;
  /// The first first, `ranking.limit` at most.
  std::vector<TopRow> rows = {};

  /// The figure of one of this list's rows.
  Figure FigureOf(const TopRow& row, const Metric& metric) const {
    return Read(row.figures, metric);
  }

  friend bool operator==(const TopList&, const TopList&) = default;
};

/// The product's first page. All three answer the same query.
struct Overview {
  Report report = {};                                ///< Totals with change, and the days.
  TopList top_pins = {};                             ///< By impressions.
  TopList top_boards = {{}, {}, Dimension::kBoard};  ///< By impressions.

  friend bool operator==(const Overview&, const Overview&) = default;
};

///@{
/// In words, for logs and failed tests. Rows know no metrics, so their figures stand in the order
/// of these alone; a report's name them. Reports and lists have a line for each row.
std::string ToString(const TotalRow& row);
std::string ToString(const DayRow& row);
std::string ToString(const TopRow& row);
std::string ToString(const Report& report);
std::string ToString(const TopList& list);
std::string ToString(const Overview& overview);
///@}

/// The days that some change of the report is against: `compared_with`, but absent if all figures
/// are of the month alone.
inline std::optional<DateRange> DaysOfChange(const ReportHead& head) {
  const bool some = std::any_of(head.query.metrics.begin(), head.query.metrics.end(),
                                [](const Metric& m) { return !m.needs().month_alone(); });
  return some ? head.compared_with : std::nullopt;
}

/// A segment as exports write it: the value's name, an id, "none", or "all" if it is absent.
inline std::string SegmentText(const Query& query, const std::optional<Attribute>& segment) {
  return query.split && segment ? AttributeText(*query.split, *segment) : "all";
}

/// The query's filter as exports write it.
inline std::string FilterText(const Query& query) { return ToString(query.filter); }

// ---- implementation ----

inline Figure Report::TotalAt(const std::optional<Attribute>& segment, const Metric& metric) const {
  if (!AsksFor(segment)) return Figure();
  for (const TotalRow& row : totals) {
    if (row.segment == segment) return FigureOf(row, metric);
  }
  return Read({}, metric);
}

inline Figure Report::ChangeAt(const std::optional<Attribute>& segment,
                               const Metric& metric) const {
  if (!AsksFor(segment) || query.comparison == Comparison::kNone) return Figure();
  for (const TotalRow& row : totals) {
    if (row.segment == segment) return ChangeOf(row, metric);
  }
  return Read({}, metric);
}

inline Figure Report::OnAt(absl::CivilDay day, const std::optional<Attribute>& segment,
                           const Metric& metric) const {
  if (!AsksFor(segment) || !query.period.Contains(day)) return Figure();
  for (const DayRow& row : days) {
    if (row.day <= day && day <= row.last_day && row.segment == segment) {
      return FigureOf(row, metric);
    }
  }
  return Read({}, metric);
}

}  // namespace pinmetrics

#endif  // PINMETRICS_REPORT_REPORT_H_
