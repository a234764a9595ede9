#ifndef PINMETRICS_SRC_STORE_PIN_TOGGLES_H_
#define PINMETRICS_SRC_STORE_PIN_TOGGLES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "pinmetrics/store/block.h"
#include "store/bits.h"
#include "store/class_loops.h"
#include "store/event_scan.h"
#include "store/pin_bits.h"
#include "store/pin_table.h"
#include "store/selection.h"

namespace pinmetrics {

/// Tells the events of Pins that a selection does not reject from those of others, as
/// `BitLoops::keep` takes it. For one query on one thread.
class PinToggles {
 public:
  PinToggles(const PinTable::View& pins, const Selection& selection)
      : pins_(pins), selection_(selection) {}

  /// Of some Pins on end, which are one at least: a bit for each event of the block, which is 1
  /// where an event that counts follows on one that does not, or the other way round. Events of
  /// other Pins do not count. There are words from the Pins' first group of events to one word past
  /// their last. `bits` are those of the block, or null.
  const std::uint64_t* Find(const Block& block, const PinBits* bits, const BlockPins& pins);

 private:
  const ClassSet& Classes();
  void FindByClass(const PinBits& bits, const BlockPins& pins, const EventRun& run);
  void FindByVersion(const Block& block, const BlockPins& pins);

  const PinTable::View& pins_;
  const Selection& selection_;
  /// Those that are not rejected, of a selection by class. Made when first needed.
  std::optional<ClassSet> classes_;
  const BitLoops& bit_loops_ = BestBitLoops();
  const ClassLoops& class_loops_ = BestClassLoops();
  std::vector<std::uint64_t> toggles_;
  std::vector<std::uint64_t> changes_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_PIN_TOGGLES_H_
