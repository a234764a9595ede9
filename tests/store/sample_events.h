#ifndef PINMETRICS_TESTS_STORE_SAMPLE_EVENTS_H_
#define PINMETRICS_TESTS_STORE_SAMPLE_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"

/// A day, events on it, and the shortest ways to ask what a store makes of them.

namespace pinmetrics {

inline constexpr absl::CivilDay kDay(2026, 11, 10);

/// An hour of `day`, in UTC.
inline absl::Time HourOf(absl::CivilDay day, int hour) {
  return absl::FromCivil(day, absl::UTCTimeZone()) + absl::Hours(hour);
}

/// When `day` is just final.
inline absl::Time FinalTime(absl::CivilDay day) { return HourOf(day + 1, 48); }
inline const absl::Time kDayIsFinal = FinalTime(kDay);

inline Pin SamplePin(std::uint64_t id) {
  return {.id = PinId(id), .board = BoardId(id % 10), .created_at = HourOf(kDay - 5, 0)};
}

/// An impression of Pin 1 at noon. Viewer and event have the same number.
inline Event Impression(std::uint64_t id, absl::CivilDay day = kDay) {
  return {.id = EventId(id), .time = HourOf(day, 12), .pin = PinId(1), .viewer = ViewerId(id)};
}

/// `count` of them, from `first_id` on.
inline std::vector<Event> Impressions(std::uint64_t first_id, std::size_t count,
                                      absl::CivilDay day = kDay) {
  std::vector<Event> events;
  for (std::uint64_t i = 0; i < count; ++i) events.push_back(Impression(first_id + i, day));
  return events;
}

/// All about one day, live or not.
inline Query QueryOn(absl::CivilDay day) {
  return {.period = LastDays(1, day), .include_saved = true, .real_time = true};
}

/// The value of a metric in the total of a query; absent also where the query is refused.
inline std::optional<double> Total(const Snapshot& snapshot, Query query, const Metric& metric,
                                   absl::Time now) {
  query.metrics = {metric};
  const absl::StatusOr<Report> report = snapshot.Run(query, now);
  return report.ok() ? report->totals.at(0).figures.at(0) : std::nullopt;
}

/// The impressions of a day, asked at noon of the next.
inline std::optional<double> ImpressionsOn(const Snapshot& snapshot, absl::CivilDay day) {
  return Total(snapshot, QueryOn(day), kImpressions, HourOf(day + 1, 12));
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_SAMPLE_EVENTS_H_
