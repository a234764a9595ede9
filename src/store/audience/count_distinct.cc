#include "store/audience/count_distinct.h"

#include <algorithm>
#include <limits>

#include "store/audience/bitmap_union_counter.h"
#include "store/audience/day_spans.h"
#include "store/audience/last_seen_counter.h"
#include "store/audience/viewer_chunk.h"
#include "store/kernels/radix_sort.h"

namespace pinmetrics {
namespace {

constexpr std::uint32_t kNoChunk = std::numeric_limits<std::uint32_t>::max();

/// The chunk that a source stands at.
std::uint32_t ChunkOf(const ViewerSource& source) {
  return std::visit([](const auto& s) { return s.done() ? kNoChunk : s.chunk(); }, source);
}

void ReadChunk(const ViewerSetCursor& set, ChunkOfDay& day) {
  if (const std::uint64_t* bitmap = set.bitmap()) {
    day.AddBitmap(bitmap);
  } else {
    day.AddRun(set.array());
  }
}
void ReadChunk(FilteredLists& listed, ChunkOfDay& day) { listed.Read(day); }
void ReadChunk(const CollectedViewers& collected, ChunkOfDay& day) {
  day.AddRun(collected.viewers());
}

/// Hands the viewers of `chunk` to a day, and moves the sources on.
void TakeChunk(std::vector<ViewerSource>& sources, std::uint32_t chunk, ChunkOfDay& day) {
  for (ViewerSource& source : sources) {
    if (ChunkOf(source) != chunk) continue;
    std::visit(
        [&day](auto& s) {
          ReadChunk(s, day);
          s.Next();
        },
        source);
  }
}

/// Counts one audience, chunk by chunk, each in the way that takes less.
class AudienceCounter {
 public:
  AudienceCounter(std::size_t days, const std::vector<DaySpan>& spans)
      : unions_(days, spans), last_seen_(days) {}

  void Count(const std::vector<ChunkOfDay>& days) {
    std::size_t viewers = 0;
    std::size_t days_with_viewers = 0;
    bool has_bitmaps = false;
    for (const ChunkOfDay& day : days) {
      viewers += day.viewers();
      days_with_viewers += day.empty() ? 0u : 1u;
      has_bitmaps |= !day.bitmaps().empty();
    }
    // What a day's bitmap costs to clear, unite and count is about this many viewers one by one.
    constexpr std::size_t kViewersPerBitmap = 700;
    if (has_bitmaps || viewers >= days_with_viewers * kViewersPerBitmap) {
      unions_.Count(days);
    } else {
      last_seen_.Count(days);
    }
  }

  std::vector<std::int64_t> Counts(const std::vector<DaySpan>& spans) {
    std::vector<std::int64_t> counts = unions_.counts();
    last_seen_.AddTo(spans, counts);
    return counts;
  }

 private:
  BitmapUnionCounter unions_;
  LastSeenCounter last_seen_;
};

}  // namespace

CollectedViewers::CollectedViewers(const std::vector<std::uint32_t>& viewers,
                                   std::uint32_t viewer_limit)
    : viewers_(viewers.size()) {
  // Only chunk by chunk: order and repeats within one make no difference.
  const std::size_t chunks = (viewer_limit + std::size_t{kChunkViewers} - 1) / kChunkViewers;
  starts_ = SortIntoGroups(
      viewers.size(), chunks, [&](std::size_t i) { return viewers[i] / kChunkViewers; },
      [&](std::size_t i, std::uint32_t position) {
        viewers_[position] = static_cast<std::uint16_t>(viewers[i] % kChunkViewers);
      });
  SkipEmpty();
}

void CollectedViewers::Next() {
  ++chunk_;
  SkipEmpty();
}

void CollectedViewers::SkipEmpty() {
  while (!done() && starts_[chunk_] == starts_[chunk_ + 1]) ++chunk_;
}

AudienceCounts CountDistinct(std::vector<DayViewers> days, const AudienceQuestion& question) {
  std::vector<DaySpan> spans = question.spans;
  for (DaySpan& span : spans) {
    // Days past the end have nobody; those before the first have not either, but a window keeps
    // its length, so that it still slides.
    span.last = std::min(span.last, static_cast<std::int64_t>(days.size()) - 1);
  }
  AudienceCounter total(days.size(), spans);
  AudienceCounter engaged(days.size(), spans);
  std::vector<ChunkOfDay> all_of_days(days.size());
  std::vector<ChunkOfDay> engaged_of_days(days.size());
  while (true) {
    std::uint32_t chunk = kNoChunk;
    for (const DayViewers& day : days) {
      for (const ViewerSource& source : day.engaged) chunk = std::min(chunk, ChunkOf(source));
      for (const ViewerSource& source : day.others) chunk = std::min(chunk, ChunkOf(source));
    }
    if (chunk == kNoChunk) break;
    for (std::size_t i = 0; i < days.size(); ++i) {
      engaged_of_days[i].Clear();
      all_of_days[i].Clear();
      TakeChunk(days[i].engaged, chunk, engaged_of_days[i]);
      TakeChunk(days[i].others, chunk, all_of_days[i]);
      if (!question.others_are_all) all_of_days[i].AddAll(engaged_of_days[i]);
    }
    if (question.total) total.Count(all_of_days);
    if (question.engaged) engaged.Count(engaged_of_days);
  }
  AudienceCounts counts;
  if (question.total) counts.total = total.Counts(spans);
  if (question.engaged) counts.engaged = engaged.Counts(spans);
  return counts;
}

}  // namespace pinmetrics
