#ifndef PINMETRICS_EXAMPLES_CLI_REPORT_COMMAND_H_
#define PINMETRICS_EXAMPLES_CLI_REPORT_COMMAND_H_

#include "examples/cli/console.h"
#include "examples/cli/options.h"
#include "examples/cli/surroundings.h"

namespace pinmetrics::cli {

/// Makes the report that the options ask for: loads the inputs or opens a folder, asks an engine
/// and writes what it answers.
ExitCode RunReport(const Options& options, const Surroundings& surroundings, Console& console);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_REPORT_COMMAND_H_
