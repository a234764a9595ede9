#ifndef PINMETRICS_EXAMPLES_CLI_FOLDER_COMMANDS_H_
#define PINMETRICS_EXAMPLES_CLI_FOLDER_COMMANDS_H_

#include "examples/cli/console.h"
#include "examples/cli/options.h"
#include "examples/cli/surroundings.h"

/// What is done with a folder that keeps logs, or with a server, but for loading it and asking it.

namespace pinmetrics::cli {

/// Takes events back by the ids of a file, one a line. Ids that are not found are counted and no
/// failure, so that a withdrawal can be tried again; lines that are no id are refused.
ExitCode RunWithdraw(const Options& options, const Surroundings& surroundings, Console& console);

/// Packs the days of one account, or of all of a folder, that are final.
ExitCode RunSeal(const Options& options, const Surroundings& surroundings, Console& console);

/// Reads all that is kept, and names what is damaged.
ExitCode RunVerify(const Options& options, const Surroundings& surroundings, Console& console);

/// Copies all that is kept to a folder that is not there or empty.
ExitCode RunCopy(const Options& options, const Surroundings& surroundings, Console& console);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_FOLDER_COMMANDS_H_
