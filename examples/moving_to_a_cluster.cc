// A store has outgrown its machine: its events move to a ClickHouse server, day by day and without
// their sources being read again, and the reports stay as they are, to the last bit.

#include "examples/moving_to_a_cluster.h"

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "pinmetrics/clickhouse/curl_transport.h"
#include "pinmetrics/clickhouse/schema.h"
#include "pinmetrics/store/store.h"

namespace pm = pinmetrics;

// Only an empty transport throws. NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "expected a server's URL, http://host:8123\n", EXIT_FAILURE;
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());

  pm::Store store;
  if (!store.PutPin({.id = pm::PinId(7), .board = pm::BoardId(1), .title = "Bread"}).ok()) return 1;
  std::vector<pm::Event> events;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    events.push_back({.id = pm::EventId(i + 1),
                      .time = now - absl::Hours(i),
                      .pin = pm::PinId(7),
                      .viewer = pm::ViewerId(i % 90 + 1),
                      .action = i % 5 == 0 ? pm::Action::kSave : pm::Action::kImpression});
  }
  if (store.Append(events, now).taken != events.size()) return EXIT_FAILURE;
  if (!store.Seal(now).status.ok()) return EXIT_FAILURE;

  const absl::StatusOr<pm::Transport> transport = pm::CurlTransport({.url = argv[1]});
  if (!transport.ok()) return std::cerr << transport.status() << "\n", EXIT_FAILURE;
  const auto schema = pm::ClickHouseSchema({.database = "pinmetrics_example"});
  if (!(*transport)({.sql = "DROP DATABASE IF EXISTS pinmetrics_example"}).ok()) return 1;
  for (const std::string& statement : *schema) {
    if (!(*transport)({.sql = statement}).ok()) return EXIT_FAILURE;
  }
  const absl::StatusOr<pm::ClickHouseEngine> cluster =
      pm::ClickHouseEngine::Connect(*transport, {.database = "pinmetrics_example"});
  if (!cluster.ok()) return std::cerr << cluster.status() << "\n", EXIT_FAILURE;

  // Twice, as after a move that was stopped: all counts once.
  for (int i = 0; i < 2; ++i) {
    const absl::Status moved = pm::MoveToCluster(store.TakeRows(), *cluster, now);
    if (!moved.ok()) return std::cerr << moved << "\n", EXIT_FAILURE;
  }
  const auto before = store.TakeSnapshot().RunOverview(now);
  const auto after = cluster->RunOverview(now);
  if (!after.ok()) return std::cerr << after.status() << "\n", EXIT_FAILURE;
  const bool same = before->report == after->report && before->top_pins == after->top_pins;
  std::cout << store.TakeRows().Days().size() << " days moved: the reports are "
            << (same ? "the same" : "others") << "\n";
  return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
