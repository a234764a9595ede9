#include "durable/unchanged_files.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>

namespace pinmetrics {

/// A file's bytes: those of the file below as far as nothing was written, in pages of memory the
/// others.
class UnchangedFiles::Contents {
 public:
  Contents(std::unique_ptr<File> below, std::uint64_t size)
      : below_(std::move(below)), below_size_(size), size_(size) {}

  absl::Status Read(std::uint64_t offset, std::span<std::byte> bytes, const std::string& path) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (offset > size_ || size_ - offset < bytes.size()) {
      return absl::OutOfRangeError(path + " ends at byte " + std::to_string(size_));
    }
    return VisitPages(offset, bytes, [this](Place at, std::span<std::byte> part) -> absl::Status {
      const auto page = pages_.find(at.page);
      if (page == pages_.end()) return ReadBelow(at.page * kPageBytes + at.within, part);
      std::ranges::copy(std::span(page->second).subspan(at.within, part.size()), part.begin());
      return absl::OkStatus();
    });
  }

  absl::Status Write(std::uint64_t offset, std::span<const std::byte> bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    absl::Status status = VisitPages(
        offset, bytes, [this](Place at, std::span<const std::byte> part) -> absl::Status {
          auto page = pages_.find(at.page);
          if (page == pages_.end()) {
            std::vector<std::byte> before(kPageBytes);
            absl::Status read = ReadBelow(at.page * kPageBytes, before);
            if (!read.ok()) return read;
            page = pages_.emplace(at.page, std::move(before)).first;
          }
          std::ranges::copy(part, page->second.begin() + static_cast<std::ptrdiff_t>(at.within));
          return absl::OkStatus();
        });
    if (status.ok()) size_ = std::max(size_, offset + bytes.size());
    return status;
  }

  absl::Status Resize(std::uint64_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (bytes < size_) {
      // What is behind the new end is zeros, should the file grow again.
      below_size_ = std::min(below_size_, bytes);
      pages_.erase(pages_.lower_bound((bytes + kPageBytes - 1) / kPageBytes), pages_.end());
      const auto last = pages_.find(bytes / kPageBytes);
      if (last != pages_.end()) {
        std::fill(last->second.begin() + static_cast<std::ptrdiff_t>(bytes % kPageBytes),
                  last->second.end(), std::byte{});
      }
    }
    size_ = bytes;
    return absl::OkStatus();
  }

  std::uint64_t size() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return size_;
  }

  /// The file below, if nothing was changed of it.
  const File* unchanged() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return pages_.empty() && size_ == below_size_ ? below_.get() : nullptr;
  }

 private:
  static constexpr std::uint64_t kPageBytes = 4096;

  struct Place {
    std::uint64_t page = 0;
    std::uint64_t within = 0;
  };

  template <typename Byte, typename Visit>
  static absl::Status VisitPages(std::uint64_t offset, std::span<Byte> bytes, Visit visit) {
    while (!bytes.empty()) {
      const Place at{.page = offset / kPageBytes, .within = offset % kPageBytes};
      const std::size_t count = std::min<std::uint64_t>(bytes.size(), kPageBytes - at.within);
      if (absl::Status status = visit(at, bytes.first(count)); !status.ok()) return status;
      bytes = bytes.subspan(count);
      offset += count;
    }
    return absl::OkStatus();
  }

  /// Zeros where the file below ends.
  absl::Status ReadBelow(std::uint64_t offset, std::span<std::byte> bytes) const {
    const std::uint64_t there = offset < below_size_ ? below_size_ - offset : 0;
    const std::size_t count = std::min<std::uint64_t>(bytes.size(), there);
    std::ranges::fill(bytes.subspan(count), std::byte{});
    return count == 0 ? absl::OkStatus() : below_->Read(offset, bytes.first(count));
  }

  std::mutex mutex_;
  std::unique_ptr<File> below_;  ///< Null for a new file.
  std::uint64_t below_size_;
  std::uint64_t size_;
  std::map<std::uint64_t, std::vector<std::byte>> pages_;
};

class UnchangedFiles::OpenFile : public File {
 public:
  OpenFile(std::string path, std::shared_ptr<Contents> contents)
      : path_(std::move(path)), contents_(std::move(contents)) {}

  absl::Status Read(std::uint64_t offset, std::span<std::byte> bytes) const override {
    return contents_->Read(offset, bytes, path_);
  }
  absl::Status Write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    return contents_->Write(offset, bytes);
  }
  absl::Status Allocate(std::uint64_t bytes) override {
    return contents_->Resize(std::max(bytes, contents_->size()));
  }
  absl::Status Truncate(std::uint64_t bytes) override { return contents_->Resize(bytes); }
  absl::Status Sync() override { return absl::OkStatus(); }
  absl::StatusOr<std::uint64_t> Size() const override { return contents_->size(); }
  absl::StatusOr<std::shared_ptr<const std::byte[]>> Map(std::size_t bytes) const override {
    const File* const below = contents_->unchanged();
    return below != nullptr ? below->Map(bytes) : File::Map(bytes);
  }

 private:
  const std::string path_;
  const std::shared_ptr<Contents> contents_;
};

absl::StatusOr<std::shared_ptr<UnchangedFiles::Contents>> UnchangedFiles::ContentsOf(
    const std::string& path) {
  const auto known = known_.find(path);
  if (known != known_.end()) return known->second;
  absl::StatusOr<std::unique_ptr<File>> below = files_.Open(path, Mode::kRead);
  if (absl::IsNotFound(below.status())) return std::shared_ptr<Contents>();
  if (!below.ok()) return below.status();
  const absl::StatusOr<std::uint64_t> size = (*below)->Size();
  if (!size.ok()) return size.status();
  return std::make_shared<Contents>(*std::move(below), *size);
}

absl::StatusOr<std::unique_ptr<File>> UnchangedFiles::Open(const std::string& path, Mode mode) {
  if (!IsInside(path)) return files_.Open(path, mode);
  const std::lock_guard<std::mutex> lock(mutex_);
  absl::StatusOr<std::shared_ptr<Contents>> contents = ContentsOf(path);
  if (!contents.ok()) return contents.status();
  if (mode == Mode::kCreate) {
    if (*contents) return absl::AlreadyExistsError(path + " is there");
    *contents = std::make_shared<Contents>(nullptr, 0);
  }
  if (!*contents) return absl::NotFoundError(path + " is not there");
  // One that is only read is not kept open for its name.
  if (mode != Mode::kRead) known_[path] = *contents;
  return std::make_unique<OpenFile>(path, *std::move(contents));
}

absl::StatusOr<std::unique_ptr<FileLock>> UnchangedFiles::Lock(const std::string& path,
                                                               LockKind kind) {
  return files_.Lock(path, IsInside(path) ? LockKind::kToRead : kind);
}

absl::Status UnchangedFiles::Rename(const std::string& from, const std::string& to) {
  if (!IsInside(from)) return files_.Rename(from, to);
  const std::lock_guard<std::mutex> lock(mutex_);
  const absl::StatusOr<std::shared_ptr<Contents>> contents = ContentsOf(from);
  if (!contents.ok()) return contents.status();
  if (!*contents) return absl::NotFoundError(from + " is not there");
  known_[to] = *contents;
  known_[from] = nullptr;
  return absl::OkStatus();
}

absl::Status UnchangedFiles::Remove(const std::string& path) {
  if (!IsInside(path)) return files_.Remove(path);
  const std::lock_guard<std::mutex> lock(mutex_);
  const absl::StatusOr<std::shared_ptr<Contents>> contents = ContentsOf(path);
  if (!contents.ok()) return contents.status();
  if (!*contents) return absl::NotFoundError(path + " is not there");
  known_[path] = nullptr;
  return absl::OkStatus();
}

absl::Status UnchangedFiles::MakeFolder(const std::string& path) {
  if (!IsInside(path)) return files_.MakeFolder(path);
  // Those that are wanted are there: a folder without them is not opened.
  return files_.List(path).status();
}

absl::StatusOr<std::vector<std::string>> UnchangedFiles::List(const std::string& path) {
  absl::StatusOr<std::vector<std::string>> below = files_.List(path);
  if (!below.ok() || !IsInside(path)) return below;
  std::set<std::string> names(below->begin(), below->end());
  const std::string folder = path + "/";
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [known, contents] : known_) {
    if (!known.starts_with(folder)) continue;
    const std::string name = known.substr(folder.size());
    if (name.find('/') != std::string::npos) continue;
    if (contents) {
      names.insert(name);
    } else {
      names.erase(name);
    }
  }
  return std::vector<std::string>(names.begin(), names.end());
}

absl::Status UnchangedFiles::SyncFolder(const std::string& path) {
  return IsInside(path) ? absl::OkStatus() : files_.SyncFolder(path);
}

}  // namespace pinmetrics
