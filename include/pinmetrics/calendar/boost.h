#ifndef PINMETRICS_CALENDAR_BOOST_H_
#define PINMETRICS_CALENDAR_BOOST_H_

// For hosts that use Boost.Date_Time. pinmetrics.h leaves this header out, since it takes long to
// compile, and the compiled library never exposes Boost.

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "boost/date_time/gregorian/gregorian_types.hpp"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics {

/// The same days as Boost's period, which is half-open too; an empty range gives a null period.
/// OutOfRange if `first` or `last` is outside 1400-01-01..9999-12-31, the days that Boost knows.
inline absl::StatusOr<boost::gregorian::date_period> ToBoost(const DateRange& range) {
  for (const absl::CivilDay day : {range.first(), range.last()}) {
    if (day.year() < 1400 || day.year() > 9999) {
      return absl::OutOfRangeError("date range: " + ToString(range) +
                                   " is outside 1400-01-01..9999-12-31");
    }
  }
  const auto date = [](absl::CivilDay day) {
    return boost::gregorian::date(static_cast<unsigned short>(day.year()),
                                  static_cast<unsigned short>(day.month()),
                                  static_cast<unsigned short>(day.day()));
  };
  return boost::gregorian::date_period(date(range.first()),
                                       date(range.last()) + boost::gregorian::days(1));
}

/// The same days as a DateRange; a null period gives an empty range. InvalidArgument if an end of
/// the period is no date: infinite or `not_a_date_time`.
inline absl::StatusOr<DateRange> FromBoost(const boost::gregorian::date_period& period) {
  if (period.begin().is_special() || period.last().is_special()) {
    return absl::InvalidArgumentError("date period: an end is infinite or no date, expected dates");
  }
  // Counting from a date that both sides know, rather than asking for year, month and day, takes
  // every period: the ends of a null one may lie where Boost would throw.
  const boost::gregorian::date epoch(1970, 1, 1);
  const auto day = [&epoch](boost::gregorian::date date) {
    return absl::CivilDay(1970, 1, 1) + (date - epoch).days();
  };
  return DateRange::Inclusive(day(period.begin()), day(period.last()));
}

}  // namespace pinmetrics

#endif  // PINMETRICS_CALENDAR_BOOST_H_
