#ifndef PINMETRICS_EXAMPLES_MOVING_TO_A_CLUSTER_H_
#define PINMETRICS_EXAMPLES_MOVING_TO_A_CLUSTER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/store/store_rows.h"

namespace pinmetrics {

/// Appends the events of a day that is not sealed. They count once however often they come: by
/// their ids, and those without an id by their order among each other, in which a store keeps them.
inline absl::Status MoveOpenDay(const StoredDay& day, const DayEvents& events,
                                const ClickHouseEngine& cluster, absl::Time now) {
  std::vector<Observation> with_id = events.withdrawn;
  std::vector<Observation> without_id;
  for (const Observation& one : events.observations) {
    (one.event->id == EventId() ? without_id : with_id).push_back(one);
  }
  absl::Status status = cluster.Append(with_id, now).status;
  if (!status.ok()) return status;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < without_id.size(); ++i) {
    keys.push_back("moved " + absl::FormatCivilTime(day.day) + " " + std::to_string(i));
  }
  status = cluster.Append(without_id, keys, now).status;
  if (!status.ok()) return status;
  // A delivery that is late brings nothing back.
  std::vector<EventId> ids;
  for (const Observation& one : events.withdrawn) ids.push_back(one.event->id);
  return ids.empty() ? status : cluster.Withdraw(ids).status;
}

/// Moves what a store holds to a cluster. A move that was stopped, by whatever, is started again:
/// sealed days that are there are known by the checksums of their blocks.
inline absl::Status MoveToCluster(const StoreRows& rows, const ClickHouseEngine& cluster,
                                  absl::Time now) {
  absl::Status status = cluster.PutPins(rows.Pins(), now).status;
  for (const StoredDay& day : rows.Days()) {
    if (!status.ok()) return status;
    const absl::StatusOr<DayEvents> events = rows.EventsOf(day);
    if (!events.ok()) return events.status();
    status = day.checksum
                 ? cluster.AppendSealedDay(day.day, events->observations, *day.checksum, now)
                 : MoveOpenDay(day, *events, cluster, now);
  }
  return status;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_EXAMPLES_MOVING_TO_A_CLUSTER_H_
