#ifndef PINMETRICS_SRC_STORE_QUERY_SUMS_READER_H_
#define PINMETRICS_SRC_STORE_QUERY_SUMS_READER_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "pinmetrics/metrics/metric.h"
#include "store/block/block.h"
#include "store/block/event_code.h"
#include "store/dictionary/pin_table.h"
#include "store/query/accepted_events.h"
#include "store/query/compiled_query.h"
#include "store/query/event_scan.h"
#include "store/query/pin_finder.h"
#include "store/query/population_sums.h"
#include "store/query/read_trace.h"

namespace pinmetrics {

/// A row of a block's table of sums, and where it counts.
struct RowMatch {
  std::uint32_t row;
  std::uint32_t slot;
};

inline bool operator<(const RowMatch& a, const RowMatch& b) {
  return a.slot != b.slot ? a.slot < b.slot : a.row < b.row;
}

/// Which rows of a block's table of sums count, and where to. The keys of most days are the same:
/// what was found for one serves the next.
class RowMatches {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// `slot_of(key)` is where a row counts, or `kNone`; the same in all calls.
  template <typename SlotOf>
  void Find(std::span<const std::uint32_t> keys, SlotOf slot_of) {
    if (is_known_ && std::equal(keys.begin(), keys.end(), keys_.begin(), keys_.end())) return;
    is_known_ = true;
    keys_.assign(keys.begin(), keys.end());
    found_.clear();
    for (std::uint32_t row = 0; row < keys.size(); ++row) {
      const std::uint32_t slot = slot_of(keys[row]);
      if (slot != kNone) found_.push_back({row, slot});
    }
    std::sort(found_.begin(), found_.end());
  }
  /// By slot, then row.
  const std::vector<RowMatch>& found() const { return found_; }

 private:
  bool is_known_ = false;
  std::vector<std::uint32_t> keys_;
  std::vector<RowMatch> found_;
};

/// Reads what a compiled query counts out of blocks, for segments and for Pins, from the smallest
/// table that has it exactly. For one query on one thread.
class SumsReader {
 public:
  /// `finder` and `scan` are for the same query.
  SumsReader(const PinTable::View& pins, const CompiledQuery& compiled, PinFinder& finder,
             EventScan& scan, ReadTrace& trace)
      : pins_(pins),
        compiled_(compiled),
        finder_(finder),
        scan_(scan),
        trace_(trace),
        accepted_events_(pins, compiled) {}

  /// Adds what the block counts for each segment: `to[segment]`.
  void Count(const Block& block, PopulationSums* to);

  /// Adds what the block counts for each item of a top list, to `to[item_of_version[version]]`;
  /// what lies past its end does not count.
  void CountItems(const Block& block, const std::vector<std::uint32_t>& item_of_version,
                  std::vector<PopulationSums>& to);
  /// The same for a weighted sum of counters alone, in which play time has no weight.
  void ScoreItems(const Block& block, const CounterWeights& weights,
                  const std::vector<std::uint32_t>& item_of_version, std::vector<std::int64_t>& to);

  /// Adds what one Pin version has in the blocks.
  void CountVersion(std::span<const Block* const> blocks, std::uint32_t version,
                    PopulationSums& to);
  /// The same as a weighted sum, as in `ScoreItems`.
  std::int64_t ScoreVersion(std::span<const Block* const> blocks, const CounterWeights& weights,
                            std::uint32_t version);

  /// Adds one Pin's counters: to `to[segment]`. The segment map by its number.
  void CountPin(const Block& block, const BlockPin& pin, std::uint32_t map_number,
                PinFinder::Position& position, PopulationSums* to);

 private:
  /// Adds what a block counts, if it has the table; else false, with nothing added.
  using Source = bool (SumsReader::*)(const Block& block, PopulationSums* to);
  /// Where a grain can be read from, what takes least first. The last one is always there.
  static std::span<const Source> SourcesFor(Grain grain);

  bool CountFromTotals(const Block& block, PopulationSums* to);
  bool CountFromDimensions(const Block& block, PopulationSums* to);
  bool CountFromCombos(const Block& block, PopulationSums* to);
  bool CountFromClasses(const Block& block, PopulationSums* to);
  bool CountFromCells(const Block& block, PopulationSums* to);
  bool CountFromOneScan(const Block& block, PopulationSums* to);
  bool CountFromBitmaps(const Block& block, PopulationSums* to);
  bool CountFromPins(const Block& block, PopulationSums* to);

  /// Where the combos of a segment map are added up: a slot for each segment, and the last for
  /// none.
  struct ComboSlots {
    /// No dimension of events has more values than this less one.
    static constexpr std::size_t kMost = 9;
    std::array<std::uint8_t, event_code::kCombos> slot_of = {};
    std::vector<std::uint32_t> segments;  ///< By slot; relative to the segment map's first.
  };

  const ComboSlots& SlotsOf(std::uint32_t map_number);
  /// The rows that count of a part of `Block::kComboKeys`, which has the combos of one population.
  std::span<const RowMatch> RowsOf(std::span<const std::uint32_t> keys, std::uint32_t population);
  std::int64_t ScorePin(const Block& block, const BlockPin& pin, std::uint32_t map,
                        const CounterWeights& weights, PinFinder::Position& position);

  const PinTable::View& pins_;
  const CompiledQuery& compiled_;
  PinFinder& finder_;
  EventScan& scan_;
  ReadTrace& trace_;
  AcceptedEvents accepted_events_;
  std::vector<RankedBitmap> bitmaps_;  ///< Of the events that pass, by pattern of segment maps.
  /// For the same weights in all calls. Made when first needed.
  std::optional<SumsScorer> sums_scorer_;
  /// By segment map. Made when first needed.
  std::vector<std::unique_ptr<ComboSlots>> slots_;
  /// By population: the combos that count, as rows of a table of all combos, and their segments.
  /// Made when first needed.
  std::optional<std::array<std::vector<RowMatch>, kPopulations>> combos_;
  std::vector<RowMatch> combo_rows_;
  RowMatches class_matches_;
  RowMatches dimension_matches_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_SUMS_READER_H_
