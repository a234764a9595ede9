#include "store/report_engine.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "report/assemble.h"
#include "store/audience.h"
#include "store/counted_blocks.h"
#include "store/selection.h"

namespace pinmetrics {
namespace {

/// The viewers of each valued day.
struct DayCounts {
  std::vector<std::int64_t> total;
  std::vector<std::int64_t> engaged;
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
        query_(data.pins, selection_, trace) {
    for (std::size_t day = 0; day < blocks_.days(); ++day) slots_.push_back({day});
  }

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
    const DaySpan span = {std::max<std::int64_t>(days.first() - counted_.first(), 0),
                          std::min(days.last(), counted_.last()) - counted_.first()};
    for (std::int64_t day = span.first; day <= span.last; ++day) {
      AddAll(sums_[static_cast<std::size_t>(day) * selection_.segments().size() + segment], sum);
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

  bool WantsTotal() const {
    return plan_.needs.total_audience || plan_.needs.monthly_total_audience;
  }
  bool WantsEngaged() const {
    return plan_.needs.engaged_audience || plan_.needs.monthly_engaged_audience;
  }

  void CountPeople() {
    people_.resize(occurring_.size());
    if (!MaskOfPopulation(0) || !MaskOfPopulation(1)) {
      std::vector<std::vector<DayViewers>> viewers = CollectViewers();
      for (std::size_t i = 0; i < occurring_.size(); ++i) {
        CountSpans(std::move(viewers[i]), /*others_are_all=*/true, std::nullopt, people_[i]);
      }
      return;
    }
    // Lists have those who engaged apart from the others, and sets have everybody: one form for
    // all, so that what it means is the same for both populations.
    const bool from_sets = !ReadsLists();
    std::vector<std::optional<DayCounts>> day_counts;
    bool days_are_known = true;
    for (const std::size_t segment : occurring_) {
      day_counts.push_back(StoredDayCounts(segment));
      days_are_known &= day_counts.back().has_value();
    }
    if (from_sets && days_are_known && !plan_.needs.monthly_audience()) GroupDays();
    for (std::size_t i = 0; i < occurring_.size(); ++i) {
      CountSpans(StoredViewers(occurring_[i], from_sets), from_sets, std::move(day_counts[i]),
                 people_[i]);
    }
  }

  /// Days that are counted together.
  struct Slot {
    std::size_t day = 0;
    const DayGroup* group = nullptr;  ///< That begins with the day; null: the day alone.
  };

  /// Lets whole groups stand for their days in the period and in the days to compare with, where
  /// nobody asks for other days.
  void GroupDays() {
    slots_.clear();
    if (plan_.before) before_slots_ = AddSlots(*plan_.before);
    valued_slots_ = AddSlots(plan_.valued);
    groups_days_ = true;
  }

  DaySpan AddSlots(const DateRange& days) {
    const auto first_slot = std::ssize(slots_);
    for (absl::CivilDay day = days.first(); day <= days.last();) {
      const DayGroup* group =
          day + (DayGroup::kDays - 1) <= days.last() ? blocks_.GroupFrom(day) : nullptr;
      slots_.push_back({blocks_.IndexOf(day), group});
      day += group != nullptr ? DayGroup::kDays : 1;
    }
    return {first_slot, std::ssize(slots_) - 1};
  }

  /// Whether some combos of a population count in another segment than others, or not at all.
  bool ReadsLists() const {
    for (std::uint32_t population = 0; population < kPopulations; ++population) {
      const Mask& mask = **MaskOfPopulation(population);
      if (!mask.rejects_all && !mask.accepts_all) return true;
    }
    return false;
  }

  /// The viewers of a segment from the blocks' sets, or from the lists of the combos that pass.
  std::vector<DayViewers> StoredViewers(std::size_t segment, bool from_sets) const {
    std::vector<DayViewers> viewers(slots_.size());
    for (std::uint32_t population = 0; population < kPopulations; ++population) {
      const Mask& mask = **MaskOfPopulation(population);
      if (mask.rejects_all) continue;
      auto passes = std::make_shared<std::vector<std::uint8_t>>(event_code::kCombos);
      bool any_passes = false;
      for (std::size_t combo = 0; combo < event_code::kCombos; ++combo) {
        (*passes)[combo] = mask.segment_of[combo] != Mask::kNone &&
                           mask.first_segment + mask.segment_of[combo] == segment;
        any_passes |= (*passes)[combo] != 0;
      }
      if (!any_passes) continue;
      const auto source = [&](const Block& block, std::uint32_t group) -> ViewerSource {
        if (from_sets) return ViewerSetCursor(block, group);
        return ListedViewers{ViewerListCursor(block, group), passes};
      };
      for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].group != nullptr) {
          const DayGroup& group = *slots_[i].group;
          if (WantsTotal()) viewers[i].others.emplace_back(group.Set(population * 2));
          if (WantsEngaged()) viewers[i].engaged.emplace_back(group.Set(population * 2 + 1));
          trace_.Add(Block::kSets, group.bytes() / kPopulations);
          continue;
        }
        for (const auto& packed : blocks_.OnDay(slots_[i].day)) {
          const Block& block = packed->block();
          if (WantsTotal()) viewers[i].others.push_back(source(block, population * 2));
          if (WantsEngaged() || !from_sets) {
            viewers[i].engaged.push_back(source(block, population * 2 + 1));
          }
          trace_.AddAll(block, from_sets ? Block::kSets : Block::kLists);
        }
      }
    }
    return viewers;
  }

  /// How many viewers each valued day has, if the blocks say so.
  std::optional<DayCounts> StoredDayCounts(std::size_t segment) const {
    std::array<bool, kPopulations> counts{};
    for (std::uint32_t population = 0; population < kPopulations; ++population) {
      const Mask& mask = **MaskOfPopulation(population);
      if (!mask.rejects_all && !mask.accepts_all) return std::nullopt;
      counts[population] = mask.accepts_all && mask.first_segment == segment;
    }
    if (!counts[0]) return std::nullopt;
    DayCounts viewers;
    for (const absl::CivilDay day : plan_.valued) {
      const auto& blocks = blocks_.OnDay(blocks_.IndexOf(day));
      // Several may have viewers in common.
      if (blocks.size() > 1) return std::nullopt;
      std::array<std::uint64_t, 2> count{};
      if (!blocks.empty()) {
        const Block::Totals& totals = blocks.front()->block().totals();
        const std::size_t populations = counts[1] ? 1 : 0;
        count = {totals.viewers[populations], totals.engaged[populations]};
      }
      viewers.total.push_back(static_cast<std::int64_t>(count[0]));
      viewers.engaged.push_back(static_cast<std::int64_t>(count[1]));
    }
    return viewers;
  }

  /// The viewers of all occurring segments from the events themselves.
  std::vector<std::vector<DayViewers>> CollectViewers() const {
    constexpr std::size_t kNotThere = std::numeric_limits<std::size_t>::max();
    std::vector<std::size_t> index_of(selection_.segments().size(), kNotThere);
    for (std::size_t i = 0; i < occurring_.size(); ++i) index_of[occurring_[i]] = i;
    std::vector<std::vector<DayViewers>> viewers(occurring_.size());
    for (std::vector<DayViewers>& days : viewers) days.resize(blocks_.days());
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
        const auto collect = [&](std::vector<std::uint32_t>& from, std::vector<ViewerSource>& to) {
          if (!from.empty()) to.emplace_back(CollectedViewers(from, data_.viewer_limit));
          from.clear();
        };
        collect(seen[i][0], viewers[i][day].others);
        collect(seen[i][1], viewers[i][day].engaged);
      }
    }
    return viewers;
  }

  /// The slots of some days.
  DaySpan SpanOf(const DateRange& days) const {
    if (groups_days_) return days == plan_.valued ? valued_slots_ : before_slots_;
    return {days.first() - counted_.first(), days.last() - counted_.first()};
  }

  /// `day_counts`: of each valued day, if they are known.
  void CountSpans(std::vector<DayViewers> viewers, bool others_are_all,
                  std::optional<DayCounts> day_counts,
                  std::array<SegmentAudience, 2>& audiences) const {
    AudienceQuestion question{
        .total = WantsTotal(), .engaged = WantsEngaged(), .others_are_all = others_are_all};
    // Where each count goes, in the order of the spans. Months first: on end, they slide.
    std::vector<std::array<std::int64_t*, 2>> places;
    const auto want = [&](const DateRange& days, std::int64_t& total, std::int64_t& engaged) {
      question.spans.push_back(SpanOf(days));
      places.push_back({&total, &engaged});
    };
    auto& [all, engaged] = audiences;
    const auto valued_days = static_cast<std::size_t>(plan_.valued.days());
    const auto day = [&](std::size_t i) {
      return plan_.valued.first() + static_cast<std::int64_t>(i);
    };
    if (plan_.needs.monthly_audience()) {
      all.months.resize(valued_days);
      engaged.months.resize(valued_days);
      for (std::size_t i = 0; i < valued_days; ++i) {
        if (plan_.MonthIsKnown(day(i))) {
          want(Plan::MonthOf(day(i)), all.months[i], engaged.months[i]);
        }
      }
      if (plan_.month_before) {
        want(Plan::MonthOf(*plan_.month_before), all.before_month, engaged.before_month);
      }
    }
    if (plan_.needs.audience()) {
      want(plan_.valued, all.total, engaged.total);
      if (plan_.before) want(*plan_.before, all.before, engaged.before);
      if (day_counts) {
        all.days = std::move(day_counts->total);
        engaged.days = std::move(day_counts->engaged);
      } else {
        all.days.resize(valued_days);
        engaged.days.resize(valued_days);
        for (std::size_t i = 0; i < valued_days; ++i) {
          want(LastDays(1, day(i)), all.days[i], engaged.days[i]);
        }
      }
    }
    const AudienceCounts counts = CountViewers(std::move(viewers), question);
    for (std::size_t i = 0; i < counts.total.size(); ++i) *places[i][0] = counts.total[i];
    for (std::size_t i = 0; i < counts.engaged.size(); ++i) *places[i][1] = counts.engaged[i];
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
    if (plan_.needs.audience()) {
      facts.total_audience = PeopleIn(people_[index][0], days);
      facts.engaged_audience = PeopleIn(people_[index][1], days);
    }
    if (!plan_.needs.month() || !plan_.MonthIsKnown(days.last())) return facts;
    facts.month.emplace();
    facts.month->views = SumOf(segment, Plan::MonthOf(days.last()))[0][Tally::kImpressions];
    if (plan_.needs.monthly_audience()) {
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
  /// Whose viewers are counted, in order: every counted day, or as `GroupDays` says.
  std::vector<Slot> slots_;
  bool groups_days_ = false;
  DaySpan valued_slots_;
  DaySpan before_slots_;
};

}  // namespace

Report RunReport(const SnapshotData& data, const Plan& plan, ReadTrace& trace) {
  return ReportEngine(data, plan, trace).Run();
}

}  // namespace pinmetrics
