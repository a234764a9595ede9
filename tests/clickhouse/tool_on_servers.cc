// The tool on the servers of `./dev clickhouse`, held against the same tool on files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/clickhouse/curl_transport.h"
#include "pinmetrics/clickhouse/transport.h"
#include "tests/cli/tool_process.h"

namespace pinmetrics::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kNow = "2026-11-23T12:00:00Z";

std::vector<std::string> Urls() {
  const char* const text = std::getenv("PINMETRICS_CLICKHOUSE");
  std::vector<std::string> urls;
  std::istringstream list(text == nullptr ? "" : text);
  for (std::string url; std::getline(list, url, ',');) urls.push_back(url);
  return urls;
}

void Tell(const std::string& url, const std::string& sql) {
  const absl::StatusOr<Transport> server = CurlTransport({.url = url});
  ASSERT_TRUE(server.ok()) << server.status();
  const absl::StatusOr<std::string> answer = (*server)({.sql = sql});
  ASSERT_TRUE(answer.ok()) << answer.status();
}

class ToolOnServers : public ToolTest {
 protected:
  ToolOnServers() : urls_(Urls()) {
    EXPECT_EQ(urls_.size(), 2) << "PINMETRICS_CLICKHOUSE has not the URLs of two servers";
    static int accounts = 0;
    account_ = std::to_string(++accounts);
    if (accounts == 1) MakeTables(database_);
  }

  /// Runs what `schema` prints, as an operator does.
  void MakeTables(const std::string& database) const {
    const Outcome schema = RunWith({"schema", "--cluster", "two", "--database", database});
    ASSERT_EQ(schema.exit_code, 0) << schema.err;
    for (const std::string& url : urls_) {
      std::istringstream lines(schema.out);
      for (std::string line; std::getline(lines, line);) {
        line.pop_back();
        Tell(url, line);
      }
    }
  }

  Outcome RunOn(std::string command, const std::vector<std::string>& more = {},
                std::size_t server = 0) const {
    std::vector<std::string> arguments = {std::move(command), "--server", urls_[server],
                                          "--database",       database_,  "--account",
                                          account_,           "--now",    kNow};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunWith(std::move(arguments));
  }

  Outcome Load(std::vector<std::string> more = {}, std::size_t server = 0) const {
    more.insert(more.begin(), {"--pins", Path("pins.csv"), "--events", Path("events.csv")});
    return RunOn("load", more, server);
  }

  /// The answer of the server and that of the evaluation of the files are the same bytes.
  void ExpectSameBytes(const std::string& command, const std::vector<std::string>& more) const {
    std::vector<std::string> with_engine = more;
    with_engine.insert(with_engine.end(), {"--engine", "evaluate"});
    const Outcome expected = Ask(command, with_engine);
    const Outcome actual = RunOn(command, more);
    const std::string asked = command + " " + testing::PrintToString(more);
    EXPECT_EQ(expected.exit_code, 0) << asked << expected.err;
    EXPECT_EQ(actual.exit_code, 0) << asked << actual.err;
    EXPECT_EQ(actual.out, expected.out) << asked;
  }

  std::string Impressions() const {
    return RunOn("report", {"--format", "csv", "--metrics", "impressions", "--csv-table", "totals"})
        .out;
  }

  void MakeLog(int events) const {
    const std::string command = std::string(PINMETRICS_LOG_GENERATOR) + " --events " +
                                std::to_string(events) + " --seed 7 --now " + kNow +
                                " --pins-out " + Path("pins.csv") + " --events-out " +
                                Path("events.csv");
    ASSERT_EQ(std::system(command.c_str()), 0);
  }

  std::vector<std::string> urls_;
  std::string database_ = "pinmetrics_tool_" + std::to_string(::getpid());
  std::string account_;
};

TEST_F(ToolOnServers, GivesTheBytesOfTheEvaluation) {
  MakeLog(20'000);
  const Outcome load = Load({"--cluster", "two"});
  ASSERT_EQ(load.exit_code, 0) << load.err;
  for (const bool sealed : {false, true}) {
    if (sealed) {
      const Outcome outcome = RunOn("seal");
      ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
      EXPECT_THAT(outcome.out, HasSubstr(" days sealed with "));
    }
    for (const char* const format : {"table", "csv", "json", "html"}) {
      ExpectSameBytes("overview", {"--format", format});
    }
    ExpectSameBytes("overview", {"--real-time", "--format", "json"});
    for (const char* const split : {"device", "age", "promotion", "account", "product_group"}) {
      ExpectSameBytes("report", {"--split", split, "--compare", "--format", "json"});
    }
    ExpectSameBytes("report", {"--filter", "device:mobile,tablet -(gender:male or age:65+)",
                               "--include-saved", "--last", "90", "--format", "json"});
    ExpectSameBytes("report", {"--format", "pinterest-json"});
    ExpectSameBytes("top-pins", {"--by", "saves", "--limit", "30", "--format", "csv"});
    ExpectSameBytes("top-boards", {"--by", "engagement_rate", "--format", "json"});
    ExpectSameBytes("top-pins", {"--created-in-last", "30", "--format", "json"});
  }
}

TEST_F(ToolOnServers, LoadsTheSameFileOnceWhateverItsBatches) {
  std::string rows = "time,action,pin_id,viewer_id,event_id\n";
  for (int i = 0; i < 100; ++i) {
    // Without ids, some rows alike; the others with ids.
    rows += "2026-11-1" + std::to_string(i % 10) + "T10:00:00Z,impression,7," +
            std::to_string(i % 3) + "," + (i % 2 == 0 ? "" : std::to_string(i)) + "\n";
  }
  WriteTo(Path("events.csv"), rows);
  const Outcome acks = Load({"--batch", "40", "--acks"});
  EXPECT_EQ(acks.exit_code, 0) << acks.err;
  EXPECT_EQ(acks.out, "acknowledged 40\nacknowledged 80\nacknowledged 100\n");
  EXPECT_THAT(Impressions(), HasSubstr("all,100\r\n"));
  EXPECT_EQ(Load({"--batch", "7"}, 1).exit_code, 0);
  EXPECT_THAT(Impressions(), HasSubstr("all,100\r\n"));

  // The file grows.
  WriteTo(Path("events.csv"), rows + "2026-11-15T10:00:00Z,impression,7,1,\n");
  EXPECT_EQ(Load({"--batch", "13"}).exit_code, 0);
  EXPECT_THAT(Impressions(), HasSubstr("all,101\r\n"));
  ExpectSameBytes("overview", {"--format", "json"});
}

TEST_F(ToolOnServers, WithdrawsAndSeals) {
  std::string rows = "time,action,pin_id,event_id\n";
  for (int i = 1; i <= 20; ++i) {
    rows += "2026-11-10T10:00:00Z,impression,7," + std::to_string(i) + "\n";
  }
  WriteTo(Path("events.csv"), rows);
  ASSERT_EQ(Load().exit_code, 0);
  WriteTo(Path("ids"), "1\n2\nthree\n99\n");
  const Outcome withdrawn = RunOn("withdraw", {"--ids", Path("ids")});
  EXPECT_EQ(withdrawn.exit_code, 3);
  EXPECT_EQ(withdrawn.out, "2 events withdrawn\n");
  EXPECT_THAT(withdrawn.err, AllOf(HasSubstr("ids:3: event_id: 'three'"),
                                   HasSubstr("pinmetrics: 1 id was not found")));
  EXPECT_THAT(Impressions(), HasSubstr("all,18\r\n"));
  // A late delivery brings nothing back.
  ASSERT_EQ(Load().exit_code, 0);
  EXPECT_THAT(Impressions(), HasSubstr("all,18\r\n"));

  EXPECT_EQ(RunOn("seal").out, "1 day sealed with 18 events\n");
  EXPECT_EQ(RunOn("seal").out, "0 days sealed with 0 events\n");
  WriteTo(Path("events.csv"),
          "time,action,pin_id,event_id\n2026-11-10T10:00:00Z,impression,7,21\n");
  const Outcome late = Load();
  EXPECT_EQ(late.exit_code, 3);
  EXPECT_THAT(late.err, HasSubstr("a sealed day"));
  EXPECT_THAT(Impressions(), HasSubstr("all,18\r\n"));
}

TEST_F(ToolOnServers, NamesRowsThatAreRefused) {
  WriteTo(Path("events.csv"),
          "time,action,pin_id\n2026-11-10T10:00:00Z,impression,9\n2026-11-10T10:00:00Z,look,7\n"
          "2026-11-10T10:00:00Z,save,7\n");
  const Outcome outcome = Load();
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("events.csv:2: "), HasSubstr("events.csv:3: action: ")));
}

TEST_F(ToolOnServers, ShowsTheStatementsThatItSends) {
  ASSERT_EQ(Load().exit_code, 0);
  const Outcome outcome = RunOn("report", {"--explain"});
  EXPECT_EQ(outcome.exit_code, 0);
  std::istringstream lines(outcome.out);
  int statements = 0;
  for (std::string line; std::getline(lines, line); ++statements) {
    ASSERT_TRUE(line.ends_with(';')) << line;
    line.pop_back();
    Tell(urls_[0], line);
  }
  EXPECT_GE(statements, 2);
  EXPECT_LE(statements, 4);
}

TEST_F(ToolOnServers, EndsWithOneAndNoReportWhereAnythingIsMissing) {
  const std::string other = database_ + "_other";
  const auto expect_failure = [&](const std::vector<std::string>& more, const std::string& cause) {
    std::vector<std::string> arguments = {"overview", "--server", urls_[0], "--now", kNow};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = RunWith(arguments);
    EXPECT_EQ(outcome.exit_code, 1) << cause;
    EXPECT_THAT(outcome.out, IsEmpty()) << cause;
    EXPECT_THAT(outcome.err,
                AllOf(HasSubstr(urls_[0].substr(7)), HasSubstr(cause), Not(HasSubstr("sesame"))));
  };
  WriteTo(Path("password"), "close sesame\n");
  expect_failure(
      {"--database", database_, "--user", "guarded", "--password-file", Path("password")},
      "Wrong password");
  expect_failure({"--database", database_, "--user", "nobody"}, "nobody");
  expect_failure({"--database", database_, "--cluster", "three"}, "knows no cluster three");
  expect_failure({"--database", other}, other);
  WriteTo(Path("password"), "open sesame\nand more\n");
  EXPECT_EQ(RunOn("overview", {"--user", "guarded", "--password-file", Path("password")}).exit_code,
            0);

  MakeTables(other);
  expect_failure({"--database", "default"}, "schema_version");
  Tell(urls_[0], "INSERT INTO " + other + ".schema_version_shard VALUES (77)");
  expect_failure({"--database", other}, "77");
  Tell(urls_[0], "DROP TABLE " + other + ".schema_version");
  expect_failure({"--database", other}, "schema_version");
}

TEST_F(ToolOnServers, GivesNoReportWithoutAPartOfASealedDay) {
  MakeLog(5'000);
  ASSERT_EQ(Load().exit_code, 0);
  ASSERT_EQ(RunOn("seal").exit_code, 0);
  ASSERT_EQ(RunOn("overview").exit_code, 0);
  // A shard loses a month.
  Tell(urls_[1], "ALTER TABLE " + database_ + ".final_shard DROP PARTITION 202611");
  const Outcome outcome = RunOn("overview");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr(urls_[0].substr(7)));
}

}  // namespace
}  // namespace pinmetrics::cli
