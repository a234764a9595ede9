#ifndef PINMETRICS_SRC_STORE_AUDIENCE_VIEWER_FIRSTS_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_VIEWER_FIRSTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/audience/count_distinct.h"
#include "store/audience/day_spans.h"
#include "store/audience/viewer_chunk.h"

namespace pinmetrics {

/// Counts distinct viewers over spans of days, viewer by viewer, where each day is in few spans and
/// there are few days: faster than `ViewerGaps`, which answers for any.
///
/// Whether a viewer is seen for the first time in a span is said by the last day that saw it: it is
/// before the span's first.
class ViewerFirsts {
 public:
  /// `spans_of_days`: of `spans`, empty if there are none such.
  ViewerFirsts(const std::vector<DaySpan>& spans, const std::vector<SpansOfDay>& spans_of_days);

  /// Whether these days and spans can be counted. If not, nothing must be, and `AddTo` adds
  /// nothing.
  bool answers() const { return !days_.empty(); }

  /// Adds a chunk; `days` are all of them, in order.
  void Count(const std::vector<ChunkOfDay>& days);

  /// Adds what was counted to `counts`, one for each span.
  void AddTo(std::vector<std::int64_t>& counts) const;

 private:
  /// Days of a chunk have numbers that fit a byte, those of the next chunk go on from there: so
  /// what is left of a chunk before is before all days of this one, and need not be cleared until
  /// numbers run out.
  static constexpr std::size_t kNumbers = 255;

  struct Day {
    SpansOfDay spans;
    std::size_t first_of_others = 0;  ///< First day of `spans.with_others`.
  };

  std::vector<Day> days_;
  std::vector<std::int64_t> counts_;     ///< Of each span.
  std::vector<std::uint8_t> last_seen_;  ///< The number of the last day of each viewer; 0 for none.
  std::size_t numbers_used_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_VIEWER_FIRSTS_H_
