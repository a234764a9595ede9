#ifndef PINMETRICS_SRC_STORE_QUERY_EVENT_SCAN_H_
#define PINMETRICS_SRC_STORE_QUERY_EVENT_SCAN_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "pinmetrics/metrics/metric.h"
#include "store/block/bit_sliced_codes.h"
#include "store/block/block.h"
#include "store/block/code_kernels.h"
#include "store/block/event_code.h"
#include "store/kernels/bitmap_kernels.h"
#include "store/query/compiled_query.h"
#include "store/query/population_sums.h"
#include "store/query/read_trace.h"

namespace pinmetrics {

/// Contiguous events of a block.
struct EventRun {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Makes a run longer by the next, if this follows on it.
inline bool Extend(EventRun& run, const EventRun& next) {
  if (run.end != next.begin) return false;
  run.end = next.end;
  return true;
}

/// Of word `word` of all events, which has some of the run: a bit for each that is in it.
inline std::uint64_t BitsOfRun(const EventRun& run, std::size_t word) {
  std::uint64_t bits = ~std::uint64_t{0};
  if (word == run.begin / 64) bits <<= run.begin % 64;
  if (word == (run.end - 1) / 64) bits &= ~std::uint64_t{0} >> (63 - (run.end - 1) % 64);
  return bits;
}

/// A range of a block's Pins, by index.
struct BlockPins {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// All events of neighbouring Pins.
inline EventRun RunOf(const Block& block, const BlockPins& pins) {
  const PinStarts starts = block.pin_starts();
  return {starts[pins.begin], starts[pins.end]};
}

/// What one block has for one Pin version, or for several neighbours.
struct BlockPin {
  std::uint32_t index = 0;  ///< In `Block::kPinKeys`; of the first.
  EventRun run = {};
};

/// Advances `position` to the first of `keys` that is not below `key`: neighbours are near in a
/// walk over all Pins, and any distance is found fast.
inline void SeekAscending(std::span<const std::uint32_t> keys, std::uint32_t key,
                          std::size_t& position) {
  if (position < keys.size() && keys[position] < key) {
    ++position;
    if (position < keys.size() && keys[position] < key) {
      position = static_cast<std::size_t>(
          std::lower_bound(keys.begin() + static_cast<std::ptrdiff_t>(position), keys.end(), key) -
          keys.begin());
    }
  }
}

/// What an event of a kind adds to a weighted sum of counters, beside its play time.
std::int64_t ScoreOfKind(std::uint32_t kind, const CounterWeights& weights);
/// The most that an event of any kind adds.
std::int64_t MostAnEvent(const CounterWeights& weights);

/// A bit for each of some events of a block, set if it has certain codes, with its rank: how many
/// are set from any of these events to any other is known at once.
class RankedBitmap {
 public:
  /// `edges`, if not null, are those of `AcceptedEvents`: only events that count are set.
  /// Returns, until the next call, a bit for each event of the groups that the run is in.
  std::span<const std::uint64_t> Make(const Block& block, const EventRun& run,
                                      const CodeTest& codes, const std::uint64_t* edges,
                                      ReadTrace& trace);

  /// Of each part of the events, from one of `starts` to before the next, how many are set.
  /// `starts` ascend; `counts` has room for one less.
  void Count(std::span<const std::uint32_t> starts, std::uint32_t* counts) const {
    kernels_.count_between(bits_.data(), before_.data(), starts, counts);
  }

 private:
  const BitmapKernels& kernels_ = BestBitmapKernels();
  std::vector<std::uint64_t> bits_;
  /// Of each word, how many are set before it.
  std::vector<std::uint32_t> before_;
};

/// Looks through events of a block for those that a compiled query's segment map lets pass: what is
/// left where no table has the answer. Segment maps are given by their number. For one query on one
/// thread.
class EventScan {
 public:
  EventScan(const CompiledQuery& compiled, ReadTrace& trace)
      : compiled_(compiled), trace_(trace), tests_of_maps_(compiled.segment_maps().size()) {}

  /// Adds the counters of some Pins' events to `to[segment]`. The Pins have this segment map and
  /// ascend. `play_position` is where the walk over the block's Pins stands in `Block::kPlayPins`.
  void Count(const Block& block, std::span<const BlockPin> pins, std::uint32_t map,
             std::size_t& play_position, PopulationSums* to);

  /// Adds the counters of those events of a Pin that are set in `passing`, as `Mark` makes it, or
  /// of all if it is null: what takes least where Pins have few events. `play_position` as above.
  void CountMarked(const Block& block, const BlockPin& pin, const std::uint64_t* passing,
                   std::size_t& play_position, CounterSums& sums);

  /// Adds the counters of those events of neighbouring Pins that `edges` let count, as if all had
  /// this segment map.
  void CountKept(const Block& block, const BlockPin& pins, std::uint32_t map,
                 const std::uint64_t* edges, PopulationSums* to);

  /// Has memory fetch the codes of some events.
  static void Fetch(const Block& block, const EventRun& run);

  /// The score of some runs together: a weighted sum of counters, in which play time has no weight.
  /// The same weights in all calls.
  std::int64_t Score(const Block& block, std::span<const EventRun> runs, std::uint32_t map,
                     const CounterWeights& weights);

  /// What scores are made of: calls `add(weight, bitmap)` for bitmaps each bit of which adds
  /// `weight` to the score of what the event belongs to. Of the events of a run, as if all had this
  /// segment map, or of those that `edges` let count, if not null; the same weights in all calls.
  template <typename Add>
  void VisitBitmaps(const Block& block, const EventRun& run, std::uint32_t map,
                    const CounterWeights& weights, const std::uint64_t* edges, Add add) {
    for (const WeighedCodes& codes : WeighedCodesOf(map, weights)) {
      bitmap_.Make(block, run, codes.codes, edges, trace_);
      add(codes.weight, std::as_const(bitmap_));
    }
  }

  /// A bit for each event of a block that a segment map lets pass into its first segment, of all or
  /// of engagements. There until `bitmap` is made again.
  std::span<const std::uint64_t> Mark(const Block& block, std::uint32_t map, bool engaged,
                                      RankedBitmap& bitmap);

  /// Appends the known viewer of every event of a segment to `viewers`, or of every engagement.
  void FindViewers(const Block& block, std::span<const EventRun> runs, std::uint32_t map,
                   std::size_t segment, bool engaged, std::vector<std::uint32_t>& viewers);

 private:
  /// Codes each of which adds as much to a score.
  struct WeighedCodes {
    std::int64_t weight;
    CodeTest codes;
  };

  /// Tests for what a segment map lets pass. Made when first needed.
  struct SegmentMapTests {
    std::optional<std::vector<WeighedCodes>> weighed;
    std::vector<std::uint32_t> segments;  ///< That occur.
    /// Of each segment, from the segment map's first on; of all kinds, and of engagements.
    std::vector<std::array<std::optional<CodeTest>, 2>> of_segments;
  };

  class PlayTimes;

  SegmentMapTests& TestsOf(std::uint32_t map);
  const std::vector<WeighedCodes>& WeighedCodesOf(std::uint32_t map, const CounterWeights& weights);
  const std::vector<std::uint32_t>& SegmentsOf(std::uint32_t map);
  const CodeTest& SegmentCodes(std::uint32_t map, std::size_t segment, bool engaged);
  /// Calls `see(first_run, first_group, words)` with a bit for each event of some groups, until all
  /// of the runs are through: 1 for those of a run that pass. Runs that follow closely on each
  /// other are looked through at once, all events from the first of them on.
  template <typename See>
  void VisitPassing(const Block& block, std::span<const EventRun> runs, const CodeTest& codes,
                    See see);
  /// Adds the counters of those events of some groups, from `first` on, that pass.
  void CountPassing(const Block& block, std::size_t first, std::span<const std::uint64_t> passing,
                    PlayTimes& play_times, CounterSums& sums);

  const CompiledQuery& compiled_;
  ReadTrace& trace_;
  std::vector<std::unique_ptr<SegmentMapTests>> tests_of_maps_;
  const BitmapKernels& bitmap_kernels_ = BestBitmapKernels();
  const CodeKernels& code_kernels_ = BestCodeKernels();
  RankedBitmap bitmap_;
  std::vector<EventRun> runs_;  ///< Of the Pins that are being counted.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_EVENT_SCAN_H_
