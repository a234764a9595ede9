#ifndef PINMETRICS_SRC_STORE_BLOCK_BLOCK_ROWS_H_
#define PINMETRICS_SRC_STORE_BLOCK_BLOCK_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>

/// What a block is written from.

namespace pinmetrics {

/// One event, ready to be packed.
struct BlockRow {
  std::uint32_t pin = 0;     ///< Dense number of the Pin's version.
  std::uint32_t viewer = 0;  ///< Dense number from 1; 0: unknown.
  std::uint32_t play_ms = 0;
  std::uint16_t code = 0;
};

/// Room for rows that are all written before they are read: nothing is stored in it until then.
class RowRoom {
 public:
  RowRoom() = default;
  explicit RowRoom(std::size_t rows)
      : memory_(std::make_unique_for_overwrite<std::byte[]>(rows * sizeof(BlockRow))) {}

  BlockRow* data() const { return reinterpret_cast<BlockRow*>(memory_.get()); }

 private:
  std::unique_ptr<std::byte[]> memory_;
};

/// What packing must know of a Pin version.
struct PinTraits {
  std::uint32_t pin = 0;  ///< The same for all versions of a Pin.
  std::uint32_t board = 0;
  std::uint32_t pin_class = 0;
  bool saved = false;
};

/// The exclusive upper bounds of a block's numbers, as in `Block`.
struct BlockLimits {
  std::uint32_t pins = 0;
  std::uint32_t classes = 0;
  std::uint32_t boards = 0;
  std::uint32_t viewers = 0;
};

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

#endif  // PINMETRICS_SRC_STORE_BLOCK_BLOCK_ROWS_H_
