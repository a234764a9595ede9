#ifndef PINMETRICS_CLICKHOUSE_SCHEMA_H_
#define PINMETRICS_CLICKHOUSE_SCHEMA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace pinmetrics {

/// The version of the tables that this library reads and writes; it refuses any other by number.
inline constexpr std::uint32_t kClickHouseSchemaVersion = 2;

/// Where the tables are.
struct ClickHouseSchemaOptions {
  /// The database, which is made if it is not there. A name: a letter or `_`, then up to 127
  /// letters, digits and `_`.
  std::string database = "pinmetrics";
  /// The cluster of the servers' `remote_servers`, a name as above; empty: one server alone.
  std::string cluster = {};
  /// Whether each shard's tables are replicated, by the servers' macros `{shard}` and `{replica}`
  /// and a ZooKeeper or Keeper of theirs.
  bool replicated = false;

  friend bool operator==(const ClickHouseSchemaOptions&, const ClickHouseSchemaOptions&) = default;
};

/// The statements that make the tables, in order, each to be run once on every server of the
/// cluster. Running them again changes nothing. InvalidArgument for what is no name.
absl::StatusOr<std::vector<std::string>> ClickHouseSchema(const ClickHouseSchemaOptions& options);

/// The statements that bring tables of an earlier version up to this one, in order, each to be run
/// once on every server of the cluster; until all were, the tables are refused. Running them again
/// changes nothing. InvalidArgument for what is no name, or where `from` is not a version before
/// this one.
absl::StatusOr<std::vector<std::string>> ClickHouseSchemaUpgrade(
    const ClickHouseSchemaOptions& options, std::uint32_t from);

}  // namespace pinmetrics

#endif  // PINMETRICS_CLICKHOUSE_SCHEMA_H_
