#include "examples/cli/refused_events.h"

#include <cstddef>
#include <utility>

namespace pinmetrics::cli {

absl::StatusOr<RefusedEvents> RefusedEvents::Create(const std::string& name) {
  absl::StatusOr<OutputFile> file = OutputFile::Create(name);
  if (!file.ok()) return file.status();
  return RefusedEvents(*std::move(file));
}

absl::Status RefusedEvents::Add(std::string_view row) {
  constexpr std::size_t kFullBytes = std::size_t{1} << 16;
  buffer_.append(row).append("\n");
  return buffer_.size() < kFullBytes ? absl::OkStatus() : Flush();
}

absl::Status RefusedEvents::Commit() {
  absl::Status status = Flush();
  return status.ok() ? file_.Commit() : status;
}

absl::Status RefusedEvents::Flush() {
  absl::Status status = file_.Write(buffer_);
  buffer_.clear();
  return status;
}

}  // namespace pinmetrics::cli
