// What the tool does with the files it writes, also if it cannot or is ended.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "tests/cli/tool_process.h"
#include "tests/store/heap_bytes.h"

namespace pinmetrics::cli {
namespace {

namespace fs = std::filesystem;

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using ToolOutputTest = ToolTest;

TEST_F(ToolOutputTest, WritesAFileWholeOrNotAtAll) {
  const std::string file = Path("report.csv");
  EXPECT_EQ(Ask("report", {"--format", "csv", "--output", file}).out, "");
  EXPECT_EQ(ReadFile(file), Ask("report", {"--format", "csv"}).out);

  WriteTo(file, "before");
  EXPECT_EQ(AskAbout("time,action,pin_id\n1,like,7\n", {"--output", file}).exit_code, 3);
  EXPECT_EQ(ReadFile(file), "before");
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_THAT(entry.path().filename().string(), Not(StartsWith(".")));
  }
}

TEST_F(ToolOutputTest, ReplacesNoInputByWhateverNameItComes) {
  const std::string before = ReadFile(Path("events.csv"));
  fs::create_symlink("events.csv", Path("link.csv"));
  fs::create_hard_link(Path("events.csv"), Path("hard.csv"));
  for (const std::string& output :
       {Path("events.csv"), Path("./events.csv"), Path("link.csv"), Path("hard.csv")}) {
    for (const std::string& events : {Path("events.csv"), std::string("-")}) {
      const Outcome outcome = RunWith({"report", "--pins", Path("pins.csv"), "--events", events,
                                       "--now", "2026-11-23T12:00:00Z", "--output", output},
                                      Path("events.csv"));
      EXPECT_EQ(outcome.exit_code, 2) << output << " for " << events;
      EXPECT_THAT(outcome.err, HasSubstr("is an input, expected another file"));
      EXPECT_EQ(ReadFile(Path("events.csv")), before);
    }
  }
  fs::create_symlink("o.csv", Path("o.csv-metadata.json"));
  const Outcome twice =
      Ask("top-pins", {"--format", "csv", "--csv-metadata", "--output", Path("o.csv")});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.err, HasSubstr("leads to the file of --output, expected another one"));
}

TEST_F(ToolOutputTest, FindsAnOutputThatCannotBeWrittenBeforeItReadsTheLog) {
  // A log without a header would be another error.
  WriteTo(Path("events.csv"), "");
  const Outcome outcome = Ask("report", {"--output", Path("no/such/folder.csv")});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("folder.csv: cannot be written: "));
}

TEST_F(ToolOutputTest, EndsWith1IfMemoryRunsOut) {
  if (!kHeapIsCounted) {
    std::cout << "not tried: the sanitizer's allocator ends the process in its own way\n";
    return;
  }
  std::string csv = "time,action,pin_id,viewer_id,event_id\n";
  for (int i = 1; i <= 100'000; ++i) {
    csv +=
        "2026-11-20T10:00:00Z,impression,7," + std::to_string(i) + "," + std::to_string(i) + "\n";
  }
  WriteTo(Path("events.csv"), csv);
  const std::string file = Path("o.json");
  for (const char* const engine : {"store", "evaluate"}) {
    int out_of_memory = 0;
    Outcome outcome;
    for (rlim_t bytes = 8 << 20; bytes < 2'000'000'000; bytes += bytes / 4) {
      // What is too little to load the program is too little to try.
      if (RunWith({"--help"}, "/dev/null", "", bytes).exit_code != 0) continue;
      WriteTo(file, "before");
      outcome = RunWith(
          {"overview", "--pins", Path("pins.csv"), "--events", Path("events.csv"), "--now",
           "2026-11-23T12:00:00Z", "--output", file, "--format", "json", "--engine", engine},
          "/dev/null", "", bytes);
      if (outcome.exit_code == 0) break;
      ASSERT_EQ(outcome.exit_code, 1) << bytes << " bytes: " << outcome.err;
      ASSERT_THAT(outcome.err, EndsWith("pinmetrics: memory ran out\n"));
      ASSERT_EQ(ReadFile(file), "before");
      ++out_of_memory;
    }
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(ReadFile(file), HasSubstr("\"impressions\": 100000"));
    EXPECT_GT(out_of_memory, 0);
    for (const auto& entry : fs::directory_iterator(folder_)) {
      EXPECT_THAT(entry.path().filename().string(), Not(StartsWith(".")));
    }
  }
}

TEST_F(ToolOutputTest, LeavesNothingBehindIfItIsKilled) {
  const std::string fifo = Path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const std::string file = Path("o.json");
  WriteTo(file, "before");
  for (const int signal : {SIGTERM, SIGINT, SIGKILL}) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl(PINMETRICS_TOOL, PINMETRICS_TOOL, "report", "--pins", Path("pins.csv").c_str(),
              "--events", fifo.c_str(), "--output", file.c_str(), nullptr);
      std::_Exit(127);
    }
    // It reads the log only once its output is open: so much of it is written that the pipe cannot
    // hold all.
    const int log = ::open(fifo.c_str(), O_WRONLY);
    const std::string text = "time,action,pin_id\n" + std::string(1 << 18, '\n');
    std::size_t written = 0;
    while (written < text.size()) {
      const ssize_t n = ::write(log, text.data() + written, text.size() - written);
      ASSERT_GT(n, 0);
      written += static_cast<std::size_t>(n);
    }
    ::kill(child, signal);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(log);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << status;
    EXPECT_EQ(ReadFile(file), "before");
    for (const auto& entry : fs::directory_iterator(folder_)) {
      EXPECT_THAT((std::vector<std::string>{"pins.csv", "events.csv", "fifo", "o.json"}),
                  Contains(entry.path().filename().string()));
    }
  }
}

TEST_F(ToolOutputTest, WritesThroughALinkAndKeepsWhoMayReadTheFile) {
  const std::string file = Path("report.csv");
  WriteTo(file, "before");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(file, Path("link.csv"));
  EXPECT_EQ(Ask("report", {"--format", "csv", "--output", Path("link.csv")}).exit_code, 0);
  EXPECT_TRUE(fs::is_symlink(Path("link.csv")));
  EXPECT_EQ(ReadFile(file), Ask("report", {"--format", "csv"}).out);
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(ToolOutputTest, KeepsALinkToNothingALink) {
  fs::create_directory(Path("reports"));
  fs::create_symlink("reports/later.csv", Path("second.csv"));
  fs::create_symlink(Path("second.csv"), Path("first.csv"));
  EXPECT_EQ(Ask("report", {"--format", "csv", "--output", Path("first.csv")}).exit_code, 0);
  EXPECT_TRUE(fs::is_symlink(Path("first.csv")));
  EXPECT_TRUE(fs::is_symlink(Path("second.csv")));
  EXPECT_EQ(ReadFile(Path("reports/later.csv")), Ask("report", {"--format", "csv"}).out);

  fs::create_symlink("circle.csv", Path("circle.csv"));
  EXPECT_EQ(Ask("report", {"--output", Path("circle.csv")}).exit_code, 1);
  EXPECT_TRUE(fs::is_symlink(Path("circle.csv")));
}

TEST_F(ToolOutputTest, EndsWith1IfTheReportCannotBeWritten) {
  const Outcome missing = Ask("report", {"--output", Path("no/such/folder.csv")});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("folder.csv: cannot be written: "));
  EXPECT_EQ(Ask("report", {"--output", folder_.string()}).exit_code, 1);
  if (fs::exists("/dev/full")) {
    EXPECT_EQ(Ask("report", {"--output", "/dev/full"}).exit_code, 1);
    EXPECT_EQ(RunWith({"report", "--pins", Path("pins.csv"), "--events", Path("events.csv"),
                       "--now", "2026-11-23T12:00:00Z"},
                      "/dev/null", "/dev/full")
                  .exit_code,
              1);
  }
}

TEST_F(ToolOutputTest, WritesNeitherCsvNorItsDescriptionIfOneCannotBe) {
  const std::string file = Path("report.csv");
  WriteTo(file, "before");
  fs::create_directory(file + "-metadata.json");
  const Outcome outcome = Ask("top-pins", {"--format", "csv", "--output", file, "--csv-metadata"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("report.csv-metadata.json: cannot be written: "));
  EXPECT_EQ(ReadFile(file), "before");
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_THAT(entry.path().filename().string(), Not(StartsWith(".")));
  }
  // Nor over an input.
  fs::rename(Path("pins.csv"), Path("x-metadata.json"));
  const Outcome input =
      RunWith({"top-pins", "--pins", Path("x-metadata.json"), "--events", Path("events.csv"),
               "--format", "csv", "--output", Path("x"), "--csv-metadata"});
  EXPECT_EQ(input.exit_code, 2);
  EXPECT_THAT(input.err, HasSubstr("is an input, expected another file"));
}

}  // namespace
}  // namespace pinmetrics::cli
