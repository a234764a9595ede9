#ifndef PINMETRICS_SRC_EXPORT_HTML_METRICS_H_
#define PINMETRICS_SRC_EXPORT_HTML_METRICS_H_

#include <algorithm>
#include <cstddef>
#include <span>

#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// How many metrics a page shows at most: twice the catalogue. Each has a card, a chart, and a
/// column or row of every table.
inline constexpr std::size_t kMostMetrics = 42;

/// The metrics that a page shows of a report, a split or a top list: the first ones.
inline std::span<const Metric> ShownMetrics(const ReportHead& head) {
  const std::span<const Metric> metrics(head.query.metrics);
  return metrics.first(std::min(metrics.size(), kMostMetrics));
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_METRICS_H_
