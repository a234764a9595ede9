#include "store/day/day_pin_index.h"

#include "store/kernels/class_kernels.h"

namespace pinmetrics {

DayPinIndex::DayPinIndex(const Block& block, const PinTable::View& pins)
    : firsts_(block.events() / 64 + std::size_t{1}), board_starts_(BoardStarts(block)) {
  const PinStarts starts = block.pin_starts();
  for (std::size_t pin = 0; pin < starts.size(); ++pin) {
    firsts_[starts[pin] / 64] |= std::uint64_t{1} << starts[pin] % 64;
  }
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  if (pins.classes.size() <= ClassSet::kClasses) {
    classes_.resize(keys.size() + ClassKernels::kSpare);
    for (std::size_t pin = 0; pin < keys.size(); ++pin) {
      classes_[pin] = static_cast<std::uint8_t>(pins.traits[keys[pin]].pin_class);
    }
  }
  const auto heavy = block.Get<std::uint32_t>(Block::kHeavyPins);
  heavy_versions_.reserve(heavy.size());
  for (const std::uint32_t pin : heavy) heavy_versions_.push_back(keys[pin]);
}

std::size_t DayPinIndex::bytes() const {
  return sizeof(*this) + firsts_.capacity() * sizeof(std::uint64_t) + classes_.capacity() +
         (board_starts_.capacity() + heavy_versions_.capacity()) * sizeof(std::uint32_t);
}

std::vector<std::uint32_t> BoardStarts(const Block& block) {
  const PinStarts starts = block.pin_starts();
  const auto board_pins = block.Get<std::uint32_t>(Block::kBoardPins);
  std::vector<std::uint32_t> of_boards(board_pins.size());
  for (std::size_t i = 0; i < of_boards.size(); ++i) of_boards[i] = starts[board_pins[i]];
  return of_boards;
}

}  // namespace pinmetrics
