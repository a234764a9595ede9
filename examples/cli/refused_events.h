#ifndef PINMETRICS_EXAMPLES_CLI_REFUSED_EVENTS_H_
#define PINMETRICS_EXAMPLES_CLI_REFUSED_EVENTS_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/cli/files.h"

namespace pinmetrics::cli {

/// A log of the events of another log that were refused: its header, and their rows as they stand
/// there. It comes to be when it is whole. Moves; not safe from several threads.
class RefusedEvents {
 public:
  /// Errors as `OutputFile::Create`.
  static absl::StatusOr<RefusedEvents> Create(const std::string& name);

  /// The header first, then the rows, each without a line end. Errors as `OutputFile::Write`.
  absl::Status Add(std::string_view row);
  absl::Status Commit();

 private:
  explicit RefusedEvents(OutputFile file) : file_(std::move(file)) {}
  absl::Status Flush();

  OutputFile file_;
  std::string buffer_;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_REFUSED_EVENTS_H_
