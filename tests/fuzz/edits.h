#ifndef PINMETRICS_TESTS_FUZZ_EDITS_H_
#define PINMETRICS_TESTS_FUZZ_EDITS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/durable/memory_files.h"

namespace pinmetrics {

/// Changes files as four bytes of `edits` say each time: which file, where, in two bytes, and what
/// the byte there is changed by. By nothing: the file ends there.
inline void ApplyEdits(std::span<const std::uint8_t> edits, const std::vector<std::string>& paths,
                       MemoryFiles& files) {
  constexpr std::size_t kBytes = 4;
  for (; edits.size() >= kBytes; edits = edits.subspan(kBytes)) {
    const std::string& path = paths[edits[0] % paths.size()];
    std::vector<std::byte> bytes = files.Contents(path);
    const std::size_t at = edits[1] | static_cast<std::size_t>(edits[2]) << 8U;
    if (at >= bytes.size()) continue;
    if (edits[3] == 0) {
      bytes.resize(at);
    } else {
      bytes[at] ^= std::byte{edits[3]};
    }
    files.SetContents(path, std::move(bytes));
  }
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_FUZZ_EDITS_H_
