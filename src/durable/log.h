#ifndef PINMETRICS_SRC_DURABLE_LOG_H_
#define PINMETRICS_SRC_DURABLE_LOG_H_

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "durable/record.h"
#include "pinmetrics/durable/file_system.h"

/// The log of a directory: what stores took since they were last sealed. Segments of frames, a
/// frame the records of all who waited for the disk together. docs/durable-format.md has the bytes.

namespace pinmetrics {

/// Tells one directory's files from another's.
using Uuid = std::array<std::uint64_t, 2>;

/// A record and where it is. Sequence numbers count the records of a log from 1 on.
struct LogPlace {
  std::uint32_t segment = 0;
  std::uint32_t offset = 0;  ///< Of the record's head in the segment's file.
};

/// What a record is about, beside its body.
struct RecordSubject {
  std::uint64_t account = 0;
  RecordKind kind = RecordKind::kEvents;
  /// Of events and withdrawals the first and the last day, as `DayNumber` has them; of a Pin its
  /// version, twice.
  std::int64_t first = 0;
  std::int64_t last = 0;
};

/// A record to be written.
struct NewRecord {
  RecordSubject subject;
  std::vector<std::byte> body;
};

struct LogRecord {
  RecordSubject subject;
  std::uint64_t sequence = 0;
  /// The sequence under which it was first written, if it was moved to the log's end since.
  std::uint64_t origin = 0;
  std::span<const std::byte> body = {};
  LogPlace place = {};
};

/// What reading a log found.
struct LogScan {
  std::uint64_t frames = 0;
  std::uint64_t records = 0;
  /// Of the last record; 0 without one.
  std::uint64_t last_sequence = 0;
  /// Records up to this one were on the disk when a later frame was written.
  std::uint64_t synced_through = 0;
  /// Bytes of an unfinished write at the end, from which on nothing counts, and the file that has
  /// them: where they were cut, the copy.
  std::uint64_t torn_bytes = 0;
  std::string torn_file = {};
};

/// Where a log ends.
struct LogEnd {
  std::uint32_t segment = 0;
  std::uint64_t offset = 0;
  std::uint64_t last_sequence = 0;
};

struct LogOptions {
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;
  /// Waits for the disk when asked to. False: nobody does, but for `Sync`.
  bool syncs = true;
};

/// Writes a log. From any thread: those who wait for the disk together write one frame, and one of
/// them waits for all. The file system must not let a log write on behind a sync that failed.
class Log {
 public:
  /// Opens the log in `folder`, whose segments are numbered from `first_segment` on, after reading
  /// all of it; `visit` gets each record in order, whose body is valid during the call. An
  /// unfinished write at the end is copied to `folder`/torn and cut. `known_through` is the number
  /// of a record that is known to have been synced. DataLoss names file and offset of what is
  /// damaged; nothing was changed then.
  static absl::StatusOr<std::unique_ptr<Log>> Open(
      FileSystem& files, const std::string& folder, const Uuid& uuid, std::uint32_t first_segment,
      std::uint64_t known_through, const LogOptions& options,
      const std::function<absl::Status(const LogRecord&)>& visit, LogScan& scan);

  /// Makes the log of a new directory in `folder`.
  static absl::Status Make(FileSystem& files, const std::string& folder, const Uuid& uuid,
                           const LogOptions& options);

  /// True if nothing was ever written to the log in `folder`, if there is one.
  static absl::StatusOr<bool> IsEmpty(FileSystem& files, const std::string& folder);

  /// Reads a log and changes nothing.
  static absl::Status Read(FileSystem& files, const std::string& folder, const Uuid& uuid,
                           std::uint32_t first_segment, std::uint64_t known_through,
                           const std::function<absl::Status(const LogRecord&)>& visit,
                           LogScan& scan);

  /// A closed log says that all of it was synced.
  ~Log();

  struct Written {
    std::uint64_t sequence = 0;
    LogPlace place = {};
  };
  /// Writes records behind each other, all or none, and with `sync` returns when they are on the
  /// disk, unless the options say that nobody waits. ResourceExhausted if the disk is full, and
  /// nothing was written.
  absl::StatusOr<std::vector<Written>> Append(std::span<const NewRecord> records, bool sync);
  /// Writes a record again that is there, maybe with another body. It is safe after `Sync`.
  absl::StatusOr<Written> Move(const LogRecord& record);
  /// Returns when all that was written is on the disk.
  absl::Status Sync();
  /// The same, and what was written says so itself from then on. Returns where the log ends.
  absl::StatusOr<LogEnd> Flush();
  /// Writes on in a new segment, unless nothing was written to the last one. Returns its number.
  absl::StatusOr<std::uint32_t> StartNewSegment();
  /// Copies what a log has up to `end` to another folder. No segment may be removed meanwhile.
  absl::Status CopyTo(const std::string& folder, const LogEnd& end) const;

  std::uint64_t last_sequence() const;
  /// That of the segment that is being written.
  std::uint32_t last_segment() const;

  /// Reads all of it again while nobody writes, as `Open` does.
  absl::Status ReadAll(const std::function<absl::Status(const LogRecord&)>& visit, LogScan& scan);
  /// Reads some records again.
  absl::Status ReadAt(std::span<const LogPlace> places,
                      const std::function<absl::Status(const LogRecord&)>& visit) const;

  /// Removes what is left of segments before `first` that were being removed.
  absl::Status RemoveUnneeded(std::uint32_t first);
  /// Removes copies of unfinished writes.
  absl::Status RemoveTorn();
  /// Removes the segments before `first`, of which nothing is needed.
  absl::Status RemoveBefore(std::uint32_t first);

  std::uint64_t bytes() const;

 private:
  struct Waiting {
    std::vector<LogRecord> records;  ///< An origin of 0 is that of this writing.
    bool sync = false;
    bool done = false;
    absl::Status status = {};

    std::size_t bytes() const;
  };

  Log(FileSystem& files, std::string folder, const Uuid& uuid, const LogOptions& options);

  absl::Status Write(Waiting& self);

  /// Lets the calling thread write, once nobody else does.
  void TakeTurn(std::unique_lock<std::mutex>& lock);
  void EndTurn();

  // By the thread whose turn it is.
  void WriteGroup(std::unique_lock<std::mutex>& lock);
  absl::Status WriteFrame(std::span<Waiting* const> group);
  absl::Status StartSegment(std::uint64_t bytes);
  absl::Status MakeSegment(std::uint32_t number, std::uint64_t first_sequence,
                           std::uint64_t previous, std::uint64_t bytes);
  absl::Status GoOn(std::uint32_t segment, std::uint64_t end, LogScan& scan);
  absl::Status CutBehind(std::uint64_t end);

  FileSystem& files_;
  const std::string folder_;
  const Uuid uuid_;
  const LogOptions options_;

  mutable std::mutex mutex_;
  std::condition_variable turn_ended_;
  bool busy_ = false;
  std::vector<Waiting*> waiting_;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t synced_through_ = 0;
  /// Of the segments that are there, the numbers and bytes.
  std::map<std::uint32_t, std::uint64_t> segments_;

  // Of the thread whose turn it is.
  std::unique_ptr<File> file_;
  std::unique_ptr<File> made_;  ///< The next segment, until it is begun.
  std::uint32_t segment_ = 0;
  std::uint64_t end_ = 0;  ///< Where the next frame goes.
  std::uint64_t allocated_ = 0;
  std::uint64_t previous_ = 0;        ///< The checksum of the last frame's head.
  std::uint64_t marked_through_ = 0;  ///< What the last frame's head says was synced.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_LOG_H_
