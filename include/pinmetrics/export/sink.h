#ifndef PINMETRICS_EXPORT_SINK_H_
#define PINMETRICS_EXPORT_SINK_H_

#include <functional>
#include <string_view>

#include "absl/status/status.h"

namespace pinmetrics {

/// Takes the next bytes of an export, in order: a file, a socket, a string. The view is valid
/// during the call only, and ends anywhere. An error stops the export, which returns it. An empty
/// sink is refused with InvalidArgument.
///
/// An exporter holds a few rows at a time, so the memory it takes does not grow with the report.
using Sink = std::function<absl::Status(std::string_view bytes)>;

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_SINK_H_
