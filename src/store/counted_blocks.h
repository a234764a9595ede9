#ifndef PINMETRICS_SRC_STORE_COUNTED_BLOCKS_H_
#define PINMETRICS_SRC_STORE_COUNTED_BLOCKS_H_

#include <cstddef>
#include <map>
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
  CountedBlocks(const SnapshotData& data, const DateRange& counted)
      : first_(counted.first()), groups_(data.sealed->groups) {
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

  /// The group of the eight days from `day` on, which are all counted, if it has all that they
  /// have.
  const DayGroup* GroupFrom(absl::CivilDay day) const {
    const auto found = groups_.find(day);
    if (found == groups_.end()) return nullptr;
    DayGroup::Blocks blocks;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const auto& on_day = OnDay(IndexOf(day) + i);
      // Events that came late are not in the group.
      if (on_day.size() > 1) return nullptr;
      if (!on_day.empty()) blocks[i] = on_day.front();
    }
    return found->second->IsOf(blocks) ? found->second.get() : nullptr;
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
  const std::map<absl::CivilDay, std::shared_ptr<const DayGroup>>& groups_;
  std::vector<std::vector<std::shared_ptr<const PackedBlock>>> days_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_COUNTED_BLOCKS_H_
