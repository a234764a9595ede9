#ifndef PINMETRICS_SRC_STORE_BLOCK_WRITE_BLOCK_H_
#define PINMETRICS_SRC_STORE_BLOCK_WRITE_BLOCK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "absl/time/civil_time.h"
#include "store/block/block.h"

namespace pinmetrics {

/// One event, ready to be packed.
struct BlockRow {
  std::uint32_t pin = 0;     ///< Dense number of the Pin's version.
  std::uint32_t viewer = 0;  ///< Dense number from 1; 0: unknown.
  std::uint32_t play_ms = 0;
  std::uint16_t code = 0;
};

/// Room for rows that are all written before they are read: nothing is stored in it until then.
class RowRoom {
 public:
  RowRoom() = default;
  explicit RowRoom(std::size_t rows)
      : memory_(std::make_unique_for_overwrite<std::byte[]>(rows * sizeof(BlockRow))) {}

  BlockRow* data() const { return reinterpret_cast<BlockRow*>(memory_.get()); }

 private:
  std::unique_ptr<std::byte[]> memory_;
};

/// What packing must know of a Pin version.
struct PinTraits {
  std::uint32_t pin = 0;  ///< The same for all versions of a Pin.
  std::uint32_t board = 0;
  std::uint32_t pin_class = 0;
  bool saved = false;
};

/// The exclusive upper bounds of a block's numbers, as in `Block`.
struct BlockLimits {
  std::uint32_t pins = 0;
  std::uint32_t classes = 0;
  std::uint32_t boards = 0;
  std::uint32_t viewers = 0;
};

/// A block with the bytes it views.
class PackedBlock {
 public:
  explicit PackedBlock(std::vector<std::uint64_t> words);
  PackedBlock(const PackedBlock&) = delete;
  PackedBlock& operator=(const PackedBlock&) = delete;

  const Block& block() const { return block_; }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(words_)); }

 private:
  std::vector<std::uint64_t> words_;
  Block block_;
};

/// Packs the events of one day, which stand in some parts, in any order. O(events), 35 to 55 bytes
/// for each on a day with many, the block among them, and four counters for each 65 536 viewers
/// that there can be.
std::shared_ptr<const PackedBlock> WriteBlock(
    absl::CivilDay day, std::span<const std::span<const BlockRow>> parts, const BlockLimits& limits,
    const std::function<PinTraits(std::uint32_t)>& traits);

/// The same, of events that stand together.
std::shared_ptr<const PackedBlock> WriteBlock(
    absl::CivilDay day, std::span<const BlockRow> rows, const BlockLimits& limits,
    const std::function<PinTraits(std::uint32_t)>& traits);

/// Takes a block apart again, into rows that pack to the same figures.
void UnpackRows(const Block& block, std::vector<BlockRow>& rows);

/// Counts events of a kind of `event_code` into the counters, all but their play time.
inline void CountEvents(std::uint32_t kind, std::int64_t events, CounterSums& to) {
  if (kind < event_code::kFirstPlaybackKind) {
    to[kind] += events;
    return;
  }
  const std::uint32_t met = kind - event_code::kFirstPlaybackKind;
  to[Tally::kPlaybacks] += events;
  to[Tally::kVideoViews] += (met & 1) * events;
  to[Tally::kTenSecondPlays] += (met >> 1 & 1) * events;
  to[Tally::kPlayedTo95Percent] += (met >> 2) * events;
}

/// Counts one event of a kind of `event_code` into the counters.
inline void CountKind(std::uint32_t kind, std::uint32_t play_ms, CounterSums& to) {
  CountEvents(kind, 1, to);
  if (kind >= event_code::kFirstPlaybackKind) to[Tally::kPlayTimeMs] += play_ms;
}

/// True for the kinds that are engagements.
constexpr bool IsEngagementKind(std::uint32_t kind) {
  return kind != 0 && kind < event_code::kFirstPlaybackKind;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_WRITE_BLOCK_H_
