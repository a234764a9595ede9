#ifndef PINMETRICS_SRC_STORE_BLOCK_PIN_ROWS_H_
#define PINMETRICS_SRC_STORE_BLOCK_PIN_ROWS_H_

#include <cstdint>

#include "store/block/write_block.h"

namespace pinmetrics {

/// A Pin version of a block that is being packed, and where its events are among the sorted rows.
struct PinRows {
  std::uint32_t version = 0;
  std::uint32_t first_row = 0;
  std::uint32_t rows = 0;
  std::uint32_t class_index = 0;  ///< Among the classes that occur.
  PinTraits traits = {};

  std::uint32_t population() const { return traits.saved ? 1 : 0; }
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_PIN_ROWS_H_
