#ifndef PINMETRICS_BENCHMARKS_DURABLE_RESULT_H_
#define PINMETRICS_BENCHMARKS_DURABLE_RESULT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace pinmetrics::durable_benchmark {

struct Options {
  std::string folder = "build/bench/durable";
  std::uint64_t events = 2'000'000;
  std::uint64_t accounts = 100'000;
  double seconds = 0.2;  ///< Of each run of batches.
  int runs = 7;          ///< How many turns a median is of.
  /// The folder that is opened has its sealed days mapped.
  bool map_blocks = false;
};

/// A row of the table. A goal is held against `ours`, or against how it compares to the bare file.
struct Result {
  std::string name;
  std::string unit;
  double ours = 0;
  std::optional<double> bare_file = {};
  std::optional<double> sqlite = {};
  std::optional<double> to_file = {};  ///< The median of each turn's ratio.
  std::optional<double> to_sqlite = {};
  std::string goal = {};
  bool met = true;
  std::string note = {};
};

/// Takes a row as soon as there is one.
using Sink = std::function<void(const Result&)>;

// Each part makes what it needs in a folder of its own, and removes it. An error says what was
// wrong with a result that was measured.

/// Batches a second of 1 and 8 writers beside the two peers, and of a folder that does not sync.
absl::Status MeasureBatches(const Options& options, const Sink& sink);

/// Bytes an event, and how long opening and the first overview take.
absl::Status MeasureOpening(const Options& options, const Sink& sink);

/// Making, sealing and opening many accounts.
absl::Status MeasureAccounts(const Options& options, const Sink& sink);

/// What a process of its own does with a folder.
struct Alone {
  bool overview = false;  ///< Whether it asks the store of account 1 for its overview.
  bool map_blocks = false;
};
/// Opens a folder, and prints what it took for the process that started it.
int OpenAlone(const std::string& folder, const Alone& alone);

/// An empty folder in that of the options; empty text if it cannot be made.
std::string MakeFolder(const Options& options, const std::string& name);
void RemoveFolder(const std::string& folder);

}  // namespace pinmetrics::durable_benchmark

#endif  // PINMETRICS_BENCHMARKS_DURABLE_RESULT_H_
