#include "store/audience/day_spans.h"

#include <algorithm>
#include <cstdint>

namespace pinmetrics {

std::vector<SpansOfDay> FindSpansOfDays(std::size_t days, const std::vector<DaySpan>& spans) {
  std::vector<SpansOfDay> of_days(days);
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const bool is_one_day = spans[i].first == spans[i].last;
    for (std::int64_t day = std::max<std::int64_t>(spans[i].first, 0); day <= spans[i].last;
         ++day) {
      SpansOfDay& of_day = of_days[static_cast<std::size_t>(day)];
      // Of two that are the same day, one can pass for several.
      const bool alone = is_one_day && of_day.alone == kNoSpan;
      std::size_t& span = alone ? of_day.alone : of_day.with_others;
      if (span != kNoSpan) return {};
      span = i;
    }
  }
  return of_days;
}

}  // namespace pinmetrics
