#ifndef PINMETRICS_CALENDAR_DATE_RANGE_H_
#define PINMETRICS_CALENDAR_DATE_RANGE_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

namespace pinmetrics {

/// A range of civil days, in order and without gaps. Text, `first` and `last` name both ends as
/// people do, included; the constructor takes the end as code does, excluded.
///
/// A range whose end is not after its beginning is empty. It keeps the ends it was given, so that a
/// refusal can name them, and two empty ranges are equal only if both their ends are.
///
/// A regular value; const calls are safe from any number of threads.
class DateRange {
 public:
  class const_iterator;
  /// A range of the standard library: iterators forward, over days.
  using iterator = const_iterator;
  using value_type = absl::CivilDay;  ///< A day, as its calendar's date.

  /// Empty, at 1970-01-01.
  constexpr DateRange() = default;

  /// The days from `begin` to the day before `end`.
  constexpr DateRange(absl::CivilDay begin, absl::CivilDay end) : begin_(begin), end_(end) {}

  /// The days from `first` to `last`, both included.
  static DateRange Inclusive(absl::CivilDay first, absl::CivilDay last) {
    return DateRange(first, last + 1);
  }

  /// The first day, unless the range is empty.
  absl::CivilDay first() const { return begin_; }

  /// The last day that belongs to the range. Of an empty range, the day before its end.
  absl::CivilDay last() const { return end_ - 1; }

  /// How many days; 0 if empty.
  int64_t days() const { return empty() ? 0 : end_ - begin_; }

  /// True if there is no day in it.
  bool empty() const { return end_ <= begin_; }

  /// True if `day` is one of its days.
  bool Contains(absl::CivilDay day) const { return begin_ <= day && day < end_; }

  ///@{
  /// Iterates over the days, in order: `for (absl::CivilDay day : range)`.
  const_iterator begin() const;
  const_iterator end() const;
  ///@}

  /// True if both have the same first and last day.
  friend bool operator==(const DateRange& a, const DateRange& b) {
    return a.begin_ == b.begin_ && a.end_ == b.end_;
  }

 private:
  absl::CivilDay begin_;
  absl::CivilDay end_;
};

/// A day of a range. Holds the day itself, so it outlives the range.
class DateRange::const_iterator {
 public:
  using iterator_concept = std::forward_iterator_tag;
  // Older algorithms want a real reference from more than an input iterator.
  using iterator_category = std::input_iterator_tag;
  using value_type = absl::CivilDay;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = absl::CivilDay;

  constexpr const_iterator() = default;
  constexpr explicit const_iterator(absl::CivilDay day) : day_(day) {}

  absl::CivilDay operator*() const { return day_; }

  const_iterator& operator++() {
    ++day_;
    return *this;
  }

  const_iterator operator++(int) { return const_iterator(day_++); }

  friend bool operator==(const const_iterator& a, const const_iterator& b) {
    return a.day_ == b.day_;
  }

 private:
  absl::CivilDay day_;
};

inline DateRange::const_iterator DateRange::begin() const { return const_iterator(begin_); }

inline DateRange::const_iterator DateRange::end() const {
  return const_iterator(empty() ? begin_ : end_);
}

/// The `count` days that end with `today`, both ends included: LastDays(1, today) is today. Empty,
/// after today, if `count` is 0 or less.
DateRange LastDays(int64_t count, absl::CivilDay today);

/// As many days, directly before. Empty for an empty range.
DateRange PreviousRange(const DateRange& range);

/// The same day of the month, `months` later (earlier if negative). Where that month is too short
/// to have the day, its last day: 31 August 2026 less 18 months is 28 February 2025. A day that
/// exists is kept: 28 February 2027 less 18 months is 28 August 2025. Any year will do, also those
/// that Boost.Date_Time does not know.
absl::CivilDay AddMonths(absl::CivilDay day, int months);

/// True if a leap second can come directly before midnight, UTC, of that day: time ends a June or a
/// December with it.
constexpr bool CanFollowLeapSecond(absl::CivilDay day) {
  return day.day() == 1 && (day.month() == 1 || day.month() == 7);
}

/// The day as ISO 8601 writes it: `2026-10-01`. Reads back with ParseDay if the year is 1970..9999.
std::string ToString(absl::CivilDay day);

/// Both ends, included: `2026-10-01..2026-10-30`. An empty range shows `last` before `first`, which
/// does not read back.
std::string ToString(const DateRange& range);

/// Reads `YYYY-MM-DD`: exactly these ten characters, a day that exists, a year of 1970..9999.
/// Anything else is InvalidArgument, with the text and what was expected.
absl::StatusOr<absl::CivilDay> ParseDay(std::string_view text);

/// Reads `FIRST..LAST`, both as for ParseDay and both included. InvalidArgument for anything else
/// and if LAST is before FIRST, so a parsed range is never empty.
absl::StatusOr<DateRange> ParseDateRange(std::string_view text);

}  // namespace pinmetrics

#endif  // PINMETRICS_CALENDAR_DATE_RANGE_H_
