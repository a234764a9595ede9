#ifndef PINMETRICS_EXAMPLES_CLI_INPUT_FILES_H_
#define PINMETRICS_EXAMPLES_CLI_INPUT_FILES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "examples/cli/account.h"
#include "examples/cli/console.h"
#include "examples/cli/csv_reader.h"
#include "examples/cli/files.h"
#include "examples/cli/options.h"
#include "examples/cli/period_notes.h"
#include "examples/cli/refusal_log.h"

namespace pinmetrics::cli {

/// The bytes of a file, with progress on the console meanwhile.
class WatchedFile {
 public:
  /// As `InputFile::Open`. `console` outlives the file.
  static absl::StatusOr<WatchedFile> Open(const std::string& name, Console& console);

  const InputFile& file() const { return file_; }
  absl::StatusOr<std::size_t> Read(std::span<char> buffer);
  /// Reads this file, which outlives it and stays where it is.
  ByteSource Source();

 private:
  WatchedFile(const std::string& name, InputFile file, Console& console);
  void Show();

  std::string name_;
  InputFile file_;
  Console* console_;
  std::int64_t bytes_ = 0;
  absl::Time shown_;
};

/// The Pins and the events that a report is made of, as files that are open.
class InputFiles {
 public:
  /// Unavailable if one of them cannot be opened. `console` and `options` outlive it.
  static absl::StatusOr<InputFiles> Open(const Options& options, Console& console);

  /// Whether `name` leads to one of them.
  bool HaveOneAt(const std::string& name) const;

  /// Reads both into `account`, in one pass and a batch of events at a time. Rows that are not in
  /// order, and those that the account refuses, go to `log`; when events lie, to `notes`.
  /// Errors: InvalidArgument if a header does not do, otherwise those of the files and the account.
  absl::Status Load(Account& account, RefusalLog& log, PeriodNotes& notes);

 private:
  InputFiles(const Options& options, WatchedFile pins, WatchedFile events)
      : options_(&options), pins_(std::move(pins)), events_(std::move(events)) {}

  const Options* options_;
  WatchedFile pins_;
  WatchedFile events_;
};

}  // namespace pinmetrics::cli

#endif  // PINMETRICS_EXAMPLES_CLI_INPUT_FILES_H_
