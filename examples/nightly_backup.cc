// A backup every night: copied while the host goes on, verified, and of use when a day is damaged.

#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/pinmetrics.h"

namespace fs = std::filesystem;
namespace pm = pinmetrics;

/// Copies a folder and reads every byte of the copy. The copy of before goes only then.
absl::Status BackUp(pm::StoreDirectory& directory, const fs::path& backup) {
  const fs::path made = backup.string() + ".new";
  fs::remove_all(made);  // Of a night that was cut short.
  if (absl::Status status = directory.CopyTo(made.string()); !status.ok()) return status;
  {
    const auto copy = pm::StoreDirectory::Open(made.string());
    if (!copy.ok()) return copy.status();
    const auto verified = (*copy)->Verify();
    if (!verified.ok()) return verified.status();
    if (!verified->damage.empty()) return absl::DataLossError(verified->damage.front());
  }
  fs::remove_all(backup);
  fs::rename(made, backup);
  return absl::OkStatus();
}

int main(int, char** argv) {
  const fs::path folder = std::string(argv[0]) + ".kept";
  const fs::path backup = std::string(argv[0]) + ".backup";
  fs::remove_all(folder);
  fs::remove_all(backup);
  const absl::Time seen = absl::FromCivil(absl::CivilHour(2026, 11, 20, 12), absl::UTCTimeZone());
  const absl::Time now = seen + absl::Hours(4 * 24);
  const auto directory = pm::StoreDirectory::Open(folder.string());
  if (!directory.ok()) return 1;
  auto store = (*directory)->OpenStore(1);
  if (!store.ok() || !store->PutPin({.id = pm::PinId(7)}).ok()) return 1;
  const std::vector<pm::Event> batch(10, {.time = seen, .pin = pm::PinId(7)});
  if (store->Append(batch, seen).taken != 10 || !store->Seal(now).status.ok()) return 1;
  for (int night = 0; night < 2; ++night) {
    if (const absl::Status status = BackUp(**directory, backup); !status.ok()) {
      std::cerr << status.message() << "\n";
      return 1;
    }
  }

  // A day that is gone, or damaged, is taken from the copy.
  const pm::DateRange day = pm::LastDays(1, absl::CivilDay(2026, 11, 20));
  if (!(*directory)->DropDays(1, day).ok()) return 1;
  if (!(*directory)->RestoreDays(1, day, backup.string()).ok()) return 1;
  const auto report = store->TakeSnapshot().Run({.period = day}, now);
  return report.ok() && report->Total(pm::kImpressions) == 10 ? 0 : 1;
}
