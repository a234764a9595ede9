#ifndef PINMETRICS_SRC_EXPORT_HTML_WEEKDAYS_H_
#define PINMETRICS_SRC_EXPORT_HTML_WEEKDAYS_H_

#include <array>
#include <cstddef>
#include <optional>

#include "export/html/writer.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// A figure for each weekday, Monday first; nothing where no day tells.
using WeekdayFigures = std::array<std::optional<double>, 7>;

/// What a metric of the report, by its index, is on a Monday, a Tuesday and so on: the mean of the
/// final days. Of a rate or an average it is that of these days together, as of any period, which
/// takes a metric of the report that counts what it is per: impressions, video starts, or what a
/// host's own is per. Nothing without one, for rates that are formulas, for figures of the month,
/// and for rows that are no days.
std::optional<WeekdayFigures> MeansByWeekday(const Report& report, std::size_t metric);

/// The means as a table with a row for each metric, of which the page shows the chosen. Nothing
/// where no weekday has two final days.
void WriteWeekdays(const Report& report, HtmlWriter& html);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_WEEKDAYS_H_
