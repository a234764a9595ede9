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
#include "examples/cli/ephemeral_path.h"

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

  /// Whether `name` leads to this very file, by whatever name it was opened. False for devices and
  /// pipes, which can be read and written at once.
  bool IsAt(const std::string& name) const;

  /// Reads into the front of `buffer`; 0 at the end. Unavailable as above.
  absl::StatusOr<std::size_t> Read(std::span<char> buffer);

 private:
  InputFile(std::string name, int descriptor) : name_(std::move(name)), descriptor_(descriptor) {}
  void Close();

  std::string name_;
  int descriptor_ = -1;
  std::optional<std::int64_t> size_;
};

/// Whether writing to both names would write one file, be it there or not. False for devices and
/// pipes.
bool LeadToOneFile(const std::string& one, const std::string& other);

/// A file that is written from front to end, and that comes to be when it is whole: until `Commit`,
/// and without it, what has the name stays as it was. A link stays one, also if what it leads to is
/// not there yet. Devices and pipes are written to as they are.
///
/// Until then the bytes are in a draft in the same folder. It has no name, so that nothing is left
/// of it whatever ends the process; where the file system cannot do that it has a random one, and
/// goes with the object, or if SIGHUP, SIGINT or SIGTERM end the process.
///
/// Errors are Unavailable, with the name and the system's reason. Moves; not safe from several
/// threads.
class OutputFile {
 public:
  enum class Draft { kUnnamedIfPossible, kNamed };

  /// Opens the draft, so that a file that cannot be written is known early.
  static absl::StatusOr<OutputFile> Create(const std::string& name,
                                           Draft draft = Draft::kUnnamedIfPossible);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) = delete;
  ~OutputFile();

  absl::Status Write(std::string_view bytes);
  /// Ends the file, waits until the disk has it, and gives it its name. Nothing is to be written
  /// after it.
  absl::Status Commit();

 private:
  explicit OutputFile(std::string name) : name_(std::move(name)) {}
  bool OpenUnnamedDraft();
  /// These return 0 or the system's error.
  int OpenNamedDraft();
  int NameDraft();
  int ReplaceTarget();
  absl::Status Failed(int error) const;

  std::string name_;
  /// What the name leads to; empty for devices and pipes.
  std::string target_;
  /// The draft's name, while it has one.
  std::optional<EphemeralPath> draft_name_;
  int descriptor_ = -1;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_FILES_H_
