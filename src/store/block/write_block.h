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
#include "store/block/block_bytes.h"
#include "store/block/block_rows.h"

namespace pinmetrics {

/// A block with the bytes it views.
class PackedBlock {
 public:
  explicit PackedBlock(BlockBytes bytes);
  PackedBlock(const PackedBlock&) = delete;
  PackedBlock& operator=(const PackedBlock&) = delete;

  const Block& block() const { return block_; }
  std::span<const std::byte> bytes() const { return bytes_.bytes(); }
  std::size_t heap_bytes() const { return bytes_.heap_bytes(); }

 private:
  BlockBytes bytes_;
  Block block_;
};

/// Packs the events of one day, which stand in some parts, in any order. They are at most
/// `kMostBlockEvents` of `block_format.h`: `LiveDays` opens no chunk with which a day would have
/// more (`StoreLimits::events_of_a_day`). O(events).
std::shared_ptr<const PackedBlock> WriteBlock(
    absl::CivilDay day, std::span<const std::span<const BlockRow>> parts, const BlockLimits& limits,
    const std::function<PinTraits(std::uint32_t)>& traits);

/// The same, of events that stand together.
std::shared_ptr<const PackedBlock> WriteBlock(
    absl::CivilDay day, std::span<const BlockRow> rows, const BlockLimits& limits,
    const std::function<PinTraits(std::uint32_t)>& traits);

/// What packing so many events takes at most while it lasts, the block among it, in bytes.
std::size_t MostBytesToPack(std::size_t events, const BlockLimits& limits);

/// Takes a block apart again, into rows that pack to the same figures.
void UnpackRows(const Block& block, std::vector<BlockRow>& rows);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_WRITE_BLOCK_H_
