#ifndef PINMETRICS_SRC_STORE_QUERY_VIEWER_COLLECTOR_H_
#define PINMETRICS_SRC_STORE_QUERY_VIEWER_COLLECTOR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

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
  /// A segment to collect, and the most events that it has on all days.
  struct Wanted {
    std::size_t segment = 0;
    std::size_t most_events = 0;
  };

  ViewerCollector(const PinTable::View& pins, const CompiledQuery& compiled, EventScan& scan,
                  ReadTrace& trace);

  /// Forgets what was collected and begins anew: the viewers of all events or of engagements, on so
  /// many days.
  void Start(std::span<const Wanted> segments, std::size_t days, bool engaged);
  /// Blocks that follow are of this day. Days ascend from 0, none is left out.
  void StartDay(std::size_t day);
  /// Adds the known viewer of every event.
  void Collect(const Block& block);
  /// No block follows.
  void End() { StartDay(days_); }

  /// The viewers of the segment that was given at `place`, those of day d from `Starts(place)[d]`
  /// to before `Starts(place)[d + 1]`.
  std::span<const std::uint32_t> Viewers(std::size_t place) const {
    return std::span(viewers_).subspan(first_[place], Starts(place)[days_]);
  }
  std::span<const std::size_t> Starts(std::size_t place) const {
    return std::span(starts_).subspan(place * (days_ + 1), days_ + 1);
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// What becomes of a Pin version: the place of its segment, and which of its events pass.
  struct Target {
    std::uint32_t place = kNone;
    std::uint32_t pattern = 0;
  };

  const PinTable::View& pins_;
  const CompiledQuery& compiled_;
  EventScan& scan_;
  ReadTrace& trace_;
  std::vector<RankedBitmap> bitmaps_;  ///< Of the events that pass, by pattern of segment maps.

  bool engaged_ = false;
  std::size_t days_ = 0;
  std::vector<Target> targets_;  ///< By Pin version.
  std::vector<std::uint32_t> viewers_;
  std::vector<std::size_t> first_;   ///< In `viewers_`, by place.
  std::vector<std::size_t> starts_;  ///< From there, by place and day.
  std::vector<std::size_t> next_;    ///< In `viewers_`, by place: where the next viewer goes.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_VIEWER_COLLECTOR_H_
