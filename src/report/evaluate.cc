#include "pinmetrics/report/evaluate.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/filter/matcher.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/metrics/viewer_set.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/rank/top_n.h"
#include "report/assemble.h"
#include "report/plan.h"

namespace pinmetrics {
namespace {

/// What any set of events adds up to: enough for every metric over those events.
struct Slice {
  Tally tally;
  std::int64_t views = 0;  ///< Impressions of Pins that are not saved.
  ViewerSet viewers;
  ViewerSet engaged;

  void Add(const Event& event, const Pin& pin, Needs needs) {
    tally.Add(event);
    if (event.action == Action::kImpression && !pin.saved) ++views;
    if (!needs.people()) return;
    viewers.Add(event.viewer);
    if (IsEngagement(event.action)) engaged.Add(event.viewer);
  }

  void Merge(const Slice& other) {
    tally.Merge(other.tally);
    views += other.views;
    viewers.Merge(other.viewers);
    engaged.Merge(other.engaged);
  }
};

/// One slice for each day that has events.
using DaySlices = std::map<absl::CivilDay, Slice>;

/// The slices of each segment, Pin or board, in the order of reports.
using GroupedSlices = std::map<Attribute, DaySlices>;

bool OccursIn(const DaySlices& slices, const DateRange& days) {
  const auto found = slices.lower_bound(days.first());
  return found != slices.end() && days.Contains(found->first);
}

Slice MergeDays(const DaySlices& slices, const DateRange& days) {
  Slice merged;
  if (days.empty()) return merged;
  const auto end = slices.upper_bound(days.last());
  for (auto day = slices.lower_bound(days.first()); day != end; ++day) merged.Merge(day->second);
  return merged;
}

/// The facts of `days`, with the month that ends with the last of them.
Facts FactsOf(const Plan& plan, const DaySlices& slices, const DateRange& days) {
  const Slice slice = MergeDays(slices, days);
  Facts facts{.tally = slice.tally,
              .total_audience = slice.viewers.Count(),
              .engaged_audience = slice.engaged.Count()};
  if (plan.needs.month() && plan.MonthIsKnown(days.last())) {
    const Slice month = MergeDays(slices, Plan::MonthOf(days.last()));
    facts.month = MonthlyFacts{.views = month.views,
                               .total_audience = month.viewers.Count(),
                               .engaged_audience = month.engaged.Count()};
  }
  return facts;
}

/// Puts every observation that the plan counts and `admits` into the slice of its group and day.
template <typename GroupOf, typename Admits>
GroupedSlices Collect(const std::vector<Observation>& observations, const Plan& plan,
                      GroupOf group_of, Admits admits) {
  const ReportingCalendar calendar(plan.head.time_zone);
  const DateRange counted = plan.CountedDays();
  const Query& query = plan.head.query;
  const Matcher matches(query.filter);
  DayFinder day_of(calendar);
  GroupedSlices groups;
  for (const Observation& seen : observations) {
    const Event& event = *seen.event;
    const Pin& pin = *seen.pin;
    if (pin.saved && !query.include_saved) continue;
    if (!matches(event, pin) || !admits(pin)) continue;
    const absl::CivilDay day = day_of(event.time);
    if (!counted.Contains(day)) continue;
    groups[group_of(event, pin)][day].Add(event, pin, plan.needs);
  }
  return groups;
}

std::string Plural(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? " is" : "s are");
}

absl::Status RefusalStatus(std::string_view what, const std::vector<Refusal>& refused) {
  if (refused.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(std::string(what) + " " + refused.front().ToString() + " (" +
                                    Plural(refused.size(), what) + " refused)");
}

// The hash that Abseil seeds, in tables of the standard library: Abseil's own are left broken where
// memory runs out as they grow.
template <typename Id, typename Value>
using IdTable = std::unordered_map<Id, Value, absl::Hash<Id>>;
template <typename Id>
using IdSet = std::unordered_set<Id, absl::Hash<Id>>;

}  // namespace

Evaluation::Evaluation(std::span<const Event> events, std::span<const Pin> pins, absl::Time now,
                       ReportingOptions options)
    : options_(std::move(options)) {
  IdTable<PinId, const Pin*> known;
  for (std::size_t i = 0; i < pins.size(); ++i) {
    std::optional<Fault> fault = Check(pins[i]);
    if (!fault && !known.emplace(pins[i].id, &pins[i]).second) {
      fault = Fault{FaultKind::kNotAValue, "id",
                    std::to_string(pins[i].id.value()) + " stands before, expected once"};
    }
    if (fault) refused_pins_.push_back({i, *std::move(fault)});
  }
  IdSet<EventId> counted;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    std::optional<Fault> fault = Check(event, now);
    const auto pin = known.find(event.pin);
    if (!fault && pin == known.end()) {
      fault = UnknownPin(event.pin);
    }
    if (fault) {
      refused_events_.push_back({i, *std::move(fault)});
    } else if (event.id == EventId() || counted.insert(event.id).second) {
      observations_.push_back({&event, pin->second});
    }
  }
}

Evaluation::Evaluation(std::vector<Observation> observations, ReportingOptions options)
    : observations_(std::move(observations)), options_(std::move(options)) {}

absl::StatusOr<Report> Evaluation::Run(const Query& query, absl::Time now) const {
  const absl::StatusOr<Plan> plan = PlanReport(query, now, options_);
  if (!plan.ok()) return plan.status();
  const auto segment_of = [&query](const Event& event, const Pin& pin) {
    return query.split ? AttributeOf(*query.split, event, pin) : Attribute();
  };
  const auto all = [](const Pin&) { return true; };
  const GroupedSlices groups = Collect(observations_, *plan, segment_of, all);
  const DaySlices no_events;
  std::vector<Attribute> segments;
  std::vector<const DaySlices*> slices;
  for (const auto& [value, of_value] : groups) {
    if (query.split && !OccursIn(of_value, plan->SegmentDays())) continue;
    segments.push_back(value);
    slices.push_back(&of_value);
  }
  if (!query.split && slices.empty()) slices.push_back(&no_events);
  return AssembleReport(*plan, segments, [&](std::size_t segment, const ReportedDays& reported) {
    return FactsOf(*plan, *slices[segment], reported.days);
  });
}

absl::StatusOr<TopList> Evaluation::Top(Dimension item, const Query& query, const Ranking& ranking,
                                        absl::Time now) const {
  const absl::StatusOr<Plan> plan = PlanTopList(query, ranking, now, options_);
  if (!plan.ok()) return plan.status();
  const std::optional<DateRange> created = CreatedRange(ranking, calendar(), now);
  DayFinder day_of(calendar());
  const GroupedSlices groups = Collect(
      observations_, *plan,
      [item](const Event& event, const Pin& pin) { return AttributeOf(item, event, pin); },
      [&](const Pin& pin) { return !created || created->Contains(day_of(pin.created_at)); });

  TopList list{{plan->head}, ranking, item};
  if (plan->valued.empty()) return list;
  TopN<Ranked> top(ranking.limit);
  const DateRange month = Plan::MonthOf(plan->valued.last());
  const bool wants_month = ranking.by.needs().month() && plan->MonthIsKnown(month.last());
  for (const auto& [id, slices] : groups) {
    // Only what occurs where the ranking looks, whichever days the other metrics count.
    if (!OccursIn(slices, plan->valued) && !(wants_month && OccursIn(slices, month))) continue;
    const std::optional<double> value = ranking.by.Value(FactsOf(*plan, slices, plan->valued));
    if (value && *value != 0) top.Add({*value, id.number()});
  }

  IdTable<PinId, std::string_view> titles;
  for (const Observation& seen : observations_) titles[seen.pin->id] = seen.pin->title;

  for (const Ranked& ranked : top.Sorted()) {
    const DaySlices& slices = groups.at(Attribute(ranked.id));
    list.rows.push_back(
        {.id = ListedId(item, ranked.id),
         .title = item == Dimension::kPin ? std::string(titles[PinId(ranked.id)]) : "",
         .figures = FiguresOf(*plan, FactsOf(*plan, slices, plan->valued))});
  }
  return list;
}

absl::StatusOr<TopList> Evaluation::TopPins(const Query& query, const Ranking& ranking,
                                            absl::Time now) const {
  return Top(Dimension::kPin, query, ranking, now);
}

absl::StatusOr<TopList> Evaluation::TopBoards(const Query& query, const Ranking& ranking,
                                              absl::Time now) const {
  return Top(Dimension::kBoard, query, ranking, now);
}

absl::StatusOr<Overview> Evaluation::RunOverview(absl::Time now) const {
  return RunOverview(OverviewQuery(Today(now)), now);
}

absl::StatusOr<Overview> Evaluation::RunOverview(const Query& query, absl::Time now) const {
  return AssembleOverview(
      query, [&](const Query& asked) { return Run(asked, now); },
      [&](const Query& asked) { return TopPins(asked, {}, now); },
      [&](const Query& asked) { return TopBoards(asked, {}, now); });
}

absl::StatusOr<Report> Evaluate(std::span<const Event> events, std::span<const Pin> pins,
                                const Query& query, absl::Time now,
                                const ReportingOptions& options) {
  if (const std::optional<Fault> fault = CheckTime("now", now)) {
    return absl::InvalidArgumentError(fault->ToString());
  }
  const Evaluation evaluation(events, pins, now, options);
  absl::Status status = RefusalStatus("pin", evaluation.refused_pins());
  status.Update(RefusalStatus("event", evaluation.refused_events()));
  if (!status.ok()) return status;
  return evaluation.Run(query, now);
}

}  // namespace pinmetrics
