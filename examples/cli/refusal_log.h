#ifndef PINMETRICS_EXAMPLES_CLI_REFUSAL_LOG_H_
#define PINMETRICS_EXAMPLES_CLI_REFUSAL_LOG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "examples/cli/console.h"

namespace pinmetrics::cli {

/// Names the rows that are not taken by their causes. A cause is what a column of a file is refused
/// for, whatever the values: its rows are one line, `FILE:LINE: column: reason` of the first, with
/// their number at its end if they are several. Each unknown Pin is a cause of its own, up to ten
/// of them; the others are one more. The first 20 causes are named; all rows are counted.
class RefusalLog {
 public:
  static constexpr std::size_t kShown = 20;
  static constexpr std::size_t kPinsShown = 10;

  /// `console` outlives the log.
  explicit RefusalLog(Console& console) : console_(console) {}

  /// `kind` is what the rows of one column must share to be of one cause: the name of a
  /// `FaultKind`, or a word of the caller's where that is too coarse.
  void Add(std::string_view file, std::int64_t line, std::string_view column, std::string_view kind,
           std::string_view reason);

  /// How many rows were refused.
  std::int64_t count() const { return count_; }

  /// Names the causes and says how many rows there were, if any. Called once, at the end: only then
  /// the numbers are known.
  void Finish();

 private:
  struct Cause {
    std::string file;
    std::string column;
    std::string kind;
    std::int64_t first_line = 0;
    std::string reason;  ///< Of the first row.
    std::int64_t rows = 0;
    bool is_of_other_pins = false;  ///< Of all that are not named one by one.
    bool has_other_pins = false;    ///< Than that of the first row.
  };

  Console& console_;
  std::vector<Cause> causes_;  ///< In the order of their first rows.
  bool has_more_causes_ = false;
  std::int64_t count_ = 0;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_REFUSAL_LOG_H_
