#ifndef PINMETRICS_SRC_STORE_QUERY_BLOCK_QUERY_H_
#define PINMETRICS_SRC_STORE_QUERY_BLOCK_QUERY_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "pinmetrics/metrics/metric.h"
#include "store/block/block.h"
#include "store/block/event_code.h"
#include "store/day/day_pin_index.h"
#include "store/dictionary/pin_table.h"
#include "store/query/accepted_events.h"
#include "store/query/compiled_query.h"
#include "store/query/event_scan.h"
#include "store/query/read_trace.h"

namespace pinmetrics {

/// Both populations together.
inline Tally TallyOf(const PopulationSums& sums) {
  CounterSums both = sums[0];
  for (std::size_t i = 0; i < both.size(); ++i) both[i] += sums[1][i];
  return Tally(both);
}

inline void AddAll(const PopulationSums& from, PopulationSums& to) {
  for (std::size_t population = 0; population < kPopulations; ++population) {
    for (std::size_t i = 0; i < Tally::kCounters; ++i) to[population][i] += from[population][i];
  }
}

/// Whether any event was counted: each is in one of the first eight counters.
inline bool AnyCounted(const PopulationSums& sums) {
  for (const CounterSums& population : sums) {
    for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
      if (population[i] != 0) return true;
    }
  }
  return false;
}

/// A row of a block's table of sums, and where it counts.
struct RowMatch {
  std::uint32_t row;
  std::uint32_t slot;
};

inline bool operator<(const RowMatch& a, const RowMatch& b) {
  return a.slot != b.slot ? a.slot < b.slot : a.row < b.row;
}

/// Which rows of a block's table of sums count, and where to. The keys of most days are the same:
/// what was found for one serves the next.
class RowMatches {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// `slot_of(key)` is where a row counts, or `kNone`; the same in all calls.
  template <typename SlotOf>
  void Find(std::span<const std::uint32_t> keys, SlotOf slot_of) {
    if (is_known_ && std::equal(keys.begin(), keys.end(), keys_.begin(), keys_.end())) return;
    is_known_ = true;
    keys_.assign(keys.begin(), keys.end());
    found_.clear();
    for (std::uint32_t row = 0; row < keys.size(); ++row) {
      const std::uint32_t slot = slot_of(keys[row]);
      if (slot != kNone) found_.push_back({row, slot});
    }
    std::sort(found_.begin(), found_.end());
  }
  /// By slot, then row.
  const std::vector<RowMatch>& found() const { return found_; }

 private:
  bool is_known_ = false;
  std::vector<std::uint32_t> keys_;
  std::vector<RowMatch> found_;
};

/// Weighs the counters of sums; most weights are 0.
class SumsScorer {
 public:
  explicit SumsScorer(const CounterWeights& weights);

  std::int64_t operator()(const PackedSums& sums) const {
    std::int64_t score = play_weight_ * static_cast<std::int64_t>(sums.play_ms());
    for (std::size_t i = 0; i < terms_; ++i) score += weights_[i] * sums.words[counters_[i]];
    return score;
  }

 private:
  std::int64_t play_weight_;
  std::size_t terms_ = 0;
  std::array<std::size_t, Tally::kPlayTimeMs> counters_ = {};
  std::array<std::int64_t, Tally::kPlayTimeMs> weights_ = {};
};

/// Reads the figures of a compiled query out of blocks, from the smallest table that has them
/// exactly. For one query on one thread.
class BlockQuery {
 public:
  BlockQuery(const PinTable::View& pins, const CompiledQuery& compiled, ReadTrace& trace)
      : pins_(pins),
        compiled_(compiled),
        trace_(trace),
        scan_(compiled, trace),
        accepted_events_(pins, compiled) {}

  /// Adds what the block counts for each segment: `to[segment]`.
  void Count(const Block& block, PopulationSums* to) const;

  /// Adds what the block counts for each item of a top list, to `to[item_of_version[version]]`;
  /// what lies past its end does not count.
  void CountItems(const Block& block, const std::vector<std::uint32_t>& item_of_version,
                  std::vector<PopulationSums>& to) const;
  /// The same for a weighted sum of counters alone, in which play time has no weight.
  void ScoreItems(const Block& block, const CounterWeights& weights,
                  const std::vector<std::uint32_t>& item_of_version,
                  std::vector<std::int64_t>& to) const;
  /// Both for boards, from a table of theirs. False if it does not have the figures.
  bool CountBoards(const Block& block, std::vector<PopulationSums>& to) const;
  bool ScoreBoards(const Block& block, const CounterWeights& weights,
                   std::vector<std::int64_t>& to) const;
  /// Scores again, from sums or events of the boards, as if every Pin counted: no board has more.
  /// For compiled queries that have an `only_map`.
  void ScoreBoardsAtMost(const Block& block, const DayPinIndex* pin_index,
                         const CounterWeights& weights, std::vector<std::int64_t>& to) const;
  /// Scores all boards by their Pins that count. For compiled queries as above. `pin_index` is that
  /// of the block, or null.
  void ScoreBoardPins(const Block& block, const DayPinIndex* pin_index,
                      const CounterWeights& weights, std::vector<std::int64_t>& to) const;
  /// The same of some boards, which ascend: that of `boards[i]` to `to[i]`.
  void ScoreBoardPins(const Block& block, const DayPinIndex* pin_index,
                      const CounterWeights& weights, std::span<const std::uint32_t> boards,
                      std::span<std::int64_t> to) const;
  /// Adds what the block counts for some boards, which ascend, in the same way. Any compiled query.
  void CountBoards(const Block& block, const DayPinIndex* pin_index,
                   std::span<const std::uint32_t> boards, std::span<PopulationSums> to) const;

  /// Adds what one Pin version has in the blocks.
  void CountVersion(std::span<const Block* const> blocks, std::uint32_t version,
                    PopulationSums& to) const;
  /// The same as a weighted sum, as in `ScoreItems`.
  std::int64_t ScoreVersion(std::span<const Block* const> blocks, const CounterWeights& weights,
                            std::uint32_t version) const;

  /// Calls `visit(map, runs)` for all events that can pass, together for Pins of the same segment
  /// map; by its number.
  template <typename Visit>
  void VisitRuns(const Block& block, Visit visit) const;
  /// Looks through events. Beside it, what is asked of this looks through some as well.
  EventScan& scan() const { return scan_; }

  /// Calls `visit(item, pin, version)` for what the block has of each version whose item is below
  /// `items`, in one pass over its Pins.
  template <typename Visit>
  void FindItems(const Block& block, const std::vector<std::uint32_t>& item_of_version,
                 std::uint32_t items, Visit visit) const;

  /// The version's events in the block.
  std::optional<BlockPin> Find(const Block& block, std::uint32_t version) const;
  /// Calls `visit(block, pin)` for each of the blocks that has events of the version, which has
  /// this segment map.
  template <typename Visit>
  void FindEach(std::span<const Block* const> blocks, std::uint32_t version, std::uint32_t map,
                Visit visit) const;
  /// A board's Pins in the block.
  static std::optional<BlockPins> PinsOfBoard(const Block& block, std::uint32_t board);
  /// Calls `visit(pin, version)` for each of them.
  template <typename Visit>
  void VisitBoard(const Block& block, std::uint32_t board, Visit visit) const {
    if (const auto pins = PinsOfBoard(block, board)) VisitPinsOf(block, *pins, visit);
  }

 private:
  /// Where the walk over a block's Pins stands in the tables that only some Pins are in.
  struct Position {
    std::size_t heavy = 0;
    std::size_t plays = 0;
  };

  bool CountFromTotals(const Block& block, PopulationSums* to) const;
  bool CountFromDimensions(const Block& block, PopulationSums* to) const;
  bool CountFromCombos(const Block& block, PopulationSums* to) const;
  bool CountFromClasses(const Block& block, PopulationSums* to) const;
  bool CountFromCells(const Block& block, PopulationSums* to) const;
  bool CountFromBitmaps(const Block& block, PopulationSums* to) const;
  /// Calls `visit(pin, map, version, position)` for each Pin that is not rejected and whose
  /// version is wanted; the segment map by its number.
  template <typename Wants, typename Visit>
  void VisitPins(const Block& block, Wants wants, Visit visit) const;
  template <typename Visit>
  void VisitPins(const Block& block, Visit visit) const {
    VisitPins(
        block, [](std::uint32_t) { return true; }, visit);
  }
  /// Calls `visit(i, pins)` for the Pins of `boards[i]`, if it has any in the block. Boards ascend.
  /// What is to be read of the next ones is fetched meanwhile.
  template <typename Visit>
  void VisitBoards(const Block& block, std::span<const std::uint32_t> boards, Visit visit) const;
  /// Scores all boards by all events, or by those that `edges` let count, if not null.
  void ScoreBoardRuns(const Block& block, const DayPinIndex* pin_index, const std::uint64_t* edges,
                      const CounterWeights& weights, std::vector<std::int64_t>& to) const;
  /// Calls `visit(pin, version)` for some Pins.
  template <typename Visit>
  void VisitPinsOf(const Block& block, const BlockPins& pins, Visit visit) const;
  /// Whether the block has the sums of all that the segment map lets pass of the Pin.
  bool HasSumsOf(const BlockPin& pin, std::uint32_t map) const;
  /// Adds one Pin's counters: to `to[segment]`. The segment map by its number.
  void CountPin(const Block& block, const BlockPin& pin, std::uint32_t map_number,
                Position& position, PopulationSums* to) const;

  /// Where the combos of a segment map are added up: a slot for each segment, and the last for
  /// none.
  struct ComboSlots {
    /// No dimension of events has more values than this less one.
    static constexpr std::size_t kMost = 9;
    std::array<std::uint8_t, event_code::kCombos> slot_of = {};
    std::vector<std::uint32_t> segments;  ///< By slot; relative to the segment map's first.
  };

  const ComboSlots& SlotsOf(std::uint32_t map_number) const;
  /// The rows that count of a part of `Block::kComboKeys`, which has the combos of one population.
  std::span<const RowMatch> RowsOf(std::span<const std::uint16_t> keys,
                                   std::uint32_t population) const;
  std::int64_t ScorePin(const Block& block, const BlockPin& pin, std::uint32_t map,
                        const CounterWeights& weights, Position& position) const;
  /// Where a version is looked for in one of several blocks.
  struct Search {
    BlockPins pins;
    std::optional<BlockPin> found;
  };
  void FindAll(std::span<const Block* const> blocks, std::uint32_t version) const;
  bool RejectsPopulation(std::uint32_t population) const;
  /// Adds what a block counts for a board: from the table of these, which has the figures, or for
  /// these Pins of the board.
  void CountBoardFromSums(const Block& block, std::uint32_t board, PopulationSums& to) const;
  void CountBoardPins(const Block& block, const BlockPins& pins, PopulationSums& to) const;
  /// Has memory fetch where the events of some Pins are.
  static void FetchPins(const Block& block, const BlockPins& pins);

  const PinTable::View& pins_;
  const CompiledQuery& compiled_;
  ReadTrace& trace_;
  mutable EventScan scan_;
  mutable AcceptedEvents accepted_events_;
  mutable std::vector<RankedBitmap>
      bitmaps_;  ///< Of the events that pass, by pattern of segment maps.
  /// For the same weights in all calls. Made when first needed.
  mutable std::optional<SumsScorer> sums_scorer_;
  /// By segment map. Made when first needed.
  mutable std::vector<std::unique_ptr<ComboSlots>> slots_;
  /// By population: the combos that count, as rows of a table of all combos, and their segments.
  /// Made when first needed.
  mutable std::optional<std::array<std::vector<RowMatch>, kPopulations>> combos_;
  mutable std::vector<RowMatch> combo_rows_;
  mutable RowMatches class_matches_;
  mutable std::vector<Search> searches_;
  mutable std::vector<std::optional<BlockPins>> board_pins_;  ///< Of the boards that are visited.
  /// Neighbouring Pins that have the same segment map.
  struct AlikePins {
    BlockPins pins;
    std::uint32_t map = 0;
  };
  mutable std::vector<AlikePins> alike_;   ///< Of the board that is counted.
  mutable std::vector<BlockPin> counted_;  ///< Of it, those that are counted next.
};

// ---- implementation ----

template <typename Wants, typename Visit>
void BlockQuery::VisitPins(const Block& block, Wants wants, Visit visit) const {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  // To find one of many Pins takes as long as to pass some dozens of them by.
  constexpr std::size_t kPassedPerFind = 64;
  constexpr std::size_t kFewCandidates = 8;
  const bool finds_each =
      compiled_.candidates() &&
      compiled_.candidates()->size() <= std::max(keys.size() / kPassedPerFind, kFewCandidates);
  if (finds_each) {
    for (const std::uint32_t version : *compiled_.candidates()) {
      if (!wants(version)) continue;
      const std::optional<BlockPin> pin = Find(block, version);
      if (!pin) continue;
      trace_.Add(Block::kPinKeys, 4);
      trace_.Add(Block::kPinOffsets, 4);
      Position position;
      visit(*pin, compiled_.MapOfVersion(pins_, version), version, position);
    }
    return;
  }
  const PinStarts events = block.pin_starts();
  trace_.AddAll(block, Block::kPinKeys);
  trace_.AddAll(block, Block::kPinOffsets);
  const std::vector<std::uint32_t>& maps = compiled_.MapsOfVersions(pins_);
  Position position;
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    if (!wants(keys[i]) || compiled_.segment_maps()[maps[keys[i]]].rejects_all) continue;
    visit(BlockPin{i, {events[i], events[i + 1]}}, maps[keys[i]], keys[i], position);
  }
}

template <typename Visit>
void BlockQuery::FindEach(std::span<const Block* const> blocks, std::uint32_t version,
                          std::uint32_t map, Visit visit) const {
  FindAll(blocks, version);
  // Events are fetched some blocks ahead.
  constexpr std::size_t kAhead = 3;
  for (std::size_t step = 0; step < blocks.size() + kAhead; ++step) {
    if (step < blocks.size() && searches_[step].found && !HasSumsOf(*searches_[step].found, map)) {
      EventScan::Fetch(*blocks[step], searches_[step].found->run);
    }
    // Before the first block, the difference wraps around to what is no block.
    const std::size_t visited = step - kAhead;
    if (visited < blocks.size() && searches_[visited].found) {
      visit(*blocks[visited], *searches_[visited].found);
    }
  }
}

template <typename Visit>
void BlockQuery::VisitPinsOf(const Block& block, const BlockPins& pins, Visit visit) const {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  trace_.Add(Block::kPinKeys, 4 * (pins.end - pins.begin));
  trace_.Add(Block::kPinOffsets, 2 * (pins.end - pins.begin));
  for (std::uint32_t i = pins.begin; i < pins.end; ++i) {
    visit(BlockPin{i, {events[i], events[i + 1]}}, keys[i]);
  }
}

template <typename Visit>
void BlockQuery::VisitBoards(const Block& block, std::span<const std::uint32_t> boards,
                             Visit visit) const {
  // Two steps wait for memory: from a board to its Pins, and from these to their events. So each is
  // done some boards ahead. Before the first board, a difference wraps around to what is no board.
  constexpr std::size_t kPinsAhead = 8;
  constexpr std::size_t kEventsAhead = 2;
  board_pins_.assign(boards.size(), std::nullopt);
  for (std::size_t step = 0; step < boards.size() + kPinsAhead; ++step) {
    if (step < boards.size()) {
      board_pins_[step] = PinsOfBoard(block, boards[step]);
      if (board_pins_[step]) FetchPins(block, *board_pins_[step]);
    }
    const std::size_t fetched = step - (kPinsAhead - kEventsAhead);
    if (fetched < boards.size() && board_pins_[fetched]) {
      EventScan::Fetch(block, RunOf(block, *board_pins_[fetched]));
    }
    const std::size_t visited = step - kPinsAhead;
    if (visited >= boards.size() || !board_pins_[visited]) continue;
    const BlockPins& pins = *board_pins_[visited];
    trace_.Add(Block::kPinKeys, 4 * (pins.end - pins.begin));
    trace_.Add(Block::kPinOffsets, 2 * (pins.end - pins.begin));
    visit(visited, pins);
  }
}

template <typename Visit>
void BlockQuery::VisitRuns(const Block& block, Visit visit) const {
  std::vector<std::vector<EventRun>> runs(compiled_.segment_maps().size());
  VisitPins(block, [&](const BlockPin& pin, std::uint32_t map, std::uint32_t, Position&) {
    runs[map].push_back(pin.run);
  });
  for (std::uint32_t map = 0; map < runs.size(); ++map) {
    if (!runs[map].empty()) visit(map, std::span<const EventRun>(runs[map]));
  }
}

template <typename Visit>
void BlockQuery::FindItems(const Block& block, const std::vector<std::uint32_t>& item_of_version,
                           std::uint32_t items, Visit visit) const {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  trace_.AddAll(block, Block::kPinKeys);
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    if (item_of_version[keys[i]] >= items) continue;
    visit(item_of_version[keys[i]], BlockPin{i, {events[i], events[i + 1]}}, keys[i]);
  }
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_BLOCK_QUERY_H_
