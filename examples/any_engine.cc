// One function that serves from events in memory or from a store: every engine takes the same calls
// and gives the same answers. A test of such a function needs no store.

#include <iostream>
#include <string>
#include <vector>

#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

/// "Mugs: 2 impressions, 1 saves", the Pin that was seen most in the last 30 days.
template <pm::Engine Engine>
std::string BestPin(const Engine& engine, absl::Time now) {
  const auto top = engine.TopPins(
      {.period = pm::LastDays(30, engine.Today(now)), .metrics = {pm::kImpressions, pm::kSaves}},
      {.limit = 1}, now);
  if (!top.ok()) return top.status().ToString();
  if (top->rows.empty()) return "nothing yet";
  const pm::TopRow& best = top->rows.front();
  return best.title + ": " + top->FigureOf(best, pm::kImpressions).ToString() + " impressions, " +
         top->FigureOf(best, pm::kSaves).ToString() + " saves";
}

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const absl::Time seen = now - absl::Hours(5 * 24);
  const std::vector<pm::Pin> pins = {{.id = pm::PinId(7), .title = "Mugs"}};
  const std::vector<pm::Event> events = {
      {.time = seen, .pin = pm::PinId(7)},
      {.time = seen, .pin = pm::PinId(7)},
      {.time = seen, .pin = pm::PinId(7), .action = pm::Action::kSave}};

  pm::Store store;
  if (!store.PutPin(pins[0]).ok() || store.Append(events, now).taken != 3) return 1;
  const std::string in_memory = BestPin(pm::Evaluation(events, pins, now), now);
  const std::string from_store = BestPin(store.TakeSnapshot(), now);
  std::cout << in_memory << "\n" << from_store << "\n";
  return in_memory == "Mugs: 2 impressions, 1 saves" && from_store == in_memory ? 0 : 1;
}
