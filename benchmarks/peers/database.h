#ifndef PINMETRICS_BENCHMARKS_PEERS_DATABASE_H_
#define PINMETRICS_BENCHMARKS_PEERS_DATABASE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "duckdb.h"

namespace pinmetrics::peers {

/// The result of a query: whole numbers, row by row. Nulls are refused, other types too: queries
/// cast to BIGINT.
struct Table {
  std::size_t columns = 0;
  std::vector<std::int64_t> values = {};

  std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
  std::span<const std::int64_t> row(std::size_t index) const {
    return std::span(values).subspan(index * columns, columns);
  }
};

/// A query that is parsed once and run often. Lives no longer than its database.
class PreparedQuery {
 public:
  explicit PreparedQuery(duckdb_prepared_statement statement) : statement_(statement) {}
  ~PreparedQuery() { duckdb_destroy_prepare(&statement_); }
  PreparedQuery(PreparedQuery&& other) noexcept : statement_(other.statement_) {
    other.statement_ = nullptr;
  }
  PreparedQuery& operator=(PreparedQuery&&) = delete;

  absl::StatusOr<Table> Run() const;

 private:
  duckdb_prepared_statement statement_;
};

/// What every database here may take.
inline constexpr char kMemoryLimit[] = "14GB";

/// DuckDB, with one connection. Not thread-safe.
class Database {
 public:
  /// Two threads; fails rather than going to disk when `memory_limit` ("16GB") is reached.
  /// In memory, or what `file` has.
  static absl::StatusOr<Database> Open(const std::string& memory_limit,
                                       const std::string& file = "");
  ~Database();
  Database(Database&& other) noexcept;
  Database& operator=(Database&&) = delete;

  /// Runs a statement without a result.
  absl::Status Execute(const std::string& sql);
  absl::StatusOr<PreparedQuery> Prepare(const std::string& sql);

  duckdb_connection connection() const { return connection_; }

 private:
  Database() = default;

  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_DATABASE_H_
