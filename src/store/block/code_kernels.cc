#include "store/block/code_kernels.h"

#include <array>
#include <bit>

#include "store/kernels/processor.h"

namespace pinmetrics {
namespace {

// As for kernels over bitmaps: the same loops, compiled for different processors.
#define PINMETRICS_INLINE [[gnu::always_inline]] inline

PINMETRICS_INLINE std::uint64_t CountBits(std::uint64_t word) {
  return static_cast<std::uint64_t>(std::popcount(word));
}

PINMETRICS_INLINE void ChooseLoop(const std::uint64_t* which, const std::uint64_t* if_0,
                                  const std::uint64_t* if_1, std::uint64_t* __restrict to,
                                  std::size_t groups) {
  for (std::size_t group = 0; group < groups; ++group) {
    for (std::size_t i = 0; i < bit_sliced::kGroupWords; ++i) {
      to[i] = if_0[i] ^ ((if_0[i] ^ if_1[i]) & which[i]);
    }
    which += bit_sliced::kStride;
    if_0 += bit_sliced::kGroupWords;
    if_1 += bit_sliced::kGroupWords;
    to += bit_sliced::kGroupWords;
  }
}

PINMETRICS_INLINE void CountKindsLoop(const std::uint64_t* a, const std::uint64_t* bits,
                                      std::size_t groups, CounterSums& to) {
  constexpr std::size_t kCounters = 11;
  std::array<std::uint64_t, kCounters> counts = {};
  for (std::size_t i = 0; i < groups * bit_sliced::kGroupWords; ++i) {
    if (a[i] == 0) continue;
    const auto with = [&](std::size_t bit) { return a[i] & bits[bit_sliced::Place(bit, i)]; };
    const std::uint64_t impressions = with(bit_sliced::kImpression);
    counts[Tally::kImpressions] += CountBits(impressions);
    if (impressions == a[i]) continue;
    // The three bits that tell other actions apart, and the thresholds of playbacks.
    const std::array<std::uint64_t, 3> low = {with(bit_sliced::kKind), with(bit_sliced::kKind + 1),
                                              with(bit_sliced::kKind + 2)};
    const std::uint64_t plays = with(bit_sliced::kPlayback);
    counts[Tally::kPlaybacks] += CountBits(plays);
    counts[Tally::kVideoViews] += CountBits(plays & low[0]);
    counts[Tally::kTenSecondPlays] += CountBits(plays & low[1]);
    counts[Tally::kPlayedTo95Percent] += CountBits(plays & low[2]);
    const std::uint64_t others = a[i] & ~impressions & ~plays;
    for (std::size_t kind = 1; kind < event_code::kFirstPlaybackKind; ++kind) {
      std::uint64_t of_kind = others;
      for (std::size_t bit = 0; bit < low.size(); ++bit) {
        of_kind &= (kind >> bit & 1) != 0 ? low[bit] : ~low[bit];
      }
      counts[kind] += CountBits(of_kind);
    }
  }
  for (std::size_t i = 0; i < kCounters; ++i) to[i] += static_cast<std::int64_t>(counts[i]);
}

#define PINMETRICS_CODE_KERNELS(NAME, ...)                                             \
  __VA_ARGS__ void Choose##NAME(const std::uint64_t* which, const std::uint64_t* if_0, \
                                const std::uint64_t* if_1, std::uint64_t* to,          \
                                std::size_t groups) {                                  \
    ChooseLoop(which, if_0, if_1, to, groups);                                         \
  }                                                                                    \
  __VA_ARGS__ void CountKinds##NAME(const std::uint64_t* a, const std::uint64_t* bits, \
                                    std::size_t groups, CounterSums& to) {             \
    CountKindsLoop(a, bits, groups, to);                                               \
  }                                                                                    \
  constexpr CodeKernels kCodeKernels##NAME = {#NAME, &Choose##NAME, &CountKinds##NAME};

PINMETRICS_CODE_KERNELS(Portable)
#if defined(__x86_64__)
PINMETRICS_CODE_KERNELS(Avx2, [[gnu::target("popcnt,avx2")]])
constexpr std::array<const CodeKernels*, 2> kCodeKernels = {&kCodeKernelsPortable,
                                                            &kCodeKernelsAvx2};
#else
constexpr std::array<const CodeKernels*, 1> kCodeKernels = {&kCodeKernelsPortable};
#endif

}  // namespace

std::span<const CodeKernels* const> AllCodeKernels() {
  static const std::size_t kCount = HasAvx2() ? kCodeKernels.size() : 1;
  return std::span(kCodeKernels).first(kCount);
}

const CodeKernels& BestCodeKernels() { return *AllCodeKernels().back(); }

}  // namespace pinmetrics
