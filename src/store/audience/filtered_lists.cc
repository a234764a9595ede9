#include "store/audience/filtered_lists.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace pinmetrics {

FilteredLists::FilteredLists(const ViewerListCursor& lists, std::shared_ptr<const ComboSet> combos,
                             std::shared_ptr<const ClassSet> classes)
    : lists_(lists), combos_(std::move(combos)), classes_(std::move(classes)) {}

void FilteredLists::Read(ChunkOfDay& day) {
  if (!classes_) {
    lists_.VisitPassing(*combos_, [&day](std::span<const std::uint16_t> viewers,
                                         const std::uint8_t*) { day.AddRun(viewers); });
    return;
  }
  picked_.resize(std::max(picked_.size(), lists_.viewers() + ClassKernels::kSpare));
  const ClassKernels& kernels = BestClassKernels();
  std::size_t picked = 0;
  lists_.VisitPassing(
      *combos_, [&](std::span<const std::uint16_t> viewers, const std::uint8_t* classes) {
        picked += kernels.pick(viewers, classes, *classes_, picked_.data() + picked);
      });
  if (picked > 0) day.AddRun(std::span<const std::uint16_t>(picked_).first(picked));
}

}  // namespace pinmetrics
