#ifndef PINMETRICS_SRC_STORE_BLOCK_OPEN_BLOCK_H_
#define PINMETRICS_SRC_STORE_BLOCK_OPEN_BLOCK_H_

#include <cstddef>
#include <span>

#include "absl/status/statusor.h"
#include "store/block/block.h"

namespace pinmetrics {

/// Validates a block: after this no read of it is out of bounds. The bytes must start at an address
/// that is a multiple of 8. InvalidArgument says what is wrong and where. Takes no memory that
/// grows with the block; reads it all once.
absl::StatusOr<Block> OpenBlock(std::span<const std::byte> bytes);

/// A block that this process has packed: `OpenBlock` without its checks.
Block ViewBlock(std::span<const std::byte> bytes);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_OPEN_BLOCK_H_
