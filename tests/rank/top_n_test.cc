#include "pinmetrics/rank/top_n.h"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

static_assert(std::copyable<TopN<Ranked>>);

/// New on each run, unless PINMETRICS_TEST_SEED names one to replay.
std::uint64_t TestSeed() {
  const char* text = std::getenv("PINMETRICS_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
}

TopN<Ranked> TopOf(std::size_t limit, const std::vector<Ranked>& items) {
  TopN<Ranked> top(limit);
  for (const Ranked& item : items) top.Add(item);
  return top;
}

std::vector<Ranked> SortedAndCut(std::vector<Ranked> items, std::size_t limit) {
  std::sort(items.begin(), items.end(), [](const Ranked& a, const Ranked& b) {
    return std::pair(-a.value, a.id) < std::pair(-b.value, b.id);
  });
  items.resize(std::min(items.size(), limit));
  return items;
}

/// Items whose values tie often and whose ids are all different.
std::vector<Ranked> RandomItems(std::mt19937_64& random, std::size_t count) {
  std::vector<Ranked> items(count);
  for (std::size_t i = 0; i < count; ++i) {
    items[i] = {.value = static_cast<double>(random() % 10) / 4, .id = i};
  }
  std::shuffle(items.begin(), items.end(), random);
  return items;
}

TEST(TopN, KeepsTheHighestFirst) {
  EXPECT_THAT(TopOf(2, {{1, 1}, {3, 2}, {2, 3}}).Sorted(), ElementsAre(Ranked{3, 2}, Ranked{2, 3}));
}

TEST(TopN, TiesGoToTheLowerId) {
  constexpr std::uint64_t kHighest = std::numeric_limits<std::uint64_t>::max();
  EXPECT_THAT(TopOf(2, {{1, kHighest}, {1, 7}, {1, 0}}).Sorted(),
              ElementsAre(Ranked{1, 0}, Ranked{1, 7}));
}

TEST(TopN, RanksZeroAndNegativeValuesAndInfinity) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(TopOf(9, {{-1, 1}, {0, 2}, {kInfinity, 3}, {-0.0, 1}, {-kInfinity, 5}}).Sorted(),
              ElementsAre(Ranked{kInfinity, 3}, Ranked{0, 1}, Ranked{0, 2}, Ranked{-1, 1},
                          Ranked{-kInfinity, 5}));
}

TEST(TopN, OfLimitZeroKeepsNothing) {
  TopN<Ranked> top = TopOf(0, {{1, 1}, {2, 2}});
  EXPECT_FALSE(top.Admits({100, 1}));
  EXPECT_THAT(top.Sorted(), IsEmpty());
  top.Merge(TopOf(5, {{1, 1}}));
  EXPECT_EQ(top.size(), 0u);
}

TEST(TopN, KeepsAllIfTheyAreFewerThanTheLimit) {
  const TopN<Ranked> top = TopOf(std::numeric_limits<std::size_t>::max(), {{1, 1}, {2, 2}});
  EXPECT_EQ(top.size(), 2u);
  EXPECT_THAT(top.Sorted(), ElementsAre(Ranked{2, 2}, Ranked{1, 1}));
}

TEST(TopN, IsEmptyAtFirst) {
  const TopN<Ranked> top(3);
  EXPECT_EQ(top.limit(), 3u);
  EXPECT_EQ(top.size(), 0u);
  EXPECT_THAT(top.Sorted(), IsEmpty());
}

TEST(TopN, IsSortingAndCutting) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 1'000; ++i) {
    const std::vector<Ranked> items = RandomItems(random, random() % 60);
    const std::size_t limit = random() % 70;
    const TopN<Ranked> top = TopOf(limit, items);
    ASSERT_EQ(top.Sorted(), SortedAndCut(items, limit));
    ASSERT_EQ(top.size(), std::min(items.size(), limit));
  }
}

TEST(TopN, AdmitsJustWhatAddingKeeps) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 200; ++i) {
    const std::vector<Ranked> items = RandomItems(random, 40);
    TopN<Ranked> top(random() % 20);
    std::vector<Ranked> turned_away;
    for (const Ranked& item : items) {
      const bool admits = top.Admits(item);
      top.Add(item);
      const std::vector<Ranked> kept = top.Sorted();
      ASSERT_EQ(std::find(kept.begin(), kept.end(), item) != kept.end(), admits);
      if (!admits) turned_away.push_back(item);
      for (const Ranked& never : turned_away) ASSERT_FALSE(top.Admits(never));
    }
  }
}

TEST(TopN, MergingEqualsHavingAddedBoth) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 500; ++i) {
    const std::vector<Ranked> items = RandomItems(random, random() % 90);
    const std::size_t limit = random() % 40;
    std::vector<TopN<Ranked>> parts(4, TopN<Ranked>(limit));
    for (const Ranked& item : items) parts[random() % parts.size()].Add(item);

    const std::vector<Ranked> expected = SortedAndCut(items, limit);
    for (int order = 0; order < 4; ++order) {
      std::shuffle(parts.begin(), parts.end(), random);
      TopN<Ranked> merged(limit);
      for (const TopN<Ranked>& part : parts) merged.Merge(part);
      ASSERT_EQ(merged.Sorted(), expected);

      TopN<Ranked> first = parts[0];
      TopN<Ranked> second = parts[2];
      first.Merge(parts[1]);
      second.Merge(parts[3]);
      first.Merge(second);
      ASSERT_EQ(first.Sorted(), expected);
    }
  }
}

TEST(TopN, MergingWithItselfAddsItsItemsAgain) {
  TopN<Ranked> top = TopOf(3, {{1, 1}, {2, 2}});
  top.Merge(top);
  EXPECT_THAT(top.Sorted(), ElementsAre(Ranked{2, 2}, Ranked{2, 2}, Ranked{1, 1}));
}

TEST(TopN, RanksAnythingUnderAnyOrder) {
  TopN<std::string, std::greater<>> top(2);
  for (const char* word : {"board", "save", "pin", "viewer"}) top.Add(word);
  EXPECT_THAT(top.Sorted(), ElementsAre("viewer", "save"));

  const auto by_length = [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  };
  TopN<std::string, decltype(by_length)> shortest(2, by_length);
  for (const char* word : {"board", "save", "pin", "idea"}) shortest.Add(word);
  EXPECT_THAT(shortest.Sorted(), ElementsAre("pin", "idea"));
}

}  // namespace
}  // namespace pinmetrics
