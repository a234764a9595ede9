#include "store/kernels/class_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#endif

namespace pinmetrics {

#if defined(__x86_64__)
namespace {

#define PINMETRICS_AVX512 [[gnu::target("popcnt,bmi2,avx512f,avx512bw,avx512vl,avx512vbmi2")]]

constexpr std::uint32_t kLanes = 32;

/// The first lanes, as many as are left.
PINMETRICS_AVX512 __mmask32 Lanes(std::size_t left) {
  return _bzhi_u32(0xffffffff, static_cast<std::uint32_t>(std::min<std::size_t>(left, kLanes)));
}

/// Of the classes that are there, those in a set, of which these are the words.
PINMETRICS_AVX512 __mmask32 Passing(const __m512i& words, const std::uint8_t* classes,
                                    __mmask32 there) {
  const __m512i index = _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8(there, classes));
  const __m512i word = _mm512_permutexvar_epi16(_mm512_srli_epi16(index, 4), words);
  const __m512i has = _mm512_srlv_epi16(word, _mm512_and_si512(index, _mm512_set1_epi16(15)));
  return _mm512_mask_test_epi16_mask(there, has, _mm512_set1_epi16(1));
}

PINMETRICS_AVX512 std::size_t Pick(std::span<const std::uint16_t> viewers,
                                   const std::uint8_t* classes, const ClassSet& set,
                                   std::uint16_t* picked) {
  const __m512i words = _mm512_loadu_si512(set.words().data());
  std::uint16_t* next = picked;
  for (std::size_t i = 0; i < viewers.size(); i += kLanes) {
    const __mmask32 there = Lanes(viewers.size() - i);
    const __mmask32 passing = Passing(words, classes + i, there);
    const __m512i viewer = _mm512_maskz_loadu_epi16(there, viewers.data() + i);
    _mm512_storeu_si512(next, _mm512_maskz_compress_epi16(passing, viewer));
    next += _mm_popcnt_u32(passing);
  }
  return static_cast<std::size_t>(next - picked);
}

PINMETRICS_AVX512 void Find(std::span<const std::uint8_t> classes, const ClassSet& set,
                            std::uint64_t* to) {
  const __m512i words = _mm512_loadu_si512(set.words().data());
  for (std::size_t i = 0; i < classes.size(); i += kLanes) {
    const std::uint64_t passing = Passing(words, classes.data() + i, Lanes(classes.size() - i));
    to[i / 64] = i % 64 == 0 ? passing : to[i / 64] | passing << kLanes;
  }
}

constexpr ClassKernels kLoops = {"Avx512", &Pick, &Find};

}  // namespace

const ClassKernels* Avx512ClassKernels() {
  const bool runs = __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi2") &&
                    __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
  return runs ? &kLoops : nullptr;
}
#else
const ClassKernels* Avx512ClassKernels() { return nullptr; }
#endif

}  // namespace pinmetrics
