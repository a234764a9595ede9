#ifndef PINMETRICS_SRC_STORE_QUERY_QUERY_DAYS_H_
#define PINMETRICS_SRC_STORE_QUERY_QUERY_DAYS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "store/audience/count_distinct.h"
#include "store/block/write_block.h"
#include "store/day/board_demographics.h"
#include "store/day/day_pin_index.h"
#include "store/day/new_viewers.h"
#include "store/day/store_state.h"
#include "store/query/read_trace.h"

namespace pinmetrics {

/// The blocks of the days that a plan counts, by their index from the first of these days.
class QueryDays {
 public:
  QueryDays(const StoreState& state, const DateRange& counted) : first_(counted.first()) {
    if (counted.empty()) return;
    days_.resize(static_cast<std::size_t>(counted.days()));
    const auto& sealed = state.sealed->days;
    const auto end = sealed.upper_bound(counted.last());
    for (auto day = sealed.lower_bound(counted.first()); day != end; ++day) {
      Day& of_day = days_[IndexOf(day->first)];
      of_day.blocks.push_back(day->second.block);
      of_day.sealed = {.board_demographics = day->second.board_demographics.get(),
                       .day_pin_index = day->second.day_pin_index.get()};
      of_day.new_viewers = day->second.new_viewers.get();
    }
    for (const auto& rows : state.live) {
      if (!counted.Contains(rows->day())) continue;
      Day& day = days_[IndexOf(rows->day())];
      day.blocks.push_back(rows->Packed(state.pins));
      day.new_viewers = nullptr;
    }
  }

  std::size_t days() const { return days_.size(); }
  std::size_t IndexOf(absl::CivilDay day) const { return static_cast<std::size_t>(day - first_); }

  const std::vector<std::shared_ptr<const PackedBlock>>& OnDay(std::size_t index) const {
    return days_[index].blocks;
  }

  /// What is kept beside a block; null unless it is of a sealed day.
  struct Beside {
    const BoardDemographics* board_demographics = nullptr;
    const DayPinIndex* day_pin_index = nullptr;
  };

  /// Distinct viewers: all, and those who engaged.
  struct People {
    std::int64_t total = 0;
    std::int64_t engaged = 0;
  };

  /// The people of some days, those past the counted ones left out, of the first population or of
  /// both. Nothing if events of these days are not sealed or the days are too many.
  std::optional<People> CountPeople(DaySpan span, bool both_populations, ReadTrace& trace) const {
    // NewViewers were counted against all days that were sealed then: maybe against some before
    // these, so the first that counts must be known.
    std::optional<std::int64_t> first;
    People people;
    for (std::int64_t i = std::max<std::int64_t>(span.first, 0);
         i <= std::min(span.last, std::ssize(days_) - 1); ++i) {
      const Day& day = days_[static_cast<std::size_t>(i)];
      if (day.blocks.empty()) continue;
      if (!first) first = i;
      if (day.new_viewers == nullptr || i - *first >= NewViewers::kDays) return std::nullopt;
      people.total += day.new_viewers->Count(both_populations, /*engaged=*/false, i - *first);
      people.engaged += day.new_viewers->Count(both_populations, /*engaged=*/true, i - *first);
      trace.AddNewViewers(2 * sizeof(std::uint32_t));
    }
    return people;
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
    VisitWithBeside(days, [&](const Block& block, const Beside&) { visit(block); });
  }
  /// Calls `visit(block, beside)` in the same way.
  template <typename Visit>
  void VisitWithBeside(const DateRange& days, Visit visit) const {
    for (const absl::CivilDay day : days) {
      if (day < first_) continue;
      Beside beside = days_[IndexOf(day)].sealed;
      for (const auto& packed : OnDay(IndexOf(day))) {
        visit(packed->block(), std::exchange(beside, {}));
      }
    }
  }

 private:
  struct Day {
    std::vector<std::shared_ptr<const PackedBlock>> blocks;  ///< That of a sealed day first.
    Beside sealed;
    const NewViewers* new_viewers = nullptr;  ///< If all its events are sealed.
  };

  absl::CivilDay first_;
  std::vector<Day> days_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_QUERY_DAYS_H_
