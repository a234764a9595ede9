#ifndef PINMETRICS_BENCHMARKS_PEERS_LOAD_H_
#define PINMETRICS_BENCHMARKS_PEERS_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
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

/// Takes the events of a day.
using DayTaker = std::function<absl::Status(std::span<const EventRow>)>;

/// Appends the events day by day, sealing at the end of each day what is final by then: the way a
/// host lives. At the end all days are sealed. Fails if an event was not taken. `after_day`, if
/// set, has its turn after each day; what it costs is not counted.
absl::StatusOr<LoadCost> LoadStore(const Workload& workload, Store& store,
                                   const DayTaker& after_day = nullptr);

/// Makes and fills the table `events` of `EventColumns::kEventAndPin`, and `pin_days`.
absl::Status LoadDatabase(const Workload& workload, Database& database);

/// How events of `EventColumns::kEvent` get into a table.
enum class AppendBy { kRows, kChunks };

/// Adds up what it costs DuckDB to append days, each to a table of its own that is dropped after.
class AppendMeter {
 public:
  /// What it is given must outlive it.
  AppendMeter(const Workload& workload, AppendBy by, Database& database)
      : workload_(workload), by_(by), database_(database) {}

  absl::Status Append(std::span<const EventRow> day);
  /// Nanoseconds of processor time.
  double ns_per_event() const;

 private:
  const Workload& workload_;
  AppendBy by_;
  Database& database_;
  double ms_ = 0;
  std::uint64_t events_ = 0;
};

/// How large `events` is in DuckDB's own file, without event ids (ours are gone after sealing) and
/// without what the Pins say. Writes the file to `path`, in a folder that it makes, and removes it.
absl::StatusOr<double> FileBytesPerEvent(const Workload& workload, const std::string& path,
                                         Database& database);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_LOAD_H_
