#ifndef PINMETRICS_SRC_DURABLE_LATCHING_FILES_H_
#define PINMETRICS_SRC_DURABLE_LATCHING_FILES_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/durable/file_system.h"

namespace pinmetrics {

/// Another file system's files, until a wait for the disk fails: from then on nothing is written
/// and nothing waited for, by anybody. The system may have dropped what could not be written, and a
/// second wait may say OK, so that only reading the files anew tells what they have. Reading goes
/// on.
class LatchingFiles : public FileSystem {
 public:
  /// `files` must outlive this.
  explicit LatchingFiles(FileSystem& files) : files_(files) {}

  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Mode mode) override;
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path, LockKind kind) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& path) override;
  absl::Status MakeFolder(const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override;
  absl::Status SyncFolder(const std::string& path) override;

  /// OK, or Unavailable with what the wait that failed said.
  absl::Status latched() const;

 private:
  class LatchingFile;

  /// The status of a wait for the disk, as callers get it.
  absl::Status Waited(const absl::Status& status);

  FileSystem& files_;
  mutable std::mutex mutex_;
  absl::Status latched_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_LATCHING_FILES_H_
