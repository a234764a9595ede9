#ifndef PINMETRICS_SRC_STORE_QUERY_BOARD_READER_H_
#define PINMETRICS_SRC_STORE_QUERY_BOARD_READER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "pinmetrics/metrics/metric.h"
#include "store/block/block.h"
#include "store/day/day_pin_index.h"
#include "store/dictionary/pin_table.h"
#include "store/query/accepted_events.h"
#include "store/query/compiled_query.h"
#include "store/query/event_scan.h"
#include "store/query/pin_finder.h"
#include "store/query/population_sums.h"
#include "store/query/read_trace.h"
#include "store/query/sums_reader.h"

namespace pinmetrics {

/// Reads what a compiled query counts for boards out of blocks: from sums by board where these
/// have it, else from the events of their Pins. For one query on one thread.
class BoardReader {
 public:
  /// `finder`, `sums` and `scan` are for the same query.
  BoardReader(const PinTable::View& pins, const CompiledQuery& compiled, PinFinder& finder,
              SumsReader& sums, EventScan& scan, ReadTrace& trace)
      : pins_(pins),
        compiled_(compiled),
        finder_(finder),
        sums_(sums),
        scan_(scan),
        trace_(trace),
        accepted_events_(pins, compiled) {}

  /// Adds what the block counts for all boards, from sums by board: to `to[board]`. False if these
  /// do not have the figures.
  bool CountFromSums(const Block& block, std::vector<PopulationSums>& to);
  /// The same for a weighted sum of counters alone.
  bool ScoreFromSums(const Block& block, const CounterWeights& weights,
                     std::vector<std::int64_t>& to);

  /// Adds what the block counts for some boards, which ascend: that of `boards[i]` to `to[i]`.
  /// `pin_index` is that of the block, or null.
  void Count(const Block& block, const DayPinIndex* pin_index,
             std::span<const std::uint32_t> boards, std::span<PopulationSums> to);

  // These score events, by weights in which play time has none, for compiled queries that have an
  // `only_map`.

  /// Scores all boards as if every Pin counted, from sums or events: no board has more.
  void ScoreAtMost(const Block& block, const DayPinIndex* pin_index, const CounterWeights& weights,
                   std::vector<std::int64_t>& to);
  /// Scores all boards by their Pins that count.
  void Score(const Block& block, const DayPinIndex* pin_index, const CounterWeights& weights,
             std::vector<std::int64_t>& to);
  /// The same of some boards, which ascend: that of `boards[i]` to `to[i]`.
  void Score(const Block& block, const DayPinIndex* pin_index, const CounterWeights& weights,
             std::span<const std::uint32_t> boards, std::span<std::int64_t> to);

 private:
  bool RejectsPopulation(std::uint32_t population) const;
  /// Scores all boards by all events, or by those that `edges` let count, if not null.
  void ScoreRuns(const Block& block, const DayPinIndex* pin_index, const std::uint64_t* edges,
                 const CounterWeights& weights, std::vector<std::int64_t>& to);
  /// Adds what a block counts for a board: from the table of these, which has the figures, or for
  /// these Pins of the board.
  void CountBoardFromSums(const Block& block, std::uint32_t board, PopulationSums& to);
  void CountBoardPins(const Block& block, const BlockPins& pins, PopulationSums& to);

  /// Neighbouring Pins that have the same segment map.
  struct AlikePins {
    BlockPins pins;
    std::uint32_t map = 0;
  };

  const PinTable::View& pins_;
  const CompiledQuery& compiled_;
  PinFinder& finder_;
  SumsReader& sums_;
  EventScan& scan_;
  ReadTrace& trace_;
  AcceptedEvents accepted_events_;
  std::vector<AlikePins> alike_;   ///< Of the board that is counted.
  std::vector<BlockPin> counted_;  ///< Of it, those that are counted next.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_BOARD_READER_H_
