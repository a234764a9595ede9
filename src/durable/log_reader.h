#ifndef PINMETRICS_SRC_DURABLE_LOG_READER_H_
#define PINMETRICS_SRC_DURABLE_LOG_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "durable/log_format.h"
#include "pinmetrics/durable/file_system.h"

namespace pinmetrics {

/// What the catalogue says of a log.
struct ExpectedLog {
  std::uint32_t first_segment = 1;  ///< Segments before it are not wanted.
  std::uint64_t known_through = 0;  ///< This record was on the disk.
  /// The catalogue was changed so many times; a log that knows of more is newer.
  std::uint64_t catalogue_changes = 0;
};

/// What reading a log found.
struct LogScan {
  std::uint64_t records = 0;
  /// Of the last record; 0 without one.
  std::uint64_t last_sequence = 0;
  /// Records up to this one were on the disk when a later frame was written.
  std::uint64_t synced_through = 0;
  /// The most changes of the catalogue that a frame knows of.
  std::uint64_t catalogue_changes = 0;
  /// Bytes of an unfinished write at the end, from which on nothing counts, and the file that has
  /// them: where they were cut, the copy.
  std::uint64_t torn_bytes = 0;
  std::string torn_file = {};
};

/// The bytes of a segment's file. DataLoss if it is larger than any.
absl::StatusOr<std::vector<std::byte>> ReadSegmentFile(FileSystem& files, const std::string& path);

/// DataLoss if a log in `folder` knows of more changes of the catalogue than this has.
absl::Status CheckCatalogueIsNotOlder(const std::string& folder, std::uint64_t known_to_log,
                                      const ExpectedLog& expected);

/// Reads the segments of a log one behind the other, and changes nothing.
class LogReader {
 public:
  LogReader(FileSystem& files, std::string folder, const Uuid& uuid, const ExpectedLog& expected,
            const std::function<absl::Status(const LogRecord&)>& visit, LogScan& scan)
      : files_(files),
        folder_(std::move(folder)),
        uuid_(uuid),
        expected_(expected),
        visit_(visit),
        scan_(scan) {
    scan_ = {.synced_through = expected.known_through};
  }

  absl::Status ReadAll();

  /// Where writing goes on.
  std::uint32_t segment() const { return segment_; }
  std::uint64_t end() const { return end_; }
  std::uint64_t previous() const { return previous_; }
  std::uint64_t marked_through() const { return marked_through_; }
  const std::map<std::uint32_t, std::uint64_t>& bytes() const { return bytes_; }
  /// A segment that was made and never used, if there is one.
  std::optional<std::uint32_t> unused() const { return unused_; }

 private:
  static absl::Status Damage(const std::string& path, std::uint64_t offset, absl::string_view what);
  std::string PathOf(std::uint32_t number) const { return folder_ + "/" + SegmentName(number); }

  /// True if a segment was made and nothing written to it.
  absl::StatusOr<bool> IsUnused(std::uint32_t number);
  absl::Status ReadSegment(std::size_t index);
  absl::Status CheckHead(std::span<const std::byte> bytes, const std::string& path,
                         std::uint32_t number, bool is_first);
  bool IsNext(const FrameHead& head) const;
  bool GetRecords(const FrameHead& head, std::span<const std::byte> rest,
                  std::vector<LogRecord>& records) const;
  absl::Status Take(const FrameHead& head, std::span<const LogRecord> records);

  /// There is no whole frame at `end_`: the log ends there, was being written, or is damaged.
  absl::Status End(std::span<const std::byte> rest, std::size_t index);

  /// The log ends in a segment behind which there is another: one that was just made, or damage.
  absl::Status EndBeforeLast(std::size_t index);

  FileSystem& files_;
  const std::string folder_;
  const Uuid uuid_;
  const ExpectedLog expected_;
  const std::function<absl::Status(const LogRecord&)>& visit_;
  LogScan& scan_;
  std::vector<std::uint32_t> numbers_;
  std::map<std::uint32_t, std::uint64_t> bytes_;
  std::string last_path_;
  std::uint32_t segment_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t previous_ = 0;
  std::uint64_t marked_through_ = 0;
  bool closed_ = true;
  std::optional<std::uint32_t> unused_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_LOG_READER_H_
