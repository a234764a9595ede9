#include "benchmarks/peers/event_table.h"

#include <algorithm>
#include <utility>

namespace pinmetrics::peers {
namespace {

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;

absl::Status Failure(duckdb_appender appender) {
  const char* message = duckdb_appender_error(appender);
  return absl::InternalError(std::string("DuckDB: ") + (message ? message : "no message"));
}

duckdb_timestamp TimestampOf(const EventRow& row) { return {row.time_ms * 1000}; }
float ProgressOf(const EventRow& row) { return static_cast<float>(row.progress_256) / 256; }

template <typename E>
std::uint8_t Number(E value) {
  return static_cast<std::uint8_t>(value);
}

}  // namespace

absl::Status CreateEventTable(Database& database, const std::string& name, EventColumns columns) {
  std::string sql = "CREATE TABLE " + name +
                    "(event_id UBIGINT NOT NULL, ts TIMESTAMP NOT NULL, pin UINTEGER NOT NULL,"
                    " viewer UINTEGER NOT NULL, action UTINYINT NOT NULL, device UTINYINT NOT NULL,"
                    " content_type UTINYINT NOT NULL, age UTINYINT NOT NULL,"
                    " gender UTINYINT NOT NULL, play_ms UINTEGER NOT NULL,"
                    " half_ms UINTEGER NOT NULL, progress FLOAT NOT NULL";
  if (columns == EventColumns::kEventAndPin) {
    sql +=
        ", day DATE NOT NULL, board USMALLINT NOT NULL, format UTINYINT NOT NULL,"
        " source UTINYINT NOT NULL, account UTINYINT NOT NULL, product_group UTINYINT NOT NULL,"
        " saved BOOLEAN NOT NULL";
  }
  return database.Execute(sql + ")");
}

absl::StatusOr<RowAppender> RowAppender::Open(Database& database, const std::string& table) {
  duckdb_appender appender = nullptr;
  if (duckdb_appender_create(database.connection(), nullptr, table.c_str(), &appender) ==
      DuckDBError) {
    absl::Status failure = Failure(appender);
    duckdb_appender_destroy(&appender);
    return failure;
  }
  return RowAppender(appender);
}

RowAppender::RowAppender(RowAppender&& other) noexcept
    : appender_(std::exchange(other.appender_, nullptr)) {}

RowAppender::~RowAppender() { duckdb_appender_destroy(&appender_); }

absl::Status RowAppender::Append(std::span<const EventRow> rows) {
  for (const EventRow& row : rows) {
    duckdb_append_uint64(appender_, row.id);
    duckdb_append_timestamp(appender_, TimestampOf(row));
    duckdb_append_uint32(appender_, row.pin);
    duckdb_append_uint32(appender_, row.viewer);
    duckdb_append_uint8(appender_, Number(row.action));
    duckdb_append_uint8(appender_, Number(row.device));
    duckdb_append_uint8(appender_, Number(row.content_type));
    duckdb_append_uint8(appender_, Number(row.age));
    duckdb_append_uint8(appender_, Number(row.gender));
    duckdb_append_uint32(appender_, row.play_ms);
    duckdb_append_uint32(appender_, row.half_ms);
    duckdb_append_float(appender_, ProgressOf(row));
    // Fails if any of the above did.
    if (duckdb_appender_end_row(appender_) == DuckDBError) return Failure(appender_);
  }
  return absl::OkStatus();
}

absl::Status RowAppender::Close() {
  return duckdb_appender_close(appender_) == DuckDBError ? Failure(appender_) : absl::OkStatus();
}

absl::StatusOr<ChunkAppender> ChunkAppender::Open(Database& database, const std::string& table,
                                                  EventColumns columns, const Workload& workload) {
  duckdb_appender appender = nullptr;
  if (duckdb_appender_create(database.connection(), nullptr, table.c_str(), &appender) ==
      DuckDBError) {
    absl::Status failure = Failure(appender);
    duckdb_appender_destroy(&appender);
    return failure;
  }
  std::vector<duckdb_logical_type> types(duckdb_appender_column_count(appender));
  for (std::size_t i = 0; i < types.size(); ++i) {
    types[i] = duckdb_appender_column_type(appender, i);
  }
  duckdb_data_chunk chunk = duckdb_create_data_chunk(types.data(), types.size());
  for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
  return ChunkAppender(appender, chunk, columns, workload);
}

ChunkAppender::ChunkAppender(duckdb_appender appender, duckdb_data_chunk chunk,
                             EventColumns columns, const Workload& workload)
    : appender_(appender), chunk_(chunk), columns_(columns), workload_(&workload) {}

ChunkAppender::ChunkAppender(ChunkAppender&& other) noexcept
    : appender_(std::exchange(other.appender_, nullptr)),
      chunk_(std::exchange(other.chunk_, nullptr)),
      columns_(other.columns_),
      workload_(other.workload_) {}

ChunkAppender::~ChunkAppender() {
  duckdb_destroy_data_chunk(&chunk_);
  duckdb_appender_destroy(&appender_);
}

void ChunkAppender::Fill(std::span<const EventRow> rows) {
  std::size_t column = 0;
  const auto fill = [&]<typename T>(T (*value)(const EventRow&)) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_, column++);
    std::transform(rows.begin(), rows.end(), static_cast<T*>(duckdb_vector_get_data(vector)),
                   value);
  };
  fill(+[](const EventRow& row) { return row.id; });
  fill(+TimestampOf);
  fill(+[](const EventRow& row) { return row.pin; });
  fill(+[](const EventRow& row) { return row.viewer; });
  fill(+[](const EventRow& row) { return Number(row.action); });
  fill(+[](const EventRow& row) { return Number(row.device); });
  fill(+[](const EventRow& row) { return Number(row.content_type); });
  fill(+[](const EventRow& row) { return Number(row.age); });
  fill(+[](const EventRow& row) { return Number(row.gender); });
  fill(+[](const EventRow& row) { return row.play_ms; });
  fill(+[](const EventRow& row) { return row.half_ms; });
  fill(+ProgressOf);
  if (columns_ == EventColumns::kEvent) return;
  fill(+[](const EventRow& row) {
    return duckdb_date{static_cast<std::int32_t>(row.time_ms / kDayMs)};
  });
  const auto fill_of_pin = [&]<typename T>(T (*value)(const Pin&)) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_, column++);
    std::transform(
        rows.begin(), rows.end(), static_cast<T*>(duckdb_vector_get_data(vector)),
        [&](const EventRow& row) { return value(workload_->pins()[row.pin - std::size_t{1}]); });
  };
  fill_of_pin(+[](const Pin& pin) { return static_cast<std::uint16_t>(pin.board.value()); });
  fill_of_pin(+[](const Pin& pin) { return Number(pin.format); });
  fill_of_pin(+[](const Pin& pin) { return Number(pin.source); });
  fill_of_pin(+[](const Pin& pin) {
    return static_cast<std::uint8_t>(pin.account.value_or(AccountId()).value());
  });
  fill_of_pin(+[](const Pin& pin) {
    return static_cast<std::uint8_t>(pin.product_group.value_or(ProductGroupId()).value());
  });
  fill_of_pin(+[](const Pin& pin) { return pin.saved; });
}

absl::Status ChunkAppender::Append(std::span<const EventRow> rows) {
  const std::size_t vector_size = duckdb_vector_size();
  while (!rows.empty()) {
    const std::span<const EventRow> part = rows.first(std::min(rows.size(), vector_size));
    duckdb_data_chunk_reset(chunk_);
    Fill(part);
    duckdb_data_chunk_set_size(chunk_, part.size());
    if (duckdb_append_data_chunk(appender_, chunk_) == DuckDBError) return Failure(appender_);
    rows = rows.subspan(part.size());
  }
  return absl::OkStatus();
}

absl::Status ChunkAppender::Close() {
  return duckdb_appender_close(appender_) == DuckDBError ? Failure(appender_) : absl::OkStatus();
}

}  // namespace pinmetrics::peers
