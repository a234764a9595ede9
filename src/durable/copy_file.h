#ifndef PINMETRICS_SRC_DURABLE_COPY_FILE_H_
#define PINMETRICS_SRC_DURABLE_COPY_FILE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "pinmetrics/durable/file_system.h"

namespace pinmetrics {

/// Copies a file, or its first `bytes`, to one that is not there yet. Returns once the copy is on
/// the disk; its name is once its folder is synced.
absl::Status CopyFile(FileSystem& files, const std::string& from, const std::string& to,
                      std::optional<std::uint64_t> bytes = std::nullopt);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_COPY_FILE_H_
