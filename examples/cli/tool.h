#ifndef PINMETRICS_EXAMPLES_CLI_TOOL_H_
#define PINMETRICS_EXAMPLES_CLI_TOOL_H_

#include <span>
#include <string_view>

#include "examples/cli/surroundings.h"

namespace pinmetrics::cli {

/// Does what the arguments behind the program's name ask for.
ExitCode RunTool(std::span<const std::string_view> arguments, const Surroundings& surroundings);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_TOOL_H_
