#include "store/bits.h"

#include <bit>

namespace pinmetrics {
namespace {

// The same loops, compiled for different processors: the baseline of x86-64 has no instruction that
// counts bits. Inlined into each variant, so that the variant's instructions are used.
#define PINMETRICS_INLINE [[gnu::always_inline]] inline

PINMETRICS_INLINE std::uint64_t CountLoop(const std::uint64_t* a, std::size_t words) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < words; ++i) {
    count += static_cast<std::uint64_t>(std::popcount(a[i]));
  }
  return count;
}

PINMETRICS_INLINE std::uint64_t CountUnionLoop(const std::uint64_t* a, const std::uint64_t* b,
                                               std::size_t words) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < words; ++i) {
    count += static_cast<std::uint64_t>(std::popcount(a[i] | b[i]));
  }
  return count;
}

PINMETRICS_INLINE void MergeLoop(const std::uint64_t* from, std::uint64_t* to, std::size_t words) {
  for (std::size_t i = 0; i < words; ++i) to[i] |= from[i];
}

std::uint64_t Count(const std::uint64_t* a, std::size_t words) { return CountLoop(a, words); }
std::uint64_t CountUnion(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  return CountUnionLoop(a, b, words);
}
void Merge(const std::uint64_t* from, std::uint64_t* to, std::size_t words) {
  MergeLoop(from, to, words);
}

#if defined(__x86_64__)

[[gnu::target("popcnt,avx2")]] std::uint64_t CountAvx2(const std::uint64_t* a, std::size_t words) {
  return CountLoop(a, words);
}
[[gnu::target("popcnt,avx2")]] std::uint64_t CountUnionAvx2(const std::uint64_t* a,
                                                            const std::uint64_t* b,
                                                            std::size_t words) {
  return CountUnionLoop(a, b, words);
}
[[gnu::target("popcnt,avx2")]] void MergeAvx2(const std::uint64_t* from, std::uint64_t* to,
                                              std::size_t words) {
  MergeLoop(from, to, words);
}

#endif

}  // namespace

const BitLoops& PortableBitLoops() {
  static constexpr BitLoops kLoops = {&Count, &CountUnion, &Merge};
  return kLoops;
}

const BitLoops& BestBitLoops() {
#if defined(__x86_64__)
  static constexpr BitLoops kAvx2Loops = {&CountAvx2, &CountUnionAvx2, &MergeAvx2};
  static const bool kHasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
  if (kHasAvx2) return kAvx2Loops;
#endif
  return PortableBitLoops();
}

}  // namespace pinmetrics
