#ifndef PINMETRICS_SRC_STORE_QUERY_VIEWER_COLLECTOR_H_
#define PINMETRICS_SRC_STORE_QUERY_VIEWER_COLLECTOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/audience/segment_people.h"
#include "store/block/block.h"
#include "store/dictionary/pin_table.h"
#include "store/query/compiled_query.h"
#include "store/query/event_scan.h"
#include "store/query/read_trace.h"

namespace pinmetrics {

/// Collects the viewers of many segments in one pass over the Pins of each block. For compiled
/// queries in which Pins decide the segment, and one query on one thread.
class ViewerCollector {
 public:
  /// The viewers of all events of a segment, and those of its engagements.
  enum Audience : std::uint8_t { kTotal, kEngaged };
  static constexpr std::size_t kAudiences = 2;
  template <typename T>
  using ByAudience = std::array<T, kAudiences>;

  /// A segment to collect, and the most events that it has on all days, by audience.
  struct Wanted {
    std::size_t segment = 0;
    ByAudience<std::size_t> most_events = {};
  };

  /// Collects for the audiences that `wants` is true for.
  ViewerCollector(const PinTable::View& pins, const CompiledQuery& compiled, EventScan& scan,
                  ReadTrace& trace, const ByAudience<bool>& wants);

  /// Forgets what was collected and begins anew, on so many days.
  void Start(std::span<const Wanted> segments, std::size_t days);
  /// Blocks that follow are of this day. Days ascend from 0, none is left out.
  void StartDay(std::size_t day);
  /// Adds the known viewer of every event.
  void Collect(const Block& block);
  /// No block follows.
  void End() { StartDay(days_); }

  /// The viewers of the segment that was given at `place`.
  SegmentViewers Of(std::size_t place, Audience audience) const {
    return collected_[audience].Of(place, days_);
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// What becomes of a Pin version: the place of its segment, and which of its events pass.
  struct Target {
    std::uint32_t place = kNone;
    std::uint32_t pattern = 0;
  };
  /// A bit for each event of a block that passes; null if all do.
  using Passing = ByAudience<const std::uint64_t*>;

  /// What was collected for one audience.
  struct Collected {
    std::vector<std::uint32_t> viewers;
    std::vector<std::size_t> first;    ///< In `viewers`, by place.
    std::vector<std::size_t> starts;   ///< From there, by place and day.
    std::vector<std::uint32_t*> next;  ///< By place: where the next viewer goes.

    SegmentViewers Of(std::size_t place, std::size_t days) const {
      const auto of_place = std::span(starts).subspan(place * (days + 1), days + 1);
      return {std::span(viewers).subspan(first[place], of_place[days]), of_place};
    }
  };

  const PinTable::View& pins_;
  const CompiledQuery& compiled_;
  EventScan& scan_;
  ReadTrace& trace_;
  const ByAudience<bool> wants_;
  /// Of the events that pass, by pattern of segment maps.
  std::vector<ByAudience<RankedBitmap>> bitmaps_;

  std::size_t days_ = 0;
  std::vector<Target> targets_;  ///< By Pin version.
  ByAudience<Collected> collected_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_VIEWER_COLLECTOR_H_
