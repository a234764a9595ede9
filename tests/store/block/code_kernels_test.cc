#include "store/block/code_kernels.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "pinmetrics/metrics/tally.h"
#include "store/block/bit_sliced_codes.h"
#include "store/block/event_code.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

using Words = std::vector<std::uint64_t>;

TEST(CodeKernels, OneOfTwoIsChosenBitByBit) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (std::size_t groups = 0; groups < 40; ++groups) {
    const std::size_t words = 2 * groups;
    Words which(bit_sliced::kStride * groups + 1);
    for (std::uint64_t& word : which) word = dice.Bits();
    Words if_0(words);
    Words if_1(words);
    Words expected(words);
    for (std::size_t i = 0; i < words; ++i) {
      if_0[i] = dice.Bits();
      if_1[i] = dice.Bits();
      for (std::size_t bit = 0; bit < 64; ++bit) {
        const bool takes_1 = (which[bit_sliced::Place(0, i)] >> bit & 1) != 0;
        expected[i] |= (takes_1 ? if_1[i] : if_0[i]) & std::uint64_t{1} << bit;
      }
    }
    expected.push_back(77);  // Nothing past the end is touched.
    for (const CodeKernels* kernels : AllCodeKernels()) {
      Words chosen(words + 1, 77);
      kernels->choose(which.data(), if_0.data(), if_1.data(), chosen.data(), groups);
      EXPECT_EQ(chosen, expected);
    }
  }
}

TEST(CodeKernels, EventsCountByTheirKinds) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (std::size_t words = 0; words < 20; words += 2) {
    std::vector<std::uint16_t> codes(64 * words);
    Words a(words);
    CounterSums expected = {};
    // What was there before is added to.
    expected[Tally::kSaves] = 5;
    const bool mostly_impressions = dice.Percent(50);
    for (std::size_t i = 0; i < codes.size(); ++i) {
      codes[i] = static_cast<std::uint16_t>(dice.Below(
          mostly_impressions && dice.Percent(98) ? event_code::kCombos : event_code::kCodes));
      if (dice.Percent(30)) continue;
      a[i / 64] |= std::uint64_t{1} << i % 64;
      CountEvents(codes[i] / event_code::kCombos, 1, expected);
    }
    const Words bits = SliceCodes(codes);
    for (const CodeKernels* kernels : AllCodeKernels()) {
      CounterSums counted = {};
      counted[Tally::kSaves] = 5;
      kernels->count_kinds(a.data(), bits.data(), words / 2, counted);
      EXPECT_EQ(counted, expected);
    }
  }
}

}  // namespace
}  // namespace pinmetrics
