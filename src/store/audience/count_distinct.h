#ifndef PINMETRICS_SRC_STORE_AUDIENCE_COUNT_DISTINCT_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_COUNT_DISTINCT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "store/audience/day_spans.h"
#include "store/audience/filtered_lists.h"
#include "store/block/block.h"
#include "store/block/viewer_cursor.h"

namespace pinmetrics {

/// Viewer numbers in no order and with repeats, to be read in chunks like a stored set.
class CollectedViewers {
 public:
  CollectedViewers(const std::vector<std::uint32_t>& viewers, std::uint32_t viewer_limit);

  bool done() const { return chunk_ + std::size_t{1} == starts_.size(); }
  std::uint32_t chunk() const { return chunk_; }
  /// Of this chunk: those below it times `kChunkViewers` are left off.
  std::span<const std::uint16_t> viewers() const {
    return std::span(viewers_).subspan(starts_[chunk_], starts_[chunk_ + 1] - starts_[chunk_]);
  }
  void Next();

 private:
  void SkipEmpty();

  std::uint32_t chunk_ = 0;
  /// Where the viewers of each chunk start; then their number.
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint16_t> viewers_;
};

/// Any of the forms in which some of a day's viewers are known; read once, from the first chunk on.
using ViewerSource = std::variant<ViewerSetCursor, FilteredLists, CollectedViewers>;

/// The viewers of a day. What the sources of one audience have in common counts once.
struct DayViewers {
  std::vector<ViewerSource> engaged;
  /// Everybody, or those who did not engage: `AudienceQuestion::others_are_all`.
  std::vector<ViewerSource> others;
};

/// What is to be counted over some days.
struct AudienceQuestion {
  std::vector<DaySpan> spans = {};
  bool total = true;    ///< Everybody.
  bool engaged = true;  ///< Those who engaged.
  /// Whether `DayViewers::others` has those who engaged as well.
  bool others_are_all = true;
};

/// Distinct viewers of each span; empty if not asked for.
struct AudienceCounts {
  std::vector<std::int64_t> total = {};
  std::vector<std::int64_t> engaged = {};
};

/// Counts the distinct viewers of each span. Reads every day once, chunk by chunk, so that all that
/// is united stays in the processor's caches.
AudienceCounts CountDistinct(std::vector<DayViewers> days, const AudienceQuestion& question);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_COUNT_DISTINCT_H_
