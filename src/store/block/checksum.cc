#include "store/block/checksum.h"

#define XXH_INLINE_ALL  // Compiled in here, so that nobody links a library for it.
#include <xxhash.h>

namespace pinmetrics {

std::uint64_t Checksum(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace pinmetrics
