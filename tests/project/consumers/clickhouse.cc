// A host that asks a ClickHouse server through a transport of its own: one that cannot be reached
// is named.

#include <cstdlib>

#include "absl/status/status.h"
#include "ask_in_memory.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/clickhouse/schema.h"

int main() {
  namespace pm = pinmetrics;

  if (!pm::ClickHouseSchema({.cluster = "two"}).ok()) return EXIT_FAILURE;
  const pm::Transport unreachable = [](const pm::ClickHouseRequest&) {
    return absl::UnavailableError("db:8123: refused");
  };
  if (!absl::IsUnavailable(pm::ClickHouseEngine::Connect(unreachable, {}).status())) {
    return EXIT_FAILURE;
  }
  return AskInMemory();
}
