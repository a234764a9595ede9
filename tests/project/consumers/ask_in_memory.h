#ifndef PINMETRICS_TESTS_PROJECT_CONSUMERS_ASK_IN_MEMORY_H_
#define PINMETRICS_TESTS_PROJECT_CONSUMERS_ASK_IN_MEMORY_H_

#include <cstdlib>
#include <iostream>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

/// Prints what every consumer prints, of three events in memory. Returns the program's exit code.
inline int AskInMemory() {
  namespace pm = pinmetrics;

  const absl::CivilDay day(2026, 11, 1);
  const absl::Time noon = absl::FromCivil(absl::CivilHour(2026, 11, 1, 12), absl::UTCTimeZone());
  const absl::Time now = noon + absl::Hours(24 * 7);
  const std::vector<pm::Pin> pins = {{.id = pm::PinId(7), .created_at = noon}};
  const std::vector<pm::Event> events = {
      {.time = noon, .pin = pm::PinId(7)},
      {.time = noon, .pin = pm::PinId(7)},
      {.time = noon, .pin = pm::PinId(7), .action = pm::Action::kSave},
  };
  const pm::Query query = {.period = pm::DateRange::Inclusive(day, day),
                           .metrics = {pm::kImpressions, pm::kSaveRate}};
  const auto report = pm::Evaluate(events, pins, query, now);
  if (!report.ok()) return EXIT_FAILURE;
  std::cout << *report->Total(pm::kImpressions) << " impressions, save rate "
            << *report->Total(pm::kSaveRate) << "\n";
  return EXIT_SUCCESS;
}

#endif  // PINMETRICS_TESTS_PROJECT_CONSUMERS_ASK_IN_MEMORY_H_
