#ifndef PINMETRICS_METRICS_TALLY_H_
#define PINMETRICS_METRICS_TALLY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/time/time.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"

namespace pinmetrics {

///@{
/// Thresholds of the video metrics (spec: The metrics); each is met by being reached.
inline constexpr absl::Duration kVideoViewHalfVisible = absl::Seconds(2);
inline constexpr absl::Duration kTenSecondPlayTime = absl::Seconds(10);
inline constexpr double kPlayedTo95PercentProgress = 0.95;
///@}

/// The additive counts of any set of events: all that the metrics without people are computed
/// from. An accumulator: the default is empty, `Add` counts an event, `Merge` equals having counted
/// both sets, `==` compares. Integers only, so the order of counting never shows. A plain value.
class Tally {
 public:
  /// What is counted. The first eight have the numbers of the actions. Frozen: stores persist them.
  enum Counter : std::uint8_t {
    kImpressions = 0,
    kPinClicks = 1,
    kOutboundClicks = 2,
    kSaves = 3,
    kCarouselSwipes = 4,
    kCollectionClicks = 5,
    kIdeaSwipes = 6,
    kPlaybacks = 7,
    kVideoViews = 8,          ///< Playbacks at least half visible for 2 s without a break.
    kTenSecondPlays = 9,      ///< Playbacks of at least 10 s.
    kPlayedTo95Percent = 10,  ///< Playbacks with at least 95 % of the video shown.
    kPlayTimeMs = 11,         ///< Sum of the play times, in milliseconds.
  };
  /// How many counters there are.
  static constexpr std::size_t kCounters = 12;

  Tally() = default;
  /// With these counts, by the counters' numbers.
  explicit constexpr Tally(const std::array<std::int64_t, kCounters>& counts) : counts_(counts) {}

  /// Counts a valid event (model/event.h: `Check`). One whose action is none counts as nothing.
  void Add(const Event& event) {
    if (!IsValid(event.action)) return;
    ++counts_[static_cast<std::size_t>(event.action)];
    if (event.playback) AddPlayback(*event.playback);
  }

  /// Counts all that `other` has counted.
  void Merge(const Tally& other) {
    for (std::size_t i = 0; i < kCounters; ++i) counts_[i] += other.counts_[i];
  }

  /// The count of one counter.
  constexpr std::int64_t operator[](Counter counter) const { return counts_[counter]; }

  /// All counters, by number.
  constexpr std::span<const std::int64_t, kCounters> counts() const { return counts_; }

  friend bool operator==(const Tally&, const Tally&) = default;

 private:
  void AddPlayback(const Playback& playback) {
    counts_[kVideoViews] += playback.half_visible >= kVideoViewHalfVisible;
    counts_[kTenSecondPlays] += playback.play_time >= kTenSecondPlayTime;
    counts_[kPlayedTo95Percent] += playback.progress >= kPlayedTo95PercentProgress;
    counts_[kPlayTimeMs] += absl::ToInt64Milliseconds(playback.play_time);
  }

  std::array<std::int64_t, kCounters> counts_{};
};

}  // namespace pinmetrics

#endif  // PINMETRICS_METRICS_TALLY_H_
