#include "pinmetrics/store/snapshot.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/rank/top_n.h"
#include "report/assemble.h"
#include "report/plan.h"
#include "store/audience.h"
#include "store/block_query.h"
#include "store/selection.h"
#include "store/snapshot_data.h"

namespace pinmetrics {
namespace {

Tally TallyOf(const PopulationSums& sums) {
  CounterSums both = sums[0];
  for (std::size_t i = 0; i < both.size(); ++i) both[i] += sums[1][i];
  return Tally(both);
}

void AddAll(const PopulationSums& from, PopulationSums& to) {
  for (std::size_t population = 0; population < kPopulations; ++population) {
    for (std::size_t i = 0; i < Tally::kCounters; ++i) to[population][i] += from[population][i];
  }
}

/// The events counted, each in one of the first eight counters.
bool AnyCounted(const PopulationSums& sums) {
  for (const CounterSums& population : sums) {
    for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
      if (population[i] != 0) return true;
    }
  }
  return false;
}

/// The blocks of the days that a plan counts, by their index from the first of these days.
class CountedBlocks {
 public:
  CountedBlocks(const SnapshotData& data, const DateRange& counted) : first_(counted.first()) {
    if (counted.empty()) return;
    days_.resize(static_cast<std::size_t>(counted.days()));
    const auto& sealed = data.sealed->blocks;
    const auto end = sealed.upper_bound(counted.last());
    for (auto day = sealed.lower_bound(counted.first()); day != end; ++day) {
      days_[IndexOf(day->first)].push_back(day->second);
    }
    for (const LiveRows& rows : data.live) {
      if (rows.size == 0 || !counted.Contains(rows.chunk->day())) continue;
      has_live_ = true;
      days_[IndexOf(rows.chunk->day())].push_back(
          rows.chunk->Packed(rows.size, rows.withdrawn, data.pins, data.viewer_limit));
    }
  }

  std::size_t days() const { return days_.size(); }
  std::size_t IndexOf(absl::CivilDay day) const { return static_cast<std::size_t>(day - first_); }
  bool has_live() const { return has_live_; }

  const std::vector<std::shared_ptr<const PackedBlock>>& OnDay(std::size_t index) const {
    return days_[index];
  }

  /// Calls `visit(block)` for all of these days, which are all counted.
  template <typename Visit>
  void VisitDays(const DateRange& days, Visit visit) const {
    for (const absl::CivilDay day : days) {
      if (day < first_) continue;
      for (const auto& packed : days_[IndexOf(day)]) visit(packed->block());
    }
  }

 private:
  absl::CivilDay first_;
  std::vector<std::vector<std::shared_ptr<const PackedBlock>>> days_;
  bool has_live_ = false;
};

/// The people of one segment, over every range of days that a report wants.
struct SegmentAudience {
  std::int64_t total = 0;
  std::int64_t before = 0;
  std::int64_t before_month = 0;
  std::vector<std::int64_t> days;    ///< Of each valued day.
  std::vector<std::int64_t> months;  ///< Of the 30 days that end with each valued day.
};

/// Answers one report.
class ReportEngine {
 public:
  ReportEngine(const SnapshotData& data, const Plan& plan, ReadTrace& trace)
      : data_(data),
        plan_(plan),
        trace_(trace),
        counted_(plan.CountedDays()),
        blocks_(data, counted_),
        selection_(plan.head.query, data.pins, *data.pin_index),
        query_(data.pins, selection_, trace) {}

  Report Run() {
    Count();
    std::vector<Attribute> values;
    for (std::size_t i = 0; i < selection_.segments().size(); ++i) {
      if (plan_.head.query.split && !AnyCounted(SumOf(i, plan_.SegmentDays()))) continue;
      values.push_back(selection_.segments()[i]);
      occurring_.push_back(i);
    }
    if (plan_.needs.people() && !plan_.valued.empty()) CountPeople();
    return AssembleReport(plan_, values, [this](std::size_t segment, const DateRange& days) {
      return FactsOf(segment, days);
    });
  }

 private:
  void Count() {
    const std::size_t segments = selection_.segments().size();
    sums_.resize(blocks_.days() * segments);
    for (std::size_t day = 0; day < blocks_.days(); ++day) {
      for (const auto& packed : blocks_.OnDay(day)) {
        query_.Count(packed->block(), &sums_[day * segments]);
      }
    }
  }

  PopulationSums SumOf(std::size_t segment, const DateRange& days) const {
    PopulationSums sum{};
    for (const absl::CivilDay day : days) {
      if (!counted_.Contains(day)) continue;
      AddAll(sums_[blocks_.IndexOf(day) * selection_.segments().size() + segment], sum);
    }
    return sum;
  }

  // People.

  /// Whether the viewers of a population are all those of one mask, so that no events are read.
  std::optional<const Mask*> MaskOfPopulation(std::uint32_t population) const {
    const std::optional<std::uint32_t> mask = selection_.MaskOfPopulation(population);
    if (!mask) return std::nullopt;
    return &selection_.masks()[*mask];
  }

  void CountPeople() {
    people_.resize(occurring_.size());
    const bool from_sets = MaskOfPopulation(0) && MaskOfPopulation(1);
    std::vector<std::array<std::vector<DayViewers>, 2>> viewers(occurring_.size());
    if (!from_sets) viewers = CollectViewers();
    for (std::size_t i = 0; i < occurring_.size(); ++i) {
      for (std::uint32_t engaged = 0; engaged < 2; ++engaged) {
        people_[i][engaged] = CountSpans(from_sets ? StoredViewers(occurring_[i], engaged)
                                                   : std::move(viewers[i][engaged]));
      }
    }
  }

  /// The viewers of a segment from the blocks' sets, or from the lists of the combos that pass.
  std::vector<DayViewers> StoredViewers(std::size_t segment, std::uint32_t engaged) const {
    std::vector<DayViewers> viewers(blocks_.days());
    for (std::uint32_t population = 0; population < kPopulations; ++population) {
      const Mask& mask = **MaskOfPopulation(population);
      if (mask.rejects_all) continue;
      std::shared_ptr<std::vector<std::uint8_t>> passes;
      if (!mask.accepts_all) {
        passes = std::make_shared<std::vector<std::uint8_t>>(event_code::kCombos);
        for (std::size_t combo = 0; combo < event_code::kCombos; ++combo) {
          (*passes)[combo] = mask.segment_of[combo] != Mask::kNone &&
                             mask.first_segment + mask.segment_of[combo] == segment;
        }
      } else if (mask.first_segment != segment) {
        continue;
      }
      for (std::size_t day = 0; day < blocks_.days(); ++day) {
        for (const auto& packed : blocks_.OnDay(day)) {
          const Block& block = packed->block();
          if (!passes) {
            viewers[day].emplace_back(ViewerSetCursor(block, population * 2 + engaged));
            trace_.Add(Block::kSets, block.At(Block::kSets).size() / 2);
            continue;
          }
          // Whoever engaged is in the engaged list only.
          viewers[day].emplace_back(
              ListedViewers{ViewerListCursor(block, population * 2 + 1), passes});
          if (engaged == 0) {
            viewers[day].emplace_back(
                ListedViewers{ViewerListCursor(block, population * 2), passes});
          }
          trace_.AddAll(block, Block::kLists);
        }
      }
    }
    return viewers;
  }

  /// The viewers of all occurring segments from the events themselves.
  std::vector<std::array<std::vector<DayViewers>, 2>> CollectViewers() const {
    constexpr std::size_t kNotThere = std::numeric_limits<std::size_t>::max();
    std::vector<std::size_t> index_of(selection_.segments().size(), kNotThere);
    for (std::size_t i = 0; i < occurring_.size(); ++i) index_of[occurring_[i]] = i;
    std::vector<std::array<std::vector<DayViewers>, 2>> viewers(occurring_.size());
    for (auto& of_segment : viewers) {
      for (auto& days : of_segment) days.resize(blocks_.days());
    }
    std::vector<std::array<std::vector<std::uint32_t>, 2>> seen(occurring_.size());
    for (std::size_t day = 0; day < blocks_.days(); ++day) {
      for (const auto& packed : blocks_.OnDay(day)) {
        query_.VisitViewers(packed->block(),
                            [&](std::size_t segment, std::uint32_t viewer, bool engaged) {
                              if (index_of[segment] == kNotThere) return;
                              auto& of_segment = seen[index_of[segment]];
                              of_segment[0].push_back(viewer);
                              if (engaged) of_segment[1].push_back(viewer);
                            });
      }
      for (std::size_t i = 0; i < seen.size(); ++i) {
        for (std::size_t engaged = 0; engaged < 2; ++engaged) {
          if (seen[i][engaged].empty()) continue;
          viewers[i][engaged][day].emplace_back(
              CollectedViewers(std::exchange(seen[i][engaged], {}), data_.viewer_limit));
        }
      }
    }
    return viewers;
  }

  DaySpan SpanOf(const DateRange& days) const {
    return {days.first() - counted_.first(), days.last() - counted_.first()};
  }

  SegmentAudience CountSpans(std::vector<DayViewers> viewers) const {
    SegmentAudience audience;
    // Where each count goes, in the order of the spans. Months first: on end, they slide.
    std::vector<DaySpan> spans;
    std::vector<std::int64_t*> counts;
    const auto want = [&](const DateRange& days, std::int64_t& count) {
      spans.push_back(SpanOf(days));
      counts.push_back(&count);
    };
    const auto valued_days = static_cast<std::size_t>(plan_.valued.days());
    if (plan_.needs.monthly_audience) {
      audience.months.resize(valued_days);
      for (std::size_t i = 0; i < valued_days; ++i) {
        const absl::CivilDay day = plan_.valued.first() + static_cast<std::int64_t>(i);
        if (plan_.MonthIsKnown(day)) want(Plan::MonthOf(day), audience.months[i]);
      }
      if (plan_.month_before) want(Plan::MonthOf(*plan_.month_before), audience.before_month);
    }
    if (plan_.needs.audience) {
      want(plan_.valued, audience.total);
      if (plan_.before) want(*plan_.before, audience.before);
      audience.days.resize(valued_days);
      for (std::size_t i = 0; i < valued_days; ++i) {
        want(LastDays(1, plan_.valued.first() + static_cast<std::int64_t>(i)), audience.days[i]);
      }
    }
    const std::vector<std::int64_t> counted = CountViewers(std::move(viewers), std::move(spans));
    for (std::size_t i = 0; i < counted.size(); ++i) *counts[i] = counted[i];
    return audience;
  }

  /// One number of `SegmentAudience` for the days asked for.
  std::int64_t PeopleIn(const SegmentAudience& audience, const DateRange& days) const {
    if (days == plan_.valued) return audience.total;
    if (!plan_.valued.Contains(days.first())) return audience.before;
    return audience.days[static_cast<std::size_t>(days.first() - plan_.valued.first())];
  }
  std::int64_t PeopleInMonth(const SegmentAudience& audience, absl::CivilDay day) const {
    if (!plan_.valued.Contains(day)) return audience.before_month;
    return audience.months[static_cast<std::size_t>(day - plan_.valued.first())];
  }

  Facts FactsOf(std::size_t index, const DateRange& days) const {
    const std::size_t segment = plan_.head.query.split ? occurring_[index] : 0;
    Facts facts{.tally = TallyOf(SumOf(segment, days))};
    if (plan_.needs.audience) {
      facts.total_audience = PeopleIn(people_[index][0], days);
      facts.engaged_audience = PeopleIn(people_[index][1], days);
    }
    if (!plan_.needs.month() || !plan_.MonthIsKnown(days.last())) return facts;
    facts.month.emplace();
    facts.month->views = SumOf(segment, Plan::MonthOf(days.last()))[0][Tally::kImpressions];
    if (plan_.needs.monthly_audience) {
      facts.month->total_audience = PeopleInMonth(people_[index][0], days.last());
      facts.month->engaged_audience = PeopleInMonth(people_[index][1], days.last());
    }
    return facts;
  }

  const SnapshotData& data_;
  const Plan& plan_;
  ReadTrace& trace_;
  DateRange counted_;
  CountedBlocks blocks_;
  Selection selection_;
  BlockQuery query_;
  std::vector<PopulationSums> sums_;                    ///< By day, then segment.
  std::vector<std::size_t> occurring_;                  ///< The segments that are reported.
  std::vector<std::array<SegmentAudience, 2>> people_;  ///< By reported segment; all, engaged.
};

/// A Pin or board and its rank; compares by value and id as `RanksBefore` says.
struct RankedItem : Ranked {
  std::uint32_t number = 0;
  /// Over the valued days, if ranking had to count them all.
  std::optional<PopulationSums> sums;
};

/// Distinct viewers, by a bit each; cleared in the time it took to fill.
class ViewerMarks {
 public:
  explicit ViewerMarks(std::uint32_t viewer_limit) : bits_(viewer_limit / 64 + std::size_t{1}) {}

  void Add(std::uint32_t viewer) {
    std::uint64_t& word = bits_[viewer / 64];
    const std::uint64_t bit = std::uint64_t{1} << viewer % 64;
    if ((word & bit) != 0) return;
    word |= bit;
    marked_.push_back(viewer);
  }

  /// How many were added since the last call.
  std::int64_t TakeCount() {
    const auto count = static_cast<std::int64_t>(marked_.size());
    for (const std::uint32_t viewer : marked_) bits_[viewer / 64] = 0;
    marked_.clear();
    return count;
  }

 private:
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint32_t> marked_;
};

/// Answers one top list.
class TopListEngine {
 public:
  TopListEngine(const SnapshotData& data, const Plan& plan, Dimension item, const Ranking& ranking,
                const std::function<bool(const Pin&)>& admits, ReadTrace& trace)
      : data_(data),
        plan_(plan),
        item_(item),
        ranking_(ranking),
        blocks_(data, plan.CountedDays()),
        selection_(plan.head.query, data.pins, *data.pin_index, admits),
        query_(data.pins, selection_, trace),
        index_(data.pin_index->Get(data.pins)),
        viewers_(data.viewer_limit),
        engaged_(data.viewer_limit) {}

  TopList Run() {
    TopList list{{plan_.head}, ranking_, item_};
    if (plan_.valued.empty()) return list;
    TopN<RankedItem, RanksBefore> top(ranking_.limit);
    if (!RankInOrderOfBounds(top)) RankAll(top);
    for (const RankedItem& ranked : top.Sorted()) {
      list.rows.push_back({.id = ranked.id,
                           .title = item_ == Dimension::kPin ? TitleOf(ranked.number) : "",
                           .figures = FiguresOf(plan_, FactsOf(ranked))});
    }
    return list;
  }

 private:
  std::uint32_t items() const {
    return item_ == Dimension::kPin ? data_.pins.pins : data_.pins.boards.size();
  }

  std::uint64_t IdOf(std::uint32_t number) const {
    if (item_ == Dimension::kBoard) return data_.pins.boards[number].value();
    return data_.pins.versions[VersionsOf(number).front()].id.value();
  }

  std::string TitleOf(std::uint32_t pin) const {
    return data_.pins.versions[VersionsOf(pin).back()].title;
  }

  void Offer(std::uint32_t number, const std::optional<double>& value,
             const std::optional<PopulationSums>& sums, TopN<RankedItem, RanksBefore>& top) const {
    if (value && *value != 0) top.Add({{*value, IdOf(number)}, number, sums});
  }

  /// Ranks Pins by a count that only grows: what a Pin has over all sealed days bounds what it has
  /// in any of them under any filter. So Pins are looked at from the highest bound down, until no
  /// bound that is left can make it into the list. False, with `top` as it was, where that would
  /// not pay.
  bool RankInOrderOfBounds(TopN<RankedItem, RanksBefore>& top) const {
    const std::optional<CounterWeights>& weights = ranking_.by.counters();
    const PinTotals& totals = *data_.sealed->pin_totals;
    if (item_ != Dimension::kPin || !weights || blocks_.has_live()) return false;
    const std::size_t pins = totals[0].size();
    if (selection_.candidates() || ranking_.limit > pins / 8) return false;

    struct Bound {
      std::int64_t value = 0;
      std::uint32_t pin = 0;
      bool operator<(const Bound& other) const { return value < other.value; }
    };
    std::vector<Bound> bounds(pins);
    for (std::uint32_t pin = 0; pin < pins; ++pin) bounds[pin].pin = pin;
    for (std::size_t i = 0; i < weights->size(); ++i) {
      if ((*weights)[i] == 0) continue;
      for (std::uint32_t pin = 0; pin < pins; ++pin) {
        bounds[pin].value += (*weights)[i] * totals[i][pin];
      }
    }
    std::erase_if(bounds, [](const Bound& bound) { return bound.value == 0; });
    std::make_heap(bounds.begin(), bounds.end());
    // A filter that little passes leaves all bounds standing: then one look at everything is less.
    std::size_t looks_left = bounds.size() / 64 + 2 * ranking_.limit;
    TopN<RankedItem, RanksBefore> found = top;
    for (auto end = bounds.end(); end != bounds.begin(); --end, --looks_left) {
      const Bound& highest = bounds.front();
      // The lowest id of all would rank first among equals.
      if (!found.Admits({{static_cast<double>(highest.value), 0}, 0, std::nullopt})) break;
      if (looks_left == 0) return false;
      const PopulationSums sums = SumOf(highest.pin, plan_.valued);
      Offer(highest.pin, ranking_.by.Value(Facts{.tally = TallyOf(sums)}), sums, found);
      std::pop_heap(bounds.begin(), end);
    }
    top = std::move(found);
    return true;
  }

  void RankAll(TopN<RankedItem, RanksBefore>& top) const {
    const std::optional<CounterWeights>& weights = ranking_.by.counters();
    if (item_ == Dimension::kPin && weights && (*weights)[Tally::kPlayTimeMs] == 0) {
      return RankPinsByScore(*weights, top);
    }
    const std::vector<PopulationSums> sums = CountAll(plan_.valued);
    const absl::CivilDay last = plan_.valued.last();
    const bool wants_month = ranking_.by.needs().month() && plan_.MonthIsKnown(last);
    const std::vector<PopulationSums> months =
        wants_month ? CountAll(Plan::MonthOf(last)) : std::vector<PopulationSums>();
    for (std::uint32_t number = 0; number < sums.size(); ++number) {
      // A formula may make something of nothing: what does not occur is not listed.
      if (!AnyCounted(sums[number]) && !(wants_month && AnyCounted(months[number]))) continue;
      Facts facts{.tally = TallyOf(sums[number])};
      if (wants_month) facts.month.emplace().views = months[number][0][Tally::kImpressions];
      Offer(number, ranking_.by.Value(facts), sums[number], top);
    }
  }

  std::vector<PopulationSums> CountAll(const DateRange& days) const {
    std::vector<PopulationSums> sums(items());
    blocks_.VisitDays(days, [&](const Block& block) {
      if (item_ == Dimension::kBoard && query_.CountBoards(block, sums)) return;
      query_.CountItems(block, item_of_version(), sums);
    });
    return sums;
  }

  void RankPinsByScore(const CounterWeights& weights, TopN<RankedItem, RanksBefore>& top) const {
    std::vector<std::int64_t> scores(items());
    blocks_.VisitDays(plan_.valued, [&](const Block& block) {
      query_.ScoreItems(block, weights, item_of_version(), scores);
    });
    for (std::uint32_t number = 0; number < scores.size(); ++number) {
      Offer(number, static_cast<double>(scores[number]), std::nullopt, top);
    }
  }

  const std::vector<std::uint32_t>& item_of_version() const {
    return item_ == Dimension::kPin ? index_->pin_of_version : index_->board_of_version;
  }

  std::span<const std::uint32_t> VersionsOf(std::uint32_t number) const {
    return item_ == Dimension::kPin ? index_->versions_of_pins.Of(number)
                                    : index_->versions_of_boards.Of(number);
  }

  PopulationSums SumOf(std::uint32_t number, const DateRange& days) const {
    PopulationSums sum{};
    for (const std::uint32_t version : VersionsOf(number)) {
      blocks_.VisitDays(days,
                        [&](const Block& block) { query_.CountVersion(block, version, sum); });
    }
    return sum;
  }

  /// Counts the people of some Pin versions over `days`.
  void CountPeople(std::uint32_t number, const DateRange& days, std::int64_t& total,
                   std::int64_t& engaged) {
    for (const std::uint32_t version : VersionsOf(number)) {
      blocks_.VisitDays(days, [&](const Block& block) {
        query_.VisitViewers(block, version, [&](std::size_t, std::uint32_t viewer, bool engages) {
          viewers_.Add(viewer);
          if (engages) engaged_.Add(viewer);
        });
      });
    }
    total = viewers_.TakeCount();
    engaged = engaged_.TakeCount();
  }

  Facts FactsOf(const RankedItem& item) {
    const std::uint32_t number = item.number;
    Facts facts{.tally = TallyOf(item.sums ? *item.sums : SumOf(number, plan_.valued))};
    if (plan_.needs.audience) {
      CountPeople(number, plan_.valued, facts.total_audience, facts.engaged_audience);
    }
    const absl::CivilDay last = plan_.valued.last();
    if (!plan_.needs.month() || !plan_.MonthIsKnown(last)) return facts;
    const DateRange month = Plan::MonthOf(last);
    facts.month.emplace();
    facts.month->views = SumOf(number, month)[0][Tally::kImpressions];
    if (!plan_.needs.monthly_audience) return facts;
    if (month == plan_.valued && plan_.needs.audience) {
      facts.month->total_audience = facts.total_audience;
      facts.month->engaged_audience = facts.engaged_audience;
    } else {
      CountPeople(number, month, facts.month->total_audience, facts.month->engaged_audience);
    }
    return facts;
  }

  const SnapshotData& data_;
  const Plan& plan_;
  Dimension item_;
  const Ranking& ranking_;
  CountedBlocks blocks_;
  Selection selection_;
  BlockQuery query_;
  std::shared_ptr<const PinIndex> index_;
  ViewerMarks viewers_;
  ViewerMarks engaged_;
};

absl::StatusOr<TopList> RunTop(const SnapshotData& data, Dimension item, const Query& query,
                               const Ranking& ranking, absl::Time now) {
  const absl::StatusOr<Plan> plan = PlanTopList(query, ranking, now, data.options);
  if (!plan.ok()) return plan.status();
  std::function<bool(const Pin&)> admits;
  if (const std::optional<DateRange> created =
          CreatedRange(ranking, ReportingCalendar(data.options.time_zone), now)) {
    admits = [created, day_of = DayFinder(ReportingCalendar(data.options.time_zone))](
                 const Pin& pin) mutable { return created->Contains(day_of(pin.created_at)); };
  }
  ReadTrace trace;
  return TopListEngine(data, *plan, item, ranking, admits, trace).Run();
}

}  // namespace

std::size_t QueryPlan::bytes() const {
  std::size_t sum = 0;
  for (const Read& read : reads) sum += read.bytes;
  return sum;
}

std::string QueryPlan::ToString() const {
  std::string text = std::to_string(days) + " days\n";
  for (const Read& read : reads) {
    text += read.table + ": " + std::to_string(read.bytes) + " bytes\n";
  }
  return text;
}

Snapshot::Snapshot(std::shared_ptr<const SnapshotData> data) : data_(std::move(data)) {}

absl::StatusOr<Report> Snapshot::Run(const Query& query, absl::Time now) const {
  const absl::StatusOr<Plan> plan = PlanReport(query, now, data_->options);
  if (!plan.ok()) return plan.status();
  ReadTrace trace;
  return ReportEngine(*data_, *plan, trace).Run();
}

absl::StatusOr<TopList> Snapshot::TopPins(const Query& query, const Ranking& ranking,
                                          absl::Time now) const {
  return RunTop(*data_, Dimension::kPin, query, ranking, now);
}

absl::StatusOr<TopList> Snapshot::TopBoards(const Query& query, const Ranking& ranking,
                                            absl::Time now) const {
  return RunTop(*data_, Dimension::kBoard, query, ranking, now);
}

absl::StatusOr<Overview> Snapshot::RunOverview(absl::Time now) const {
  const ReportingCalendar calendar(data_->options.time_zone);
  return RunOverview(OverviewQuery(calendar.DayOf(now)), now);
}

absl::StatusOr<Overview> Snapshot::RunOverview(const Query& query, absl::Time now) const {
  return AssembleOverview(
      query, [&](const Query& asked) { return Run(asked, now); },
      [&](const Query& asked) { return TopPins(asked, {}, now); },
      [&](const Query& asked) { return TopBoards(asked, {}, now); });
}

absl::StatusOr<QueryPlan> Snapshot::Explain(const Query& query, absl::Time now) const {
  const absl::StatusOr<Plan> plan = PlanReport(query, now, data_->options);
  if (!plan.ok()) return plan.status();
  ReadTrace trace;
  ReportEngine(*data_, *plan, trace).Run();
  QueryPlan explained;
  explained.days = static_cast<std::size_t>(plan->CountedDays().days());
  for (std::uint32_t i = 0; i < Block::kTables; ++i) {
    const auto table = static_cast<Block::Table>(i);
    if (trace.bytes(table) == 0) continue;
    explained.reads.push_back({std::string(Block::TableName(table)), trace.bytes(table)});
  }
  return explained;
}

}  // namespace pinmetrics
