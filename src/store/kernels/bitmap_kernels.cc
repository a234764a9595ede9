#include "store/kernels/bitmap_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>
#include <bit>

#include "store/kernels/processor.h"

namespace pinmetrics {
namespace {

// The same loops, compiled for different processors: the baseline of x86-64 has no instruction that
// counts bits. Inlined into each variant, so that the variant's instructions are used.
#define PINMETRICS_INLINE [[gnu::always_inline]] inline

PINMETRICS_INLINE std::uint64_t BitsOf(std::uint64_t word) {
  return static_cast<std::uint64_t>(std::popcount(word));
}

PINMETRICS_INLINE std::uint64_t CountLoop(const std::uint64_t* a, std::size_t words) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < words; ++i) count += BitsOf(a[i]);
  return count;
}

PINMETRICS_INLINE void MergeLoop(const std::uint64_t* from, std::uint64_t* __restrict to,
                                 std::size_t words) {
  for (std::size_t i = 0; i < words; ++i) to[i] |= from[i];
}

PINMETRICS_INLINE void UniteLoop(const std::uint64_t* a, const std::uint64_t* b,
                                 std::uint64_t* __restrict to, std::size_t words) {
  for (std::size_t i = 0; i < words; ++i) to[i] = a[i] | b[i];
}

PINMETRICS_INLINE std::uint64_t CountUnionLoop(const std::uint64_t* a, const std::uint64_t* b,
                                               std::size_t words) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < words; ++i) count += BitsOf(a[i] | b[i]);
  return count;
}

PINMETRICS_INLINE std::uint64_t MergeAndCountUnionLoop(const std::uint64_t* from,
                                                       std::uint64_t* __restrict to,
                                                       const std::uint64_t* other,
                                                       std::size_t words) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < words; ++i) {
    to[i] |= from[i];
    count += BitsOf(to[i] | other[i]);
  }
  return count;
}

PINMETRICS_INLINE std::uint64_t MergeAndClearLoop(std::uint64_t* __restrict from,
                                                  std::uint64_t* __restrict to, std::size_t words) {
  // A strip stays in registers between its three loops.
  constexpr std::size_t kStrip = 8;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < words; i += kStrip) {
    std::uint64_t of_strip = 0;
    for (std::size_t j = 0; j < kStrip; ++j) of_strip += BitsOf(from[i + j]);
    for (std::size_t j = 0; j < kStrip; ++j) to[i + j] |= from[i + j];
    for (std::size_t j = 0; j < kStrip; ++j) from[i + j] = 0;
    count += of_strip;
  }
  return count;
}

PINMETRICS_INLINE void CountBeforeLoop(const std::uint64_t* a, std::size_t words,
                                       std::uint32_t* before) {
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < words; ++i) {
    before[i] = count;
    count += static_cast<std::uint32_t>(BitsOf(a[i]));
  }
}

/// How many bits are set before `bit`.
PINMETRICS_INLINE std::uint32_t CountUpTo(const std::uint64_t* a, const std::uint32_t* before,
                                          std::uint32_t bit) {
  const std::uint64_t lower = (std::uint64_t{1} << bit % 64) - 1;
  return before[bit / 64] + static_cast<std::uint32_t>(std::popcount(a[bit / 64] & lower));
}

PINMETRICS_INLINE void CountBetweenLoop(const std::uint64_t* a, const std::uint32_t* before,
                                        std::span<const std::uint32_t> starts,
                                        std::uint32_t* counts) {
  if (starts.empty()) return;
  std::uint32_t last = CountUpTo(a, before, starts.front());
  for (std::size_t i = 1; i < starts.size(); ++i) {
    const std::uint32_t next = CountUpTo(a, before, starts[i]);
    counts[i - 1] = next - last;
    last = next;
  }
}

/// Of each bit, whether an odd number of bits is set up to and with it.
PINMETRICS_INLINE std::uint64_t PrefixXor(std::uint64_t word) {
  for (std::uint32_t shift = 1; shift < 64; shift *= 2) word ^= word << shift;
  return word;
}

PINMETRICS_INLINE void AndPrefixXorLoop(const std::uint64_t* edges, std::uint64_t* __restrict a,
                                        std::size_t words) {
  constexpr std::size_t kStrip = 8;
  std::uint64_t kept_before = 0;
  const auto keep = [&](std::uint64_t parity, std::uint64_t& word) {
    const std::uint64_t kept = parity ^ kept_before;
    word &= kept;
    kept_before = 0 - (kept >> 63);
  };
  std::size_t i = 0;
  for (; i + kStrip <= words; i += kStrip) {
    // In this loop no word has to wait for another.
    std::array<std::uint64_t, kStrip> parities;
    for (std::size_t j = 0; j < kStrip; ++j) parities[j] = PrefixXor(edges[i + j]);
    for (std::size_t j = 0; j < kStrip; ++j) keep(parities[j], a[i + j]);
  }
  for (; i < words; ++i) keep(PrefixXor(edges[i]), a[i]);
}

/// 64 bits from bit `first` on.
PINMETRICS_INLINE std::uint64_t WordAt(const std::uint64_t* bits, std::size_t first) {
  // In two steps, since none shifts by 64.
  return bits[first / 64] >> first % 64 | bits[first / 64 + 1] << 1 << (63 - first % 64);
}

void PdepPortable(const std::uint64_t* bits, std::size_t first, const std::uint64_t* places,
                  std::size_t words, std::uint64_t* to) {
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t deposited = 0;
    std::uint64_t next = WordAt(bits, first);
    for (std::uint64_t left = places[i]; left != 0; left &= left - 1, next >>= 1) {
      deposited |= (next & 1) != 0 ? left & (0 - left) : 0;
    }
    first += BitsOf(places[i]);
    to[i] = deposited;
  }
}

#define PINMETRICS_BITMAP_KERNELS(NAME, PDEP, ...)                                                 \
  __VA_ARGS__ std::uint64_t Count##NAME(const std::uint64_t* a, std::size_t words) {               \
    return CountLoop(a, words);                                                                    \
  }                                                                                                \
  __VA_ARGS__ void Merge##NAME(const std::uint64_t* from, std::uint64_t* to, std::size_t words) {  \
    MergeLoop(from, to, words);                                                                    \
  }                                                                                                \
  __VA_ARGS__ void Unite##NAME(const std::uint64_t* a, const std::uint64_t* b, std::uint64_t* to,  \
                               std::size_t words) {                                                \
    UniteLoop(a, b, to, words);                                                                    \
  }                                                                                                \
  __VA_ARGS__ std::uint64_t CountUnion##NAME(const std::uint64_t* a, const std::uint64_t* b,       \
                                             std::size_t words) {                                  \
    return CountUnionLoop(a, b, words);                                                            \
  }                                                                                                \
  __VA_ARGS__ std::uint64_t MergeAndCountUnion##NAME(const std::uint64_t* from, std::uint64_t* to, \
                                                     const std::uint64_t* other,                   \
                                                     std::size_t words) {                          \
    return MergeAndCountUnionLoop(from, to, other, words);                                         \
  }                                                                                                \
  __VA_ARGS__ std::uint64_t MergeAndClear##NAME(std::uint64_t* from, std::uint64_t* to,            \
                                                std::size_t words) {                               \
    return MergeAndClearLoop(from, to, words);                                                     \
  }                                                                                                \
  __VA_ARGS__ void CountBefore##NAME(const std::uint64_t* a, std::size_t words,                    \
                                     std::uint32_t* before) {                                      \
    CountBeforeLoop(a, words, before);                                                             \
  }                                                                                                \
  __VA_ARGS__ void CountBetween##NAME(const std::uint64_t* a, const std::uint32_t* before,         \
                                      std::span<const std::uint32_t> starts,                       \
                                      std::uint32_t* counts) {                                     \
    CountBetweenLoop(a, before, starts, counts);                                                   \
  }                                                                                                \
  __VA_ARGS__ void AndPrefixXor##NAME(const std::uint64_t* edges, std::uint64_t* a,                \
                                      std::size_t words) {                                         \
    AndPrefixXorLoop(edges, a, words);                                                             \
  }                                                                                                \
  constexpr BitmapKernels kKernels##NAME = {#NAME,                                                 \
                                            &Count##NAME,                                          \
                                            &Merge##NAME,                                          \
                                            &Unite##NAME,                                          \
                                            &CountUnion##NAME,                                     \
                                            &MergeAndCountUnion##NAME,                             \
                                            &MergeAndClear##NAME,                                  \
                                            PDEP,                                                  \
                                            &AndPrefixXor##NAME,                                   \
                                            &CountBefore##NAME,                                    \
                                            &CountBetween##NAME};

PINMETRICS_BITMAP_KERNELS(Portable, &PdepPortable)

#if defined(__x86_64__)
[[gnu::target("popcnt,bmi2")]] void PdepBmi2(const std::uint64_t* bits, std::size_t first,
                                             const std::uint64_t* places, std::size_t words,
                                             std::uint64_t* to) {
  for (std::size_t i = 0; i < words; ++i) {
    to[i] = _pdep_u64(WordAt(bits, first), places[i]);
    first += BitsOf(places[i]);
  }
}

/// Without an instruction that counts the bits of a register: looks up how many each half of a byte
/// has, so that registers of words are read, counted, merged and cleared at once.
[[gnu::target("avx2")]] std::uint64_t MergeAndClearInRegisters(std::uint64_t* from,
                                                               std::uint64_t* to,
                                                               std::size_t words) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i low = _mm256_set1_epi8(0x0f);
  const __m256i bits_of_half =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
  __m256i sums = zero;
  for (std::size_t i = 0; i < words; i += 4) {
    auto* const source = reinterpret_cast<__m256i*>(from + i);
    auto* const target = reinterpret_cast<__m256i*>(to + i);
    const __m256i cleared = _mm256_loadu_si256(source);
    _mm256_storeu_si256(source, zero);
    _mm256_storeu_si256(target, _mm256_or_si256(cleared, _mm256_loadu_si256(target)));
    const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(cleared, 4), low);
    const __m256i counts =
        _mm256_add_epi8(_mm256_shuffle_epi8(bits_of_half, _mm256_and_si256(cleared, low)),
                        _mm256_shuffle_epi8(bits_of_half, upper));
    sums = _mm256_add_epi64(sums, _mm256_sad_epu8(counts, zero));
  }
  std::array<std::uint64_t, 4> parts;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(parts.data()), sums);
  return parts[0] + parts[1] + parts[2] + parts[3];
}

PINMETRICS_BITMAP_KERNELS(Avx2, &PdepBmi2, [[gnu::target("popcnt,avx2")]])

/// With the loop above. The first two Zen generations have the instruction that deposits bits, but
/// it takes them as long as a loop over these.
BitmapKernels Avx2Kernels() {
  BitmapKernels kernels = kKernelsAvx2;
  kernels.merge_and_clear = &MergeAndClearInRegisters;
  if (__builtin_cpu_is("znver1") || __builtin_cpu_is("znver2")) kernels.pdep = &PdepPortable;
  return kernels;
}
#endif

}  // namespace

std::span<const BitmapKernels* const> AllBitmapKernels() {
#if defined(__x86_64__)
  static const BitmapKernels kAvx2 = Avx2Kernels();
  static constexpr std::array<const BitmapKernels*, 2> kAll = {&kKernelsPortable, &kAvx2};
  if (HasAvx2()) return kAll;
#endif
  static constexpr std::array<const BitmapKernels*, 1> kPortable = {&kKernelsPortable};
  return kPortable;
}

const BitmapKernels& BestBitmapKernels() { return *AllBitmapKernels().back(); }

}  // namespace pinmetrics
