#ifndef PINMETRICS_SRC_STORE_BLOCK_BLOCK_CHECKS_H_
#define PINMETRICS_SRC_STORE_BLOCK_BLOCK_CHECKS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "store/block/block.h"

// What the checks of a block's parts have in common.

namespace pinmetrics {

inline absl::Status BadBlock(const std::string& what) {
  return absl::InvalidArgumentError("block: " + what);
}

inline absl::Status BadTable(Block::Table table, const std::string& what) {
  return BadBlock(std::string(Block::TableName(table)) + ": " + what);
}

template <typename T>
bool AscendsBelow(std::span<const T> keys, std::uint64_t limit) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] >= limit || (i > 0 && keys[i] <= keys[i - 1])) return false;
  }
  return true;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_BLOCK_CHECKS_H_
