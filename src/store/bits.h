#ifndef PINMETRICS_SRC_STORE_BITS_H_
#define PINMETRICS_SRC_STORE_BITS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace pinmetrics {

/// Loops over the words of bitmaps, as fast as the processor at hand allows. `words` is a multiple
/// of 8; arrays do not overlap unless they are the same.
struct BitLoops {
  /// How many bits are set.
  std::uint64_t (*count)(const std::uint64_t* a, std::size_t words);
  /// Sets in `to` what is set in `from`.
  void (*merge)(const std::uint64_t* from, std::uint64_t* to, std::size_t words);
  /// Makes `to` what is set in either.
  void (*unite)(const std::uint64_t* a, const std::uint64_t* b, std::uint64_t* to,
                std::size_t words);
  /// How many bits are set in either.
  std::uint64_t (*count_union)(const std::uint64_t* a, const std::uint64_t* b, std::size_t words);
  /// Merges `from` into `to`, then counts the union of `to` and `other`.
  std::uint64_t (*merge_and_count_union)(const std::uint64_t* from, std::uint64_t* to,
                                         const std::uint64_t* other, std::size_t words);
};

/// The best loops for this processor.
const BitLoops& BestBitLoops();

/// Every kind of loops that runs on this processor, the portable ones first.
std::span<const BitLoops* const> AllBitLoops();

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BITS_H_
