// Metrics over a host's own records, where they are and as they are: a projection makes an event of
// each in passing, and no vector of events is built.

#include <cstdint>
#include <deque>
#include <iostream>
#include <optional>
#include <string_view>

#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/calculate.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

namespace pm = pinmetrics;

/// What this host happens to keep.
struct LogLine {
  std::uint64_t user;
  std::uint64_t item;
  std::string_view verb;
  bool from_phone;
};

pm::Event ToEvent(const LogLine& line) {
  return {.pin = pm::PinId(line.item),
          .viewer = pm::ViewerId(line.user),
          .action = line.verb == "save" ? pm::Action::kSave : pm::Action::kImpression,
          .device = line.from_phone ? pm::Device::kMobile : pm::Device::kDesktop};
}

int main() {
  const std::deque<LogLine> log = {
      {.user = 1, .item = 7, .verb = "view", .from_phone = true},
      {.user = 2, .item = 7, .verb = "view", .from_phone = true},
      {.user = 2, .item = 7, .verb = "save", .from_phone = true},
      {.user = 3, .item = 7, .verb = "view", .from_phone = false},
  };

  // Without a filter that looks at Pins any Pin will do.
  const pm::Pin any;
  const auto pin_of = [&any](pm::PinId) -> const pm::Pin& { return any; };
  const pm::Facts facts = pm::Calculate(log, pin_of, pm::Is(pm::Device::kMobile), ToEvent);

  const std::optional<double> save_rate = pm::kSaveRate.Value(facts);
  const std::optional<double> audience = pm::kTotalAudience.Value(facts);
  const std::optional<double> play_time = pm::kAveragePlayTime.Value(facts);
  if (!save_rate || !audience) return 1;
  std::cout << "save rate " << *save_rate << ", audience " << *audience << ", average play time "
            << (play_time ? "known" : "unknown: nothing was played") << "\n";
  return *save_rate == 0.5 && *audience == 2 && !play_time ? 0 : 1;
}
