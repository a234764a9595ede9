#ifndef PINMETRICS_SRC_STORE_KERNELS_BITMAP_KERNELS_H_
#define PINMETRICS_SRC_STORE_KERNELS_BITMAP_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pinmetrics {

/// Kernels over the words of bitmaps, as fast as the processor at hand allows. `words` is a
/// multiple of 8; arrays do not overlap unless they are the same.
struct BitmapKernels {
  /// Of the instructions they are compiled for, so that tests can say what ran.
  std::string_view name;
  /// How many bits are set. Takes any number of words.
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

  /// Merges `from` into `to`, clears `from`, and says how many bits it had.
  std::uint64_t (*merge_and_clear)(std::uint64_t* from, std::uint64_t* to, std::size_t words);

  // These take any number of words.

  /// Deposits bits as pdep does: makes `to` those bits of `places` whose turn comes with a bit that
  /// is set: of all that are set in `places`, in order, bit `first` of `bits` decides about the
  /// first, the next one about the next. There is a word more of `bits` than has such a bit.
  void (*pdep)(const std::uint64_t* bits, std::size_t first, const std::uint64_t* places,
               std::size_t words, std::uint64_t* to);
  /// Intersects `a` with the prefix XOR of `edges`: clears what is before the first bit that is set
  /// in `edges`, keeps what is from there to before the second, and so on in turns.
  void (*and_prefix_xor)(const std::uint64_t* edges, std::uint64_t* a, std::size_t words);

  /// Of each word, how many bits are set in those before it.
  void (*count_before)(const std::uint64_t* a, std::size_t words, std::uint32_t* before);
  /// Of each stretch of bits from one of `starts` to before the next, how many are set. `starts`
  /// ascend and are bits of `a`, of which `before` has been counted. `counts` has room for one less
  /// than there are starts.
  void (*count_between)(const std::uint64_t* a, const std::uint32_t* before,
                        std::span<const std::uint32_t> starts, std::uint32_t* counts);
};

/// Sets the bits of some numbers. By bytes: they mostly ascend, so the next one is often in
/// the same word, and would wait for it to be written.
inline void SetBits(std::span<const std::uint16_t> numbers, std::uint64_t* words) {
  auto* const bytes = reinterpret_cast<unsigned char*>(words);
  for (const std::uint16_t number : numbers) {
    bytes[number / 8] = static_cast<unsigned char>(bytes[number / 8] | 1u << number % 8);
  }
}

/// The best kernels for this processor.
const BitmapKernels& BestBitmapKernels();

/// All kernels that run on this processor, the portable ones first.
std::span<const BitmapKernels* const> AllBitmapKernels();

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_KERNELS_BITMAP_KERNELS_H_
