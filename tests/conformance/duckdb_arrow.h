#ifndef PINMETRICS_TESTS_CONFORMANCE_DUCKDB_ARROW_H_
#define PINMETRICS_TESTS_CONFORMANCE_DUCKDB_ARROW_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchmarks/peers/database.h"
#include "pinmetrics/export/arrow_abi.h"
#include "tests/export/arrow/table_reader.h"

/// DuckDB's side of an exchange by Arrow's C interface.

namespace pinmetrics {

/// Makes a table of what a stream gives, by scanning it, and releases the stream.
absl::Status ScanInto(peers::Database& database, const std::string& table, ArrowArrayStream stream);

/// All of a table, in order. Reads DuckDB's own vectors: no Arrow is involved.
absl::StatusOr<ArrowReadTable> ReadTable(peers::Database& database, const std::string& table);

/// What a query gives, as DuckDB hands it over in Arrow arrays. `database` outlives the stream.
absl::StatusOr<ArrowArrayStream> QueryAsStream(peers::Database& database, const std::string& sql);

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_CONFORMANCE_DUCKDB_ARROW_H_
