#ifndef PINMETRICS_SRC_DURABLE_LOG_H_
#define PINMETRICS_SRC_DURABLE_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "durable/log_format.h"
#include "durable/log_reader.h"
#include "durable/log_salvage.h"
#include "pinmetrics/durable/file_system.h"
#include "store/shared_turns.h"

/// The log of a directory: what stores took since they were last sealed. Segments of frames, a
/// frame the records of all who waited for the disk together. docs/durable-format.md has the bytes.

namespace pinmetrics {

/// A record to be written.
struct NewRecord {
  RecordSubject subject;
  std::vector<std::byte> body;
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
  /// Opens the log in `folder` after reading all of it; `visit` gets each record in order, whose
  /// body is valid during the call. An unfinished write at the end is copied to `folder`/torn and
  /// cut. DataLoss names file and offset of what is damaged, or says that the catalogue that
  /// `expected` is of is older than the log; nothing was changed then.
  static absl::StatusOr<std::unique_ptr<Log>> Open(
      FileSystem& files, const std::string& folder, const Uuid& uuid, const ExpectedLog& expected,
      const LogOptions& options, const std::function<absl::Status(const LogRecord&)>& visit,
      LogScan& scan);

  /// Writes on behind a log that is damaged, in a segment of its own: `salvaged` is what was found
  /// of it.
  static absl::StatusOr<std::unique_ptr<Log>> OpenBehind(FileSystem& files,
                                                         const std::string& folder,
                                                         const Uuid& uuid,
                                                         const SalvagedLog& salvaged,
                                                         const LogOptions& options);

  /// Makes the log of a new directory in `folder`.
  static absl::Status Make(FileSystem& files, const std::string& folder, const Uuid& uuid,
                           const LogOptions& options);

  /// True if nothing was ever written to the log in `folder`, if there is one.
  static absl::StatusOr<bool> IsEmpty(FileSystem& files, const std::string& folder);

  /// Reads a log and changes nothing.
  static absl::Status Read(FileSystem& files, const std::string& folder, const Uuid& uuid,
                           const ExpectedLog& expected,
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
  /// To be called after each change of the catalogue that counts. Frames say from now on that there
  /// were so many, and one is written at once, though not waited for. Where that fails, as on a
  /// disk that is full, the next frame says it.
  void NoteCatalogueChanges(std::uint64_t changes);
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
  /// Copies segments to files that nothing reads, for whoever wants to know what was in them.
  absl::Status SetAside(const std::set<std::uint32_t>& segments);
  /// Removes such copies, and those of unfinished writes.
  absl::Status RemoveAsides();
  /// Removes the segments before `first`, of which nothing is needed.
  absl::Status RemoveBefore(std::uint32_t first);

  std::uint64_t bytes() const;

 private:
  /// What a thread wants written.
  struct Write : SharedTurns::Turn {
    std::vector<LogRecord> records;  ///< An origin of 0 is that of this writing.
    bool sync = false;
    absl::Status status = {};

    std::size_t bytes() const;
  };

  Log(FileSystem& files, std::string folder, const Uuid& uuid, const LogOptions& options);

  absl::Status Do(Write& write);

  /// Writes what some threads want, with one wait for the disk for all who want one.
  void WriteTogether(std::span<SharedTurns::Turn* const> turns);

  /// What was read may be in memory alone, if the process that wrote it was killed.
  absl::Status SyncSegment(std::uint32_t number) const;

  // Under `turn_`.
  absl::Status WriteFrame(std::span<SharedTurns::Turn* const> turns);
  absl::Status SyncWritten();
  absl::Status StartSegment(std::uint64_t bytes);
  absl::Status MakeSegment(std::uint32_t number, std::uint64_t first_sequence,
                           std::uint64_t previous, std::uint64_t bytes);
  absl::Status GoOn(std::uint32_t segment, std::uint64_t end, LogScan& scan);
  absl::Status CutBehind(std::uint64_t end);

  FileSystem& files_;
  const std::string folder_;
  const Uuid uuid_;
  const LogOptions options_;

  SharedTurns appends_;  ///< Taken before any lock.

  /// Guards what is written, and where. Taken before `mutex_`.
  std::mutex turn_;
  std::uint64_t synced_through_ = 0;
  std::unique_ptr<File> file_;
  std::unique_ptr<File> made_;  ///< The next segment, until it is begun.
  std::uint32_t segment_ = 0;
  std::uint64_t end_ = 0;             ///< Where the next frame goes.
  std::uint64_t previous_ = 0;        ///< The checksum of the last frame's head.
  std::uint64_t marked_through_ = 0;  ///< What the last frame's head says was synced.
  std::uint64_t catalogue_changes_ = 0;
  bool is_synced_ = true;  ///< All frames are on the disk, also those without records.

  /// Guards what others look at. It is changed under both locks.
  mutable std::mutex mutex_;
  std::uint64_t last_sequence_ = 0;
  /// Of the segments that are there, the numbers and bytes.
  std::map<std::uint32_t, std::uint64_t> segments_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_LOG_H_
