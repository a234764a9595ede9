#include "store/code_loops.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#endif

namespace pinmetrics {

#if defined(__x86_64__)
namespace {

#define PINMETRICS_AVX2 [[gnu::target("popcnt,avx2")]]

constexpr std::ptrdiff_t kLanes = 32;

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

/// Bits by their number, for 32 lookups at once.
template <std::size_t kTables>
struct BitsInRegisters {
  __m256i tables[kTables];  ///< Sixteen bytes each, twice.

  PINMETRICS_AVX2 explicit BitsInRegisters(const std::array<std::uint16_t, 32>& words) {
    for (std::size_t i = 0; i < kTables; ++i) {
      const auto* const part = reinterpret_cast<const __m128i*>(words.data() + i * 8);
      tables[i] = _mm256_broadcastsi128_si256(_mm_loadu_si128(part));
    }
  }

  /// A byte for each lane, not 0 if bit `bit` of byte `index` is 1: `bit` is below 8, `index` below
  /// 16 * kTables.
  PINMETRICS_AVX2 __m256i Find(__m256i index, __m256i bit) const {
    const __m256i all_but_one = _mm256_set1_epi8(0x70);
    __m256i bytes = _mm256_setzero_si256();
    for (const __m256i& table : tables) {
      // A shuffle gives 0 for an index of 128 or more: so are those of other tables made here.
      const __m256i of_table = _mm256_adds_epu8(index, all_but_one);
      bytes = _mm256_or_si256(bytes, _mm256_shuffle_epi8(table, of_table));
      index = _mm256_sub_epi8(index, _mm256_set1_epi8(16));
    }
    const __m256i powers = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0));
    return _mm256_and_si256(bytes, _mm256_shuffle_epi8(powers, bit));
  }
};

/// A bit for each byte that is not 0.
PINMETRICS_AVX2 std::uint32_t NotZero(__m256i bytes) {
  const __m256i zero = _mm256_cmpeq_epi8(bytes, _mm256_setzero_si256());
  return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(zero));
}

/// A set in registers: 32 codes are looked up at once.
class SetInRegisters {
 public:
  PINMETRICS_AVX2 explicit SetInRegisters(const CodeSet& set) : combos_(set.combo_words()) {
    std::array<std::uint8_t, 16> has_kind = {};
    for (std::size_t kind = 0; kind < event_code::kKinds; ++kind) {
      has_kind[kind] = (set.kinds() >> kind & 1) != 0 ? 0xff : 0;
    }
    kinds_ = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(has_kind.data())));
  }

  /// A bit for each of 32 codes.
  PINMETRICS_AVX2 std::uint32_t Find(const std::uint16_t* codes) const {
    const Parts first = PartsOf(codes);
    const Parts second = PartsOf(codes + 16);
    const __m256i has_combo = combos_.Find(_mm256_packus_epi16(first.byte, second.byte),
                                           _mm256_packus_epi16(first.bit, second.bit));
    const __m256i has_kind =
        _mm256_shuffle_epi8(kinds_, _mm256_packus_epi16(first.kind, second.kind));
    // Packing has put the halves of both across each other.
    return NotZero(_mm256_permute4x64_epi64(_mm256_and_si256(has_combo, has_kind), 0xd8));
  }

 private:
  /// Of sixteen codes: their kinds, and in which byte and bit of the set their combos are.
  struct Parts {
    __m256i kind;
    __m256i byte;
    __m256i bit;
  };

  PINMETRICS_AVX2 static Parts PartsOf(const std::uint16_t* codes) {
    const __m256i code = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes));
    // 7282 is 2^16 / 9, rounded up: exact for the numbers that codes divided by 32 can be.
    static_assert(event_code::kCombos == 32 * 9 && event_code::kKinds * 9 < 7282);
    const __m256i kind = _mm256_mulhi_epu16(_mm256_srli_epi16(code, 5), _mm256_set1_epi16(7282));
    const __m256i combo =
        _mm256_sub_epi16(code, _mm256_mullo_epi16(kind, _mm256_set1_epi16(event_code::kCombos)));
    return {kind, _mm256_srli_epi16(combo, 3), _mm256_and_si256(combo, _mm256_set1_epi16(7))};
  }

  BitsInRegisters<3> combos_;
  __m256i kinds_;
};

// The codes that are left of a run, fewer than 32, are the last of the 32 that end where it ends.
// Only the first runs of a block have fewer before them.

PINMETRICS_AVX2 void Count(const std::uint16_t* codes, std::span<const EventRun> runs,
                           const CodeSet& set, std::uint32_t* counts) {
  const SetInRegisters registers(set);
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const std::uint16_t* const end = codes + runs[run].end;
    const std::uint16_t* code = codes + runs[run].begin;
    std::uint32_t count = 0;
    for (; end - code >= kLanes; code += kLanes) {
      __builtin_prefetch(code + CodeLoops::kFetchAhead);
      count += static_cast<std::uint32_t>(_mm_popcnt_u32(registers.Find(code)));
    }
    if (end - codes < kLanes) {
      for (; code < end; ++code) count += set.Has(*code);
    } else if (code < end) {
      const std::uint32_t passing = registers.Find(end - kLanes) >> (kLanes - (end - code));
      count += static_cast<std::uint32_t>(_mm_popcnt_u32(passing));
    }
    counts[run] = count;
  }
}

/// Writes the events that have a bit, `first` and the 31 after it, and returns where they end.
PINMETRICS_AVX2 std::uint32_t* Write(std::uint32_t passing, std::ptrdiff_t first,
                                     std::uint32_t* to) {
  __m256i event = _mm256_set1_epi32(static_cast<int>(first));
  for (std::uint32_t shift = 0; shift < kLanes; shift += 8) {
    // All eight are stored, to be written over from where they mean nothing.
    const std::uint32_t byte = passing >> shift & 0xff;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm256_add_epi32(event, _mm256_cvtepu8_epi32(Positions(byte))));
    to += _mm_popcnt_u32(byte);
    event = _mm256_add_epi32(event, _mm256_set1_epi32(8));
  }
  return to;
}

PINMETRICS_AVX2 std::size_t Find(const std::uint16_t* codes, std::span<const EventRun> runs,
                                 const CodeSet& set, std::uint32_t* found) {
  const SetInRegisters registers(set);
  std::uint32_t* next = found;
  for (const EventRun& run : runs) {
    const std::uint16_t* const end = codes + run.end;
    const std::uint16_t* code = codes + run.begin;
    for (; end - code >= kLanes; code += kLanes) {
      next = Write(registers.Find(code), code - codes, next);
    }
    if (end - codes < kLanes) {
      for (; code < end; ++code) {
        *next = static_cast<std::uint32_t>(code - codes);
        next += set.Has(*code);
      }
    } else if (code < end) {
      const std::uint32_t not_before = 0xffffffff << (kLanes - (end - code));
      next = Write(registers.Find(end - kLanes) & not_before, end - kLanes - codes, next);
    }
  }
  return static_cast<std::size_t>(next - found);
}

PINMETRICS_AVX2 void Mark(std::span<const std::uint16_t> codes, const CodeSet& set,
                          std::uint64_t* words) {
  const SetInRegisters registers(set);
  std::size_t i = 0;
  for (; i + 64 <= codes.size(); i += 64) {
    const std::uint16_t* const code = codes.data() + i;
    __builtin_prefetch(code + CodeLoops::kFetchAhead);
    __builtin_prefetch(code + CodeLoops::kFetchAhead + kLanes);
    const std::uint64_t upper = registers.Find(code + kLanes);
    *words++ = registers.Find(code) | upper << kLanes;
  }
  if (i == codes.size()) return;
  std::uint64_t last = 0;
  for (std::size_t bit = 0; i < codes.size(); ++i, ++bit) {
    last |= std::uint64_t{set.Has(codes[i])} << bit;
  }
  *words = last;
}

PINMETRICS_AVX2 std::size_t Pick(std::span<const std::uint16_t> viewers,
                                 const std::uint8_t* classes, const ClassSet& set,
                                 std::uint16_t* picked) {
  const BitsInRegisters<2> bits(set.words());
  std::uint16_t* next = picked;
  const std::size_t in_registers = viewers.size() / kLanes * kLanes;
  for (std::size_t i = 0; i < in_registers; i += kLanes) {
    const __m256i index = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(classes + i));
    const __m256i byte = _mm256_and_si256(_mm256_srli_epi16(index, 3), _mm256_set1_epi8(31));
    const std::uint32_t passing =
        NotZero(bits.Find(byte, _mm256_and_si256(index, _mm256_set1_epi8(7))));
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

constexpr CodeLoops kLoops = {&Count, &Find, &Mark, &Pick};

}  // namespace

const CodeLoops* Avx2CodeLoops() {
  const bool runs = __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("avx2");
  return runs ? &kLoops : nullptr;
}
#else
const CodeLoops* Avx2CodeLoops() { return nullptr; }
#endif

}  // namespace pinmetrics
