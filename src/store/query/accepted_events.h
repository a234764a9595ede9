#ifndef PINMETRICS_SRC_STORE_QUERY_ACCEPTED_EVENTS_H_
#define PINMETRICS_SRC_STORE_QUERY_ACCEPTED_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "store/block/block.h"
#include "store/day/day_pin_index.h"
#include "store/dictionary/pin_table.h"
#include "store/kernels/bitmap_kernels.h"
#include "store/kernels/class_kernels.h"
#include "store/query/compiled_query.h"
#include "store/query/event_scan.h"

namespace pinmetrics {

/// Tells the events of Pins that a compiled query does not reject from those of others, as
/// selection edges: their prefix XOR, which `BitmapKernels::and_prefix_xor` takes, has a bit for
/// each event of an accepted Pin. For one query on one thread.
class AcceptedEvents {
 public:
  AcceptedEvents(const PinTable::View& pins, const CompiledQuery& compiled)
      : pins_(pins), compiled_(compiled) {}

  /// The edges of some neighbouring Pins, one at least: a bit for each event of the block, which is
  /// 1 where an event that counts follows on one that does not, or the other way round. Events of
  /// other Pins do not count. There are words from the Pins' first group of events to one word past
  /// their last. `pin_index` is that of the block, or null.
  const std::uint64_t* Find(const Block& block, const DayPinIndex* pin_index,
                            const BlockPins& pins);

 private:
  const ClassSet& Classes();
  void FindByClass(const DayPinIndex& pin_index, const BlockPins& pins, const EventRun& run);
  void FindByVersion(const Block& block, const BlockPins& pins);

  const PinTable::View& pins_;
  const CompiledQuery& compiled_;
  /// Those that are not rejected, of a query that is compiled by class. Made when first needed.
  std::optional<ClassSet> classes_;
  const BitmapKernels& bitmap_kernels_ = BestBitmapKernels();
  const ClassKernels& class_kernels_ = BestClassKernels();
  std::vector<std::uint64_t> edges_;
  std::vector<std::uint64_t> changes_;
  std::vector<std::uint32_t> changed_pins_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_ACCEPTED_EVENTS_H_
