// A consumer of a queue: batches bear keys, so that one that is delivered again counts once, and an
// event whose Pin is not known yet waits until it is.

#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

struct Consumer {
  pm::Store store = pm::Store();
  std::vector<pm::Event> waiting = {};
  int retries = 0;

  void Take(const std::vector<pm::Event>& batch, std::string_view key, absl::Time now) {
    for (const pm::Refusal& refusal : store.Append(batch, now, key).refused) {
      if (refusal.kind() == pm::FaultKind::kUnknownPin) waiting.push_back(batch[refusal.index]);
    }
  }

  /// What waited is sent again, under a key of its own.
  void Put(const pm::Pin& pin, absl::Time now) {
    if (!store.PutPin(pin).ok()) return;
    Take(std::exchange(waiting, {}), "retry " + std::to_string(++retries), now);
  }
};

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const std::vector<pm::Event> batch = {{.time = now, .pin = pm::PinId(7)},
                                        {.time = now, .pin = pm::PinId(8)}};
  Consumer consumer;
  consumer.Put({.id = pm::PinId(7)}, now);
  consumer.Take(batch, "queue-1:offset-0", now);
  consumer.Take(batch, "queue-1:offset-0", now);  // Delivered again.
  std::cout << consumer.waiting.size() << " event waits for its Pin\n";
  consumer.Put({.id = pm::PinId(8)}, now);

  const pm::Query query = {.period = pm::LastDays(1, consumer.store.Today(now)), .real_time = true};
  const auto report = consumer.store.TakeSnapshot().Run(query, now);
  return report.ok() && report->Total(pm::kImpressions) == 2 && consumer.waiting.empty() ? 0 : 1;
}
