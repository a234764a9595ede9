#ifndef PINMETRICS_SRC_STORE_KERNELS_CLASS_KERNELS_H_
#define PINMETRICS_SRC_STORE_KERNELS_CLASS_KERNELS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pinmetrics {

/// Some classes of Pins, by the index that lists of viewers have for them.
class ClassSet {
 public:
  /// Indices are below this.
  static constexpr std::uint32_t kClasses = 256;

  void Add(std::uint32_t index) {
    has_[index] = 1;
    words_[index / 16] = static_cast<std::uint16_t>(words_[index / 16] | 1u << index % 16);
  }

  /// 1 or 0.
  std::uint8_t Has(std::uint8_t index) const { return has_[index]; }
  /// A bit for each class, in as many words as fill a register.
  const std::array<std::uint16_t, 32>& words() const { return words_; }

 private:
  std::array<std::uint8_t, kClasses> has_ = {};
  std::array<std::uint16_t, 32> words_ = {};
};

/// Kernels over classes of Pins and the viewers in lists beside them, as fast as the processor at
/// hand allows.
struct ClassKernels {
  /// Of the instructions they are compiled for, so that tests can say what ran.
  std::string_view name;

  /// Writes those of some viewers whose class is in the set, in order; says how many they are.
  /// `picked` has room for `kSpare` more than there are viewers.
  std::size_t (*pick)(std::span<const std::uint16_t> viewers, const std::uint8_t* classes,
                      const ClassSet& set, std::uint16_t* picked);

  /// Writes a bit for each of some classes: whether it is in the set. All bits of a word that has
  /// one are written, 0 past the last class. There are `kSpare` bytes more than classes.
  void (*find)(std::span<const std::uint8_t> classes, const ClassSet& set, std::uint64_t* to);

  static constexpr std::size_t kSpare = 64;
};

/// The best kernels for this processor.
const ClassKernels& BestClassKernels();

/// All kernels that run on this processor, the portable ones first.
std::span<const ClassKernels* const> AllClassKernels();

/// Kernels for AVX2; null where the processor has none.
const ClassKernels* Avx2ClassKernels();

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_KERNELS_CLASS_KERNELS_H_
