#ifndef PINMETRICS_SRC_EXPORT_HTML_HOST_DATA_H_
#define PINMETRICS_SRC_EXPORT_HTML_HOST_DATA_H_

#include <string>

#include "absl/status/status.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/model/id.h"

namespace pinmetrics {

/// InvalidArgument that names the first address or picture of the options that a page may not have.
absl::Status CheckHostData(const HtmlOptions& options);

/// A Pin's address by the template, which is checked.
std::string AddressOf(PinId pin, std::string_view pin_address);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_HOST_DATA_H_
