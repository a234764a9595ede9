#include "store/class_loops.h"

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

constexpr ClassLoops kPortable = {&PickPortable, &FindPortable};

struct LoopsThatRun {
  std::array<const ClassLoops*, 3> loops = {&kPortable};
  std::size_t count = 1;
};

LoopsThatRun FindLoops() {
  LoopsThatRun found;
  for (const ClassLoops* loops : {Avx2ClassLoops(), Avx512ClassLoops()}) {
    if (loops != nullptr) found.loops[found.count++] = loops;
  }
  return found;
}

}  // namespace

std::span<const ClassLoops* const> AllClassLoops() {
  static const LoopsThatRun kFound = FindLoops();
  return std::span(kFound.loops).first(kFound.count);
}

const ClassLoops& BestClassLoops() { return *AllClassLoops().back(); }

}  // namespace pinmetrics
