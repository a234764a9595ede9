#ifndef PINMETRICS_SRC_STORE_BLOCK_BIT_SLICED_CODES_H_
#define PINMETRICS_SRC_STORE_BLOCK_BIT_SLICED_CODES_H_

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/block/code_kernels.h"
#include "store/block/event_code.h"

namespace pinmetrics {

/// The bits of some codes, as `Block::kBitSlicedCodes` has them.
std::vector<std::uint64_t> SliceCodes(std::span<const std::uint16_t> codes);

/// The code of an event. `CodeReader::kNoCode` for bits that no code has.
std::uint16_t CodeAt(std::span<const std::uint64_t> sliced, std::size_t event);

/// The codes of a block's events, decoded 64 at a time: for many in the order of the block.
class CodeReader {
 public:
  static constexpr std::uint16_t kNoCode = 0xffff;

  explicit CodeReader(std::span<const std::uint64_t> bits) : bits_(bits) {}

  /// `kNoCode` for bits that no code has.
  std::uint16_t operator[](std::size_t event) {
    if (event / 64 != word_) Decode(event / 64);
    return codes_[event % 64];
  }

 private:
  void Decode(std::size_t word);

  std::span<const std::uint64_t> bits_;
  std::size_t word_ = static_cast<std::size_t>(-1);  ///< Which `codes_` are of.
  std::array<std::uint16_t, 64> codes_ = {};
};

/// Some codes of events: those of some kinds with some combos.
struct CodeSet {
  std::uint32_t kinds = 0;  ///< Bit k stands for kind k.
  std::bitset<event_code::kCombos> combos;
};

/// Tells which events of a block have a code of a set, a word of them at a time: the set as
/// choices, each of which takes one of two outcomes by one bit of the events. For one thread.
class CodeTest {
 public:
  /// The most groups that are tested at once: few enough to stay in the first cache from choice to
  /// choice, while memory fetches those that follow.
  static constexpr std::size_t kMostGroups = 8;

  explicit CodeTest(const CodeSet& set);

  /// Writes a bit for each event of some groups: 1 if its code is in the set. What the last group
  /// has past the block's last event has no meaning.
  void Run(std::span<const std::uint64_t> sliced, std::size_t first_group, std::size_t groups,
           std::uint64_t* to) const;

  /// The bits that it looks at.
  const std::vector<std::uint8_t>& bits() const { return bits_; }

 private:
  /// An outcome: none of the events, all of them, or those of a choice, counted from `kFirst`.
  using Outcome = std::uint16_t;
  static constexpr Outcome kNone = 0;
  static constexpr Outcome kAll = 1;
  static constexpr Outcome kFirst = 2;

  struct Choice {
    std::uint8_t bit;
    Outcome if_0;
    Outcome if_1;

    bool operator==(const Choice&) const = default;
  };

  /// The outcome of a choice, by the one there is already if there is one.
  Outcome Choose(std::uint32_t bit, Outcome if_0, Outcome if_1);
  /// The outcome of one of `outcomes`, by the number that the bits from `bit` on are, which takes
  /// as many bits as tell them apart. Overwrites `outcomes`.
  Outcome ChooseByNumber(std::uint32_t bit, std::span<Outcome> outcomes);
  /// The outcome of one of `outcomes`, each of which has a bit of its own, but the last none.
  Outcome ChooseByMark(std::uint32_t bit, std::span<const Outcome> outcomes);
  Outcome OfCombos(const CodeSet& set);

  std::vector<Choice> choices_;  ///< Those that others need come first.
  Outcome outcome_ = kNone;
  std::vector<std::uint8_t> bits_;
  const CodeKernels& kernels_ = BestCodeKernels();
  static constexpr std::size_t kMostWords = kMostGroups * bit_sliced::kGroupWords;
  /// Of each outcome, the words of the groups at hand.
  mutable std::vector<std::uint64_t> words_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_BIT_SLICED_CODES_H_
