#include "store/day/board_demographics.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "tests/store/block/random_day.h"

namespace pinmetrics {
namespace {

constexpr Demographics kAllDemographics = (1u << kDemographics) - 1;

std::int64_t SumOf(const RoundedCounts::Exact& counts, Demographics set) {
  std::int64_t sum = 0;
  for (std::uint32_t i = 0; i < kDemographics; ++i) sum += (set >> i & 1) != 0 ? counts[i] : 0;
  return sum;
}

Demographics AnySet(Dice& dice) {
  return static_cast<Demographics>(dice.Below(std::size_t{kAllDemographics} + 1));
}

TEST(RoundedCounts, ToFifteenAreExact) {
  RoundedCounts::Exact counts;
  for (std::uint32_t i = 0; i < kDemographics; ++i) counts[i] = i % 16;
  const RoundedCounts rounded(counts);
  for (std::uint32_t i = 0; i < kDemographics; ++i) {
    EXPECT_EQ(rounded.Sum(RoundedCounts::Picked(1u << i)), counts[i]) << i;
  }
  counts.fill(15);
  EXPECT_EQ(RoundedCounts(counts).Sum(RoundedCounts::Picked(kAllDemographics)), 15 * 24);
  EXPECT_EQ(RoundedCounts(counts).Sum(RoundedCounts::Picked(0)), 0);
}

TEST(RoundedCounts, AreNeverTooLowAndNearTheHighest) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 2'000; ++round) {
    const auto most = dice.OneOf<std::uint32_t>({1, 15, 16, 17, 900, 0x7fffffff, 0xffffffff});
    RoundedCounts::Exact counts;
    for (std::uint32_t& count : counts) {
      count = dice.OneOf<std::uint32_t>({0, 1, most, static_cast<std::uint32_t>(dice.Below(most))});
    }
    const Demographics set = AnySet(dice);
    const std::int64_t sum = RoundedCounts(counts).Sum(RoundedCounts::Picked(set));
    EXPECT_GE(sum, SumOf(counts, set));
    // Each is off by less than what a digit stands for: a fifteenth of twice the highest at most.
    const std::int64_t off = most > 15 ? 2 * std::int64_t{most} / 15 : 0;
    EXPECT_LE(sum, SumOf(counts, set) + off * std::popcount(set));
  }
}

TEST(BoardDemographics, BoundTheImpressionsOfEachBoard) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (const DayShape& shape : DayShapes()) {
    SCOPED_TRACE(shape.name);
    const Day day = RandomDay(dice, shape);
    if (day.limits.boards > 1'000'000) continue;  // Too many to sum up for.
    std::vector<RoundedCounts::Exact> exact(day.limits.boards);
    for (const BlockRow& row : day.rows) {
      if (row.code >= event_code::kCombos) continue;
      ++exact[day.TraitsOf(row.pin).board][row.code % kDemographics];
    }
    const auto packed = Pack(day);
    const BoardDemographics demographics(packed->block());
    const Demographics set = AnySet(dice);
    std::vector<std::int64_t> sums(day.limits.boards, 7);
    demographics.Add(packed->block(), RoundedCounts::Picked(set), sums);
    for (std::size_t board = 0; board < sums.size(); ++board) {
      ASSERT_EQ(sums[board], 7 + RoundedCounts(exact[board]).Sum(RoundedCounts::Picked(set)))
          << board;
    }
  }
}

}  // namespace
}  // namespace pinmetrics
