#include "tests/conformance/duckdb_arrow.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "duckdb.h"

namespace pinmetrics {
namespace {

/// A query's result.
class Result {
 public:
  static absl::StatusOr<std::unique_ptr<Result>> Of(peers::Database& database,
                                                    const std::string& sql) {
    auto result = std::make_unique<Result>();
    if (duckdb_query(database.connection(), sql.c_str(), result->get()) == DuckDBSuccess) {
      return result;
    }
    return absl::InternalError(std::string("DuckDB: ") + duckdb_result_error(result->get()));
  }

  Result() = default;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { duckdb_destroy_result(&result_); }

  duckdb_result* get() { return &result_; }

 private:
  duckdb_result result_ = {};
};

ArrowCell CellOf(duckdb_type type, duckdb_vector vector, idx_t row) {
  std::uint64_t* const validity = duckdb_vector_get_validity(vector);
  if (validity != nullptr && !duckdb_validity_row_is_valid(validity, row)) return {};
  void* const data = duckdb_vector_get_data(vector);
  switch (type) {
    case DUCKDB_TYPE_BIGINT:
      return static_cast<std::int64_t*>(data)[row];
    case DUCKDB_TYPE_UBIGINT:
      return static_cast<std::uint64_t*>(data)[row];
    case DUCKDB_TYPE_DOUBLE:
      return static_cast<double*>(data)[row];
    case DUCKDB_TYPE_DATE:
      return std::int64_t{static_cast<duckdb_date*>(data)[row].days};
    case DUCKDB_TYPE_VARCHAR: {
      duckdb_string_t& text = static_cast<duckdb_string_t*>(data)[row];
      return std::string(duckdb_string_t_data(&text), duckdb_string_t_length(text));
    }
    default:
      return std::string("a value of the type " + std::to_string(type));
  }
}

/// 0, or an errno code after keeping the message.
int CodeOf(duckdb_error_data error, std::string& message) {
  const bool failed = duckdb_error_data_has_error(error);
  if (failed) message = duckdb_error_data_message(error);
  duckdb_destroy_error_data(&error);
  return failed ? EIO : 0;
}

/// A result that is handed over chunk by chunk.
struct ResultStream {
  std::unique_ptr<Result> result;
  std::string last_error;

  static ResultStream& Of(ArrowArrayStream* stream) {
    return *static_cast<ResultStream*>(stream->private_data);
  }

  int Schema(ArrowSchema* out) {
    std::vector<duckdb_logical_type> types;
    std::vector<const char*> names;
    const idx_t columns = duckdb_column_count(result->get());
    for (idx_t i = 0; i < columns; ++i) {
      types.push_back(duckdb_column_logical_type(result->get(), i));
      names.push_back(duckdb_column_name(result->get(), i));
    }
    duckdb_arrow_options options = duckdb_result_get_arrow_options(result->get());
    const int code = CodeOf(
        duckdb_to_arrow_schema(options, types.data(), names.data(), columns, out), last_error);
    duckdb_destroy_arrow_options(&options);
    for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
    return code;
  }

  int Next(ArrowArray* out) {
    duckdb_data_chunk chunk = duckdb_fetch_chunk(*result->get());
    if (chunk == nullptr) {
      *out = {};
      return 0;
    }
    duckdb_arrow_options options = duckdb_result_get_arrow_options(result->get());
    const int code = CodeOf(duckdb_data_chunk_to_arrow(options, chunk, out), last_error);
    duckdb_destroy_arrow_options(&options);
    duckdb_destroy_data_chunk(&chunk);
    return code;
  }
};

}  // namespace

absl::Status ScanInto(peers::Database& database, const std::string& table,
                      ArrowArrayStream stream) {
  // Scanning makes a view that can be read once.
  const std::string view = table + "_scan";
  absl::Status status = absl::OkStatus();
  if (duckdb_arrow_scan(database.connection(), view.c_str(),
                        reinterpret_cast<duckdb_arrow_stream>(&stream)) == DuckDBError) {
    status = absl::InternalError("DuckDB: cannot scan " + table);
  } else {
    status = database.Execute("CREATE TABLE " + table + " AS SELECT * FROM " + view);
  }
  if (stream.release != nullptr) stream.release(&stream);
  return status;
}

absl::StatusOr<ArrowReadTable> ReadTable(peers::Database& database, const std::string& table) {
  auto result = Result::Of(database, "SELECT * FROM " + table);
  if (!result.ok()) return result.status();
  duckdb_result* const raw = (*result)->get();
  ArrowReadTable read;
  for (idx_t i = 0; i < duckdb_column_count(raw); ++i) {
    read.columns.push_back({.name = duckdb_column_name(raw, i)});
  }
  while (duckdb_data_chunk chunk = duckdb_fetch_chunk(*raw)) {
    const idx_t rows = duckdb_data_chunk_get_size(chunk);
    for (idx_t i = 0; i < read.columns.size(); ++i) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
      for (idx_t row = 0; row < rows; ++row) {
        read.columns[i].cells.push_back(CellOf(duckdb_column_type(raw, i), vector, row));
      }
    }
    duckdb_destroy_data_chunk(&chunk);
  }
  return read;
}

absl::StatusOr<ArrowArrayStream> QueryAsStream(peers::Database& database, const std::string& sql) {
  auto result = Result::Of(database, sql);
  if (!result.ok()) return result.status();
  ArrowArrayStream stream{};
  stream.get_schema = [](ArrowArrayStream* of, ArrowSchema* out) {
    return ResultStream::Of(of).Schema(out);
  };
  stream.get_next = [](ArrowArrayStream* of, ArrowArray* out) {
    return ResultStream::Of(of).Next(out);
  };
  stream.get_last_error = [](ArrowArrayStream* of) {
    return ResultStream::Of(of).last_error.c_str();
  };
  stream.release = [](ArrowArrayStream* of) {
    delete &ResultStream::Of(of);
    of->release = nullptr;
  };
  stream.private_data = new ResultStream{*std::move(result), ""};
  return stream;
}

}  // namespace pinmetrics
