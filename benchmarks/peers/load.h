#ifndef PINMETRICS_BENCHMARKS_PEERS_LOAD_H_
#define PINMETRICS_BENCHMARKS_PEERS_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
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

/// Which ids events and viewers have.
enum class Ids {
  kCounted,    ///< As a counter gives them, from 1.
  kScattered,  ///< All over the 64 bits.
};

/// Appends days of events to a store and adds up what that costs. At the end of each day it seals
/// what is final by then: the way a host lives.
class StoreLoader {
 public:
  /// What it is given must outlive it. Puts the Pins.
  StoreLoader(const Workload& workload, Ids ids, Store& store);

  /// All events of the next day. Fails if one was not taken.
  absl::Status Append(std::span<const EventRow> day);
  /// Seals the last days, too. Fails if an event of the workload is not sealed then.
  absl::Status Finish();
  LoadCost cost() const;

 private:
  void Seal(absl::Time now);

  const Workload& workload_;
  Ids ids_;
  Store& store_;
  absl::Status pins_ = absl::OkStatus();
  absl::CivilDay day_;  ///< The next.
  std::vector<Event> events_;
  double append_ms_ = 0;
  double seal_ms_ = 0;
  std::uint64_t appended_ = 0;
  std::uint64_t sealed_ = 0;
};

/// Calls `take(day)` with all events of each day, in order, until one fails.
absl::Status ForEachDay(const Workload& workload,
                        const std::function<absl::Status(std::span<const EventRow>)>& take);

/// Loads a workload with counted ids.
absl::StatusOr<LoadCost> LoadStore(const Workload& workload, Store& store);

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

/// Writes tables to a file of DuckDB's own, each by its name and what it is selected by. Makes the
/// file's folder, and removes a file that is there.
absl::Status WriteToFile(const std::string& path,
                         std::initializer_list<std::pair<const char*, const char*>> tables,
                         Database& database);

/// How large `events` is in DuckDB's own file, without event ids (ours are gone after sealing) and
/// without what the Pins say. Writes the file to `path`, in a folder that it makes, and removes it.
absl::StatusOr<double> FileBytesPerEvent(const Workload& workload, const std::string& path,
                                         Database& database);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_LOAD_H_
