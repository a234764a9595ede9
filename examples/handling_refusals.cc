// What cannot be counted is named, with its place and the reason; what is good is counted anyway.
// Nothing throws: a query that cannot be answered returns a status.

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const absl::Time seen = now - absl::Hours(5 * 24);
  const std::vector<pm::Pin> pins = {{.id = pm::PinId(7), .created_at = seen}};
  const pm::Playback too_far = {.play_time = absl::Seconds(3), .progress = 1.2};
  const std::vector<pm::Event> events = {
      {.time = seen, .pin = pm::PinId(7)},
      {.time = seen, .pin = pm::PinId(8)},
      {.time = seen, .pin = pm::PinId(7), .action = pm::Action::kPlayback, .playback = too_far},
      {.time = now + absl::Hours(1), .pin = pm::PinId(7)},
  };

  const pm::Evaluation evaluation(events, pins, now);
  std::string refused;
  std::vector<pm::Event> kept;
  for (const pm::Refusal& refusal : evaluation.refused_events()) {
    refused += "event " + refusal.ToString() + "\n";
    // For programs: an event whose Pin comes later is worth keeping.
    if (refusal.kind() == pm::FaultKind::kUnknownPin) kept.push_back(events[refusal.index]);
  }
  std::cout << refused;
  if (refused !=
          "event 1: pin: 8 is not a known Pin\n"
          "event 2: progress: 1.2 is outside 0..1\n"
          "event 3: time: 2026-11-23T13:00:00Z is later than now, 2026-11-23T12:00:00Z, by more "
          "than 5 "
          "minutes\n" ||
      kept.size() != 1) {
    return 1;
  }

  pm::Query query = {.period = pm::LastDays(30, evaluation.Today(now)),
                     .metrics = {pm::kImpressions}};
  const auto report = evaluation.Run(query, now);
  if (!report.ok() || report->Total(pm::kImpressions) != 1) return 1;

  query.period = pm::LastDays(1000, evaluation.Today(now));
  const absl::Status too_early = evaluation.Run(query, now).status();
  std::cout << too_early.message() << "\n";
  return too_early.code() == absl::StatusCode::kOutOfRange ? 0 : 1;
}
