#include "store/query/viewer_collector.h"

#include <algorithm>
#include <bit>

namespace pinmetrics {

ViewerCollector::ViewerCollector(const PinTable::View& pins, const CompiledQuery& compiled,
                                 EventScan& scan, ReadTrace& trace, const ByAudience<bool>& wants)
    : pins_(pins),
      compiled_(compiled),
      scan_(scan),
      trace_(trace),
      wants_(wants),
      bitmaps_(compiled.Patterns().maps.size()) {}

void ViewerCollector::Start(std::span<const Wanted> segments, std::size_t days) {
  days_ = days;
  for (std::size_t audience = 0; audience < kAudiences; ++audience) {
    if (!wants_[audience]) continue;
    Collected& collected = collected_[audience];
    collected.first.clear();
    collected.starts.assign(segments.size() * (days + 1), 0);
    std::size_t room = 0;
    for (const Wanted& wanted : segments) {
      collected.first.push_back(room);
      // One more: a viewer that is not known is written as well, and written over.
      room += wanted.most_events[audience] + 1;
    }
    // What was collected before need not be copied.
    if (collected.viewers.size() < room) collected.viewers = std::vector<std::uint32_t>(room);
    collected.next.clear();
    for (const std::size_t first : collected.first) {
      collected.next.push_back(collected.viewers.data() + first);
    }
  }

  std::vector<std::uint32_t> place_of_segment(compiled_.segments().size(), kNone);
  for (std::size_t place = 0; place < segments.size(); ++place) {
    place_of_segment[segments[place].segment] = static_cast<std::uint32_t>(place);
  }
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
  for (Collected& collected : collected_) {
    for (std::size_t place = 0; place < collected.next.size(); ++place) {
      const std::uint32_t* const first = collected.viewers.data() + collected.first[place];
      collected.starts[place * (days_ + 1) + day] =
          static_cast<std::size_t>(collected.next[place] - first);
    }
  }
}

void ViewerCollector::Collect(const Block& block) {
  std::vector<Passing> passing(bitmaps_.size());
  for (std::size_t i = 0; i < passing.size(); ++i) {
    const std::uint32_t map = compiled_.Patterns().maps[i];
    const SegmentMap& of_pattern = compiled_.segment_maps()[map];
    if (of_pattern.rejects_all) continue;
    for (std::size_t audience = 0; audience < kAudiences; ++audience) {
      if (!wants_[audience] || (audience == kTotal && of_pattern.accepts_all)) continue;
      passing[i][audience] =
          scan_.Mark(block, map, audience == kEngaged, bitmaps_[i][audience]).data();
    }
  }
  // Nothing refers to a copy, so writing viewers cannot change it: what it takes to read one stays
  // in registers.
  const Block copy = block;
  const auto keys = copy.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = copy.pin_starts();
  std::size_t collected = 0;
  std::uint32_t end = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const EventRun run = {end, events[i + 1]};
    end = run.end;
    const Target target = targets_[keys[i]];
    if (target.place == kNone) continue;
    for (std::size_t audience = 0; audience < kAudiences; ++audience) {
      if (!wants_[audience]) continue;
      std::uint32_t*& next = collected_[audience].next[target.place];
      std::uint32_t* to = next;
      const auto add = [&to, &copy](std::uint32_t event) {
        const std::uint32_t viewer = copy.viewer(event);
        *to = viewer;
        to += viewer != 0 ? 1 : 0;
      };
      if (const std::uint64_t* const bits = passing[target.pattern][audience]) {
        for (std::uint32_t word = run.begin / 64; word <= (run.end - 1) / 64; ++word) {
          std::uint64_t left = bits[word] & BitsOfRun(run, word);
          for (; left != 0; left &= left - 1) {
            add(64 * word + static_cast<std::uint32_t>(std::countr_zero(left)));
          }
        }
      } else {
        for (std::uint32_t event = run.begin; event < run.end; ++event) add(event);
      }
      collected += static_cast<std::size_t>(to - next);
      next = to;
    }
  }
  trace_.AddAll(block, Block::kPinKeys);
  trace_.AddAll(block, Block::kPinOffsets);
  trace_.Add(Block::kViewers, 4 * collected);
}

}  // namespace pinmetrics
