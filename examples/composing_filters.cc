// Filters are values: conditions joined with &&, || and !, to any depth. They have a text form that
// parses back to an equal filter.

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/calculate.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

namespace pm = pinmetrics;

int main() {
  const pm::Filter handheld = pm::Is(pm::Device::kMobile, pm::Device::kTablet);
  const pm::Filter own_or_video = pm::Is(pm::PinSource::kYourPins) || pm::Is(pm::PinFormat::kVideo);
  const pm::Filter filter = handheld && !pm::Is(pm::Age::k18To24) && own_or_video;

  const std::string text = pm::ToString(filter);
  std::cout << text << "\n";
  const absl::StatusOr<pm::Filter> parsed = pm::ParseFilter(text);
  if (text != "device:mobile,tablet -age:18-24 (source:your_pins or format:video)") return 1;
  if (!parsed.ok() || *parsed != filter) return 1;

  // A text that does not parse says where, and what was expected there.
  const absl::StatusOr<pm::Filter> wrong = pm::ParseFilter("device:mobile,phone");
  std::cout << wrong.status().message() << "\n";
  if (wrong.status().message() !=
      "filter: column 15: 'phone', expected a value of device: mobile, tablet, desktop, "
      "unspecified") {
    return 1;
  }

  // A filter applies to any events, whoever keeps them.
  const pm::Pin pin = {.id = pm::PinId(7), .format = pm::PinFormat::kVideo};
  const std::vector<pm::Event> events = {
      {.pin = pin.id, .device = pm::Device::kMobile, .age = pm::Age::k25To34},
      {.pin = pin.id, .device = pm::Device::kMobile, .age = pm::Age::k18To24},
      {.pin = pin.id, .device = pm::Device::kDesktop, .age = pm::Age::k25To34},
  };
  const auto pin_of = [&pin](pm::PinId) -> const pm::Pin& { return pin; };
  const pm::Tally tally = pm::CalculateTally(events, pin_of, filter);
  std::cout << tally[pm::Tally::kImpressions] << " of " << events.size() << " impressions pass\n";
  return tally[pm::Tally::kImpressions] == 1 ? 0 : 1;
}
