#ifndef PINMETRICS_BENCHMARKS_PEERS_LOAD_H_
#define PINMETRICS_BENCHMARKS_PEERS_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchmarks/peers/database.h"
#include "benchmarks/peers/workload.h"
#include "pinmetrics/store/store.h"

/// Puts a workload into both sides and says what that cost. What makes the events is not counted.

namespace pinmetrics::peers {

/// How many events one append gets. Both sides are fed the same batches.
inline constexpr std::size_t kBatch = 8192;

/// Nanoseconds of processor time per event.
struct LoadCost {
  double append_ns = 0;
  double seal_ns = 0;
};

/// Appends the events day by day, sealing at the end of each day what is final by then: the way a
/// host lives. At the end all days are sealed. Fails if an event was not taken.
absl::StatusOr<LoadCost> LoadStore(const Workload& workload, Store& store);

/// Makes and fills the table `events` of `EventColumns::kEventAndPin`, and `pin_days`.
absl::Status LoadDatabase(const Workload& workload, Database& database);

/// How events of `EventColumns::kEvent` get into a table.
enum class AppendBy { kRows, kChunks };

/// Nanoseconds of processor time per event, over the first `events` of them. Leaves no table.
absl::StatusOr<double> MeasureAppend(const Workload& workload, std::uint64_t events, AppendBy by,
                                     Database& database);

/// How large `events` is in DuckDB's own file, without event ids (ours are gone after sealing) and
/// without what the Pins say. Writes the file to `path`, in a folder that it makes, and removes it.
absl::StatusOr<double> FileBytesPerEvent(const Workload& workload, const std::string& path,
                                         Database& database);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_LOAD_H_
