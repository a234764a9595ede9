#ifndef PINMETRICS_SRC_STORE_PIN_BITS_H_
#define PINMETRICS_SRC_STORE_PIN_BITS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "pinmetrics/store/block.h"
#include "store/pin_table.h"

namespace pinmetrics {

/// Which events of a block are the first of their Pins, and the class of each Pin: what makes of a
/// selection by class a bit for each event without a look at Pins one by one. Kept beside a sealed
/// day. Immutable.
class PinBits {
 public:
  /// What reports of memory call it.
  static constexpr std::string_view kName = "pin_bits";

  /// Null if a class has no place in a `ClassSet`, or a Pin has no events.
  static std::shared_ptr<const PinBits> Of(const Block& block, const PinTable::View& pins);

  /// A bit for each event, and one for the end of all.
  std::span<const std::uint64_t> firsts() const { return firsts_; }
  /// The class of each Pin; there are `ClassLoops::kSpare` bytes more.
  const std::uint8_t* classes() const { return classes_.data(); }
  /// The first event of each board, in the order of `Block::kBoards`, and the number of events.
  std::span<const std::uint32_t> board_starts() const { return board_starts_; }

  std::size_t bytes() const;

 private:
  PinBits() = default;

  std::vector<std::uint64_t> firsts_;
  std::vector<std::uint8_t> classes_;
  std::vector<std::uint32_t> board_starts_;
};

/// The first event of each board of a block, and the number of events.
std::vector<std::uint32_t> BoardStarts(const Block& block);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_PIN_BITS_H_
