#ifndef PINMETRICS_METRICS_CALCULATE_H_
#define PINMETRICS_METRICS_CALCULATE_H_

#include <concepts>
#include <functional>
#include <iterator>
#include <utility>

#include "pinmetrics/filter/filter.h"
#include "pinmetrics/filter/matcher.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/metrics/viewer_set.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

/// @file
/// Metrics straight from a host's own events, in any range and of any type, in one pass without a
/// copy. Every event counts as given, and must be valid (model/event.h: `Check`): finding out,
/// repeats, days and switches are for `Evaluate`.

namespace pinmetrics {

/// Finds the Pin of an event: any callable from a `PinId` to a `const Pin&`.
template <typename T>
concept PinLookup = requires(T pin_of, PinId id) {
  { pin_of(id) } -> std::convertible_to<const Pin&>;
};

/// A range, of one pass or more, whose elements `Projection` turns into an `Event`, a reference to
/// one, or what converts to either.
template <typename Range, typename Projection>
concept EventRange = requires(Range& range) {
  std::end(range);
  {
    std::invoke(std::declval<Projection&>(), *std::begin(range))
    } -> std::convertible_to<const Event&>;
};

/// Tallies the events that pass `filter`. With a host's own type, `projection` makes an `Event` of
/// an element; only the fields that are used survive inlining.
template <typename Range, PinLookup PinOf, typename Projection = std::identity>
requires EventRange<Range, Projection> Tally CalculateTally(Range&& events, PinOf&& pin_of,
                                                            const Filter& filter,
                                                            Projection projection = {}) {
  Tally tally;
  const Matcher matches(filter);
  for (auto&& element : events) {
    auto&& projected = std::invoke(projection, element);  // May hold what it converts to.
    const Event& event = projected;
    if (matches(event, pin_of(event.pin))) tally.Add(event);
  }
  return tally;
}

/// Tallies all events.
template <typename Range, typename Projection = std::identity>
requires EventRange<Range, Projection> Tally CalculateTally(Range&& events,
                                                            Projection projection = {}) {
  Tally tally;
  for (auto&& element : events) tally.Add(std::invoke(projection, element));
  return tally;
}

/// The facts of the events that pass `filter`, audiences included, for `Metric::Value`. `month` is
/// absent: it needs days, see `Evaluate`.
template <typename Range, PinLookup PinOf, typename Projection = std::identity>
requires EventRange<Range, Projection> Facts Calculate(Range&& events, PinOf&& pin_of,
                                                       const Filter& filter,
                                                       Projection projection = {}) {
  Facts facts;
  ViewerSet viewers;
  ViewerSet engaged;
  const Matcher matches(filter);
  for (auto&& element : events) {
    auto&& projected = std::invoke(projection, element);  // May hold what it converts to.
    const Event& event = projected;
    if (!matches(event, pin_of(event.pin))) continue;
    facts.tally.Add(event);
    viewers.Add(event.viewer);
    if (IsEngagement(event.action)) engaged.Add(event.viewer);
  }
  facts.total_audience = viewers.Count();
  facts.engaged_audience = engaged.Count();
  return facts;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_METRICS_CALCULATE_H_
