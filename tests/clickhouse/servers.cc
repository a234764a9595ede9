#include "tests/clickhouse/servers.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "pinmetrics/clickhouse/curl_transport.h"
#include "pinmetrics/clickhouse/schema.h"
#include "tests/clickhouse/chdb_transport.h"

namespace pinmetrics {
namespace {

std::string Variable(const char* name) {
  const char* const text = std::getenv(name);
  return text != nullptr ? text : "";
}

std::vector<std::string> Urls() {
  std::vector<std::string> urls;
  std::istringstream list(Variable("PINMETRICS_CLICKHOUSE"));
  for (std::string url; std::getline(list, url, ',');) urls.push_back(url);
  return urls;
}

TestTables MakeTables(const std::string& kind) {
  TestTables tables{.name = kind,
                    .database = "pinmetrics_test_" + kind + "_" + std::to_string(::getpid())};
  if (kind == "Embedded") {
    const std::string folder = testing::TempDir() + tables.database;
    const absl::StatusOr<Transport> chdb = OpenChdb(Variable("PINMETRICS_CHDB"), folder);
    EXPECT_TRUE(chdb.ok()) << chdb.status();
    if (chdb.ok()) tables.servers.push_back(*chdb);
  } else {
    for (const std::string& url : Urls()) {
      const absl::StatusOr<Transport> server = CurlTransport({.url = url});
      EXPECT_TRUE(server.ok()) << server.status();
      if (server.ok()) tables.servers.push_back(*server);
      if (kind == "OneServer") break;
    }
  }
  const auto schema =
      ClickHouseSchema({.database = tables.database, .cluster = kind == "Cluster" ? "two" : ""});
  EXPECT_TRUE(schema.ok()) << schema.status();
  for (const Transport& server : tables.servers) {
    for (const std::string& statement : *schema) {
      const absl::StatusOr<std::string> made = server({.sql = statement});
      EXPECT_TRUE(made.ok()) << made.status() << "\n" << statement;
    }
  }
  return tables;
}

std::map<std::string, TestTables>& MadeTables() {
  static std::map<std::string, TestTables> made;
  return made;
}

/// Closes what is embedded before the process ends its statics: a database that is open then waits
/// for its threads now and then for ever, or dies.
class ClosedAtTheEnd : public testing::Environment {
 public:
  void TearDown() override { MadeTables().clear(); }
};

// gtest owns it.
[[maybe_unused]] const testing::Environment* const kClosedAtTheEnd =
    testing::AddGlobalTestEnvironment(new ClosedAtTheEnd);

std::string Folder() { return Variable("PINMETRICS_CLICKHOUSE_FOLDER"); }

/// Runs a command of the script on a server.
bool RunScript(const std::string& command, int number) {
  const std::string line = std::string("'") + PINMETRICS_SERVERS_SCRIPT + "' " + command + " '" +
                           Folder() + "' " + std::to_string(number) + " >/dev/null";
  // As the tool's tests, and with no text that comes from outside. NOLINTNEXTLINE(cert-env33-c)
  return std::system(line.c_str()) == 0;
}

}  // namespace

bool CanEndServers() { return !Folder().empty(); }

void KillServer(int number) {
  std::ifstream file(Folder() + "/" + std::to_string(number) + "/pid");
  ::pid_t process = 0;
  ASSERT_TRUE(file >> process) << "server " << number << " does not run";
  EXPECT_EQ(::kill(process, SIGKILL), 0);
}

void StartServer(int number) {
  // Waits for its end, first.
  EXPECT_TRUE(RunScript("kill", number));
  EXPECT_TRUE(RunScript("start", number));
}

std::vector<std::string> TestTableKinds() {
  std::vector<std::string> kinds;
  if (!Urls().empty()) kinds = {"Cluster", "OneServer"};
  if (!Variable("PINMETRICS_CHDB").empty()) kinds.push_back("Embedded");
  return kinds;
}

const TestTables& TablesOf(const std::string& kind) {
  std::map<std::string, TestTables>& made = MadeTables();
  const auto found = made.find(kind);
  return found != made.end() ? found->second : made.emplace(kind, MakeTables(kind)).first->second;
}

ClickHouseOptions NewAccount(const TestTables& tables, const ReportingOptions& reporting) {
  static std::atomic<std::uint64_t> last{0};
  return {.reporting = reporting, .account = ++last, .database = tables.database};
}

}  // namespace pinmetrics
