#include "store/kernels/class_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#endif

namespace pinmetrics {

#if defined(__x86_64__)
namespace {

#define PINMETRICS_AVX2 [[gnu::target("popcnt,avx2")]]

constexpr std::size_t kLanes = 32;

/// Where the bits of a byte are that are 1, ascending; what follows them has no meaning.
constexpr std::array<std::array<std::uint8_t, 8>, 256> kPositions = [] {
  std::array<std::array<std::uint8_t, 8>, 256> positions = {};
  for (std::size_t byte = 0; byte < positions.size(); ++byte) {
    std::size_t count = 0;
    for (std::uint8_t bit = 0; bit < 8; ++bit) {
      if ((byte >> bit & 1) != 0) positions[byte][count++] = bit;
    }
  }
  return positions;
}();

PINMETRICS_AVX2 __m128i Positions(std::uint32_t byte) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kPositions[byte].data()));
}

/// A set in registers: 32 classes are looked up at once.
class SetInRegisters {
 public:
  PINMETRICS_AVX2 explicit SetInRegisters(const ClassSet& set) {
    for (std::size_t i = 0; i < kTables; ++i) {
      const auto* const part =
          reinterpret_cast<const __m128i*>(set.bits().data() + i * sizeof(__m128i));
      tables_[i] = _mm256_broadcastsi128_si256(_mm_loadu_si128(part));
    }
  }

  /// A bit for each of 32 classes.
  PINMETRICS_AVX2 std::uint32_t Find(const std::uint8_t* classes) const {
    const __m256i index = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(classes));
    const __m256i all_but_one = _mm256_set1_epi8(0x70);
    __m256i byte_index = _mm256_and_si256(_mm256_srli_epi16(index, 3), _mm256_set1_epi8(31));
    __m256i bytes = _mm256_setzero_si256();
    for (const __m256i& table : tables_) {
      // A shuffle gives 0 for an index of 128 or more: so are those of other tables made here.
      const __m256i of_table = _mm256_adds_epu8(byte_index, all_but_one);
      bytes = _mm256_or_si256(bytes, _mm256_shuffle_epi8(table, of_table));
      byte_index = _mm256_sub_epi8(byte_index, _mm256_set1_epi8(16));
    }
    const __m256i powers = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i bit = _mm256_shuffle_epi8(powers, _mm256_and_si256(index, _mm256_set1_epi8(7)));
    const __m256i misses = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), _mm256_setzero_si256());
    return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(misses));
  }

 private:
  static constexpr std::size_t kTables = 2;
  __m256i tables_[kTables];  ///< Sixteen bytes each, twice.
};

PINMETRICS_AVX2 std::size_t Pick(std::span<const std::uint16_t> viewers,
                                 const std::uint8_t* classes, const ClassSet& set,
                                 std::uint16_t* picked) {
  const SetInRegisters registers(set);
  std::uint16_t* next = picked;
  const std::size_t in_registers = viewers.size() / kLanes * kLanes;
  for (std::size_t i = 0; i < in_registers; i += kLanes) {
    const std::uint32_t passing = registers.Find(classes + i);
    for (std::uint32_t shift = 0; shift < kLanes; shift += 8) {
      const std::uint32_t of_eight = passing >> shift & 0xff;
      const __m128i twice = _mm_slli_epi16(Positions(of_eight), 1);
      const __m128i bytes = _mm_unpacklo_epi8(twice, _mm_add_epi8(twice, _mm_set1_epi8(1)));
      const __m128i eight =
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(viewers.data() + i + shift));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(next), _mm_shuffle_epi8(eight, bytes));
      next += _mm_popcnt_u32(of_eight);
    }
  }
  for (std::size_t i = in_registers; i < viewers.size(); ++i) {
    *next = viewers[i];
    next += set.Has(classes[i]);
  }
  return static_cast<std::size_t>(next - picked);
}

PINMETRICS_AVX2 void Find(std::span<const std::uint8_t> classes, const ClassSet& set,
                          std::uint64_t* to) {
  const SetInRegisters registers(set);
  for (std::size_t i = 0; i < classes.size(); i += 2 * kLanes) {
    const std::uint64_t lower = registers.Find(classes.data() + i);
    const std::uint64_t upper = registers.Find(classes.data() + i + kLanes);
    to[i / 64] = lower | upper << kLanes;
  }
  if (const std::size_t in_last = classes.size() % 64; in_last != 0) {
    to[classes.size() / 64] &= (std::uint64_t{1} << in_last) - 1;
  }
}

constexpr ClassKernels kLoops = {"Avx2", &Pick, &Find};

}  // namespace

const ClassKernels* Avx2ClassKernels() {
  const bool runs = __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("avx2");
  return runs ? &kLoops : nullptr;
}
#else
const ClassKernels* Avx2ClassKernels() { return nullptr; }
#endif

}  // namespace pinmetrics
