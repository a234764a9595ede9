#ifndef PINMETRICS_MODEL_EVENT_H_
#define PINMETRICS_MODEL_EVENT_H_

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <type_traits>

#include "absl/time/time.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/id.h"

namespace pinmetrics {

/// The share of a video's length that was shown, made from any number and read as a double. A
/// 32-bit float is taken as the shortest decimal that reads back to it, 0.95f as 0.95 and not as
/// 0.949999988: so a log counts the same whichever of the two holds its numbers.
class Progress {
 public:
  constexpr Progress() = default;
  // A number is a progress as it stands: these convert on purpose.
  // NOLINTBEGIN(google-explicit-constructor)
  ///@{
  /// A share, which `Check` wants in 0..1.
  template <typename Number>
  requires std::is_arithmetic_v<Number>
  constexpr Progress(Number number) : value_(static_cast<double>(number)) {}
  inline Progress(float number);
  ///@}

  /// The share as a number.
  constexpr operator double() const { return value_; }
  // NOLINTEND(google-explicit-constructor)

 private:
  double value_ = 0;
};

/// How a video was watched, once. Durations count in whole milliseconds; a fraction is dropped.
struct Playback {
  /// Time the video and its static cards were on, 0..`kMaxPlayTime`.
  absl::Duration play_time = {};
  /// The longest unbroken time with at least half of the video on screen, 0..`play_time`.
  absl::Duration half_visible = {};
  /// From the video's start, 0..1.
  Progress progress = {};

  friend bool operator==(const Playback&, const Playback&) = default;
};

/// Something that happened on a Pin. A plain value; `Check` says whether it can be counted.
struct Event {
  /// Names the event, so that a repeat counts once and a withdrawal finds it; 0: no name.
  EventId id = {};
  absl::Time time = {};                              ///< When it happened.
  PinId pin = {};                                    ///< On which Pin.
  ViewerId viewer = {};                              ///< Who did it; 0: unknown.
  Action action = Action::kImpression;               ///< What the viewer did.
  Device device = Device::kUnspecified;              ///< On what.
  ContentType content_type = ContentType::kOrganic;  ///< How the Pin came to the viewer.
  Age age = Age::kUnspecified;                       ///< The viewer's.
  Gender gender = Gender::kUnspecified;              ///< The viewer's.
  /// Set if and only if `action` is `kPlayback`.
  std::optional<Playback> playback = {};

  friend bool operator==(const Event&, const Event&) = default;
};

/// The longest `play_time` taken: 30 days. It keeps every sum of milliseconds within 64 bits for
/// more playbacks than a store can hold.
inline constexpr absl::Duration kMaxPlayTime = absl::Hours(24 * 30);

/// How far ahead of now an event may be, for hosts whose clocks disagree.
inline constexpr absl::Duration kClockTolerance = absl::Minutes(5);

/// The first field of `event` that keeps it from being counted at `now`, or nothing if it can be.
/// Looks at the event alone: whether its Pin is known and its day open is for those who know.
inline std::optional<Fault> Check(const Event& event, absl::Time now);

/// All of it in words, for logs and failed tests: "save of Pin 7 at 2026-11-20T08:00:00Z by viewer
/// 3, event 1, device mobile, organic, age 18-24, gender female".
inline std::string ToString(const Event& event);
inline std::string ToString(const Playback& playback);

/// True for the six actions that are engagements (spec: The metrics): all between the impression
/// and the playback.
constexpr bool IsEngagement(Action action) {
  return action > Action::kImpression && action < Action::kPlayback;
}

// ---- implementation ----

inline Progress::Progress(float number) : value_(static_cast<double>(number)) {
  // Nothing to shorten in a NaN or an infinity; an event with one is refused.
  if (!std::isfinite(number)) return;
  std::array<char, 32> decimal;
  char* const begin = decimal.data();
  char* const end = std::to_chars(begin, begin + decimal.size(), number).ptr;
  std::from_chars(begin, end, value_);
}

namespace model_internal {

inline std::optional<Fault> CheckPlayback(const Playback& playback) {
  if (playback.play_time < absl::ZeroDuration()) {
    return Fault{FaultKind::kOutOfRange, "play_time",
                 absl::FormatDuration(playback.play_time) + " is negative"};
  }
  if (playback.play_time > kMaxPlayTime) {
    return Fault{FaultKind::kOutOfRange, "play_time",
                 absl::FormatDuration(playback.play_time) + " is longer than " +
                     absl::FormatDuration(kMaxPlayTime)};
  }
  if (playback.half_visible < absl::ZeroDuration()) {
    return Fault{FaultKind::kOutOfRange, "half_visible",
                 absl::FormatDuration(playback.half_visible) + " is negative"};
  }
  if (playback.half_visible > playback.play_time) {
    return Fault{FaultKind::kOutOfRange, "half_visible",
                 absl::FormatDuration(playback.half_visible) + " is longer than the play_time of " +
                     absl::FormatDuration(playback.play_time)};
  }
  // Written so that a NaN fails it.
  if (!(playback.progress >= 0 && playback.progress <= 1)) {
    return Fault{std::isnan(playback.progress) ? FaultKind::kNotAValue : FaultKind::kOutOfRange,
                 "progress",
                 model_internal::FormatShortest(playback.progress) + " is outside 0..1"};
  }
  return std::nullopt;
}

}  // namespace model_internal

inline std::optional<Fault> Check(const Event& event, absl::Time now) {
  if (std::optional<Fault> fault = CheckTime("time", event.time)) return fault;
  if (event.time > now + kClockTolerance) {
    return Fault{FaultKind::kInFuture, "time",
                 FormatInstant(event.time) + " is later than now, " + FormatInstant(now) +
                     ", by more than 5 minutes"};
  }
  if (!IsValid(event.action) || !IsValid(event.device) || !IsValid(event.content_type) ||
      !IsValid(event.age) || !IsValid(event.gender)) {
    if (std::optional<Fault> fault = CheckEnum("action", event.action)) return fault;
    if (std::optional<Fault> fault = CheckEnum("device", event.device)) return fault;
    if (std::optional<Fault> fault = CheckEnum("content_type", event.content_type)) return fault;
    if (std::optional<Fault> fault = CheckEnum("age", event.age)) return fault;
    return CheckEnum("gender", event.gender);
  }
  if (event.action != Action::kPlayback) {
    if (!event.playback) return std::nullopt;
    return Fault{
        FaultKind::kNotAValue, "playback",
        "comes only with the action playback, not with " + std::string(NameOf(event.action))};
  }
  if (!event.playback) {
    return Fault{FaultKind::kNotAValue, "playback", "is missing from an event with that action"};
  }
  return model_internal::CheckPlayback(*event.playback);
}

/// All of it in words, for logs and failed tests.
inline std::string ToString(const Playback& playback) {
  return "play_time " + absl::FormatDuration(playback.play_time) + ", half_visible " +
         absl::FormatDuration(playback.half_visible) + ", progress " +
         model_internal::FormatShortest(playback.progress);
}

inline std::string ToString(const Event& event) {
  std::string text = ToString(event.action) + " of Pin " + ToString(event.pin) + " at " +
                     FormatInstant(event.time);
  text +=
      event.viewer == ViewerId() ? " by an unknown viewer" : " by viewer " + ToString(event.viewer);
  text += event.id == EventId() ? ", no event id" : ", event " + ToString(event.id);
  text += ", device " + ToString(event.device) + ", " + ToString(event.content_type) + ", age " +
          ToString(event.age) + ", gender " + ToString(event.gender);
  if (event.playback) text += ", " + ToString(*event.playback);
  return text;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_MODEL_EVENT_H_
