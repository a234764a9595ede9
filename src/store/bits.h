#ifndef PINMETRICS_SRC_STORE_BITS_H_
#define PINMETRICS_SRC_STORE_BITS_H_

#include <cstddef>
#include <cstdint>

namespace pinmetrics {

/// Loops over the words of bitmaps, as fast as the processor at hand allows. `words` is a multiple
/// of 4.
struct BitLoops {
  /// How many bits are set.
  std::uint64_t (*count)(const std::uint64_t* a, std::size_t words);
  /// How many bits are set in either.
  std::uint64_t (*count_union)(const std::uint64_t* a, const std::uint64_t* b, std::size_t words);
  /// Sets in `to` what is set in `from`.
  void (*merge)(const std::uint64_t* from, std::uint64_t* to, std::size_t words);
};

/// The portable loops, and the best ones for this processor.
const BitLoops& PortableBitLoops();
const BitLoops& BestBitLoops();

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BITS_H_
