#include "store/day_group.h"

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/store/chunk_bits.h"
#include "tests/store/random_day.h"

namespace pinmetrics {
namespace {

std::set<std::uint32_t> ViewersOf(ViewerSetCursor set) {
  std::set<std::uint32_t> viewers;
  for (; !set.done(); set.Next()) {
    const ChunkBits bits = BitsOf(set);
    for (std::uint32_t i = 0; i < kChunkViewers; ++i) {
      if ((bits[i / 64] >> i % 64 & 1) == 0) continue;
      viewers.insert(set.chunk() * std::uint32_t{kChunkViewers} + i);
    }
  }
  return viewers;
}

TEST(DayGroup, BeginsEveryEighthDaySince1970) {
  const absl::CivilDay epoch(1970, 1, 1);
  for (int day = 0; day < 8; ++day) {
    EXPECT_EQ(DayGroup::FirstDayOf(epoch + day), epoch);
    EXPECT_EQ(DayGroup::FirstDayOf(epoch + 800 + day), epoch + 800);
    EXPECT_EQ(DayGroup::FirstDayOf(epoch - 8 + day), epoch - 8);
  }
}

TEST(DayGroup, HasTheViewersOfItsDays) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 20; ++round) {
    DayGroup::Blocks blocks;
    std::array<std::set<std::uint32_t>, 4> expected;
    // Sets of few viewers, of a bitmap, and of two chunks.
    const auto limit = dice.OneOf<std::uint32_t>({1, 60, 6'000, 70'000});
    for (auto& block : blocks) {
      if (dice.Percent(30)) continue;
      block = Pack(RandomDay(dice, {.name = "Any",
                                    .events = dice.OneOf<std::size_t>({0, 1, 900, 9'000}),
                                    .pins = 5,
                                    .classes = 3,
                                    .viewer_limit = limit,
                                    .combos = 4}));
      for (std::uint32_t set = 0; set < expected.size(); ++set) {
        expected[set].merge(ViewersOf(ViewerSetCursor(block->block(), set)));
      }
    }
    const DayGroup group(blocks);
    for (std::uint32_t set = 0; set < expected.size(); ++set) {
      ASSERT_EQ(ViewersOf(group.Set(set)), expected[set]) << "set " << set;
    }
  }
}

TEST(DayGroup, IsOfItsOwnBlocksOnly) {
  Dice dice(1);
  DayGroup::Blocks blocks;
  blocks[2] = Pack(RandomDay(dice, {.name = "Some", .events = 40, .viewer_limit = 9}));
  const DayGroup group(blocks);
  EXPECT_TRUE(group.IsOf(blocks));
  DayGroup::Blocks others = blocks;
  others[3] = blocks[2];
  EXPECT_FALSE(group.IsOf(others));
  others = blocks;
  std::swap(others[2], others[0]);
  EXPECT_FALSE(group.IsOf(others));
  EXPECT_FALSE(group.IsOf({}));
}

}  // namespace
}  // namespace pinmetrics
