#include "store/block/write_viewers.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "store/block/block_format.h"
#include "store/block/event_code.h"
#include "store/block/viewer_cursor.h"
#include "store/block/write_viewer_sets.h"
#include "store/kernels/bitmap_kernels.h"
#include "store/kernels/radix_sort.h"

namespace pinmetrics {

class ViewersWriter {
 public:
  ViewersWriter(const ViewedEvents& events, bool with_classes)
      : events_(events), with_classes_(with_classes) {}

  ViewerTables Write() && {
    std::vector<std::uint32_t> ends;
    const std::vector<std::uint32_t> keys = KeysByGroup(ends);
    ViewerSetsWriter sets;
    std::array<Group, kGroups> groups;
    std::vector<std::uint32_t> engaged;
    std::vector<std::uint32_t> others;
    std::vector<std::uint32_t> only_others;
    std::uint32_t begin = 0;
    const auto take_next = [&](std::size_t part, std::vector<std::uint32_t>& sorted) {
      sorted.assign(keys.begin() + begin, keys.begin() + ends[part]);
      begin = ends[part];
      SortDistinct(sorted);
    };
    for (std::size_t part = 0; part < ends.size(); part += kGroups) {
      if (begin == ends[part + kGroups - 1]) continue;
      for (std::size_t group = 0; group < kGroups; group += 2) {
        take_next(part + group, others);
        take_next(part + group + 1, engaged);
        // Who engaged with a combo and class is not with those who did not.
        only_others.clear();
        std::set_difference(others.begin(), others.end(), engaged.begin(), engaged.end(),
                            std::back_inserter(only_others));
        AddViewers(only_others, {sets.bits(group)}, groups[group]);
        AddViewers(engaged, {sets.bits(group), sets.bits(group + 1)}, groups[group + 1]);
      }
      const auto chunk = static_cast<std::uint16_t>(part / kGroups);
      CountPeople(sets);
      sets.EndChunk(chunk);
      for (Group& group : groups) EndChunk(group, chunk);
    }
    tables_.sets = sets.Sections();
    WriteGroups(groups);
    return std::move(tables_);
  }

 private:
  // In its chunk and group, every event becomes a number that sorts by combo, viewer and class.
  static constexpr std::uint32_t kClassBits = 7;
  static_assert(Block::kMaxListClasses == 1u << kClassBits);
  static constexpr std::uint32_t kComboBit = kClassBits + 16;
  static constexpr std::uint32_t kKeyBits = kComboBit + 9;
  static constexpr std::uint32_t kGroups = Block::kViewerParts;

  struct Group {
    std::vector<ViewerListCursor::Chunk> chunks;
    std::vector<std::byte> directory;
    std::vector<std::uint16_t> viewers;
    std::vector<std::uint8_t> classes;
    /// Of the chunk at hand, the viewers with each combo.
    std::array<std::uint32_t, event_code::kCombos> counts = {};
  };

  std::uint32_t Viewer(std::size_t event) const {
    std::uint32_t viewer;
    std::memcpy(&viewer, events_.viewers + event * events_.viewer_bytes, sizeof(viewer));
    return events_.viewer_bytes == 3 ? viewer & 0xffffff : viewer;
  }

  /// The events of known viewers, those of a chunk and group together: those of chunk c in group g
  /// end at `ends[4 * c + g]`.
  std::vector<std::uint32_t> KeysByGroup(std::vector<std::uint32_t>& ends) const {
    const auto part_of = [&](const PinRows& pin, std::size_t event, std::uint32_t viewer) {
      const std::uint32_t engaged =
          IsEngagementKind(events_.codes[event] / event_code::kCombos) ? 1 : 0;
      return (viewer >> 16) * kGroups + pin.population() * 2 + engaged;
    };
    const auto visit = [&](auto see) {
      std::size_t i = 0;
      for (const PinRows& pin : events_.pins) {
        for (const std::size_t end = i + pin.rows; i < end; ++i) {
          if (const std::uint32_t viewer = Viewer(i)) see(pin, i, viewer);
        }
      }
    };
    // Counts a part's events one place further on: where its first one goes, and from there on.
    std::vector<std::uint32_t> next(((events_.viewer_limit >> 16) + std::size_t{1}) * kGroups + 1);
    visit([&](const PinRows& pin, std::size_t i, std::uint32_t viewer) {
      ++next[part_of(pin, i, viewer) + 1];
    });
    for (std::size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
    std::vector<std::uint32_t> keys(next.back());
    visit([&](const PinRows& pin, std::size_t i, std::uint32_t viewer) {
      keys[next[part_of(pin, i, viewer)]++] = events_.codes[i] % event_code::kCombos << kComboBit |
                                              (viewer & 0xffff) << kClassBits |
                                              (with_classes_ ? pin.class_index : 0);
    });
    next.pop_back();
    ends = std::move(next);
    return keys;
  }

  void SortDistinct(std::vector<std::uint32_t>& keys) {
    // For fewer, sorting by radix spends most of its time on counters.
    constexpr std::size_t kFewKeys = 64;
    if (keys.size() < kFewKeys) {
      std::sort(keys.begin(), keys.end());
    } else {
      RadixSort(
          keys, sort_scratch_, [](std::uint32_t key) { return key; }, kKeyBits);
    }
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  }

  /// Adds a chunk's keys to a group, and the viewers to some bitmaps.
  static void AddViewers(const std::vector<std::uint32_t>& keys,
                         std::initializer_list<std::uint64_t*> bitmaps, Group& group) {
    for (const std::uint32_t key : keys) {
      ++group.counts[key >> kComboBit];
      group.viewers.push_back(static_cast<std::uint16_t>(key >> kClassBits));
      group.classes.push_back(static_cast<std::uint8_t>(key & (Block::kMaxListClasses - 1)));
    }
    for (std::uint64_t* const bits : bitmaps) {
      for (const std::uint32_t key : keys) {
        const std::uint32_t low = key >> kClassBits & 0xffff;
        bits[low / 64] |= std::uint64_t{1} << low % 64;
      }
    }
  }

  static void EndChunk(Group& group, std::uint16_t chunk) {
    ViewerListCursor::Chunk ended = {chunk, 0, 0};
    std::uint32_t lists = 0;
    for (const std::uint32_t count : group.counts) {
      ended.viewers += count;
      lists += count > 0 ? 1 : 0;
    }
    if (lists == 0) return;
    ended.lists_less_1 = static_cast<std::uint16_t>(lists - 1);
    group.chunks.push_back(ended);
    if (ended.names_lists()) {
      for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
        if (group.counts[combo] == 0) continue;
        AppendBytes(group.directory, ViewerListCursor::List::Of(combo, group.counts[combo]));
      }
    } else {
      ViewerListCursor::Starts starts = {};
      for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
        starts[combo + 1] = static_cast<std::uint16_t>(starts[combo] + group.counts[combo]);
      }
      AppendBytes(group.directory, starts);
    }
    group.counts = {};
  }

  /// Adds the people of a chunk to the counts.
  void CountPeople(const ViewerSetsWriter& sets) {
    const auto count = [&](std::size_t set) { return kernels_.count(sets.bits(set), kChunkWords); };
    const auto count_both = [&](std::size_t a, std::size_t b) {
      return kernels_.count_union(sets.bits(a), sets.bits(b), kChunkWords);
    };
    tables_.viewer_counts[0] += count(0);
    tables_.viewer_counts[1] += count_both(0, 2);
    tables_.engaged_counts[0] += count(1);
    tables_.engaged_counts[1] += count_both(1, 3);
  }

  void WriteGroups(const std::array<Group, kGroups>& groups) {
    for (std::size_t i = 0; i < kGroups; ++i) {
      const Group& group = groups[i];
      std::vector<std::byte>& lists = tables_.lists[i];
      AppendBytes(lists,
                  std::array<std::uint32_t, 2>{static_cast<std::uint32_t>(group.chunks.size()),
                                               static_cast<std::uint32_t>(group.directory.size())});
      AppendAll(lists, group.chunks);
      AppendAll(lists, group.directory);
      Pad(lists);
      AppendAll(lists, group.viewers);
      Pad(lists);
      if (!with_classes_) continue;
      AppendAll(tables_.list_classes[i], group.classes);
      Pad(tables_.list_classes[i]);
    }
  }

  const ViewedEvents events_;
  const bool with_classes_;
  const BitmapKernels& kernels_ = BestBitmapKernels();
  std::vector<std::uint32_t> sort_scratch_;
  ViewerTables tables_;
};

ViewerTables WriteViewers(const ViewedEvents& events, bool with_classes) {
  return ViewersWriter(events, with_classes).Write();
}

}  // namespace pinmetrics
