// A host's own unit test, in GoogleTest, of a metric of its own. Figures compare with numbers, and
// a failed assertion shows values of this library in words.

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

/// What the host would have in a header: saves for each click that led somewhere.
pm::Metric SavesPerClick() { return pm::Ratio("saves_per_click", pm::kSaves, pm::kOutboundClicks); }

const absl::Time kNow = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());

pm::Report ReportOn(const std::vector<pm::Action>& actions) {
  std::vector<pm::Event> events;
  for (const pm::Action action : actions) {
    events.push_back({.time = kNow - absl::Hours(5 * 24), .pin = pm::PinId(7), .action = action});
  }
  const std::vector<pm::Pin> pins = {{.id = pm::PinId(7)}};
  const pm::Query query = {.period = pm::LastDays(7, absl::CivilDay(2026, 11, 23)),
                           .metrics = {SavesPerClick()}};
  return pm::Evaluate(events, pins, query, kNow).value_or(pm::Report());
}

TEST(SavesPerClick, IsTheQuotientOfThePeriod) {
  const pm::Report report =
      ReportOn({pm::Action::kSave, pm::Action::kOutboundClick, pm::Action::kOutboundClick});
  EXPECT_EQ(report.Total(SavesPerClick()), 0.5);
  EXPECT_EQ(report.On(absl::CivilDay(2026, 11, 18), SavesPerClick()), 0.5);
}

TEST(SavesPerClick, HasNoDataWithoutClicks) {
  EXPECT_EQ(ReportOn({pm::Action::kSave}).Total(SavesPerClick()), std::nullopt);
}

TEST(SavesPerClick, IsNotAskedForByItsParts) {
  EXPECT_FALSE(ReportOn({}).Total(pm::kSaves).was_asked());
}
