#include "store/query/report_engine.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "report/assemble.h"
#include "store/audience/count_distinct.h"
#include "store/audience/segment_people.h"
#include "store/block/event_code.h"
#include "store/query/compiled_query.h"
#include "store/query/event_scan.h"
#include "store/query/pin_finder.h"
#include "store/query/query_days.h"
#include "store/query/sums_reader.h"
#include "store/query/viewer_collector.h"

namespace pinmetrics {
namespace {

/// Answers one report.
class ReportEngine {
 public:
  ReportEngine(const StoreState& state, const Plan& plan, ReadTrace& trace)
      : state_(state),
        plan_(plan),
        trace_(trace),
        counted_(plan.CountedDays()),
        blocks_(state, counted_),
        compiled_(plan.head.query, state.pins, *state.pin_index),
        scan_(compiled_, trace),
        finder_(state.pins, compiled_, trace),
        sums_reader_(state.pins, compiled_, finder_, scan_, trace) {
    if (plan.valued.empty()) return;
    period_ = ReadFor(plan.valued);
    if (plan.before) {
      before_ = ReadFor(*plan.before);
    } else if (plan.month_before) {
      before_ = ReadFor(LastDays(1, *plan.month_before));
    }
    while (plan.rows[first_row_].valued.empty()) ++first_row_;
    rows_.reserve(plan.rows.size() - first_row_);
    std::int64_t day = period_.days.first;
    for (std::size_t row = first_row_; row < plan.rows.size(); ++row) {
      const DateRange& valued = plan.rows[row].valued;
      if (valued.empty()) break;
      const DaySpan days = {day, day + valued.days() - 1};
      rows_.push_back({days, MonthReadFor(valued.last())});
      day = days.last + 1;
    }
  }

  Report Run() {
    Count();
    if (plan_.needs.monthly_views) AddUpViews();
    std::vector<Attribute> values;
    for (std::size_t i = 0; i < compiled_.segments().size(); ++i) {
      if (plan_.head.query.split && !Occurs(i, plan_.SegmentDays())) continue;
      values.push_back(compiled_.segments()[i]);
      occurring_.push_back(i);
    }
    if (plan_.needs.people() && !plan_.valued.empty()) CountPeople();
    return AssembleReport(plan_, values, [this](std::size_t segment, const ReportedDays& reported) {
      return FactsOf(segment, reported);
    });
  }

 private:
  /// The counted days that are read for the figures of some days.
  struct DaysRead {
    DaySpan days;
    /// The month that ends with the last of them, if it is known and a metric needs it.
    std::optional<DaySpan> month;
  };

  DaysRead ReadFor(const DateRange& days) const {
    return {CountedSpan(days), MonthReadFor(days.last())};
  }

  std::optional<DaySpan> MonthReadFor(absl::CivilDay last) const {
    if (!plan_.needs.month() || !plan_.MonthIsKnown(last)) return std::nullopt;
    return CountedSpan(Plan::MonthOf(last));
  }

  /// Whether a metric reads them, or a split, which has the segments that occur.
  bool WantsSums() const {
    return plan_.needs.tally || plan_.needs.monthly_views || plan_.head.query.split;
  }

  void Count() {
    const std::size_t segments = compiled_.segments().size();
    sums_.resize(blocks_.days() * segments);
    if (!WantsSums()) return;
    for (std::size_t day = 0; day < blocks_.days(); ++day) {
      for (const auto& packed : blocks_.OnDay(day)) {
        sums_reader_.Count(packed->block(), &sums_[day * segments]);
      }
    }
  }

  const PopulationSums& SumOf(std::size_t segment, std::int64_t counted_day) const {
    return sums_[static_cast<std::size_t>(counted_day) * compiled_.segments().size() + segment];
  }

  PopulationSums SumOf(std::size_t segment, const DaySpan& span) const {
    PopulationSums sum{};
    for (std::int64_t day = span.first; day <= span.last; ++day) AddAll(SumOf(segment, day), sum);
    return sum;
  }

  /// Lets the views of any days be told at once: months have most days in common.
  void AddUpViews() {
    const std::size_t segments = compiled_.segments().size();
    views_before_.resize(segments * (blocks_.days() + 1));
    for (std::size_t segment = 0; segment < segments; ++segment) {
      std::int64_t views = 0;
      std::int64_t* before = &views_before_[segment * (blocks_.days() + 1)];
      for (std::size_t day = 0; day < blocks_.days(); ++day) {
        before[day] = views;
        views += sums_[day * segments + segment][0][Tally::kImpressions];
      }
      before[blocks_.days()] = views;
    }
  }

  /// Impressions of Pins that are not saved.
  std::int64_t ViewsOf(std::size_t segment, const DaySpan& span) const {
    const std::int64_t* before = &views_before_[segment * (blocks_.days() + 1)];
    return before[span.last + 1] - before[span.first];
  }

  /// Whether an event of the segment is counted on the days.
  bool Occurs(std::size_t segment, const DateRange& days) const {
    const DaySpan span = CountedSpan(days);
    for (std::int64_t day = span.first; day <= span.last; ++day) {
      if (AnyCounted(SumOf(segment, day))) return true;
    }
    return false;
  }

  /// Those of the days that are counted, by their number among these.
  DaySpan CountedSpan(const DateRange& days) const {
    return {std::max<std::int64_t>(days.first() - counted_.first(), 0),
            std::min(days.last(), counted_.last()) - counted_.first()};
  }

  // People.

  /// Whether the viewers of a population are all those of one segment map, so that no events are
  /// read.
  std::optional<const SegmentMap*> MapOfPopulation(std::uint32_t population) const {
    const std::optional<std::uint32_t> map = compiled_.MapOfPopulation(population);
    if (!map) return std::nullopt;
    return &compiled_.segment_maps()[*map];
  }

  bool WantsTotal() const {
    return plan_.needs.total_audience || plan_.needs.monthly_total_audience;
  }
  bool WantsEngaged() const {
    return plan_.needs.engaged_audience || plan_.needs.monthly_engaged_audience;
  }

  void CountPeople() {
    people_.resize(occurring_.size());
    if (HasManySegments()) return CountPeopleOfPins();
    for (std::size_t i = 0; i < occurring_.size(); ++i) AskForPeople(i);
    const bool all_are_counted = std::all_of(
        questions_.begin(), questions_.end(),
        [](const SegmentQuestion& question) { return question.audience.spans.empty(); });
    if (all_are_counted) return;
    // Lists have those who engaged apart from the others, and sets have everybody: one form for
    // all, so that what it means is the same for both populations.
    const bool maps_are_of_populations = compiled_.grain() <= Grain::kCombo;
    if (maps_are_of_populations && !ReadsLists()) {
      for (std::size_t i = 0; i < occurring_.size(); ++i) {
        Answer(questions_[i], ViewersOfSets(occurring_[i]), /*others_are_all=*/true);
      }
    } else if (maps_are_of_populations || ListsHaveClasses()) {
      for (std::size_t i = 0; i < occurring_.size(); ++i) {
        Answer(questions_[i], ViewersOfLists(occurring_[i]), /*others_are_all=*/false);
      }
    } else {
      std::vector<std::vector<DayViewers>> viewers = CollectViewers();
      for (std::size_t i = 0; i < occurring_.size(); ++i) {
        Answer(questions_[i], std::move(viewers[i]), /*others_are_all=*/true);
      }
    }
  }

  /// Whether it takes less to look at every event once than at what passes into each segment. No
  /// dimension of events has so many values: what segment an event is in is decided by its Pin.
  bool HasManySegments() const {
    constexpr std::size_t kMany = 16;
    return occurring_.size() > kMany && !compiled_.candidates();
  }

  /// Collects the viewers of segments that have whole Pins and counts them one by one.
  void CountPeopleOfPins() {
    PeopleDays days{.valued = period_.days};
    if (plan_.before) days.before = before_.days;
    for (const DaysRead& row : rows_) days.rows.push_back(row.days);
    SegmentPeopleCounter counter(std::move(days), blocks_.days(), state_.viewer_limit);
    ViewerCollector collector(state_.pins, compiled_, scan_, trace_,
                              {WantsTotal(), WantsEngaged()});
    std::vector<ViewerCollector::Wanted> all;
    for (const std::size_t segment : occurring_) all.push_back(WantedOf(segment));
    // Each lot is a walk over the Pins of all blocks: more events make larger lots, not more.
    constexpr std::size_t kMostLots = 8;
    const std::size_t lot = std::max(EventsOf(all) / kMostLots, state_.events_at_once);
    for (std::span<const ViewerCollector::Wanted> rest = all; !rest.empty();) {
      const auto wanted = FirstWith(lot, rest);
      collector.Start(wanted, blocks_.days());
      for (std::size_t day = 0; day < blocks_.days(); ++day) {
        collector.StartDay(day);
        for (const auto& packed : blocks_.OnDay(day)) collector.Collect(packed->block());
      }
      collector.End();
      std::array<SegmentPeople, 2>* const people = &people_[all.size() - rest.size()];
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (WantsTotal()) people[i][0] = counter.Count(collector.Of(i, ViewerCollector::kTotal));
        if (WantsEngaged()) {
          people[i][1] = counter.Count(collector.Of(i, ViewerCollector::kEngaged));
        }
      }
      rest = rest.subspan(wanted.size());
    }
  }

  /// A segment, with its events on all counted days.
  ViewerCollector::Wanted WantedOf(std::size_t segment) const {
    ViewerCollector::Wanted wanted{.segment = segment};
    const Tally tally = TallyOf(SumOf(segment, CountedSpan(counted_)));
    for (std::uint32_t action = 0; action < kCountOf<Action>; ++action) {
      const auto events = static_cast<std::size_t>(tally.counts()[action]);
      wanted.most_events[ViewerCollector::kTotal] += events;
      if (IsEngagementKind(action)) wanted.most_events[ViewerCollector::kEngaged] += events;
    }
    return wanted;
  }

  static std::size_t EventsOf(std::span<const ViewerCollector::Wanted> segments) {
    std::size_t events = 0;
    for (const auto& segment : segments) events += segment.most_events[ViewerCollector::kTotal];
    return events;
  }

  /// The first of the segments, as few as have so many events together, or all.
  static std::span<const ViewerCollector::Wanted> FirstWith(
      std::size_t events, std::span<const ViewerCollector::Wanted> segments) {
    std::size_t count = 0;
    for (std::size_t found = 0; count < segments.size() && (count == 0 || found < events);) {
      found += segments[count++].most_events[ViewerCollector::kTotal];
    }
    return segments.first(count);
  }

  /// Whether some combos of a population count in another segment than others, or not at all.
  bool ReadsLists() const {
    for (std::uint32_t population = 0; population < kPopulations; ++population) {
      const SegmentMap& map = **MapOfPopulation(population);
      if (!map.rejects_all && !map.accepts_all) return true;
    }
    return false;
  }

  /// Whether all blocks say of each listed viewer on Pins of which class, and that decides.
  bool ListsHaveClasses() const {
    if (!compiled_.by_class()) return false;
    for (std::size_t day = 0; day < blocks_.days(); ++day) {
      for (const auto& packed : blocks_.OnDay(day)) {
        if (!packed->block().has_list_classes()) return false;
      }
    }
    return true;
  }

  /// The viewers of a segment from the blocks' sets: it has whole populations.
  std::vector<DayViewers> ViewersOfSets(std::size_t segment) const {
    std::vector<DayViewers> viewers(blocks_.days());
    for (std::uint32_t population = 0; population < kPopulations; ++population) {
      const SegmentMap& map = **MapOfPopulation(population);
      if (map.rejects_all || map.first_segment != segment) continue;
      for (std::size_t day = 0; day < viewers.size(); ++day) {
        for (const auto& packed : blocks_.OnDay(day)) {
          const Block& block = packed->block();
          const auto add = [&](std::uint32_t set, std::vector<ViewerSource>& to) {
            to.emplace_back(ViewerSetCursor(block, set));
            trace_.AddPart(block, Block::kSets, set);
          };
          if (WantsTotal()) add(population * 2, viewers[day].others);
          if (WantsEngaged()) add(population * 2 + 1, viewers[day].engaged);
        }
      }
    }
    return viewers;
  }

  /// The viewers of a segment from the lists of the combos that pass, segment map by segment map:
  /// those of the segment map's classes, unless it is that of the whole population.
  std::vector<DayViewers> ViewersOfLists(std::size_t segment) const {
    std::vector<DayViewers> viewers(blocks_.days());
    for (std::uint32_t number = 0; number < compiled_.segment_maps().size(); ++number) {
      const SegmentMap& map = compiled_.segment_maps()[number];
      if (map.rejects_all) continue;
      auto combos = std::make_shared<ComboSet>();
      for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
        if (map.segment_of[combo] != SegmentMap::kNone &&
            map.first_segment + map.segment_of[combo] == segment) {
          combos->Add(combo);
        }
      }
      if (combos->empty()) continue;
      for (std::uint32_t population = 0; population < kPopulations; ++population) {
        const std::optional<std::uint32_t> of_population = compiled_.MapOfPopulation(population);
        if (of_population ? *of_population != number : map.population != population) continue;
        for (std::size_t day = 0; day < viewers.size(); ++day) {
          for (const auto& packed : blocks_.OnDay(day)) {
            const Block& block = packed->block();
            const std::shared_ptr<const ClassSet> classes =
                of_population ? nullptr : ClassesOf(block, number);
            if (classes) trace_.AddAll(block, Block::kClassKeys);
            const auto add = [&](std::uint32_t group, std::vector<ViewerSource>& to) {
              to.emplace_back(FilteredLists(ViewerListCursor(block, group), combos, classes));
              trace_.AddPart(block, Block::kLists, group);
              if (classes) trace_.AddPart(block, Block::kListClasses, group);
            };
            if (WantsTotal()) add(population * 2, viewers[day].others);
            add(population * 2 + 1, viewers[day].engaged);
          }
        }
      }
    }
    return viewers;
  }

  /// The classes of a block that have a segment map.
  std::shared_ptr<const ClassSet> ClassesOf(const Block& block, std::uint32_t map) const {
    auto classes = std::make_shared<ClassSet>();
    const auto keys = block.Get<std::uint32_t>(Block::kClassKeys);
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
      if (compiled_.MapOfClass(keys[i]) == map) classes->Add(i);
    }
    return classes;
  }

  /// The viewers of all occurring segments from the events themselves.
  std::vector<std::vector<DayViewers>> CollectViewers() {
    std::vector<std::vector<DayViewers>> viewers(occurring_.size());
    for (std::vector<DayViewers>& days : viewers) days.resize(blocks_.days());
    std::vector<std::uint32_t> seen;
    for (std::size_t day = 0; day < blocks_.days(); ++day) {
      for (const auto& packed : blocks_.OnDay(day)) {
        finder_.VisitRuns(packed->block(), [&](std::uint32_t map, std::span<const EventRun> runs) {
          for (std::size_t i = 0; i < occurring_.size(); ++i) {
            if (!compiled_.HasSegment(map, occurring_[i])) continue;
            const auto collect = [&](bool engaged, std::vector<ViewerSource>& to) {
              seen.clear();
              scan_.FindViewers(packed->block(), runs, map, occurring_[i], engaged, seen);
              if (!seen.empty()) to.emplace_back(CollectedViewers(seen, state_.viewer_limit));
            };
            if (WantsTotal()) collect(/*engaged=*/false, viewers[i][day].others);
            if (WantsEngaged()) collect(/*engaged=*/true, viewers[i][day].engaged);
          }
        });
      }
    }
    return viewers;
  }

  /// What is to be counted for a segment, and where each count goes, in the order of the spans.
  struct SegmentQuestion {
    AudienceQuestion audience;
    std::vector<std::array<std::int64_t*, 2>> places;  ///< Of all, and of those who engaged.
  };

  /// Sums up new viewers where that answers, and puts all else into a question.
  void AskForPeople(std::size_t index) {
    SegmentQuestion& question = questions_.emplace_back();
    const std::optional<bool> both_populations = WholePopulations(occurring_[index]);
    const auto want = [&](const DaySpan& span, std::int64_t& total, std::int64_t& engaged) {
      if (both_populations) {
        if (const auto people = blocks_.CountPeople(span, *both_populations, trace_)) {
          total = people->total;
          engaged = people->engaged;
          return;
        }
      }
      question.audience.spans.push_back(span);
      question.places.push_back({&total, &engaged});
    };
    auto& [all, engaged] = people_[index];
    // Months first: as consecutive spans, those of days slide.
    if (plan_.needs.monthly_audience()) {
      all.months.resize(rows_.size());
      engaged.months.resize(rows_.size());
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i].month) want(*rows_[i].month, all.months[i], engaged.months[i]);
      }
      if (plan_.month_before) {
        want(*before_.month, all.before_month, engaged.before_month);
      }
    }
    if (plan_.needs.audience()) {
      want(period_.days, all.total, engaged.total);
      if (plan_.before) want(before_.days, all.before, engaged.before);
      all.rows.resize(rows_.size());
      engaged.rows.resize(rows_.size());
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        want(rows_[i].days, all.rows[i], engaged.rows[i]);
      }
    }
  }

  /// If a segment has whole populations and nothing else, whether it has both, or the first alone.
  std::optional<bool> WholePopulations(std::size_t segment) const {
    std::array<bool, kPopulations> has_all{};
    for (std::uint32_t population = 0; population < kPopulations; ++population) {
      const std::optional<const SegmentMap*> map = MapOfPopulation(population);
      if (!map) return std::nullopt;
      if (!(*map)->rejects_all && !(*map)->accepts_all) return std::nullopt;
      has_all[population] = (*map)->accepts_all && (*map)->first_segment == segment;
    }
    if (!has_all[0]) return std::nullopt;
    return has_all[1];
  }

  void Answer(SegmentQuestion& question, std::vector<DayViewers> viewers,
              bool others_are_all) const {
    question.audience.total = WantsTotal();
    question.audience.engaged = WantsEngaged();
    question.audience.others_are_all = others_are_all;
    const AudienceCounts counts = CountDistinct(std::move(viewers), question.audience);
    for (std::size_t i = 0; i < counts.total.size(); ++i) *question.places[i][0] = counts.total[i];
    for (std::size_t i = 0; i < counts.engaged.size(); ++i) {
      *question.places[i][1] = counts.engaged[i];
    }
  }

  /// Of what is known of the period, the days before and each row: that of the reported days.
  template <typename Known>
  const Known& Of(const ReportedDays& reported, const Known& period, const Known& before,
                  const std::vector<Known>& rows) const {
    switch (reported.are) {
      case ReportedDays::Are::kThePeriod:
        return period;
      case ReportedDays::Are::kBefore:
        return before;
      case ReportedDays::Are::kARow:
        break;
    }
    return rows[reported.row - first_row_];
  }

  std::int64_t PeopleIn(const SegmentPeople& people, const ReportedDays& reported) const {
    return Of(reported, people.total, people.before, people.rows);
  }
  /// Those of the month that ends with the last of the days.
  std::int64_t PeopleInMonth(const SegmentPeople& people, const ReportedDays& reported) const {
    return Of(reported, people.months.back(), people.before_month, people.months);
  }

  Facts FactsOf(std::size_t index, const ReportedDays& reported) const {
    const std::size_t segment = plan_.head.query.split ? occurring_[index] : 0;
    const DaysRead& read = Of(reported, period_, before_, rows_);
    Facts facts;
    if (plan_.needs.tally) facts.tally = TallyOf(SumOf(segment, read.days));
    if (plan_.needs.audience()) {
      if (WantsTotal()) facts.total_audience = PeopleIn(people_[index][0], reported);
      if (WantsEngaged()) facts.engaged_audience = PeopleIn(people_[index][1], reported);
    }
    if (!read.month) return facts;
    facts.month.emplace();
    if (plan_.needs.monthly_views) facts.month->views = ViewsOf(segment, *read.month);
    if (plan_.needs.monthly_audience()) {
      if (WantsTotal()) facts.month->total_audience = PeopleInMonth(people_[index][0], reported);
      if (WantsEngaged()) {
        facts.month->engaged_audience = PeopleInMonth(people_[index][1], reported);
      }
    }
    return facts;
  }

  const StoreState& state_;
  const Plan& plan_;
  ReadTrace& trace_;
  DateRange counted_;
  DaysRead period_ = {};
  DaysRead before_ = {};
  std::vector<DaysRead> rows_;  ///< Of those with values.
  std::size_t first_row_ = 0;   ///< Of these, in `Plan::rows`.
  QueryDays blocks_;
  CompiledQuery compiled_;
  EventScan scan_;
  PinFinder finder_;
  SumsReader sums_reader_;
  std::vector<PopulationSums> sums_;  ///< By day, then segment.
  /// By segment, then day: the views of all days before; by segment once more, of all days.
  std::vector<std::int64_t> views_before_;
  std::vector<std::size_t> occurring_;                ///< The segments that are reported.
  std::vector<std::array<SegmentPeople, 2>> people_;  ///< By reported segment; all, engaged.
  std::vector<SegmentQuestion> questions_;            ///< By reported segment.
};

}  // namespace

Report RunReport(const StoreState& state, const Plan& plan, ReadTrace& trace) {
  return ReportEngine(state, plan, trace).Run();
}

}  // namespace pinmetrics
