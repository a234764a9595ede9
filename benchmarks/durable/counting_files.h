#ifndef PINMETRICS_BENCHMARKS_DURABLE_COUNTING_FILES_H_
#define PINMETRICS_BENCHMARKS_DURABLE_COUNTING_FILES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/durable/file_system.h"

namespace pinmetrics::durable_benchmark {

/// The system's files, and how often somebody waited for the disk and how much was written.
class CountingFiles : public FileSystem {
 public:
  std::uint64_t syncs() const { return syncs_; }
  std::uint64_t written_bytes() const { return written_bytes_; }
  /// How many files were made whose names end with ".tmp": packs.
  std::uint64_t packs() const { return packs_; }

  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Mode mode) override {
    absl::StatusOr<std::unique_ptr<File>> file = SystemFiles().Open(path, mode);
    if (!file.ok()) return file;
    if (mode == Mode::kCreate && path.ends_with(".tmp")) ++packs_;
    return std::make_unique<CountedFile>(*this, *std::move(file));
  }
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path, LockKind kind) override {
    return SystemFiles().Lock(path, kind);
  }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    return SystemFiles().Rename(from, to);
  }
  absl::Status Remove(const std::string& path) override { return SystemFiles().Remove(path); }
  absl::Status MakeFolder(const std::string& path) override {
    return SystemFiles().MakeFolder(path);
  }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    return SystemFiles().List(path);
  }
  absl::Status SyncFolder(const std::string& path) override {
    ++syncs_;
    return SystemFiles().SyncFolder(path);
  }

 private:
  class CountedFile : public File {
   public:
    CountedFile(CountingFiles& owner, std::unique_ptr<File> file)
        : owner_(owner), file_(std::move(file)) {}

    absl::Status Read(std::uint64_t offset, std::span<std::byte> bytes) const override {
      return file_->Read(offset, bytes);
    }
    absl::Status Write(std::uint64_t offset, std::span<const std::byte> bytes) override {
      owner_.written_bytes_ += bytes.size();
      return file_->Write(offset, bytes);
    }
    absl::Status Allocate(std::uint64_t bytes) override { return file_->Allocate(bytes); }
    absl::Status Truncate(std::uint64_t bytes) override { return file_->Truncate(bytes); }
    absl::Status Sync() override {
      ++owner_.syncs_;
      return file_->Sync();
    }
    absl::StatusOr<std::uint64_t> Size() const override { return file_->Size(); }
    absl::StatusOr<std::shared_ptr<const std::byte[]>> Map(std::size_t bytes) const override {
      return file_->Map(bytes);
    }

   private:
    CountingFiles& owner_;
    std::unique_ptr<File> file_;
  };

  std::atomic<std::uint64_t> syncs_ = 0;
  std::atomic<std::uint64_t> written_bytes_ = 0;
  std::atomic<std::uint64_t> packs_ = 0;
};

}  // namespace pinmetrics::durable_benchmark

#endif  // PINMETRICS_BENCHMARKS_DURABLE_COUNTING_FILES_H_
