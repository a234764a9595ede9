#include "examples/cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <random>
#include <system_error>
#include <utility>

#include "absl/time/clock.h"

namespace pinmetrics::cli {
namespace {

namespace fs = std::filesystem;

absl::Status Unavailable(const std::string& name, std::string_view what, int error) {
  return absl::UnavailableError(name + ": " + std::string(what) + ": " + std::strerror(error));
}

absl::Status CannotRead(const std::string& name, int error) {
  return Unavailable(name, "cannot be read", error);
}

bool AreOneFile(const struct stat& one, const struct stat& other) {
  return S_ISREG(one.st_mode) && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// Returns 0 or the system's error.
int WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// What a name leads to through all its links, also if that is not there. For links in a circle one
/// of them.
fs::path TargetOf(const std::string& name) {
  constexpr int kMostLinks = 40;  // As for the system itself.
  fs::path path(name);
  std::error_code error;
  for (int links = 0; links < kMostLinks; ++links) {
    const fs::path target = fs::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / target;
  }
  return path;
}

std::string FolderOf(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path().string() : ".";
}

/// A name beside `target` that nothing else has but by a chance of 1 in 2^64; where the system has
/// no randomness to give, one of this moment and process.
std::string RandomNameBeside(const std::string& target) {
  unsigned high = 0;
  unsigned low = 0;
  try {
    std::random_device random;
    high = random();
    low = random();
  } catch (const std::exception&) {
    high = static_cast<unsigned>(absl::GetCurrentTimeNanos());
    low = static_cast<unsigned>(::getpid());
  }
  std::array<char, 32> name;
  std::snprintf(name.data(), name.size(), "/.pinmetrics-%08x%08x", high, low);
  return FolderOf(target) + name.data();
}

constexpr mode_t kForAll = 0666;  // Less the process's umask.

}  // namespace

absl::StatusOr<InputFile> InputFile::Open(const std::string& name) {
  const bool is_standard = name == kStandardInput;
  const int descriptor = is_standard ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return CannotRead(name, errno);
  InputFile file(name, descriptor);
  struct stat about = {};
  if (::fstat(descriptor, &about) != 0) return CannotRead(name, errno);
  if (S_ISDIR(about.st_mode)) return CannotRead(name, EISDIR);
  if (S_ISREG(about.st_mode)) file.size_ = about.st_size;
  return file;
}

InputFile::InputFile(InputFile&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_) {}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
  if (this == &other) return *this;
  Close();
  name_ = std::move(other.name_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  size_ = other.size_;
  return *this;
}

InputFile::~InputFile() { Close(); }

void InputFile::Close() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  descriptor_ = -1;
}

bool InputFile::IsAt(const std::string& name) const {
  struct stat own = {};
  struct stat other = {};
  return ::fstat(descriptor_, &own) == 0 && ::stat(name.c_str(), &other) == 0 &&
         AreOneFile(own, other);
}

absl::StatusOr<std::size_t> InputFile::Read(std::span<char> buffer) {
  while (true) {
    const ssize_t read = ::read(descriptor_, buffer.data(), buffer.size());
    if (read >= 0) return static_cast<std::size_t>(read);
    if (errno != EINTR) return CannotRead(name_, errno);
  }
}

bool LeadToOneFile(const std::string& one, const std::string& other) {
  struct stat first = {};
  struct stat second = {};
  const bool first_exists = ::stat(one.c_str(), &first) == 0;
  const bool second_exists = ::stat(other.c_str(), &second) == 0;
  if (first_exists || second_exists) {
    return first_exists && second_exists && AreOneFile(first, second);
  }
  const fs::path first_target = TargetOf(one);
  const fs::path second_target = TargetOf(other);
  std::error_code error;
  return first_target.filename() == second_target.filename() &&
         fs::equivalent(FolderOf(first_target), FolderOf(second_target), error);
}

absl::StatusOr<OutputFile> OutputFile::Create(const std::string& name, Draft draft) {
  OutputFile file(name);
  struct stat before = {};
  const bool exists = ::stat(name.c_str(), &before) == 0;
  if (!exists && errno != ENOENT) return file.Failed(errno);
  if (exists && !S_ISREG(before.st_mode)) {
    file.descriptor_ = ::open(name.c_str(), O_WRONLY | O_CLOEXEC);
    if (file.descriptor_ < 0) return file.Failed(errno);
    return file;
  }
  file.target_ = TargetOf(name).string();
  if (exists && ::access(file.target_.c_str(), W_OK) != 0) return file.Failed(errno);
  if (draft == Draft::kNamed || !file.OpenUnnamedDraft()) {
    if (const int error = file.OpenNamedDraft(); error != 0) return file.Failed(error);
  }
  constexpr mode_t kPermissions = 07777;
  if (exists && ::fchmod(file.descriptor_, before.st_mode & kPermissions) != 0) {
    return file.Failed(errno);
  }
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : name_(std::move(other.name_)),
      target_(std::move(other.target_)),
      draft_name_(std::move(other.draft_name_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

// A name is given through /proc, which may not be there.
bool OutputFile::OpenUnnamedDraft() {
#ifdef O_TMPFILE
  if (::access("/proc/self/fd", X_OK) != 0) return false;
  const std::string folder = FolderOf(target_);
  descriptor_ = ::open(folder.c_str(), O_WRONLY | O_CLOEXEC | O_TMPFILE, kForAll);
#endif
  return descriptor_ >= 0;
}

int OutputFile::OpenNamedDraft() {
  draft_name_.emplace(RandomNameBeside(target_));
  descriptor_ = ::open(draft_name_->c_str(), O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, kForAll);
  return descriptor_ >= 0 ? 0 : errno;
}

int OutputFile::NameDraft() {
  const std::string unnamed = "/proc/self/fd/" + std::to_string(descriptor_);
  draft_name_.emplace(RandomNameBeside(target_));
  const int linked =
      ::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, draft_name_->c_str(), AT_SYMLINK_FOLLOW);
  return linked == 0 ? 0 : errno;
}

int OutputFile::ReplaceTarget() {
  if (::fsync(descriptor_) != 0) return errno;
  if (!draft_name_) {
    if (const int error = NameDraft(); error != 0) return error;
  }
  if (::rename(draft_name_->c_str(), target_.c_str()) != 0) return errno;
  draft_name_.reset();
  return 0;
}

absl::Status OutputFile::Write(std::string_view bytes) {
  const int error = WriteAll(descriptor_, bytes);
  return error == 0 ? absl::OkStatus() : Failed(error);
}

absl::Status OutputFile::Commit() {
  if (!target_.empty()) {
    if (const int error = ReplaceTarget(); error != 0) return Failed(error);
  }
  return ::close(std::exchange(descriptor_, -1)) == 0 ? absl::OkStatus() : Failed(errno);
}

absl::Status OutputFile::Failed(int error) const {
  return Unavailable(name_, "cannot be written", error);
}

}  // namespace pinmetrics::cli
