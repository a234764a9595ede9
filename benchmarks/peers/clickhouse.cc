#include "benchmarks/peers/clickhouse.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iostream>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "benchmarks/peers/clickhouse_sql.h"
#include "benchmarks/peers/load.h"
#include "benchmarks/peers/measure.h"
#include "benchmarks/peers/question.h"
#include "benchmarks/peers/workload.h"
#include "pinmetrics/clickhouse/curl_transport.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/clickhouse/schema.h"

namespace pinmetrics::peers {
namespace {

constexpr char kDatabase[] = "pinmetrics_bench";
constexpr std::size_t kColumns = 8;
constexpr std::size_t kInsert = 100'000;

/// What went over the connection.
struct Traffic {
  int statements = 0;
  std::size_t longest_sql = 0;
  std::size_t answer_bytes = 0;
};

template <typename Number>
void AppendBytes(Number number, std::string& bytes) {
  static_assert(std::endian::native == std::endian::little);
  char raw[sizeof(Number)];
  std::memcpy(raw, &number, sizeof(Number));
  bytes.append(raw, sizeof(Number));
}

std::uint64_t NumberOf(const std::optional<AccountId>& id) { return id ? id->value() : 0; }
std::uint64_t NumberOf(const std::optional<ProductGroupId>& id) { return id ? id->value() : 0; }

/// In the order of `by_hand::CreateSql`.
void AppendRow(const EventRow& row, const Pin& pin, absl::CivilDay day, std::string& bytes) {
  AppendBytes(static_cast<std::uint16_t>(day - absl::CivilDay(1970, 1, 1)), bytes);
  AppendBytes(row.id, bytes);
  AppendBytes(static_cast<std::uint32_t>(row.time_ms / 1000), bytes);
  AppendBytes(std::uint64_t{row.pin}, bytes);
  AppendBytes(std::uint64_t{row.viewer}, bytes);
  const auto code = [&bytes](auto value) { AppendBytes(static_cast<std::uint8_t>(value), bytes); };
  code(row.action);
  code(row.device);
  code(row.content_type);
  code(row.age);
  code(row.gender);
  AppendBytes(row.play_ms, bytes);
  AppendBytes(row.half_ms, bytes);
  AppendBytes(static_cast<float>(row.progress_256) / 256, bytes);
  AppendBytes(pin.board.value(), bytes);
  code(pin.format);
  code(pin.source);
  AppendBytes(NumberOf(pin.account), bytes);
  AppendBytes(NumberOf(pin.product_group), bytes);
  code(pin.saved);
}

class HandComparison {
 public:
  HandComparison(const HandComparisonOptions& options, std::vector<Transport> servers)
      : options_(options),
        workload_({.events = options.events}),
        servers_(std::move(servers)),
        counting_([this](const ClickHouseRequest& request) { return Send(request); }) {}

  absl::Status Run() {
    absl::Status status = Drop();
    if (status.ok()) status = MakeTables();
    if (status.ok()) status = LoadAndAsk();
    status.Update(Drop());
    return status;
  }

 private:
  absl::StatusOr<std::string> Send(const ClickHouseRequest& request) {
    absl::StatusOr<std::string> answer = servers_.front()(request);
    ++traffic_.statements;
    traffic_.longest_sql = std::max(traffic_.longest_sql, request.sql.size());
    if (answer.ok()) traffic_.answer_bytes += answer->size();
    return answer;
  }

  absl::Status OnEveryServer(const std::string& sql) const {
    for (const Transport& server : servers_) {
      const absl::StatusOr<std::string> done = server({.sql = sql, .timeout = absl::Minutes(5)});
      if (!done.ok()) return done.status();
    }
    return absl::OkStatus();
  }

  absl::Status Drop() const {
    absl::Status status = absl::OkStatus();
    for (const char* database : {kDatabase, by_hand::kDatabase}) {
      status.Update(OnEveryServer(absl::StrCat("DROP DATABASE IF EXISTS ", database)));
    }
    return status;
  }

  std::string cluster() const { return servers_.size() > 1 ? "two" : ""; }

  absl::Status MakeTables() const {
    const auto schema = ClickHouseSchema({.database = kDatabase, .cluster = cluster()});
    if (!schema.ok()) return schema.status();
    absl::Status status = absl::OkStatus();
    for (const auto& statements : {*schema, by_hand::CreateSql(cluster())}) {
      for (const std::string& sql : statements) status.Update(OnEveryServer(sql));
    }
    return status;
  }

  absl::Status LoadAndAsk() {
    const absl::StatusOr<ClickHouseEngine> engine =
        ClickHouseEngine::Connect(counting_, {.database = kDatabase, .timeout = absl::Minutes(5)});
    if (!engine.ok()) return engine.status();
    std::cerr << "loading " << workload_.size().events << " events into both" << std::endl;
    absl::Status status = Load(*engine);
    if (!status.ok()) return status;
    std::cout << absl::StrFormat("%-64s %9s %9s %7s %11s %13s %17s\n", "question", "pinmetrics",
                                 "by hand", "ratio", "statements", "longest, B", "answers, B");
    for (const Question& question : MakeQuestions(workload_)) {
      const std::string name = absl::StrReplaceAll(question.name, {{"DuckDB", "by hand"}});
      if (question.clickhouse_sql.empty() || !absl::StrContains(name, options_.only)) continue;
      status = Ask(*engine, question, name);
      if (!status.ok())
        return absl::Status(status.code(), absl::StrCat(name, ": ", status.message()));
    }
    return absl::OkStatus();
  }

  absl::Status Load(const ClickHouseEngine& engine) {
    absl::Status status = engine.PutPins(workload_.pins(), workload_.now()).status;
    EventStream stream(workload_);
    std::vector<EventRow> batch;
    std::vector<Event> events;
    std::string rows;
    const auto flush = [&] {
      const ClickHouseAppendResult result = engine.Append(events, workload_.now());
      status.Update(result.status);
      if (status.ok() && result.taken != events.size()) {
        status = absl::InternalError(absl::StrCat(result.taken, " of ", events.size(), " taken"));
      }
      status.Update(servers_
                        .front()({.sql = absl::StrCat("INSERT INTO ", by_hand::kDatabase,
                                                      ".events FORMAT RowBinary"),
                                  .settings = {{"insert_distributed_sync", "1"}},
                                  .rows = std::exchange(rows, {})})
                        .status());
      events.clear();
    };
    while (status.ok() && stream.Next(kBatch, batch)) {
      for (const EventRow& row : batch) {
        events.push_back(MakeEvent(row));
        AppendRow(row, workload_.pins()[row.pin - 1], stream.day(), rows);
      }
      if (events.size() >= kInsert) flush();
    }
    if (status.ok()) flush();
    if (!status.ok()) return status;
    const ClickHouseSealResult sealed = engine.Seal(workload_.now());
    if (!sealed.status.ok()) return sealed.status;
    if (sealed.events_sealed != workload_.size().events) {
      return absl::InternalError(absl::StrCat(sealed.events_sealed, " events were sealed"));
    }
    // As they are once the servers have merged what was inserted.
    const std::string shard = cluster().empty() ? "" : "_shard";
    for (const std::string& table : {absl::StrCat(kDatabase, ".final", shard),
                                     absl::StrCat(by_hand::kDatabase, ".events", shard)}) {
      status.Update(OnEveryServer(absl::StrCat("OPTIMIZE TABLE ", table, " FINAL")));
    }
    return status;
  }

  absl::StatusOr<Table> AskByHand(const std::string& sql) const {
    const absl::StatusOr<std::string> answer =
        counting_({.sql = sql, .settings = {{"wait_end_of_query", "1"}}});
    if (!answer.ok()) return answer.status();
    Table table{.columns = kColumns};
    table.values.resize(answer->size() / sizeof(std::int64_t));
    if (answer->size() % (kColumns * sizeof(std::int64_t)) != 0) {
      return absl::InternalError(absl::StrCat("an answer of ", answer->size(), " bytes"));
    }
    std::memcpy(table.values.data(), answer->data(), answer->size());
    return table;
  }

  absl::Status Ask(const ClickHouseEngine& engine, const Question& question,
                   const std::string& name) {
    const absl::Time now = workload_.now();
    traffic_ = {};
    const absl::StatusOr<Answer> answer = question.asked.Of(engine, now);
    if (!answer.ok()) return answer.status();
    const Traffic ours = std::exchange(traffic_, {});
    std::vector<Table> tables;
    for (const std::string& sql : question.clickhouse_sql) {
      absl::StatusOr<Table> table = AskByHand(sql);
      if (!table.ok()) return table.status();
      tables.push_back(*std::move(table));
    }
    const Traffic theirs = traffic_;
    absl::Status status = question.check(*answer, tables);
    if (!status.ok()) return status;
    const auto [our_ms, their_ms] = MediansMs(
        options_.runs, [&] { status.Update(question.asked.Of(engine, now).status()); },
        [&] {
          for (const std::string& sql : question.clickhouse_sql) {
            status.Update(AskByHand(sql).status());
          }
        });
    if (!status.ok()) return status;
    std::cout << absl::StrFormat("%-64s %6.1f ms %6.1f ms %6.2fx %5d %5d %6d %6d %8d %8d\n", name,
                                 our_ms, their_ms, our_ms / their_ms, ours.statements,
                                 theirs.statements, ours.longest_sql, theirs.longest_sql,
                                 ours.answer_bytes, theirs.answer_bytes)
              << std::flush;
    return absl::OkStatus();
  }

  const HandComparisonOptions& options_;
  const Workload workload_;
  std::vector<Transport> servers_;
  Transport counting_;
  Traffic traffic_;
};

}  // namespace

absl::Status CompareWithHand(const HandComparisonOptions& options) {
  std::vector<Transport> servers;
  for (const std::string& url : options.urls) {
    absl::StatusOr<Transport> server = CurlTransport({.url = url});
    if (!server.ok()) return server.status();
    servers.push_back(*std::move(server));
  }
  return HandComparison(options, std::move(servers)).Run();
}

}  // namespace pinmetrics::peers
