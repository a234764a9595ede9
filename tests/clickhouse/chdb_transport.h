#ifndef PINMETRICS_TESTS_CLICKHOUSE_CHDB_TRANSPORT_H_
#define PINMETRICS_TESTS_CLICKHOUSE_CHDB_TRANSPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "pinmetrics/clickhouse/transport.h"

namespace pinmetrics {

/// A `Transport` to a ClickHouse that runs in this process, with the SQL of today: `libchdb.so` at
/// a path (tests/clickhouse/fetch_chdb.sh fetches it), with its data in a folder. A process can
/// have one at a time; it ends with the last copy. Safe from any number of threads, which take
/// turns.
///
/// What is a parameter of HTTP and no setting is left out, timeouts are not kept, and errors are as
/// those of a server. Unavailable if the library is not there or is another.
absl::StatusOr<Transport> OpenChdb(const std::string& library, const std::string& folder);

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_CLICKHOUSE_CHDB_TRANSPORT_H_
