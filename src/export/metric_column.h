#ifndef PINMETRICS_SRC_EXPORT_METRIC_COLUMN_H_
#define PINMETRICS_SRC_EXPORT_METRIC_COLUMN_H_

#include <string_view>

#include "pinmetrics/metrics/metric.h"

namespace pinmetrics {

/// How exports name a unit.
inline std::string_view NameOfUnit(Unit unit) {
  switch (unit) {
    case Unit::kCount:
      return "count";
    case Unit::kPeople:
      return "people";
    case Unit::kRatio:
      return "ratio";
    case Unit::kMinutes:
      return "minutes";
    case Unit::kSeconds:
      return "seconds";
  }
  return "";
}

/// True if the metric's figures are whole by its unit. Nothing holds a host's formula to it.
inline bool CountsWhole(const Metric& metric) {
  return metric.unit() == Unit::kCount || metric.unit() == Unit::kPeople;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_METRIC_COLUMN_H_
