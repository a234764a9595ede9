#include "tests/clickhouse/chdb_transport.h"

#include <dlfcn.h>

#include <cstddef>
#include <fstream>
#include <memory>
#include <mutex>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "clickhouse/server_error.h"

namespace pinmetrics {
namespace {

// The library comes without a header. These are its C interface, of which a connection and a result
// are opaque.
struct ChdbConnection;
struct ChdbResult;

/// The functions of the library that are used. It is never unloaded: its threads outlive it.
struct Library {
  ChdbConnection** (*connect)(int, char**) = nullptr;
  void (*close)(ChdbConnection**) = nullptr;
  ChdbResult* (*query)(ChdbConnection*, const char*, std::size_t, const char*,
                       std::size_t) = nullptr;
  char* (*buffer)(ChdbResult*) = nullptr;
  std::size_t (*length)(ChdbResult*) = nullptr;
  const char* (*error)(ChdbResult*) = nullptr;
  void (*destroy)(ChdbResult*) = nullptr;
};

template <typename Function>
bool Find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

absl::StatusOr<Library> Load(const std::string& path) {
  void* const loaded = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (loaded == nullptr) return absl::UnavailableError(dlerror());
  Library library;
  if (!Find(loaded, "chdb_connect", library.connect) ||
      !Find(loaded, "chdb_close_conn", library.close) ||
      !Find(loaded, "chdb_query_n", library.query) ||
      !Find(loaded, "chdb_result_buffer", library.buffer) ||
      !Find(loaded, "chdb_result_length", library.length) ||
      !Find(loaded, "chdb_result_error", library.error) ||
      !Find(loaded, "chdb_destroy_query_result", library.destroy)) {
    return absl::UnavailableError(absl::StrCat(path, ": ", dlerror()));
  }
  return library;
}

class Chdb {
 public:
  Chdb(const Library& library, ChdbConnection** connection, std::string rows_file)
      : library_(library), connection_(connection), rows_file_(std::move(rows_file)) {}
  ~Chdb() { library_.close(connection_); }
  Chdb(const Chdb&) = delete;
  Chdb& operator=(const Chdb&) = delete;

  absl::StatusOr<std::string> Send(const ClickHouseRequest& request) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::string set;
    for (const auto& [name, value] : request.settings) {
      if (name == "wait_end_of_query" || name == "database") continue;
      absl::StrAppend(&set, set.empty() ? "SET " : ", ", name, " = '", value, "'");
    }
    if (!set.empty()) {
      if (absl::Status status = Run(set).status(); !status.ok()) return status;
    }
    if (request.rows.empty()) return Run(request.sql);
    // Behind the statement an empty line would end the rows, and any byte may be in them.
    std::string statement = request.sql;
    statement.insert(statement.rfind(" FORMAT "), absl::StrCat(" FROM INFILE '", rows_file_, "'"));
    if (!(std::ofstream(rows_file_, std::ios::binary) << request.rows).flush()) {
      return absl::UnavailableError(absl::StrCat("chdb: cannot write ", rows_file_));
    }
    return Run(statement);
  }

 private:
  absl::StatusOr<std::string> Run(const std::string& statement) {
    constexpr std::string_view kFormat = "TabSeparated";  // Unless the statement names another.
    ChdbResult* const result = library_.query(*connection_, statement.data(), statement.size(),
                                              kFormat.data(), kFormat.size());
    if (result == nullptr) return absl::UnavailableError("chdb: no answer");
    const std::unique_ptr<ChdbResult, void (*)(ChdbResult*)> owned(result, library_.destroy);
    if (const char* const error = library_.error(result); error != nullptr) {
      return ServerError("chdb", 500, error);
    }
    const std::size_t length = library_.length(result);
    return length == 0 ? std::string() : std::string(library_.buffer(result), length);
  }

  const Library library_;
  ChdbConnection** const connection_;
  const std::string rows_file_;
  std::mutex mutex_;
};

}  // namespace

absl::StatusOr<Transport> OpenChdb(const std::string& library, const std::string& folder) {
  const absl::StatusOr<Library> loaded = Load(library);
  if (!loaded.ok()) return loaded.status();
  std::string program = "clickhouse";
  std::string path = "--path=" + folder;
  char* arguments[] = {program.data(), path.data()};
  ChdbConnection** const connection = loaded->connect(2, arguments);
  if (connection == nullptr || *connection == nullptr) {
    return absl::UnavailableError(absl::StrCat("chdb: does not open ", folder));
  }
  auto chdb = std::make_shared<Chdb>(*loaded, connection, folder + ".rows");
  return Transport([chdb](const ClickHouseRequest& request) { return chdb->Send(request); });
}

}  // namespace pinmetrics
