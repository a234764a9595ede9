#ifndef PINMETRICS_SRC_STORE_AUDIENCE_BITMAP_UNION_COUNTER_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_BITMAP_UNION_COUNTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/audience/day_spans.h"
#include "store/audience/viewer_chunk.h"
#include "store/block/block.h"
#include "store/block/viewer_cursor.h"
#include "store/kernels/bitmap_kernels.h"

namespace pinmetrics {

/// Counts distinct viewers over spans of days by uniting bitmaps: the way for sets with many
/// viewers.
class BitmapUnionCounter {
 public:
  /// Spans end within the days.
  BitmapUnionCounter(std::size_t days, const std::vector<DaySpan>& spans);

  /// Adds a chunk; `days` are all of them, in order.
  void Count(const std::vector<ChunkOfDay>& days);

  /// Of each span.
  const std::vector<std::int64_t>& counts() const { return counts_; }

 private:
  using ChunkBits = std::array<std::uint64_t, kChunkWords>;

  /// Spans of the same length on consecutive days, in order: a sliding window.
  struct Window {
    std::size_t first_span = 0;
    std::size_t spans = 0;
  };

  void FindWindows();

  /// Goes by `spans_of_days_`: counts each day and unites it with the others of its span at once.
  /// Spans of several days have no day in common, so one union at a time is enough.
  void CountDays(const std::vector<ChunkOfDay>& days);
  void CountSpan(std::size_t span);
  void CountWindow(const Window& window);
  void CountStrip(const Window& window, std::size_t first_word);

  /// A day's bits in the chunk, or null if it has none.
  const std::uint64_t* WordsOf(const ChunkOfDay& day, std::unique_ptr<ChunkBits>& made) const;
  void UniteInto(const ChunkOfDay& day, std::uint64_t* words) const;

  const BitmapKernels& kernels_;
  std::vector<DaySpan> spans_;
  std::vector<std::int64_t> counts_;
  std::vector<Window> windows_;
  std::vector<bool> slides_;               ///< Whether a span is in a window.
  std::vector<SpansOfDay> spans_of_days_;  ///< Empty if days are in more spans than these say.
  std::vector<std::unique_ptr<ChunkBits>> made_;
  std::vector<const std::uint64_t*> words_;
  std::vector<std::uint64_t> suffixes_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_BITMAP_UNION_COUNTER_H_
