#ifndef PINMETRICS_SRC_STORE_DAY_GROUP_H_
#define PINMETRICS_SRC_STORE_DAY_GROUP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/store/block.h"
#include "store/pack.h"

namespace pinmetrics {

/// The viewer sets of eight days on end, united: the people of a long period are those of its whole
/// groups and of the days at its ends. Immutable.
class DayGroup {
 public:
  static constexpr std::int64_t kDays = 8;
  /// By day; null for a day without events.
  using Blocks = std::array<std::shared_ptr<const PackedBlock>, kDays>;

  /// The first day of the group that `day` is in.
  static absl::CivilDay FirstDayOf(absl::CivilDay day);

  explicit DayGroup(Blocks blocks);

  /// Whether the sets are those of just these blocks.
  bool IsOf(const Blocks& blocks) const { return blocks_ == blocks; }

  /// A set as in `Block::kSets`.
  ViewerSetCursor Set(std::uint32_t set) const { return {sets_, set}; }
  std::size_t bytes() const { return sizeof(*this) + sets_.size(); }

 private:
  Blocks blocks_;
  std::vector<std::byte> sets_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_GROUP_H_
