#include "durable/copy_file.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace pinmetrics {

absl::Status CopyFile(FileSystem& files, const std::string& from, const std::string& to,
                      std::optional<std::uint64_t> bytes) {
  constexpr std::uint64_t kBytesAtOnce = std::uint64_t{1} << 20;
  const absl::StatusOr<std::unique_ptr<File>> source = files.Open(from, FileSystem::Mode::kRead);
  if (!source.ok()) return source.status();
  if (!bytes) {
    const absl::StatusOr<std::uint64_t> size = (*source)->Size();
    if (!size.ok()) return size.status();
    bytes = *size;
  }
  const absl::StatusOr<std::unique_ptr<File>> copy = files.Open(to, FileSystem::Mode::kCreate);
  if (!copy.ok()) return copy.status();
  std::vector<std::byte> buffer(std::min(*bytes, kBytesAtOnce));
  for (std::uint64_t at = 0; at < *bytes; at += buffer.size()) {
    const std::span<std::byte> part =
        std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), *bytes - at));
    if (absl::Status status = (*source)->Read(at, part); !status.ok()) return status;
    if (absl::Status status = (*copy)->Write(at, part); !status.ok()) return status;
  }
  return (*copy)->Sync();
}

}  // namespace pinmetrics
