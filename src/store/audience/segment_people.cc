#include "store/audience/segment_people.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace pinmetrics {
namespace {

constexpr std::uint32_t kMonthDays = 30;

bool Has(const DaySpan& span, std::size_t day) {
  const auto index = static_cast<std::int64_t>(day);
  return span.first <= index && index <= span.last;
}

}  // namespace

SegmentPeopleCounter::SegmentPeopleCounter(PeopleDays days, std::size_t counted_days,
                                           std::uint32_t viewer_limit)
    : days_(std::move(days)),
      counted_days_(counted_days),
      viewer_limit_(viewer_limit),
      begins_((counted_days + kMonthDays) * kTurns) {
  for (std::size_t row = 0; row < days_.rows.size(); ++row) {
    const DaySpan& span = days_.rows[row];
    row_of_day_.insert(row_of_day_.end(), static_cast<std::size_t>(span.last - span.first + 1),
                       row);
  }
}

void SegmentPeopleCounter::TakeNumbers() {
  const std::size_t numbers = counted_days_ + kMonthDays;
  if (first_ + 2 * numbers > std::numeric_limits<DayNumber>::max()) {
    first_ = 0;
    std::fill(seen_.begin(), seen_.end(), Seen());
    std::fill(last_day_of_viewer_.begin(), last_day_of_viewer_.end(), DayNumber{0});
  }
  // Numbers that are not given, 0 among them, are a month before the first.
  first_ += static_cast<std::uint32_t>(numbers);
}

SegmentPeople SegmentPeopleCounter::Count(const SegmentViewers& viewers) {
  TakeNumbers();
  const std::size_t room = std::bit_ceil(2 * viewers.viewers.size() + 2);
  if (room >= viewer_limit_) {
    if (last_day_of_viewer_.empty()) last_day_of_viewer_.resize(viewer_limit_);
    DayNumber* const last_days = last_day_of_viewer_.data();
    return CountDays(viewers,
                     [last_days](std::uint32_t viewer) -> DayNumber& { return last_days[viewer]; });
  }
  if (seen_.size() < room) seen_.resize(room);
  Seen* const seen = seen_.data();
  const std::uint32_t first = first_;
  const int shift = 32 - std::countr_zero(room);
  return CountDays(viewers,
                   [seen, first, shift, last = room - 1](std::uint32_t viewer) -> DayNumber& {
                     // Viewers of a segment are often numbered in a row or by some step: by the
                     // golden ratio these are spread evenly.
                     std::size_t place = viewer * 0x9e3779b1u >> shift;
                     while (seen[place].last_day >= first && seen[place].viewer != viewer) {
                       place = (place + 1) & last;
                     }
                     if (seen[place].last_day < first) seen[place] = {viewer, 0};
                     return seen[place].last_day;
                   });
}

template <typename LastDayOf>
SegmentPeople SegmentPeopleCounter::CountDays(const SegmentViewers& viewers,
                                              LastDayOf last_day_of) {
  SegmentPeople people;
  people.rows.resize(days_.rows.size());
  people.months.resize(days_.rows.size());
  std::fill(begins_.begin(), begins_.end(), 0);
  std::uint32_t* const begins = begins_.data();
  std::vector<std::int64_t> new_on_day(counted_days_);
  for (std::size_t day = 0; day < counted_days_; ++day) {
    const bool is_valued = Has(days_.valued, day);
    const auto number_of = [this](std::int64_t index) {
      return first_ + static_cast<std::uint32_t>(index);
    };
    // Nobody was seen before number 0.
    std::uint32_t first_of_range = 0;
    std::uint32_t first_of_row = 0;
    std::size_t row = 0;
    if (is_valued) {
      first_of_range = number_of(days_.valued.first);
      row = row_of_day_[day - static_cast<std::size_t>(days_.valued.first)];
      first_of_row = number_of(days_.rows[row].first);
    }
    if (Has(days_.before, day)) first_of_range = number_of(days_.before.first);
    const std::uint32_t today = first_ + static_cast<std::uint32_t>(day);
    std::uint32_t new_today = 0;
    std::uint32_t new_in_range = 0;
    std::uint32_t new_in_row = 0;
    for (std::size_t i = viewers.starts[day]; i < viewers.starts[day + 1]; ++i) {
      DayNumber& last_day = last_day_of(viewers.viewers[i]);
      const std::uint32_t last = last_day;
      last_day = static_cast<DayNumber>(today);
      const std::uint32_t is_new = last < today ? 1 : 0;
      new_today += is_new;
      new_in_range += last < first_of_range ? 1 : 0;
      new_in_row += last < first_of_row ? 1 : 0;
      const std::uint32_t begin = std::max(today, last + kMonthDays) - first_;
      begins[begin * kTurns + i % kTurns] += is_new;
    }
    new_on_day[day] = new_today;
    if (is_valued) {
      people.rows[row] += new_in_row;
      people.total += new_in_range;
    } else {
      people.before += new_in_range;
    }
  }
  std::int64_t in_month = 0;
  std::size_t row = 0;
  for (std::size_t day = 0; day < counted_days_; ++day) {
    for (std::size_t turn = 0; turn < kTurns; ++turn) in_month += begins[day * kTurns + turn];
    if (day >= kMonthDays) in_month -= new_on_day[day - kMonthDays];
    const auto index = static_cast<std::int64_t>(day);
    if (index + 1 == days_.valued.first) people.before_month = in_month;
    if (row < days_.rows.size() && index == days_.rows[row].last) people.months[row++] = in_month;
  }
  return people;
}

}  // namespace pinmetrics
