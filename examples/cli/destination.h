#ifndef PINMETRICS_EXAMPLES_CLI_DESTINATION_H_
#define PINMETRICS_EXAMPLES_CLI_DESTINATION_H_

#include <cstddef>
#include <optional>
#include <ostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/cli/answer.h"
#include "examples/cli/files.h"
#include "examples/cli/input_files.h"
#include "examples/cli/options.h"

namespace pinmetrics::cli {

/// Where an answer goes: standard output, or a file and, if it is asked for, a second one that
/// describes it.
class Destination {
 public:
  /// Opens what is written, so that a long log is not read for a report that has no place to go.
  /// InvalidArgument if a file is one of the inputs, which may be none; Unavailable if it cannot be
  /// written. `out` and `options` outlive it.
  static absl::StatusOr<Destination> Open(const Options& options, const InputFiles* inputs,
                                          std::ostream& out);

  /// Writes the answer, in the options' format. Neither file gets its name before both are written.
  /// Errors are those of the format and of the files.
  absl::Status Write(const Answer& answer, std::size_t width);

 private:
  Destination(const Options& options, std::ostream& out) : options_(&options), out_(&out) {}
  absl::Status WriteToStandardOutput(const Answer& answer, std::size_t width);
  absl::Status WriteToFiles(const Answer& answer, std::size_t width);

  const Options* options_;
  std::ostream* out_;
  std::optional<OutputFile> file_;
  std::optional<OutputFile> description_;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_DESTINATION_H_
