#ifndef PINMETRICS_EXAMPLES_CLI_REPORT_COMMAND_H_
#define PINMETRICS_EXAMPLES_CLI_REPORT_COMMAND_H_

#include "absl/status/status.h"
#include "examples/cli/console.h"
#include "examples/cli/options.h"
#include "examples/cli/surroundings.h"

namespace pinmetrics::cli {

/// How the tool ends if an engine, a format or an output fails with `status`: the arguments are to
/// blame for a query or a format that cannot be, and not for what cannot be done for want of a file
/// or of room.
ExitCode ExitCodeOf(const absl::Status& status);

/// Makes the report that the options ask for: loads the inputs, asks an engine and writes what it
/// answers.
ExitCode RunReport(const Options& options, const Surroundings& surroundings, Console& console);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_REPORT_COMMAND_H_
