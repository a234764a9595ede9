// A host in its smallest form, built by each of the consumer projects: a filter from its text, and
// two metrics of a handful of events.

#include <cstdlib>
#include <iostream>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/pinmetrics.h"

int main() {
  namespace pm = pinmetrics;

  const absl::CivilDay day(2026, 11, 1);
  const absl::Time noon = absl::FromCivil(absl::CivilHour(2026, 11, 1, 12), absl::UTCTimeZone());
  const pm::Pin pin = {.id = pm::PinId(7), .created_at = noon};
  const auto event = [&](pm::Action action, pm::Device device) {
    return pm::Event{.time = noon, .pin = pin.id, .action = action, .device = device};
  };
  const std::vector<pm::Event> events = {
      event(pm::Action::kImpression, pm::Device::kMobile),
      event(pm::Action::kImpression, pm::Device::kTablet),
      event(pm::Action::kImpression, pm::Device::kDesktop),
      event(pm::Action::kSave, pm::Device::kMobile),
  };

  const auto filter = pm::ParseFilter("device:mobile,tablet");
  if (!filter.ok()) return EXIT_FAILURE;
  const pm::Query query = {.period = pm::DateRange::Inclusive(day, day),
                           .filter = *filter,
                           .metrics = {pm::kImpressions, pm::kSaveRate}};
  const auto report = pm::Evaluate(events, {&pin, 1}, query, noon + absl::Hours(24 * 7));
  if (!report.ok()) return EXIT_FAILURE;
  std::cout << *report->Total(pm::kImpressions) << " impressions, save rate "
            << *report->Total(pm::kSaveRate) << "\n";
  return EXIT_SUCCESS;
}
