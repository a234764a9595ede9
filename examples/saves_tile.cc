// A tile on a server's page: the saves of the last seven complete days, and how they changed.

#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

/// "3 saves, +50%"; without the change where there was nothing before.
std::string SavesTile(const pm::Store& store, absl::Time now) {
  const pm::Query query = {.period = pm::LastDays(7, store.calendar().LatestCompleteDay(now)),
                           .metrics = {pm::kSaves},
                           .comparison = pm::Comparison::kPreviousPeriod};
  const auto report = store.TakeSnapshot().Run(query, now);
  if (!report.ok()) return report.status().ToString();
  std::string tile = std::to_string(std::lround(report->Total(pm::kSaves).value_or(0))) + " saves";
  if (const pm::Figure change = report->Change(pm::kSaves)) {
    tile += (*change < 0 ? ", " : ", +") + std::to_string(std::lround(*change * 100)) + "%";
  }
  return tile;
}

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const auto save = [now](int days_ago) {
    return pm::Event{
        .time = now - days_ago * absl::Hours(24), .pin = pm::PinId(7), .action = pm::Action::kSave};
  };
  pm::Store store;
  if (!store.PutPin({.id = pm::PinId(7)}).ok()) return 1;
  store.Append(std::vector<pm::Event>{save(4), save(5), save(6), save(11), save(12)}, now);
  std::cout << SavesTile(store, now) << "\n";
  return SavesTile(store, now) == "3 saves, +50%" ? 0 : 1;
}
