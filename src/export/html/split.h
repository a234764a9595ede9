#ifndef PINMETRICS_SRC_EXPORT_HTML_SPLIT_H_
#define PINMETRICS_SRC_EXPORT_HTML_SPLIT_H_

#include <string>

#include "absl/status/status.h"
#include "export/html/writer.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// InvalidArgument, with `place` in front, if `split` has no split or asks something else than
/// `whole` but for the metrics.
absl::Status CheckSplitOf(const Report& whole, const Report& split, const std::string& place);

/// A report's segments as rows, with a bar and a share, the first metrics as columns and the others
/// in details. `place` is that of the split among all of the page.
void WriteSplit(const Report& split, std::size_t place, HtmlWriter& html);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_SPLIT_H_
