#ifndef PINMETRICS_DURABLE_FILE_SYSTEM_H_
#define PINMETRICS_DURABLE_FILE_SYSTEM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

/// What a store directory wants of the disk, all of it. A host's tests can put a file system of
/// their own in between, to make calls fail, to count syncs, or to lose what was never synced.

namespace pinmetrics {

/// An open file. Used by one thread at a time, but for `Read`.
class File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  virtual ~File() = default;

  /// Fills `bytes` from `offset` on. OutOfRange where the file ends before that.
  virtual absl::Status Read(std::uint64_t offset, std::span<std::byte> bytes) const = 0;
  /// ResourceExhausted if the disk is full; part of the bytes may be written then.
  virtual absl::Status Write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
  /// Makes the file as long, of zeros, with room on the disk. ResourceExhausted if it is full.
  virtual absl::Status Allocate(std::uint64_t bytes) = 0;
  /// Makes the file as long.
  virtual absl::Status Truncate(std::uint64_t bytes) = 0;
  /// Returns once all that was written is on the disk.
  virtual absl::Status Sync() = 0;
  /// In bytes.
  virtual absl::StatusOr<std::uint64_t> Size() const = 0;
  /// The first `bytes` of the file, which has them and is not written any more, as long as the
  /// pointer is kept and also without the file's name. The system's files are mapped: the bytes
  /// are read when they are touched, and a disk that fails then, or a file that somebody has cut,
  /// ends the process with SIGBUS. Files of other systems are read into memory, unless they
  /// override this.
  virtual absl::StatusOr<std::shared_ptr<const std::byte[]>> Map(std::size_t bytes) const;
};

/// Keeps a file for one process, until it goes or the process ends, however that comes.
class FileLock {
 public:
  FileLock() = default;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  virtual ~FileLock() = default;
};

/// A disk: the system's, or a test's. Paths are those that a store directory was opened with. Every
/// call may come from any thread at any time. What fails is a status; a call may throw
/// `std::bad_alloc` and nothing else, which ends the process.
class FileSystem {
 public:
  /// How a file is opened.
  enum class Mode {
    kRead,       ///< The file is there; it is not written.
    kReadWrite,  ///< The file is there.
    kCreate,     ///< AlreadyExists if it is there.
  };

  /// What a file is locked for.
  enum class LockKind {
    kToWrite,  ///< By one alone. The file is made if it is not there.
    kToRead,   ///< By any number. The file is there, and is not changed.
  };

  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  virtual ~FileSystem() = default;

  /// NotFound if it is not there.
  virtual absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Mode mode) = 0;
  /// FailedPrecondition, with the number of the process that has the file, if that is another, or
  /// this one already, unless both are to read.
  virtual absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path,
                                                         LockKind kind) = 0;
  /// Replaces a file that has the name.
  virtual absl::Status Rename(const std::string& from, const std::string& to) = 0;
  /// NotFound if it is not there.
  virtual absl::Status Remove(const std::string& path) = 0;
  /// Makes one folder; OK if it is there.
  virtual absl::Status MakeFolder(const std::string& path) = 0;
  /// The names of the files of a folder, sorted.
  virtual absl::StatusOr<std::vector<std::string>> List(const std::string& path) = 0;
  /// Returns once what was made, renamed or removed in a folder is so on the disk.
  virtual absl::Status SyncFolder(const std::string& path) = 0;
};

/// The system's own, for the life of the process.
FileSystem& SystemFiles();

}  // namespace pinmetrics

#endif  // PINMETRICS_DURABLE_FILE_SYSTEM_H_
