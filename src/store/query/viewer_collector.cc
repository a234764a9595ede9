#include "store/query/viewer_collector.h"

#include <algorithm>
#include <bit>

namespace pinmetrics {

ViewerCollector::ViewerCollector(const PinTable::View& pins, const CompiledQuery& compiled,
                                 EventScan& scan, ReadTrace& trace)
    : pins_(pins),
      compiled_(compiled),
      scan_(scan),
      trace_(trace),
      bitmaps_(compiled.Patterns().maps.size()) {}

void ViewerCollector::Start(std::span<const Wanted> segments, std::size_t days, bool engaged) {
  engaged_ = engaged;
  days_ = days;
  first_.clear();
  starts_.assign(segments.size() * (days + 1), 0);
  std::vector<std::uint32_t> place_of_segment(compiled_.segments().size(), kNone);
  std::size_t room = 0;
  for (const Wanted& wanted : segments) {
    place_of_segment[wanted.segment] = static_cast<std::uint32_t>(first_.size());
    first_.push_back(room);
    // One more: a viewer that is not known is written as well, and written over.
    room += wanted.most_events + 1;
  }
  viewers_.resize(room);
  next_ = first_;

  const std::vector<std::uint32_t>& maps = compiled_.MapsOfVersions(pins_);
  targets_.assign(maps.size(), Target());
  for (std::size_t version = 0; version < maps.size(); ++version) {
    const SegmentMap& map = compiled_.segment_maps()[maps[version]];
    if (map.rejects_all) continue;
    targets_[version] = {place_of_segment[map.first_segment],
                         compiled_.Patterns().of_map[maps[version]]};
  }
}

void ViewerCollector::StartDay(std::size_t day) {
  for (std::size_t place = 0; place < next_.size(); ++place) {
    starts_[place * (days_ + 1) + day] = next_[place] - first_[place];
  }
}

void ViewerCollector::Collect(const Block& block) {
  // By pattern a bit for each event that passes; null if all do.
  std::vector<const std::uint64_t*> passing(bitmaps_.size());
  for (std::size_t i = 0; i < passing.size(); ++i) {
    const std::uint32_t map = compiled_.Patterns().maps[i];
    const SegmentMap& of_pattern = compiled_.segment_maps()[map];
    if (of_pattern.rejects_all || (of_pattern.accepts_all && !engaged_)) continue;
    passing[i] = scan_.Mark(block, map, engaged_, bitmaps_[i]).data();
  }
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  std::uint32_t* const viewers = viewers_.data();
  std::size_t collected = 0;
  std::uint32_t end = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint32_t begin = end;
    end = events[i + 1];
    const Target target = targets_[keys[i]];
    if (target.place == kNone) continue;
    std::size_t next = next_[target.place];
    const auto add = [&](std::uint32_t event) {
      viewers[next] = block.viewer(event);
      next += viewers[next] != 0 ? 1 : 0;
    };
    if (const std::uint64_t* bits = passing[target.pattern]) {
      for (std::uint32_t word = begin / 64; word <= (end - 1) / 64; ++word) {
        std::uint64_t left = bits[word] & BitsOfRun({begin, end}, word);
        for (; left != 0; left &= left - 1) {
          add(64 * word + static_cast<std::uint32_t>(std::countr_zero(left)));
        }
      }
    } else {
      for (std::uint32_t event = begin; event < end; ++event) add(event);
    }
    collected += next - next_[target.place];
    next_[target.place] = next;
  }
  trace_.AddAll(block, Block::kPinKeys);
  trace_.AddAll(block, Block::kPinOffsets);
  trace_.Add(Block::kViewers, 4 * collected);
}

}  // namespace pinmetrics
