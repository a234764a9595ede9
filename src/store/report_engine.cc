#include "store/report_engine.h"

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
        if (!from_sets) {
          people_[i][engaged] = CountSpans(std::move(viewers[i][engaged]), std::nullopt);
          continue;
        }
        const std::size_t segment = occurring_[i];
        people_[i][engaged] =
            CountSpans(StoredViewers(segment, engaged), StoredDayCounts(segment, engaged));
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

  /// How many viewers each valued day has, if the blocks say so.
  std::optional<std::vector<std::int64_t>> StoredDayCounts(std::size_t segment,
                                                           std::uint32_t engaged) const {
    std::array<bool, kPopulations> counts{};
    for (std::uint32_t population = 0; population < kPopulations; ++population) {
      const Mask& mask = **MaskOfPopulation(population);
      if (!mask.rejects_all && !mask.accepts_all) return std::nullopt;
      counts[population] = mask.accepts_all && mask.first_segment == segment;
    }
    if (!counts[0]) return std::nullopt;
    std::vector<std::int64_t> viewers;
    for (const absl::CivilDay day : plan_.valued) {
      const auto& blocks = blocks_.OnDay(blocks_.IndexOf(day));
      // Several may have viewers in common.
      if (blocks.size() > 1) return std::nullopt;
      std::uint64_t count = 0;
      if (!blocks.empty()) {
        const Block::Totals& totals = blocks.front()->block().totals();
        count = (engaged == 0 ? totals.viewers : totals.engaged)[counts[1] ? 1 : 0];
      }
      viewers.push_back(static_cast<std::int64_t>(count));
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

  /// `day_counts`: of each valued day, if they are known.
  SegmentAudience CountSpans(std::vector<DayViewers> viewers,
                             std::optional<std::vector<std::int64_t>> day_counts) const {
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
      if (day_counts) {
        audience.days = *std::move(day_counts);
      } else {
        audience.days.resize(valued_days);
        for (std::size_t i = 0; i < valued_days; ++i) {
          want(LastDays(1, plan_.valued.first() + static_cast<std::int64_t>(i)), audience.days[i]);
        }
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

}  // namespace

Report RunReport(const SnapshotData& data, const Plan& plan, ReadTrace& trace) {
  return ReportEngine(data, plan, trace).Run();
}

}  // namespace pinmetrics
