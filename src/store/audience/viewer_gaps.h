#ifndef PINMETRICS_SRC_STORE_AUDIENCE_VIEWER_GAPS_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_VIEWER_GAPS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/audience/count_distinct.h"
#include "store/audience/viewer_chunk.h"

namespace pinmetrics {

/// Counts distinct viewers over spans of days, viewer by viewer: the way for sets with few viewers,
/// where `ViewerFirsts` does not answer.
///
/// Each time a viewer is seen, all that matters is how many days ago it was last. A span from day a
/// has those whom it sees on one of its days d for the first time: whose last day before d is
/// before a, more than d - a days ago. So one count for each day and gap answers every span.
class ViewerGaps {
 public:
  explicit ViewerGaps(std::size_t days) : days_(days) {}

  /// Adds a chunk; `days` are all of them, in order.
  void Count(const std::vector<ChunkOfDay>& days);

  /// Adds what was counted to `counts`, one for each of `spans`, which end within the days.
  void AddTo(const std::vector<DaySpan>& spans, std::vector<std::int64_t>& counts) const;

 private:
  /// Two counters take turns, so that one addition need not wait for the one before it.
  static constexpr std::size_t kTurns = 2;

  /// Gaps of a day are 0 for one who was seen that day before, up to the number of days for one
  /// who never was.
  std::size_t IndexOf(std::size_t day, std::size_t gap) const {
    return (day * (days_ + 1) + gap) * kTurns;
  }

  std::size_t days_;
  std::vector<std::uint32_t> seen_;  ///< By day, gap and turn. Empty until something is counted.
  std::vector<std::uint16_t> last_day_;  ///< Of each viewer of a chunk, from 1; 0 for none.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_VIEWER_GAPS_H_
