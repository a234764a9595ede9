#include "store/audience/bitmap_union_counter.h"

#include <algorithm>
#include <span>

namespace pinmetrics {
namespace {

/// Windows slide over this many words at a time, so that the unions of a month stay in the first
/// cache.
constexpr std::size_t kStripWords = 128;

}  // namespace

BitmapUnionCounter::BitmapUnionCounter(std::size_t days, const std::vector<DaySpan>& spans)
    : kernels_(BestBitmapKernels()),
      spans_(spans),
      counts_(spans.size()),
      slides_(spans.size()),
      spans_of_days_(FindSpansOfDays(days, spans)),
      made_(days),
      words_(days) {
  FindWindows();
}

void BitmapUnionCounter::FindWindows() {
  constexpr std::size_t kWorthwhile = 3;
  for (std::size_t i = 0; i < spans_.size();) {
    std::size_t end = i + 1;
    while (end < spans_.size() && spans_[end].first == spans_[end - 1].first + 1 &&
           spans_[end].last == spans_[end - 1].last + 1) {
      ++end;
    }
    if (end - i >= kWorthwhile && spans_[i].last > spans_[i].first) {
      windows_.push_back({i, end - i});
      std::fill(slides_.begin() + static_cast<std::ptrdiff_t>(i),
                slides_.begin() + static_cast<std::ptrdiff_t>(end), true);
    }
    i = end;
  }
}

void BitmapUnionCounter::Count(const std::vector<ChunkOfDay>& days) {
  if (!spans_of_days_.empty()) return CountDays(days);
  for (std::size_t i = 0; i < days.size(); ++i) words_[i] = WordsOf(days[i], made_[i]);
  for (const Window& window : windows_) CountWindow(window);
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    if (!slides_[i]) CountSpan(i);
  }
}

void BitmapUnionCounter::CountDays(const std::vector<ChunkOfDay>& days) {
  ChunkBits of_day = {};
  ChunkBits united = {};
  std::size_t span = kNoSpan;
  const auto start_span = [&](std::size_t next) {
    if (span != kNoSpan) {
      counts_[span] += static_cast<std::int64_t>(kernels_.count(united.data(), kChunkWords));
    }
    united.fill(0);
    span = next;
  };
  for (std::size_t i = 0; i < days.size(); ++i) {
    const auto [alone, with_others] = spans_of_days_[i];
    if (with_others != span) start_span(with_others);
    if (days[i].empty()) continue;
    if (alone == kNoSpan) {
      UniteInto(days[i], united.data());
    } else {
      UniteInto(days[i], of_day.data());
      counts_[alone] += static_cast<std::int64_t>(
          kernels_.merge_and_clear(of_day.data(), united.data(), kChunkWords));
    }
  }
  start_span(kNoSpan);
}

void BitmapUnionCounter::CountSpan(std::size_t span) {
  const std::uint64_t* only = nullptr;
  std::size_t found = 0;
  ChunkBits united;
  for (std::int64_t day = std::max<std::int64_t>(spans_[span].first, 0); day <= spans_[span].last;
       ++day) {
    const std::uint64_t* words = words_[static_cast<std::size_t>(day)];
    if (words == nullptr) continue;
    if (++found == 1) {
      only = words;
    } else if (found == 2) {
      kernels_.unite(only, words, united.data(), kChunkWords);
    } else {
      kernels_.merge(words, united.data(), kChunkWords);
    }
  }
  if (found == 0) return;
  counts_[span] +=
      static_cast<std::int64_t>(kernels_.count(found == 1 ? only : united.data(), kChunkWords));
}

void BitmapUnionCounter::CountWindow(const Window& window) {
  for (std::size_t word = 0; word < kChunkWords; word += kStripWords) CountStrip(window, word);
}

/// Suffix and prefix unions: cut into blocks as long as the window, days have unions from each to
/// its block's end, and a running union from the next block's start. Every span is one of the first
/// with one of the second: two passes over the days, however long the window is.
void BitmapUnionCounter::CountStrip(const Window& window, std::size_t first_word) {
  const DaySpan* spans = &spans_[window.first_span];
  std::int64_t* counts = &counts_[window.first_span];
  const auto length = static_cast<std::size_t>(spans[0].last - spans[0].first + 1);
  const auto strip_of = [&](std::int64_t day) -> const std::uint64_t* {
    if (day < 0 || words_[static_cast<std::size_t>(day)] == nullptr) return nullptr;
    return words_[static_cast<std::size_t>(day)] + first_word;
  };
  suffixes_.resize((length + 1) * kStripWords);
  std::array<std::uint64_t, kStripWords> prefix;
  for (std::size_t block = 0; block < window.spans; block += length) {
    // One more suffix than days: that of no days at all.
    std::fill_n(&suffixes_[length * kStripWords], kStripWords, 0);
    for (std::size_t i = length; i-- > 0;) {
      std::uint64_t* suffix = &suffixes_[i * kStripWords];
      const std::uint64_t* next = suffix + kStripWords;
      if (const auto* day = strip_of(spans[block].first + static_cast<std::int64_t>(i))) {
        kernels_.unite(day, next, suffix, kStripWords);
      } else {
        std::copy_n(next, kStripWords, suffix);
      }
    }
    prefix.fill(0);
    counts[block] += static_cast<std::int64_t>(kernels_.count(suffixes_.data(), kStripWords));
    const std::size_t end = std::min(window.spans, block + length);
    for (std::size_t i = block + 1; i < end; ++i) {
      const std::uint64_t* suffix = &suffixes_[(i - block) * kStripWords];
      const std::uint64_t* day = strip_of(spans[i].last);
      counts[i] += static_cast<std::int64_t>(
          day != nullptr ? kernels_.merge_and_count_union(day, prefix.data(), suffix, kStripWords)
                         : kernels_.count_union(prefix.data(), suffix, kStripWords));
    }
  }
}

const std::uint64_t* BitmapUnionCounter::WordsOf(const ChunkOfDay& day,
                                                 std::unique_ptr<ChunkBits>& made) const {
  if (day.empty()) return nullptr;
  if (day.runs().empty() && day.bitmaps().size() == 1) return day.bitmaps().front();
  if (!made) made = std::make_unique<ChunkBits>();
  made->fill(0);
  UniteInto(day, made->data());
  return made->data();
}

void BitmapUnionCounter::UniteInto(const ChunkOfDay& day, std::uint64_t* words) const {
  for (const std::uint64_t* bitmap : day.bitmaps()) kernels_.merge(bitmap, words, kChunkWords);
  for (const std::span<const std::uint16_t> run : day.runs()) SetBits(run, words);
}

}  // namespace pinmetrics
