#ifndef PINMETRICS_TESTS_CLI_FOLDER_PROCESS_H_
#define PINMETRICS_TESTS_CLI_FOLDER_PROCESS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/cli/tool_process.h"

/// The tool on a folder that keeps logs.

namespace pinmetrics::cli {

inline constexpr std::string_view kEventsHeader = "time,action,pin_id,event_id\n";

/// `count` rows from `first` on, of which each is another and all are in order, with event ids.
inline std::string EventRows(int first, int count) {
  std::string rows;
  for (int i = first; i < first + count; ++i) {
    const std::string second = std::to_string(i % 60);
    rows += "2026-11-" + std::to_string(10 + i % 10) + "T10:00:" + (second.size() < 2 ? "0" : "") +
            second + "Z," + (i % 3 == 0 ? "save" : "impression") + (i % 2 == 0 ? ",7," : ",8,") +
            std::to_string(i + 1) + "\n";
  }
  return rows;
}

class FolderTest : public ToolTest {
 protected:
  static constexpr const char* kNow = "2026-11-23T12:00:00Z";

  /// A command on a folder, which is `kept` unless another is named, at that now where it has one.
  Outcome RunOn(std::string command, std::vector<std::string> more = {},
                const std::string& folder = "kept") const {
    std::vector<std::string> arguments = {std::move(command), "--store", Path(folder)};
    if (arguments[0] != "verify" && arguments[0] != "copy") {
      arguments.insert(arguments.end(), {"--now", kNow});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunWith(std::move(arguments));
  }

  /// Loads the account's two files.
  Outcome Load(std::vector<std::string> more = {}, const std::string& folder = "kept") const {
    more.insert(more.begin(), {"--pins", Path("pins.csv"), "--events", Path("events.csv")});
    return RunOn("load", std::move(more), folder);
  }

  /// What an account of a folder is: its overview with all metrics.
  std::string OverviewOf(const std::string& folder, std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--format", "json"});
    const Outcome outcome = RunOn("overview", std::move(more), folder);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out;
  }
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_TESTS_CLI_FOLDER_PROCESS_H_
