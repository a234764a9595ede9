#include <iostream>
#include <vector>

#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const absl::Time seen = now - absl::Hours(5 * 24);
  const std::vector<pm::Pin> pins = {{.id = pm::PinId(7), .created_at = seen}};
  const std::vector<pm::Event> events = {
      {.time = seen, .pin = pm::PinId(7), .viewer = pm::ViewerId(1), .device = pm::Device::kMobile},
      {.time = seen, .pin = pm::PinId(7), .viewer = pm::ViewerId(2), .device = pm::Device::kTablet},
      {.time = seen, .pin = pm::PinId(7), .viewer = pm::ViewerId(3), .device = pm::Device::kTablet},
      {.time = seen, .pin = pm::PinId(7), .action = pm::Action::kSave}};

  const pm::Query query = {.period = pm::LastDays(7, absl::CivilDay(2026, 11, 23)),
                           .filter = !pm::Is(pm::Device::kMobile) && pm::Is(pm::PinId(7)),
                           .metrics = {pm::kImpressions, pm::kSaveRate, pm::kTotalAudience}};
  const auto report = pm::Evaluate(events, pins, query, now);
  if (!report.ok()) {
    std::cerr << report.status().message() << "\n";
    return 1;
  }
  std::cout << "impressions: " << report->Total(pm::kImpressions).ToString() << "\n"
            << "save rate: " << report->Total(pm::kSaveRate).ToString() << "\n"
            << "audience: " << report->Total(pm::kTotalAudience).ToString() << "\n";
  return 0;
}
