#ifndef PINMETRICS_TESTS_REPORT_SMALL_ACCOUNT_H_
#define PINMETRICS_TESTS_REPORT_SMALL_ACCOUNT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "tests/report/dated_evaluation.h"

/// Accounts of a few Pins and events, written down by hand, and the figures of their reports.

namespace pinmetrics {

inline absl::CivilDay Day(std::string_view text) { return ParseDay(text).value(); }

/// Both ends included: "2026-11-01..2026-11-03".
inline DateRange Days(std::string_view text) { return ParseDateRange(text).value(); }

/// RFC 3339. A text that is none gives the infinite past, which no event and no now may be.
inline absl::Time Instant(std::string_view text) {
  absl::Time time = absl::InfinitePast();
  std::string error;
  absl::ParseTime(absl::RFC3339_full, std::string(text), &time, &error);
  return time;
}

inline absl::TimeZone Zone(std::string_view name) { return LoadTimeZone(name).value(); }

/// An event on Pin 1 by nobody known.
inline Event EventAt(std::string_view time, Action action = Action::kImpression) {
  return {.time = Instant(time), .pin = PinId(1), .action = action};
}

inline Event EventBy(std::uint64_t viewer, std::string_view time,
                     Action action = Action::kImpression) {
  Event event = EventAt(time, action);
  event.viewer = ViewerId(viewer);
  return event;
}

inline Event EventOn(std::uint64_t pin, std::string_view time,
                     Action action = Action::kImpression) {
  Event event = EventAt(time, action);
  event.pin = PinId(pin);
  return event;
}

inline Event PlaybackAt(std::string_view time, const Playback& playback) {
  Event event = EventAt(time, Action::kPlayback);
  event.playback = playback;
  return event;
}

/// A Pin, on the board of the same number.
inline Pin MakePin(std::uint64_t id) { return {.id = PinId(id), .board = BoardId(id)}; }

/// An account with Pins 1, 2 and 3, asked at noon of 23 November 2026: the last day that is final
/// is the 20th. Change what a test is about, then ask.
struct SmallAccount {
  std::vector<Pin> pins = {MakePin(1), MakePin(2), MakePin(3)};
  std::vector<Event> events = {};
  absl::Time now = Instant("2026-11-23T12:00:00Z");
  ReportingOptions options = {};

  DatedEvaluation Evaluated() const { return {Evaluation(events, pins, now, options), now}; }
  absl::StatusOr<Report> Run(const Query& query) const { return Evaluated().Run(query); }
};

/// The metric's figures in every row, totals or days, in order.
template <typename Row>
std::vector<std::optional<double>> Column(const Report& report, const std::vector<Row>& rows,
                                          const Metric& metric) {
  std::vector<std::optional<double>> column;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.figures.size(); ++i) {
      if (report.query.metrics[i] == metric) column.push_back(row.figures[i]);
    }
  }
  return column;
}

/// The ids of a top list's rows, in order.
inline std::vector<std::uint64_t> IdsOf(const TopList& list) {
  std::vector<std::uint64_t> ids;
  for (const TopRow& row : list.rows) ids.push_back(row.number());
  return ids;
}

/// The segments of a report's totals as exports write them.
inline std::vector<std::string> SegmentsOf(const Report& report) {
  std::vector<std::string> segments;
  for (const TotalRow& row : report.totals) {
    segments.push_back(SegmentText(report.query, row.segment));
  }
  return segments;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_REPORT_SMALL_ACCOUNT_H_
