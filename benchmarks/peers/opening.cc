#include "benchmarks/peers/opening.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmarks/peers/load.h"
#include "benchmarks/peers/measure.h"
#include "pinmetrics/durable/store_directory.h"

namespace pinmetrics::peers {
namespace {

constexpr AccountKey kAccount = 1;

absl::Status WriteFolder(const Workload& workload, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return absl::InternalError(absl::StrCat(folder, ": ", error.message()));
  const absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
      StoreDirectory::Open(folder, {.durability = Durability::kWritten});
  if (!directory.ok()) return directory.status();
  absl::StatusOr<Store> store = (*directory)->OpenStore(kAccount, StoreOptions());
  if (!store.ok()) return store.status();
  return LoadStore(workload, *store).status();
}

absl::StatusOr<Answer> OpenFolder(const std::string& folder, const Asked& asked, absl::Time now) {
  const absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = StoreDirectory::Open(folder);
  if (!directory.ok()) return directory.status();
  const absl::StatusOr<Store> store = (*directory)->OpenKeptStore(kAccount);
  if (!store.ok()) return store.status();
  return asked.Of(store->TakeSnapshot(), now);
}

absl::StatusOr<std::vector<Table>> OpenDatabase(const std::string& file,
                                                const std::vector<std::string>& sql) {
  absl::StatusOr<Database> database = Database::Open(kMemoryLimit, file);
  if (!database.ok()) return database.status();
  std::vector<Table> tables;
  for (const std::string& each : sql) {
    const absl::StatusOr<PreparedQuery> query = database->Prepare(each);
    if (!query.ok()) return query.status();
    absl::StatusOr<Table> table = query->Run();
    if (!table.ok()) return table.status();
    tables.push_back(*std::move(table));
  }
  return tables;
}

absl::StatusOr<Result> Compare(const Workload& workload, const Question& question,
                               const std::string& folder, const std::string& file, int runs,
                               Database& database) {
  absl::Status status = WriteFolder(workload, folder);
  if (status.ok()) {
    status = WriteToFile(
        file, {{"events", "SELECT * FROM events"}, {"pin_days", "SELECT * FROM pin_days"}},
        database);
  }
  if (!status.ok()) return status;
  const absl::StatusOr<Answer> answer = OpenFolder(folder, question.asked, workload.now());
  if (!answer.ok()) return answer.status();
  const absl::StatusOr<std::vector<Table>> tables = OpenDatabase(file, question.sql);
  if (!tables.ok()) return tables.status();
  status = question.check(*answer, *tables);
  if (!status.ok()) return status;
  const auto [ours, theirs] = MediansMs(
      runs, [&] { status.Update(OpenFolder(folder, question.asked, workload.now()).status()); },
      [&] { status.Update(OpenDatabase(file, question.sql).status()); });
  if (!status.ok()) return status;
  return Result{.question = question.name, .pinmetrics = ours, .duckdb = theirs};
}

}  // namespace

absl::StatusOr<Result> CompareOpening(const Workload& workload, const Question& question,
                                      const std::string& path, int runs, Database& database) {
  const std::string folder = path + ".folder";
  const std::string file = path + ".duckdb";
  const auto remove = [&] {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    std::filesystem::remove(file, ignored);
  };
  remove();
  absl::StatusOr<Result> result = Compare(workload, question, folder, file, runs, database);
  remove();
  return result;
}

}  // namespace pinmetrics::peers
