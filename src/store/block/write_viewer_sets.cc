#include "store/block/write_viewer_sets.h"

#include <bit>

#include "store/block/block_format.h"
#include "store/kernels/bitmap_kernels.h"

namespace pinmetrics {

void ViewerSetsWriter::EndChunk(std::uint16_t chunk) {
  for (Set& set : sets_) {
    const std::uint64_t viewers = BestBitmapKernels().count(set.bits.data(), kChunkWords);
    if (viewers == 0) continue;
    set.chunks.push_back({chunk, static_cast<std::uint16_t>(viewers - 1)});
    if (viewers > ViewerSetCursor::kMaxArray) {
      AppendBytes(set.payload, set.bits);
    } else {
      std::vector<std::uint16_t> array;
      array.reserve(viewers);
      for (std::uint32_t word = 0; word < kChunkWords; ++word) {
        for (std::uint64_t bits = set.bits[word]; bits != 0; bits &= bits - 1) {
          const auto bit = static_cast<std::uint32_t>(std::countr_zero(bits));
          array.push_back(static_cast<std::uint16_t>(word * 64 + bit));
        }
      }
      AppendAll(set.payload, array);
      Pad(set.payload);
    }
    set.bits = {};
  }
}

std::array<std::vector<std::byte>, ViewerSetsWriter::kSets> ViewerSetsWriter::Sections() const {
  std::array<std::vector<std::byte>, kSets> parts;
  for (std::size_t i = 0; i < kSets; ++i) {
    AppendBytes(parts[i], std::uint64_t{sets_[i].chunks.size()});
    AppendAll(parts[i], sets_[i].chunks);
    Pad(parts[i]);
    AppendAll(parts[i], sets_[i].payload);
  }
  return parts;
}

}  // namespace pinmetrics
