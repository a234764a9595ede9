#include "durable/latching_files.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pinmetrics {

class LatchingFiles::LatchingFile : public File {
 public:
  LatchingFile(LatchingFiles& owner, std::unique_ptr<File> file)
      : owner_(owner), file_(std::move(file)) {}

  absl::Status Read(std::uint64_t offset, std::span<std::byte> bytes) const override {
    return file_->Read(offset, bytes);
  }
  absl::Status Write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    if (absl::Status status = owner_.latched(); !status.ok()) return status;
    return file_->Write(offset, bytes);
  }
  absl::Status Allocate(std::uint64_t bytes) override {
    if (absl::Status status = owner_.latched(); !status.ok()) return status;
    return file_->Allocate(bytes);
  }
  absl::Status Truncate(std::uint64_t bytes) override {
    if (absl::Status status = owner_.latched(); !status.ok()) return status;
    return file_->Truncate(bytes);
  }
  absl::Status Sync() override {
    if (absl::Status status = owner_.latched(); !status.ok()) return status;
    return owner_.Waited(file_->Sync());
  }
  absl::StatusOr<std::uint64_t> Size() const override { return file_->Size(); }
  absl::StatusOr<std::shared_ptr<const std::byte[]>> Map(std::size_t bytes) const override {
    return file_->Map(bytes);
  }

 private:
  LatchingFiles& owner_;
  std::unique_ptr<File> file_;
};

absl::Status LatchingFiles::latched() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return latched_;
}

absl::Status LatchingFiles::Waited(const absl::Status& status) {
  if (status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  // The first to fail is the one that tells most.
  if (latched_.ok()) {
    latched_ = absl::UnavailableError(absl::StrCat(
        status.message(), "; nothing more is written until the folder is opened again"));
  }
  return latched_;
}

absl::StatusOr<std::unique_ptr<File>> LatchingFiles::Open(const std::string& path, Mode mode) {
  if (mode == Mode::kCreate) {
    if (absl::Status status = latched(); !status.ok()) return status;
  }
  absl::StatusOr<std::unique_ptr<File>> file = files_.Open(path, mode);
  if (!file.ok()) return file;
  return std::make_unique<LatchingFile>(*this, *std::move(file));
}

absl::StatusOr<std::unique_ptr<FileLock>> LatchingFiles::Lock(const std::string& path,
                                                              LockKind kind) {
  return files_.Lock(path, kind);
}

absl::Status LatchingFiles::Rename(const std::string& from, const std::string& to) {
  if (absl::Status status = latched(); !status.ok()) return status;
  return files_.Rename(from, to);
}

absl::Status LatchingFiles::Remove(const std::string& path) {
  if (absl::Status status = latched(); !status.ok()) return status;
  return files_.Remove(path);
}

absl::Status LatchingFiles::MakeFolder(const std::string& path) {
  if (absl::Status status = latched(); !status.ok()) return status;
  return files_.MakeFolder(path);
}

absl::StatusOr<std::vector<std::string>> LatchingFiles::List(const std::string& path) {
  return files_.List(path);
}

absl::Status LatchingFiles::SyncFolder(const std::string& path) {
  if (absl::Status status = latched(); !status.ok()) return status;
  return Waited(files_.SyncFolder(path));
}

}  // namespace pinmetrics
