#ifndef PINMETRICS_EXAMPLES_CLI_FAILURE_H_
#define PINMETRICS_EXAMPLES_CLI_FAILURE_H_

#include "absl/status/status.h"
#include "examples/cli/console.h"
#include "examples/cli/surroundings.h"

namespace pinmetrics::cli {

/// How the tool ends if an engine, a format or an output fails with `status`: the arguments are to
/// blame for a query or a format that cannot be, and not for what cannot be done for want of a file
/// or of room.
ExitCode ExitCodeOf(const absl::Status& status);

/// The same of a folder, where no argument is to blame but the folder itself.
ExitCode ExitCodeOfFolder(const absl::Status& status);

/// The same of a ClickHouse server, where anything that is missing, late or broken is as if there
/// were none.
ExitCode ExitCodeOfServer(const absl::Status& status);

/// Says why the tool ends, and returns how.
ExitCode Fail(const absl::Status& status, ExitCode exit_code, Console& console);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_FAILURE_H_
