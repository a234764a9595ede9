#ifndef PINMETRICS_SRC_CLICKHOUSE_SERVER_H_
#define PINMETRICS_SRC_CLICKHOUSE_SERVER_H_

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clickhouse/answer.h"
#include "pinmetrics/clickhouse/transport.h"

namespace pinmetrics {

/// A server behind a transport, asked with the settings that exactness needs. Const calls from many
/// threads are safe.
class ClickHouseServer {
 public:
  /// Reads which settings the server has: an unknown one is an error, and new ones matter.
  static absl::StatusOr<ClickHouseServer> Connect(
      Transport transport, std::string name, absl::Duration timeout,
      const std::vector<std::pair<std::string, std::string>>& more_settings);

  /// Sends a statement that reads and returns its columns. Errors name the server, once.
  absl::StatusOr<Columns> Ask(std::string sql, std::span<const Width> widths) const;

  /// Sends a statement that writes, with the rows of an INSERT.
  absl::Status Do(std::string sql, std::string rows = {}) const;

  /// The error with the server's name before it.
  absl::Status Named(const absl::Status& status) const;

 private:
  ClickHouseServer() = default;

  Transport transport_;
  std::string name_;
  absl::Duration timeout_ = {};
  std::vector<std::pair<std::string, std::string>> settings_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_SERVER_H_
