#ifndef PINMETRICS_SRC_STORE_AUDIENCE_DAY_SPANS_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_DAY_SPANS_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace pinmetrics {

/// Days `first..last` of a list of days, by index, both included.
struct DaySpan {
  std::int64_t first = 0;
  std::int64_t last = -1;
};

/// The index of no span.
inline constexpr std::size_t kNoSpan = std::numeric_limits<std::size_t>::max();

/// The spans that a day is in, by index: one that is this day, one of several days.
struct SpansOfDay {
  std::size_t alone = kNoSpan;
  std::size_t with_others = kNoSpan;
};

/// The spans of each of so many days, within which they end; empty if some day is in more of them
/// than `SpansOfDay` has. Then spans of several days have no day in common, so that one of them at
/// a time is counted.
std::vector<SpansOfDay> FindSpansOfDays(std::size_t days, const std::vector<DaySpan>& spans);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_DAY_SPANS_H_
