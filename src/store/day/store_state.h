#ifndef PINMETRICS_SRC_STORE_DAY_STORE_STATE_H_
#define PINMETRICS_SRC_STORE_DAY_STORE_STATE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/report/query.h"
#include "store/block/block.h"
#include "store/block/write_block.h"
#include "store/day/board_demographics.h"
#include "store/day/day_pin_index.h"
#include "store/day/head_chunk.h"
#include "store/day/new_viewers.h"
#include "store/day/store_limits.h"
#include "store/dictionary/pin_index.h"
#include "store/dictionary/pin_table.h"

namespace pinmetrics {

/// For each Pin version, the most events that one sealed day has for it, or `Block::kHeavy` if that
/// is more: what bounds its count on any sealed day that keeps no sums of it.
using PinPeaks = std::vector<std::uint8_t>;

/// A sealed day: its block, and what is kept beside it.
struct SealedDay {
  std::shared_ptr<const PackedBlock> block;
  /// Against the sealed days before it.
  std::shared_ptr<const NewViewers> new_viewers;
  std::shared_ptr<const BoardDemographics> board_demographics;
  std::shared_ptr<const DayPinIndex> day_pin_index;
};

/// Days of which bytes on the disk have changed, with what says so: file, place, account and day.
using DamagedDays = std::map<absl::CivilDay, std::string>;

/// The days that are sealed. Replaced as a whole by each sealing.
struct SealedDays {
  std::map<absl::CivilDay, SealedDay> days;
  DamagedDays damaged;  ///< None of the above.
  /// Of the versions there were when a day was last sealed.
  std::shared_ptr<const PinPeaks> peaks = std::make_shared<const PinPeaks>();
  std::size_t bytes = 0;  ///< Of all that days have here.
};

/// All that a snapshot sees.
class StoreState {
 public:
  ReportingOptions options;
  PinTable::View pins;
  /// Viewer numbers are below this.
  std::uint32_t viewer_limit = 1;
  std::shared_ptr<const SealedDays> sealed;
  /// What is not sealed, by chunks. Snapshots of the same rows share them and what they pack.
  std::vector<std::shared_ptr<const HeadRows>> live;
  /// Of these Pins.
  std::shared_ptr<PinIndexCache> pin_index;
  /// As in `StoreLimits`.
  std::size_t events_at_once = StoreLimits().events_at_once;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_STORE_STATE_H_
