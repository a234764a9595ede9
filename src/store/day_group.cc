#include "store/day_group.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "store/bits.h"
#include "store/viewer_sets.h"

namespace pinmetrics {

absl::CivilDay DayGroup::FirstDayOf(absl::CivilDay day) {
  const std::int64_t number = day - absl::CivilDay(1970, 1, 1);
  // Rounded down, also before 1970.
  return day - ((number % kDays + kDays) % kDays);
}

DayGroup::DayGroup(Blocks blocks) : blocks_(std::move(blocks)) {
  std::vector<std::array<ViewerSetCursor, ViewerSetsWriter::kSets>> days;
  for (const auto& packed : blocks_) {
    if (!packed) continue;
    auto& sets = days.emplace_back();
    for (std::uint32_t i = 0; i < sets.size(); ++i) sets[i] = ViewerSetCursor(packed->block(), i);
  }
  const BitLoops& loops = BestBitLoops();
  ViewerSetsWriter writer;
  while (true) {
    constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t chunk = kNone;
    for (const auto& sets : days) {
      for (const ViewerSetCursor& set : sets) {
        if (!set.done()) chunk = std::min(chunk, set.chunk());
      }
    }
    if (chunk == kNone) break;
    for (auto& sets : days) {
      for (std::size_t i = 0; i < sets.size(); ++i) {
        if (sets[i].done() || sets[i].chunk() != chunk) continue;
        if (const std::uint64_t* bitmap = sets[i].bitmap()) {
          loops.merge(bitmap, writer.bits(i), kChunkWords);
        }
        for (const std::uint16_t viewer : sets[i].array()) {
          writer.bits(i)[viewer / 64] |= std::uint64_t{1} << viewer % 64;
        }
        sets[i].Next();
      }
    }
    writer.EndChunk(static_cast<std::uint16_t>(chunk));
  }
  sets_ = writer.Table();
}

}  // namespace pinmetrics
