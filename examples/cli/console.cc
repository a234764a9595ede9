#include "examples/cli/console.h"

#include "examples/cli/terminal_text.h"

namespace pinmetrics::cli {

void Console::Line(std::string_view text) {
  ClearProgress();
  stream_ << Neutralised(text) << '\n';
}

void Console::Progress(std::string_view text) {
  if (!is_terminal_) return;
  ClearProgress();
  stream_ << text << std::flush;
  progress_shown_ = true;
}

void Console::ClearProgress() {
  if (!progress_shown_) return;
  stream_ << "\r\x1b[K" << std::flush;
  progress_shown_ = false;
}

}  // namespace pinmetrics::cli
