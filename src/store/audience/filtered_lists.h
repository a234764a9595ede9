#ifndef PINMETRICS_SRC_STORE_AUDIENCE_FILTERED_LISTS_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_FILTERED_LISTS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "store/audience/viewer_chunk.h"
#include "store/block/viewer_cursor.h"
#include "store/kernels/class_kernels.h"

namespace pinmetrics {

/// The viewers of a group of lists whose combo passes, and whose class does, if classes are given.
class FilteredLists {
 public:
  FilteredLists(const ViewerListCursor& lists, std::shared_ptr<const ComboSet> combos,
                std::shared_ptr<const ClassSet> classes = nullptr);

  bool done() const { return lists_.done(); }
  std::uint32_t chunk() const { return lists_.chunk(); }
  /// Adds those of this chunk to a day; they are there until the next call.
  void Read(ChunkOfDay& day);
  void Next() { lists_.Next(); }

 private:
  ViewerListCursor lists_;
  std::shared_ptr<const ComboSet> combos_;
  std::shared_ptr<const ClassSet> classes_;
  /// Those of the chunk that pass both, and room to spare.
  std::vector<std::uint16_t> picked_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_FILTERED_LISTS_H_
