#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "store/block/block.h"
#include "store/block/block_bytes.h"
#include "store/block/open_block.h"
#include "tests/store/block/block_walk.h"
#include "tests/store/block/edit_block.h"
#include "tests/store/block/random_day.h"
#include "tests/store/block/sample_days.h"

/// Blocks that were made to harm: their checksum is right. What opens can be read in every way.

namespace pinmetrics {
namespace {

using U32 = std::uint32_t;

/// What is broken by bytes that may or may not open; "" if they are refused or harmless.
std::string HarmOf(std::span<const std::byte> bytes) {
  const absl::StatusOr<Block> block = OpenBlock(bytes);
  return block.ok() ? WalkBlock(*block) : "";
}

TEST(HostileBlock, IsHarmlessWhateverOneWordSays) {
  BlockBytes hostile = BlockBytes::CopyOf(Pack(SmallDay())->bytes());
  const std::span<std::byte> bytes = hostile.own_bytes();
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 4) {
    U32 right;
    std::memcpy(&right, bytes.data() + at, 4);
    for (const U32 wrong : {0u, 1u, right + 1, right - 1, 0xffffu, 0x10000u, 0x7fffffffu,
                            0x80000000u, 0xfffffffeu, kMost}) {
      std::memcpy(bytes.data() + at, &wrong, 4);
      Sign(bytes);
      ASSERT_EQ(HarmOf(bytes), "") << "4 bytes at " << at << " are " << wrong;
      accepted += OpenBlock(bytes).ok() ? 1 : 0;
    }
    std::memcpy(bytes.data() + at, &right, 4);
  }
  EXPECT_GT(accepted, 0u) << "nothing was tried behind the checks";
}

TEST(HostileBlock, IsHarmlessWhateverSomeBytesSay) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (const Day& day :
       {SmallDay(),
        RandomDay(
            dice,
            {.name = "Few", .events = 40, .pins = 3, .viewer_limit = 200'000, .combos = 4})}) {
    const auto packed = Pack(day);
    for (int round = 0; round < 10'000; ++round) {
      BlockBytes hostile = BlockBytes::CopyOf(packed->bytes());
      const std::span<std::byte> bytes = hostile.own_bytes();
      for (std::size_t changes = 1 + dice.Below(3); changes > 0; --changes) {
        const auto value = static_cast<std::byte>(dice.Percent(30) ? 0xff : dice.Bits() & 0xff);
        bytes[dice.Below(bytes.size())] = value;
      }
      Sign(bytes);
      ASSERT_EQ(HarmOf(bytes), "") << "round " << round;
    }
  }
}

/// All sections that blocks of this version may have.
std::vector<std::pair<Block::Table, U32>> AllSections() {
  std::vector<std::pair<Block::Table, U32>> all;
  for (U32 i = 0; i < Block::kTables; ++i) {
    const auto table = static_cast<Block::Table>(i);
    for (U32 part = 0; part < Block::PartsOf(table); ++part) all.emplace_back(table, part);
  }
  return all;
}

TEST(HostileBlock, IsHarmlessWhateverSectionsAreExchanged) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  const EditBlock small(Pack(SmallDay())->bytes());
  EditBlock other(Pack(RandomDay(dice, {.name = "Other",
                                        .events = 400,
                                        .pins = 5,
                                        .classes = 3,
                                        .boards = 4,
                                        .viewer_limit = 70'000,
                                        .combos = 3}))
                      ->bytes());
  const auto sections = AllSections();
  const auto any = [&](EditBlock& of) {
    const auto& [table, part] = sections[dice.Below(sections.size())];
    return of.Section(table, part);
  };
  for (int round = 0; round < 2'000; ++round) {
    EditBlock edited = small;
    for (std::size_t changes = 1 + dice.Below(3); changes > 0; --changes) {
      const auto& [table, part] = sections[dice.Below(sections.size())];
      const SectionEditor section = edited.Section(table, part);
      switch (dice.Below(5)) {
        case 0:
          section.SetBytes(any(other).bytes());
          break;
        case 1:
          section.bytes().resize(dice.Below(section.bytes().size() + 9));
          break;
        case 2:
          section.Clear();
          break;
        case 3:
          edited.Remove(table, part);
          break;
        default:
          any(edited).SetBytes(section.bytes());
      }
    }
    if (dice.Percent(20)) {
      edited.Section(Block::kDay).SetBytes(other.Section(Block::kDay).bytes());
    }
    ASSERT_EQ(HarmOf(edited.Resealed().bytes()), "") << "round " << round;
  }
}

}  // namespace
}  // namespace pinmetrics
