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

absl::Status CannotWrite(const std::string& name, int error) {
  return Unavailable(name, "cannot be written", error);
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

/// Opens, writes and closes. Returns 0 or the system's error.
int WriteTo(const std::string& name, int flags, std::string_view text) {
  constexpr mode_t kForAll = 0666;  // Less the process's umask.
  const int descriptor = ::open(name.c_str(), flags | O_WRONLY | O_CLOEXEC, kForAll);
  if (descriptor < 0) return errno;
  int error = WriteAll(descriptor, text);
  if (::close(descriptor) != 0 && error == 0) error = errno;
  return error;
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

absl::Status WriteFile(const std::string& name, std::string_view text) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::file_status before = fs::status(name, ignored);
  if (fs::exists(before) && !fs::is_regular_file(before)) {
    const int error = WriteTo(name, 0, text);
    return error == 0 ? absl::OkStatus() : CannotWrite(name, error);
  }
  // A link stays one: what it leads to is replaced.
  fs::path target = name;
  if (fs::exists(before)) target = fs::canonical(name, ignored);
  if (::access(target.c_str(), W_OK) != 0 && errno != ENOENT) return CannotWrite(name, errno);
  const std::string partial = target.string() + ".partial-" + std::to_string(::getpid());
  int error = WriteTo(partial, O_CREAT | O_EXCL, text);
  if (error == 0) {
    if (fs::exists(before)) fs::permissions(partial, before.permissions(), ignored);
    if (::rename(partial.c_str(), target.c_str()) == 0) return absl::OkStatus();
    error = errno;
  }
  if (error != EEXIST) ::unlink(partial.c_str());
  return CannotWrite(name, error);
}

}  // namespace pinmetrics::cli
