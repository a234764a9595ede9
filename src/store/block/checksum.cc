#include "store/block/checksum.h"

#define XXH_INLINE_ALL  // Compiled in here, so that nobody links a library for it.
#include <xxhash.h>

namespace pinmetrics {

std::uint64_t Checksum(std::span<const std::byte> bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace pinmetrics
