#ifndef PINMETRICS_SRC_CLICKHOUSE_ENGINE_IMPL_H_
#define PINMETRICS_SRC_CLICKHOUSE_ENGINE_IMPL_H_

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clickhouse/day_scope.h"
#include "clickhouse/event_rows.h"
#include "clickhouse/server.h"
#include "clickhouse/statements.h"
#include "pinmetrics/clickhouse/engine.h"

namespace pinmetrics {

/// The statements that were sent, for those who want to see them; null for the others.
using Sent = std::vector<std::string>*;

/// What tells one event from another in the tables.
using Identity = std::pair<std::uint8_t, std::uint64_t>;
/// Events that the tables have, and their days.
using Members = std::set<std::pair<Identity, std::uint64_t>>;

/// A server, an account and what both are asked with. Const calls from many threads are safe.
class ClickHouseEngine::Impl {
 public:
  Impl(ClickHouseServer server, ClickHouseOptions options);

  const ClickHouseOptions& options() const { return options_; }
  const ClickHouseServer& server() const { return server_; }
  const Statements& statements() const { return statements_; }

  /// Sends a statement that reads.
  absl::StatusOr<Columns> Ask(Statement statement, Sent sent = nullptr) const;

  /// Whoever reads does not ask which day is the first open one.
  enum class For : std::uint8_t { kWriting, kReading };
  /// The state of the days `first`..`last`. FailedPrecondition for tables of another version.
  absl::StatusOr<DayStates> ReadStates(std::int64_t first, std::int64_t last,
                                       For purpose = For::kWriting, Sent sent = nullptr) const;
  /// The same for whom days are those of the reporting zone: FailedPrecondition, naming both, where
  /// the account's is another.
  absl::StatusOr<DayStates> ReadDays(std::int64_t first, std::int64_t last,
                                     For purpose = For::kWriting, Sent sent = nullptr) const;

  /// Says the reporting zone of an account that has none yet, before something is written that
  /// depends on it. FailedPrecondition where the account has another.
  absl::Status ClaimZone() const;

  /// What was acknowledged of the batch that was taken under the key; nothing if none was.
  absl::StatusOr<std::optional<ClickHouseAppendResult>> ReadBatch(std::string_view key) const;
  /// Keeps that for when the key comes again.
  absl::Status KeepBatch(std::string_view key, const ClickHouseAppendResult& result,
                         absl::Time now) const;

  /// Those of the Pins that are known, as they are now.
  absl::StatusOr<std::unordered_map<std::uint64_t, PinRow>> ReadPins(
      std::span<const std::uint64_t> ids) const;

  /// Those of the events that are in the scope.
  absl::StatusOr<Members> ReadMembers(const DayScope& scope,
                                      std::span<const std::uint64_t> events) const;

  ///@{
  /// As the engine's, `sent` beside.
  absl::StatusOr<Report> Run(const Query& query, absl::Time now, Sent sent) const;
  absl::StatusOr<TopList> Top(Dimension item, const Query& query, const Ranking& ranking,
                              absl::Time now, Sent sent) const;
  ///@}

  /// A number for an append or put at `now`, that no earlier call here got: of two rows of one
  /// event, that of the earlier call stands, of two rows of a Pin that of the later.
  std::int64_t NextMoment(absl::Time now) const;

  /// Not 0, and none that another sealing is likely to draw.
  std::uint32_t DrawGeneration() const;

  /// Held while days are sealed: calls of one process take turns.
  std::mutex& sealing() const { return sealing_; }

 private:
  ClickHouseServer server_;
  ClickHouseOptions options_;
  Statements statements_;
  mutable std::mutex sealing_;
  mutable std::atomic<bool> has_claimed_zone_ = false;
  mutable std::mutex numbers_;  ///< Guards what follows.
  mutable std::int64_t last_moment_ = 0;
  mutable std::mt19937_64 generations_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CLICKHOUSE_ENGINE_IMPL_H_
