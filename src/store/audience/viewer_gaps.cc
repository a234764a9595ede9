#include "store/audience/viewer_gaps.h"

#include <algorithm>
#include <span>

#include "store/block/block.h"
#include "store/block/viewer_cursor.h"

namespace pinmetrics {

void ViewerGaps::Count(const std::vector<ChunkOfDay>& days) {
  seen_.resize(days_ * (days_ + 1) * kTurns);
  last_day_.assign(kChunkViewers, 0);
  std::uint16_t* const last_day = last_day_.data();
  for (std::size_t day = 0; day < days_; ++day) {
    std::uint32_t* const seen = &seen_[IndexOf(day, 0)];
    const auto today = static_cast<std::uint16_t>(day + 1);
    for (const std::span<const std::uint16_t> run : days[day].runs()) {
      for (std::size_t i = 0; i < run.size(); ++i) {
        const auto gap = static_cast<std::size_t>(today - last_day[run[i]]);
        last_day[run[i]] = today;
        ++seen[gap * kTurns + i % kTurns];
      }
    }
  }
}

void ViewerGaps::AddTo(const std::vector<DaySpan>& spans, std::vector<std::int64_t>& counts) const {
  if (seen_.empty()) return;
  // By day and gap: how many were last seen that many days ago or more.
  std::vector<std::int64_t> at_least(days_ * (days_ + 1));
  for (std::size_t day = 0; day < days_; ++day) {
    std::int64_t sum = 0;
    for (std::size_t gap = days_ + 1; gap-- > 0;) {
      for (std::size_t turn = 0; turn < kTurns; ++turn) sum += seen_[IndexOf(day, gap) + turn];
      at_least[day * (days_ + 1) + gap] = sum;
    }
  }
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const std::int64_t first = std::max<std::int64_t>(spans[i].first, 0);
    for (std::int64_t day = first; day <= spans[i].last; ++day) {
      const auto gap = static_cast<std::size_t>(day - first + 1);
      counts[i] += at_least[static_cast<std::size_t>(day) * (days_ + 1) + gap];
    }
  }
}

}  // namespace pinmetrics
