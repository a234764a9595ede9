#include "store/day/new_viewers.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "store/kernels/bitmap_kernels.h"

namespace pinmetrics {

NewViewers::NewViewers(const RecencyHistograms& histograms) {
  for (std::size_t audience = 0; audience < kAudiences; ++audience) {
    // Who was last seen more days ago than there are before, back to nobody at all.
    std::array<std::uint32_t, kDays> counts;
    std::uint32_t count = 0;
    for (std::size_t before = kDays; before-- > 0;) {
      count += histograms[audience][before + 1];
      counts[before] = count;
    }
    std::size_t size = counts.size();
    while (size > 1 && counts[size - 1] == counts[size - 2]) --size;
    counts_.insert(counts_.end(), counts.begin(),
                   counts.begin() + static_cast<std::ptrdiff_t>(size));
    starts_[audience + 1] = static_cast<std::uint16_t>(counts_.size());
  }
  counts_.shrink_to_fit();
}

std::int64_t NewViewers::Count(bool both_populations, bool engaged,
                               std::int64_t days_before) const {
  const std::size_t audience = AudienceOf(both_populations, engaged);
  const std::size_t index = starts_[audience] + static_cast<std::size_t>(days_before);
  return counts_[std::min<std::size_t>(index, starts_[audience + 1] - std::size_t{1})];
}

std::uint8_t LastSeen::NumberOf(absl::CivilDay day) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint8_t>::max();
  if (!last_) base_ = day;
  if (day - base_ + 1 > kMost) {
    // Days that no gap reaches any more make room.
    const std::int64_t dropped = day - base_ - NewViewers::kDays;
    for (ByAudience& of_viewer : days_of_viewers_) {
      for (std::uint8_t& last : of_viewer) {
        last = static_cast<std::uint8_t>(std::max<std::int64_t>(last - dropped, 0));
      }
    }
    base_ += dropped;
  }
  return static_cast<std::uint8_t>(day - base_ + 1);
}

NewViewers LastSeen::See(const Block& block) {
  const std::uint8_t today = NumberOf(block.day());
  last_ = block.day();
  if (days_of_viewers_.size() < block.viewer_limit()) {
    if (days_of_viewers_.capacity() < block.viewer_limit()) {
      days_of_viewers_.reserve(RoomFor(block.viewer_limit()));
    }
    days_of_viewers_.resize(block.viewer_limit());
  }
  NewViewers::RecencyHistograms histograms = {};
  // The sets of the first population and of the other, all viewers and those who engaged.
  std::array<ViewerSetCursor, 4> sets;
  for (std::uint32_t i = 0; i < sets.size(); ++i) sets[i] = ViewerSetCursor(block, i);
  std::array<ChunkBits, NewViewers::kAudiences> audiences;
  while (true) {
    std::uint32_t chunk = kChunkViewers;
    for (const ViewerSetCursor& set : sets) {
      if (!set.done()) chunk = std::min(chunk, set.chunk());
    }
    if (chunk == kChunkViewers) return NewViewers(histograms);
    for (ChunkBits& bits : audiences) bits.fill(0);
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (sets[i].done() || sets[i].chunk() != chunk) continue;
      const bool engaged = i % 2 == 1;
      if (i < 2) {
        sets[i].AddTo(
            audiences[NewViewers::AudienceOf(/*both_populations=*/false, engaged)].data());
      }
      sets[i].AddTo(audiences[NewViewers::AudienceOf(/*both_populations=*/true, engaged)].data());
      sets[i].Next();
    }
    SeeChunk(chunk, audiences, today, histograms);
  }
}

void LastSeen::SeeChunk(std::uint32_t chunk,
                        const std::array<ChunkBits, NewViewers::kAudiences>& audiences,
                        std::uint8_t today, NewViewers::RecencyHistograms& histograms) {
  constexpr auto kLongAgo = static_cast<std::size_t>(NewViewers::kDays);
  const ChunkBits& everybody =
      audiences[NewViewers::AudienceOf(/*both_populations=*/true, /*engaged=*/false)];
  ByAudience* const days_of_viewers = &days_of_viewers_[chunk * kChunkViewers];
  for (std::size_t word = 0; word < kChunkWords; ++word) {
    for (std::uint64_t bits = everybody[word]; bits != 0; bits &= bits - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(bits));
      ByAudience& days = days_of_viewers[word * 64 + bit];
      for (std::size_t audience = 0; audience < audiences.size(); ++audience) {
        if ((audiences[audience][word] >> bit & 1) == 0) continue;
        const auto days_ago = static_cast<std::size_t>(today - days[audience]);
        ++histograms[audience][days[audience] == 0 ? kLongAgo : std::min(days_ago, kLongAgo)];
        days[audience] = today;
      }
    }
  }
}

}  // namespace pinmetrics
