#ifndef PINMETRICS_EXAMPLES_CLI_FILES_H_
#define PINMETRICS_EXAMPLES_CLI_FILES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pinmetrics::cli {

/// The name that stands for standard input.
inline constexpr std::string_view kStandardInput = "-";

/// A file that is read from front to end, or standard input. Moves; not safe from several threads.
class InputFile {
 public:
  /// Opens the file of that name, `-` for standard input. Unavailable, with the name and the
  /// system's reason, if it cannot be opened or is a directory.
  static absl::StatusOr<InputFile> Open(const std::string& name);

  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&& other) noexcept;
  ~InputFile();

  /// How many bytes it has, where that is known beforehand.
  std::optional<std::int64_t> size() const { return size_; }

  /// Reads into the front of `buffer`; 0 at the end. Unavailable as above.
  absl::StatusOr<std::size_t> Read(std::span<char> buffer);

 private:
  InputFile(std::string name, int descriptor) : name_(std::move(name)), descriptor_(descriptor) {}
  void Close();

  std::string name_;
  int descriptor_ = -1;
  std::optional<std::int64_t> size_;
};

/// Whether both names lead to one file.
bool IsSameFile(const std::string& one, const std::string& other);

/// A file that is written from front to end, and that comes to be when it is whole: until `Commit`,
/// and without it, what has the name stays as it was. Devices and pipes are written to as they are.
/// Errors are Unavailable, with the name and the system's reason. Moves; not safe from several
/// threads.
class OutputFile {
 public:
  static absl::StatusOr<OutputFile> Create(const std::string& name);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) = delete;
  ~OutputFile();

  absl::Status Write(std::string_view bytes);
  /// Ends the file and gives it its name. Nothing is to be written after it.
  absl::Status Commit();

 private:
  explicit OutputFile(std::string name) : name_(std::move(name)) {}
  absl::Status Failed(int error) const;

  std::string name_;
  /// What the name leads to; a link stays one.
  std::string target_;
  /// What is written until then; empty for devices and pipes, and once it has the name.
  std::string partial_;
  int descriptor_ = -1;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_FILES_H_
