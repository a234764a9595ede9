#include "store/kernels/radix_sort.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

/// A key, and where the item was.
using Item = std::pair<std::uint64_t, std::uint32_t>;

std::uint64_t KeyOf(const Item& item) { return item.first; }

std::uint64_t LowBits(std::uint64_t bits) {
  return bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits);
}

std::vector<Item> RandomItems(Dice& dice, std::uint32_t bits) {
  std::vector<Item> items(dice.Below(3'000));
  const std::uint64_t used = dice.Percent(50) ? LowBits(bits) : LowBits(bits) & dice.Bits();
  for (std::uint32_t i = 0; i < items.size(); ++i) items[i] = {dice.Bits() & used, i};
  return items;
}

TEST(RadixSort, IsAStableSort) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  std::vector<Item> scratch;
  for (std::uint32_t bits = 0; bits <= 50; ++bits) {
    std::vector<Item> items = RandomItems(dice, bits);
    std::vector<Item> expected = items;
    std::ranges::stable_sort(expected, {}, KeyOf);
    RadixSort(items, scratch, KeyOf, bits);
    ASSERT_EQ(items, expected) << bits << " bits";
  }
}

TEST(RadixPass, SortsPartsByOneDigit) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (std::uint32_t bits = 0; bits <= kMaxDigitBits; ++bits) {
    const std::vector<Item> items = RandomItems(dice, 30);
    const auto shift = static_cast<std::uint32_t>(dice.Below(20));
    const auto digit = [&](const Item& item) { return item.first >> shift & LowBits(bits); };
    std::vector<Item> expected = items;
    std::ranges::stable_sort(expected, {}, digit);

    std::vector<std::span<const Item>> parts;
    for (std::size_t begin = 0; begin < items.size();) {
      const std::size_t size = std::min(items.size() - begin, dice.Below(1'500));
      parts.push_back(std::span(items).subspan(begin, size));
      begin += size;
    }
    std::vector<Item> sorted(items.size());
    const auto ends = RadixPass<Item>(parts, sorted.data(), KeyOf, shift, bits);
    ASSERT_EQ(sorted, expected) << bits << " bits";
    for (std::size_t i = 0; i < 1u << bits; ++i) {
      const auto end = std::ranges::upper_bound(expected, i, {}, digit);
      ASSERT_EQ(ends[i], end - expected.begin()) << "digit " << i;
    }
  }
}

TEST(SortIntoGroups, KeepsTheOrderWithinAGroup) {
  const std::vector<std::uint32_t> group_of = {2, 0, 2, 4, 0, 2};
  std::vector<std::size_t> sorted(group_of.size());
  const std::vector<std::uint32_t> starts = SortIntoGroups(
      group_of.size(), 5, [&](std::size_t item) { return group_of[item]; },
      [&](std::size_t item, std::uint32_t position) { sorted[position] = item; });
  EXPECT_THAT(sorted, testing::ElementsAre(1, 4, 0, 2, 5, 3));
  EXPECT_THAT(starts, testing::ElementsAre(0, 2, 2, 5, 5, 6));
}

TEST(SortIntoGroups, HasEmptyGroupsOfNothing) {
  const auto none = [](std::size_t) -> std::size_t { return 0; };
  EXPECT_THAT(SortIntoGroups(0, 3, none, [](std::size_t, std::uint32_t) {}),
              testing::ElementsAre(0, 0, 0, 0));
}

}  // namespace
}  // namespace pinmetrics
