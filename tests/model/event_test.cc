#include "pinmetrics/model/event.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

const absl::Time kNow =
    absl::FromCivil(absl::CivilSecond(2026, 11, 23, 12, 0, 0), absl::UTCTimeZone());

/// The fault as text; empty if there is none.
std::string Reason(const Event& event, absl::Time now = kNow) {
  const std::optional<Fault> fault = Check(event, now);
  return fault ? fault->ToString() : "";
}

std::string ReasonAt(absl::Time time, absl::Time now = kNow) { return Reason({.time = time}, now); }

std::string ReasonOf(const Playback& playback) {
  return Reason({.time = kNow, .action = Action::kPlayback, .playback = playback});
}

absl::Time Year(std::int64_t year) {
  return absl::FromCivil(absl::CivilSecond(year), absl::UTCTimeZone());
}

TEST(Event, SaysOnlyWhatIsKnownByDefault) {
  const Event event;
  EXPECT_EQ(event.viewer, ViewerId(0));
  EXPECT_EQ(event.content_type, ContentType::kOrganic);
  EXPECT_EQ(event.device, Device::kUnspecified);
  EXPECT_EQ(event.age, Age::kUnspecified);
  EXPECT_EQ(event.gender, Gender::kUnspecified);
  EXPECT_EQ(Reason(event), "");
}

TEST(Event, TakesTheLowestAndTheHighestIds) {
  for (const std::uint64_t id : {std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(Reason({.id = EventId(id), .time = kNow, .pin = PinId(id), .viewer = ViewerId(id)}),
              "");
  }
}

TEST(Event, IsTakenFrom1970On) {
  EXPECT_EQ(ReasonAt(absl::UnixEpoch()), "");
  EXPECT_EQ(ReasonAt(absl::UnixEpoch() - absl::Nanoseconds(1)),
            "time: 1969-12-31T23:59:59.999999999Z is outside 1970-01-01..9999-12-31");
  EXPECT_THAT(ReasonAt(Year(0)), EndsWith("-01-01T00:00:00Z is outside 1970-01-01..9999-12-31"));
  EXPECT_THAT(ReasonAt(Year(-5)), EndsWith("-01-01T00:00:00Z is outside 1970-01-01..9999-12-31"));
  EXPECT_EQ(ReasonAt(absl::InfinitePast()),
            "time: infinite-past is outside 1970-01-01..9999-12-31");
}

TEST(Event, IsTakenTo9999) {
  EXPECT_EQ(ReasonAt(Year(10000) - absl::Nanoseconds(1), Year(10000)), "");
  EXPECT_EQ(ReasonAt(Year(10000), Year(10000)),
            "time: 10000-01-01T00:00:00Z is outside 1970-01-01..9999-12-31");
  EXPECT_EQ(ReasonAt(absl::InfiniteFuture(), absl::InfiniteFuture()),
            "time: infinite-future is outside 1970-01-01..9999-12-31");
}

TEST(Event, MayBeFiveMinutesAheadOfNowButNoMore) {
  EXPECT_EQ(ReasonAt(kNow), "");
  EXPECT_EQ(ReasonAt(kNow + absl::Minutes(5)), "");
  EXPECT_EQ(ReasonAt(kNow + absl::Minutes(5) + absl::Nanoseconds(1)),
            "time: 2026-11-23T12:05:00.000000001Z is later than now, 2026-11-23T12:00:00Z, by more "
            "than 5 minutes");
}

TEST(Event, IsHeldAgainstAnyNow) {
  EXPECT_EQ(ReasonAt(kNow, absl::InfiniteFuture()), "");
  EXPECT_EQ(ReasonAt(kNow, absl::InfinitePast()),
            "time: 2026-11-23T12:00:00Z is later than now, infinite-past, by more than 5 minutes");
}

TEST(Event, IsRefusedWithEnumsOutOfRange) {
  EXPECT_EQ(Reason({.time = kNow, .action = static_cast<Action>(8)}),
            "action: the number 8 is not an action, expected one of impression, pin_click, "
            "outbound_click, save, carousel_swipe, collection_click, idea_swipe, playback");
  EXPECT_EQ(Reason({.time = kNow, .device = static_cast<Device>(4)}),
            "device: the number 4 is not a device, expected one of mobile, tablet, desktop, "
            "unspecified");
  EXPECT_EQ(Reason({.time = kNow, .content_type = static_cast<ContentType>(3)}),
            "content_type: the number 3 is not a content type, expected one of organic, paid, "
            "earned");
  EXPECT_EQ(Reason({.time = kNow, .age = static_cast<Age>(8)}),
            "age: the number 8 is not an age, expected one of 18-24, 25-34, 35-44, 45-49, 50-54, "
            "55-64, 65+, unspecified");
  EXPECT_EQ(Reason({.time = kNow, .gender = static_cast<Gender>(255)}),
            "gender: the number 255 is not a gender, expected one of female, male, unspecified");
}

TEST(Event, CarriesAPlaybackWithThatActionOnly) {
  for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
    const auto action = static_cast<Action>(i);
    const std::string name(NameOf(action));
    if (action == Action::kPlayback) {
      EXPECT_EQ(Reason({.time = kNow, .action = action, .playback = Playback()}), "");
      EXPECT_EQ(Reason({.time = kNow, .action = action}),
                "playback: is missing from an event with that action");
    } else {
      EXPECT_EQ(Reason({.time = kNow, .action = action}), "");
      EXPECT_EQ(Reason({.time = kNow, .action = action, .playback = Playback()}),
                "playback: comes only with the action playback, not with " + name);
    }
  }
}

TEST(Playback, TakesEverythingWithinItsBounds) {
  EXPECT_EQ(ReasonOf({}), "");
  EXPECT_EQ(ReasonOf({.play_time = kMaxPlayTime, .half_visible = kMaxPlayTime, .progress = 1}), "");
  EXPECT_EQ(ReasonOf({.play_time = absl::Nanoseconds(1), .half_visible = absl::Nanoseconds(1)}),
            "");
  EXPECT_EQ(ReasonOf({.progress = -0.0}), "");
  EXPECT_EQ(ReasonOf({.progress = std::numeric_limits<double>::denorm_min()}), "");
}

TEST(Playback, IsRefusedWithNegativeDurations) {
  EXPECT_EQ(ReasonOf({.play_time = -absl::Nanoseconds(1)}), "play_time: -1ns is negative");
  EXPECT_EQ(ReasonOf({.play_time = -absl::InfiniteDuration()}), "play_time: -inf is negative");
  EXPECT_EQ(ReasonOf({.half_visible = -absl::Seconds(2)}), "half_visible: -2s is negative");
  EXPECT_EQ(ReasonOf({.half_visible = -absl::InfiniteDuration()}),
            "half_visible: -inf is negative");
}

TEST(Playback, IsRefusedWithAbsurdDurations) {
  EXPECT_EQ(ReasonOf({.play_time = kMaxPlayTime + absl::Nanoseconds(1)}),
            "play_time: 720h0.000000001s is longer than 720h");
  EXPECT_EQ(ReasonOf({.play_time = absl::InfiniteDuration()}),
            "play_time: inf is longer than 720h");
}

TEST(Playback, IsRefusedWhenVisibleForLongerThanPlayed) {
  EXPECT_EQ(ReasonOf({.play_time = absl::Seconds(3),
                      .half_visible = absl::Seconds(3) + absl::Nanoseconds(1)}),
            "half_visible: 3.000000001s is longer than the play_time of 3s");
  EXPECT_EQ(ReasonOf({.half_visible = absl::InfiniteDuration()}),
            "half_visible: inf is longer than the play_time of 0");
}

TEST(Playback, IsRefusedWithProgressOutsideItsRange) {
  EXPECT_EQ(ReasonOf({.progress = 1.2}), "progress: 1.2 is outside 0..1");
  EXPECT_EQ(ReasonOf({.progress = -0.1}), "progress: -0.1 is outside 0..1");
  EXPECT_EQ(ReasonOf({.progress = std::nextafter(1.0, 2.0)}),
            "progress: 1.0000000000000002 is outside 0..1");
  EXPECT_EQ(ReasonOf({.progress = -std::numeric_limits<double>::denorm_min()}),
            "progress: -5e-324 is outside 0..1");
  EXPECT_EQ(ReasonOf({.progress = std::numeric_limits<double>::quiet_NaN()}),
            "progress: nan is outside 0..1");
  EXPECT_EQ(ReasonOf({.progress = std::numeric_limits<double>::infinity()}),
            "progress: inf is outside 0..1");
  EXPECT_EQ(ReasonOf({.progress = -std::numeric_limits<double>::infinity()}),
            "progress: -inf is outside 0..1");
}

/// Why an event is refused, or nothing.
std::optional<FaultKind> KindOf(const Event& event) {
  const std::optional<Fault> fault = Check(event, kNow);
  return fault ? std::optional<FaultKind>(fault->kind) : std::nullopt;
}

TEST(Event, IsRefusedWithAKindThatAProgramCanActOn) {
  const auto kind_of = [](const Playback& playback) {
    return KindOf({.time = kNow, .action = Action::kPlayback, .playback = playback});
  };
  EXPECT_EQ(KindOf({.time = kNow}), std::nullopt);
  EXPECT_EQ(KindOf({.time = kNow + absl::Minutes(6)}), FaultKind::kInFuture);
  EXPECT_EQ(KindOf({.time = Year(1969)}), FaultKind::kOutOfRange);
  // No clock will reach it.
  EXPECT_EQ(KindOf({.time = Year(10000)}), FaultKind::kOutOfRange);
  EXPECT_EQ(KindOf({.time = kNow, .device = static_cast<Device>(4)}), FaultKind::kNotAValue);
  EXPECT_EQ(KindOf({.time = kNow, .action = Action::kPlayback}), FaultKind::kNotAValue);
  EXPECT_EQ(KindOf({.time = kNow, .playback = Playback()}), FaultKind::kNotAValue);
  EXPECT_EQ(kind_of({.play_time = -absl::Seconds(1)}), FaultKind::kOutOfRange);
  EXPECT_EQ(kind_of({.play_time = kMaxPlayTime * 2}), FaultKind::kOutOfRange);
  EXPECT_EQ(kind_of({.half_visible = absl::Seconds(1)}), FaultKind::kOutOfRange);
  EXPECT_EQ(kind_of({.progress = 1.2}), FaultKind::kOutOfRange);
  EXPECT_EQ(kind_of({.progress = std::numeric_limits<double>::infinity()}), FaultKind::kOutOfRange);
  EXPECT_EQ(kind_of({.progress = std::numeric_limits<double>::quiet_NaN()}), FaultKind::kNotAValue);
}

TEST(Event, TheSixActionsOfThePinAreEngagements) {
  std::vector<std::string> engagements;
  for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
    const auto action = static_cast<Action>(i);
    if (IsEngagement(action)) engagements.emplace_back(NameOf(action));
  }
  EXPECT_THAT(engagements, ElementsAre("pin_click", "outbound_click", "save", "carousel_swipe",
                                       "collection_click", "idea_swipe"));
}

}  // namespace
}  // namespace pinmetrics
