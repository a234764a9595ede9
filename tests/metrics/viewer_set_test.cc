#include "pinmetrics/metrics/viewer_set.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/model/random_event.h"

namespace pinmetrics {
namespace {

constexpr std::uint64_t kHighest = std::numeric_limits<std::uint64_t>::max();

static_assert(std::regular<ViewerSet>);

ViewerSet SetOf(const std::vector<std::uint64_t>& viewers) {
  ViewerSet set;
  for (const std::uint64_t viewer : viewers) set.Add(ViewerId(viewer));
  return set;
}

ViewerSet Merged(ViewerSet a, const ViewerSet& b) {
  a.Merge(b);
  return a;
}

TEST(ViewerSet, IsEmptyByDefault) {
  EXPECT_EQ(ViewerSet().Count(), 0);
  EXPECT_EQ(ViewerSet(), ViewerSet());
}

TEST(ViewerSet, CountsEveryPersonOnce) {
  EXPECT_EQ(SetOf({7}).Count(), 1);
  EXPECT_EQ(SetOf({7, 7, 8, 7}).Count(), 2);
}

TEST(ViewerSet, LeavesUnknownViewersOut) {
  EXPECT_EQ(SetOf({0}).Count(), 0);
  EXPECT_EQ(SetOf({0, 1, 0}).Count(), 1);
  EXPECT_EQ(SetOf({0, 1}), SetOf({1}));
  EXPECT_EQ(SetOf({0}), ViewerSet());
}

TEST(ViewerSet, HoldsTheHighestId) {
  EXPECT_EQ(SetOf({kHighest, 1, kHighest}).Count(), 2);
  EXPECT_EQ(SetOf({kHighest, kHighest - 1}).Count(), 2);
}

TEST(ViewerSet, FoldingChangesNothingThatShows) {
  ViewerSet set = SetOf({5, 3, 5, kHighest, 1});
  const ViewerSet before = set;
  EXPECT_EQ(set.Count(), 4);
  set.Fold();
  EXPECT_EQ(set.Count(), 4);
  EXPECT_EQ(set, before);
  set.Fold();
  EXPECT_EQ(set.Count(), 4);
  set.Add(ViewerId(2));
  set.Add(ViewerId(3));
  EXPECT_EQ(set.Count(), 5);
}

TEST(ViewerSet, ComparesByPeople) {
  EXPECT_EQ(SetOf({1, 2, 3}), SetOf({3, 3, 2, 1, 2}));
  EXPECT_NE(SetOf({1, 2}), SetOf({1, 3}));
  EXPECT_NE(SetOf({1, 2}), SetOf({1}));
  EXPECT_NE(SetOf({1}), ViewerSet());
}

TEST(ViewerSet, MergesWithItself) {
  ViewerSet set = SetOf({5, 3, 5, 1});
  set.Merge(set);
  EXPECT_EQ(set.Count(), 3);
  EXPECT_EQ(set, SetOf({1, 3, 5}));
  set.Fold();
  set.Merge(set);
  EXPECT_EQ(set, SetOf({1, 3, 5}));

  ViewerSet empty;
  empty.Merge(empty);
  EXPECT_EQ(empty.Count(), 0);
}

TEST(ViewerSet, MergingTheEmptyOneChangesNothing) {
  const ViewerSet set = SetOf({5, 3, 1});
  EXPECT_EQ(Merged(set, ViewerSet()), set);
  EXPECT_EQ(Merged(ViewerSet(), set), set);
}

TEST(ViewerSet, LeavesTheOtherSideOfAMergeAlone) {
  const ViewerSet other = SetOf({9, 8, 9});
  EXPECT_EQ(Merged(SetOf({8, 1}), other).Count(), 3);
  EXPECT_EQ(other, SetOf({8, 9}));
}

TEST(ViewerSet, TakesViewersInFallingAndInRisingOrder) {
  ViewerSet rising;
  ViewerSet falling;
  constexpr std::uint64_t kPeople = 100'000;
  for (std::uint64_t i = 1; i <= kPeople; ++i) {
    rising.Add(ViewerId(i));
    falling.Add(ViewerId(kPeople + 1 - i));
  }
  EXPECT_EQ(rising.Count(), 100'000);
  EXPECT_EQ(falling, rising);
}

TEST(ViewerSet, IsAsAStandardSetWhateverIsDoneWithIt) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    // From few people who return to many who do not.
    const std::uint64_t people = std::uint64_t{1} << random() % 14;
    std::vector<ViewerSet> sets(3);
    std::vector<std::set<std::uint64_t>> expected(3);
    for (int step = 0; step < 300; ++step) {
      const std::size_t at = random() % 3;
      const std::size_t other = random() % 3;
      switch (random() % 16) {
        case 0:
          sets[at].Merge(sets[other]);
          expected[at].insert(expected[other].begin(), expected[other].end());
          break;
        case 1:
          sets[at].Fold();
          break;
        case 2:
          sets[at] = sets[other];
          expected[at] = expected[other];
          break;
        default: {
          const std::uint64_t viewer = random() % people * (kHighest / people);
          sets[at].Add(ViewerId(viewer));
          if (viewer != 0) expected[at].insert(viewer);
        }
      }
      ASSERT_EQ(sets[at].Count(), static_cast<std::int64_t>(expected[at].size()));
    }
    for (std::size_t i = 0; i < 3; ++i) {
      ASSERT_EQ(sets[i], SetOf({expected[i].begin(), expected[i].end()}));
      for (std::size_t j = 0; j < 3; ++j) {
        ASSERT_EQ(sets[i] == sets[j], expected[i] == expected[j]);
        ASSERT_EQ(Merged(sets[i], sets[j]), Merged(sets[j], sets[i]));
      }
    }
  }
}

}  // namespace
}  // namespace pinmetrics
