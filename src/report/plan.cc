#include "report/plan.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "calendar/quote.h"
#include "model/utf8.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/fault.h"
#include "report/label_column.h"

namespace pinmetrics {
namespace {

absl::Status CheckPeriod(const DateRange& period, absl::CivilDay today,
                         absl::CivilDay first_retained) {
  if (period.empty()) {
    return absl::InvalidArgumentError("period: " + ToString(period) +
                                      " is empty, expected the first day not after the last");
  }
  if (period.last() > today) {
    return absl::InvalidArgumentError("period: " + ToString(period) + " ends after today, " +
                                      ToString(today));
  }
  if (period.first() < first_retained) {
    return absl::OutOfRangeError("period: " + ToString(period) +
                                 " starts before the first day that is retained, " +
                                 ToString(first_retained));
  }
  return absl::OkStatus();
}

absl::Status CheckName(const std::string& name) {
  if (name.empty()) return absl::InvalidArgumentError("metrics: one has no name");
  for (std::string_view rest = name; !rest.empty();) {
    const Utf8Piece piece = FirstUtf8Piece(rest);
    const auto code = static_cast<unsigned char>(rest.front());
    // Exports would write one sign for each of several.
    if (!piece.valid || code < 0x20 || code == 0x7F) {
      return absl::InvalidArgumentError("metrics: the name " + Quote(name) +
                                        " is broken, expected UTF-8 without control characters");
    }
    rest.remove_prefix(piece.bytes);
  }
  return absl::OkStatus();
}

absl::Status NameIsTaken(const std::string& column, const std::string& of,
                         const std::string& taken_by) {
  return absl::InvalidArgumentError("metrics: the column " + column + " is of " + of +
                                    ", and already of " + taken_by +
                                    ", expected names that differ, with _change too");
}

/// Every metric with a name and a value, and no two columns that a table can get with one name,
/// whether this query has both or not.
absl::Status CheckMetrics(const std::vector<Metric>& metrics) {
  // A column of a metric: its own, or that of its change.
  struct Column {
    const Metric* metric;
    bool is_change;
    std::string_view in_csv = Name();

    const std::string& Name() const {
      return is_change ? metric->NameOfChange() : metric->NameWithUnit();
    }
    std::string Text() const {
      return (is_change ? "the change of " : "the metric ") + metric->name();
    }
  };
  std::vector<Column> columns;
  columns.reserve(2 * metrics.size());
  for (const Metric& metric : metrics) {
    if (absl::Status status = CheckName(metric.name()); !status.ok()) return status;
    if (!metric.fault().empty()) {
      return absl::InvalidArgumentError("metrics: " + metric.name() + ": " + metric.fault());
    }
    for (const bool is_change : {false, true}) {
      Column column = {.metric = &metric, .is_change = is_change};
      if (FromName<LabelColumn>(column.Name())) {
        return NameIsTaken(column.Name(), column.Text(), "the table itself");
      }
      // CSV may put an apostrophe in front.
      if (column.in_csv.starts_with('\'')) column.in_csv.remove_prefix(1);
      columns.push_back(column);
    }
  }
  // Every query with metrics is checked, and lengths are told apart sooner than texts.
  std::stable_sort(columns.begin(), columns.end(), [](const Column& a, const Column& b) {
    if (a.in_csv.size() != b.in_csv.size()) return a.in_csv.size() < b.in_csv.size();
    return a.in_csv < b.in_csv;
  });
  const auto taken =
      std::adjacent_find(columns.begin(), columns.end(),
                         [](const Column& a, const Column& b) { return a.in_csv == b.in_csv; });
  if (taken == columns.end()) return absl::OkStatus();
  return NameIsTaken(taken[1].Name(), taken[1].Text(), taken->Text());
}

absl::Status CheckSplit(const std::optional<Dimension>& split) {
  if (!split || CanSplit(*split)) return absl::OkStatus();
  return absl::InvalidArgumentError("split: " + std::string(NameOf(*split)) +
                                    " cannot split a report, expected one of " + NamesOfSplits());
}

absl::Status CheckRealTime(const Query& query) {
  if (!query.real_time) return absl::OkStatus();
  if (query.split) {
    return absl::InvalidArgumentError("split: " + std::string(NameOf(*query.split)) +
                                      " is not known in real time, expected no split");
  }
  for (const Metric& metric : query.metrics) {
    if (!metric.needs().people()) continue;
    return absl::InvalidArgumentError(
        "metrics: " + metric.name() +
        " counts people, which are not known in real time, expected other metrics");
  }
  for (const Dimension dimension :
       {Dimension::kContentType, Dimension::kPromotion, Dimension::kAge, Dimension::kGender}) {
    if (!query.filter.Uses(dimension)) continue;
    return absl::InvalidArgumentError("filter: " + std::string(NameOf(dimension)) +
                                      " is not known in real time, expected conditions on other "
                                      "dimensions");
  }
  return absl::OkStatus();
}

std::vector<Metric> ResolveMetrics(const Query& query) {
  if (!query.metrics.empty()) return query.metrics;
  std::vector<Metric> metrics = Catalogue();
  if (query.real_time) {
    std::erase_if(metrics, [](const Metric& metric) { return metric.needs().people(); });
  }
  return metrics;
}

/// `Plan::rows`, from all else of the plan.
std::vector<SeriesRow> RowsOf(const Plan& plan) {
  // Most rows are days, and steps from one civil day to another are most of what short queries
  // take.
  const Interval& interval_of = plan.head.query.interval;
  const DateRange& period = plan.head.query.period;
  const absl::CivilDay period_end = *period.end();
  const absl::CivilDay valued_end = *plan.valued.end();
  std::vector<SeriesRow> rows;
  if (interval_of.is_day()) rows.reserve(static_cast<std::size_t>(period.days()));
  for (absl::CivilDay day = *period.begin(); day < period_end;) {
    const DateRange interval = interval_of.Containing(day);
    const absl::CivilDay end = std::min(*interval.end(), period_end);
    rows.push_back(
        {.interval = interval,
         .valued = DateRange(std::max(day, plan.valued.first()), std::min(end, valued_end)),
         // From the days before the account existed to those in processing, each day is as certain
         // as the next or more.
         .status = plan.StatusOf(end - 1),
         .partial = interval.first() < day || end < *interval.end()});
    day = end;
  }
  return rows;
}

/// All of a plan but its rows.
absl::StatusOr<Plan> PlanDays(const Query& query, absl::Time now, const ReportingOptions& options) {
  if (const std::optional<Fault> fault = CheckTime("now", now)) {
    return absl::InvalidArgumentError(fault->ToString());
  }
  const ReportingCalendar calendar(options.time_zone);
  const absl::CivilDay first_retained = calendar.FirstRetainedDay(now);
  absl::Status status = CheckPeriod(query.period, calendar.DayOf(now), first_retained);
  status.Update(CheckMetrics(query.metrics));
  status.Update(CheckSplit(query.split));
  status.Update(CheckRealTime(query));
  if (!status.ok()) return status;

  Plan plan;
  plan.head.query = query;
  plan.head.query.metrics = ResolveMetrics(query);
  plan.head.time_zone = options.time_zone;
  plan.head.now = now;
  plan.head.latest_complete_day = calendar.LatestCompleteDay(now);
  for (const Metric& metric : plan.head.query.metrics) plan.needs = plan.needs | metric.needs();

  plan.first_counted = std::max(first_retained, options.business_created.value_or(first_retained));
  plan.history_is_cut = !options.business_created || *options.business_created < first_retained;

  const absl::CivilDay last = query.real_time
                                  ? query.period.last()
                                  : std::min(query.period.last(), plan.head.latest_complete_day);
  plan.valued = DateRange(std::max(query.period.first(), plan.first_counted), last + 1);

  if (query.comparison == Comparison::kPreviousPeriod && !plan.valued.empty()) {
    const DateRange before(query.period.first() - plan.valued.days(), query.period.first());
    if (before.first() >= plan.first_counted) plan.before = before;
    plan.head.compared_with = plan.before;
    if (plan.needs.month() && before.last() >= plan.first_counted &&
        plan.MonthIsKnown(before.last())) {
      plan.month_before = before.last();
    }
    const std::vector<Metric>& metrics = plan.head.query.metrics;
    if (std::any_of(metrics.begin(), metrics.end(),
                    [](const Metric& metric) { return metric.needs().month_alone(); })) {
      plan.head.month_compared_with = plan.month_before;
    }
  }
  return plan;
}

}  // namespace

DayStatus Plan::StatusOf(absl::CivilDay day) const {
  if (valued.Contains(day)) {
    return day <= head.latest_complete_day ? DayStatus::kReady : DayStatus::kEstimate;
  }
  return day < first_counted ? DayStatus::kBeforeBusinessCreated : DayStatus::kProcessing;
}

DateRange Plan::SegmentDays() const {
  if (valued.empty()) return valued;
  // Days to compare with end where the period begins, and are there only if its first day counts.
  absl::CivilDay first = before ? before->first() : valued.first();
  if (needs.month()) {
    first = std::min(first, MonthOf(month_before.value_or(valued.first())).first());
  }
  return DateRange(std::max(first, first_counted), valued.last() + 1);
}

DateRange Plan::CountedDays() const {
  absl::CivilDay first = valued.first();
  if (before) first = std::min(first, before->first());
  if (month_before) first = std::min(first, *month_before);
  if (needs.month()) first = MonthOf(first).first();
  return DateRange(std::max(first, first_counted), valued.last() + 1);
}

absl::StatusOr<Plan> PlanReport(const Query& query, absl::Time now,
                                const ReportingOptions& options) {
  absl::StatusOr<Plan> plan = PlanDays(query, now, options);
  if (plan.ok()) plan->rows = RowsOf(*plan);
  return plan;
}

absl::StatusOr<Plan> PlanTopList(const Query& query, const Ranking& ranking, absl::Time now,
                                 const ReportingOptions& options) {
  if (query.split) {
    return absl::InvalidArgumentError("split: " + std::string(NameOf(*query.split)) +
                                      " cannot split a top list, expected no split");
  }
  if (query.comparison != Comparison::kNone) {
    return absl::InvalidArgumentError("comparison: a top list cannot be compared, expected none");
  }
  if (!ranking.by.fault().empty()) {
    return absl::InvalidArgumentError("by: " + ranking.by.name() + ": " + ranking.by.fault());
  }
  if (ranking.by.needs().people()) {
    return absl::InvalidArgumentError("by: " + ranking.by.name() +
                                      " counts people, expected any other metric");
  }
  if (ranking.created_in_last_days && *ranking.created_in_last_days < 1) {
    return absl::InvalidArgumentError(
        "created_in_last_days: " + std::to_string(*ranking.created_in_last_days) +
        " is below 1, the day of today");
  }
  absl::StatusOr<Plan> plan = PlanDays(query, now, options);
  if (plan.ok()) plan->needs = plan->needs | ranking.by.needs();
  return plan;
}

std::optional<DateRange> CreatedRange(const Ranking& ranking, const ReportingCalendar& calendar,
                                      absl::Time now) {
  if (!ranking.created_in_last_days) return std::nullopt;
  return LastDays(*ranking.created_in_last_days, calendar.DayOf(now));
}

}  // namespace pinmetrics
