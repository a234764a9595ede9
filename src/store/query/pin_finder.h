#ifndef PINMETRICS_SRC_STORE_QUERY_PIN_FINDER_H_
#define PINMETRICS_SRC_STORE_QUERY_PIN_FINDER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "store/block/block.h"
#include "store/dictionary/pin_table.h"
#include "store/query/compiled_query.h"
#include "store/query/event_scan.h"
#include "store/query/read_trace.h"

namespace pinmetrics {

/// Finds the Pins of blocks that a compiled query may let pass, and their events. For one query on
/// one thread.
class PinFinder {
 public:
  PinFinder(const PinTable::View& pins, const CompiledQuery& compiled, ReadTrace& trace)
      : pins_(pins), compiled_(compiled), trace_(trace) {}

  /// Where a walk over a block's Pins stands in the tables that only some Pins are in.
  struct Position {
    std::size_t heavy = 0;
    std::size_t plays = 0;
  };

  /// Calls `visit(pin, map, version, position)` for each Pin that is not rejected and whose
  /// version is wanted; the segment map by its number.
  template <typename Wants, typename Visit>
  void VisitPins(const Block& block, Wants wants, Visit visit);
  template <typename Visit>
  void VisitPins(const Block& block, Visit visit) {
    VisitPins(
        block, [](std::uint32_t) { return true; }, visit);
  }
  /// Calls `visit(map, runs)` for all events that can pass, together for Pins of the same segment
  /// map; by its number.
  template <typename Visit>
  void VisitRuns(const Block& block, Visit visit);

  /// Calls `visit(item, pin, version)` for what the block has of each version whose item is below
  /// `items`, in one pass over its Pins.
  template <typename Visit>
  void FindItems(const Block& block, const std::vector<std::uint32_t>& item_of_version,
                 std::uint32_t items, Visit visit);

  /// The version's events in the block.
  std::optional<BlockPin> Find(const Block& block, std::uint32_t version) const;
  /// Calls `visit(block, pin)` for each of the blocks that has events of the version, which has
  /// this segment map.
  template <typename Visit>
  void FindEach(std::span<const Block* const> blocks, std::uint32_t version, std::uint32_t map,
                Visit visit);

  /// A board's Pins in the block.
  static std::optional<BlockPins> PinsOfBoard(const Block& block, std::uint32_t board);
  /// Calls `visit(pin, version)` for each of them.
  template <typename Visit>
  void VisitBoard(const Block& block, std::uint32_t board, Visit visit);
  /// Calls `visit(i, pins)` for the Pins of `boards[i]`, if it has any in the block. Boards ascend.
  /// What is to be read of the next ones is fetched meanwhile.
  template <typename Visit>
  void VisitBoards(const Block& block, std::span<const std::uint32_t> boards, Visit visit);

  /// Whether the block has the sums of all that the segment map lets pass of the Pin.
  bool HasSumsOf(const BlockPin& pin, std::uint32_t map) const {
    return compiled_.segment_maps()[map].accepts_all &&
           pin.run.end - pin.run.begin >= Block::kHeavy;
  }

 private:
  /// Where a version is looked for in one of several blocks.
  struct Search {
    BlockPins pins;
    std::optional<BlockPin> found;
  };
  void FindAll(std::span<const Block* const> blocks, std::uint32_t version);
  /// Has memory fetch where the events of some Pins are.
  static void FetchPins(const Block& block, const BlockPins& pins);

  const PinTable::View& pins_;
  const CompiledQuery& compiled_;
  ReadTrace& trace_;
  std::vector<Search> searches_;
  std::vector<std::optional<BlockPins>> board_pins_;  ///< Of the boards that are visited.
  std::vector<std::uint32_t> accepted_;               ///< Of a block's Pins, by index.
};

// ---- implementation ----

template <typename Wants, typename Visit>
void PinFinder::VisitPins(const Block& block, Wants wants, Visit visit) {
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
  // Which Pins are accepted is hard to predict: they are found without a branch before the first of
  // them is visited.
  const std::vector<std::uint8_t>& accepts = compiled_.Accepted(pins_).versions;
  accepted_.resize(keys.size());
  std::size_t found = 0;
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    accepted_[found] = i;
    found += accepts[keys[i]];
  }
  const std::vector<std::uint32_t>& maps = compiled_.MapsOfVersions(pins_);
  Position position;
  for (const std::uint32_t i : std::span(accepted_).first(found)) {
    if (!wants(keys[i])) continue;
    visit(BlockPin{i, {events[i], events[i + 1]}}, maps[keys[i]], keys[i], position);
  }
}

template <typename Visit>
void PinFinder::FindEach(std::span<const Block* const> blocks, std::uint32_t version,
                         std::uint32_t map, Visit visit) {
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
void PinFinder::VisitBoard(const Block& block, std::uint32_t board, Visit visit) {
  const std::optional<BlockPins> of_board = PinsOfBoard(block, board);
  if (!of_board) return;
  const BlockPins& pins = *of_board;
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  trace_.Add(Block::kPinKeys, 4 * (pins.end - pins.begin));
  trace_.Add(Block::kPinOffsets, 2 * (pins.end - pins.begin));
  for (std::uint32_t i = pins.begin; i < pins.end; ++i) {
    visit(BlockPin{i, {events[i], events[i + 1]}}, keys[i]);
  }
}

template <typename Visit>
void PinFinder::VisitBoards(const Block& block, std::span<const std::uint32_t> boards,
                            Visit visit) {
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
void PinFinder::VisitRuns(const Block& block, Visit visit) {
  std::vector<std::vector<EventRun>> runs(compiled_.segment_maps().size());
  VisitPins(block, [&](const BlockPin& pin, std::uint32_t map, std::uint32_t, Position&) {
    runs[map].push_back(pin.run);
  });
  for (std::uint32_t map = 0; map < runs.size(); ++map) {
    if (!runs[map].empty()) visit(map, std::span<const EventRun>(runs[map]));
  }
}

template <typename Visit>
void PinFinder::FindItems(const Block& block, const std::vector<std::uint32_t>& item_of_version,
                          std::uint32_t items, Visit visit) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  trace_.AddAll(block, Block::kPinKeys);
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    if (item_of_version[keys[i]] >= items) continue;
    visit(item_of_version[keys[i]], BlockPin{i, {events[i], events[i + 1]}}, keys[i]);
  }
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_PIN_FINDER_H_
