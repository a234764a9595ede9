#include "store/day/new_viewers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "tests/store/block/random_day.h"

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

TEST(NewViewers, AreThoseOnNoneOfTheDaysBefore) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 6; ++round) {
    // Sets of few viewers, of a bitmap, and of two chunks.
    const auto limit = dice.OneOf<std::uint32_t>({2, 60, 6'000, 70'000});
    const auto longest_pause = dice.OneOf<std::size_t>({1, 5, 60, 400});
    LastSeen last_seen;
    std::vector<Day> days;
    for (std::size_t i = 0; i < 30; ++i) {
      days.push_back(RandomDay(dice, {.name = "Any",
                                      .events = dice.OneOf<std::size_t>({1, 30, 900, 9'000}),
                                      .pins = 5,
                                      .classes = 3,
                                      .viewer_limit = limit,
                                      .combos = 4,
                                      .saved_percent = dice.OneOf<std::size_t>({0, 30, 100})}));
      Day& day = days.back();
      day.day = absl::CivilDay(1969, 12, 1);
      if (i > 0) day.day = days[i - 1].day + 1 + static_cast<int>(dice.Below(longest_pause));
      const auto packed = Pack(day);
      const NewViewers new_viewers = last_seen.See(packed->block());
      auto left = ViewersOf(day);
      std::size_t other = i;
      for (std::int64_t before = 0; before < NewViewers::kDays; ++before) {
        if (before > 0 && other > 0 && days[other - 1].day == day.day - before) {
          const auto there = ViewersOf(days[--other]);
          for (const std::size_t both : {0u, 1u}) {
            for (const std::size_t engaged : {0u, 1u}) {
              Viewers& fresh = left[both][engaged];
              for (const std::uint32_t viewer : there[both][engaged]) fresh.erase(viewer);
            }
          }
        }
        for (const bool both : {false, true}) {
          for (const bool engaged : {false, true}) {
            ASSERT_EQ(new_viewers.Count(both, engaged, before), std::ssize(left[both][engaged]))
                << "day " << i << ", both " << both << ", engaged " << engaged << ", days before "
                << before;
          }
        }
      }
    }
  }
}

TEST(NewViewers, NobodyIsForgottenOverManyDays) {
  // One viewer every 92nd day, so that the numbers of days run over several times.
  Dice dice(1);
  Day day = RandomDay(dice, {.name = "One", .events = 1, .viewer_limit = 2, .unknown_percent = 0});
  day.rows[0].viewer = 1;
  LastSeen last_seen;
  for (int i = 0; i < 30; ++i) {
    day.day = absl::CivilDay(2020, 1, 1) + 91 * i;
    const auto packed = Pack(day);
    const NewViewers new_viewers = last_seen.See(packed->block());
    EXPECT_EQ(new_viewers.Count(true, false, 90), 1);
    EXPECT_EQ(new_viewers.Count(true, false, 91), i == 0 ? 1 : 0) << i;
  }
}

TEST(NewViewers, WhatRepeatsTakesNoMemory) {
  NewViewers::RecencyHistograms histograms = {};
  for (auto& of_audience : histograms) of_audience[NewViewers::kDays] = 9;
  EXPECT_EQ(NewViewers(histograms).bytes(), sizeof(NewViewers) + 4 * sizeof(std::uint32_t));
  EXPECT_EQ(NewViewers(histograms).Count(false, true, NewViewers::kDays - 1), 9);
  histograms[0][1] = 1;
  EXPECT_EQ(NewViewers(histograms).bytes(), sizeof(NewViewers) + 5 * sizeof(std::uint32_t));
  EXPECT_EQ(NewViewers(histograms).Count(false, false, 0), 10);
  EXPECT_EQ(NewViewers(histograms).Count(false, false, 1), 9);
}

TEST(LastSeen, KnowsItsLastDayUntilCleared) {
  Dice dice(1);
  Day day = RandomDay(dice, {.name = "Some", .events = 40, .viewer_limit = 9});
  LastSeen last_seen;
  EXPECT_EQ(last_seen.last(), std::nullopt);
  const auto packed = Pack(day);
  const std::int64_t people = last_seen.See(packed->block()).Count(true, false, 1);
  EXPECT_EQ(last_seen.last(), day.day);
  day.day += 1;
  EXPECT_EQ(last_seen.See(Pack(day)->block()).Count(true, false, 1), 0);
  EXPECT_EQ(last_seen.last(), day.day);
  last_seen.Clear();
  EXPECT_EQ(last_seen.last(), std::nullopt);
  EXPECT_EQ(last_seen.See(Pack(day)->block()).Count(true, false, 1), people);
}

TEST(LastSeen, TakesFourBytesAViewer) {
  Dice dice(1);
  const auto packed = Pack(RandomDay(dice, {.name = "Some", .events = 40, .viewer_limit = 1'000}));
  LastSeen last_seen;
  EXPECT_EQ(last_seen.bytes(), 0);
  last_seen.See(packed->block());
  EXPECT_GE(last_seen.bytes(), 4'000);
  EXPECT_LE(last_seen.bytes(), 4'500);
}

}  // namespace
}  // namespace pinmetrics
