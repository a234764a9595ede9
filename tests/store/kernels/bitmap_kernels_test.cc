#include "store/kernels/bitmap_kernels.h"

#include <algorithm>
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

void ExpectRight(const BitmapKernels& kernels, const Words& a, const Words& b) {
  std::uint64_t in_a = 0;
  std::uint64_t in_either = 0;
  Words united(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    in_a += std::bitset<64>(a[i]).count();
    united[i] = a[i] | b[i];
    in_either += std::bitset<64>(united[i]).count();
  }
  EXPECT_EQ(kernels.count(a.data(), a.size()), in_a);
  EXPECT_EQ(kernels.count_union(a.data(), b.data(), a.size()), in_either);
  Words to = b;
  kernels.merge(a.data(), to.data(), a.size());
  EXPECT_EQ(to, united);
  to.assign(a.size(), kAll);
  kernels.unite(a.data(), b.data(), to.data(), a.size());
  EXPECT_EQ(to, united);
  to = a;
  EXPECT_EQ(kernels.merge_and_count_union(b.data(), to.data(), b.data(), a.size()), in_either);
  EXPECT_EQ(to, united);
  to.assign(a.size(), 0);
  EXPECT_EQ(kernels.merge_and_count_union(a.data(), to.data(), b.data(), a.size()), in_either);
  EXPECT_EQ(to, a);
  to = b;
  Words from = a;
  EXPECT_EQ(kernels.merge_and_clear(from.data(), to.data(), a.size()), in_a);
  EXPECT_EQ(to, united);
  EXPECT_EQ(from, Words(a.size()));
}

void ExpectAllRight(const Words& a, const Words& b) {
  for (const BitmapKernels* kernels : AllBitmapKernels()) ExpectRight(*kernels, a, b);
}

TEST(BitmapKernels, LoopsOverNothingCountNothing) { ExpectAllRight({}, {}); }

TEST(BitmapKernels, EveryBitCountsAlone) {
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Words a(8);
    a[bit / 64] = std::uint64_t{1} << bit % 64;
    ExpectAllRight(a, Words(8));
    ExpectAllRight(Words(8), a);
    ExpectAllRight(a, a);
  }
}

TEST(BitmapKernels, EdgeWordsAreCounted) {
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
      for (const std::size_t words : {8u, 16u, 1'024u}) {
        ExpectAllRight(Words(words, x), Words(words, y));
      }
    }
  }
}

TEST(BitmapKernels, RandomWordsOfEveryLengthAreCounted) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (std::size_t words = 0; words < 70; ++words) {
    Words a(words);
    std::uint64_t expected = 0;
    for (std::uint64_t& word : a) {
      word = dice.Bits() & dice.Bits();
      expected += std::bitset<64>(word).count();
    }
    for (const BitmapKernels* kernels : AllBitmapKernels())
      EXPECT_EQ(kernels->count(a.data(), words), expected);
  }
  for (std::size_t words = 8; words <= 1'024; words += 8) {
    Words a(words);
    Words b(words);
    for (std::uint64_t& word : a) word = dice.Bits() & dice.Bits();
    for (std::uint64_t& word : b) word = dice.Percent(50) ? 0 : dice.Bits();
    ExpectAllRight(a, b);
  }
}

// As pointers into stored blocks are: on multiples of 8, not of 32.
TEST(BitmapKernels, WordsMayStartAnywhere) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  Words from(72);
  Words to(72);
  for (std::uint64_t& word : from) word = dice.Bits();
  for (std::uint64_t& word : to) word = dice.Bits() & dice.Bits();
  const BitmapKernels& portable = *AllBitmapKernels().front();
  for (const BitmapKernels* kernels : AllBitmapKernels()) {
    for (std::size_t i = 0; i < 8; ++i) {
      for (std::size_t j = 0; j < 8; ++j) {
        EXPECT_EQ(kernels->count(from.data() + i, 64), portable.count(from.data() + i, 64));
        EXPECT_EQ(kernels->count_union(from.data() + i, to.data() + j, 64),
                  portable.count_union(from.data() + i, to.data() + j, 64));
        // Nothing outside is touched.
        Words merged = to;
        Words expected = to;
        kernels->merge(from.data() + i, merged.data() + j, 64);
        portable.merge(from.data() + i, expected.data() + j, 64);
        EXPECT_EQ(merged, expected);
        Words united = to;
        kernels->unite(from.data() + i, to.data() + j, united.data() + j, 64);
        EXPECT_EQ(united, expected);
        Words cleared = from;
        Words filled = to;
        EXPECT_EQ(kernels->merge_and_clear(cleared.data() + i, filled.data() + j, 64),
                  portable.count(from.data() + i, 64));
        EXPECT_EQ(filled, expected);
        Words left = from;
        std::fill_n(left.begin() + static_cast<std::ptrdiff_t>(i), 64, 0);
        EXPECT_EQ(cleared, left);
      }
    }
  }
}

/// Cut into stretches by some starts, which ascend.
void ExpectCountedBetween(const Words& a, const std::vector<std::uint32_t>& starts) {
  std::vector<std::uint32_t> before;
  std::uint32_t sum = 0;
  for (const std::uint64_t word : a) {
    before.push_back(sum);
    sum += static_cast<std::uint32_t>(std::bitset<64>(word).count());
  }
  std::vector<std::uint32_t> counts;
  for (std::size_t i = 1; i < starts.size(); ++i) {
    counts.push_back(0);
    for (std::uint32_t bit = starts[i - 1]; bit < starts[i]; ++bit) {
      counts.back() += static_cast<std::uint32_t>(a[bit / 64] >> bit % 64 & 1);
    }
  }
  for (const BitmapKernels* kernels : AllBitmapKernels()) {
    std::vector<std::uint32_t> counted_before(a.size(), 77);
    kernels->count_before(a.data(), a.size(), counted_before.data());
    EXPECT_EQ(counted_before, before);
    std::vector<std::uint32_t> counted(counts.size(), 77);
    kernels->count_between(a.data(), before.data(), starts, counted.data());
    EXPECT_EQ(counted, counts);
  }
}

TEST(BitmapKernels, StretchesOfNothingCountNothing) {
  ExpectCountedBetween({0}, {});
  ExpectCountedBetween({kAll}, {5});
  ExpectCountedBetween({kAll}, {0, 0});
  ExpectCountedBetween({kAll, 0}, {64, 64});
}

TEST(BitmapKernels, StretchesOfEveryLengthAreCounted) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 200; ++round) {
    Words a;
    for (std::size_t i = 1 + dice.Below(20); i > 0; --i) {
      a.push_back(dice.Percent(10) ? kAll : dice.Bits());
    }
    // The last word is there for a stretch that ends where the one before it does.
    const auto end = static_cast<std::uint32_t>(64 * (a.size() - 1));
    const std::size_t most = dice.OneOf<std::size_t>({2, 20, 200});
    std::vector<std::uint32_t> starts = {0};
    while (starts.back() < end) {
      const auto next = starts.back() + static_cast<std::uint32_t>(dice.Below(most));
      starts.push_back(std::min(next, end));
    }
    ExpectCountedBetween(a, starts);
  }
}

TEST(BitmapKernels, BitsAreDepositedInOrder) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 500; ++round) {
    Words places(dice.Below(20));
    for (std::uint64_t& word : places) {
      word = dice.OneOf<std::uint64_t>({0, kAll, dice.Bits(), dice.Bits() & dice.Bits()});
    }
    const std::size_t first = dice.Below(200);
    Words bits(places.size() + 200 / 64 + 2);
    for (std::uint64_t& word : bits) word = dice.Bits();
    Words expected(places.size());
    std::size_t next = first;
    for (std::size_t i = 0; i < 64 * places.size(); ++i) {
      if ((places[i / 64] >> i % 64 & 1) == 0) continue;
      expected[i / 64] |= (bits[next / 64] >> next % 64 & 1) << i % 64;
      ++next;
    }
    for (const BitmapKernels* kernels : AllBitmapKernels()) {
      Words deposited(places.size(), 77);
      kernels->pdep(bits.data(), first, places.data(), places.size(), deposited.data());
      EXPECT_EQ(deposited, expected);
    }
  }
}

TEST(BitmapKernels, EveryOtherStretchIsKept) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 500; ++round) {
    const std::size_t words = dice.Below(40);
    const auto per_mille = dice.OneOf<std::size_t>({0, 2, 20, 300});
    Words edges(words);
    Words a(words);
    Words expected(words);
    bool keeps = false;
    for (std::size_t i = 0; i < 64 * words; ++i) {
      const bool edge_here = dice.Below(1'000) < per_mille;
      keeps ^= edge_here;
      edges[i / 64] |= std::uint64_t{edge_here} << i % 64;
      const std::uint64_t bit = dice.Bits() & 1;
      a[i / 64] |= bit << i % 64;
      expected[i / 64] |= (keeps ? bit : 0) << i % 64;
    }
    for (const BitmapKernels* kernels : AllBitmapKernels()) {
      Words kept = a;
      kernels->and_prefix_xor(edges.data(), kept.data(), words);
      EXPECT_EQ(kept, expected);
    }
  }
}

}  // namespace
}  // namespace pinmetrics
