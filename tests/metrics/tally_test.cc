#include "pinmetrics/metrics/tally.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/model/random_event.h"

namespace pinmetrics {
namespace {

static_assert(std::regular<Tally>);
static_assert(std::is_trivially_copyable_v<Tally>);

Tally TallyOf(const std::vector<Event>& events) {
  Tally tally;
  for (const Event& event : events) tally.Add(event);
  return tally;
}

Tally Merged(Tally a, const Tally& b) {
  a.Merge(b);
  return a;
}

Tally OnePlayback(const Playback& playback) {
  return TallyOf({{.action = Action::kPlayback, .playback = playback}});
}

// Stores persist tallies: the numbers may never change.
TEST(Tally, CountersAreFrozen) {
  EXPECT_EQ(Tally::kImpressions, static_cast<int>(Action::kImpression));
  EXPECT_EQ(Tally::kPinClicks, static_cast<int>(Action::kPinClick));
  EXPECT_EQ(Tally::kOutboundClicks, static_cast<int>(Action::kOutboundClick));
  EXPECT_EQ(Tally::kSaves, static_cast<int>(Action::kSave));
  EXPECT_EQ(Tally::kCarouselSwipes, static_cast<int>(Action::kCarouselSwipe));
  EXPECT_EQ(Tally::kCollectionClicks, static_cast<int>(Action::kCollectionClick));
  EXPECT_EQ(Tally::kIdeaSwipes, static_cast<int>(Action::kIdeaSwipe));
  EXPECT_EQ(Tally::kPlaybacks, static_cast<int>(Action::kPlayback));
  EXPECT_EQ(Tally::kVideoViews, 8);
  EXPECT_EQ(Tally::kTenSecondPlays, 9);
  EXPECT_EQ(Tally::kPlayedTo95Percent, 10);
  EXPECT_EQ(Tally::kPlayTimeMs, 11);
  EXPECT_EQ(Tally::kCounters, 12u);
}

TEST(Tally, IsEmptyByDefault) {
  const Tally tally;
  for (const std::int64_t count : tally.counts()) EXPECT_EQ(count, 0);
  EXPECT_EQ(tally, Tally(std::array<std::int64_t, Tally::kCounters>{}));
}

TEST(Tally, CountsEachActionInItsOwnCounter) {
  for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
    Event event{.action = static_cast<Action>(i)};
    if (event.action == Action::kPlayback) event.playback = Playback();
    std::array<std::int64_t, Tally::kCounters> expected{};
    expected[i] = 1;
    EXPECT_EQ(TallyOf({event}), Tally(expected)) << NameOf(event.action);
  }
}

TEST(Tally, AnActionThatIsNoneCountsAsNothing) {
  Tally tally;
  for (int action = 8; action < 256; ++action) {
    tally.Add({.action = static_cast<Action>(action), .playback = Playback{.progress = 1}});
  }
  EXPECT_EQ(tally, Tally());
}

TEST(Tally, CountsAPlaybackInEveryThresholdThatItReaches) {
  const Tally tally = OnePlayback(
      {.play_time = absl::Seconds(12), .half_visible = absl::Seconds(3), .progress = 1});
  EXPECT_EQ(tally, Tally({0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 12'000}));
}

TEST(Tally, VideoViewsAreHalfVisibleForTwoSeconds) {
  const auto views = [](absl::Duration half_visible) {
    return OnePlayback(
        {.play_time = absl::Seconds(3), .half_visible = half_visible})[Tally::kVideoViews];
  };
  EXPECT_EQ(views(absl::Seconds(2)), 1);
  EXPECT_EQ(views(absl::Seconds(2) - absl::Nanoseconds(1)), 0);
}

TEST(Tally, TenSecondPlaysLastTenSeconds) {
  const auto plays = [](absl::Duration play_time) {
    return OnePlayback({.play_time = play_time})[Tally::kTenSecondPlays];
  };
  EXPECT_EQ(plays(absl::Seconds(10)), 1);
  EXPECT_EQ(plays(absl::Seconds(10) - absl::Nanoseconds(1)), 0);
}

TEST(Tally, PlayedTo95PercentHoldsShortClipsToo) {
  const auto played = [](double progress) {
    return OnePlayback(
        {.play_time = absl::Seconds(1), .progress = progress})[Tally::kPlayedTo95Percent];
  };
  EXPECT_EQ(played(0.95), 1);
  EXPECT_EQ(played(std::nextafter(0.95, 0.0)), 0);
  EXPECT_EQ(played(1), 1);
}

TEST(Tally, AProgressOf32BitsReaches95PercentWhereItsDecimalDoes) {
  const auto played = [](float progress) {
    return OnePlayback(
        {.play_time = absl::Seconds(1), .progress = progress})[Tally::kPlayedTo95Percent];
  };
  EXPECT_EQ(played(0.95F), 1);
  EXPECT_EQ(played(std::nextafter(0.95F, 0.0F)), 0);
  EXPECT_EQ(played(1), 1);
}

TEST(Tally, PlayTimeIsInWholeMilliseconds) {
  const auto ms = [](absl::Duration play_time) {
    return OnePlayback({.play_time = play_time})[Tally::kPlayTimeMs];
  };
  EXPECT_EQ(ms(absl::Milliseconds(1500)), 1'500);
  EXPECT_EQ(ms(absl::Milliseconds(2) - absl::Nanoseconds(1)), 1);
  EXPECT_EQ(ms(absl::Microseconds(999)), 0);
  EXPECT_EQ(ms(kMaxPlayTime), 2'592'000'000);
}

// Dropped of each playback, not of their sum: else the order of merging would show.
TEST(Tally, FractionsOfMillisecondsDoNotAddUp) {
  Tally tally;
  for (int i = 0; i < 10; ++i) {
    tally.Merge(OnePlayback({.play_time = absl::Microseconds(1'900)}));
  }
  EXPECT_EQ(tally[Tally::kPlayTimeMs], 10);
}

TEST(Tally, MergingTheEmptyOneChangesNothing) {
  const Tally tally({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  EXPECT_EQ(Merged(tally, Tally()), tally);
  EXPECT_EQ(Merged(Tally(), tally), tally);
}

TEST(Tally, MergesWithItself) {
  Tally tally({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  tally.Merge(tally);
  EXPECT_EQ(tally, Tally({2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24}));
}

TEST(Tally, DiffersWhereAnyCounterDoes) {
  for (std::size_t i = 0; i < Tally::kCounters; ++i) {
    std::array<std::int64_t, Tally::kCounters> counts{};
    counts[i] = 1;
    EXPECT_NE(Tally(counts), Tally()) << i;
    EXPECT_EQ(Tally(counts)[static_cast<Tally::Counter>(i)], 1) << i;
  }
}

TEST(Tally, MergingEqualsHavingCountedBoth) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  RandomModel random(seed);
  for (int i = 0; i < 200; ++i) {
    const std::vector<Event> a = random.Events(random.Below(100));
    const std::vector<Event> b = random.Events(random.Below(100));
    const std::vector<Event> c = random.Events(random.Below(100));
    std::vector<Event> all = a;
    all.insert(all.end(), b.begin(), b.end());
    all.insert(all.end(), c.begin(), c.end());

    const Tally together = TallyOf(all);
    ASSERT_EQ(Merged(Merged(TallyOf(a), TallyOf(b)), TallyOf(c)), together);
    ASSERT_EQ(Merged(TallyOf(a), Merged(TallyOf(b), TallyOf(c))), together);
    ASSERT_EQ(Merged(TallyOf(c), Merged(TallyOf(b), TallyOf(a))), together);
    std::shuffle(all.begin(), all.end(), std::mt19937_64(seed));
    ASSERT_EQ(TallyOf(all), together);
  }
}

}  // namespace
}  // namespace pinmetrics
