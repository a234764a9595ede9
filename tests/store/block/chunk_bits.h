#ifndef PINMETRICS_TESTS_STORE_BLOCK_CHUNK_BITS_H_
#define PINMETRICS_TESTS_STORE_BLOCK_CHUNK_BITS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "store/block/block.h"
#include "store/block/viewer_cursor.h"

namespace pinmetrics {

using ChunkBits = std::array<std::uint64_t, kChunkWords>;

inline void SetBits(std::span<const std::uint16_t> viewers, ChunkBits& bits) {
  for (const std::uint16_t viewer : viewers) {
    bits[viewer / std::size_t{64}] |= std::uint64_t{1} << viewer % 64;
  }
}

/// The chunk that a set stands at, in whichever form it is stored.
inline ChunkBits BitsOf(const ViewerSetCursor& set) {
  ChunkBits bits = {};
  if (set.bitmap() != nullptr) {
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = set.bitmap()[i];
  }
  SetBits(set.array(), bits);
  return bits;
}

/// What passes of the chunk that lists stand at.
inline ChunkBits BitsOf(const ViewerListCursor& lists, const ComboSet& combos) {
  ChunkBits bits = {};
  lists.VisitPassing(combos, [&bits](std::span<const std::uint16_t> run, const std::uint8_t*) {
    SetBits(run, bits);
  });
  return bits;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_BLOCK_CHUNK_BITS_H_
