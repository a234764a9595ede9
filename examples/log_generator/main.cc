// pinmetrics-log-generator: writes an invented account's log, for demos, tests and benchmarks.
// See command.cc for its options.

#include <iostream>
#include <string_view>
#include <vector>

#include "examples/log_generator/command.h"

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return pinmetrics::log_generator::RunCommand(arguments, std::cout, std::cerr);
}
