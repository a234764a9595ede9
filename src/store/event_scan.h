#ifndef PINMETRICS_SRC_STORE_EVENT_SCAN_H_
#define PINMETRICS_SRC_STORE_EVENT_SCAN_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/store/block.h"
#include "store/bits.h"
#include "store/code_bits.h"
#include "store/read_trace.h"
#include "store/selection.h"

namespace pinmetrics {

/// The counters of some events, by population.
using PopulationSums = std::array<CounterSums, kPopulations>;

/// Some events on end, of those of a block.
struct EventRun {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Adds a run behind others, of which the last goes on if it ends where this one begins.
inline void AddRun(const EventRun& run, std::vector<EventRun>& runs) {
  if (!runs.empty() && runs.back().end == run.begin) {
    runs.back().end = run.end;
  } else {
    runs.push_back(run);
  }
}

/// What one block has for one Pin version, or for several on end.
struct BlockPin {
  std::uint32_t index = 0;  ///< In `Block::kPinKeys`; of the first.
  EventRun run = {};
};

/// Adds a Pin behind others, to the last if it follows on it.
inline void AddPin(const BlockPin& pin, std::vector<BlockPin>& pins) {
  if (!pins.empty() && pins.back().run.end == pin.run.begin) {
    pins.back().run.end = pin.run.end;
  } else {
    pins.push_back(pin);
  }
}

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
std::uint32_t ScoreOfKind(std::uint32_t kind, const CounterWeights& weights);

/// Looks through events of a block for those that a selection's mask lets pass: what is left where
/// no table has the answer. Masks are given by their number. For one query on one thread.
class EventScan {
 public:
  EventScan(const Selection& selection, ReadTrace& trace)
      : selection_(selection), trace_(trace), tests_of_masks_(selection.masks().size()) {}

  /// Adds the counters of some Pins' events to `to[segment]`. The Pins have this mask and ascend.
  /// `play_position` is where the walk over the block's Pins stands in `Block::kPlayPins`.
  void Count(const Block& block, std::span<const BlockPin> pins, std::uint32_t mask,
             std::size_t& play_position, PopulationSums* to);

  /// Has memory fetch what the events from one on are asked for by a mask, as far as it is known
  /// beforehand.
  void Fetch(const Block& block, std::uint32_t event, std::uint32_t mask);

  /// The score of some runs together: a weighted sum of counters, in which play time has no weight.
  /// The same weights in all calls.
  std::int64_t Score(const Block& block, std::span<const EventRun> runs, std::uint32_t mask,
                     const CounterWeights& weights);

  /// The scores of all that a block's events are divided into, as if all had this mask: its Pins or
  /// boards. `starts` is where the events of each begin, then where the last one's end. Calls
  /// `add(first, weight, counts)` with the counts of some on end, from the one with the index
  /// `first`, which add `weight` each to the score.
  template <typename Add>
  void ScoreParts(const Block& block, std::span<const std::uint32_t> starts, std::uint32_t mask,
                  const CounterWeights& weights, Add add);

  /// Appends the known viewer of every event of a segment to `viewers`, or of every engagement.
  void FindViewers(const Block& block, std::span<const EventRun> runs, std::uint32_t mask,
                   std::size_t segment, bool engaged, std::vector<std::uint32_t>& viewers);

 private:
  /// Codes each of which adds as much to a score.
  struct WeighedCodes {
    std::int64_t weight;
    CodeTest codes;
  };

  /// Tests for what a mask lets pass. Made when first needed.
  struct MaskTests {
    std::optional<std::vector<WeighedCodes>> weighed;
    std::vector<std::uint32_t> segments;  ///< That occur.
    /// Of each segment, from the mask's first on; of all kinds, and of engagements.
    std::vector<std::array<std::optional<CodeTest>, 2>> of_segments;
  };

  MaskTests& TestsOf(std::uint32_t mask);
  const std::vector<WeighedCodes>& WeighedCodesOf(std::uint32_t mask,
                                                  const CounterWeights& weights);
  const std::vector<std::uint32_t>& SegmentsOf(std::uint32_t mask);
  const CodeTest& SegmentCodes(std::uint32_t mask, std::size_t segment, bool engaged);
  /// Marks in `marks_` which events of a block are in the set.
  void Mark(const Block& block, const CodeTest& codes);
  /// Calls `see(first, words)` with a bit for each of the events from `64 * first` on, until all of
  /// the runs are through: 1 for those of a run that pass.
  template <typename See>
  void VisitPassing(const Block& block, std::span<const EventRun> runs, const CodeTest& codes,
                    See see);

  const Selection& selection_;
  ReadTrace& trace_;
  std::vector<std::unique_ptr<MaskTests>> tests_of_masks_;
  const BitLoops& loops_ = BestBitLoops();
  std::vector<std::uint64_t> marks_;
  std::vector<std::uint32_t> marks_before_;
  std::vector<std::uint32_t> counts_;
};

// ---- implementation ----

template <typename Add>
void EventScan::ScoreParts(const Block& block, std::span<const std::uint32_t> starts,
                           std::uint32_t mask, const CounterWeights& weights, Add add) {
  // As many at a time as leave their counts in the first cache.
  constexpr std::size_t kStrip = 1'024;
  const std::size_t parts = starts.size() - 1;
  counts_.resize(kStrip);
  for (const WeighedCodes& codes : WeighedCodesOf(mask, weights)) {
    Mark(block, codes.codes);
    for (std::size_t first = 0; first < parts; first += kStrip) {
      const std::size_t size = std::min(kStrip, parts - first);
      loops_.count_between(marks_.data(), marks_before_.data(), starts.subspan(first, size + 1),
                           counts_.data());
      add(first, codes.weight, std::span<const std::uint32_t>(counts_).first(size));
    }
  }
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_EVENT_SCAN_H_
