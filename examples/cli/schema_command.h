#ifndef PINMETRICS_EXAMPLES_CLI_SCHEMA_COMMAND_H_
#define PINMETRICS_EXAMPLES_CLI_SCHEMA_COMMAND_H_

#include "examples/cli/console.h"
#include "examples/cli/options.h"
#include "examples/cli/surroundings.h"

namespace pinmetrics::cli {

/// Prints the statements that make a server's tables, for an operator or for clickhouse-client.
ExitCode RunSchema(const Options& options, const Surroundings& surroundings, Console& console);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_SCHEMA_COMMAND_H_
