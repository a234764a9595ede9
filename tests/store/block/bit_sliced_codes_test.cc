#include "store/block/bit_sliced_codes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "gtest/gtest.h"
#include "store/block/block.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/write_block.h"
#include "tests/store/random_account.h"

namespace pinmetrics {
namespace {

constexpr std::uint32_t kAllKinds = (1u << event_code::kKinds) - 1;

bool Has(const CodeSet& set, std::uint16_t code) {
  return (set.kinds >> code / event_code::kCombos & 1) != 0 &&
         set.combos[code % event_code::kCombos];
}

/// A block in which the events have these codes, which ascend.
std::shared_ptr<const PackedBlock> BlockOf(const std::vector<std::uint16_t>& codes) {
  std::vector<BlockRow> rows;
  for (const std::uint16_t code : codes) rows.push_back({.pin = 0, .viewer = 1, .code = code});
  return WriteBlock(absl::CivilDay(2026, 11, 20), std::move(rows),
                    {.pins = 1, .classes = 1, .boards = 1, .viewers = 2},
                    [](std::uint32_t) { return PinTraits{}; });
}

void ExpectTested(const std::vector<std::uint16_t>& codes, const Block& block, const CodeSet& set) {
  const CodeTest test(set);
  const std::size_t groups = bit_sliced::GroupsFor(codes.size());
  std::vector<std::uint64_t> tested(2 * groups);
  for (std::size_t first = 0; first < groups; first += CodeTest::kMostGroups) {
    test.Run(block.codes(), first, std::min(groups - first, CodeTest::kMostGroups),
             &tested[2 * first]);
  }
  for (std::size_t i = 0; i < codes.size(); ++i) {
    ASSERT_EQ((tested[i / 64] >> i % 64 & 1) != 0, Has(set, codes[i])) << "code " << codes[i];
  }
}

std::vector<std::uint16_t> EveryCode() {
  std::vector<std::uint16_t> codes;
  for (std::uint16_t code = 0; code < event_code::kCodes; ++code) codes.push_back(code);
  return codes;
}

TEST(BitSlicedCodes, AreWhatTheFormatSays) {
  // A playback that met its second threshold, by combo 210: device 2, content type 2, age 2,
  // gender 2.
  const std::vector<std::uint64_t> bits = SliceCodes({{0, 9 * 288 + 210, 6 * 288 + 8}});
  const std::vector<std::uint64_t> expected = {
      0b000, 0b110, 0b100,  // Thresholds, or the action.
      0b010,                // Playback.
      0b001,                // Impression.
      0b000, 0b010,         // Device.
      0b101, 0b000,         // Organic, paid.
      0b000, 0b010, 0b000,  // Age.
      0b001, 0b100,         // Female, male.
  };
  ASSERT_EQ(bits.size(), 28u);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    EXPECT_EQ(bits[i], i % 2 == 0 ? expected[i / 2] : 0) << i;
  }
  // A word has 64 events, a group two words of each bit.
  const std::vector<std::uint64_t> two_groups = SliceCodes(std::vector<std::uint16_t>(129, 0));
  ASSERT_EQ(two_groups.size(), 56u);
  EXPECT_EQ(two_groups[2 * 4], ~std::uint64_t{0});
  EXPECT_EQ(two_groups[2 * 4 + 1], ~std::uint64_t{0});
  EXPECT_EQ(two_groups[28 + 2 * 4], 1u);
  EXPECT_TRUE(SliceCodes({}).empty());
}

TEST(BitSlicedCodes, EveryCodeIsReadBack) {
  const std::vector<std::uint16_t> codes = EveryCode();
  const std::vector<std::uint64_t> bits = SliceCodes(codes);
  CodeReader reader(bits);
  for (std::size_t i = 0; i < codes.size(); ++i) ASSERT_EQ(reader[i], codes[i]);
  for (std::size_t i = codes.size(); i-- > 0;) ASSERT_EQ(reader[i], codes[i]);
  const auto packed = BlockOf(codes);
  for (std::uint32_t i = 0; i < codes.size(); ++i) ASSERT_EQ(packed->block().code(i), codes[i]);
}

TEST(BitSlicedCodes, BitsOfNoCodeAreTold) {
  std::size_t codes = 0;
  for (std::uint64_t number = 0; number < 1u << bit_sliced::kBits; ++number) {
    std::vector<std::uint64_t> bits(2 * bit_sliced::kBits);
    for (std::size_t bit = 0; bit < bit_sliced::kBits; ++bit) bits[2 * bit] = number >> bit & 1;
    const std::uint16_t code = CodeReader(bits)[0];
    if (code == CodeReader::kNoCode) continue;
    ++codes;
    EXPECT_EQ(SliceCodes({&code, 1}), bits);
  }
  EXPECT_EQ(codes, event_code::kCodes);
}

TEST(CodeTest, EveryKindAndComboIsTold) {
  const std::vector<std::uint16_t> codes = EveryCode();
  const auto packed = BlockOf(codes);
  CodeSet all{kAllKinds, {}};
  all.combos.set();
  ExpectTested(codes, packed->block(), all);
  ExpectTested(codes, packed->block(), {});
  ExpectTested(codes, packed->block(), CodeSet{kAllKinds, {}});
  ExpectTested(codes, packed->block(), {0, all.combos});
  for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
    ExpectTested(codes, packed->block(), {1u << kind, all.combos});
  }
  for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
    CodeSet of_combo{kAllKinds, {}};
    of_combo.combos.set(combo);
    ExpectTested(codes, packed->block(), of_combo);
  }
}

TEST(CodeTest, LooksAtNoMoreBitsThanTheSetNeeds) {
  CodeSet set{kAllKinds, {}};
  set.combos.set();
  EXPECT_EQ(CodeTest(set).bits().size(), 0u);
  set.kinds = 1;  // Impressions.
  EXPECT_EQ(CodeTest(set).bits().size(), 1u);
  for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
    set.combos[combo] = combo / 8 % 3 == 1;  // Of one gender.
  }
  EXPECT_EQ(CodeTest(set).bits().size(), 2u);
  EXPECT_EQ(CodeTest({}).bits().size(), 0u);
}

TEST(CodeTest, RandomSetsAreTold) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint16_t> codes(dice.Below(9'000));
    for (std::uint16_t& code : codes) {
      code = static_cast<std::uint16_t>(dice.Below(event_code::kCodes));
    }
    std::sort(codes.begin(), codes.end());
    CodeSet set{static_cast<std::uint32_t>(dice.Below(kAllKinds + 1)), {}};
    const auto percent = dice.OneOf<std::size_t>({0, 5, 50, 100});
    for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
      set.combos[combo] = dice.Percent(percent);
    }
    ExpectTested(codes, BlockOf(codes)->block(), set);
  }
}

}  // namespace
}  // namespace pinmetrics
