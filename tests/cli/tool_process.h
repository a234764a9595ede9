#ifndef PINMETRICS_TESTS_CLI_TOOL_PROCESS_H_
#define PINMETRICS_TESTS_CLI_TOOL_PROCESS_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The tool as a process, for what only a process has.

namespace pinmetrics::cli {

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

inline void WriteTo(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// Runs the tool as a process, in a folder of its own with an account in it.
class ToolTest : public ::testing::Test {
 protected:
  ToolTest() {
    std::string name = (std::filesystem::temp_directory_path() / "pinmetrics-tool-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    WriteTo(Path("pins.csv"),
            "pin_id,board_id,format,created_at,title\n7,1,standard,0,Bread\n8,2,video,0,\n");
    WriteTo(Path("events.csv"),
            "time,action,pin_id\n2026-11-20T10:00:00Z,impression,7\n"
            "2026-11-20T11:00:00Z,save,7\n2026-11-20T12:00:00Z,impression,8\n");
  }
  ~ToolTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(std::string_view name) const { return (folder_ / name).string(); }

  Outcome RunWith(std::vector<std::string> arguments, const std::string& input = "/dev/null",
                  const std::string& output = "", rlim_t memory_bytes = RLIM_INFINITY) const {
    const std::string out = output.empty() ? Path("stdout") : output;
    const std::string err = Path("stderr");
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(::open(input.c_str(), O_RDONLY), STDIN_FILENO);
      ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
      ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      ::setenv("COLUMNS", "80", 1);
      const struct rlimit memory = {.rlim_cur = memory_bytes, .rlim_max = memory_bytes};
      if (memory_bytes != RLIM_INFINITY) ::setrlimit(RLIMIT_AS, &memory);
      std::vector<char*> argv;
      std::string program = PINMETRICS_TOOL;
      argv.push_back(program.data());
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      ::execv(program.c_str(), argv.data());
      std::_Exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            .out = output.empty() ? ReadFile(out) : "",
            .err = ReadFile(err)};
  }

  /// A command on the account's files at a fixed now.
  Outcome Ask(std::string command, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {
        std::move(command), "--pins", Path("pins.csv"),      "--events",
        Path("events.csv"), "--now",  "2026-11-23T12:00:00Z"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunWith(std::move(arguments));
  }

  /// What is said about those events.
  Outcome AskAbout(std::string_view events, const std::vector<std::string>& more = {}) const {
    WriteTo(Path("events.csv"), events);
    return Ask("report", more);
  }

  std::filesystem::path folder_;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_TESTS_CLI_TOOL_PROCESS_H_
