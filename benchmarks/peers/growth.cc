#include "benchmarks/peers/growth.h"

#include <cstddef>
#include <iostream>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/peers/load.h"
#include "benchmarks/peers/measure.h"
#include "benchmarks/peers/question.h"
#include "benchmarks/peers/workload.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics::peers {
namespace {

/// What was measured, in the same order at every size.
struct Row {
  std::string name;
  std::vector<double> values = {};
};

/// Rows that are filled column by column.
class Columns {
 public:
  void Begin() { next_ = 0; }
  void Add(const std::string& name, double value) {
    if (next_ == rows_.size()) rows_.push_back({name});
    rows_[next_++].values.push_back(value);
  }

  void Print(const std::string& title, const std::vector<std::uint64_t>& sizes) const {
    std::string text = absl::StrFormat("%-72s", title);
    for (const std::uint64_t size : sizes) absl::StrAppendFormat(&text, " %8dM", size / 1'000'000);
    absl::StrAppend(&text, "   growth\n");
    for (const Row& row : rows_) {
      absl::StrAppendFormat(&text, "%-72s", row.name);
      for (const double value : row.values) absl::StrAppendFormat(&text, " %9.4g", value);
      const double first = row.values.front();
      absl::StrAppend(&text, first > 0 ? absl::StrFormat(" %7.2fx", row.values.back() / first) : "",
                      "\n");
    }
    std::cout << text << std::endl;
  }

 private:
  std::vector<Row> rows_;
  std::size_t next_ = 0;
};

}  // namespace

absl::Status PrintGrowth(const GrowthOptions& options) {
  Columns questions;
  Columns costs;
  Columns bytes;
  for (const std::uint64_t events : options.sizes) {
    std::cerr << "loading " << events << " events" << std::endl;
    const Workload workload({.events = events});
    Store store;
    const absl::StatusOr<LoadCost> cost = LoadStore(workload, store);
    if (!cost.ok()) return cost.status();
    costs.Begin();
    costs.Add("append", cost->append_ns);
    costs.Add("seal", cost->seal_ns);

    const MemoryUse memory = store.Memory();
    const auto per_event = [events](std::size_t size) {
      return static_cast<double>(size) / static_cast<double>(events);
    };
    bytes.Begin();
    bytes.Add("sealed days, all tables", per_event(memory.blocks));
    for (const auto& [table, size] : memory.block_tables) {
      bytes.Add("  " + std::string(table), per_event(size));
    }
    bytes.Add("dictionaries", per_event(memory.dictionaries));
    bytes.Add("live events", per_event(memory.live_events));
    bytes.Add("other", per_event(memory.other));

    Store grouped_store;
    questions.Begin();
    std::set<std::string> asked;
    absl::Status status = absl::OkStatus();
    for (const Question& question : MakeQuestions(workload)) {
      // Some questions differ in DuckDB's part only.
      const std::string name = question.name.substr(0, question.name.find(", DuckDB"));
      if (!absl::StrContains(name, options.only) || !asked.insert(name).second) continue;
      if (question.grouped && grouped_store.Memory().blocks == 0) {
        const Workload grouped({.events = events, .product_groups = kManyGroups});
        status = LoadStore(grouped, grouped_store).status();
        if (!status.ok()) return status;
      }
      const Snapshot snapshot = (question.grouped ? grouped_store : store).TakeSnapshot();
      const auto [ms] = MediansMs(options.runs, [&] {
        status.Update(question.asked.Of(snapshot, workload.now()).status());
      });
      if (!status.ok()) return status;
      questions.Add(name, 1e3 * ms);
    }
  }
  questions.Print("microseconds", options.sizes);
  costs.Print("nanoseconds of processor time per event", options.sizes);
  bytes.Print("bytes per event", options.sizes);
  return absl::OkStatus();
}

}  // namespace pinmetrics::peers
