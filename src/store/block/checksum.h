#ifndef PINMETRICS_SRC_STORE_BLOCK_CHECKSUM_H_
#define PINMETRICS_SRC_STORE_BLOCK_CHECKSUM_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace pinmetrics {

/// XXH3 of 64 bits, without a secret: against accidents, not against forgers. The same on every
/// processor. Seeds tell apart what may not be mistaken for each other.
std::uint64_t Checksum(std::span<const std::byte> bytes, std::uint64_t seed = 0);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_CHECKSUM_H_
