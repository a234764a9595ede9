#include "store/code_loops.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#endif

namespace pinmetrics {

#if defined(__x86_64__)
namespace {

#define PINMETRICS_AVX512 [[gnu::target("popcnt,bmi2,avx512f,avx512bw,avx512vl,avx512vbmi2")]]

constexpr std::uint32_t kLanes = 32;

/// A set in registers: 32 codes are looked up at once.
struct SetInRegisters {
  __m512i combo_words;
  __m512i kinds;

  PINMETRICS_AVX512 explicit SetInRegisters(const CodeSet& set)
      : combo_words(_mm512_loadu_si512(set.combo_words().data())),
        kinds(_mm512_set1_epi16(static_cast<short>(set.kinds()))) {}

  /// A bit for each of the codes from `codes` to before `end`, the first 32 of them.
  PINMETRICS_AVX512 std::uint32_t Find(const std::uint16_t* codes, const std::uint16_t* end) const {
    const auto left = static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(end - codes, kLanes));
    const __mmask32 there = _bzhi_u32(0xffffffff, left);
    const __m512i code = _mm512_maskz_loadu_epi16(there, codes);
    // 7282 is 2^16 / 9, rounded up: exact for the numbers that codes divided by 32 can be.
    static_assert(event_code::kCombos == 32 * 9 && event_code::kKinds * 9 < 7282);
    const __m512i kind = _mm512_mulhi_epu16(_mm512_srli_epi16(code, 5), _mm512_set1_epi16(7282));
    const __m512i combo =
        _mm512_sub_epi16(code, _mm512_mullo_epi16(kind, _mm512_set1_epi16(event_code::kCombos)));
    const __m512i word = _mm512_permutexvar_epi16(_mm512_srli_epi16(combo, 4), combo_words);
    const __m512i has_combo =
        _mm512_srlv_epi16(word, _mm512_and_si512(combo, _mm512_set1_epi16(15)));
    const __m512i has_kind = _mm512_srlv_epi16(kinds, kind);
    return _mm512_mask_test_epi16_mask(there, _mm512_and_si512(has_combo, has_kind),
                                       _mm512_set1_epi16(1));
  }
};

PINMETRICS_AVX512 void Count(const std::uint16_t* codes, std::span<const EventRun> runs,
                             const CodeSet& set, std::uint32_t* counts) {
  const SetInRegisters registers(set);
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const std::uint16_t* const end = codes + runs[run].end;
    std::uint32_t count = 0;
    for (const std::uint16_t* code = codes + runs[run].begin; code < end; code += kLanes) {
      __builtin_prefetch(code + CodeLoops::kFetchAhead);
      count += static_cast<std::uint32_t>(_mm_popcnt_u32(registers.Find(code, end)));
    }
    counts[run] = count;
  }
}

PINMETRICS_AVX512 std::size_t Find(const std::uint16_t* codes, std::span<const EventRun> runs,
                                   const CodeSet& set, std::uint32_t* found) {
  const SetInRegisters registers(set);
  const __m512i first_16 = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  std::uint32_t* next = found;
  for (const EventRun& run : runs) {
    const std::uint16_t* const end = codes + run.end;
    for (const std::uint16_t* code = codes + run.begin; code < end; code += kLanes) {
      const std::uint32_t passing = registers.Find(code, end);
      const std::array<__mmask16, 2> halves = {static_cast<__mmask16>(passing & 0xffff),
                                               static_cast<__mmask16>(passing >> 16)};
      __m512i events =
          _mm512_add_epi32(first_16, _mm512_set1_epi32(static_cast<int>(code - codes)));
      for (const __mmask16 half : halves) {
        // All sixteen are stored, those that do not pass behind the others, to be written over.
        _mm512_storeu_si512(next, _mm512_maskz_compress_epi32(half, events));
        next += _mm_popcnt_u32(half);
        events = _mm512_add_epi32(events, _mm512_set1_epi32(16));
      }
    }
  }
  return static_cast<std::size_t>(next - found);
}

PINMETRICS_AVX512 void Mark(std::span<const std::uint16_t> codes, const CodeSet& set,
                            std::uint64_t* words) {
  const SetInRegisters registers(set);
  const std::uint16_t* const end = codes.data() + codes.size();
  for (const std::uint16_t* code = codes.data(); code < end;) {
    __builtin_prefetch(code + CodeLoops::kFetchAhead);
    __builtin_prefetch(code + CodeLoops::kFetchAhead + kLanes);
    std::uint64_t word = registers.Find(code, end);
    code += std::min<std::ptrdiff_t>(end - code, kLanes);
    if (code < end) word |= std::uint64_t{registers.Find(code, end)} << kLanes;
    code += std::min<std::ptrdiff_t>(end - code, kLanes);
    *words++ = word;
  }
}

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

constexpr CodeLoops kLoops = {&Count, &Find, &Mark, &Pick};

}  // namespace

const CodeLoops* Avx512CodeLoops() {
  const bool runs = __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi2") &&
                    __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
  return runs ? &kLoops : nullptr;
}
#else
const CodeLoops* Avx512CodeLoops() { return nullptr; }
#endif

}  // namespace pinmetrics
