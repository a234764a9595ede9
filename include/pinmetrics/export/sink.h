#ifndef PINMETRICS_EXPORT_SINK_H_
#define PINMETRICS_EXPORT_SINK_H_

#include <functional>
#include <string_view>

#include "absl/status/status.h"

namespace pinmetrics {

/// Takes the next bytes of an export, in order: a file, a socket, a string. The view is valid
/// during the call only, is never empty, and ends anywhere, also within a character. Called from
/// the exporting thread, once for about 64 KiB, or for one row or part of a page if that is longer:
/// the memory that an exporter takes does not grow with the report.
///
/// An error stops the export, which returns it: the sink is not called again, and what it took
/// before stays with it. An exception passes through the exporter to its caller likewise. A sink
/// without a function is refused with InvalidArgument.
using Sink = std::function<absl::Status(std::string_view bytes)>;

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_SINK_H_
