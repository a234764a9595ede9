#ifndef PINMETRICS_SRC_DURABLE_SQLITE_FILES_H_
#define PINMETRICS_SRC_DURABLE_SQLITE_FILES_H_

#include <sqlite3.h>

#include <string>

#include "absl/status/status.h"
#include "pinmetrics/durable/file_system.h"

namespace pinmetrics {

/// Lets SQLite reach the disk through a `FileSystem`, so that what fails or gets lost there does so
/// for the catalogue as for all else. Locks are not its business: the folder's keeps others out.
/// Databases that were opened with it are closed before it goes.
class SqliteFiles {
 public:
  explicit SqliteFiles(FileSystem& files);
  ~SqliteFiles();
  SqliteFiles(const SqliteFiles&) = delete;
  SqliteFiles& operator=(const SqliteFiles&) = delete;

  /// What `sqlite3_open_v2` takes as the name of its files.
  const char* name() const { return name_.c_str(); }

  /// What the disk last said that was not OK, of which SQLite passes on a number alone.
  const absl::Status& last_error() const { return last_error_; }

 private:
  struct Calls;

  FileSystem& files_;
  std::string name_;
  sqlite3_vfs vfs_ = {};
  absl::Status last_error_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_SQLITE_FILES_H_
