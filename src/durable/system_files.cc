#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "pinmetrics/durable/file_system.h"

namespace pinmetrics {
namespace {

/// "what path: why".
absl::Status ErrorOf(int error, std::string_view what, const std::string& path) {
  const std::string message = std::string(what) + " " + path + ": " +
                              std::error_code(error, std::generic_category()).message();
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::ResourceExhaustedError(message);
    case ENOENT:
      return absl::NotFoundError(message);
    case EEXIST:
      return absl::AlreadyExistsError(message);
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(message);
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
      return absl::InvalidArgumentError(message);
    default:
      return absl::UnavailableError(message);
  }
}

/// What `call` returns, again as long as a signal broke in.
template <typename Call>
auto Uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class SystemFile : public File {
 public:
  SystemFile(int file, std::string path) : file_(file), path_(std::move(path)) {}
  ~SystemFile() override { close(file_); }

  absl::Status Read(std::uint64_t offset, std::span<std::byte> bytes) const override {
    while (!bytes.empty()) {
      const ssize_t got = Uninterrupted(
          [&] { return pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
      if (got < 0) return ErrorOf(errno, "cannot read", path_);
      if (got == 0) {
        return absl::OutOfRangeError(path_ + " ends at byte " + std::to_string(offset) + ", " +
                                     std::to_string(bytes.size()) + " bytes too early");
      }
      bytes = bytes.subspan(static_cast<std::size_t>(got));
      offset += static_cast<std::uint64_t>(got);
    }
    return absl::OkStatus();
  }

  absl::Status Write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = Uninterrupted(
          [&] { return pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
      if (put < 0) return ErrorOf(errno, "cannot write", path_);
      bytes = bytes.subspan(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    }
    return absl::OkStatus();
  }

  absl::Status Allocate(std::uint64_t bytes) override {
    // Returns the error, and does not set errno.
    int error = EINTR;
    while (error == EINTR) error = posix_fallocate(file_, 0, static_cast<off_t>(bytes));
    return error == 0 ? absl::OkStatus() : ErrorOf(error, "cannot make room in", path_);
  }

  absl::Status Truncate(std::uint64_t bytes) override {
    const int result = Uninterrupted([&] { return ftruncate(file_, static_cast<off_t>(bytes)); });
    return result == 0 ? absl::OkStatus() : ErrorOf(errno, "cannot cut", path_);
  }

  absl::Status Sync() override {
    const int result = Uninterrupted([&] { return fdatasync(file_); });
    return result == 0 ? absl::OkStatus() : ErrorOf(errno, "cannot sync", path_);
  }

  absl::StatusOr<std::uint64_t> Size() const override {
    struct stat status {};
    if (fstat(file_, &status) != 0) return ErrorOf(errno, "cannot look at", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

  absl::StatusOr<std::shared_ptr<const std::byte[]>> Map(std::size_t bytes) const override {
    void* const address = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file_, 0);
    if (address == MAP_FAILED) return ErrorOf(errno, "cannot map", path_);
    return std::shared_ptr<const std::byte[]>(
        static_cast<const std::byte*>(address),
        [address, bytes](const std::byte*) { munmap(address, bytes); });
  }

 private:
  int file_;
  std::string path_;
};

class SystemFileLock : public FileLock {
 public:
  explicit SystemFileLock(int file) : file_(file) {}
  ~SystemFileLock() override { close(file_); }

 private:
  int file_;
};

class SystemFileSystem : public FileSystem {
 public:
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path, Mode mode) override {
    int flags = O_CLOEXEC | (mode == Mode::kRead ? O_RDONLY : O_RDWR);
    if (mode == Mode::kCreate) flags |= O_CREAT | O_EXCL;
    constexpr mode_t kPermissions = 0644;
    const int file = Uninterrupted([&] { return open(path.c_str(), flags, kPermissions); });
    if (file < 0) return ErrorOf(errno, "cannot open", path);
    return std::make_unique<SystemFile>(file, path);
  }

  absl::StatusOr<std::unique_ptr<FileLock>> Lock(const std::string& path, LockKind kind) override {
    constexpr mode_t kPermissions = 0644;
    const bool writes = kind == LockKind::kToWrite;
    const int file =
        open(path.c_str(), O_CLOEXEC | O_NOFOLLOW | (writes ? O_RDWR | O_CREAT : O_RDONLY),
             kPermissions);
    if (file < 0) return ErrorOf(errno, "cannot open", path);
    auto lock = std::make_unique<SystemFileLock>(file);
    if (flock(file, (writes ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return ErrorOf(errno, "cannot lock", path);
      // Those who read do not write who they are.
      if (flock(file, LOCK_SH | LOCK_NB) == 0) {
        return absl::FailedPreconditionError(path + " is in use by a process that reads it");
      }
      std::array<char, 32> holder{};
      const ssize_t got = pread(file, holder.data(), holder.size(), 0);
      std::string process(holder.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
      process = process.substr(0, process.find('\n'));
      return absl::FailedPreconditionError(path + " is in use by process " +
                                           (process.empty() ? "unknown" : process));
    }
    if (!writes) return lock;
    // For the message alone: the lock holds without.
    const std::string process = std::to_string(getpid()) + "\n";
    if (ftruncate(file, 0) == 0) (void)!pwrite(file, process.data(), process.size(), 0);
    return lock;
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    if (rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
    return ErrorOf(errno, "cannot rename to", to);
  }

  absl::Status Remove(const std::string& path) override {
    if (unlink(path.c_str()) == 0) return absl::OkStatus();
    return ErrorOf(errno, "cannot remove", path);
  }

  absl::Status MakeFolder(const std::string& path) override {
    constexpr mode_t kPermissions = 0755;
    if (mkdir(path.c_str(), kPermissions) == 0) return absl::OkStatus();
    const int error = errno;
    struct stat status {};
    if (error == EEXIST && stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      return absl::OkStatus();
    }
    return ErrorOf(error, "cannot make the folder", path);
  }

  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    DIR* const folder = opendir(path.c_str());
    if (folder == nullptr) return ErrorOf(errno, "cannot list", path);
    std::vector<std::string> names;
    errno = 0;
    // One thread at a time reads this folder stream.
    while (const dirent* entry = readdir(folder)) {  // NOLINT(concurrency-mt-unsafe)
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    const int error = errno;
    closedir(folder);
    if (error != 0) return ErrorOf(error, "cannot list", path);
    std::sort(names.begin(), names.end());
    return names;
  }

  absl::Status SyncFolder(const std::string& path) override {
    const int folder =
        Uninterrupted([&] { return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (folder < 0) return ErrorOf(errno, "cannot open", path);
    const int result = Uninterrupted([&] { return fsync(folder); });
    const int error = errno;
    close(folder);
    return result == 0 ? absl::OkStatus() : ErrorOf(error, "cannot sync", path);
  }
};

}  // namespace

absl::StatusOr<std::shared_ptr<const std::byte[]>> File::Map(std::size_t bytes) const {
  std::shared_ptr<std::byte[]> copy(new std::byte[bytes]);
  if (absl::Status status = Read(0, {copy.get(), bytes}); !status.ok()) return status;
  return copy;
}

FileSystem& SystemFiles() {
  static SystemFileSystem files;
  return files;
}

}  // namespace pinmetrics
