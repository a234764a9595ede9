#ifndef PINMETRICS_EXAMPLES_CLI_LOAD_COMMAND_H_
#define PINMETRICS_EXAMPLES_CLI_LOAD_COMMAND_H_

#include "examples/cli/console.h"
#include "examples/cli/options.h"
#include "examples/cli/surroundings.h"

namespace pinmetrics::cli {

/// Takes the Pins and events of files into an account of a folder. A load that was cut short can be
/// started again: every row counts once.
ExitCode RunLoad(const Options& options, const Surroundings& surroundings, Console& console);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_LOAD_COMMAND_H_
