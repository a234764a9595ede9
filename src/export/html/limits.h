#ifndef PINMETRICS_SRC_EXPORT_HTML_LIMITS_H_
#define PINMETRICS_SRC_EXPORT_HTML_LIMITS_H_

#include <algorithm>
#include <cstddef>
#include <span>

#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/report/report.h"

/// How much a page shows at most, so that it stays light, whatever the report.

namespace pinmetrics {

/// How many metrics a page shows at most: twice the catalogue. Each has a card, a chart, and a
/// column or row of every table.
inline constexpr std::size_t kMostMetrics = 42;

/// The metrics that a page shows of a report, a split or a top list: the first ones.
inline std::span<const Metric> ShownMetrics(const ReportHead& head) {
  const std::span<const Metric> metrics(head.query.metrics);
  return metrics.first(std::min(metrics.size(), kMostMetrics));
}

/// How many characters of a Pin's title a page shows at most.
inline constexpr std::size_t kMostOfTitle = 120;

/// In how many orders a page shows a top list: the product has five.
inline constexpr std::size_t kMostOrders = 8;

/// How many splits a page shows with all metrics; further ones have the first metrics alone,
/// without lines, and all in their CSV.
inline constexpr std::size_t kMostWholeSplits = 4;

/// How many metrics a table has beside each other, so that it fits a page of paper; more are in
/// tables of their own.
inline constexpr std::size_t kMostColumns = 7;

/// How many rows of the series a chart shows at most: more than engines answer, which is 18 months.
inline constexpr std::size_t kMostChartedDays = 600;

/// Up to this many rows of the series a page shows each by itself: an area and a readout in charts,
/// a row in the table. More would not be read, and would make the page heavy.
inline constexpr std::size_t kMostDetailedDays = 80;

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_LIMITS_H_
