#include "store/audience/last_seen_counter.h"

#include <algorithm>
#include <span>

#include "store/block/viewer_cursor.h"

namespace pinmetrics {

LastSeenCounter::FewSpans::FewSpans(const std::vector<DaySpan>& spans,
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

void LastSeenCounter::FewSpans::Count(const std::vector<ChunkOfDay>& days) {
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

void LastSeenCounter::FewSpans::AddTo(std::vector<std::int64_t>& counts) const {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += counts_[i];
}

void LastSeenCounter::RecencyHistogram::Count(const std::vector<ChunkOfDay>& days) {
  seen_.resize(days_ * (days_ + 1) * kTurns);
  last_day_.assign(kChunkViewers, 0);
  std::uint16_t* const last_day = last_day_.data();
  for (std::size_t day = 0; day < days_; ++day) {
    std::uint32_t* const seen = &seen_[IndexOf(day, 0)];
    const auto today = static_cast<std::uint16_t>(day + 1);
    for (const std::span<const std::uint16_t> run : days[day].runs()) {
      for (std::size_t i = 0; i < run.size(); ++i) {
        const auto days_ago = static_cast<std::size_t>(today - last_day[run[i]]);
        last_day[run[i]] = today;
        ++seen[days_ago * kTurns + i % kTurns];
      }
    }
  }
}

void LastSeenCounter::RecencyHistogram::AddTo(const std::vector<DaySpan>& spans,
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
