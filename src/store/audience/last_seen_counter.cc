#include "store/audience/last_seen_counter.h"

#include <algorithm>
#include <span>

#include "store/block/viewer_cursor.h"

namespace pinmetrics {

void LastSeenCounter::Count(const std::vector<ChunkOfDay>& days) {
  if (last_day_.empty() || numbers_used_ + days_ > kNumbers) {
    seen_.resize(days_ * (days_ + 1) * kTurns);
    last_day_.assign(kChunkViewers, 0);
    numbers_used_ = 0;
  }
  std::uint16_t* const last_day = last_day_.data();
  for (std::size_t day = 0; day < days_; ++day) {
    std::uint32_t* const seen = &seen_[IndexOf(day, 0)];
    const std::size_t today = numbers_used_ + day + 1;
    for (const std::span<const std::uint16_t> run : days[day].runs()) {
      for (std::size_t i = 0; i < run.size(); ++i) {
        const std::size_t days_ago = std::min(today - last_day[run[i]], day + 1);
        last_day[run[i]] = static_cast<std::uint16_t>(today);
        ++seen[days_ago * kTurns + i % kTurns];
      }
    }
  }
  numbers_used_ += days_;
}

void LastSeenCounter::AddTo(const std::vector<DaySpan>& spans,
                            std::vector<std::int64_t>& counts) const {
  if (seen_.empty()) return;
  // By day and recency: how many were last seen that many days ago or more.
  std::vector<std::int64_t> at_least(days_ * (days_ + 1));
  for (std::size_t day = 0; day < days_; ++day) {
    std::int64_t sum = 0;
    for (std::size_t days_ago = days_ + 1; days_ago-- > 0;) {
      for (std::size_t turn = 0; turn < kTurns; ++turn) sum += seen_[IndexOf(day, days_ago) + turn];
      at_least[day * (days_ + 1) + days_ago] = sum;
    }
  }
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const std::int64_t first = std::max<std::int64_t>(spans[i].first, 0);
    for (std::int64_t day = first; day <= spans[i].last; ++day) {
      const auto days_ago = static_cast<std::size_t>(day - first + 1);
      counts[i] += at_least[static_cast<std::size_t>(day) * (days_ + 1) + days_ago];
    }
  }
}

}  // namespace pinmetrics
