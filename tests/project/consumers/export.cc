// A host of the exporters alone: it has events in memory, no store, and links none.

#include <cstdlib>
#include <iostream>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

int main() {
  namespace pm = pinmetrics;

  const absl::CivilDay day(2026, 11, 1);
  const absl::Time noon = absl::FromCivil(absl::CivilHour(2026, 11, 1, 12), absl::UTCTimeZone());
  const pm::Pin pin = {.id = pm::PinId(7), .created_at = noon};
  const std::vector<pm::Event> events = {
      {.time = noon, .pin = pin.id},
      {.time = noon, .pin = pin.id},
      {.time = noon, .pin = pin.id, .action = pm::Action::kSave},
  };
  const pm::Query query = {.period = pm::DateRange::Inclusive(day, day),
                           .metrics = {pm::kImpressions, pm::kSaveRate}};
  const auto report = pm::Evaluate(events, {&pin, 1}, query, noon + absl::Hours(24 * 7));
  if (!report.ok()) return EXIT_FAILURE;
  if (pm::TotalsToCsv(*report) != "segment,impressions,save_rate\r\nall,2,0.5\r\n") {
    return EXIT_FAILURE;
  }
  std::cout << *report->Total(pm::kImpressions) << " impressions, save rate "
            << *report->Total(pm::kSaveRate) << "\n";
  return EXIT_SUCCESS;
}
