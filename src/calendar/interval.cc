#include "pinmetrics/calendar/interval.h"

#include <array>
#include <cstddef>

#include "absl/status/status.h"
#include "calendar/quote.h"

namespace pinmetrics {
namespace {

constexpr std::string_view kWeek = "week";
constexpr std::string_view kWeekFrom = "week_from_";
constexpr std::array<std::string_view, 7> kWeekdays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

}  // namespace

DateRange Interval::Containing(absl::CivilDay day) const {
  if (unit_ == Unit::kMonth) {
    const absl::CivilMonth month(day);
    return DateRange(absl::CivilDay(month), absl::CivilDay(month + 1));
  }
  if (unit_ == Unit::kDay) return DateRange(day, day + 1);
  const auto weekday = static_cast<unsigned>(absl::GetWeekday(day));
  const unsigned days_in = (weekday + kDaysOfWeek - first_weekday_) % kDaysOfWeek;
  const absl::CivilDay first = day - static_cast<absl::civil_diff_t>(days_in);
  return DateRange(first, first + static_cast<absl::civil_diff_t>(kDaysOfWeek));
}

std::string_view Interval::unit() const {
  if (unit_ == Unit::kDay) return "day";
  return unit_ == Unit::kMonth ? "month" : kWeek;
}

std::string Interval::ToString() const {
  if (unit_ != Unit::kWeek || *this == Week()) return std::string(unit());
  return std::string(kWeekFrom).append(kWeekdays[first_weekday_]);
}

absl::StatusOr<Interval> ParseInterval(std::string_view text) {
  if (text == "day") return Interval::Day();
  if (text == kWeek) return Interval::Week();
  if (text == "month") return Interval::Month();
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    if (text.starts_with(kWeekFrom) && text.substr(kWeekFrom.size()) == kWeekdays[i]) {
      return Interval::Week(static_cast<absl::Weekday>(i));
    }
  }
  return absl::InvalidArgumentError(Quote(text) +
                                    " is no interval, expected day, week, month, or week_from_ and "
                                    "a weekday");
}

}  // namespace pinmetrics
