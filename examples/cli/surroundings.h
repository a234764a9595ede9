#ifndef PINMETRICS_EXAMPLES_CLI_SURROUNDINGS_H_
#define PINMETRICS_EXAMPLES_CLI_SURROUNDINGS_H_

#include <cstddef>
#include <ostream>
#include <string>

#include "absl/time/time.h"

namespace pinmetrics::cli {

/// Why the tool ends. Frozen: scripts look at the numbers.
enum ExitCode : int {
  kDone = 0,
  /// A file, folder or server cannot be read or written, or memory ran out.
  kFileFailed = 1,
  kWrongArguments = 2,
  kRowsRefused = 3,
  /// Bytes of a folder are not what was written.
  kDamaged = 4,
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
  /// PINMETRICS_PASSWORD, of a server; may be empty.
  std::string password = {};
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_SURROUNDINGS_H_
