#ifndef PINMETRICS_EXAMPLES_CLI_REPORT_TABLE_H_
#define PINMETRICS_EXAMPLES_CLI_REPORT_TABLE_H_

#include <cstddef>
#include <string>

#include "pinmetrics/report/report.h"

/// Reports for people at a terminal of `width` columns: figures rounded and grouped, changes with
/// their sign, the daily series as a chart. Lines end in LF. At least 40 columns are taken.

namespace pinmetrics::cli {

/// The chart of impressions (of the first metric, if impressions are not among them), the totals
/// and a line for each day.
std::string ToTable(const Report& report, std::size_t width);

/// The list with all metrics.
std::string ToTable(const TopList& list, std::size_t width);

/// The chart, the totals with change, and the top lists with the metrics that fit.
std::string ToTable(const Overview& overview, std::size_t width);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_REPORT_TABLE_H_
