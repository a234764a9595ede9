#ifndef PINMETRICS_TESTS_STORE_HANDED_OUT_H_
#define PINMETRICS_TESTS_STORE_HANDED_OUT_H_

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/store/store_rows.h"

namespace pinmetrics {

/// What a store hands out of one of its days.
inline std::vector<std::pair<Event, Pin>> EventsOf(const StoreRows& rows, const StoredDay& day) {
  const absl::StatusOr<DayEvents> handed_out = rows.EventsOf(day);
  EXPECT_TRUE(handed_out.ok()) << handed_out.status();
  std::vector<std::pair<Event, Pin>> events;
  for (const Observation& one : handed_out->observations) {
    events.emplace_back(*one.event, *one.pin);
  }
  EXPECT_EQ(events.size(), day.events);
  return events;
}

/// All that a store hands out, and an evaluation of it.
class HandedOut {
 public:
  explicit HandedOut(const StoreRows& rows) : options_(rows.reporting()) {
    std::map<PinId, std::string> titles;
    for (const Pin& pin : rows.Pins()) titles[pin.id] = pin.title;
    for (const StoredDay& day : rows.Days()) {
      for (auto& [event, pin] : EventsOf(rows, day)) {
        // Lists show the last title that was put; an evaluation, that of the last event.
        pin.title = titles[pin.id];
        events_.emplace_back(std::move(event), std::move(pin));
      }
    }
  }

  /// Points into this.
  Evaluation Evaluate() const {
    std::vector<Observation> observations;
    observations.reserve(events_.size());
    for (const auto& [event, pin] : events_) observations.push_back({&event, &pin});
    return Evaluation(std::move(observations), options_);
  }

 private:
  ReportingOptions options_;
  std::deque<std::pair<Event, Pin>> events_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_HANDED_OUT_H_
