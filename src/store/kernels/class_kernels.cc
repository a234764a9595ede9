#include "store/kernels/class_kernels.h"

#include <array>

namespace pinmetrics {
namespace {

std::size_t PickPortable(std::span<const std::uint16_t> viewers, const std::uint8_t* classes,
                         const ClassSet& set, std::uint16_t* picked) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < viewers.size(); ++i) {
    picked[count] = viewers[i];
    count += set.Has(classes[i]);
  }
  return count;
}

void FindPortable(std::span<const std::uint8_t> classes, const ClassSet& set, std::uint64_t* to) {
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (i % 64 == 0) to[i / 64] = 0;
    to[i / 64] |= std::uint64_t{set.Has(classes[i])} << i % 64;
  }
}

constexpr ClassKernels kPortable = {"Portable", &PickPortable, &FindPortable};

}  // namespace

std::span<const ClassKernels* const> AllClassKernels() {
  static const std::array<const ClassKernels*, 2> kAll = {&kPortable, Avx2ClassKernels()};
  return std::span(kAll).first(kAll.back() != nullptr ? 2 : 1);
}

const ClassKernels& BestClassKernels() { return *AllClassKernels().back(); }

}  // namespace pinmetrics
