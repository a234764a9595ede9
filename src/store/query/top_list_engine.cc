#include "store/query/top_list_engine.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/rank/top_n.h"
#include "report/assemble.h"
#include "store/block/event_code.h"
#include "store/day/board_demographics.h"
#include "store/dictionary/pin_index.h"
#include "store/dictionary/pin_table.h"
#include "store/query/board_reader.h"
#include "store/query/compiled_query.h"
#include "store/query/event_scan.h"
#include "store/query/pin_bounds.h"
#include "store/query/pin_finder.h"
#include "store/query/query_days.h"
#include "store/query/sums_reader.h"

namespace pinmetrics {
namespace {

/// A Pin or board and its rank; compares by value and id as `RanksBefore` says.
struct RankedItem : Ranked {
  std::uint32_t number = 0;
  /// Over the valued days, if ranking had to count them all.
  std::optional<PopulationSums> sums;
};

/// Distinct viewers, by a bit each.
class ViewerBitmap {
 public:
  explicit ViewerBitmap(std::uint32_t viewer_limit)
      : bits_(viewer_limit / 64 + std::size_t{1}), most_marked_(bits_.size() / 8) {}

  void Add(std::span<const std::uint32_t> viewers) {
    // The bits are all over memory: with little else to do, several are waited for at once.
    std::uint64_t* const bits = bits_.data();
    std::uint64_t count = 0;
    for (const std::uint32_t viewer : viewers) {
      std::uint64_t& word = bits[viewer / 64];
      count += ~word >> viewer % 64 & 1;
      word |= std::uint64_t{1} << viewer % 64;
    }
    count_ += count;
    if (marked_.size() < most_marked_) {
      marked_.insert(marked_.end(), viewers.begin(), viewers.end());
    }
  }

  /// How many were added since the last call.
  std::int64_t TakeCount() {
    // A few are cleared one by one.
    if (marked_.size() < most_marked_) {
      for (const std::uint32_t viewer : marked_) bits_[viewer / 64] = 0;
    } else {
      std::fill(bits_.begin(), bits_.end(), 0);
    }
    marked_.clear();
    return static_cast<std::int64_t>(std::exchange(count_, 0));
  }

 private:
  std::vector<std::uint64_t> bits_;
  std::uint64_t count_ = 0;
  std::size_t most_marked_;
  std::vector<std::uint32_t> marked_;  ///< The first that were added.
};

/// The weight of impressions if nothing else has one.
std::optional<std::int64_t> OnlyImpressions(const CounterWeights& weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if ((weights[i] != 0) != (i == Tally::kImpressions)) return std::nullopt;
  }
  return weights[Tally::kImpressions];
}

/// The weighted sum of what was counted.
std::int64_t ScoreOf(const PopulationSums& sums, const CounterWeights& weights) {
  std::int64_t score = 0;
  for (const CounterSums& population : sums) {
    for (std::size_t i = 0; i < weights.size(); ++i) score += population[i] * weights[i];
  }
  return score;
}

/// Those that a segment map lets pass with some device and content type.
Demographics DemographicsOf(const SegmentMap& map) {
  Demographics set = 0;
  for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
    if (map.segment_of[combo] != SegmentMap::kNone) set |= 1u << DemographicOf(combo);
  }
  return set;
}

/// Answers one top list.
class TopListEngine {
 public:
  TopListEngine(const StoreState& state, const Plan& plan, Dimension item, const Ranking& ranking,
                const std::function<bool(const Pin&)>& admits, ReadTrace& trace)
      : state_(state),
        plan_(plan),
        item_(item),
        ranking_(ranking),
        blocks_(state, plan.CountedDays()),
        valued_blocks_(blocks_.OfDays(plan.valued)),
        compiled_(plan.head.query, state.pins, *state.pin_index, admits),
        scan_(compiled_, trace),
        finder_(state.pins, compiled_, trace),
        sums_(state.pins, compiled_, finder_, scan_, trace),
        boards_(state.pins, compiled_, finder_, sums_, scan_, trace),
        index_(state.pin_index->Get(state.pins)) {
    if (plan.needs.people()) {
      viewers_.emplace(state.viewer_limit);
      engaged_.emplace(state.viewer_limit);
    }
  }

  TopList Run() {
    TopList list{{plan_.head}, ranking_, item_};
    if (plan_.valued.empty()) return list;
    TopN<RankedItem, RanksBefore> top(ranking_.limit);
    if (!RankPinsInOrderOfBounds(top) && !RankBoardsByEvents(top)) RankAll(top);
    std::vector<RankedItem> sorted = top.Sorted();
    CountTogether(sorted);
    if (plan_.needs.people()) FindEvents(sorted);
    for (std::size_t place = 0; place < sorted.size(); ++place) {
      const RankedItem& ranked = sorted[place];
      list.rows.push_back({.id = ListedId(item_, ranked.id),
                           .title = item_ == Dimension::kPin ? TitleOf(ranked.number) : "",
                           .figures = FiguresOf(plan_, FactsOf(ranked, place))});
    }
    return list;
  }

 private:
  std::uint32_t items() const {
    return item_ == Dimension::kPin ? state_.pins.pins : state_.pins.boards.size();
  }

  std::uint64_t IdOf(std::uint32_t number) const {
    if (item_ == Dimension::kBoard) return state_.pins.boards[number].value();
    return state_.pins.versions[VersionsOf(number).front()].id.value();
  }

  std::string TitleOf(std::uint32_t pin) const {
    return state_.pins.versions[VersionsOf(pin).back()].title;
  }

  void Offer(std::uint32_t number, const std::optional<double>& value,
             const std::optional<PopulationSums>& sums, TopN<RankedItem, RanksBefore>& top) const {
    if (value && *value != 0) top.Add({{*value, IdOf(number)}, number, sums});
  }

  /// The weights of the metric to rank by, if weighing events gives its value: play time, which
  /// codes do not tell, has no weight, and no score or bound takes more than 63 bits.
  std::optional<CounterWeights> WeightsOfScores() const {
    const std::optional<CounterWeights>& weights = ranking_.by.counters();
    if (!weights || (*weights)[Tally::kPlayTimeMs] != 0) return std::nullopt;
    std::int64_t events = 0;
    for (const Block* block : valued_blocks_) events += block->events();
    // Demographics are rounded up, each of 24 by less than 2/15 of the highest: to less than five
    // times the events.
    constexpr std::int64_t kMostRounded = 5;
    const std::int64_t most =
        kMostRounded * (PinBounds::MostEvents(events, std::ssize(valued_blocks_), *index_) + 1);
    if (MostAnEvent(*weights) > std::numeric_limits<std::int64_t>::max() / most) {
      return std::nullopt;
    }
    return weights;
  }

  /// Ranks Pins by a count of events. Blocks keep the sums of their heavy Pins; what a Pin has on
  /// a day on which it is light is bounded by its peak. Both together bound its count under any
  /// filter. So Pins are looked at from the highest bound down, until no bound that is left can
  /// make it into the list. False, with `top` as it was, where that would not pay.
  bool RankPinsInOrderOfBounds(TopN<RankedItem, RanksBefore>& top) {
    const std::optional<CounterWeights> weights = WeightsOfScores();
    if (item_ != Dimension::kPin || compiled_.candidates() || !weights) return false;
    if (ranking_.limit > items() / 8) return false;
    const PinBounds bounds(state_, plan_.valued, blocks_, compiled_, *index_, *weights);
    // A filter that little passes leaves all bounds standing: then one look at everything is less.
    std::size_t looks_left = items() / 32 + 2 * ranking_.limit;
    TopN<RankedItem, RanksBefore> found = top;
    if (!LookAtPins(bounds.OfHeavyPins(), *weights, looks_left, found)) return false;
    if (CanEnter(bounds.OfAnyLightPin(), found)) {
      std::vector<Bound> light = bounds.OfLightPins();
      std::erase_if(light, [&](const Bound& bound) { return !CanEnter(bound.value, found); });
      if (!LookAtPins(std::move(light), *weights, looks_left, found)) return false;
    }
    top = std::move(found);
    return true;
  }

  /// Ranks boards by a count of events where no table of theirs has it. What a board would have
  /// with all its Pins takes one look at each board, not at each Pin, and of impressions its
  /// demographics tell about as much. If few Pins do not count, that bounds what it has, and few
  /// boards must be looked at Pin by Pin. False, with `top` as it was, where segment maps differ in
  /// more than the Pins that they reject.
  bool RankBoardsByEvents(TopN<RankedItem, RanksBefore>& top) {
    const std::optional<CounterWeights> weights = WeightsOfScores();
    if (item_ != Dimension::kBoard || compiled_.candidates() || !weights) return false;
    if (!compiled_.only_map() || compiled_.grain() == Grain::kPopulation) return false;
    const AcceptedVersions& accepted = compiled_.Accepted(state_.pins);
    const std::vector<BoardBlock> blocks = BoardBlocks(plan_.valued);
    std::vector<std::int64_t> scores(items());
    bool are_bounds = accepted.rejects_any() && accepted.rejects_few();
    const std::optional<std::int64_t> of_impression = OnlyImpressions(*weights);
    if (of_impression && accepted.rejects_few()) {
      const RoundedCounts::Picked picked(
          DemographicsOf(compiled_.segment_maps()[*compiled_.only_map()]));
      for (const BoardBlock& sealed : blocks) {
        if (sealed.beside.board_demographics == nullptr) continue;
        sealed.beside.board_demographics->Add(sealed.block, picked, scores);
        are_bounds = true;
      }
      for (std::int64_t& score : scores) score *= *of_impression;
    }
    for (const auto& [block, beside] : blocks) {
      if (!accepted.rejects_few()) {
        boards_.Score(block, beside.day_pin_index, *weights, scores);
      } else if (!of_impression || beside.board_demographics == nullptr) {
        boards_.ScoreAtMost(block, beside.day_pin_index, *weights, scores);
      }
    }
    if (are_bounds) {
      LookAtBoards(blocks, scores, *weights, top);
    } else {
      OfferAll(scores, top);
    }
    return true;
  }

  /// A block of a day.
  struct BoardBlock {
    const Block& block;
    QueryDays::Beside beside;
  };
  std::vector<BoardBlock> BoardBlocks(const DateRange& days) const {
    std::vector<BoardBlock> blocks;
    blocks_.VisitWithBeside(days, [&](const Block& block, const QueryDays::Beside& beside) {
      blocks.push_back({block, beside});
    });
    return blocks;
  }

  /// Adds what blocks count for some boards, which ascend.
  void CountBoards(const std::vector<BoardBlock>& blocks, std::span<const std::uint32_t> boards,
                   std::span<PopulationSums> sums) {
    for (const BoardBlock& of_day : blocks) {
      boards_.Count(of_day.block, of_day.beside.day_pin_index, boards, sums);
    }
  }

  /// Adds items that have these scores, by number.
  void OfferAll(const std::vector<std::int64_t>& scores, TopN<RankedItem, RanksBefore>& top) const {
    for (std::uint32_t number = 0; number < scores.size(); ++number) {
      Offer(number, static_cast<double>(scores[number]), std::nullopt, top);
    }
  }

  /// Adds boards, of which none scores above its bound, from the highest bound down, until no bound
  /// that is left can make it into `top`. First as many as the list has places, then twice as many
  /// at a time: a block is looked at for all of these at once. The first are counted in full: they
  /// mostly stay, and their events are not read again for their figures. For compiled queries that
  /// have an `only_map`.
  void LookAtBoards(const std::vector<BoardBlock>& blocks,
                    const std::vector<std::int64_t>& bound_of_board, const CounterWeights& weights,
                    TopN<RankedItem, RanksBefore>& top) {
    std::vector<Bound> bounds(bound_of_board.size());
    for (std::uint32_t board = 0; board < bounds.size(); ++board) {
      bounds[board] = {bound_of_board[board], board};
    }
    std::sort(bounds.begin(), bounds.end(), [](const Bound& a, const Bound& b) { return b < a; });
    std::size_t most = ranking_.limit;
    auto next = bounds.begin();
    while (next != bounds.end() && CanEnter(next->value, top)) {
      std::vector<std::uint32_t> boards;
      for (; next != bounds.end() && boards.size() < most && CanEnter(next->value, top); ++next) {
        boards.push_back(next->number);
      }
      most *= 2;
      std::sort(boards.begin(), boards.end());
      if (top.size() == 0) {
        std::vector<PopulationSums> sums(boards.size());
        CountBoards(blocks, boards, sums);
        for (std::size_t i = 0; i < boards.size(); ++i) {
          Offer(boards[i], static_cast<double>(ScoreOf(sums[i], weights)), sums[i], top);
        }
        continue;
      }
      std::vector<std::int64_t> scores(boards.size());
      for (const BoardBlock& of_day : blocks) {
        boards_.Score(of_day.block, of_day.beside.day_pin_index, weights, boards, scores);
      }
      for (std::size_t i = 0; i < boards.size(); ++i) {
        Offer(boards[i], static_cast<double>(scores[i]), std::nullopt, top);
      }
    }
  }

  /// Adds Pins from the highest bound down, until no bound that is left can make it into `top`.
  /// False if more looks would be needed than are left. While the list has free places, Pins are
  /// counted in full: these mostly stay, and their events are not read again for their figures.
  bool LookAtPins(std::vector<Bound> bounds, const CounterWeights& weights, std::size_t& looks_left,
                  TopN<RankedItem, RanksBefore>& top) {
    std::make_heap(bounds.begin(), bounds.end());
    for (auto end = bounds.end(); end != bounds.begin(); --end, --looks_left) {
      const Bound& next = bounds.front();
      if (!CanEnter(next.value, top)) return true;
      if (looks_left == 0) return false;
      if (top.size() < ranking_.limit) {
        const PopulationSums sums = SumOf(next.number, plan_.valued);
        Offer(next.number, static_cast<double>(ScoreOf(sums, weights)), sums, top);
      } else {
        Offer(next.number, static_cast<double>(ScorePin(next.number, weights)), std::nullopt, top);
      }
      std::pop_heap(bounds.begin(), end);
    }
    return true;
  }

  /// Whether an item with this value might be kept: the lowest id of all ranks first among equals.
  static bool CanEnter(std::int64_t value, const TopN<RankedItem, RanksBefore>& top) {
    return value > 0 && top.Admits({{static_cast<double>(value), 0}, 0, std::nullopt});
  }

  std::int64_t ScorePin(std::uint32_t pin, const CounterWeights& weights) {
    std::int64_t score = 0;
    for (const std::uint32_t version : VersionsOf(pin)) {
      score += sums_.ScoreVersion(valued_blocks_, weights, version);
    }
    return score;
  }

  void RankAll(TopN<RankedItem, RanksBefore>& top) {
    if (const auto weights = WeightsOfScores()) return RankByScore(*weights, top);
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

  std::vector<PopulationSums> CountAll(const DateRange& days) {
    std::vector<PopulationSums> sums(items());
    blocks_.VisitDays(days, [&](const Block& block) {
      if (item_ == Dimension::kBoard && boards_.CountFromSums(block, sums)) return;
      sums_.CountItems(block, item_of_version(), sums);
    });
    return sums;
  }

  void RankByScore(const CounterWeights& weights, TopN<RankedItem, RanksBefore>& top) {
    std::vector<std::int64_t> scores(items());
    blocks_.VisitDays(plan_.valued, [&](const Block& block) {
      if (item_ == Dimension::kBoard && boards_.ScoreFromSums(block, weights, scores)) return;
      sums_.ScoreItems(block, weights, item_of_version(), scores);
    });
    OfferAll(scores, top);
  }

  const std::vector<std::uint32_t>& item_of_version() const {
    return item_ == Dimension::kPin ? index_->pin_of_version : index_->board_of_version;
  }

  std::span<const std::uint32_t> VersionsOf(std::uint32_t pin) const {
    return index_->versions_of_pins.Of(pin);
  }

  /// For each Pin version the place of its Pin in `numbers`, past the end if it has none. Nothing
  /// for boards, whose Pins stand together, or if there are so few Pins that looking for each takes
  /// less than a pass over all.
  std::optional<std::vector<std::uint32_t>> PlacesToPassOver(
      std::span<const std::uint32_t> numbers) const {
    constexpr std::size_t kPassedInTheTimeOfALook = 512;
    if (item_ == Dimension::kBoard) return std::nullopt;
    std::size_t looks = 0;
    for (const std::uint32_t number : numbers) looks += VersionsOf(number).size();
    if (looks * kPassedInTheTimeOfALook < state_.pins.versions.size()) return std::nullopt;
    std::vector<std::uint32_t> place_of_version(state_.pins.versions.size(),
                                                static_cast<std::uint32_t>(numbers.size()));
    for (std::uint32_t place = 0; place < numbers.size(); ++place) {
      for (const std::uint32_t version : VersionsOf(numbers[place])) {
        place_of_version[version] = place;
      }
    }
    return place_of_version;
  }

  /// Counts the items that are not counted yet, if looking for all at once takes less than one by
  /// one.
  void CountTogether(std::vector<RankedItem>& ranked) {
    std::vector<RankedItem*> ascending;
    for (RankedItem& item : ranked) {
      if (!item.sums) ascending.push_back(&item);
    }
    if (ascending.empty()) return;
    std::sort(ascending.begin(), ascending.end(),
              [](const RankedItem* a, const RankedItem* b) { return a->number < b->number; });
    std::vector<std::uint32_t> numbers;
    numbers.reserve(ascending.size());
    for (const RankedItem* item : ascending) numbers.push_back(item->number);
    std::vector<PopulationSums> sums(numbers.size());
    if (item_ == Dimension::kBoard) {
      CountBoards(BoardBlocks(plan_.valued), numbers, sums);
    } else if (const auto place_of_version = PlacesToPassOver(numbers)) {
      for (const Block* block : valued_blocks_) sums_.CountItems(*block, *place_of_version, sums);
    } else {
      return;
    }
    for (std::size_t i = 0; i < sums.size(); ++i) ascending[i]->sums = sums[i];
  }

  /// Finds what the counted days have of each item.
  void FindEvents(const std::vector<RankedItem>& ranked) {
    events_.resize(ranked.size());
    std::vector<std::uint32_t> numbers;
    numbers.reserve(ranked.size());
    for (const RankedItem& item : ranked) numbers.push_back(item.number);
    const auto place_of_version = PlacesToPassOver(numbers);
    for (const absl::CivilDay day : plan_.CountedDays()) {
      blocks_.VisitDays(LastDays(1, day), [&](const Block& block) {
        const auto found = [&](std::uint32_t place, const BlockPin& pin, std::uint32_t version) {
          const std::uint32_t map = compiled_.MapOfVersion(*index_, version);
          if (compiled_.segment_maps()[map].rejects_all) return;
          events_[place].push_back({day, &block, map, pin.run});
        };
        if (place_of_version) {
          finder_.FindItems(block, *place_of_version, static_cast<std::uint32_t>(ranked.size()),
                            found);
          return;
        }
        for (std::uint32_t place = 0; place < ranked.size(); ++place) {
          const auto found_here = [&](const BlockPin& pin, std::uint32_t version) {
            found(place, pin, version);
          };
          if (item_ == Dimension::kBoard) {
            finder_.VisitBoard(block, ranked[place].number, found_here);
            continue;
          }
          for (const std::uint32_t version : VersionsOf(ranked[place].number)) {
            if (const auto pin = finder_.Find(block, version)) found_here(*pin, version);
          }
        }
      });
    }
  }

  PopulationSums SumOf(std::uint32_t number, const DateRange& days) {
    PopulationSums sum{};
    if (item_ == Dimension::kBoard) {
      CountBoards(BoardBlocks(days), {&number, 1}, {&sum, 1});
      return sum;
    }
    const std::vector<const Block*> other_blocks =
        days == plan_.valued ? std::vector<const Block*>() : blocks_.OfDays(days);
    const auto& blocks = days == plan_.valued ? valued_blocks_ : other_blocks;
    for (const std::uint32_t version : VersionsOf(number)) {
      sums_.CountVersion(blocks, version, sum);
    }
    return sum;
  }

  /// Counts the people of the item at `place` over `days`.
  void CountPeople(std::size_t place, const DateRange& days, std::int64_t& total,
                   std::int64_t& engaged) {
    // What stands in one block and has one segment map is looked through together.
    std::vector<EventRun> runs;
    std::vector<std::uint32_t> viewers;
    for (auto events = events_[place].begin(); events != events_[place].end();) {
      const ItemEvents& first = *events;
      runs.clear();
      for (; events != events_[place].end() && events->block == first.block &&
             events->map == first.map;
           ++events) {
        runs.push_back(events->run);
      }
      if (!days.Contains(first.day)) continue;
      // A list is not split: its only segment is the first.
      const auto mark = [&](bool engages, ViewerBitmap& bitmap) {
        viewers.clear();
        scan_.FindViewers(*first.block, runs, first.map, 0, engages, viewers);
        bitmap.Add(viewers);
      };
      mark(/*engages=*/false, *viewers_);
      mark(/*engages=*/true, *engaged_);
    }
    total = viewers_->TakeCount();
    engaged = engaged_->TakeCount();
  }

  Facts FactsOf(const RankedItem& item, std::size_t place) {
    const std::uint32_t number = item.number;
    const PopulationSums sums = item.sums ? *item.sums : SumOf(number, plan_.valued);
    Facts facts{.tally = TallyOf(sums)};
    if (plan_.needs.audience()) {
      CountPeople(place, plan_.valued, facts.total_audience, facts.engaged_audience);
    }
    const absl::CivilDay last = plan_.valued.last();
    if (!plan_.needs.month() || !plan_.MonthIsKnown(last)) return facts;
    const DateRange month = Plan::MonthOf(last);
    facts.month.emplace();
    facts.month->views =
        (month == plan_.valued ? sums : SumOf(number, month))[0][Tally::kImpressions];
    if (!plan_.needs.monthly_audience()) return facts;
    if (month == plan_.valued && plan_.needs.audience()) {
      facts.month->total_audience = facts.total_audience;
      facts.month->engaged_audience = facts.engaged_audience;
    } else {
      CountPeople(place, month, facts.month->total_audience, facts.month->engaged_audience);
    }
    return facts;
  }

  const StoreState& state_;
  const Plan& plan_;
  Dimension item_;
  const Ranking& ranking_;
  QueryDays blocks_;
  std::vector<const Block*> valued_blocks_;
  CompiledQuery compiled_;
  EventScan scan_;
  PinFinder finder_;
  SumsReader sums_;
  BoardReader boards_;
  std::shared_ptr<const PinIndex> index_;
  /// Some events of an item: those of one Pin version on one day.
  struct ItemEvents {
    absl::CivilDay day;
    const Block* block;
    std::uint32_t map;
    EventRun run;
  };
  /// By place in the list, if people are asked for.
  std::vector<std::vector<ItemEvents>> events_;
  /// Where people are counted; a bit for every viewer, so only if they are asked for.
  std::optional<ViewerBitmap> viewers_;
  std::optional<ViewerBitmap> engaged_;
};

}  // namespace

TopList RunTopList(const StoreState& state, const Plan& plan, Dimension item,
                   const Ranking& ranking, const std::function<bool(const Pin&)>& admits,
                   ReadTrace& trace) {
  return TopListEngine(state, plan, item, ranking, admits, trace).Run();
}

}  // namespace pinmetrics
