#ifndef PINMETRICS_SRC_STORE_QUERY_PIN_BOUNDS_H_
#define PINMETRICS_SRC_STORE_QUERY_PIN_BOUNDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "store/block/block.h"
#include "store/block/event_code.h"
#include "store/day/day_pin_index.h"
#include "store/day/store_state.h"
#include "store/dictionary/pin_index.h"
#include "store/dictionary/pin_table.h"
#include "store/query/compiled_query.h"
#include "store/query/event_scan.h"
#include "store/query/population_sums.h"
#include "store/query/query_days.h"

namespace pinmetrics {

/// What a Pin or board has at most. Ordered by that.
struct Bound {
  std::int64_t value = 0;
  std::uint32_t number = 0;

  bool operator<(const Bound& other) const { return value < other.value; }
};

/// Bounds, over some days, of a weighted count of what Pins have.
class PinBounds {
 public:
  /// Play time has no weight, and no bound is above 2^63 - 1, see `MostEvents`.
  PinBounds(const StoreState& state, const DateRange& days, const QueryDays& blocks,
            const CompiledQuery& compiled, const PinIndex& index, const CounterWeights& weights)
      : pins_(state.pins),
        peaks_(*state.sealed->peaks),
        compiled_(compiled),
        index_(index),
        most_an_event_(MostAnEvent(weights)),
        place_of_heavy_(state.pins.pins) {
    for (const absl::CivilDay day : days) {
      sealed_blocks_ += state.sealed->days.contains(day) ? 1 : 0;
    }
    std::int64_t blocks_in_all = 0;
    blocks.VisitWithBeside(days, [&](const Block& block, const QueryDays::Beside& beside) {
      ++blocks_in_all;
      AddHeavy(block, beside.day_pin_index, weights);
    });
    live_blocks_ = blocks_in_all - sealed_blocks_;
  }

  /// Of the Pins that are heavy on some day.
  std::vector<Bound> OfHeavyPins() const {
    std::vector<Bound> bounds;
    bounds.reserve(beyond_light_.size());
    for (const Bound& heavy : beyond_light_) {
      bounds.push_back({LightBound(heavy.number) + heavy.value, heavy.number});
    }
    return bounds;
  }

  /// Of the others: no bound of one is above `OfAnyLightPin`.
  std::vector<Bound> OfLightPins() const {
    std::vector<Bound> bounds;
    for (std::uint32_t pin = 0; pin < pins_.pins; ++pin) {
      if (place_of_heavy_[pin] == 0) bounds.push_back({LightBound(pin), pin});
    }
    return bounds;
  }
  std::int64_t OfAnyLightPin() const {
    return (sealed_blocks_ + live_blocks_) * index_.most_versions * kMostLight * most_an_event_;
  }

  /// No bound is above the score of as many events, if so many are in so many blocks.
  static std::int64_t MostEvents(std::int64_t events, std::int64_t blocks, const PinIndex& index) {
    return events + blocks * index.most_versions * kMostLight;
  }

 private:
  /// A Pin version without sums in a block has no more events there.
  static constexpr std::int64_t kMostLight = Block::kHeavy - 1;

  /// `pin_index` is that of the block, or null.
  void AddHeavy(const Block& block, const DayPinIndex* pin_index, const CounterWeights& weights) {
    const auto sums = block.Get<PackedSums>(Block::kHeavySums);
    const SumsScorer score(weights);
    // From the key to what is known of its Pin, each step waits for memory. A loop for each step
    // waits for many at once.
    std::span<const std::uint32_t> versions;
    if (pin_index != nullptr) {
      versions = pin_index->heavy_versions();
    } else {
      const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
      const auto heavy = block.Get<std::uint32_t>(Block::kHeavyPins);
      versions_.resize(heavy.size());
      for (std::size_t i = 0; i < heavy.size(); ++i) versions_[i] = keys[heavy[i]];
      versions = versions_;
    }
    pins_of_versions_.resize(versions.size());
    for (std::size_t i = 0; i < versions.size(); ++i) {
      pins_of_versions_[i] = index_.pin_of_version[versions[i]];
    }
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (compiled_.Rejects(index_, versions[i])) continue;
      const std::uint32_t pin = pins_of_versions_[i];
      std::uint32_t& place = place_of_heavy_[pin];
      if (place == 0) {
        beyond_light_.push_back({0, pin});
        place = static_cast<std::uint32_t>(beyond_light_.size());
      }
      // The bound of its light days has this day too.
      beyond_light_[place - 1].value += score(sums[i]) - kMostLight * most_an_event_;
    }
  }

  /// What a Pin has at most if all its days are light. A peak of `kMostLight` or more stands for
  /// days that are heavy as well.
  std::int64_t LightBound(std::uint32_t pin) const {
    std::int64_t events = 0;
    for (const std::uint32_t version : index_.versions_of_pins.Of(pin)) {
      if (compiled_.Rejects(index_, version)) continue;
      const std::int64_t peak = version < peaks_.size() ? peaks_[version] : 0;
      events += sealed_blocks_ * std::min(peak, kMostLight) + live_blocks_ * kMostLight;
    }
    return events * most_an_event_;
  }

  const PinTable::View& pins_;
  const PinPeaks& peaks_;
  const CompiledQuery& compiled_;
  const PinIndex& index_;
  std::int64_t most_an_event_;
  std::int64_t sealed_blocks_ = 0;
  std::int64_t live_blocks_ = 0;
  /// Of the Pins that are heavy on some day, what these days have beyond `kMostLight` events each.
  std::vector<Bound> beyond_light_;
  /// By Pin, where it is there, from 1; 0 if it is not.
  std::vector<std::uint32_t> place_of_heavy_;
  // Of the heavy Pins of a block.
  std::vector<std::uint32_t> versions_;  ///< If they are not kept beside it.
  std::vector<std::uint32_t> pins_of_versions_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_PIN_BOUNDS_H_
