// Asks pinmetrics and DuckDB the same questions about the same made-up account (workload.h) and
// prints how long each takes. The answers are compared before anything is timed: one that differs
// ends the program with exit 1. A goal that is missed does not.
//
// pinmetrics answers on one thread, DuckDB on two, both from memory and warm, but for one question
// that both open their files for: each time is the median of several runs, in which the two take
// turns, and the event table of DuckDB has the Pins' attributes in it and is sorted by time.
// Appending is measured in processor time, which is what one core has to give; there they take
// turns day by day.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "benchmarks/peers/clickhouse.h"
#include "benchmarks/peers/database.h"
#include "benchmarks/peers/growth.h"
#include "benchmarks/peers/load.h"
#include "benchmarks/peers/measure.h"
#include "benchmarks/peers/opening.h"
#include "benchmarks/peers/question.h"
#include "benchmarks/peers/result.h"
#include "benchmarks/peers/sql.h"
#include "benchmarks/peers/workload.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics::peers {
namespace {

constexpr char kUsage[] =
    "usage: pinmetrics_peers [--events N] [--runs N] [--only TEXT] [--json FILE]\n"
    "                        [--growth | --alone | --clickhouse URL[,URL]]\n"
    "\n"
    "  --events N    how many events; default 5000000, with --growth the most: 50000000\n"
    "  --runs N      how many runs the median is of; default 5\n"
    "  --only TEXT   only what has TEXT in its name\n"
    "  --json FILE   where the table goes as JSON; default build/bench/peers.json, but nowhere\n"
    "                with --only\n"
    "  --growth      pinmetrics alone, with 5, 10, 25 and 50 million events\n"
    "  --alone       pinmetrics alone, with --events of them\n"
    "  --clickhouse  the engine on ClickHouse servers beside SQL written by hand, without DuckDB;\n"
    "                default 1000000 events. Two servers are the shards of their cluster `two`\n";

constexpr std::uint64_t kDefaultEvents = 5'000'000;
constexpr std::uint64_t kDefaultClickHouseEvents = 1'000'000;
constexpr char kJson[] = "build/bench/peers.json";
constexpr double kGoalAppend = 1.5;
constexpr double kGoalBytesPerEvent = 12;

struct Options {
  std::optional<std::uint64_t> events = {};
  int runs = 5;
  std::string only = {};
  std::optional<std::string> json = {};
  bool growth = false;
  bool alone = false;
  std::vector<std::string> clickhouse = {};

  bool Wants(const std::string& name) const { return name.find(only) != std::string::npos; }
};

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0;
}

std::optional<Options> ParseOptions(const std::vector<std::string_view>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view name = arguments[i];
    if (name == "--growth" || name == "--alone") {
      (name == "--growth" ? options.growth : options.alone) = true;
      continue;
    }
    if (++i == arguments.size()) return std::nullopt;
    const std::string_view value = arguments[i];
    if (name == "--events") {
      if (!ReadNumber(value, options.events.emplace())) return std::nullopt;
    } else if (name == "--runs") {
      if (!ReadNumber(value, options.runs)) return std::nullopt;
    } else if (name == "--only") {
      options.only = value;
    } else if (name == "--json") {
      options.json = value;
    } else if (name == "--clickhouse") {
      options.clickhouse = absl::StrSplit(std::string(value), ',');
    } else {
      return std::nullopt;
    }
  }
  if (options.growth + options.alone + !options.clickhouse.empty() > 1) return std::nullopt;
  return options;
}

/// Both sides, loaded with the same events.
class Comparison {
 public:
  Comparison(const Workload& workload, const Options& options, Database database)
      : workload_(workload), options_(options), database_(std::move(database)) {}

  absl::Status Run() {
    std::cerr << "loading " << workload_.size().events << " events into pinmetrics" << std::endl;
    absl::Status status = MeasureAppend();
    if (!status.ok()) return status;
    std::cerr << "loading them into DuckDB" << std::endl;
    status = LoadDatabase(workload_, database_);
    if (!status.ok()) return status;
    std::cout << TableHead() << std::flush;
    for (const Question& question : MakeQuestions(workload_)) {
      if (!options_.Wants(question.name)) continue;
      if (question.grouped) status = LoadGrouped();
      if (!status.ok()) return status;
      status = Ask(question, (question.grouped ? grouped_store_ : store_).TakeSnapshot());
      if (!status.ok()) {
        return absl::Status(status.code(), absl::StrCat(question.name, ": ", status.message()));
      }
    }
    for (Result& result : append_results_) Take(std::move(result));
    status = CompareOpened();
    if (status.ok()) status = CompareBytes();
    if (!status.ok()) return status;
    // A part must not take the place of the whole.
    if (!options_.json && !options_.only.empty()) return absl::OkStatus();
    return WriteFile(options_.json.value_or(kJson), ToJson(results_));
  }

 private:
  absl::Status Ask(const Question& question, const Snapshot& snapshot) {
    const absl::Time now = workload_.now();
    const absl::StatusOr<Answer> answer = question.asked.Of(snapshot, now);
    if (!answer.ok()) return answer.status();
    std::vector<PreparedQuery> statements;
    for (const std::string& sql : question.sql) {
      absl::StatusOr<PreparedQuery> statement = database_.Prepare(sql);
      if (!statement.ok()) return statement.status();
      statements.push_back(*std::move(statement));
    }
    std::vector<Table> tables;
    for (const PreparedQuery& statement : statements) {
      absl::StatusOr<Table> table = statement.Run();
      if (!table.ok()) return table.status();
      tables.push_back(*std::move(table));
    }
    absl::Status status = question.check(*answer, tables);
    if (!status.ok()) return status;

    const auto [ours, theirs] = MediansMs(
        options_.runs, [&] { status.Update(question.asked.Of(snapshot, now).status()); },
        [&] {
          for (const PreparedQuery& statement : statements) status.Update(statement.Run().status());
        });
    if (!status.ok()) return status;
    Take({.question = question.name, .pinmetrics = ours, .duckdb = theirs, .goal = question.goal});
    return absl::OkStatus();
  }

  /// Loads the account with many product groups into both sides, once.
  absl::Status LoadGrouped() {
    if (is_grouped_loaded_) return absl::OkStatus();
    is_grouped_loaded_ = true;
    std::cerr << "loading them with " << kManyGroups << " product groups" << std::endl;
    WorkloadSize size = workload_.size();
    size.product_groups = kManyGroups;
    absl::Status status = LoadStore(Workload(size), grouped_store_).status();
    if (status.ok()) status = database_.Execute(CreateGroupedSql(kManyGroups));
    return status;
  }

  /// Loads the store. What else is asked for of appending takes turns with it, day by day.
  absl::Status MeasureAppend() {
    struct Row {
      std::string name;
      const StoreLoader* ours;
      const AppendMeter* theirs;
      std::optional<double> goal = {};
    };
    StoreLoader counted(workload_, Ids::kCounted, store_);
    Store scattered_store;
    StoreLoader scattered(workload_, Ids::kScattered, scattered_store);
    AppendMeter by_rows(workload_, AppendBy::kRows, database_);
    AppendMeter by_chunks(workload_, AppendBy::kChunks, database_);
    constexpr char kName[] = "append and seal, events per second of one core, ";
    std::vector<Row> rows = {
        {absl::StrCat(kName, "DuckDB by rows"), &counted, &by_rows, kGoalAppend},
        {absl::StrCat(kName, "DuckDB by chunks"), &counted, &by_chunks},
        {absl::StrCat(kName, "ids scattered, DuckDB by rows"), &scattered, &by_rows},
    };
    std::erase_if(rows, [&](const Row& row) { return !options_.Wants(row.name); });
    absl::Status status = ForEachDay(workload_, [&](std::span<const EventRow> day) {
      absl::Status of_day = counted.Append(day);
      if (rows.empty()) return of_day;
      of_day.Update(by_rows.Append(day));
      of_day.Update(by_chunks.Append(day));
      of_day.Update(scattered.Append(day));
      return of_day;
    });
    status.Update(counted.Finish());
    if (!rows.empty()) status.Update(scattered.Finish());
    for (const Row& row : rows) {
      const LoadCost ours = row.ours->cost();
      // Nanoseconds per event are milliseconds per million.
      append_results_.push_back({.question = row.name,
                                 .unit = Result::Unit::kMsPerMillion,
                                 .pinmetrics = ours.append_ns + ours.seal_ns,
                                 .duckdb = row.theirs->ns_per_event(),
                                 .goal = row.goal});
    }
    return status;
  }

  /// The overview of both sides' files.
  absl::Status CompareOpened() {
    std::vector<Question> questions = MakeQuestions(workload_);
    const auto overview = std::find_if(
        questions.begin(), questions.end(),
        [](const Question& each) { return each.asked.kind == Asked::Kind::kOverview; });
    overview->name += ", files opened for it";
    if (!options_.Wants(overview->name)) return absl::OkStatus();
    absl::StatusOr<Result> result = CompareOpening(
        workload_, *overview, options_.json.value_or(kJson) + ".opened", options_.runs, database_);
    if (!result.ok()) return result.status();
    Take(*std::move(result));
    return absl::OkStatus();
  }

  absl::Status CompareBytes() {
    const std::string name = "bytes per sealed event, DuckDB in its file";
    if (!options_.Wants(name)) return absl::OkStatus();
    const absl::StatusOr<double> theirs =
        FileBytesPerEvent(workload_, options_.json.value_or(kJson) + ".duckdb", database_);
    if (!theirs.ok()) return theirs.status();
    Take({.question = name,
          .unit = Result::Unit::kBytesPerEvent,
          .pinmetrics = static_cast<double>(store_.Memory().blocks) /
                        static_cast<double>(workload_.size().events),
          .duckdb = *theirs,
          .goal = kGoalBytesPerEvent});
    return absl::OkStatus();
  }

  void Take(Result result) {
    std::cout << TableRow(result) << std::flush;
    results_.push_back(std::move(result));
  }

  const Workload& workload_;
  const Options& options_;
  Database database_;
  Store store_;
  Store grouped_store_;
  bool is_grouped_loaded_ = false;
  std::vector<Result> append_results_;
  std::vector<Result> results_;
};

absl::Status Main(const Options& options) {
  if (options.growth || options.alone) {
    std::vector<std::uint64_t> sizes = {kDefaultEvents};
    if (options.growth) sizes = {5'000'000, 10'000'000, 25'000'000, 50'000'000};
    if (options.events) {
      if (options.alone) sizes = {*options.events};
      std::erase_if(sizes, [&](std::uint64_t size) { return size > *options.events; });
    }
    return PrintGrowth({.sizes = std::move(sizes), .runs = options.runs, .only = options.only});
  }
  if (!options.clickhouse.empty()) {
    return CompareWithHand({.events = options.events.value_or(kDefaultClickHouseEvents),
                            .runs = options.runs,
                            .only = options.only,
                            .urls = options.clickhouse});
  }
  const Workload workload({.events = options.events.value_or(kDefaultEvents)});
  absl::StatusOr<Database> database = Database::Open(kMemoryLimit);
  if (!database.ok()) return database.status();
  return Comparison(workload, options, *std::move(database)).Run();
}

}  // namespace
}  // namespace pinmetrics::peers

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const std::optional<pinmetrics::peers::Options> options =
      pinmetrics::peers::ParseOptions(arguments);
  if (!options) {
    std::cerr << pinmetrics::peers::kUsage;
    return 2;
  }
  const absl::Status status = pinmetrics::peers::Main(*options);
  if (status.ok()) return 0;
  std::cerr << "pinmetrics_peers: " << status.message() << "\n";
  return 1;
}
