#ifndef PINMETRICS_EXAMPLES_CLI_REFUSAL_LOG_H_
#define PINMETRICS_EXAMPLES_CLI_REFUSAL_LOG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "examples/cli/console.h"

namespace pinmetrics::cli {

/// Names the rows that are not taken, as `FILE:LINE: column: reason`: the first 20, and then only
/// counts them.
class RefusalLog {
 public:
  static constexpr std::int64_t kShown = 20;

  /// `console` outlives the log.
  explicit RefusalLog(Console& console) : console_(console) {}

  void Add(std::string_view file, std::int64_t line, std::string_view column,
           std::string_view reason);

  /// How many rows were refused.
  std::int64_t count() const { return count_; }

  /// Says how many there were, if any.
  void Finish();

 private:
  Console& console_;
  std::int64_t count_ = 0;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_REFUSAL_LOG_H_
