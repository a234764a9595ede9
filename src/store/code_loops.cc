#include "store/code_loops.h"

#include <algorithm>

namespace pinmetrics {
namespace {

void CountPortable(const std::uint16_t* codes, std::span<const EventRun> runs, const CodeSet& set,
                   std::uint32_t* counts) {
  for (std::size_t run = 0; run < runs.size(); ++run) {
    std::uint32_t count = 0;
    for (std::uint32_t i = runs[run].begin; i < runs[run].end; ++i) count += set.Has(codes[i]);
    counts[run] = count;
  }
}

std::size_t FindPortable(const std::uint16_t* codes, std::span<const EventRun> runs,
                         const CodeSet& set, std::uint32_t* found) {
  // Which events are in the set cannot be foretold, so they are picked without a branch.
  std::size_t count = 0;
  for (const EventRun& run : runs) {
    for (std::uint32_t i = run.begin; i < run.end; ++i) {
      found[count] = i;
      count += set.Has(codes[i]);
    }
  }
  return count;
}

void MarkPortable(std::span<const std::uint16_t> codes, const CodeSet& set, std::uint64_t* words) {
  for (std::size_t first = 0; first < codes.size(); first += 64) {
    const std::size_t bits = std::min<std::size_t>(codes.size() - first, 64);
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bits; ++i) word |= std::uint64_t{set.Has(codes[first + i])} << i;
    *words++ = word;
  }
}

std::size_t PickPortable(std::span<const std::uint16_t> viewers, const std::uint8_t* classes,
                         const ClassSet& set, std::uint16_t* picked) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < viewers.size(); ++i) {
    picked[count] = viewers[i];
    count += set.Has(classes[i]);
  }
  return count;
}

constexpr CodeLoops kPortable = {&CountPortable, &FindPortable, &MarkPortable, &PickPortable};

struct LoopsThatRun {
  std::array<const CodeLoops*, 3> loops = {&kPortable};
  std::size_t count = 1;
};

LoopsThatRun FindLoops() {
  LoopsThatRun found;
  for (const CodeLoops* loops : {Avx2CodeLoops(), Avx512CodeLoops()}) {
    if (loops != nullptr) found.loops[found.count++] = loops;
  }
  return found;
}

}  // namespace

std::span<const CodeLoops* const> AllCodeLoops() {
  static const LoopsThatRun kFound = FindLoops();
  return std::span(kFound.loops).first(kFound.count);
}

const CodeLoops& BestCodeLoops() { return *AllCodeLoops().back(); }

}  // namespace pinmetrics
