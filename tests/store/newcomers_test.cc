#include "store/newcomers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/store/random_day.h"

namespace pinmetrics {
namespace {

using Viewers = std::set<std::uint32_t>;

/// Of a day, by both populations and engaged.
std::array<std::array<Viewers, 2>, 2> ViewersOf(const Day& day) {
  std::array<std::array<Viewers, 2>, 2> viewers;
  for (const BlockRow& row : day.rows) {
    if (row.viewer == 0) continue;
    for (const bool both : {false, true}) {
      if (!both && day.TraitsOf(row.pin).saved) continue;
      viewers[both][0].insert(row.viewer);
      if (IsEngagementKind(row.code / event_code::kCombos)) viewers[both][1].insert(row.viewer);
    }
  }
  return viewers;
}

std::vector<const Block*> BlocksOf(const std::vector<std::shared_ptr<const PackedBlock>>& days) {
  std::vector<const Block*> blocks;
  for (const auto& packed : days) blocks.push_back(packed ? &packed->block() : nullptr);
  return blocks;
}

TEST(Newcomers, AreThoseOnNoneOfTheDaysBefore) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 30; ++round) {
    // Sets of few viewers, of a bitmap, and of two chunks.
    const auto limit = dice.OneOf<std::uint32_t>({2, 60, 6'000, 70'000});
    const auto days = dice.OneOf<std::size_t>({1, 2, 9, 40});
    std::vector<Day> rows;
    std::vector<std::shared_ptr<const PackedBlock>> packed;
    for (std::size_t i = 0; i < days; ++i) {
      const bool has_events = i == 0 || dice.Percent(80);
      rows.push_back(
          RandomDay(dice, {.name = "Any",
                           .events = has_events ? dice.OneOf<std::size_t>({1, 30, 900, 9'000}) : 0,
                           .pins = 5,
                           .classes = 3,
                           .viewer_limit = limit,
                           .combos = 4,
                           .saved_percent = dice.OneOf<std::size_t>({0, 30, 100})}));
      packed.push_back(has_events ? Pack(rows.back()) : nullptr);
    }
    const Newcomers newcomers(BlocksOf(packed));
    auto left = ViewersOf(rows.front());
    for (std::size_t before = 0; before < Newcomers::kDays; ++before) {
      const auto there = before == 0 || before >= days ? ViewersOf(Day()) : ViewersOf(rows[before]);
      for (const bool both : {false, true}) {
        for (const bool engaged : {false, true}) {
          Viewers& fresh = left[both][engaged];
          for (const std::uint32_t viewer : there[both][engaged]) fresh.erase(viewer);
          ASSERT_EQ(newcomers.Count(both, engaged, static_cast<std::int64_t>(before)),
                    std::ssize(fresh))
              << "both " << both << ", engaged " << engaged << ", days before " << before;
        }
      }
    }
  }
}

TEST(Newcomers, DaysPastTheLimitAreNotLookedAt) {
  Dice dice(1);
  const auto day = Pack(RandomDay(dice, {.name = "Some", .events = 40, .viewer_limit = 9}));
  std::vector<const Block*> blocks(Newcomers::kDays + 1);
  blocks.front() = &day->block();
  const auto people = static_cast<std::int64_t>(day->block().totals().viewers[1]);
  blocks[Newcomers::kDays] = &day->block();
  EXPECT_EQ(Newcomers(blocks).Count(true, false, Newcomers::kDays - 1), people);
  blocks[Newcomers::kDays - 1] = &day->block();
  EXPECT_EQ(Newcomers(blocks).Count(true, false, Newcomers::kDays - 2), people);
  EXPECT_EQ(Newcomers(blocks).Count(true, false, Newcomers::kDays - 1), 0);
}

TEST(Newcomers, WhatRepeatsTakesNoMemory) {
  Dice dice(1);
  const auto day = Pack(RandomDay(dice, {.name = "Some", .events = 40, .viewer_limit = 9}));
  std::vector<const Block*> blocks(Newcomers::kDays);
  blocks.front() = &day->block();
  EXPECT_EQ(Newcomers(blocks).bytes(), Newcomers(std::vector(1, &day->block())).bytes());
}

}  // namespace
}  // namespace pinmetrics
