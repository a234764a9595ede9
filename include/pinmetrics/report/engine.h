#ifndef PINMETRICS_REPORT_ENGINE_H_
#define PINMETRICS_REPORT_ENGINE_H_

#include <concepts>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// What answers queries about one account: an `Evaluation`, a `Snapshot`, a `ClickHouseEngine`. All
/// engines take the same calls and give the same answers, to the last bit, and the same errors
/// about a query. `now` is always last: the instant the answer is of. For functions and tests that
/// serve from any of them:
///
///   template <Engine E>
///   absl::StatusOr<Report> LastWeek(const E& engine, absl::Time now) {
///     return engine.Run({.period = LastDays(7, engine.Today(now))}, now);
///   }
template <typename T>
concept Engine = requires(const T& engine, const Query& query, const Ranking& ranking,
                          absl::Time now) {
  { engine.Run(query, now) } -> std::same_as<absl::StatusOr<Report>>;
  { engine.TopPins(query, ranking, now) } -> std::same_as<absl::StatusOr<TopList>>;
  { engine.TopBoards(query, ranking, now) } -> std::same_as<absl::StatusOr<TopList>>;
  { engine.RunOverview(now) } -> std::same_as<absl::StatusOr<Overview>>;
  { engine.RunOverview(query, now) } -> std::same_as<absl::StatusOr<Overview>>;
  { engine.calendar() } -> std::same_as<ReportingCalendar>;
  { engine.Today(now) } -> std::same_as<absl::CivilDay>;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_REPORT_ENGINE_H_
