#include "examples/cli/tool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "examples/cli/failure.h"
#include "tests/cli/tool_process.h"

namespace pinmetrics::cli {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

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

TEST_F(ToolTest, ShowsTheOverviewAsAPage) {
  const Outcome store = Ask("overview", {"--format", "html"});
  EXPECT_EQ(store.exit_code, 0) << store.err;
  EXPECT_THAT(store.out,
              AllOf(StartsWith("<!DOCTYPE html>"), EndsWith("</html>\n"),
                    HasSubstr("<bdi>Bread</bdi>"), HasSubstr("By device"), HasSubstr("By age"),
                    HasSubstr("By gender"), HasSubstr("By promotion"), HasSubstr("By format")));
  EXPECT_EQ(Ask("overview", {"--format", "html", "--engine", "evaluate"}).out, store.out);
  const Outcome live = Ask("overview", {"--format", "html", "--real-time"});
  EXPECT_EQ(live.exit_code, 0) << live.err;
  EXPECT_THAT(live.out, AllOf(HasSubstr("are estimates"), Not(HasSubstr("By device"))));
}

TEST_F(ToolTest, WritesThePageInNorwegianUnderAName) {
  const Outcome page =
      Ask("overview", {"--format", "html", "--language", "nb", "--account-name", "Adas <kjøkken>"});
  EXPECT_EQ(page.exit_code, 0) << page.err;
  EXPECT_THAT(page.out,
              AllOf(HasSubstr("<html lang=\"nb\">"), HasSubstr("<bdi>Adas &lt;kjøkken&gt;</bdi>"),
                    HasSubstr("<h2 id=\"days\">Dag for dag</h2>"), HasSubstr("Etter alder")));
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
              StartsWith("pinmetrics: --filter: column 1: '?[31mX', expected a condition"));
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

TEST(ToolExitCode, BlamesTheArgumentsForTheQueryAlone) {
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("metrics: x has no name in the API")), 2);
  EXPECT_EQ(ExitCodeOf(absl::OutOfRangeError("period: starts before 2025-05-23")), 2);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("o.csv: cannot be written")), 1);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("4294967296 viewers are too many")), 1);
  EXPECT_EQ(ExitCodeOf(absl::InternalError("")), 1);
  EXPECT_EQ(ExitCodeOf(absl::DataLossError("the block of 2026-11-20")), 4);
}

}  // namespace
}  // namespace pinmetrics::cli
