// `pinmetrics load`: what is taken once counts once, however often it comes and whatever ends the
// process meanwhile.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/cli/csv_text.h"
#include "tests/cli/folder_process.h"

namespace pinmetrics::cli {
namespace {

namespace fs = std::filesystem;

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class LoadTest : public FolderTest {
 protected:
  void WriteEvents(std::string_view rows) const {
    WriteTo(Path("events.csv"), std::string(kEventsHeader) + std::string(rows));
  }

  /// What a folder keeps once it took what is in the files now, and that alone.
  std::string OverviewOfOneLoad() const {
    fs::remove_all(Path("once"));
    EXPECT_EQ(Load({}, "once").exit_code, 0);
    return OverviewOf("once");
  }

  /// Starts a load and kills it once it has acknowledged `acks` times, or was done before. How many
  /// rows it had acknowledged.
  std::int64_t LoadAndKill(const std::vector<std::string>& more, int acks) const {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    std::vector<std::string> arguments = {
        PINMETRICS_TOOL, "load",           "--store",  Path("kept"),       "--now", kNow,
        "--pins",        Path("pins.csv"), "--events", Path("events.csv"), "--acks"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      std::vector<char*> argv;
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      std::_Exit(127);
    }
    ::close(ends[1]);
    std::string said;
    char byte = 0;
    while (acks > 0 && ::read(ends[0], &byte, 1) == 1) {
      said += byte;
      acks -= byte == '\n';
    }
    ::kill(child, SIGKILL);
    // What was acknowledged before the kill came counts, too.
    while (::read(ends[0], &byte, 1) == 1) said += byte;
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    const std::size_t line = said.rfind("acknowledged ");
    return line == std::string::npos ? 0 : std::stoll(said.substr(line + 13));
  }
};

TEST_F(LoadTest, KeepsWhatTheReportsOnFilesSay) {
  const Outcome loaded = Load();
  EXPECT_EQ(loaded.exit_code, 0) << loaded.err;
  EXPECT_THAT(loaded.out, IsEmpty());
  EXPECT_THAT(loaded.err, IsEmpty());
  for (const char* const command : {"overview", "report", "top-pins", "top-boards"}) {
    for (const char* const format : {"table", "csv", "json"}) {
      const Outcome kept = RunOn(command, {"--format", format});
      EXPECT_EQ(kept.exit_code, 0) << kept.err;
      EXPECT_THAT(kept.err, IsEmpty());
      EXPECT_EQ(kept.out, Ask(command, {"--format", format}).out) << command << " " << format;
    }
  }
  EXPECT_EQ(RunOn("overview", {"--format", "html"}).out, Ask("overview", {"--format", "html"}).out);
}

TEST_F(LoadTest, CountsALogOnceHoweverOftenItComes) {
  WriteEvents(EventRows(0, 1000));
  EXPECT_EQ(Load({"--batch", "64"}).exit_code, 0);
  const std::string once = OverviewOf("kept");
  // Batches of another size, of the same and of one row; more than there are rows; sealed or not.
  for (const char* const batch : {"64", "1", "100", "10000"}) {
    const Outcome again = Load({"--batch", batch, "--acks"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(again.out, "acknowledged 1000\n");
    EXPECT_THAT(again.err,
                EndsWith("events.csv: the first 1000 rows were taken before, and skipped\n"));
    EXPECT_EQ(OverviewOf("kept"), once);
    EXPECT_EQ(RunOn("seal").exit_code, 0);
    EXPECT_EQ(OverviewOf("kept"), once);
  }
  EXPECT_EQ(OverviewOfOneLoad(), once);
}

// Without ids nothing but its place in the file tells a row from one before.
TEST_F(LoadTest, CountsRowsThatAreAlikeEach) {
  std::string rows = "time,action,pin_id\n";
  for (int i = 0; i < 500; ++i) rows += "2026-11-20T10:00:00Z,impression,7\n";
  WriteTo(Path("events.csv"), rows);
  const std::vector<std::string> asked = {"--metrics", "impressions", "--format",
                                          "csv",       "--csv-table", "totals"};
  for (const char* const batch : {"7", "100", "1"}) {
    EXPECT_EQ(Load({"--batch", batch}).exit_code, 0);
    EXPECT_THAT(RunOn("report", asked).out, HasSubstr("\r\nall,500\r\n"));
  }
}

TEST_F(LoadTest, TakesWhatALogHasGrownBy) {
  WriteEvents(EventRows(0, 150));
  EXPECT_EQ(Load({"--batch", "100"}).exit_code, 0);
  WriteEvents(EventRows(0, 430));
  const Outcome grown = Load({"--batch", "100", "--acks"});
  EXPECT_EQ(grown.exit_code, 0) << grown.err;
  EXPECT_EQ(grown.out,
            "acknowledged 150\nacknowledged 200\nacknowledged 300\nacknowledged 400\n"
            "acknowledged 430\n");
  EXPECT_EQ(OverviewOf("kept"), OverviewOfOneLoad());
}

TEST_F(LoadTest, TakesALastRowWithoutItsEndOnceWhenTheLogHasGrown) {
  for (const std::string_view line_end : {"\n", "\r\n"}) {
    fs::remove_all(Path("kept"));
    std::string rows = EventRows(0, 10);
    rows.pop_back();
    WriteEvents(rows);
    EXPECT_EQ(Load().exit_code, 0);
    WriteEvents(rows + std::string(line_end) + EventRows(10, 10));
    const Outcome grown = Load();
    EXPECT_EQ(grown.exit_code, 0);
    EXPECT_THAT(grown.err, HasSubstr("the first 10 rows were taken before"));
    EXPECT_EQ(OverviewOf("kept"), OverviewOfOneLoad());
  }
}

// The rows before it are taken for themselves, so they count once whatever becomes of it.
TEST_F(LoadTest, TakesRowsBeforeOneThatWasNotWholeOnce) {
  const std::string rows = EventRows(0, 20);
  WriteEvents(rows.substr(0, EventRows(0, 10).size() - 5));
  const Outcome broken = Load();
  EXPECT_EQ(broken.exit_code, 3);
  EXPECT_THAT(broken.err, HasSubstr("events.csv:11: "));
  WriteEvents(rows);
  const Outcome whole = Load();
  EXPECT_EQ(whole.exit_code, 0);
  EXPECT_THAT(whole.err, HasSubstr("the first 9 rows were taken before"));
  EXPECT_EQ(OverviewOf("kept"), OverviewOfOneLoad());
}

TEST_F(LoadTest, AcknowledgesRowsOfTheFileBatchByBatch) {
  WriteEvents("1,like,7,\n" + EventRows(0, 5));
  const Outcome outcome = Load({"--batch", "2", "--acks"});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.out, "acknowledged 2\nacknowledged 4\nacknowledged 6\n");
}

TEST_F(LoadTest, GoesOnAfterAKill) {
  const std::uint64_t seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
  std::mt19937_64 dice(seed);
  constexpr int kRows = 6000;
  WriteEvents(EventRows(0, kRows));
  const std::string once = OverviewOfOneLoad();
  for (int round = 0; round < 6; ++round) {
    fs::remove_all(Path("kept"));
    std::int64_t acknowledged = 0;
    for (int kill = 0; kill < 3; ++kill) {
      const std::string batch = std::to_string(1 + dice() % 300);
      const std::int64_t rows = LoadAndKill({"--batch", batch}, static_cast<int>(dice() % 5));
      EXPECT_TRUE(rows == 0 || rows >= acknowledged) << rows << " after " << acknowledged;
      acknowledged = std::max(acknowledged, rows);
    }
    const Outcome rest = Load({"--batch", "1000", "--acks"});
    EXPECT_EQ(rest.exit_code, 0) << rest.err;
    // The first line is what was taken before: nothing that was acknowledged is missing.
    if (acknowledged > 0) {
      ASSERT_THAT(rest.out, StartsWith("acknowledged "));
      EXPECT_GE(std::stoll(rest.out.substr(13)), acknowledged);
    }
    EXPECT_THAT(rest.out, EndsWith("acknowledged 6000\n"));
    EXPECT_EQ(OverviewOf("kept"), once);
  }
}

// The next load looks no further for what was taken than the end of a stretch of 100 000 rows.
TEST_F(LoadTest, FindsWhatWasTakenBeyondAStretch) {
  WriteEvents(EventRows(0, 250'001));
  EXPECT_EQ(Load({"--batch", "1000000", "--durability", "written", "--acks"}).out,
            "acknowledged 100000\nacknowledged 200000\nacknowledged 250001\n");
  const std::string once = OverviewOf("kept");
  const Outcome again = Load({"--batch", "90000", "--acks"});
  EXPECT_EQ(again.out, "acknowledged 100000\nacknowledged 200000\nacknowledged 250001\n");
  EXPECT_THAT(again.err, HasSubstr("the first 250001 rows were taken before"));
  EXPECT_EQ(OverviewOf("kept"), once);
}

TEST_F(LoadTest, TakesPinsAndEventsByThemselves) {
  const std::string both = OverviewOfOneLoad();
  EXPECT_EQ(RunOn("load", {"--pins", Path("pins.csv")}).exit_code, 0);
  EXPECT_EQ(RunOn("load", {"--events", Path("events.csv")}).exit_code, 0);
  EXPECT_EQ(OverviewOf("kept"), both);

  const Outcome neither = RunOn("load");
  EXPECT_EQ(neither.exit_code, 2);
  EXPECT_THAT(neither.err, HasSubstr("--events: is missing, expected it or --pins with a file"));
}

TEST_F(LoadTest, ReadsEventsFromStandardInput) {
  WriteEvents(EventRows(0, 300));
  const std::string once = OverviewOfOneLoad();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(RunWith({"load", "--store", Path("kept"), "--now", kNow, "--pins", Path("pins.csv"),
                       "--events", "-", "--batch", "70"},
                      Path("events.csv"))
                  .exit_code,
              0);
    EXPECT_EQ(OverviewOf("kept"), once);
  }
}

TEST_F(LoadTest, KeepsAccountsApart) {
  EXPECT_EQ(Load({"--account", "18446744073709551615"}).exit_code, 0);
  WriteEvents(EventRows(0, 10));
  EXPECT_EQ(Load().exit_code, 0);
  const std::string first = OverviewOf("kept");
  EXPECT_EQ(OverviewOf("kept", {"--account", "1"}), first);
  EXPECT_NE(OverviewOf("kept", {"--account", "18446744073709551615"}), first);
}

TEST_F(LoadTest, WritesRefusedRowsAsALogToBeMended) {
  const std::string header = "pin_id,\"action\",time,viewer_id\r\n";
  WriteTo(Path("events.csv"), header +
                                  "7,save,2026-11-20T10:00:00Z,1\r\n"
                                  "9,save,2026-11-20T10:00:00Z,2\r\n"  // The store refuses it.
                                  "7,like,2026-11-20T10:00:00Z,3\r\n"
                                  "7,\"save\",2026-11-20T10:00:00Z,\"4\r\n"
                                  "\r\n"
                                  "7,save,2026-11-20T10:00:00Z,5,6\r\n"
                                  "8,save,2026-11-20T10:00:00Z,7");
  const Outcome refused = Load({"--refused", Path("refused.csv"), "--batch", "3"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("events.csv:3: pin_id: 9 is not a known Pin\n"));
  EXPECT_THAT(refused.err, HasSubstr("events.csv:4: action: 'like' is not one of "));
  EXPECT_THAT(refused.err, HasSubstr("\n4 rows were refused\n"));
  const std::string left = ReadFile(Path("refused.csv"));
  EXPECT_THAT(left, StartsWith("pin_id,\"action\",time,viewer_id\n"));
  for (const char* const row :
       {"\n9,save,2026-11-20T10:00:00Z,2\n", "\n7,like,2026-11-20T10:00:00Z,3\n",
        "\n7,\"save\",2026-11-20T10:00:00Z,\"4\n", "\n7,save,2026-11-20T10:00:00Z,5,6\n"}) {
    EXPECT_THAT(left, HasSubstr(row));
  }
  EXPECT_EQ(std::count(left.begin(), left.end(), '\n'), 5);

  // By itself it is refused as it was; mended it is taken, as if the log had been right.
  EXPECT_EQ(RunOn("load", {"--events", Path("refused.csv")}).exit_code, 3);
  const auto mend = [](std::string text, std::string_view what, std::string_view by) {
    return text.replace(text.find(what), what.size(), by);
  };
  std::string mended = mend(left, "\n9,", "\n8,");
  mended = mend(mended, "like", "save");
  mended = mend(mended, "\"4\n", "4\n");
  mended = mend(mended, ",5,6", ",5");
  WriteTo(Path("mended.csv"), mended);
  EXPECT_EQ(RunOn("load", {"--events", Path("mended.csv")}).exit_code, 0);
  WriteTo(Path("events.csv"), header +
                                  "7,save,2026-11-20T10:00:00Z,1\n8,save,2026-11-20T10:00:00Z,2\n"
                                  "7,save,2026-11-20T10:00:00Z,3\n7,save,2026-11-20T10:00:00Z,4\n"
                                  "7,save,2026-11-20T10:00:00Z,5\n8,save,2026-11-20T10:00:00Z,7\n");
  EXPECT_EQ(OverviewOf("kept"), OverviewOfOneLoad());
}

TEST_F(LoadTest, LeavesALogWithoutRowsIfNoneWasRefused) {
  WriteTo(Path("refused.csv"), "of before\n");
  EXPECT_EQ(Load({"--refused", Path("refused.csv")}).exit_code, 0);
  EXPECT_EQ(ReadFile(Path("refused.csv")), "time,action,pin_id\n");
  EXPECT_EQ(RunOn("load", {"--events", Path("refused.csv")}).exit_code, 0);
}

TEST_F(LoadTest, RefusesFilesBeforeItMakesAFolder) {
  const std::pair<std::vector<std::string>, int> cases[] = {
      {{"--pins", Path("none.csv"), "--events", Path("events.csv")}, 1},
      {{"--pins", Path("pins.csv"), "--events", Path("none.csv")}, 1},
      {{"--events", Path("events.csv"), "--refused", Path("events.csv")}, 2},
      {{"--events", Path("events.csv"), "--refused", Path("no/folder.csv")}, 1},
      {{"--pins", Path("pins.csv"), "--refused", Path("r.csv")}, 2},
      {{"--events", Path("events.csv"), "--batch", "0"}, 2},
      {{"--events", Path("events.csv"), "--durability", "sure"}, 2},
      {{"--events", Path("events.csv"), "--account", "-1"}, 2},
      {{"--events", Path("events.csv"), "--limit", "3"}, 2},
  };
  for (const auto& [arguments, exit_code] : cases) {
    const Outcome outcome = RunOn("load", arguments);
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    EXPECT_THAT(outcome.err, StartsWith("pinmetrics: "));
    EXPECT_FALSE(fs::exists(Path("kept")));
  }
}

TEST_F(LoadTest, RefusesALogWhoseHeaderDoesNotDo) {
  WriteTo(Path("events.csv"), "when,action,pin_id\n1,save,7\n");
  const Outcome outcome = Load({"--refused", Path("refused.csv")});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("events.csv:1: 'when': is not a known column"));
  EXPECT_FALSE(fs::exists(Path("refused.csv")));
}

TEST_F(LoadTest, RefusesEventsOfSealedDaysAndTakesTheOthers) {
  EXPECT_EQ(Load().exit_code, 0);
  EXPECT_EQ(RunOn("seal").exit_code, 0);
  WriteTo(Path("events.csv"),
          "time,action,pin_id\n2026-11-20T10:00:00Z,save,7\n2026-11-22T10:00:00Z,save,7\n");
  const Outcome outcome = Load({"--refused", Path("refused.csv")});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("events.csv:2: time: 2026-11-20T10:00:00Z is on 2026-11-20, a "
                                     "sealed day; the first open one is 2026-11-21\n"));
  EXPECT_EQ(ReadFile(Path("refused.csv")), "time,action,pin_id\n2026-11-20T10:00:00Z,save,7\n");
}

}  // namespace
}  // namespace pinmetrics::cli
