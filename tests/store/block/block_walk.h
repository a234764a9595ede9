#ifndef PINMETRICS_TESTS_STORE_BLOCK_BLOCK_WALK_H_
#define PINMETRICS_TESTS_STORE_BLOCK_BLOCK_WALK_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "store/block/bit_sliced_codes.h"
#include "store/block/block.h"
#include "store/block/block_format.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/sections.h"
#include "store/block/viewer_cursor.h"
#include "store/block/write_block.h"
#include "tests/store/block/chunk_bits.h"

/// All that can be read of a block, for bytes that nobody vouches for.

namespace pinmetrics {

/// Makes length and checksum right, whatever the bytes are, so that the checks behind them are
/// reached.
inline void Sign(std::span<std::byte> bytes) {
  if (bytes.size() < sizeof(BlockHeader)) return;
  const std::uint64_t size = bytes.size();
  std::memcpy(bytes.data() + offsetof(BlockHeader, bytes), &size, sizeof(size));
  Seal(bytes);
}

namespace block_walk_internal {

/// Adds up what is read, so that no read is left out.
template <typename T>
void Read(const Block& block, Block::Table table, std::uint64_t& sum) {
  for (const T& value : block.Get<T>(table)) sum += value;
}

/// What `words` has beyond the viewers that the block may name.
inline bool HasStrangers(const Block& block, std::uint32_t chunk, const ChunkBits& words) {
  std::size_t word = words.size();
  while (word > 0 && words[word - 1] == 0) --word;
  if (word == 0) return false;
  const auto above = static_cast<std::size_t>(std::countl_zero(words[word - 1]));
  return chunk * kChunkViewers + 64 * word - 1 - above >= block.viewer_limit();
}

inline std::string WalkSet(const Block& block, std::uint32_t set, std::uint64_t& sum) {
  std::int64_t before = -1;
  for (ViewerSetCursor cursor(block, set); !cursor.done(); cursor.Next()) {
    if (cursor.chunk() <= before) return "chunks of a set do not ascend";
    before = cursor.chunk();
    const ChunkBits words = BitsOf(cursor);
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      count += static_cast<std::uint32_t>(std::popcount(words[i]));
      if (cursor.bitmap() != nullptr) sum += cursor.bitmap()[i];
    }
    if (count != cursor.count()) return "a chunk of a set has another count";
    if (HasStrangers(block, cursor.chunk(), words)) return "a set has a viewer out of range";
  }
  return "";
}

inline std::string WalkLists(const Block& block, std::uint32_t group, const ComboSet& combos,
                             std::uint64_t& sum) {
  const std::size_t classes = block.Get<std::uint32_t>(Block::kClassKeys).size();
  std::int64_t before = -1;
  for (ViewerListCursor cursor(block, group); !cursor.done(); cursor.Next()) {
    if (cursor.chunk() <= before) return "chunks of a group do not ascend";
    before = cursor.chunk();
    const ChunkBits words = BitsOf(cursor, combos);
    if (HasStrangers(block, cursor.chunk(), words)) return "a list has a viewer out of range";
    bool has_strange_classes = false;
    std::size_t viewers = 0;
    cursor.VisitPassing(
        combos, [&](std::span<const std::uint16_t> run, const std::uint8_t* class_of_viewer) {
          viewers += run.size();
          for (std::size_t i = 0; class_of_viewer != nullptr && i < run.size(); ++i) {
            has_strange_classes |= class_of_viewer[i] >= classes;
            sum += class_of_viewer[i];
          }
        });
    if (has_strange_classes) return "a listed viewer's class is out of range";
    if (viewers > cursor.viewers()) return "more viewers are listed than a chunk has";
  }
  return "";
}

/// What queries rely on without looking.
inline std::string WalkPins(const Block& block) {
  const auto pins = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  const auto heavy = block.Get<std::uint32_t>(Block::kHeavyPins);
  const auto plays = block.Get<std::uint32_t>(Block::kPlayPins);
  const auto starts = block.Get<std::uint32_t>(Block::kPlayStarts);
  const auto times = block.Get<std::uint32_t>(Block::kPlayTimes);
  CodeReader codes(block.codes());
  const auto boards = block.Get<std::uint32_t>(Block::kBoards);
  const auto board_pins = block.Get<std::uint32_t>(Block::kBoardPins);
  for (std::size_t i = 0; i < boards.size(); ++i) {
    if (boards[i] >= block.board_limit()) return "a board is out of range";
    for (std::uint32_t pin = board_pins[i]; pin < board_pins[i + 1]; ++pin) {
      if (pin > board_pins[i] && pins[pin] <= pins[pin - 1]) return "a board's Pins do not ascend";
    }
  }
  if (board_pins.back() != pins.size()) return "a Pin has no board";
  std::size_t next_heavy = 0;
  std::size_t next_play = 0;
  CounterSums sums{};
  for (std::uint32_t pin = 0; pin < pins.size(); ++pin) {
    if (pins[pin] >= block.pin_limit()) return "a Pin is out of range";
    if (events[pin + 1] - events[pin] >= Block::kHeavy) {
      if (next_heavy == heavy.size() || heavy[next_heavy] != pin) return "a heavy Pin has no sums";
      AddSums(block.Get<PackedSums>(Block::kHeavySums)[next_heavy++], sums);
    }
    std::uint32_t play =
        next_play < plays.size() && plays[next_play] == pin ? starts[next_play] : 0;
    bool played = false;
    for (std::uint32_t i = events[pin]; i < events[pin + 1]; ++i) {
      const std::uint16_t code = codes[i];
      if (code >= event_code::kCodes) return "a code is out of range";
      if (block.code(i) != code) return "a code is read in two ways";
      if (!event_code::IsPlayback(code)) continue;
      if (next_play == plays.size() || plays[next_play] != pin) return "a playback has no time";
      CountKind(code / event_code::kCombos, times[play++], sums);
      played = true;
    }
    if (!played) continue;
    if (play != starts[++next_play]) return "a Pin has other playbacks than times";
  }
  return next_heavy == heavy.size() && next_play == plays.size() ? ""
                                                                 : "a Pin is listed for nothing";
}

/// Tables whose elements belong together are equally long, and cells divide into classes.
inline std::string WalkSums(const Block& block) {
  CounterSums sums{};
  for (std::uint32_t i = 0; i < Block::kProjections; ++i) {
    const Block::KeyedSums keyed = block.Sums(static_cast<Block::Projection>(i));
    for (const PackedSums& element : keyed.sums) AddSums(element, sums);
    if (keyed.sums.size() != keyed.keys.size()) return "keys and sums differ in number";
  }
  const Block::Totals& totals = block.totals();
  for (const CounterSums& population : totals.sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += population[i];
  }
  for (const std::uint32_t key : block.Get<std::uint32_t>(Block::kComboKeys)) {
    if (key >= kPopulations * event_code::kCombos) return "a combo is out of range";
  }
  for (const std::uint32_t key : block.Get<std::uint32_t>(Block::kDimensionKeys)) {
    if (key >= kPopulations * event_code::kDimensionValues) return "a value is out of range";
  }
  for (const std::uint16_t combo : block.Get<std::uint16_t>(Block::kCellCombos)) {
    if (combo >= event_code::kCombos) return "a cell's combo is out of range";
  }
  const auto classes = block.Get<std::uint32_t>(Block::kClassKeys);
  for (const std::uint32_t key : classes) {
    if (key >= block.class_limit()) return "a class is out of range";
  }
  const auto starts = block.Get<std::uint32_t>(Block::kClassWords);
  if (!starts.empty()) {
    if (starts.size() != classes.size() * PackedSums::kWords + 1) return "a class has no words";
    std::uint64_t words = 0;
    for (std::size_t part = 0; part + 1 < starts.size(); ++part) {
      for (std::uint32_t cell = starts[part]; cell < starts[part + 1]; ++cell) {
        words += block.Get<std::uint32_t>(Block::kCellWords)[cell] +
                 block.Get<std::uint16_t>(Block::kCellCombos)[cell];
      }
    }
    sums[0] += static_cast<std::int64_t>(words % 2);
  }
  for (const std::uint32_t key : block.Get<std::uint32_t>(Block::kBoardKeys)) {
    if (key / kPopulations >= block.board_limit()) return "a board is out of range";
  }
  return "";
}

}  // namespace block_walk_internal

/// Reads all of an opened block in every way there is. Returns the promise that it breaks, or "".
inline std::string WalkBlock(const Block& block) {
  namespace internal = block_walk_internal;
  volatile std::uint64_t sink = 0;
  std::uint64_t sum = static_cast<std::uint64_t>(block.day() - absl::CivilDay(1970, 1, 1));
  for (std::uint32_t i = 0; i < block.events(); ++i) {
    if (block.viewer(i) >= block.viewer_limit()) return "a viewer is out of range";
  }
  for (const Block::Table table :
       {Block::kComboKeys, Block::kDimensionKeys, Block::kClassKeys, Block::kClassWords,
        Block::kCellWords, Block::kBoardKeys, Block::kBoards, Block::kBoardPins, Block::kPinKeys,
        Block::kPinBases, Block::kHeavyPins, Block::kPlayPins, Block::kPlayStarts,
        Block::kPlayTimes}) {
    internal::Read<std::uint32_t>(block, table, sum);
  }
  for (const Block::Table table : {Block::kCellCombos, Block::kPinOffsets}) {
    internal::Read<std::uint16_t>(block, table, sum);
  }
  for (std::uint32_t i = 0; i < Block::kTables; ++i) {
    const auto table = static_cast<Block::Table>(i);
    for (std::uint32_t part = 0; part < Block::PartsOf(table); ++part) {
      for (const std::byte byte : block.At(table, part)) sum += static_cast<std::uint64_t>(byte);
    }
  }
  std::string broken = internal::WalkSums(block);
  if (broken.empty()) broken = internal::WalkPins(block);
  ComboSet all;
  ComboSet some;
  for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
    all.Add(combo);
    if (combo % 3 == 0 || combo < event_code::kCombos / 2) some.Add(combo);
  }
  for (std::uint32_t i = 0; i < 4 && broken.empty(); ++i) {
    broken = internal::WalkSet(block, i, sum);
    if (broken.empty()) broken = internal::WalkLists(block, i, all, sum);
    if (broken.empty()) broken = internal::WalkLists(block, i, some, sum);
  }
  std::vector<BlockRow> rows;
  UnpackRows(block, rows);
  if (rows.size() != block.events()) return "the rows are not as many as the events";
  for (const BlockRow& row : rows) sum += row.play_ms;
  sink = sum;
  (void)sink;
  return broken;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_BLOCK_BLOCK_WALK_H_
