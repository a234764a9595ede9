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
#include "store/block/block_rows.h"

namespace pinmetrics {

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

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_WRITE_BLOCK_H_
