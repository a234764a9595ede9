#include "store/bits.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

using Words = std::vector<std::uint64_t>;

constexpr std::uint64_t kAll = ~std::uint64_t{0};

void ExpectRight(const BitLoops& loops, const Words& a, const Words& b) {
  std::uint64_t in_a = 0;
  std::uint64_t in_either = 0;
  Words united(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    in_a += std::bitset<64>(a[i]).count();
    united[i] = a[i] | b[i];
    in_either += std::bitset<64>(united[i]).count();
  }
  EXPECT_EQ(loops.count(a.data(), a.size()), in_a);
  EXPECT_EQ(loops.count_union(a.data(), b.data(), a.size()), in_either);
  Words to = b;
  loops.merge(a.data(), to.data(), a.size());
  EXPECT_EQ(to, united);
}

void ExpectBothRight(const Words& a, const Words& b) {
  ExpectRight(PortableBitLoops(), a, b);
  ExpectRight(BestBitLoops(), a, b);
}

TEST(Bits, LoopsOverNothingCountNothing) { ExpectBothRight({}, {}); }

TEST(Bits, EveryBitCountsAlone) {
  for (std::size_t bit = 0; bit < 256; ++bit) {
    Words a(4);
    a[bit / 64] = std::uint64_t{1} << bit % 64;
    ExpectBothRight(a, Words(4));
    ExpectBothRight(Words(4), a);
    ExpectBothRight(a, a);
  }
}

TEST(Bits, EdgeWordsAreCounted) {
  const Words edges = {0,
                       1,
                       kAll,
                       kAll - 1,
                       kAll >> 1,
                       std::uint64_t{1} << 63,
                       0x5555555555555555,
                       0xaaaaaaaaaaaaaaaa,
                       0xffffffff,
                       0xffffffff00000000};
  for (const std::uint64_t x : edges) {
    for (const std::uint64_t y : edges) {
      for (const std::size_t words : {4u, 8u, 1'024u}) {
        ExpectBothRight(Words(words, x), Words(words, y));
      }
    }
  }
}

TEST(Bits, RandomWordsOfEveryLengthAreCounted) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (std::size_t words = 4; words <= 1'024; words += 4) {
    Words a(words);
    Words b(words);
    for (std::uint64_t& word : a) word = dice.Bits() & dice.Bits();
    for (std::uint64_t& word : b) word = dice.Percent(50) ? 0 : dice.Bits();
    ExpectBothRight(a, b);
  }
}

// As pointers into stored blocks are: on multiples of 8, not of 32.
TEST(Bits, WordsMayStartAnywhere) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  Words from(72);
  Words to(72);
  for (std::uint64_t& word : from) word = dice.Bits();
  for (std::uint64_t& word : to) word = dice.Bits() & dice.Bits();
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t j = 0; j < 8; ++j) {
      EXPECT_EQ(BestBitLoops().count(from.data() + i, 64),
                PortableBitLoops().count(from.data() + i, 64));
      EXPECT_EQ(BestBitLoops().count_union(from.data() + i, to.data() + j, 64),
                PortableBitLoops().count_union(from.data() + i, to.data() + j, 64));
      Words best = to;
      Words portable = to;
      BestBitLoops().merge(from.data() + i, best.data() + j, 64);
      PortableBitLoops().merge(from.data() + i, portable.data() + j, 64);
      EXPECT_EQ(best, portable) << "and nothing outside is touched";
    }
  }
}

}  // namespace
}  // namespace pinmetrics
