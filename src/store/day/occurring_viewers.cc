#include "store/day/occurring_viewers.h"

#include "store/block/viewer_cursor.h"
#include "store/kernels/bitmap_kernels.h"

namespace pinmetrics {

OccurringViewers::OccurringViewers(std::uint32_t viewer_limit)
    : words_((viewer_limit / kChunkViewers + 1) * kChunkWords) {}

void OccurringViewers::Add(const Block& block) {
  constexpr std::uint32_t kSets = 4;  // Of both populations, all and those who engaged.
  for (std::uint32_t set = 0; set < kSets; ++set) {
    for (ViewerSetCursor cursor(block, set); !cursor.done(); cursor.Next()) {
      cursor.AddTo(words_.data() + cursor.chunk() * kChunkWords);
    }
  }
}

}  // namespace pinmetrics
