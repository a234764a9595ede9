// pinmetrics: reports on a business account from CSV files. See options.cc for its options.

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/clock.h"
#include "examples/cli/ephemeral_path.h"
#include "examples/cli/surroundings.h"
#include "examples/cli/tool.h"

namespace {

/// What the shell says, else the terminal, else what everything can show.
std::size_t TerminalWidth() {
  constexpr std::size_t kUsual = 80;
  if (const char* const columns = std::getenv("COLUMNS")) {
    const std::string_view text(columns);
    std::size_t width = 0;
    const std::from_chars_result read =
        std::from_chars(text.data(), text.data() + text.size(), width);
    if (read.ec == std::errc() && read.ptr == text.data() + text.size() && width > 0) return width;
  }
  struct winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsual;
}

std::string Password() {
  const char* const password = std::getenv("PINMETRICS_PASSWORD");
  return password == nullptr ? "" : password;
}

/// Ends the tool at once. An exception would have to pass Abseil's tables, which do not survive one
/// that comes while they grow.
[[noreturn]] void EndWithoutMemory() {
  constexpr std::string_view kMessage = "pinmetrics: memory ran out\n";
  // There is nobody to tell if this fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  pinmetrics::cli::EphemeralPath::RemoveAll();
  std::_Exit(pinmetrics::cli::kFileFailed);
}

}  // namespace

int main(int argc, char** argv) {
  std::set_new_handler(EndWithoutMemory);
  try {
    const std::vector<std::string_view> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    return pinmetrics::cli::RunTool(arguments, {.out = std::cout,
                                                .err = std::cerr,
                                                .clock = absl::Now(),
                                                .width = TerminalWidth(),
                                                .shows_progress = ::isatty(STDERR_FILENO) == 1,
                                                .password = Password()});
  } catch (const std::bad_alloc&) {
    EndWithoutMemory();  // Memory that did not come from `new`.
  }
}
