// A host of many accounts: one folder keeps the stores of all, and one call a day seals them.

#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

int main(int, char** argv) {
  const std::string folder = std::string(argv[0]) + ".kept";
  std::filesystem::remove_all(folder);
  const absl::Time seen = absl::FromCivil(absl::CivilHour(2026, 11, 20, 12), absl::UTCTimeZone());
  const auto directory = pm::StoreDirectory::Open(folder);
  if (!directory.ok()) return 1;

  // An account is made when it is first asked for. What a request needs is opened for it; when the
  // last handle goes, so does the memory.
  const auto take = [&](pm::AccountKey account, std::size_t views) {
    auto store = (*directory)->OpenStore(account);
    if (!store.ok() || !store->PutPin({.id = pm::PinId(7)}).ok()) return false;
    const std::vector<pm::Event> batch(views, {.time = seen, .pin = pm::PinId(7)});
    return store->Append(batch, seen).taken == views;
  };
  for (pm::AccountKey account = 1; account <= 20; ++account) {
    if (!take(account, account)) return 1;
  }

  // Once a day: all accounts, with a few waits for the disk and not a few for each.
  const absl::Time now = seen + absl::Hours(4 * 24);
  const pm::SealAllResult sealed = (*directory)->SealAll(now);
  std::cout << sealed.accounts << " accounts, " << sealed.events_sealed << " events sealed\n";
  if (!sealed.status.ok() || sealed.accounts != 20 || sealed.events_sealed != 210) return 1;

  const auto store = (*directory)->OpenKeptStore(20);
  if (!store.ok()) return 1;
  const auto report =
      store->TakeSnapshot().Run({.period = pm::LastDays(7, store->Today(now))}, now);
  return report.ok() && report->Total(pm::kImpressions) == 20 ? 0 : 1;
}
