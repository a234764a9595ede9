#ifndef PINMETRICS_SRC_STORE_AUDIENCE_LAST_SEEN_COUNTER_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_LAST_SEEN_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "store/audience/day_spans.h"
#include "store/audience/viewer_chunk.h"

namespace pinmetrics {

/// Counts distinct viewers over spans of days, viewer by viewer: the way for sets with few viewers.
///
/// Each time a viewer is seen, all that matters is how many days ago it was last. A span from day a
/// has those whom it sees on one of its days d for the first time: whose last day before d is
/// before a, more than d - a days ago. So one histogram of days and recencies answers every span,
/// as that of `NewViewers` does for the days of a store.
class LastSeenCounter {
 public:
  explicit LastSeenCounter(std::size_t days) : days_(days) {}

  /// Adds a chunk; `days` are all of them, in order.
  void Count(const std::vector<ChunkOfDay>& days);

  /// Adds what was counted to `counts`, one for each of `spans`, which end within the days.
  void AddTo(const std::vector<DaySpan>& spans, std::vector<std::int64_t>& counts) const;

 private:
  /// Two counters take turns, so that one addition need not wait for the one before it.
  static constexpr std::size_t kTurns = 2;
  static constexpr std::size_t kNumbers = std::numeric_limits<std::uint16_t>::max();

  /// `days_ago` is 0 for one who was seen that day before, and one more than the days before it for
  /// one who never was.
  std::size_t IndexOf(std::size_t day, std::size_t days_ago) const {
    return (day * (days_ + 1) + days_ago) * kTurns;
  }

  std::size_t days_;
  std::vector<std::uint32_t> seen_;  ///< By day, recency and turn. Empty until one is counted.
  /// The number of the day that saw each viewer of a chunk last; 0 for none. The days of the next
  /// chunk have the numbers that follow: what is left of a chunk is before all of these, and need
  /// not be cleared until numbers run out.
  std::vector<std::uint16_t> last_day_;
  std::size_t numbers_used_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_LAST_SEEN_COUNTER_H_
