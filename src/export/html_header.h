#ifndef PINMETRICS_SRC_EXPORT_HTML_HEADER_H_
#define PINMETRICS_SRC_EXPORT_HTML_HEADER_H_

#include <string_view>

#include "export/html_writer.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// The page's heading, what was asked, and which days are not final.
void WriteHeader(const Report& report, std::string_view account, HtmlWriter& html);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_HEADER_H_
