// What the tool says of a ClickHouse server that it cannot ask. Those that it can ask are for
// `./dev clickhouse`.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "tests/cli/tool_process.h"
#include "tests/clickhouse_curl/loopback_server.h"

namespace pinmetrics::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ServerTest : public ToolTest {
 protected:
  static constexpr const char* kNow = "2026-11-23T12:00:00Z";

  Outcome RunOn(const std::string& server, std::string command,
                const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {std::move(command), "--server", server, "--now", kNow};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunWith(std::move(arguments));
  }

  /// Each command that asks a server, with what it needs.
  std::vector<std::pair<std::string, std::vector<std::string>>> Commands() const {
    WriteTo(Path("ids"), "1\n");
    return {{"overview", {}},
            {"report", {"--split", "device", "--format", "json"}},
            {"report", {"--explain"}},
            {"top-pins", {}},
            {"top-boards", {}},
            {"load", {"--pins", Path("pins.csv"), "--events", Path("events.csv")}},
            {"withdraw", {"--ids", Path("ids")}},
            {"seal", {}}};
  }
};

TEST_F(ServerTest, EndsWithOneWhereTheServerIsAway) {
  const std::string url = UrlOfNobody();
  for (const auto& [command, more] : Commands()) {
    const Outcome outcome = RunOn(url, command, more);
    EXPECT_EQ(outcome.exit_code, 1) << command;
    EXPECT_THAT(outcome.out, IsEmpty()) << command;
    EXPECT_EQ(outcome.err, "pinmetrics: " + url.substr(7) +
                               ": the server cannot be reached: Connection refused\n")
        << command;
  }
}

TEST_F(ServerTest, LeavesAFileAsItWasWhereTheServerIsAway) {
  WriteTo(Path("report.csv"), "before");
  EXPECT_EQ(
      RunOn(UrlOfNobody(), "report", {"--format", "csv", "--output", Path("report.csv")}).exit_code,
      1);
  EXPECT_EQ(ReadFile(Path("report.csv")), "before");
}

TEST_F(ServerTest, RefusesAUrlWithAPassword) {
  for (const auto& [command, more] : Commands()) {
    const Outcome outcome = RunOn("http://reader:sesame@127.0.0.1:8123", command, more);
    EXPECT_EQ(outcome.exit_code, 1) << command;
    EXPECT_EQ(outcome.err,
              "pinmetrics: --server: url: has a user or a password in it, expected one like "
              "http://host:8123, and these by themselves\n")
        << command;
  }
}

TEST_F(ServerTest, RefusesAUrlThatIsNone) {
  for (const std::string url : {"localhost:8123", "tcp://localhost:9000", "http://", "nonsense"}) {
    const Outcome outcome = RunOn(url, "overview");
    EXPECT_EQ(outcome.exit_code, 1) << url;
    EXPECT_THAT(outcome.err, StartsWith("pinmetrics: --server: url: '" + url + "' ")) << url;
    EXPECT_THAT(outcome.err, EndsWith(", expected one like http://host:8123\n")) << url;
  }
}

TEST_F(ServerTest, NeverTellsThePassword) {
  WriteTo(Path("password"), "open sesame\n");
  const Outcome outcome =
      RunOn(UrlOfNobody(), "overview", {"--user", "reader", "--password-file", Path("password")});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, Not(HasSubstr("sesame")));
}

TEST_F(ServerTest, NamesAPasswordFileThatHasNone) {
  const Outcome missing = RunOn(UrlOfNobody(), "overview", {"--password-file", Path("none")});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr(Path("none")));

  for (const std::string text : {"", "\n", "\r\nsecond line\n"}) {
    WriteTo(Path("password"), text);
    const Outcome empty = RunOn(UrlOfNobody(), "overview", {"--password-file", Path("password")});
    EXPECT_EQ(empty.exit_code, 1);
    EXPECT_EQ(empty.err, "pinmetrics: " + Path("password") +
                             ": its first line is empty, expected a password\n");
  }
  WriteTo(Path("password"), std::string(10'000, 'a'));
  const Outcome longer = RunOn(UrlOfNobody(), "overview", {"--password-file", Path("password")});
  EXPECT_EQ(longer.exit_code, 1);
  EXPECT_EQ(longer.err,
            "pinmetrics: " + Path("password") + ": its first line is too long for a password\n");
}

TEST_F(ServerTest, RefusesAQueryBeforeItAsks) {
  const Outcome outcome = RunOn(UrlOfNobody(), "report", {"--real-time", "--split", "device"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("split"));
}

TEST_F(ServerTest, PrintsTheStatementsThatMakeTheTables) {
  const Outcome alone = RunWith({"schema"});
  EXPECT_EQ(alone.exit_code, 0);
  EXPECT_THAT(alone.err, IsEmpty());
  EXPECT_THAT(alone.out, StartsWith("CREATE DATABASE IF NOT EXISTS pinmetrics;\n"));
  EXPECT_THAT(alone.out, HasSubstr("CREATE TABLE IF NOT EXISTS pinmetrics.live ("));
  EXPECT_THAT(alone.out, Not(HasSubstr("Distributed")));
  EXPECT_THAT(alone.out, EndsWith(");\n"));

  const Outcome cluster =
      RunWith({"schema", "--database", "numbers", "--cluster", "two", "--replicated"});
  EXPECT_EQ(cluster.exit_code, 0);
  EXPECT_THAT(cluster.out, HasSubstr("numbers.live_shard"));
  EXPECT_THAT(cluster.out, HasSubstr("Distributed(two, numbers, live_shard"));
  EXPECT_THAT(cluster.out, HasSubstr("ReplicatedReplacingMergeTree("));
}

TEST_F(ServerTest, PrintsTheStatementsThatBringTablesUpToDate) {
  const Outcome upgrade = RunWith({"schema", "--database", "numbers", "--from", "1"});
  EXPECT_EQ(upgrade.exit_code, 0);
  EXPECT_THAT(upgrade.out, StartsWith("CREATE TABLE IF NOT EXISTS numbers.accounts ("));
  EXPECT_THAT(upgrade.out, HasSubstr("TRUNCATE TABLE numbers.schema_version;\n"));
  EXPECT_THAT(upgrade.out, Not(HasSubstr("numbers.live")));
  for (const std::string version : {"0", "2", "one"}) {
    const Outcome outcome = RunWith({"schema", "--from", version});
    EXPECT_EQ(outcome.exit_code, 2) << version;
    EXPECT_THAT(outcome.err, HasSubstr("--from"));
  }
}

TEST_F(ServerTest, RefusesNamesThatAreNone) {
  for (const std::string option : {"--database", "--cluster"}) {
    for (const std::string name : {"a b", "1a", "a;DROP", "a'"}) {
      for (const std::string command : {"schema", "overview"}) {
        std::vector<std::string> arguments = {command, option, name};
        if (command != "schema") arguments.insert(arguments.end(), {"--server", UrlOfNobody()});
        const Outcome outcome = RunWith(arguments);
        EXPECT_EQ(outcome.exit_code, 2) << name;
        EXPECT_THAT(outcome.err, HasSubstr(option + ": ")) << name;
      }
    }
  }
}

}  // namespace
}  // namespace pinmetrics::cli
