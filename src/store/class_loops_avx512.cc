#include "store/class_loops.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#endif

namespace pinmetrics {

#if defined(__x86_64__)
namespace {

#define PINMETRICS_AVX512 [[gnu::target("popcnt,bmi2,avx512f,avx512bw,avx512vl,avx512vbmi2")]]

constexpr std::uint32_t kLanes = 32;

PINMETRICS_AVX512 std::size_t Pick(std::span<const std::uint16_t> viewers,
                                   const std::uint8_t* classes, const ClassSet& set,
                                   std::uint16_t* picked) {
  const __m512i words = _mm512_loadu_si512(set.words().data());
  std::uint16_t* next = picked;
  for (std::size_t i = 0; i < viewers.size(); i += kLanes) {
    const auto left = static_cast<std::uint32_t>(std::min<std::size_t>(viewers.size() - i, kLanes));
    const __mmask32 there = _bzhi_u32(0xffffffff, left);
    const __m512i index = _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8(there, classes + i));
    const __m512i word = _mm512_permutexvar_epi16(_mm512_srli_epi16(index, 4), words);
    const __m512i has = _mm512_srlv_epi16(word, _mm512_and_si512(index, _mm512_set1_epi16(15)));
    const __mmask32 passing = _mm512_mask_test_epi16_mask(there, has, _mm512_set1_epi16(1));
    const __m512i viewer = _mm512_maskz_loadu_epi16(there, viewers.data() + i);
    _mm512_storeu_si512(next, _mm512_maskz_compress_epi16(passing, viewer));
    next += _mm_popcnt_u32(passing);
  }
  return static_cast<std::size_t>(next - picked);
}

constexpr ClassLoops kLoops = {&Pick};

}  // namespace

const ClassLoops* Avx512ClassLoops() {
  const bool runs = __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi2") &&
                    __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
  return runs ? &kLoops : nullptr;
}
#else
const ClassLoops* Avx512ClassLoops() { return nullptr; }
#endif

}  // namespace pinmetrics
