#ifndef PINMETRICS_TESTS_DURABLE_MEMORY_FILES_H_
#define PINMETRICS_TESTS_DURABLE_MEMORY_FILES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/durable/file_system.h"

namespace pinmetrics {

/// Files in memory that can lose power, fill up and fail. Of what was written and not synced a
/// power cut keeps what it likes.
class MemoryFiles : public FileSystem {
 public:
  /// What is done to a file, or to a folder.
  enum class Call {
    kOpen,
    kCreate,
    kRead,
    kWrite,
    kAllocate,
    kTruncate,
    kSync,
    kSize,
    kRename,
    kRemove,
    kMakeFolder,
    kList,
    kSyncFolder,
  };

  MemoryFiles() = default;

  /// Is asked before each call; one that is not OK fails with this status. A write that fails may
  /// have written its first half.
  using Hook = std::function<absl::Status(Call call, const std::string& path)>;
  void SetHook(Hook hook) { hook_ = std::move(hook); }

  /// What may be there after a power cut now. `kept` of 256 tells how often an unsynced sector of
  /// 512 bytes is there as it was written; half of the others have what they had before, half
  /// something else.
  std::unique_ptr<MemoryFiles> CutPower(std::mt19937_64& random, unsigned kept) const;
  /// What is there if the process alone ends: what it did not wait for may still be lost.
  std::unique_ptr<MemoryFiles> Copy() const;

  std::vector<std::string> Paths() const;
  std::vector<std::byte> Contents(const std::string& path) const;
  /// True if some file has these eight bytes, the least significant first.
  bool Contain(std::uint64_t number) const;
  void SetContents(const std::string& path, std::vector<std::byte> bytes);
  void Delete(const std::string& path);
  /// Changes the first byte of a text in the first file in `folder` that has it, on the disk, too,
  /// if it is there; false if none has.
  bool DamageText(const std::string& folder, std::string_view text);
  std::size_t syncs() const { return syncs_; }

  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Mode mode) override;
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path, LockKind kind) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& path) override;
  absl::Status MakeFolder(const std::string& path) override;
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override;
  absl::Status SyncFolder(const std::string& path) override;

 private:
  class OpenFile;
  class HeldLock;

  /// A write, or with `resizes` a new length.
  struct Change {
    bool resizes = false;
    std::uint64_t offset = 0;
    std::vector<std::byte> bytes = {};
  };
  struct Data {
    std::vector<std::byte> synced;
    std::vector<std::byte> now;
    std::vector<Change> unsynced;
  };
  using Entries = std::map<std::string, std::shared_ptr<Data>>;

  static void Apply(const Change& change, std::vector<std::byte>& bytes);
  absl::Status Ask(Call call, const std::string& path) const;
  /// Notes what a folder has after a change of its entries.
  void NoteEntries(const std::string& path);

  mutable std::mutex mutex_;
  Hook hook_;
  Entries now_;
  /// By folder: what it had after each change since it was synced, the synced state first.
  std::map<std::string, std::vector<Entries>> folders_;
  /// How many have a file to read; 0 for one that has it to write.
  std::map<std::string, int> locked_;
  std::size_t syncs_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_DURABLE_MEMORY_FILES_H_
