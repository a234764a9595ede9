#include "clickhouse/server.h"

#include <algorithm>
#include <array>
#include <set>

#include "clickhouse/concat.h"
#include "clickhouse/name.h"

namespace pinmetrics {
namespace {

/// A setting that is sent with each statement, by whichever of its names the server has.
struct NeededSetting {
  std::string_view name;
  std::string_view value;
  std::string_view older_name = {};
  /// Whether a server without it does what the value says anyway.
  bool may_be_missing = true;
};

constexpr std::array kNeededSettings = {
    // A part of the answer is no answer.
    NeededSetting{"skip_unavailable_shards", "0", "", false},
    NeededSetting{"fallback_to_stale_replicas_for_distributed_queries", "0"},
    // An acknowledged insert is on its shard.
    NeededSetting{"distributed_foreground_insert", "1", "insert_distributed_sync", false},
    NeededSetting{"async_insert", "0"},
    // Rows that a replacement or withdrawal has taken the place of must not pass a condition.
    NeededSetting{"optimize_move_to_prewhere_if_final", "0"},
    NeededSetting{"do_not_merge_across_partitions_select_final", "0"},
    // Receipts are asked of the replica that answers.
    NeededSetting{"load_balancing", "in_order"},
    NeededSetting{"empty_result_for_aggregation_by_empty_set", "0"},
    // A filter may name 100 000 ids.
    NeededSetting{"max_query_size", "67108864"},
    NeededSetting{"max_ast_elements", "10000000"},
    NeededSetting{"max_expanded_ast_elements", "10000000"},
};

/// A parameter of HTTP itself and no setting: an error in mid-answer is no success then.
const std::pair<std::string, std::string> kWaitEndOfQuery = {"wait_end_of_query", "1"};

/// The modes of what becomes of a result that passes a limit.
bool IsOverflowMode(std::string_view setting) {
  return setting.ends_with("_overflow_mode") || setting.ends_with("_overflow_mode_leaf");
}

}  // namespace

absl::StatusOr<ClickHouseServer> ClickHouseServer::Connect(
    Transport transport, std::string name, absl::Duration timeout,
    const std::vector<std::pair<std::string, std::string>>& more_settings) {
  ClickHouseServer server;
  server.transport_ = std::move(transport);
  server.name_ = std::move(name);
  server.timeout_ = timeout;
  server.settings_ = {kWaitEndOfQuery};
  const absl::StatusOr<Columns> listed = server.Ask(
      "SELECT groupArray(name) FROM system.settings FORMAT RowBinary", std::array{Width::kText});
  if (!listed.ok()) return listed.status();
  const std::set<std::string, std::less<>> known(listed->texts[0].begin(), listed->texts[0].end());

  std::vector<std::pair<std::string, std::string>>& settings = server.settings_;
  for (const NeededSetting& needed : kNeededSettings) {
    for (const std::string_view called : {needed.name, needed.older_name}) {
      if (!known.contains(called)) continue;
      settings.emplace_back(called, needed.value);
      break;
    }
    const bool is_set =
        settings.back().first == needed.name || settings.back().first == needed.older_name;
    if (is_set || needed.may_be_missing) continue;
    return server.Named(absl::FailedPreconditionError(
        Concat("has no setting ", needed.name, ", without which answers may be partial")));
  }
  for (const std::string& setting : known) {
    if (IsOverflowMode(setting)) settings.emplace_back(setting, "throw");
  }
  for (const auto& [setting, value] : more_settings) {
    absl::Status status = CheckClickHouseName("settings", setting);
    if (!status.ok()) return status;
    const bool is_ours =
        std::any_of(settings.begin(), settings.end(),
                    [&setting = setting](const auto& one) { return one.first == setting; });
    if (is_ours) {
      return absl::InvalidArgumentError(
          Concat("settings: ", setting, " is set for exact answers, expected another"));
    }
    if (!known.contains(setting)) {
      return server.Named(absl::InvalidArgumentError(
          Concat("settings: ", setting, " is none that the server has")));
    }
    settings.emplace_back(setting, value);
  }
  return server;
}

absl::StatusOr<Columns> ClickHouseServer::Ask(std::string sql,
                                              std::span<const Width> widths) const {
  const absl::StatusOr<std::string> answer =
      transport_({.sql = std::move(sql), .settings = settings_, .timeout = timeout_});
  if (!answer.ok()) return answer.status();
  absl::StatusOr<Columns> columns = ReadColumns(*answer, widths);
  if (!columns.ok()) return Named(columns.status());
  return columns;
}

absl::Status ClickHouseServer::Do(std::string sql, std::string rows) const {
  const absl::StatusOr<std::string> answer = transport_(
      {.sql = std::move(sql), .settings = settings_, .rows = std::move(rows), .timeout = timeout_});
  if (!answer.ok()) return answer.status();
  if (answer->empty()) return absl::OkStatus();
  return Named(absl::DataLossError(
      Concat("a statement that writes was answered with: ", QuoteAnswer(*answer))));
}

absl::Status ClickHouseServer::Named(const absl::Status& status) const {
  return absl::Status(status.code(), Concat(name_, ": ", status.message()));
}

}  // namespace pinmetrics
