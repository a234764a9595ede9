#ifndef PINMETRICS_EXAMPLES_CLI_ACCOUNT_H_
#define PINMETRICS_EXAMPLES_CLI_ACCOUNT_H_

#include <memory>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/cli/answer.h"
#include "examples/cli/options.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/pin.h"

namespace pinmetrics::cli {

/// A business account in one of the engines: filled, Pins first, and then asked. Not safe from
/// several threads.
class Account {
 public:
  virtual ~Account() = default;

  /// Takes Pins of which `Check` finds all in order, each once. An error is the engine's: it takes
  /// no more.
  virtual absl::Status PutPins(const std::vector<Pin>& pins) = 0;

  /// Takes the next events of the log, checked likewise. Which of them the engine refuses all the
  /// same, by index; an error as above.
  virtual absl::StatusOr<std::vector<Refusal>> Append(std::span<const Event> events) = 0;

  /// Asks for what the options say. Nothing is appended after it.
  virtual absl::StatusOr<Answer> Ask() = 0;
};

/// An empty account in the engine that the options name; they outlive it.
std::unique_ptr<Account> MakeAccount(const Options& options);

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_ACCOUNT_H_
