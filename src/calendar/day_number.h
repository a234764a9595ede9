#ifndef PINMETRICS_SRC_CALENDAR_DAY_NUMBER_H_
#define PINMETRICS_SRC_CALENDAR_DAY_NUMBER_H_

#include <cstdint>

#include "absl/time/civil_time.h"

namespace pinmetrics {

///@{
/// Days since 1970-01-01, which is how files, tables and Arrow have a day.
inline std::int64_t DayNumber(absl::CivilDay day) { return day - absl::CivilDay(1970, 1, 1); }
inline absl::CivilDay DayOfNumber(std::int64_t number) {
  return absl::CivilDay(1970, 1, 1) + number;
}
///@}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CALENDAR_DAY_NUMBER_H_
