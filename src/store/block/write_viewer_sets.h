#ifndef PINMETRICS_SRC_STORE_BLOCK_WRITE_VIEWER_SETS_H_
#define PINMETRICS_SRC_STORE_BLOCK_WRITE_VIEWER_SETS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/block/block.h"
#include "store/block/viewer_cursor.h"

namespace pinmetrics {

/// Writes the four viewer sets of `Block::kSets`, chunk by chunk.
class ViewerSetsWriter {
 public:
  static constexpr std::size_t kSets = Block::kViewerParts;

  /// The bits of a set in the chunk at hand.
  std::uint64_t* bits(std::size_t set) { return sets_[set].bits.data(); }
  const std::uint64_t* bits(std::size_t set) const { return sets_[set].bits.data(); }

  /// Takes the bits up as those of `chunk`, and clears them. Chunks ascend.
  void EndChunk(std::uint16_t chunk);

  /// The sections of all chunks that were ended.
  std::array<std::vector<std::byte>, kSets> Sections() const;

 private:
  struct Set {
    std::vector<ViewerSetCursor::Chunk> chunks;
    std::vector<std::byte> payload;
    std::array<std::uint64_t, kChunkWords> bits = {};
  };

  std::array<Set, kSets> sets_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_WRITE_VIEWER_SETS_H_
