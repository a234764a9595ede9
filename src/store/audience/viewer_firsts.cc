#include "store/audience/viewer_firsts.h"

#include <algorithm>
#include <span>

#include "store/block/viewer_cursor.h"

namespace pinmetrics {

ViewerFirsts::ViewerFirsts(const std::vector<DaySpan>& spans,
                           const std::vector<SpansOfDay>& spans_of_days)
    : counts_(spans.size()) {
  if (spans_of_days.size() > kNumbers) return;
  days_.reserve(spans_of_days.size());
  for (const SpansOfDay& of_day : spans_of_days) {
    Day day = {.spans = of_day};
    if (of_day.with_others != kNoSpan) {
      const std::int64_t first = spans[of_day.with_others].first;
      day.first_of_others = static_cast<std::size_t>(std::max<std::int64_t>(first, 0));
    }
    days_.push_back(day);
  }
}

void ViewerFirsts::Count(const std::vector<ChunkOfDay>& days) {
  if (last_seen_.empty() || numbers_used_ + days.size() > kNumbers) {
    last_seen_.assign(kChunkViewers, 0);
    numbers_used_ = 0;
  }
  std::uint8_t* const last_seen = last_seen_.data();
  const auto number_of = [this](std::size_t day) {
    return static_cast<std::uint8_t>(numbers_used_ + day + 1);
  };
  for (std::size_t i = 0; i < days.size(); ++i) {
    const std::uint8_t today = number_of(i);
    const std::uint8_t first = number_of(days_[i].first_of_others);
    std::size_t alone = 0;
    std::size_t with_others = 0;
    for (const std::span<const std::uint16_t> run : days[i].runs()) {
      for (const std::uint16_t viewer : run) {
        const std::uint8_t last = last_seen[viewer];
        last_seen[viewer] = today;
        alone += last != today ? 1u : 0u;
        with_others += last < first ? 1u : 0u;
      }
    }
    const SpansOfDay& spans = days_[i].spans;
    if (spans.alone != kNoSpan) counts_[spans.alone] += static_cast<std::int64_t>(alone);
    if (spans.with_others != kNoSpan) {
      counts_[spans.with_others] += static_cast<std::int64_t>(with_others);
    }
  }
  numbers_used_ += days.size();
}

void ViewerFirsts::AddTo(std::vector<std::int64_t>& counts) const {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += counts_[i];
}

}  // namespace pinmetrics
