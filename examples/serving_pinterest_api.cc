// A call of the Pinterest API v5 served from one's own events: parameters in, JSON out. Programs
// that read Pinterest's analytics read these. What cannot be served is refused by name.

#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/pinmetrics.h"

namespace pm = pinmetrics;

// GET /user_account/analytics: the host's server has split and decoded the query string.
absl::StatusOr<std::string> ServeAnalytics(const pm::Evaluation& account,
                                           std::span<const pm::PinterestParameter> parameters) {
  const auto request = pm::ParsePinterestRequest(pm::PinterestCall::kUserAccount, parameters);
  if (!request.ok()) return request.status();
  const auto report = account.Run(request->query);
  if (!report.ok()) return report.status();
  return pm::ToPinterestJson(*report);
}

int main() {
  const absl::Time now = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());
  const absl::Time seen = now - absl::Hours(3 * 24);
  const std::vector<pm::Pin> pins = {{.id = pm::PinId(7), .created_at = seen}};
  const std::vector<pm::Event> events = {
      {.time = seen, .pin = pm::PinId(7), .device = pm::Device::kMobile},
      {.time = seen, .pin = pm::PinId(7), .device = pm::Device::kMobile},
      {.time = seen,
       .pin = pm::PinId(7),
       .action = pm::Action::kSave,
       .device = pm::Device::kMobile}};
  const pm::Evaluation account(events, pins, now);

  std::vector<pm::PinterestParameter> parameters = {{"start_date", "2026-11-20"},
                                                    {"end_date", "2026-11-21"},
                                                    {"metric_types", "SAVE,SAVE_RATE"},
                                                    {"split_field", "APP_TYPE"}};
  const absl::StatusOr<std::string> json = ServeAnalytics(account, parameters);
  parameters.push_back({"app_types", "WATCH"});
  const absl::StatusOr<std::string> refused = ServeAnalytics(account, parameters);
  if (!json.ok() || refused.ok()) return 1;
  std::cout << *json << refused.status().message() << "\n";
  return *json == R"({
  "MOBILE": {
    "daily_metrics": [
      {"data_status": "READY", "date": "2026-11-20", "metrics": {"SAVE": 1, "SAVE_RATE": 0.5}},
      {"data_status": "PROCESSING", "date": "2026-11-21", "metrics": {}}
    ],
    "summary_metrics": {"SAVE": 1, "SAVE_RATE": 0.5}
  }
}
)"
             ? 0
             : 1;
}
