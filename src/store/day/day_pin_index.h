#ifndef PINMETRICS_SRC_STORE_DAY_DAY_PIN_INDEX_H_
#define PINMETRICS_SRC_STORE_DAY_DAY_PIN_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/block/block.h"
#include "store/dictionary/pin_table.h"

namespace pinmetrics {

/// What is kept of Pins beside a sealed day. Which events of the block are the first of their Pins,
/// and the class of each Pin: from these, a query that is compiled by class gets a bit for each
/// event without a look at Pins one by one. And the versions of heavy Pins, contiguous. Immutable.
class DayPinIndex {
 public:
  /// What reports of memory call it.
  static constexpr std::string_view kName = "day_pin_index";

  /// Of a block that was packed: each of its Pins has events.
  DayPinIndex(const Block& block, const PinTable::View& pins);

  /// A bit for each event, and one for the end of all.
  std::span<const std::uint64_t> firsts() const { return firsts_; }
  /// The class of each Pin; there are `ClassKernels::kSpare` bytes more. Empty if a class has no
  /// place in a `ClassSet`.
  std::span<const std::uint8_t> classes() const { return classes_; }
  /// The version of each of `Block::kHeavyPins`.
  std::span<const std::uint32_t> heavy_versions() const { return heavy_versions_; }
  /// The first event of each board, in the order of `Block::kBoards`, and the number of events.
  std::span<const std::uint32_t> board_starts() const { return board_starts_; }

  std::size_t bytes() const;

 private:
  std::vector<std::uint64_t> firsts_;
  std::vector<std::uint8_t> classes_;
  std::vector<std::uint32_t> board_starts_;
  std::vector<std::uint32_t> heavy_versions_;
};

/// The first event of each board of a block, and the number of events.
std::vector<std::uint32_t> BoardStarts(const Block& block);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_DAY_PIN_INDEX_H_
