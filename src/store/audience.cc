#include "store/audience.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "store/bits.h"

namespace pinmetrics {
namespace {

constexpr std::uint32_t kNoChunk = std::numeric_limits<std::uint32_t>::max();

using ChunkBits = std::array<std::uint64_t, kChunkWords>;

/// The chunk that a source stands at.
std::uint32_t ChunkOf(const ViewerSource& source) {
  return std::visit([](const auto& s) { return s.done() ? kNoChunk : s.chunk(); }, source);
}

/// The bits of one chunk on each day: pointers into stored bitmaps where there is one, else into
/// bitmaps made here; null where the day has no viewers in the chunk.
class ChunkOfDays {
 public:
  explicit ChunkOfDays(std::vector<DayViewers>& days)
      : days_(days), made_(days.size()), words_(days.size()) {}

  /// Moves to the next chunk that any day has; false after the last.
  bool Advance() {
    std::uint32_t chunk = kNoChunk;
    for (const DayViewers& day : days_) {
      for (const ViewerSource& source : day) chunk = std::min(chunk, ChunkOf(source));
    }
    if (chunk == kNoChunk) return false;
    for (std::size_t i = 0; i < days_.size(); ++i) words_[i] = Read(days_[i], chunk, made_[i]);
    return true;
  }

  const std::uint64_t* operator[](std::size_t day) const { return words_[day]; }

 private:
  static const std::uint64_t* Read(DayViewers& day, std::uint32_t chunk,
                                   std::unique_ptr<ChunkBits>& made) {
    ViewerSource* only = nullptr;
    std::size_t count = 0;
    for (ViewerSource& source : day) {
      if (ChunkOf(source) != chunk) continue;
      only = &source;
      ++count;
    }
    if (count == 0) return nullptr;
    const std::uint64_t* stored = nullptr;
    if (count == 1) {
      stored = std::visit([](const auto& source) { return source.bitmap(); }, *only);
    }
    if (stored == nullptr) {
      if (!made) made = std::make_unique<ChunkBits>();
      made->fill(0);
    }
    for (ViewerSource& source : day) {
      if (ChunkOf(source) != chunk) continue;
      std::visit(
          [&](auto& s) {
            if (stored == nullptr) s.OrInto(made->data());
            s.Next();
          },
          source);
    }
    return stored != nullptr ? stored : made->data();
  }

  std::vector<DayViewers>& days_;
  std::vector<std::unique_ptr<ChunkBits>> made_;
  std::vector<const std::uint64_t*> words_;
};

/// Spans of the same length on consecutive days, in order: a sliding window.
struct Window {
  std::size_t first_span = 0;
  std::size_t spans = 0;
};

/// Counts the spans of a window by suffix and prefix unions: cut into blocks as long as the window,
/// days have unions from each to its block's end, and a running union from the next block's start.
/// Every span is one of the first with one of the second: two passes over the days, however long
/// the window is.
class SlidingUnion {
 public:
  explicit SlidingUnion(const BitLoops& loops) : loops_(loops) {}

  void Count(const ChunkOfDays& chunk, const DaySpan* spans, std::size_t count,
             std::int64_t* counts) {
    const std::int64_t length = spans[0].last - spans[0].first + 1;
    suffixes_.resize(static_cast<std::size_t>(length));
    for (std::size_t block = 0; block < count; block += static_cast<std::size_t>(length)) {
      const std::int64_t first = spans[block].first;
      UniteSuffixes(chunk, first, length);
      prefix_.fill(0);
      bool prefix_is_empty = true;
      const std::size_t end = std::min(count, block + static_cast<std::size_t>(length));
      for (std::size_t i = block; i < end; ++i) {
        const std::size_t offset = i - block;
        if (offset > 0) {
          if (const std::uint64_t* day =
                  Day(chunk, first + length - 1 + static_cast<std::int64_t>(offset))) {
            loops_.merge(day, prefix_.data(), kChunkWords);
            prefix_is_empty = false;
          }
        }
        const ChunkBits& suffix = suffixes_[offset];
        const std::uint64_t people =
            prefix_is_empty ? loops_.count(suffix.data(), kChunkWords)
                            : loops_.count_union(suffix.data(), prefix_.data(), kChunkWords);
        counts[i] += static_cast<std::int64_t>(people);
      }
    }
  }

 private:
  static const std::uint64_t* Day(const ChunkOfDays& chunk, std::int64_t day) {
    return day < 0 ? nullptr : chunk[static_cast<std::size_t>(day)];
  }

  void UniteSuffixes(const ChunkOfDays& chunk, std::int64_t first, std::int64_t length) {
    for (std::int64_t i = length; i-- > 0;) {
      ChunkBits& suffix = suffixes_[static_cast<std::size_t>(i)];
      if (i + 1 < length) {
        suffix = suffixes_[static_cast<std::size_t>(i + 1)];
      } else {
        suffix.fill(0);
      }
      if (const std::uint64_t* day = Day(chunk, first + i)) {
        loops_.merge(day, suffix.data(), kChunkWords);
      }
    }
  }

  const BitLoops& loops_;
  std::vector<ChunkBits> suffixes_;
  ChunkBits prefix_ = {};
};

/// The runs of spans that slide, long enough to be worth it.
std::vector<Window> FindWindows(const std::vector<DaySpan>& spans) {
  constexpr std::size_t kWorthwhile = 3;
  std::vector<Window> windows;
  for (std::size_t i = 0; i < spans.size();) {
    std::size_t end = i + 1;
    while (end < spans.size() && spans[end].first == spans[end - 1].first + 1 &&
           spans[end].last == spans[end - 1].last + 1) {
      ++end;
    }
    if (end - i >= kWorthwhile && spans[i].last > spans[i].first) windows.push_back({i, end - i});
    i = end;
  }
  return windows;
}

/// One span alone: every day's viewers go straight into its union.
std::int64_t CountSpan(std::span<DayViewers> days, const BitLoops& loops) {
  std::int64_t count = 0;
  auto united = std::make_unique<ChunkBits>();
  while (true) {
    std::uint32_t chunk = kNoChunk;
    for (const DayViewers& day : days) {
      for (const ViewerSource& source : day) chunk = std::min(chunk, ChunkOf(source));
    }
    if (chunk == kNoChunk) return count;
    united->fill(0);
    for (DayViewers& day : days) {
      for (ViewerSource& source : day) {
        if (ChunkOf(source) != chunk) continue;
        std::visit(
            [&](auto& s) {
              if (const std::uint64_t* bitmap = s.bitmap()) {
                loops.merge(bitmap, united->data(), kChunkWords);
              } else {
                s.OrInto(united->data());
              }
              s.Next();
            },
            source);
      }
    }
    count += static_cast<std::int64_t>(loops.count(united->data(), kChunkWords));
  }
}

}  // namespace

CollectedViewers::CollectedViewers(const std::vector<std::uint32_t>& viewers,
                                   std::uint32_t viewer_limit)
    : starts_((viewer_limit + std::size_t{kChunkViewers} - 1) / kChunkViewers + 1),
      viewers_(viewers.size()) {
  // Only chunk by chunk: a bitmap makes order and repeats within one meaningless.
  for (const std::uint32_t viewer : viewers) ++starts_[viewer / kChunkViewers + 1];
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  std::vector<std::uint32_t> next = starts_;
  for (const std::uint32_t viewer : viewers) {
    viewers_[next[viewer / kChunkViewers]++] = static_cast<std::uint16_t>(viewer % kChunkViewers);
  }
  SkipEmpty();
}

void CollectedViewers::OrInto(std::uint64_t* words) const {
  for (std::uint32_t i = starts_[chunk_]; i < starts_[chunk_ + 1]; ++i) {
    words[viewers_[i] / 64] |= std::uint64_t{1} << viewers_[i] % 64;
  }
}

void CollectedViewers::Next() {
  ++chunk_;
  SkipEmpty();
}

void CollectedViewers::SkipEmpty() {
  while (!done() && starts_[chunk_] == starts_[chunk_ + 1]) ++chunk_;
}

std::vector<std::int64_t> CountViewers(std::vector<DayViewers> days, std::vector<DaySpan> spans) {
  const BitLoops& loops = BestBitLoops();
  std::vector<std::int64_t> counts(spans.size());
  const auto day_count = static_cast<std::int64_t>(days.size());
  for (DaySpan& span : spans) {
    // Days past either end have nobody; a window keeps its length, so that it still slides.
    span.last = std::min(span.last, day_count - 1);
  }
  if (spans.size() == 1) {
    const auto first = static_cast<std::size_t>(std::max<std::int64_t>(spans[0].first, 0));
    const auto end = static_cast<std::size_t>(std::max<std::int64_t>(spans[0].last + 1, 0));
    if (first < end) counts[0] = CountSpan(std::span(days).subspan(first, end - first), loops);
    return counts;
  }
  const std::vector<Window> windows = FindWindows(spans);
  std::vector<bool> slides(spans.size());
  for (const Window& window : windows) {
    for (std::size_t i = 0; i < window.spans; ++i) slides[window.first_span + i] = true;
  }
  SlidingUnion sliding(loops);
  ChunkOfDays chunk(days);
  ChunkBits united;
  while (chunk.Advance()) {
    for (const Window& window : windows) {
      sliding.Count(chunk, &spans[window.first_span], window.spans, &counts[window.first_span]);
    }
    for (std::size_t i = 0; i < spans.size(); ++i) {
      if (slides[i]) continue;
      const std::uint64_t* only = nullptr;
      std::size_t found = 0;
      for (std::int64_t day = std::max<std::int64_t>(spans[i].first, 0); day <= spans[i].last;
           ++day) {
        const std::uint64_t* words = chunk[static_cast<std::size_t>(day)];
        if (words == nullptr) continue;
        if (++found == 1) {
          only = words;
          continue;
        }
        if (found == 2) std::memcpy(united.data(), only, sizeof(united));
        loops.merge(words, united.data(), kChunkWords);
      }
      if (found == 0) continue;
      counts[i] +=
          static_cast<std::int64_t>(loops.count(found == 1 ? only : united.data(), kChunkWords));
    }
  }
  return counts;
}

}  // namespace pinmetrics
