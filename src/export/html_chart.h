#ifndef PINMETRICS_SRC_EXPORT_HTML_CHART_H_
#define PINMETRICS_SRC_EXPORT_HTML_CHART_H_

#include <cstddef>

#include "export/html_writer.h"
#include "pinmetrics/report/report.h"

/// The days as charts, one for each metric, of which the page shows the chosen one. The plots
/// stretch with the page; their labels are text of the page, so that they do not stretch with them.

namespace pinmetrics {

/// Up to this many days a page shows each day by itself: an area and a readout in charts, a row in
/// the table. More would not be read, and would make the page heavy.
inline constexpr std::size_t kMostDetailedDays = 62;

/// The rules that show the chart of the chosen metric, which depend on how many there are.
void WriteChartChoiceStyle(std::size_t metrics, HtmlWriter& html);

/// The choice of metric and a chart for each.
void WriteCharts(const Report& report, HtmlWriter& html);

/// The line of a metric alone, in small. `WriteCharts` has it, so this refers to it.
void WriteSparkline(std::size_t metric, std::size_t days, HtmlWriter& html);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_CHART_H_
