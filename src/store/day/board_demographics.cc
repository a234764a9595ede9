#include "store/day/board_demographics.h"

#include <algorithm>

#include "store/block/bit_sliced_codes.h"
#include "store/block/event_code.h"

namespace pinmetrics {
namespace {

constexpr std::uint32_t kMostDigit = 15;
/// The digits in the first word that they are loaded as.
constexpr std::uint32_t kFirstDigits = 16;

}  // namespace

RoundedCounts::Picked::Picked(Demographics set) {
  for (std::uint32_t i = 0; i < kDemographics; ++i) {
    if ((set >> i & 1) == 0) continue;
    if (i < kFirstDigits) {
      first_ |= std::uint64_t{kMostDigit} << 4 * i;
    } else {
      rest_ |= kMostDigit << 4 * (i - kFirstDigits);
    }
  }
}

RoundedCounts::RoundedCounts(const Exact& counts) {
  const auto digit = [this](std::uint32_t count) {
    return (std::uint64_t{count} + (std::uint64_t{1} << shift_) - 1) >> shift_;
  };
  const std::uint32_t most = *std::max_element(counts.begin(), counts.end());
  while (digit(most) > kMostDigit) ++shift_;
  for (std::size_t i = 0; i < digits_.size(); ++i) {
    digits_[i] = static_cast<std::uint8_t>(digit(counts[2 * i]) | digit(counts[2 * i + 1]) << 4);
  }
}

BoardDemographics::BoardDemographics(const Block& block) {
  const auto board_pins = block.Get<std::uint32_t>(Block::kBoardPins);
  const PinStarts starts = block.pin_starts();
  CodeReader codes(block.codes());
  boards_.reserve(board_pins.size() - 1);
  for (std::size_t board = 0; board + 1 < board_pins.size(); ++board) {
    RoundedCounts::Exact counts = {};
    for (std::uint32_t pin = board_pins[board]; pin < board_pins[board + 1]; ++pin) {
      for (std::uint32_t event = starts[pin]; event < starts[pin + 1]; ++event) {
        // Impressions have the lowest codes: they come first.
        const std::uint16_t code = codes[event];
        if (code >= event_code::kCombos) break;
        ++counts[DemographicOf(code)];
      }
    }
    boards_.emplace_back(counts);
  }
}

void BoardDemographics::Add(const Block& block, const RoundedCounts::Picked& picked,
                            std::vector<std::int64_t>& to) const {
  const auto boards = block.Get<std::uint32_t>(Block::kBoards);
  for (std::size_t i = 0; i < boards.size(); ++i) to[boards[i]] += boards_[i].Sum(picked);
}

}  // namespace pinmetrics
