#include "clickhouse/key_hash.h"

#define XXH_INLINE_ALL  // Compiled in here, so that nobody links a library for it.
#include <xxhash.h>

namespace pinmetrics {

std::uint64_t IdentityOf(std::string_view batch_key, std::uint64_t index) {
  return XXH3_64bits_withSeed(batch_key.data(), batch_key.size(), index);
}

BatchKey BatchKeyOf(std::string_view key) {
  const XXH128_hash_t hash = XXH3_128bits(key.data(), key.size());
  return {hash.high64, hash.low64};
}

std::uint64_t ZoneNumber(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

}  // namespace pinmetrics
