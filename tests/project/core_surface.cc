// Calls what the header-only layers offer, so that their code ends up in an object whose symbols
// can be looked at.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/calculate.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/metrics/viewer_set.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/rank/top_n.h"

namespace pinmetrics {

bool IsGood(const Event& event, const Pin& pin, absl::Time now, std::string& reason);
absl::StatusOr<std::string> Reprint(std::string_view text);
Filter Compose(const Filter& a, const Filter& b);
std::vector<std::optional<double>> Figures(std::span<const Event> events, const Pin& pin,
                                           const Filter& filter);
std::optional<Metric> Compose(std::string_view name);
ViewerSet Union(ViewerSet a, const ViewerSet& b);
std::vector<Ranked> Best(std::span<const Ranked> items);

bool IsGood(const Event& event, const Pin& pin, absl::Time now, std::string& reason) {
  std::optional<Fault> fault = Check(event, now);
  if (!fault) fault = Check(pin);
  if (fault) reason = fault->ToString();
  return !fault;
}

absl::StatusOr<std::string> Reprint(std::string_view text) {
  const absl::StatusOr<Filter> filter = ParseFilter(text);
  if (!filter.ok()) return filter.status();
  return ToString(*filter);
}

Filter Compose(const Filter& a, const Filter& b) { return (a && !b) || Is(Device::kMobile); }

std::vector<std::optional<double>> Figures(std::span<const Event> events, const Pin& pin,
                                           const Filter& filter) {
  const auto pin_of = [&](PinId) -> const Pin& { return pin; };
  const Facts facts = Calculate(events, pin_of, filter);
  std::vector<std::optional<double>> figures;
  for (const Metric& metric : Catalogue()) figures.push_back(metric.Value(facts));
  return figures;
}

std::optional<Metric> Compose(std::string_view name) {
  const std::optional<Metric> metric = FindMetric(name);
  if (!metric) return std::nullopt;
  return Ratio("own", *metric, kImpressions);
}

ViewerSet Union(ViewerSet a, const ViewerSet& b) {
  a.Merge(b);
  return a;
}

std::vector<Ranked> Best(std::span<const Ranked> items) {
  TopN<Ranked> top(10);
  for (const Ranked& item : items) top.Add(item);
  return top.Sorted();
}

}  // namespace pinmetrics
