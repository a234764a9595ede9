#include "benchmarks/peers/database.h"

#include <utility>

namespace pinmetrics::peers {
namespace {

absl::Status Failure(const char* message) {
  return absl::InternalError(std::string("DuckDB: ") + (message ? message : "no message"));
}

}  // namespace

absl::StatusOr<Table> PreparedQuery::Run() const {
  duckdb_result result;
  if (duckdb_execute_prepared(statement_, &result) == DuckDBError) {
    absl::Status failure = Failure(duckdb_result_error(&result));
    duckdb_destroy_result(&result);
    return failure;
  }
  Table table{.columns = duckdb_column_count(&result)};
  absl::Status status = absl::OkStatus();
  while (duckdb_data_chunk chunk = duckdb_fetch_chunk(result)) {
    const std::size_t rows = duckdb_data_chunk_get_size(chunk);
    const std::size_t first = table.values.size();
    table.values.resize(first + rows * table.columns);
    for (std::size_t column = 0; column < table.columns; ++column) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
      std::uint64_t* valid = duckdb_vector_get_validity(vector);
      if (duckdb_column_type(&result, column) != DUCKDB_TYPE_BIGINT) {
        status = absl::InternalError("column " + std::to_string(column) + " is no BIGINT");
        break;
      }
      const auto* data = static_cast<const std::int64_t*>(duckdb_vector_get_data(vector));
      for (std::size_t row = 0; row < rows; ++row) {
        if (valid != nullptr && !duckdb_validity_row_is_valid(valid, row)) {
          status = absl::InternalError("column " + std::to_string(column) + " has a null");
        }
        table.values[first + row * table.columns + column] = data[row];
      }
    }
    duckdb_destroy_data_chunk(&chunk);
    if (!status.ok()) break;
  }
  duckdb_destroy_result(&result);
  if (!status.ok()) return status;
  return table;
}

absl::StatusOr<Database> Database::Open(const std::string& memory_limit, const std::string& file) {
  duckdb_config config = nullptr;
  duckdb_create_config(&config);
  duckdb_set_config(config, "threads", "2");
  duckdb_set_config(config, "memory_limit", memory_limit.c_str());
  duckdb_set_config(config, "temp_directory", "");
  Database database;
  char* error = nullptr;
  const duckdb_state opened =
      duckdb_open_ext(file.empty() ? nullptr : file.c_str(), &database.database_, config, &error);
  duckdb_destroy_config(&config);
  if (opened == DuckDBError) {
    absl::Status failure = Failure(error);
    duckdb_free(error);
    return failure;
  }
  if (duckdb_connect(database.database_, &database.connection_) == DuckDBError) {
    return Failure("no connection");
  }
  // Groups whose keys fit in this many bits are found by index and not by hash: with the default,
  // 12, lists of the top Pins take half as long again.
  const absl::Status status = database.Execute("SET perfect_ht_threshold = 18");
  if (!status.ok()) return status;
  return database;
}

Database::Database(Database&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)),
      connection_(std::exchange(other.connection_, nullptr)) {}

Database::~Database() {
  duckdb_disconnect(&connection_);
  duckdb_close(&database_);
}

absl::Status Database::Execute(const std::string& sql) {
  duckdb_result result;
  absl::Status status = absl::OkStatus();
  if (duckdb_query(connection_, sql.c_str(), &result) == DuckDBError) {
    status = Failure(duckdb_result_error(&result));
  }
  duckdb_destroy_result(&result);
  return status;
}

absl::StatusOr<PreparedQuery> Database::Prepare(const std::string& sql) {
  duckdb_prepared_statement statement = nullptr;
  if (duckdb_prepare(connection_, sql.c_str(), &statement) == DuckDBError) {
    absl::Status failure = Failure(duckdb_prepare_error(statement));
    duckdb_destroy_prepare(&statement);
    return failure;
  }
  return PreparedQuery(statement);
}

}  // namespace pinmetrics::peers
