#ifndef PINMETRICS_REPORT_EVALUATE_H_
#define PINMETRICS_REPORT_EVALUATE_H_

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/calculate.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

/// @file
/// Reports straight from events in memory, without a store. Every other engine is tested against
/// this one.

namespace pinmetrics {

/// An event with the attributes its Pin had when the event came in. Points to both.
struct Observation {
  const Event* event = nullptr;  ///< Not null.
  const Pin* pin = nullptr;      ///< Not null.
};

/// A host's own events, checked and joined to their Pins once, to be asked any number of queries:
/// an `Engine` (report/engine.h).
///
/// Holds pointers: the events and Pins must outlive it unchanged. Const use from many threads is
/// safe. A query reads every event: fine for thousands to a few million.
class Evaluation {
 public:
  /// Takes all that is good: what is not is in `refused_pins` and `refused_events`. Of events with
  /// the same id other than 0 the first counts. A Pin whose id stands before is refused. `now`
  /// bounds the events' times, as `Store::Append` does; questions may be asked at any other.
  Evaluation(std::span<const Event> events, std::span<const Pin> pins, absl::Time now,
             ReportingOptions options = {});

  /// Takes observations as they are: valid, and each to be counted. For hosts whose Pins change
  /// and who know what each event's Pin was like. Of several titles of a Pin the last is shown.
  explicit Evaluation(std::vector<Observation> observations, ReportingOptions options = {});

  ///@{
  /// By index in the constructor's span, ascending.
  const std::vector<Refusal>& refused_pins() const { return refused_pins_; }
  const std::vector<Refusal>& refused_events() const { return refused_events_; }
  ///@}

  /// Days are those of this calendar; its `time_zone()` is the reporting zone.
  ReportingCalendar calendar() const { return ReportingCalendar(options_.time_zone); }
  /// The day of `now` in the reporting zone, with which most periods end.
  absl::CivilDay Today(absl::Time now) const { return calendar().DayOf(now); }

  /// The report that `query` asks for, made at `now`. InvalidArgument names what is wrong with the
  /// query: an empty or future period, a split or metrics that cannot be, real time with what it
  /// excludes. OutOfRange: the period starts before what is retained; the message has the first
  /// allowed day.
  absl::StatusOr<Report> Run(const Query& query, absl::Time now) const;

  ///@{
  /// The highest Pins (boards) by a metric, each with the query's metrics. Errors as for `Run`, and
  /// InvalidArgument for a split, a comparison, an audience to rank by, or a `created_in_last_days`
  /// below 1.
  absl::StatusOr<TopList> TopPins(const Query& query, const Ranking& ranking, absl::Time now) const;
  absl::StatusOr<TopList> TopBoards(const Query& query, const Ranking& ranking,
                                    absl::Time now) const;
  ///@}

  ///@{
  /// The report with change, the top Pins and the top boards of one query. By default that of the
  /// overview page; errors as for `Run`, and InvalidArgument for a split.
  absl::StatusOr<Overview> RunOverview(absl::Time now) const;
  absl::StatusOr<Overview> RunOverview(const Query& query, absl::Time now) const;
  ///@}

 private:
  absl::StatusOr<TopList> Top(Dimension item, const Query& query, const Ranking& ranking,
                              absl::Time now) const;

  std::vector<Observation> observations_;
  std::vector<Refusal> refused_pins_;
  std::vector<Refusal> refused_events_;
  ReportingOptions options_;
};

/// The report of one query over all of `events`: fails with InvalidArgument, naming the first by
/// its index, if an event or a Pin is refused. Errors otherwise as for `Evaluation::Run`.
absl::StatusOr<Report> Evaluate(std::span<const Event> events, std::span<const Pin> pins,
                                const Query& query, absl::Time now,
                                const ReportingOptions& options = {});

/// The same for any range of a host's own events that `projection` makes an `Event` of. Makes them
/// all first; `Calculate` gets by without.
template <typename Range, typename Projection>
requires EventRange<Range, Projection> absl::StatusOr<Report> Evaluate(
    Range&& events, Projection projection, std::span<const Pin> pins, const Query& query,
    absl::Time now, const ReportingOptions& options = {}) {
  std::vector<Event> made;
  for (auto&& element : events) made.push_back(std::invoke(projection, element));
  return Evaluate(std::span<const Event>(made), pins, query, now, options);
}

}  // namespace pinmetrics

#endif  // PINMETRICS_REPORT_EVALUATE_H_
