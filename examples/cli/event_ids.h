#ifndef PINMETRICS_EXAMPLES_CLI_EVENT_IDS_H_
#define PINMETRICS_EXAMPLES_CLI_EVENT_IDS_H_

#include <functional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "examples/cli/csv_reader.h"
#include "examples/cli/refusal_log.h"
#include "pinmetrics/model/id.h"

namespace pinmetrics::cli {

/// Takes the next ids of a file. An error ends the reading.
using TakeIds = std::function<absl::Status(std::span<const EventId> ids)>;

/// Reads ids of events, one a line and without a header, some thousands at a time. Lines that are
/// no id are refused to `log`. Errors: those of the source and of `take`.
absl::Status ReadEventIds(std::string_view file, ByteSource source, RefusalLog& log,
                          const TakeIds& take, CsvLimits limits = {});

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_EVENT_IDS_H_
