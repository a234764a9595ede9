#ifndef PINMETRICS_SRC_EXPORT_HTML_TABLE_H_
#define PINMETRICS_SRC_EXPORT_HTML_TABLE_H_

#include "export/html/writer.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// The days with all metrics, the last kMostDetailedDays of them, latest first.
void WriteDaysTable(const Report& report, HtmlWriter& html);

/// A top list with all metrics, that which decides first and with bars; its first 30 rows. The
/// options' other lists of the same items are other orders of it, with their first metrics, of
/// which the page shows the chosen one.
void WriteTopTables(const TopList& list, const HtmlOptions& options, HtmlWriter& html);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_TABLE_H_
