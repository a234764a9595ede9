// A host that sends statements to a ClickHouse server: a URL that cannot be is refused, and one
// that can be makes a transport. It asks no server.

#include <cstdlib>

#include "absl/status/status.h"
#include "ask_in_memory.h"
#include "pinmetrics/clickhouse/curl_transport.h"

int main() {
  namespace pm = pinmetrics;

  if (!pm::CurlTransport({.url = "http://127.0.0.1:8123"}).ok()) return EXIT_FAILURE;
  if (!absl::IsInvalidArgument(pm::CurlTransport({.url = "127.0.0.1"}).status())) {
    return EXIT_FAILURE;
  }
  return AskInMemory();
}
