#ifndef PINMETRICS_SRC_STORE_KERNELS_RADIX_SORT_H_
#define PINMETRICS_SRC_STORE_KERNELS_RADIX_SORT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

/// Sorting by numbers with few bits, in as many passes as it takes digits of up to 11 bits.

namespace pinmetrics {

/// The most bits that one pass of a sort by radix looks at.
inline constexpr std::uint32_t kMaxDigitBits = 11;

/// One pass: what `parts` hold goes to `to` in the order of the `bits` bits from `shift` on of
/// `key(item)`; stable. Returns where the items with each of these digits end.
template <typename T, typename Key>
std::array<std::uint32_t, 1 << kMaxDigitBits> RadixPass(std::span<const std::span<const T>> parts,
                                                        T* to, Key key, std::uint32_t shift,
                                                        std::uint32_t bits) {
  const std::uint32_t digits = 1u << bits;
  const auto digit = [&](const T& item) {
    return static_cast<std::uint32_t>(key(item) >> shift) & (digits - 1);
  };
  std::array<std::uint32_t, 1 << kMaxDigitBits> next{};
  for (const std::span<const T> part : parts) {
    for (const T& item : part) ++next[digit(item)];
  }
  std::exclusive_scan(next.begin(), next.begin() + digits, next.begin(), 0u);
  for (const std::span<const T> part : parts) {
    for (const T& item : part) to[next[digit(item)]++] = item;
  }
  return next;
}

/// Sorts by the lower `bits` bits of `key(item)`, least significant digit first; stable. True if
/// the result is in `scratch`, else it is in `items`. A pass over few bits costs as much as one
/// over many: the digits are equally long.
template <typename T, typename Key>
bool RadixPasses(std::span<T> items, std::span<T> scratch, Key key, std::uint32_t bits) {
  const std::uint32_t passes = (bits + kMaxDigitBits - 1) / kMaxDigitBits;
  if (passes == 0) return false;
  const std::uint32_t digit_bits = (bits + passes - 1) / passes;
  for (std::uint32_t pass = 0; pass < passes; ++pass) {
    const std::span<const T> from = items;
    RadixPass<T>({&from, 1}, scratch.data(), key, pass * digit_bits, digit_bits);
    std::swap(items, scratch);
  }
  return passes % 2 == 1;
}

/// Sorts by `key(item)`, a number of at most `bits` bits; stable.
template <typename T, typename Key>
void RadixSort(std::vector<T>& items, std::vector<T>& scratch, Key key, std::uint32_t bits) {
  scratch.resize(items.size());
  if (RadixPasses<T>(items, scratch, key, bits)) items.swap(scratch);
}

/// Sorts items into groups, as they come within one: calls `place(item, position)` for each item
/// 0..`items` - 1, once with every position. Returns where each group begins, and their end.
template <typename GroupOf, typename Place>
std::vector<std::uint32_t> SortIntoGroups(std::size_t items, std::size_t groups, GroupOf group_of,
                                          Place place) {
  std::vector<std::uint32_t> starts(groups + 1);
  for (std::size_t item = 0; item < items; ++item) ++starts[group_of(item) + 1];
  std::inclusive_scan(starts.begin(), starts.end(), starts.begin());
  std::vector<std::uint32_t> next = starts;
  for (std::size_t item = 0; item < items; ++item) place(item, next[group_of(item)]++);
  return starts;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_KERNELS_RADIX_SORT_H_
