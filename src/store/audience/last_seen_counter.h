#ifndef PINMETRICS_SRC_STORE_AUDIENCE_LAST_SEEN_COUNTER_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_LAST_SEEN_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/audience/day_spans.h"
#include "store/audience/viewer_chunk.h"

namespace pinmetrics {

/// Counts distinct viewers over spans of days, viewer by viewer: the way for sets with few viewers.
/// Whether a viewer is seen for the first time in a span is said by the last day that saw it: it is
/// before the span's first.
class LastSeenCounter {
 public:
  /// Spans end within the days. `spans_of_days`: of these, empty if there are none such.
  LastSeenCounter(std::size_t days, const std::vector<DaySpan>& spans,
                  const std::vector<SpansOfDay>& spans_of_days)
      : few_spans_(spans, spans_of_days), histogram_(days) {}

  /// Adds a chunk; `days` are all of them, in order.
  void Count(const std::vector<ChunkOfDay>& days) {
    if (few_spans_.answers()) {
      few_spans_.Count(days);
    } else {
      histogram_.Count(days);
    }
  }

  /// Adds what was counted to `counts`, one for each of `spans`, which are the same.
  void AddTo(const std::vector<DaySpan>& spans, std::vector<std::int64_t>& counts) const {
    few_spans_.AddTo(counts);
    histogram_.AddTo(spans, counts);
  }

 private:
  /// Where each day is in few spans and there are few days: faster than a histogram, which answers
  /// for any.
  class FewSpans {
   public:
    FewSpans(const std::vector<DaySpan>& spans, const std::vector<SpansOfDay>& spans_of_days);

    /// Whether these days and spans can be counted. If not, nothing must be, and `AddTo` adds
    /// nothing.
    bool answers() const { return !days_.empty(); }
    void Count(const std::vector<ChunkOfDay>& days);
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
    std::vector<std::uint8_t> last_seen_;  ///< The number of the last day of each viewer; 0: none.
    std::size_t numbers_used_ = 0;
  };

  /// Each time a viewer is seen, all that matters is how many days ago it was last. A span from day
  /// a has those whom it sees on one of its days d for the first time: whose last day before d is
  /// before a, more than d - a days ago. So one count for each day and recency answers every span.
  class RecencyHistogram {
   public:
    explicit RecencyHistogram(std::size_t days) : days_(days) {}

    void Count(const std::vector<ChunkOfDay>& days);
    void AddTo(const std::vector<DaySpan>& spans, std::vector<std::int64_t>& counts) const;

   private:
    /// Two counters take turns, so that one addition need not wait for the one before it.
    static constexpr std::size_t kTurns = 2;

    /// `days_ago` is 0 for one who was seen that day before, up to the number of days for one who
    /// never was.
    std::size_t IndexOf(std::size_t day, std::size_t days_ago) const {
      return (day * (days_ + 1) + days_ago) * kTurns;
    }

    std::size_t days_;
    std::vector<std::uint32_t> seen_;  ///< By day, recency and turn. Empty until one is counted.
    std::vector<std::uint16_t> last_day_;  ///< Of each viewer of a chunk, from 1; 0 for none.
  };

  FewSpans few_spans_;
  RecencyHistogram histogram_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_LAST_SEEN_COUNTER_H_
