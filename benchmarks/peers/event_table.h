#ifndef PINMETRICS_BENCHMARKS_PEERS_EVENT_TABLE_H_
#define PINMETRICS_BENCHMARKS_PEERS_EVENT_TABLE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchmarks/peers/database.h"
#include "benchmarks/peers/workload.h"

/// How the events are put into DuckDB. No column can be null: "none" is 0, and so is what an event
/// that is no playback has not. The columns are as narrow as the values allow.

namespace pinmetrics::peers {

/// What a table has in its columns.
enum class EventColumns {
  /// The twelve fields of an event, as a host would log them.
  kEvent,
  /// These, the day, and the attributes of the Pin: filtering by them then needs no join.
  kEventAndPin,
};

absl::Status CreateEventTable(Database& database, const std::string& name, EventColumns columns);

/// Appends value by value.
class RowAppender {
 public:
  /// For tables of `EventColumns::kEvent`.
  static absl::StatusOr<RowAppender> Open(Database& database, const std::string& table);
  ~RowAppender();
  RowAppender(RowAppender&& other) noexcept;

  absl::Status Append(std::span<const EventRow> rows);
  /// Makes all rows visible. Call it once, last.
  absl::Status Close();

 private:
  explicit RowAppender(duckdb_appender appender) : appender_(appender) {}

  duckdb_appender appender_;
};

/// Appends column by column, in chunks of DuckDB's vector size.
class ChunkAppender {
 public:
  /// `workload` must outlive it.
  static absl::StatusOr<ChunkAppender> Open(Database& database, const std::string& table,
                                            EventColumns columns, const Workload& workload);
  ~ChunkAppender();
  ChunkAppender(ChunkAppender&& other) noexcept;

  absl::Status Append(std::span<const EventRow> rows);
  absl::Status Close();

 private:
  ChunkAppender(duckdb_appender appender, duckdb_data_chunk chunk, EventColumns columns,
                const Workload& workload);
  void Fill(std::span<const EventRow> rows);

  duckdb_appender appender_;
  duckdb_data_chunk chunk_;
  EventColumns columns_;
  const Workload* workload_;
};

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_EVENT_TABLE_H_
