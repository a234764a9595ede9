#include "store/pin_bits.h"

#include "store/class_loops.h"

namespace pinmetrics {

std::shared_ptr<const PinBits> PinBits::Of(const Block& block, const PinTable::View& pins) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts starts = block.pin_starts();
  PinBits bits;
  bits.firsts_.resize(block.events() / 64 + std::size_t{1});
  bits.classes_.resize(keys.size() + ClassLoops::kSpare);
  for (std::size_t pin = 0; pin < starts.size(); ++pin) {
    std::uint64_t& word = bits.firsts_[starts[pin] / 64];
    const std::uint64_t first = std::uint64_t{1} << starts[pin] % 64;
    if ((word & first) != 0) return nullptr;
    word |= first;
  }
  for (std::size_t pin = 0; pin < keys.size(); ++pin) {
    const std::uint32_t pin_class = pins.traits[keys[pin]].pin_class;
    if (pin_class >= ClassSet::kClasses) return nullptr;
    bits.classes_[pin] = static_cast<std::uint8_t>(pin_class);
  }
  bits.board_starts_ = BoardStarts(block);
  return std::make_shared<const PinBits>(std::move(bits));
}

std::size_t PinBits::bytes() const {
  return sizeof(*this) + firsts_.capacity() * sizeof(std::uint64_t) + classes_.capacity() +
         board_starts_.capacity() * sizeof(std::uint32_t);
}

std::vector<std::uint32_t> BoardStarts(const Block& block) {
  const PinStarts starts = block.pin_starts();
  const auto board_pins = block.Get<std::uint32_t>(Block::kBoardPins);
  std::vector<std::uint32_t> of_boards(board_pins.size());
  for (std::size_t i = 0; i < of_boards.size(); ++i) of_boards[i] = starts[board_pins[i]];
  return of_boards;
}

}  // namespace pinmetrics
