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
#include "store/code_loops.h"
#include "store/read_trace.h"
#include "store/selection.h"

namespace pinmetrics {

/// The counters of some events, by population.
using PopulationSums = std::array<CounterSums, kPopulations>;

/// What one block has for one Pin version.
struct BlockPin {
  std::uint32_t index = 0;  ///< In `Block::kPinKeys`.
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
std::uint32_t ScoreOfKind(std::uint32_t kind, const CounterWeights& weights);

/// Looks through events of a block for those that a selection's mask lets pass: what is left where
/// no table has the answer. Masks are given by their number. For one query on one thread.
class EventScan {
 public:
  EventScan(const Selection& selection, ReadTrace& trace)
      : selection_(selection), trace_(trace), codes_of_masks_(selection.masks().size()) {}

  /// Adds the counters of some Pins' events to `to[segment]`. The Pins have this mask and ascend.
  /// `play_position` is where the walk over the block's Pins stands in `Block::kPlayPins`.
  void Count(const Block& block, std::span<const BlockPin> pins, std::uint32_t mask,
             std::size_t& play_position, PopulationSums* to);

  /// The score of each run: a weighted sum of counters, in which play time has no weight. The same
  /// weights in all calls. Valid until the next call.
  std::span<const std::int64_t> Score(const Block& block, std::span<const EventRun> runs,
                                      std::uint32_t mask, const CounterWeights& weights);

  /// The scores of all Pins of a block, whatever their mask is, as if they had this one: calls
  /// `add(first, weight, counts)` with the counts of some Pins on end, from the one with the index
  /// `first`, which add `weight` each to the Pin's score. Looks through all events of the block.
  template <typename Add>
  void ScorePins(const Block& block, std::uint32_t mask, const CounterWeights& weights, Add add);

  /// Appends the known viewer of every event of a segment to `viewers`, or of every engagement.
  void FindViewers(const Block& block, std::span<const EventRun> runs, std::uint32_t mask,
                   std::size_t segment, bool engaged, std::vector<std::uint32_t>& viewers);

 private:
  /// Codes each of which adds as much to a score.
  struct WeighedCodes {
    std::int64_t weight;
    CodeSet codes;
  };

  /// The codes that a mask lets pass. Made when first needed.
  struct MaskCodes {
    std::optional<CodeSet> impressions;
    std::optional<CodeSet> others;
    std::optional<std::vector<WeighedCodes>> weighed;
    /// Of each segment, from the mask's first on; of all kinds, and of engagements.
    std::vector<std::array<std::optional<CodeSet>, 2>> of_segments;
  };

  MaskCodes& CodesOf(std::uint32_t mask);
  const std::vector<WeighedCodes>& WeighedCodesOf(std::uint32_t mask,
                                                  const CounterWeights& weights);
  /// Marks in `marks_` which events of a block are in the set.
  void Mark(const Block& block, const CodeSet& codes);
  const CodeSet& SegmentCodes(std::uint32_t mask, std::size_t segment, bool engaged);
  /// Where those of the events are whose codes are in the set. Valid until the next call.
  std::span<const std::uint32_t> Find(const Block& block, std::span<const EventRun> runs,
                                      const CodeSet& codes);

  const Selection& selection_;
  ReadTrace& trace_;
  std::vector<std::unique_ptr<MaskCodes>> codes_of_masks_;
  const CodeLoops& loops_ = BestCodeLoops();
  const BitLoops& bit_loops_ = BestBitLoops();
  std::vector<std::uint64_t> marks_;
  std::vector<std::uint32_t> marks_before_;
  std::vector<EventRun> runs_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::int64_t> scores_;
  std::vector<std::uint32_t> found_;
};

// ---- implementation ----

template <typename Add>
void EventScan::ScorePins(const Block& block, std::uint32_t mask, const CounterWeights& weights,
                          Add add) {
  // As many Pins at a time as leave their counts in the first cache.
  constexpr std::size_t kStrip = 1'024;
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const auto starts = block.Get<std::uint32_t>(Block::kPinEvents);
  const std::size_t pins = keys.size();
  counts_.resize(std::max(counts_.size(), kStrip));
  for (const WeighedCodes& codes : WeighedCodesOf(mask, weights)) {
    Mark(block, codes.codes);
    for (std::size_t first = 0; first < pins; first += kStrip) {
      const std::size_t size = std::min(kStrip, pins - first);
      bit_loops_.count_between(marks_.data(), marks_before_.data(), starts.subspan(first, size + 1),
                               counts_.data());
      add(first, codes.weight, std::span<const std::uint32_t>(counts_).first(size));
    }
  }
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_EVENT_SCAN_H_
