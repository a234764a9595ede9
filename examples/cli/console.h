#ifndef PINMETRICS_EXAMPLES_CLI_CONSOLE_H_
#define PINMETRICS_EXAMPLES_CLI_CONSOLE_H_

#include <cstdint>
#include <ostream>
#include <string_view>

namespace pinmetrics::cli {

/// Standard error: lines that stay and, on a terminal, one line of progress below them that comes
/// and goes. Not safe from several threads.
class Console {
 public:
  /// `stream` outlives the console. Progress is shown only if `is_terminal`.
  Console(std::ostream& stream, bool is_terminal) : stream_(stream), is_terminal_(is_terminal) {}
  ~Console() { ClearProgress(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  bool ShowsProgress() const { return is_terminal_; }

  /// Writes one line. What in it could steer a terminal is neutralised: names of files and much
  /// else come from outside.
  void Line(std::string_view text);
  /// Replaces what progress was shown. One line, shorter than a terminal is wide.
  void Progress(std::string_view text);
  void ClearProgress();

 private:
  std::ostream& stream_;
  bool is_terminal_;
  bool progress_shown_ = false;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_CONSOLE_H_
