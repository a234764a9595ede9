#ifndef PINMETRICS_SRC_EXPORT_HTML_CSV_LINK_H_
#define PINMETRICS_SRC_EXPORT_HTML_CSV_LINK_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "export/html/writer.h"
#include "pinmetrics/report/report.h"

/// Tables of the page as files to take along: links that hold the CSV themselves, so that nothing
/// is fetched. They have the rows and metrics that the page shows, with exact figures.

namespace pinmetrics {

/// The bytes as a `data:` address, in ASCII: `data:text/csv;charset=utf-8,date%0A2026-11-20`.
std::string CsvAddress(std::string_view csv);

/// The last `rows` rows of the series.
void WriteSeriesLink(const Report& report, std::size_t rows, HtmlWriter& html);

/// The totals, those of these segments alone; `name` is that of the file.
void WriteTotalsLink(const Report& report, std::span<const TotalRow* const> rows,
                     std::string_view name, HtmlWriter& html);

/// The first `rows` rows of a list.
void WriteTopLink(const TopList& list, std::size_t rows, HtmlWriter& html);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_CSV_LINK_H_
