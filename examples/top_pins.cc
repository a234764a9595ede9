// The highest Pins by any metric, of those that were created lately. An `Evaluation` checks the
// events once and answers any number of queries.

#include <iostream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const auto days_ago = [now](int days) { return now - days * absl::Hours(24); };

  const std::vector<pm::Pin> pins = {
      {.id = pm::PinId(1), .board = pm::BoardId(1), .created_at = days_ago(9), .title = "Mugs"},
      {.id = pm::PinId(2), .board = pm::BoardId(1), .created_at = days_ago(9), .title = "Bowls"},
      {.id = pm::PinId(3), .board = pm::BoardId(2), .created_at = days_ago(90), .title = "Vases"},
      {.id = pm::PinId(4), .board = pm::BoardId(2), .created_at = days_ago(9), .title = "Lids"},
  };
  std::vector<pm::Event> events;
  const auto add = [&](pm::PinId pin, pm::Action action, int count) {
    const pm::Event event = {.time = days_ago(5), .pin = pin, .action = action};
    events.insert(events.end(), static_cast<std::size_t>(count), event);
  };
  for (const pm::Pin& pin : pins) add(pin.id, pm::Action::kImpression, 10);
  add(pm::PinId(1), pm::Action::kSave, 2);
  add(pm::PinId(2), pm::Action::kSave, 5);
  add(pm::PinId(3), pm::Action::kSave, 9);

  const pm::Evaluation evaluation(events, pins, now);
  const pm::Query query = {.period = pm::LastDays(30, evaluation.Today(now)),
                           .metrics = {pm::kSaves, pm::kSaveRate}};
  // Vases are too old to be looked at; lids have no saves, so they are not listed.
  const auto top =
      evaluation.TopPins(query, {.by = pm::kSaves, .limit = 50, .created_in_last_days = 30}, now);
  const auto boards = evaluation.TopBoards(query, {.by = pm::kSaves}, now);
  if (!top.ok() || !boards.ok()) return 1;

  const std::string csv = pm::ToCsv(*top) + "\n" + pm::ToCsv(*boards);
  std::cout << csv;
  const std::string expected =
      "rank,pin_id,title,saves,save_rate\r\n"
      "1,2,Bowls,5,0.5\r\n"
      "2,1,Mugs,2,0.2\r\n"
      "\n"
      "rank,board_id,title,saves,save_rate\r\n"
      "1,2,,9,0.45\r\n"
      "2,1,,7,0.35\r\n";
  return csv == expected ? 0 : 1;
}
