#include "examples/cli/tool.h"

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
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/store/heap_bytes.h"

namespace pinmetrics::cli {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

void WriteTo(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// Runs the tool as a process, in a folder of its own with an account in it.
class ToolTest : public ::testing::Test {
 protected:
  ToolTest() {
    std::string name = (fs::temp_directory_path() / "pinmetrics-tool-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    WriteTo(Path("pins.csv"),
            "pin_id,board_id,format,created_at,title\n7,1,standard,0,Bread\n8,2,video,0,\n");
    WriteTo(Path("events.csv"),
            "time,action,pin_id\n2026-11-20T10:00:00Z,impression,7\n"
            "2026-11-20T11:00:00Z,save,7\n2026-11-20T12:00:00Z,impression,8\n");
  }
  ~ToolTest() override { fs::remove_all(folder_); }

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

  fs::path folder_;
};

TEST_F(ToolTest, AnswersEveryCommandInEveryFormat) {
  for (const char* const command : {"overview", "report", "top-pins", "top-boards"}) {
    for (const char* const format : {"table", "csv", "json"}) {
      const Outcome outcome = Ask(command, {"--format", format});
      EXPECT_EQ(outcome.exit_code, 0) << command << " " << format;
      EXPECT_THAT(outcome.out, Not(IsEmpty()));
      EXPECT_THAT(outcome.err, IsEmpty());
    }
  }
  EXPECT_EQ(Ask("top-pins", {"--format", "csv", "--metrics", "impressions,save_rate"}).out,
            "rank,pin_id,title,impressions,save_rate\r\n1,7,Bread,1,1\r\n2,8,,1,0\r\n");
}

TEST_F(ToolTest, AnswersWithTheSameBytesFromEitherEngine) {
  for (const char* const command : {"overview", "report", "top-pins", "top-boards"}) {
    for (const char* const format : {"table", "csv", "json"}) {
      for (const char* const zone : {"UTC", "Pacific/Apia"}) {
        const std::vector<std::string> more = {"--format", format, "--time-zone", zone};
        const Outcome store = Ask(command, more);
        std::vector<std::string> evaluated = more;
        evaluated.insert(evaluated.end(), {"--engine", "evaluate"});
        EXPECT_EQ(store.exit_code, 0) << store.err;
        EXPECT_EQ(store.out, Ask(command, evaluated).out) << command << " " << format;
      }
    }
  }
}

TEST_F(ToolTest, WritesThePinterestApisJson) {
  const std::vector<std::string> format = {"--format", "pinterest-json", "--metrics",
                                           "saves,save_rate,total_audience"};
  const std::string report = Ask("report", format).out;
  EXPECT_THAT(report, StartsWith("{\n  \"all\": {\n    \"daily_metrics\": [\n"));
  EXPECT_THAT(report, HasSubstr("\"summary_metrics\": {\"SAVE\": 1, \"SAVE_RATE\": 0.5}"));
  EXPECT_EQ(Ask("overview", format).out, report);
  EXPECT_THAT(Ask("top-pins", format).out, HasSubstr("\"sort_by\": \"IMPRESSION\""));

  // Refused before the files are looked at.
  std::vector<std::string> by_rate = format;
  by_rate.insert(by_rate.end(), {"--by", "save_rate"});
  for (const Outcome& outcome : {Ask("top-boards", format), Ask("top-pins", by_rate)}) {
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("of the API, expected"));
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

TEST_F(ToolTest, WritesCsvAsItIsWanted) {
  const std::vector<std::string> csv = {"--format", "csv", "--metrics", "impressions,save_rate"};
  const auto with = [&csv](std::vector<std::string> more) {
    more.insert(more.begin(), csv.begin(), csv.end());
    return more;
  };
  EXPECT_EQ(
      Ask("top-pins", with({"--csv-delimiter", "semicolon", "--csv-line-end", "lf", "--csv-bom"}))
          .out,
      "\xEF\xBB\xBFrank;pin_id;title;impressions;save_rate\n1;7;Bread;1;1\n2;8;;1;0\n");
  EXPECT_EQ(Ask("top-pins", with({"--csv-delimiter", "tab"})).out,
            "rank\tpin_id\ttitle\timpressions\tsave_rate\r\n1\t7\tBread\t1\t1\r\n"
            "2\t8\t\t1\t0\r\n");

  const Outcome series = Ask("report", with({"--csv-table", "series"}));
  const Outcome totals = Ask("report", with({"--csv-table", "totals"}));
  EXPECT_THAT(series.out, StartsWith("date,segment,status,impressions,save_rate\r\n"));
  EXPECT_EQ(totals.out, "segment,impressions,save_rate\r\nall,2,0.5\r\n");
  EXPECT_EQ(Ask("report", csv).out, series.out + "\r\n" + totals.out);
}

TEST_F(ToolTest, WritesEachTableOfAnOverview) {
  std::string joined;
  for (const char* const table : {"series", "totals", "top-pins", "top-boards"}) {
    const Outcome outcome = Ask("overview", {"--format", "csv", "--csv-table", table});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    joined += (joined.empty() ? "" : "\r\n") + outcome.out;
  }
  EXPECT_EQ(Ask("overview", {"--format", "csv"}).out, joined);
}

TEST_F(ToolTest, DescribesACsvOfOneTable) {
  const std::string file = Path("a report.csv");
  const auto write = [&](const char* command, std::vector<std::string> more) {
    more.insert(more.end(),
                {"--format", "csv", "--output", file, "--csv-metadata", "--csv-delimiter", "tab"});
    const Outcome outcome = Ask(command, more);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, IsEmpty());
    const std::string metadata = ReadFile(file + "-metadata.json");
    EXPECT_THAT(metadata, AllOf(HasSubstr("\"url\": \"a%20report.csv\""),
                                HasSubstr("\"delimiter\": \"\\t\"")));
    return metadata;
  };
  EXPECT_THAT(write("report", {"--csv-table", "series"}), HasSubstr("\"Daily series\""));
  EXPECT_THAT(ReadFile(file), StartsWith("date\tsegment\t"));
  EXPECT_THAT(write("report", {"--csv-table", "totals"}), HasSubstr("\"Totals of the period\""));
  EXPECT_THAT(write("overview", {"--csv-table", "totals"}), HasSubstr("\"saves_change\""));
  EXPECT_THAT(write("overview", {"--csv-table", "top-boards"}), HasSubstr("\"board_id\""));
  EXPECT_THAT(write("overview", {"--csv-table", "top-pins"}), HasSubstr("\"pin_id\""));
  EXPECT_THAT(write("top-boards", {}), HasSubstr("\"board_id\""));
  EXPECT_THAT(ReadFile(file), StartsWith("rank\tboard_id\t"));
}

TEST_F(ToolTest, WritesNeitherCsvNorItsDescriptionIfOneCannotBe) {
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

TEST_F(ToolTest, ShowsTheOverviewAsAPage) {
  const Outcome store = Ask("overview", {"--format", "html"});
  EXPECT_EQ(store.exit_code, 0) << store.err;
  EXPECT_THAT(store.out, AllOf(StartsWith("<!DOCTYPE html>"), EndsWith("</html>\n"),
                               HasSubstr("<bdi>Bread</bdi>"), HasSubstr("By device"),
                               HasSubstr("By promotion"), HasSubstr("By format")));
  EXPECT_EQ(Ask("overview", {"--format", "html", "--engine", "evaluate"}).out, store.out);
  const Outcome live = Ask("overview", {"--format", "html", "--real-time"});
  EXPECT_EQ(live.exit_code, 0) << live.err;
  EXPECT_THAT(live.out, AllOf(HasSubstr("are estimates"), Not(HasSubstr("By device"))));
}

TEST_F(ToolTest, ShowsHelp) {
  for (const auto& arguments : {std::vector<std::string>{"--help"}, {"report", "--x", "--help"}}) {
    const Outcome outcome = RunWith(arguments);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, StartsWith("pinmetrics <overview|report|top-pins|top-boards>"));
  }
}

TEST_F(ToolTest, EndsWith2IfTheArgumentsAreWrong) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"--unknown"}, "'--unknown': unknown option"},
      {{"--last", "7", "--last", "8"}, "--last: is given twice"},
      {{"--period", "2026-11-01..2026-11-02", "--last", "8"}, "expected one of the two"},
      {{"--period", "2026-11-02..2026-11-01"}, "--period: "},
      {{"--period", "2026-11-24..2026-11-25"}, "ends after today, 2026-11-23"},
      {{"--period", "2024-01-01..2024-01-02"}, "first day that is retained, 2025-05-23"},
      {{"--last", "3000"}, "first day that is retained"},
      {{"--time-zone", "Mars/Olympus"}, "Mars/Olympus"},
      {{"--filter", "device:phone"}, "--filter: column 8"},
      {{"--real-time", "--split", "device"}, "is not known in real time"},
      {{"--real-time", "--filter", "age:18-24"}, "is not known in real time"},
      {{"--real-time", "--metrics", "total_audience"}, "not known in real time"},
      {{"--engine", "abacus"}, "expected one of store, evaluate"},
      {{"--format", "html"}, "'html' is a format of overview only"},
      {{"--format", "csv", "--output", Path("o.csv"), "--csv-metadata"},
       "describes one table, and the CSV has several, expected --csv-table with one"},
      {{"--csv-delimiter", "tab"}, "--csv-delimiter: is an option of --format csv"},
      {{"--output", Path("events.csv")}, "is an input, expected another file"},
  };
  for (const auto& [arguments, message] : cases) {
    const Outcome outcome = Ask("report", arguments);
    EXPECT_EQ(outcome.exit_code, 2) << message;
    EXPECT_THAT(outcome.err, AllOf(StartsWith("pinmetrics: "), HasSubstr(message)));
    EXPECT_THAT(outcome.out, IsEmpty());
  }
  EXPECT_EQ(RunWith({}).exit_code, 2);
  EXPECT_THAT(Ask("top-pins", {"--by", "total_audience"}).err, HasSubstr("counts people"));
}

TEST_F(ToolTest, TakesFiltersThatPassAllOrNothing) {
  EXPECT_EQ(Ask("report", {"--filter", ""}).exit_code, 0);
  const Outcome nothing =
      Ask("report", {"--filter", "device:mobile -device:mobile", "--format", "csv", "--last", "4",
                     "--metrics", "impressions,save_rate"});
  EXPECT_EQ(nothing.exit_code, 0);
  EXPECT_THAT(nothing.out, HasSubstr("2026-11-20,all,ready,0,\r\n"));
}

TEST_F(ToolTest, EndsWith1IfAFileCannotBeRead) {
  for (const std::string& name : {Path("missing.csv"), folder_.string()}) {
    const Outcome outcome = RunWith({"overview", "--pins", name, "--events", Path("events.csv")});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.err, StartsWith("pinmetrics: " + name + ": cannot be read: "));
    EXPECT_EQ(RunWith({"overview", "--pins", Path("pins.csv"), "--events", name}).exit_code, 1);
  }
}

TEST_F(ToolTest, EndsWith3IfARowIsRefused) {
  const std::pair<std::string, std::string> cases[] = {
      {"1,save,9", "2: pin_id: 9 is not a known Pin"},
      {"1,like,7", "2: action: 'like' is not one of impression, "},
      {"0000-01-01T00:00:00Z,save,7", "2: time: "},
      {"10000-01-01T00:00:00Z,save,7", "2: time: "},
      {"1,save,18446744073709551616", "2: pin_id: '18446744073709551616' is not an id"},
      {"1,save,18446744073709551615", "2: pin_id: 18446744073709551615 is not a known Pin"},
      {"1,save,0", "2: pin_id: 0 is not a known Pin"},
      {"1,save", "2: pin_id: is missing, the row has 2 cells"},
      {"1,save,7,8", "2: row: has 4 cells, expected 3"},
      {"1,\"save,7", "2: action: opens a quote that is not closed"},
      {std::string("1,sa\0ve,7", 10), "2: action: has a NUL byte"},
      {"1,sav\xE9,7", "2: action: is not UTF-8"},
  };
  for (const auto& [row, message] : cases) {
    const std::string csv = "time,action,pin_id\n" + row + "\n2026-11-20T10:00:00Z,save,7\n";
    const Outcome refused = AskAbout(csv);
    EXPECT_EQ(refused.exit_code, 3) << message;
    EXPECT_THAT(refused.err, HasSubstr(Path("events.csv") + ":" + message));
    EXPECT_THAT(refused.err, HasSubstr("\n1 row was refused\n"));
    EXPECT_THAT(refused.out, IsEmpty());

    const Outcome skipped =
        AskAbout(csv, {"--skip-refused", "--format", "csv", "--metrics", "saves"});
    EXPECT_EQ(skipped.exit_code, 0) << message;
    EXPECT_THAT(skipped.out, EndsWith("segment,saves\r\nall,1\r\n"));
    EXPECT_THAT(skipped.err, HasSubstr(message));
  }
}

TEST_F(ToolTest, EndsWith3IfAPlaybackCannotBe) {
  const std::string header = "time,action,pin_id,play_time_ms,half_visible_ms,progress\n";
  for (const auto& [row, message] : std::vector<std::pair<std::string, std::string>>{
           {"1,playback,8,-1,0,0", ":2: play_time_ms: -1ms is negative"},
           {"1,playback,8,99999999999999,0,0", ":2: play_time_ms: "},
           {"1,playback,8,5,6,0", ":2: half_visible_ms: 6ms is longer"},
           {"1,playback,8,5,5,1.2", ":2: progress: 1.2 is outside 0..1"},
           {"1,playback,8,5,5,nan", ":2: progress: nan is outside 0..1"},
           {"1,save,8,5,,", ":2: play_time_ms: comes only with the action playback"}}) {
    const Outcome outcome = AskAbout(header + row + "\n");
    EXPECT_EQ(outcome.exit_code, 3) << message;
    EXPECT_THAT(outcome.err, HasSubstr(message));
  }
}

TEST_F(ToolTest, EndsWith3IfThereIsNoHeaderEvenIfRowsMayBeSkipped) {
  for (const std::string_view text :
       {"", "\n\n", "2026-11-20T10:00:00Z,save,7\n", "time,pin_id\n"}) {
    const Outcome outcome = AskAbout(text, {"--skip-refused"});
    EXPECT_EQ(outcome.exit_code, 3) << text;
    EXPECT_THAT(outcome.err, HasSubstr("the header does not name the columns"));
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

TEST_F(ToolTest, NamesOneRefusedPinOnceHoweverManyEventsItHas) {
  WriteTo(Path("pins.csv"), "pin_id,board_id,format,created_at\n7,1,standard,0\n1,1,film,0\n");
  std::string csv = "time,action,pin_id\n2026-11-20T10:00:00Z,save,7\n";
  for (int i = 0; i < 1000; ++i) csv += "1,save,1\n1,save,7\n";
  csv += "1,like,7\n";
  const Outcome outcome = AskAbout(csv);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("pins.csv:3: format: 'film' is not one of "));
  EXPECT_THAT(outcome.err, HasSubstr("events.csv:3: pin_id: 1 is not a known Pin (1000 rows)\n"));
  EXPECT_THAT(outcome.err, HasSubstr("events.csv:2003: action: 'like' is not one of "));
  EXPECT_THAT(outcome.err, HasSubstr("\n1002 rows were refused\n"));
}

TEST_F(ToolTest, SaysWhichEventsAReportLeavesOut) {
  const std::vector<std::string> week = {
      "--period", "2026-11-14..2026-11-20", "--format", "csv", "--metrics", "impressions"};
  const std::string header = "time,action,pin_id\n";
  const std::string inside = "2026-11-20T10:00:00Z,impression,7\n";
  EXPECT_EQ(AskAbout(header + inside, week).err, "");
  EXPECT_EQ(AskAbout(header, week).err, "");

  const Outcome around = AskAbout(header + inside +
                                      "2026-11-13T23:59:59Z,impression,7\n"
                                      "2026-11-21T00:00:00Z,impression,7\n"
                                      "2025-05-22T23:59:59Z,impression,7\n",
                                  week);
  EXPECT_EQ(around.exit_code, 0);
  EXPECT_THAT(around.out, EndsWith("segment,impressions\r\nall,1\r\n"));
  EXPECT_EQ(around.err,
            "pinmetrics: 1 of 4 events is before 2025-05-23, the first day retained\n"
            "pinmetrics: 3 of 4 events are outside the period, 2026-11-14..2026-11-20\n"
            "pinmetrics: the first event is of 2025-05-22, the last of 2026-11-21\n");

  // Both engines, and nothing on standard output.
  std::vector<std::string> evaluated = week;
  evaluated.insert(evaluated.end(), {"--engine", "evaluate"});
  EXPECT_EQ(Ask("report", evaluated).err, around.err);
  EXPECT_EQ(Ask("report", evaluated).out, around.out);
}

TEST_F(ToolTest, SaysThatTimesLookLikeSeconds) {
  WriteTo(Path("events.csv"), "time,action,pin_id\n1483228800,impression,7\n");
  const Outcome outcome =
      RunWith({"report", "--pins", Path("pins.csv"), "--events", Path("events.csv"), "--now",
               "2017-01-10T00:00:00Z", "--period", "2016-12-31..2017-01-01", "--format", "csv",
               "--metrics", "impressions"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("2017-01-01,all,ready,0\r\n"));
  EXPECT_EQ(outcome.err,
            "pinmetrics: 1 of 1 event is before 2015-07-10, the first day retained\n"
            "pinmetrics: 1 of 1 event is outside the period, 2016-12-31..2017-01-01\n"
            "pinmetrics: the first event is of 1970-01-18, the last of 1970-01-18\n"
            "pinmetrics: all times are in January 1970: they look like seconds, expected "
            "milliseconds\n");
}

TEST_F(ToolTest, KeepsEscapeCodesOutOfMessages) {
  const std::string red = "\x1b[31mX";
  WriteTo(Path(red), "a\nb\n");
  for (const Outcome& outcome :
       {Ask("report", {"--filter", red}), Ask("report", {"--time-zone", red}),
        Ask("report", {"--period", red}), Ask("report", {"--output", Path(red + "/x")}),
        Ask("report", {red}), RunWith({red}),
        RunWith({"report", "--pins", Path("pins.csv"), "--events", Path(red)}),
        RunWith({"report", "--pins", Path("no" + red), "--events", Path("events.csv")})}) {
    EXPECT_NE(outcome.exit_code, 0);
    EXPECT_THAT(outcome.err, Not(HasSubstr("\x1b")));
    EXPECT_THAT(outcome.err, HasSubstr("[31mX"));
  }
  EXPECT_THAT(Ask("report", {"--filter", red}).err,
              StartsWith("pinmetrics: --filter: column 1: '\uFFFD[31mX', expected a condition"));
}

TEST_F(ToolTest, RefusesALineOf100MegabytesAndTakesTheNext) {
  {
    std::ofstream out(Path("events.csv"), std::ios::binary);
    out << "time,action,pin_id\n";
    const std::string megabyte(1'000'000, 'x');
    for (int i = 0; i < 100; ++i) out << megabyte;
    out << "\n2026-11-20T10:00:00Z,save,7\n";
  }
  const Outcome outcome =
      Ask("report", {"--skip-refused", "--format", "csv", "--metrics", "saves"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("events.csv:2: row: is longer than 1048576 bytes\n"));
  EXPECT_THAT(outcome.out, EndsWith("segment,saves\r\nall,1\r\n"));
}

TEST_F(ToolTest, ReadsStandardInput) {
  const Outcome outcome = RunWith({"report", "--pins", Path("pins.csv"), "--events", "-", "--now",
                                   "2026-11-23T12:00:00Z", "--format", "csv", "--metrics", "saves"},
                                  Path("events.csv"));
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, EndsWith("segment,saves\r\nall,1\r\n"));
  EXPECT_EQ(RunWith({"report", "--pins", "-", "--events", "-"}).exit_code, 2);
}

TEST_F(ToolTest, WritesAFileWholeOrNotAtAll) {
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

TEST_F(ToolTest, ReplacesNoInputByWhateverNameItComes) {
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

TEST_F(ToolTest, FindsAnOutputThatCannotBeWrittenBeforeItReadsTheLog) {
  // A log without a header would be another error.
  WriteTo(Path("events.csv"), "");
  const Outcome outcome = Ask("report", {"--output", Path("no/such/folder.csv")});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("folder.csv: cannot be written: "));
}

TEST_F(ToolTest, EndsWith1IfMemoryRunsOut) {
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

TEST_F(ToolTest, LeavesNothingBehindIfItIsKilled) {
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

TEST_F(ToolTest, WritesThroughALinkAndKeepsWhoMayReadTheFile) {
  const std::string file = Path("report.csv");
  WriteTo(file, "before");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(file, Path("link.csv"));
  EXPECT_EQ(Ask("report", {"--format", "csv", "--output", Path("link.csv")}).exit_code, 0);
  EXPECT_TRUE(fs::is_symlink(Path("link.csv")));
  EXPECT_EQ(ReadFile(file), Ask("report", {"--format", "csv"}).out);
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(ToolTest, KeepsALinkToNothingALink) {
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

TEST_F(ToolTest, EndsWith1IfTheReportCannotBeWritten) {
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

}  // namespace
}  // namespace pinmetrics::cli
