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

constexpr ClassLoops kPortable = {&PickPortable};

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
