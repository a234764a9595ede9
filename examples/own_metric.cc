// A metric of one's own is made as the catalogue's are, and works wherever these do: in queries,
// top lists and exports.

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

int main() {
  // From other metrics: a sum of counts, a ratio of anything.
  const pm::CountMetric clicks = pm::Sum("clicks", pm::kPinClicks, pm::kOutboundClicks);
  const pm::Metric saves_per_click = pm::Ratio("saves_per_click", pm::kSaves, clicks);
  // From the counters, with a formula. Nothing, where there is no data to divide by.
  const pm::Metric seconds_per_view =
      pm::Formula("seconds_per_view", pm::Unit::kRatio, pm::Needs{},
                  [](const pm::Facts& facts) -> std::optional<double> {
                    const auto views = facts.tally[pm::Tally::kVideoViews];
                    if (views == 0) return std::nullopt;
                    const auto milliseconds = facts.tally[pm::Tally::kPlayTimeMs];
                    return static_cast<double>(milliseconds) / 1000 / static_cast<double>(views);
                  });

  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const absl::Time seen = now - absl::Hours(5 * 24);
  const std::vector<pm::Pin> pins = {{.id = pm::PinId(7), .created_at = seen}};
  std::vector<pm::Event> events;
  for (const pm::Action action : {pm::Action::kSave, pm::Action::kSave, pm::Action::kSave,
                                  pm::Action::kPinClick, pm::Action::kOutboundClick}) {
    events.push_back({.time = seen, .pin = pins[0].id, .action = action});
  }

  const pm::Query query = {.period = pm::LastDays(7, absl::CivilDay(2026, 11, 23)),
                           .metrics = {clicks, saves_per_click, seconds_per_view}};
  const auto report = pm::Evaluate(events, pins, query, now);
  if (!report.ok()) return 1;
  const std::string csv = pm::TotalsToCsv(*report);
  std::cout << csv;
  return csv == "segment,clicks,saves_per_click,seconds_per_view\r\nall,2,1.5,\r\n" ? 0 : 1;
}
