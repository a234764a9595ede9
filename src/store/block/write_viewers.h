#ifndef PINMETRICS_SRC_STORE_BLOCK_WRITE_VIEWERS_H_
#define PINMETRICS_SRC_STORE_BLOCK_WRITE_VIEWERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/block/block.h"
#include "store/block/block_format.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/viewer_cursor.h"

namespace pinmetrics {

/// The events of a block that is being packed, in its order, as far as viewers are concerned.
struct ViewedEvents {
  std::span<const PinRows> pins;         ///< In the order of the block.
  std::span<const std::uint16_t> codes;  ///< Of each event.
  const std::byte* viewers;              ///< In the form of `Block::kViewers`.
  std::uint32_t viewer_bytes;
  std::uint32_t viewer_limit;
};

/// What a block says of its viewers: the sections of the tables of these names.
struct ViewerTables {
  using Parts = std::array<std::vector<std::byte>, Block::kViewerParts>;

  Parts sets;
  Parts lists;
  Parts list_classes;                                           ///< Empty, unless asked for.
  std::array<std::uint64_t, kPopulations> viewer_counts = {};   ///< `Block::Totals::viewers`.
  std::array<std::uint64_t, kPopulations> engaged_counts = {};  ///< `Block::Totals::engaged`.
};

/// What all lists take at most: 2 bytes an event, and for each chunk of viewers that there can be,
/// in each of four groups, its head and the place of a list for every combo.
constexpr std::uint64_t MostListBytes(std::uint64_t events, std::uint64_t viewer_limit) {
  constexpr std::uint64_t kChunkBytes = 8 + event_code::kCombos * sizeof(std::uint32_t);
  constexpr std::uint64_t kFixedBytes = Block::kViewerParts * 24;  // Sizes and padding.
  const std::uint64_t chunks = viewer_limit / kChunkViewers + 1;
  return kFixedBytes + chunks * Block::kViewerParts * kChunkBytes + events * sizeof(std::uint16_t);
}
// The bytes of directories of lists are counted in 32 bits.
static_assert(MostListBytes(kMostBlockEvents, std::uint64_t{1} << 32) <= 0xffffffff);

/// `with_classes`: needs at most `Block::kMaxListClasses` of them.
ViewerTables WriteViewers(const ViewedEvents& events, bool with_classes);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_WRITE_VIEWERS_H_
