// Calls of the Pinterest API v5 served from one's own events: parameters in, JSON out. Programs
// that read Pinterest's analytics read these. What cannot be served is refused by name.

#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

// GET /pins/analytics: the host's server has split and decoded the query string.
template <pm::Engine Engine>
absl::StatusOr<std::string> ServePins(const Engine& account,
                                      std::span<const pm::PinterestParameter> parameters,
                                      absl::Time now) {
  const auto request = pm::ParsePinterestRequest(pm::PinterestCall::kPins, parameters);
  if (!request.ok()) return request.status();
  std::vector<pm::PinReport> pins;
  for (const pm::PinId pin : request->pins) {
    const auto report = account.Run(pm::QueryAbout(*request, pin), now);
    if (!report.ok()) return report.status();
    pins.push_back({pin, *report});
  }
  return pm::ToPinterestJson(std::span<const pm::PinReport>(pins));
}

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const absl::Time seen = now - absl::Hours(3 * 24);
  const std::vector<pm::Pin> pins = {{.id = pm::PinId(7)}, {.id = pm::PinId(8)}};
  const std::vector<pm::Event> events = {
      {.time = seen, .pin = pm::PinId(7)},
      {.time = seen, .pin = pm::PinId(7)},
      {.time = seen, .pin = pm::PinId(7), .action = pm::Action::kSave},
      {.time = seen, .pin = pm::PinId(8)}};
  const pm::Evaluation account(events, pins, now);

  std::vector<pm::PinterestParameter> parameters = {{"pin_ids", "7,8"},
                                                    {"start_date", "2026-11-20"},
                                                    {"end_date", "2026-11-21"},
                                                    {"metric_types", "SAVE,SAVE_RATE"}};
  const absl::StatusOr<std::string> json = ServePins(account, parameters, now);
  parameters.push_back({"app_types", "WATCH"});
  const absl::StatusOr<std::string> refused = ServePins(account, parameters, now);
  if (!json.ok() || refused.ok()) return 1;
  std::cout << *json << refused.status().message() << "\n";
  const auto says = [&json](const char* text) { return json->find(text) != std::string::npos; };
  return says(R"("7": {)") && says(R"("summary_metrics": {"SAVE": 1, "SAVE_RATE": 0.5})") &&
                 says(R"("8": {)") && says(R"("summary_metrics": {"SAVE": 0, "SAVE_RATE": 0.0})")
             ? 0
             : 1;
}
