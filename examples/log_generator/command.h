#ifndef PINMETRICS_EXAMPLES_LOG_GENERATOR_COMMAND_H_
#define PINMETRICS_EXAMPLES_LOG_GENERATOR_COMMAND_H_

#include <ostream>
#include <span>
#include <string_view>

namespace pinmetrics::log_generator {

/// Runs the command with `arguments`, the program's name not among them. Help goes to `out`, what
/// went wrong to `err`. Returns the exit code: 0 done, 1 a file could not be written, 2 the
/// arguments are wrong.
int RunCommand(std::span<const std::string_view> arguments, std::ostream& out, std::ostream& err);

}  // namespace pinmetrics::log_generator

#endif  // PINMETRICS_EXAMPLES_LOG_GENERATOR_COMMAND_H_
