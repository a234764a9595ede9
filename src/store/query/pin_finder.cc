#include "store/query/pin_finder.h"

namespace pinmetrics {
namespace {

/// The index of the last of `keys` that is not above `key`; `keys` are not empty. Searches near
/// `guess` and widens from there, so that what is read stands together.
std::size_t LastNotAbove(std::span<const std::uint32_t> keys, std::uint32_t key,
                         std::size_t guess) {
  std::size_t begin = guess;
  std::size_t end = guess + 1;
  for (std::size_t step = 16; begin > 0 && keys[begin] > key; step *= 4) {
    end = begin;
    begin -= std::min(step, begin);
  }
  for (std::size_t step = 16; end < keys.size() && keys[end] <= key; step *= 4) {
    begin = end;
    end = std::min(keys.size(), end + step);
  }
  // Without branches to predict: the outcome of each step is a coin toss.
  const std::uint32_t* base = keys.data() + begin;
  for (std::size_t left = end - begin; left > 1;) {
    const std::size_t half = left / 2;
    base += base[half] <= key ? half : 0;
    left -= half;
  }
  return static_cast<std::size_t>(base - keys.data());
}

/// Where a version is, if it is among a board's Pins: a board's versions are spread over all.
std::size_t GuessOf(const Block& block, const BlockPins& pins, std::uint32_t version) {
  return static_cast<std::size_t>(std::uint64_t{version} * (pins.end - pins.begin) /
                                  block.pin_limit());
}

std::optional<BlockPin> FindAmong(const Block& block, const BlockPins& pins,
                                  std::uint32_t version) {
  if (pins.begin == pins.end) return std::nullopt;
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const std::size_t guess = GuessOf(block, pins, version);
  block.pin_starts().Fetch(pins.begin + guess);
  const std::size_t index =
      pins.begin + LastNotAbove(keys.subspan(pins.begin, pins.end - pins.begin), version, guess);
  if (keys[index] != version) return std::nullopt;
  const PinStarts events = block.pin_starts();
  return BlockPin{static_cast<std::uint32_t>(index), {events[index], events[index + 1]}};
}

}  // namespace

std::optional<BlockPins> PinFinder::PinsOfBoard(const Block& block, std::uint32_t board) {
  const auto boards = block.Get<std::uint32_t>(Block::kBoards);
  if (boards.empty() || board >= block.board_limit()) return std::nullopt;
  // Most boards occur: this one is near where it would be if all did.
  const auto guess =
      static_cast<std::size_t>(std::uint64_t{board} * boards.size() / block.board_limit());
  const std::size_t index = LastNotAbove(boards, board, guess);
  if (boards[index] != board) return std::nullopt;
  const auto pins = block.Get<std::uint32_t>(Block::kBoardPins);
  return BlockPins{pins[index], pins[index + 1]};
}

void PinFinder::FetchPins(const Block& block, const BlockPins& pins) {
  constexpr std::uint32_t kLine = 16;
  const PinStarts starts = block.pin_starts();
  for (std::uint32_t pin = pins.begin; pin < pins.end; pin += kLine) {
    __builtin_prefetch(&block.Get<std::uint32_t>(Block::kPinKeys)[pin]);
    starts.Fetch(pin);
  }
}

std::optional<BlockPin> PinFinder::Find(const Block& block, std::uint32_t version) const {
  if (version >= block.pin_limit()) return std::nullopt;
  const std::optional<BlockPins> pins = PinsOfBoard(block, pins_.traits[version].board);
  return pins ? FindAmong(block, *pins, version) : std::nullopt;
}

/// Each step of the search waits for memory. So it is done for all blocks before the next one, for
/// which the memory is fetched meanwhile.
void PinFinder::FindAll(std::span<const Block* const> blocks, std::uint32_t version) {
  const std::uint32_t board = pins_.traits[version].board;
  searches_.assign(blocks.size(), {});
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Block& block = *blocks[i];
    if (version >= block.pin_limit()) continue;
    const std::optional<BlockPins> pins = PinsOfBoard(block, board);
    if (!pins || pins->begin == pins->end) continue;
    searches_[i].pins = *pins;
    const std::size_t guess = pins->begin + GuessOf(block, *pins, version);
    __builtin_prefetch(&block.Get<std::uint32_t>(Block::kPinKeys)[guess]);
    block.pin_starts().Fetch(guess);
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    searches_[i].found = FindAmong(*blocks[i], searches_[i].pins, version);
    if (!searches_[i].found) continue;
    trace_.Add(Block::kPinKeys, 4);
    trace_.Add(Block::kPinOffsets, 4);
  }
}

}  // namespace pinmetrics
