#ifndef PINMETRICS_SRC_CLICKHOUSE_SEGMENT_FACTS_H_
#define PINMETRICS_SRC_CLICKHOUSE_SEGMENT_FACTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "clickhouse/answer.h"
#include "clickhouse/day_scope.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "report/plan.h"

namespace pinmetrics {

/// What a server knows of a segment, a Pin or a board, day by day: the facts of any range of days.
class SegmentFacts {
 public:
  /// Events that a day has.
  void AddEvents(std::int64_t day, std::uint8_t kind, std::int64_t events, std::int64_t play_ms,
                 std::int64_t unsaved);
  /// Viewers of a day whose active day before was `gap` days earlier; 0: there was none.
  void AddViewers(bool engaged, std::int64_t day, std::int64_t gap, std::int64_t viewers);

  /// Whether an event is on one of the days.
  bool OccursIn(const DateRange& days) const;

  /// The facts of `days`, with the month that ends with the last of them.
  Facts Of(const Plan& plan, const DateRange& days) const;

  /// The people of a range of days: those who were active on one of them and not before, within it.
  std::int64_t People(bool engaged, const DateRange& days) const;

 private:
  struct Day {
    Tally tally;
    std::int64_t views = 0;
  };
  struct Gap {
    std::int64_t days = 0;
    std::int64_t viewers = 0;
  };

  std::map<std::int64_t, Day> days_;
  /// By day; of all viewers, and of those who engaged.
  std::array<std::map<std::int64_t, std::vector<Gap>>, 2> gaps_;
};

/// The segments of a report, in its order; without a split one, of number 0.
using Segments = std::map<Attribute, SegmentFacts>;

///@{
/// Add what an answer to `Statements::Sums` (`People`) has. DataLoss where it cannot be one: a
/// receipt that is short, a value out of range.
absl::Status AddSums(const Columns& answer, const DayScope& scope, std::optional<Dimension> split,
                     Segments& segments);
absl::Status AddPeople(const Columns& answer, const DayScope& scope, std::optional<Dimension> split,
                       Segments& segments);
///@}

/// Adds up counts of an answer; what no count can be is found out.
class CountCheck {
 public:
  /// False once the sum of all is 2^60 or more.
  bool Takes(std::uint64_t count);

 private:
  std::uint64_t left_ = std::uint64_t{1} << 60;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_SEGMENT_FACTS_H_
