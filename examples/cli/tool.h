#ifndef PINMETRICS_EXAMPLES_CLI_TOOL_H_
#define PINMETRICS_EXAMPLES_CLI_TOOL_H_

#include <cstddef>
#include <ostream>
#include <span>
#include <string_view>

#include "absl/time/time.h"

namespace pinmetrics::cli {

/// Why the tool ends. Frozen: scripts look at the numbers.
enum ExitCode : int {
  kDone = 0,
  kFileFailed = 1,
  kWrongArguments = 2,
  kRowsRefused = 3,
};

/// What the tool finds around it, so that tests can drive it.
struct Surroundings {
  std::ostream& out;
  std::ostream& err;
  absl::Time clock;
  /// How wide tables may be.
  std::size_t width = 80;
  /// Whether progress can be shown on `err`.
  bool shows_progress = false;
};

/// Does what the arguments behind the program's name ask for.
ExitCode RunTool(std::span<const std::string_view> arguments, const Surroundings& surroundings);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_TOOL_H_
