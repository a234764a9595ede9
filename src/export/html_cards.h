#ifndef PINMETRICS_SRC_EXPORT_HTML_CARDS_H_
#define PINMETRICS_SRC_EXPORT_HTML_CARDS_H_

#include "export/html_writer.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// A card for each metric that does not count people: its total, its change, its line in small.
void WriteFigureCards(const Report& report, HtmlWriter& html);

/// The cards of the metrics that count people, or why there are none.
void WriteAudienceCards(const Report& report, HtmlWriter& html);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_CARDS_H_
