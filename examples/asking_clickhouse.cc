// Reports from a ClickHouse cluster: the same question and the same report as from any engine. The
// transport of this example reaches no server, so what is shown beside the tables is the error.

#include <iostream>
#include <string>
#include <vector>

#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/clickhouse/schema.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

/// Serves from a cluster, a snapshot or events in memory.
template <pm::Engine E>
absl::StatusOr<pm::Report> LastWeek(const E& engine, absl::Time now) {
  return engine.Run({.period = pm::LastDays(7, engine.Today(now))}, now);
}

absl::StatusOr<pm::Report> LastWeekOf(std::uint64_t account, const pm::Transport& transport,
                                      absl::Time now) {
  const auto engine =
      pm::ClickHouseEngine::Connect(transport, {.account = account, .server = "db:8123"});
  if (!engine.ok()) return engine.status();
  return LastWeek(*engine, now);
}

int main() {
  const auto schema = pm::ClickHouseSchema({.cluster = "stats"});
  if (!schema.ok()) return 1;
  std::cout << schema->front() << ";\n";  // And the others, on every server.

  // A host that links pinmetrics::clickhouse_curl has CurlTransport({.url = "http://db:8123"}).
  std::vector<std::string> sent;
  const pm::Transport transport =
      [&sent](const pm::ClickHouseRequest& request) -> absl::StatusOr<std::string> {
    sent.push_back(request.sql);
    return absl::UnavailableError("db:8123: connection refused");
  };
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const auto report = LastWeekOf(7, transport, now);
  std::cout << sent.front() << ";\n" << report.status() << "\n";
  return sent.size() == 1 && absl::IsUnavailable(report.status()) ? 0 : 1;
}
