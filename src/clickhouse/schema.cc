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
  const bool is_cluster = !options.cluster.empty();
  absl::Status status = CheckClickHouseName("database", options.database);
  if (is_cluster) status.Update(CheckClickHouseName("cluster", options.cluster));
  if (!status.ok()) return status;

  std::vector<std::string> statements = {
      Concat("CREATE DATABASE IF NOT EXISTS ", options.database)};
  const std::string_view shard = is_cluster ? "_shard" : "";
  for (const Table& table : Tables()) {
    const std::string local = Concat(table.name, shard);
    statements.push_back(Concat("CREATE TABLE IF NOT EXISTS ", options.database, ".", local, " (",
                                table.columns, ") ENGINE = ", Engine(options, table, local)));
    if (!is_cluster) continue;
    statements.push_back(Concat("CREATE TABLE IF NOT EXISTS ", options.database, ".", table.name,
                                " (", table.columns, ") ENGINE = Distributed(", options.cluster,
                                ", ", options.database, ", ", local, ", ", table.shard, ")"));
  }
  statements.push_back(Concat("INSERT INTO ", options.database, ".schema_version", shard,
                              " (version) VALUES (", kClickHouseSchemaVersion, ")"));
  return statements;
}

}  // namespace pinmetrics
