#ifndef PINMETRICS_CALENDAR_INTERVAL_H_
#define PINMETRICS_CALENDAR_INTERVAL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics {

/// How a series is cut: into days, into weeks that begin on one weekday, or into calendar months.
/// Intervals have no gaps between them, and each day is in one.
///
/// A regular value; const calls are safe from any number of threads.
class Interval {
 public:
  /// A day.
  constexpr Interval() = default;

  /// A day.
  static constexpr Interval Day() { return Interval(); }
  /// Seven days, the first of which is a `first`.
  static constexpr Interval Week(absl::Weekday first = absl::Weekday::monday) {
    return Interval(Unit::kWeek, static_cast<unsigned>(first) % kDaysOfWeek);
  }
  /// From the first of a month to its last day.
  static constexpr Interval Month() { return Interval(Unit::kMonth, 0); }

  /// True if every interval is one day.
  constexpr bool is_day() const { return unit_ == Unit::kDay; }

  /// What one is called: `day`, `week` or `month`.
  std::string_view unit() const;

  /// All days of the interval that `day` is in.
  DateRange Containing(absl::CivilDay day) const;

  /// `day`, `month`, `week` for weeks from Monday, and for others `week_from_sunday`. Reads back
  /// with ParseInterval.
  std::string ToString() const;

  friend constexpr bool operator==(const Interval&, const Interval&) = default;

 private:
  enum class Unit : std::uint8_t { kDay, kWeek, kMonth };
  static constexpr unsigned kDaysOfWeek = 7;

  constexpr Interval(Unit unit, unsigned first_weekday)
      : unit_(unit), first_weekday_(static_cast<std::uint8_t>(first_weekday)) {}

  Unit unit_ = Unit::kDay;
  std::uint8_t first_weekday_ = 0;  ///< Of a week, from Monday on.
};

/// As `Interval::ToString` writes it.
inline std::string ToString(const Interval& interval) { return interval.ToString(); }

/// Reads `day`, `week`, `month`, or `week_from_` and a weekday in small letters. InvalidArgument
/// for anything else, with the text and what was expected.
absl::StatusOr<Interval> ParseInterval(std::string_view text);

}  // namespace pinmetrics

#endif  // PINMETRICS_CALENDAR_INTERVAL_H_
