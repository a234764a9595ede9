// A host of the header-only layers alone, without the compiled library: a filter from its text, and
// two metrics of a handful of events.

#include <cstdlib>
#include <iostream>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/calculate.h"
#include "pinmetrics/metrics/catalogue.h"

int main() {
  namespace pm = pinmetrics;

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
  const auto pin_of = [&pin](pm::PinId) -> const pm::Pin& { return pin; };
  const pm::Facts facts = pm::Calculate(events, pin_of, *filter);
  const std::optional<double> impressions = pm::kImpressions.Value(facts);
  const std::optional<double> save_rate = pm::kSaveRate.Value(facts);
  if (!impressions || !save_rate) return EXIT_FAILURE;
  std::cout << *impressions << " impressions, save rate " << *save_rate << "\n";
  return EXIT_SUCCESS;
}
