#include "pinmetrics/clickhouse/schema.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "clickhouse/columns.h"
#include "clickhouse/concat.h"
#include "clickhouse/name.h"

namespace pinmetrics {
namespace {

/// A table, with what differs from one to the next.
struct Table {
  std::string_view name;
  std::string columns;
  /// The column whose highest value stands, of rows with the same key; empty if all stand.
  std::string_view replaced_by;
  std::string_view partition;
  std::string_view key;
  /// Which shard has a row. All rows that a statement brings together per viewer are on one.
  std::string_view shard;
  std::uint32_t since = 1;  ///< The version that has it first.
};

template <typename... Columns>
std::string Definitions(const Columns&... columns) {
  std::string text;
  const auto add = [&text](const auto& some) {
    for (const ClickHouseColumn& column : some) {
      AppendTo(text, text.empty() ? "" : ", ", column.name, " ", column.type);
    }
  };
  (add(columns), ...);
  return text;
}

std::vector<Table> Tables() {
  constexpr std::string_view kMonth = "toYYYYMM(toDate(day))";
  // One shard would get all events of unknown viewers.
  constexpr std::string_view kByViewer = "if(viewer = 0, intHash64(event), intHash64(viewer))";
  return {
      {"live", Definitions(kFactColumns, kLiveColumns), "version", kMonth,
       "account, day, identity, event", kByViewer},
      {"final", Definitions(kFactColumns, kFinalColumns), "", kMonth,
       "account, day, board, pin, viewer", kByViewer},
      {"days", Definitions(kDayColumns), "version", "", "account, day", "intHash64(account)"},
      {"pins", Definitions(kPinColumns), "version", "", "account, pin", "intHash64(pin)"},
      {"accounts", Definitions(kAccountColumns), "", "", "account", "intHash64(account)", 2},
      {"batches", Definitions(kBatchColumns), "", kMonth, "account, key_high, key_low",
       "intHash64(account)", 2},
      {"schema_version", "version UInt32", "version", "", "version", "version"},
  };
}

std::string Engine(const ClickHouseSchemaOptions& options, const Table& table,
                   std::string_view name) {
  std::string engine = options.replicated ? "Replicated" : "";
  AppendTo(engine, table.replaced_by.empty() ? "" : "Replacing", "MergeTree(");
  if (options.replicated) {
    AppendTo(engine, "'/clickhouse/tables/{shard}/", options.database, "/", name, "', '{replica}'",
             table.replaced_by.empty() ? "" : ", ");
  }
  AppendTo(engine, table.replaced_by, ")");
  if (!table.partition.empty()) AppendTo(engine, " PARTITION BY ", table.partition);
  AppendTo(engine, " ORDER BY (", table.key, ")");
  return engine;
}

std::string_view ShardSuffix(const ClickHouseSchemaOptions& options) {
  return options.cluster.empty() ? "" : "_shard";
}

absl::Status CheckNames(const ClickHouseSchemaOptions& options) {
  absl::Status status = CheckClickHouseName("database", options.database);
  if (!options.cluster.empty()) status.Update(CheckClickHouseName("cluster", options.cluster));
  return status;
}

/// The statements that make a table, with a cluster that over its shards, too.
void AppendTable(const ClickHouseSchemaOptions& options, const Table& table,
                 std::vector<std::string>& statements) {
  const std::string local = Concat(table.name, ShardSuffix(options));
  statements.push_back(Concat("CREATE TABLE IF NOT EXISTS ", options.database, ".", local, " (",
                              table.columns, ") ENGINE = ", Engine(options, table, local)));
  if (options.cluster.empty()) return;
  statements.push_back(Concat("CREATE TABLE IF NOT EXISTS ", options.database, ".", table.name,
                              " (", table.columns, ") ENGINE = Distributed(", options.cluster, ", ",
                              options.database, ", ", local, ", ", table.shard, ")"));
}

std::string InsertVersion(const ClickHouseSchemaOptions& options) {
  return Concat("INSERT INTO ", options.database, ".schema_version", ShardSuffix(options),
                " (version) VALUES (", kClickHouseSchemaVersion, ")");
}

}  // namespace

absl::Status CheckClickHouseName(std::string_view what, std::string_view name) {
  const bool fits = !name.empty() && name.size() <= 128 &&
                    !absl::ascii_isdigit(static_cast<unsigned char>(name.front())) &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return c == '_' || absl::ascii_isalnum(static_cast<unsigned char>(c));
                    });
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Concat(what, ": ", name.substr(0, 128),
             " is no name, expected a letter or _, then up to 127 letters, digits and _"));
}

absl::StatusOr<std::vector<std::string>> ClickHouseSchema(const ClickHouseSchemaOptions& options) {
  absl::Status status = CheckNames(options);
  if (!status.ok()) return status;
  std::vector<std::string> statements = {
      Concat("CREATE DATABASE IF NOT EXISTS ", options.database)};
  for (const Table& table : Tables()) AppendTable(options, table, statements);
  statements.push_back(InsertVersion(options));
  return statements;
}

absl::StatusOr<std::vector<std::string>> ClickHouseSchemaUpgrade(
    const ClickHouseSchemaOptions& options, std::uint32_t from) {
  absl::Status status = CheckNames(options);
  if (!status.ok()) return status;
  if (from == 0 || from >= kClickHouseSchemaVersion) {
    return absl::InvalidArgumentError(Concat("from: ", from, " is no version before ",
                                             kClickHouseSchemaVersion, ", expected 1 to ",
                                             kClickHouseSchemaVersion - 1));
  }
  std::vector<std::string> statements;
  for (const Table& table : Tables()) {
    if (table.since > from) AppendTable(options, table, statements);
  }
  // A server that says both versions would be refused, and so is one that says none.
  statements.push_back(
      Concat("TRUNCATE TABLE ", options.database, ".schema_version", ShardSuffix(options)));
  statements.push_back(InsertVersion(options));
  return statements;
}

}  // namespace pinmetrics
