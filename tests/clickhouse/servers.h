#ifndef PINMETRICS_TESTS_CLICKHOUSE_SERVERS_H_
#define PINMETRICS_TESTS_CLICKHOUSE_SERVERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/clickhouse/transport.h"

namespace pinmetrics {

/// Tables to test on, empty but for other tests' accounts.
struct TestTables {
  std::string name;      ///< Of the kind: `Cluster`, `OneServer`, `Embedded`.
  std::string database;  ///< New for this process.
  /// One for each server; questions are asked of the first.
  std::vector<Transport> servers = {};
};

/// The kinds that the environment gives: of PINMETRICS_CLICKHOUSE, URLs of the servers of a cluster
/// named `two`, separated by commas, `Cluster` and `OneServer`, the first of them alone; of
/// PINMETRICS_CHDB, the path of `libchdb.so`, `Embedded`.
std::vector<std::string> TestTableKinds();

/// The tables of a kind, made when first asked for. A server that does not answer is the test's
/// failure.
const TestTables& TablesOf(const std::string& kind);

/// Whether the servers can be ended and started: PINMETRICS_CLICKHOUSE_FOLDER is the folder of
/// `servers.sh` that they run from.
bool CanEndServers();

/// Ends the N-th server, 1 or 2, as a power cut of its process would, now.
void KillServer(int number);

/// Starts it again, and waits until it answers. A failure of the test if it does not.
void StartServer(int number);

/// An account that no other test uses.
ClickHouseOptions NewAccount(const TestTables& tables, const ReportingOptions& reporting = {});

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_CLICKHOUSE_SERVERS_H_
