#ifndef PINMETRICS_SRC_STORE_COUNTED_BLOCKS_H_
#define PINMETRICS_SRC_STORE_COUNTED_BLOCKS_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "store/pack.h"
#include "store/snapshot_data.h"

namespace pinmetrics {

/// The blocks of the days that a plan counts, by their index from the first of these days.
class CountedBlocks {
 public:
  CountedBlocks(const SnapshotData& data, const DateRange& counted) : first_(counted.first()) {
    if (counted.empty()) return;
    days_.resize(static_cast<std::size_t>(counted.days()));
    const auto& sealed = data.sealed->blocks;
    const auto end = sealed.upper_bound(counted.last());
    for (auto day = sealed.lower_bound(counted.first()); day != end; ++day) {
      days_[IndexOf(day->first)].push_back(day->second);
    }
    for (const LiveRows& rows : data.live) {
      if (rows.size == 0 || !counted.Contains(rows.chunk->day())) continue;
      days_[IndexOf(rows.chunk->day())].push_back(
          rows.chunk->Packed(rows.size, rows.withdrawn, data.pins, data.viewer_limit));
    }
  }

  std::size_t days() const { return days_.size(); }
  std::size_t IndexOf(absl::CivilDay day) const { return static_cast<std::size_t>(day - first_); }

  const std::vector<std::shared_ptr<const PackedBlock>>& OnDay(std::size_t index) const {
    return days_[index];
  }

  /// Those of these days, which are all counted.
  std::vector<const Block*> OfDays(const DateRange& days) const {
    std::vector<const Block*> blocks;
    VisitDays(days, [&blocks](const Block& block) { blocks.push_back(&block); });
    return blocks;
  }

  /// Calls `visit(block)` for all of these days, which are all counted.
  template <typename Visit>
  void VisitDays(const DateRange& days, Visit visit) const {
    for (const absl::CivilDay day : days) {
      if (day < first_) continue;
      for (const auto& packed : days_[IndexOf(day)]) visit(packed->block());
    }
  }

 private:
  absl::CivilDay first_;
  std::vector<std::vector<std::shared_ptr<const PackedBlock>>> days_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_COUNTED_BLOCKS_H_
