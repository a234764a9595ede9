// A store is kept for the life of the process: threads append to it, days that are final are
// sealed, and snapshots answer the same queries as `Evaluate` does.

#include <iostream>
#include <vector>

#include "absl/time/time.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const absl::Time seen = now - absl::Hours(5 * 24);

  pm::Store store;
  if (!store.PutPin({.id = pm::PinId(7), .created_at = seen, .title = "Mugs"}).ok()) return 1;

  const std::vector<pm::Event> batch = {
      {.id = pm::EventId(1), .time = seen, .pin = pm::PinId(7), .viewer = pm::ViewerId(1)},
      {.id = pm::EventId(2), .time = seen, .pin = pm::PinId(7), .viewer = pm::ViewerId(2)},
      {.id = pm::EventId(3), .time = seen, .pin = pm::PinId(7), .action = pm::Action::kSave},
  };
  // A consumer that replays its queue after a crash names its batches: each counts once.
  const pm::AppendResult first = store.Append(batch, now, "queue-1:offset-0");
  const pm::AppendResult again = store.Append(batch, now, "queue-1:offset-0");
  if (!first.status.ok() || first.taken != 3 || !again.repeated_batch) return 1;

  // Until its day is sealed, an event can be taken back.
  const pm::Snapshot before = store.TakeSnapshot();
  if (!store.Withdraw(pm::EventId(2)).ok()) return 1;
  const pm::SealResult sealed = store.Seal(now);
  if (sealed.days_sealed != 1 || sealed.events_sealed != 2) return 1;
  const pm::AppendResult late = store.Append(batch, now);
  std::cout << "late: " << late.refused[0].ToString() << "\n";
  if (late.taken != 0 || late.refused.size() != 3) return 1;

  // A snapshot never changes: the one from before still shows the event.
  const pm::Query query = {.period = pm::LastDays(30, store.Today(now)),
                           .metrics = {pm::kImpressions, pm::kSaveRate}};
  const auto then = before.Run(query, now);
  const auto today = store.TakeSnapshot().Run(query, now);
  if (!then.ok() || !today.ok()) return 1;
  std::cout << "before: " << *then->Total(pm::kImpressions)
            << " impressions, after: " << *today->Total(pm::kImpressions) << ", save rate "
            << *today->Total(pm::kSaveRate) << "\n";
  return then->Total(pm::kImpressions) == 2 && then->Total(pm::kSaveRate) == 0.5 &&
                 today->Total(pm::kImpressions) == 1 && today->Total(pm::kSaveRate) == 1
             ? 0
             : 1;
}
