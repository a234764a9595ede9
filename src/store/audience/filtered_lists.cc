#include "store/audience/filtered_lists.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace pinmetrics {

FilteredLists::FilteredLists(const ViewerListCursor& lists, std::shared_ptr<const ComboSet> combos,
                             std::shared_ptr<const ClassSet> classes)
    : lists_(lists), combos_(std::move(combos)), classes_(std::move(classes)) {}

void FilteredLists::Announce(PrefetchQueue& prefetches) {
  FindRuns();
  for (const Run& run : runs_) {
    prefetches.Add(run.viewers);
    if (classes_) prefetches.Add(std::span(run.classes, run.viewers.size()));
  }
}

void FilteredLists::Read(ChunkOfDay& day) {
  FindRuns();
  if (!classes_) {
    for (const Run& run : runs_) day.AddRun(run.viewers);
    return;
  }
  picked_.resize(std::max(picked_.size(), lists_.viewers() + ClassKernels::kSpare));
  const ClassKernels& kernels = BestClassKernels();
  std::size_t picked = 0;
  for (const Run& run : runs_) {
    picked += kernels.pick(run.viewers, run.classes, *classes_, picked_.data() + picked);
  }
  if (picked > 0) day.AddRun(std::span<const std::uint16_t>(picked_).first(picked));
}

void FilteredLists::Next() {
  lists_.Next();
  has_runs_ = false;
}

void FilteredLists::FindRuns() {
  if (has_runs_) return;
  runs_.clear();
  lists_.VisitPassing(*combos_,
                      [this](std::span<const std::uint16_t> viewers, const std::uint8_t* classes) {
                        runs_.push_back({viewers, classes});
                      });
  has_runs_ = true;
}

}  // namespace pinmetrics
