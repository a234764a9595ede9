#ifndef PINMETRICS_SRC_DURABLE_LOG_SALVAGE_H_
#define PINMETRICS_SRC_DURABLE_LOG_SALVAGE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "durable/log_format.h"
#include "durable/log_reader.h"
#include "pinmetrics/durable/file_system.h"

namespace pinmetrics {

/// Records that were on the disk and are no longer what they were.
struct LostRecords {
  /// Of one alone whose head is whole.
  std::optional<RecordSubject> subject = {};
  /// As in `LogRecord`; the last one's sequence where nothing is known.
  std::uint64_t origin = 0;
};

/// What was found of a log that is damaged.
struct SalvagedLog {
  std::vector<LostRecords> lost;
  std::vector<std::string> damage;  ///< Each place that is not as it was written.
  std::set<std::uint32_t> damaged_segments;
  std::map<std::uint32_t, std::uint64_t> segments;  ///< Those that are there, and their bytes.
  std::uint32_t next_segment = 1;                   ///< Behind all of them.
  std::uint64_t records = 0;
  std::uint64_t last_sequence = 0;  ///< Of the last record, lost ones too.
};

/// Reads a damaged log and changes nothing: `visit` gets every whole record, in order, also behind
/// damage. Each record has a checksum of its own, so that one flipped bit costs one record, and its
/// head one more, so that mostly whose it was is known. What was never on the disk as a whole, at
/// the end, is neither found nor lost. DataLoss if the catalogue is older than the log: what the
/// log's records have become since, nobody knows.
absl::StatusOr<SalvagedLog> SalvageLog(FileSystem& files, const std::string& folder,
                                       const Uuid& uuid, const ExpectedLog& expected,
                                       const std::function<absl::Status(const LogRecord&)>& visit);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_LOG_SALVAGE_H_
