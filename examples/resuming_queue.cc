// A consumer of a queue that was killed: it is started again, the queue delivers again what was not
// confirmed, and batches that the store had taken count once.

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

const absl::Time kNow = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
constexpr std::size_t kBatches = 10;

/// Takes what the queue has from `offset` on. Returns how many batches were known already, or -1.
int Consume(const std::string& folder, std::size_t offset, std::size_t killed_at) {
  const auto directory = pm::StoreDirectory::Open(folder);
  if (!directory.ok()) return -1;
  auto store = (*directory)->OpenStore(1);
  if (!store.ok() || !store->PutPin({.id = pm::PinId(7)}).ok()) return -1;
  int repeated = 0;
  for (; offset < kBatches; ++offset) {
    if (offset == killed_at) std::raise(SIGKILL);
    const std::vector<pm::Event> batch(100, {.time = kNow, .pin = pm::PinId(7)});
    const auto result = store->Append(batch, kNow, "queue-1:" + std::to_string(offset));
    if (!result.status.ok()) return -1;  // Not confirmed: the queue keeps the batch.
    if (result.repeated_batch) ++repeated;
  }
  return repeated;
}

int main(int, char** argv) {
  const std::string folder = std::string(argv[0]) + ".kept";
  std::filesystem::remove_all(folder);
  // Forked before the folder is opened: the folder is the child's.
  const pid_t child = fork();
  if (child == 0) return Consume(folder, 0, 6);
  if (child < 0 || waitpid(child, nullptr, 0) != child) return 1;
  // The child took six batches, and the queue did not hear of the last three.
  const int repeated = Consume(folder, 3, kBatches);
  std::cout << repeated << " batches came again\n";

  const auto directory = pm::StoreDirectory::Open(folder);
  if (!directory.ok()) return 1;
  const auto store = (*directory)->OpenKeptStore(1);
  if (!store.ok()) return 1;
  const pm::Query query = {.period = pm::LastDays(1, store->Today(kNow)), .real_time = true};
  const auto report = store->TakeSnapshot().Run(query, kNow);
  return repeated == 3 && report.ok() && report->Total(pm::kImpressions) == 1000 ? 0 : 1;
}
