#ifndef PINMETRICS_SRC_STORE_DAY_BOARD_DEMOGRAPHICS_H_
#define PINMETRICS_SRC_STORE_DAY_BOARD_DEMOGRAPHICS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "store/block/block.h"

namespace pinmetrics {

/// A set of demographics: bit `gender * 8 + age` stands for a gender with an age.
using Demographics = std::uint32_t;
inline constexpr std::uint32_t kDemographics = 24;

constexpr std::uint32_t DemographicOf(std::uint32_t combo) { return combo % kDemographics; }

/// How many there are of each demographic, in 13 bytes: rounded up, so that no sum is too low.
class RoundedCounts {
 public:
  using Exact = std::array<std::uint32_t, kDemographics>;

  /// The demographics of a set, ready to be summed.
  class Picked {
   public:
    explicit Picked(Demographics set);

   private:
    friend class RoundedCounts;
    std::uint64_t first_ = 0;
    std::uint32_t rest_ = 0;
  };

  explicit RoundedCounts(const Exact& counts);

  std::int64_t Sum(const Picked& picked) const {
    std::uint64_t first;
    std::uint32_t rest;
    std::memcpy(&first, digits_.data(), sizeof(first));
    std::memcpy(&rest, digits_.data() + sizeof(first), sizeof(rest));
    first &= picked.first_;
    rest &= picked.rest_;
    // All digits at once: no byte gets more than four of them, no pair of bytes more than eight.
    constexpr std::uint64_t kDigits = 0x0f0f0f0f0f0f0f0f;
    constexpr std::uint64_t kBytes = 0x00ff00ff00ff00ff;
    constexpr std::uint64_t kAddPairs = 0x0001000100010001;
    const std::uint64_t bytes =
        (first & kDigits) + (first >> 4 & kDigits) + (rest & kDigits) + (rest >> 4 & kDigits);
    const std::uint64_t pairs = (bytes & kBytes) + (bytes >> 8 & kBytes);
    return static_cast<std::int64_t>(pairs * kAddPairs >> 48 << shift_);
  }

 private:
  /// Of each demographic four bits: its count divided by 2^`shift_`.
  std::array<std::uint8_t, kDemographics / 2> digits_ = {};
  std::uint8_t shift_ = 0;
};

/// How many impressions each board of a block has at most of some demographics: what spares a list
/// of top boards the look at most of them, whatever else it filters by. Immutable.
class BoardDemographics {
 public:
  /// What reports of memory call it.
  static constexpr std::string_view kName = "board_demographics";

  explicit BoardDemographics(const Block& block);

  /// Adds those of each board to `to[board]`. The block is the same.
  void Add(const Block& block, const RoundedCounts::Picked& picked,
           std::vector<std::int64_t>& to) const;

  std::size_t bytes() const { return sizeof(*this) + boards_.capacity() * sizeof(RoundedCounts); }

 private:
  std::vector<RoundedCounts> boards_;  ///< In the order of `Block::kBoards`.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_BOARD_DEMOGRAPHICS_H_
