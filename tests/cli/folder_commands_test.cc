// What the tool does with a folder that keeps logs, and what it says of one that it cannot use.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/cli/folder_process.h"

namespace pinmetrics::cli {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class FolderCommandsTest : public FolderTest {
 protected:
  /// A folder with events 1 to 100, with its overview's impressions alone.
  void LoadHundred() const {
    WriteTo(Path("events.csv"), std::string(kEventsHeader) + EventRows(0, 100));
    ASSERT_EQ(Load().exit_code, 0);
  }
  std::string Saves() const {
    return RunOn("report", {"--format", "csv", "--metrics", "saves", "--csv-table", "totals"}).out;
  }
  /// Changes a byte in the middle of a file.
  static void Damage(const fs::path& file) {
    std::string bytes = ReadFile(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    WriteTo(file, bytes);
  }
  /// The only file of a folder that ends so.
  fs::path FileIn(const std::string& folder, const std::string& ending) const {
    for (const auto& entry : fs::directory_iterator(Path(folder))) {
      if (entry.path().string().ends_with(ending)) return entry.path();
    }
    ADD_FAILURE() << "no file *" << ending << " in " << folder;
    return {};
  }
};

TEST_F(FolderCommandsTest, WithdrawsEventsByIdAndNamesBadLines) {
  LoadHundred();
  EXPECT_THAT(Saves(), HasSubstr("all,34\r\n"));
  WriteTo(Path("ids"), "1\n\n4\r\nfour\n999\n0\n7,8\n");
  const Outcome outcome = RunOn("withdraw", {"--ids", Path("ids")});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.out, "2 events withdrawn\n");
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("ids:4: event_id: 'four' is not the id of an event"),
                    HasSubstr("(2 rows)\n"), HasSubstr("ids:7: event_id: the line has 2 cells"),
                    HasSubstr("3 rows were refused"), HasSubstr("pinmetrics: 1 id was not found")));
  EXPECT_THAT(Saves(), HasSubstr("all,32\r\n"));

  // Again: nothing is found, and that is no failure.
  WriteTo(Path("ids"), "1\n4\n");
  const Outcome again = RunOn("withdraw", {"--ids", Path("ids")});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.out, "0 events withdrawn\n");
  EXPECT_THAT(again.err, HasSubstr("pinmetrics: 2 ids were not found"));
}

TEST_F(FolderCommandsTest, KeepsTheDaysOfEventsUnderAnotherTimeZoneDatabase) {
  // Half past eleven in the evening is of the next day in Oslo.
  std::string rows(kEventsHeader);
  for (int day = 10; day < 23; ++day) {
    rows +=
        "2026-11-" + std::to_string(day) + "T23:30:00Z,impression,7," + std::to_string(day) + "\n";
  }
  WriteTo(Path("events.csv"), rows);
  const std::vector<std::string> in_oslo = {"--time-zone", "Europe/Oslo"};
  ASSERT_EQ(Load(in_oslo).exit_code, 0);
  const std::string kept = OverviewOf("kept");
  const std::string read = Ask("overview", {"--time-zone", "Europe/Oslo", "--format", "json"}).out;
  ASSERT_EQ(kept, read);

  // There Oslo has the hours of Greenwich: one type of time, 0 s from UTC, and no changes.
  fs::create_directories(Path("zones/Europe"));
  std::string zone = "TZif" + std::string(16, '\0');
  for (const char count : {'\0', '\0', '\0', '\0', '\1', '\4'}) {
    zone += std::string(3, '\0') + count;
  }
  WriteTo(Path("zones/Europe/Oslo"), zone + std::string(6, '\0') + "UTC" + '\0');
  ::setenv("TZDIR", Path("zones").c_str(), /*overwrite=*/1);
  EXPECT_EQ(OverviewOf("kept"), kept);
  ASSERT_EQ(RunOn("seal").exit_code, 0);
  EXPECT_EQ(OverviewOf("kept"), kept);
  EXPECT_NE(Ask("overview", {"--time-zone", "Europe/Oslo", "--format", "json"}).out, read);
  ::unsetenv("TZDIR");
  EXPECT_EQ(OverviewOf("kept"), kept);
}

TEST_F(FolderCommandsTest, SealsOneAccountOrAll) {
  LoadHundred();
  ASSERT_EQ(Load({"--account", "2"}).exit_code, 0);
  EXPECT_EQ(RunOn("seal", {"--account", "2"}).out,
            "10 days sealed with 100 events, 0 days past retention dropped, of 1 account\n");
  EXPECT_EQ(RunOn("seal").out,
            "10 days sealed with 100 events, 0 days past retention dropped, of 2 accounts\n");
}

TEST_F(FolderCommandsTest, VerifiesAndCopies) {
  LoadHundred();
  ASSERT_EQ(RunOn("seal").exit_code, 0);
  const Outcome verified = RunOn("verify");
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  EXPECT_THAT(verified.out, AllOf(HasSubstr("10 sealed days"), EndsWith(": no damage\n")));
  EXPECT_THAT(verified.err, IsEmpty());

  const Outcome copied = RunOn("copy", {"--to", Path("copy")});
  EXPECT_EQ(copied.exit_code, 0) << copied.err;
  EXPECT_EQ(copied.out, "1 account copied to " + Path("copy") + "\n");
  EXPECT_EQ(OverviewOf("copy"), OverviewOf("kept"));
  EXPECT_EQ(RunOn("verify", {}, "copy").exit_code, 0);
  const Outcome onto = RunOn("copy", {"--to", Path("copy")});
  EXPECT_EQ(onto.exit_code, 1);
  EXPECT_THAT(onto.err, HasSubstr(Path("copy")));
}

TEST_F(FolderCommandsTest, EndsWith4IfBytesAreDamaged) {
  LoadHundred();
  ASSERT_EQ(RunOn("seal").exit_code, 0);
  const fs::path pack = FileIn("kept/blocks", ".pack");
  const std::string whole = ReadFile(pack);
  Damage(pack);
  const Outcome verified = RunOn("verify");
  EXPECT_EQ(verified.exit_code, 4);
  EXPECT_THAT(verified.out, EndsWith(": 1 damaged part\n"));
  EXPECT_THAT(verified.err, AllOf(StartsWith("pinmetrics: "), HasSubstr(pack.string()),
                                  HasSubstr("byte "), HasSubstr("account 1")));
  WriteTo(pack, whole);
  EXPECT_EQ(RunOn("verify").exit_code, 0);

  Damage(Path("kept/catalog.db"));
  for (const char* const command : {"verify", "overview", "seal"}) {
    const Outcome outcome = RunOn(command);
    if (outcome.exit_code == 0) continue;  // A byte that SQLite does not use.
    EXPECT_EQ(outcome.exit_code, 4) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(Path("kept/catalog.db")));
  }
}

TEST_F(FolderCommandsTest, AReportThatNeedsADamagedDayEndsWith4) {
  LoadHundred();
  ASSERT_EQ(RunOn("seal").exit_code, 0);
  Damage(FileIn("kept/blocks", ".pack"));
  const Outcome outcome = RunOn("overview");
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, AllOf(HasSubstr(".pack"), HasSubstr("account 1")));
}

TEST_F(FolderCommandsTest, RefusesAFolderThatIsNone) {
  fs::create_directory(Path("empty"));
  fs::create_directory(Path("other"));
  WriteTo(Path("other/notes.txt"), "mine\n");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"pins.csv", "pins.csv: is no folder, expected one that load made"},
      {"none", "none: there is no such folder, expected one that load made"},
      {"empty", "empty: keeps no log, expected a folder that load made"},
      {"other", "other: keeps no log, expected a folder that load made"},
      {"pins.csv/x", "pins.csv/x: "},
      {std::string(4000, 'x'), "x: "}};
  for (const auto& [folder, message] : cases) {
    const std::vector<std::pair<std::string, std::vector<std::string>>> commands = {
        {"overview", {}},
        {"withdraw", {"--ids", Path("pins.csv")}},
        {"seal", {}},
        {"verify", {}},
        {"copy", {"--to", Path("copy")}}};
    for (const auto& [command, more] : commands) {
      const Outcome outcome = RunOn(command, more, folder);
      EXPECT_EQ(outcome.exit_code, 1) << command;
      EXPECT_THAT(outcome.err, AllOf(StartsWith("pinmetrics: "), HasSubstr(message)));
    }
  }
  for (const std::string& folder : {std::string("pins.csv"), std::string("other"),
                                    std::string("no/parent"), std::string(4000, 'x')}) {
    const Outcome outcome = Load({}, folder);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.err, HasSubstr(Path(folder)));
  }
  EXPECT_TRUE(fs::is_empty(Path("empty")));
  EXPECT_FALSE(fs::exists(Path("none")));
}

TEST_F(FolderCommandsTest, NamesTheProcessThatHasTheFolder) {
  LoadHundred();
  const int lock = ::open(Path("kept/LOCK").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(lock, 0);
  ASSERT_EQ(::flock(lock, LOCK_EX | LOCK_NB), 0);
  const std::string process = std::to_string(::getpid()) + "\n";
  ASSERT_EQ(::ftruncate(lock, 0), 0);
  ASSERT_EQ(::pwrite(lock, process.data(), process.size(), 0),
            static_cast<ssize_t>(process.size()));
  for (const Outcome& outcome : {RunOn("overview"), RunOn("verify"), Load()}) {
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(Path("kept")), HasSubstr(" " + process)));
  }
  ::close(lock);
  EXPECT_EQ(RunOn("overview").exit_code, 0);
}

TEST_F(FolderCommandsTest, HasTheZoneThatAnAccountWasMadeWith) {
  ASSERT_EQ(Load({"--time-zone", "Pacific/Apia"}).exit_code, 0);
  const std::string files =
      Ask("overview", {"--format", "json", "--time-zone", "Pacific/Apia"}).out;
  EXPECT_EQ(OverviewOf("kept"), files);
  EXPECT_EQ(OverviewOf("kept", {"--time-zone", "Pacific/Apia"}), files);
  EXPECT_EQ(Load().exit_code, 0);
  for (const Outcome& outcome :
       {RunOn("overview", {"--time-zone", "UTC"}), Load({"--time-zone", "UTC"})}) {
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err,
                HasSubstr("--time-zone: UTC is not the zone that account 1 of " + Path("kept") +
                          " was made with, expected Pacific/Apia or none\n"));
  }
}

TEST_F(FolderCommandsTest, ReadsNoAccountThatWasNeverMade) {
  LoadHundred();
  const std::vector<std::pair<std::string, std::vector<std::string>>> commands = {
      {"overview", {}}, {"withdraw", {"--ids", Path("pins.csv")}}, {"seal", {}}};
  for (const auto& [command, more] : commands) {
    std::vector<std::string> arguments = more;
    arguments.insert(arguments.end(), {"--account", "7"});
    const Outcome outcome = RunOn(command, arguments);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.err,
                HasSubstr(Path("kept") + ": account 7 is not there, expected one that is: 1\n"));
  }
  EXPECT_THAT(RunOn("verify").out, HasSubstr("of 1 account:"));
}

TEST_F(FolderCommandsTest, RefusesArgumentsThatDoNotGoTogether) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"load", "--pins", "p.csv"}, "--store: is missing, expected it with a folder"},
      {{"withdraw", "--store", "s"}, "--ids: is missing, expected it with a file"},
      {{"copy", "--store", "s"}, "--to: is missing, expected it with a folder"},
      {{"verify", "--store", ""}, "--store: the name is empty, expected a folder"},
      {{"verify", "--store", "s", "--account", "1"},
       "--account: is an option of overview, report, "
       "top-pins, top-boards, load, withdraw and "
       "seal, not of verify"},
      {{"overview", "--store", "s", "--pins", "p.csv"},
       "--pins: --store is given too, expected a folder or two files"},
      {{"overview", "--store", "s", "--skip-refused"}, "--skip-refused: --store is given too"},
      {{"overview", "--store", "s", "--engine", "evaluate"},
       "--engine: 'evaluate' reads no folder, expected store with --store"},
      {{"overview", "--pins", "p", "--events", "e", "--account", "2"},
       "--account: is of a folder or a server, expected it with --store or --server"},
      {{"overview", "--pins", "p", "--events", "e", "--explain"},
       "--explain: is of a folder or a server, "},
      {{"overview", "--pins", "p", "--events", "e", "--user", "u"}, "--user: is of a server, "},
      {{"overview", "--store", "s", "--server", "http://h"}, "--server: --store is given too, "},
      {{"overview", "--server", "http://h", "--pins", "p"}, "--pins: --server is given too, "},
      {{"overview", "--store", "s", "--explain", "--format", "csv"},
       "--format: --explain is given "},
      {{"load", "--server", "http://h", "--events", "e", "--refused", "r"},
       "--refused: is of a folder, expected it with --store"},
      {{"seal", "--store", "s", "--time-zone", "UTC"}, "--time-zone: a folder's accounts have "},
      {{"seal", "--store", "s", "--account", "x"}, "--account: 'x' is not an account, a whole "},
      {{"seal", "--store", "s", "--format", "csv"}, "--format: is an option of overview, report, "},
      {{"load", "--store", "s", "--pins", "-", "--events", "-"}, "--events: standard input is "},
  };
  for (const auto& [arguments, message] : cases) {
    const Outcome outcome = RunWith(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << message;
    EXPECT_THAT(outcome.err, StartsWith("pinmetrics: " + message));
  }
}

}  // namespace
}  // namespace pinmetrics::cli
