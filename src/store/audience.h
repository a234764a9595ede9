#ifndef PINMETRICS_SRC_STORE_AUDIENCE_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "pinmetrics/store/block.h"

namespace pinmetrics {

/// Viewer numbers in no order and with repeats, to be read in chunks like a stored set.
class CollectedViewers {
 public:
  CollectedViewers(const std::vector<std::uint32_t>& viewers, std::uint32_t viewer_limit);

  bool done() const { return chunk_ + std::size_t{1} == starts_.size(); }
  std::uint32_t chunk() const { return chunk_; }
  const std::uint64_t* bitmap() const { return nullptr; }
  void OrInto(std::uint64_t* words) const;
  void Next();

 private:
  void SkipEmpty();

  std::uint32_t chunk_ = 0;
  /// Where the viewers of each chunk start; then their number.
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint16_t> viewers_;
};

/// The viewers of a group of lists whose combo passes.
struct ListedViewers {
  ViewerListCursor lists;
  std::shared_ptr<const std::vector<std::uint8_t>> passes;

  bool done() const { return lists.done(); }
  std::uint32_t chunk() const { return lists.chunk(); }
  const std::uint64_t* bitmap() const { return nullptr; }
  void OrInto(std::uint64_t* words) const { lists.OrInto(passes->data(), words); }
  void Next() { lists.Next(); }
};

/// Any of the forms in which some of a day's viewers are known; read once, from the first chunk on.
using ViewerSource = std::variant<ViewerSetCursor, ListedViewers, CollectedViewers>;

/// All viewers of a day: the union of its sources.
using DayViewers = std::vector<ViewerSource>;

/// Days `first..last` of a list of days, by index, both included.
struct DaySpan {
  std::int64_t first = 0;
  std::int64_t last = -1;
};

/// How many distinct viewers each of `spans` has. Reads every day once, chunk by chunk, so that all
/// that is united stays in the processor's caches.
std::vector<std::int64_t> CountViewers(std::vector<DayViewers> days, std::vector<DaySpan> spans);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_H_
