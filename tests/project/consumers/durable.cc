// A host of a store that a folder keeps: what it took is there when the folder is opened again.

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"

int main(int, char** argv) {
  namespace pm = pinmetrics;

  const std::string folder = std::string(argv[0]) + ".kept";
  std::filesystem::remove_all(folder);
  const absl::CivilDay day(2026, 11, 1);
  const absl::Time noon = absl::FromCivil(absl::CivilHour(2026, 11, 1, 12), absl::UTCTimeZone());
  const absl::Time now = noon + absl::Hours(24 * 7);
  {
    const auto directory = pm::StoreDirectory::Open(folder);
    if (!directory.ok()) return EXIT_FAILURE;
    auto store = (*directory)->OpenStore(1);
    if (!store.ok()) return EXIT_FAILURE;
    if (!store->PutPin({.id = pm::PinId(7), .created_at = noon}).ok()) return EXIT_FAILURE;
    const std::vector<pm::Event> events = {
        {.time = noon, .pin = pm::PinId(7)},
        {.time = noon, .pin = pm::PinId(7)},
        {.time = noon, .pin = pm::PinId(7), .action = pm::Action::kSave},
    };
    if (store->Append(events, now).taken != events.size()) return EXIT_FAILURE;
  }
  const auto directory = pm::StoreDirectory::Open(folder);
  if (!directory.ok()) return EXIT_FAILURE;
  const auto store = (*directory)->OpenKeptStore(1);
  if (!store.ok()) return EXIT_FAILURE;
  const pm::Query query = {.period = pm::DateRange::Inclusive(day, day),
                           .metrics = {pm::kImpressions, pm::kSaveRate}};
  const auto report = store->TakeSnapshot().Run(query, now);
  if (!report.ok()) return EXIT_FAILURE;
  std::cout << *report->Total(pm::kImpressions) << " impressions, save rate "
            << *report->Total(pm::kSaveRate) << "\n";
  return EXIT_SUCCESS;
}
