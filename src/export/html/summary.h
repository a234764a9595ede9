#ifndef PINMETRICS_SRC_EXPORT_HTML_SUMMARY_H_
#define PINMETRICS_SRC_EXPORT_HTML_SUMMARY_H_

#include <string>
#include <string_view>

#include "export/html/writer.h"
#include "pinmetrics/export/page_language.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// The page's heading, what was asked, and which days are not final.
void WriteHeader(const Report& report, std::string_view account, HtmlWriter& html);

/// A card for each metric that does not count people: its total, its change, its line in small.
void WriteFigureCards(const Report& report, HtmlWriter& html);

/// The cards of the metrics that count people, or why there are none.
void WriteAudienceCards(const Report& report, HtmlWriter& html);

/// One sentence in place of a page of zeros: which events there are none of. Empty if the report or
/// a list has anything to show.
std::string NothingToShow(const Overview& overview, const PageLanguage& language);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_SUMMARY_H_
