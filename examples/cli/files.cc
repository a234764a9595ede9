#include "examples/cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace pinmetrics::cli {
namespace {

absl::Status Unavailable(const std::string& name, std::string_view what, int error) {
  return absl::UnavailableError(name + ": " + std::string(what) + ": " + std::strerror(error));
}

absl::Status CannotRead(const std::string& name, int error) {
  return Unavailable(name, "cannot be read", error);
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

absl::StatusOr<std::size_t> InputFile::Read(std::span<char> buffer) {
  while (true) {
    const ssize_t read = ::read(descriptor_, buffer.data(), buffer.size());
    if (read >= 0) return static_cast<std::size_t>(read);
    if (errno != EINTR) return CannotRead(name_, errno);
  }
}

bool IsSameFile(const std::string& one, const std::string& other) {
  std::error_code error;
  return one == other || std::filesystem::equivalent(one, other, error);
}

absl::StatusOr<OutputFile> OutputFile::Create(const std::string& name) {
  namespace fs = std::filesystem;
  constexpr mode_t kForAll = 0666;  // Less the process's umask.
  std::error_code ignored;
  OutputFile file(name);
  const fs::file_status before = fs::status(name, ignored);
  if (fs::exists(before) && !fs::is_regular_file(before)) {
    file.descriptor_ = ::open(name.c_str(), O_WRONLY | O_CLOEXEC);
    if (file.descriptor_ < 0) return file.Failed(errno);
    return file;
  }
  file.target_ = fs::exists(before) ? fs::canonical(name, ignored).string() : name;
  if (::access(file.target_.c_str(), W_OK) != 0 && errno != ENOENT) return file.Failed(errno);
  const std::string partial = file.target_ + ".partial-" + std::to_string(::getpid());
  file.descriptor_ = ::open(partial.c_str(), O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, kForAll);
  if (file.descriptor_ < 0) return file.Failed(errno);
  file.partial_ = partial;
  if (fs::exists(before)) fs::permissions(partial, before.permissions(), ignored);
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : name_(std::move(other.name_)),
      target_(std::move(other.target_)),
      partial_(std::exchange(other.partial_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!partial_.empty()) ::unlink(partial_.c_str());
}

absl::Status OutputFile::Write(std::string_view bytes) {
  const int error = WriteAll(descriptor_, bytes);
  return error == 0 ? absl::OkStatus() : Failed(error);
}

absl::Status OutputFile::Commit() {
  if (::close(std::exchange(descriptor_, -1)) != 0) return Failed(errno);
  if (partial_.empty()) return absl::OkStatus();
  if (::rename(partial_.c_str(), target_.c_str()) != 0) return Failed(errno);
  partial_.clear();
  return absl::OkStatus();
}

absl::Status OutputFile::Failed(int error) const {
  return Unavailable(name_, "cannot be written", error);
}

}  // namespace pinmetrics::cli
