#ifndef PINMETRICS_SRC_DURABLE_UNCHANGED_FILES_H_
#define PINMETRICS_SRC_DURABLE_UNCHANGED_FILES_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/durable/file_system.h"

namespace pinmetrics {

/// Files of a folder that is not to change, as they would be if it did: what is written, cut, made,
/// renamed or removed in it is so in memory alone. Opening a folder of stores does what it always
/// does, and nothing of it reaches the disk. Files elsewhere are those of the other file system.
class UnchangedFiles : public FileSystem {
 public:
  /// `files` must outlive this, and this all open files.
  UnchangedFiles(FileSystem& files, std::string folder)
      : files_(files), inside_(std::move(folder) + "/") {}

  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Mode mode) override;
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path, LockKind kind) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& path) override;
  absl::Status MakeFolder(const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override;
  absl::Status SyncFolder(const std::string& path) override;

 private:
  class Contents;
  class OpenFile;

  bool IsInside(const std::string& path) const {
    return path.starts_with(inside_) || path + "/" == inside_;
  }
  /// What a file has, null if it is not there. With `mutex_`.
  absl::StatusOr<std::shared_ptr<Contents>> ContentsOf(const std::string& path);

  FileSystem& files_;
  const std::string inside_;
  std::mutex mutex_;
  /// Files that were opened, made, renamed or removed; null for what is not there any more.
  std::map<std::string, std::shared_ptr<Contents>> known_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_UNCHANGED_FILES_H_
