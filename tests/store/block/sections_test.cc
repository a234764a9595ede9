#include "store/block/sections.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "store/block/block.h"
#include "store/block/block_bytes.h"
#include "store/block/block_format.h"
#include "store/block/open_block.h"
#include "tests/store/block/block_walk.h"
#include "tests/store/block/edit_block.h"
#include "tests/store/block/sample_days.h"

/// The frame around the tables of a block: what is damaged, and what is of another version.

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Entries = std::vector<SectionEntry>;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

/// No table has it.
constexpr U32 kUnknown = 9'999;

class Sections : public testing::Test {
 protected:
  std::span<const std::byte> bytes() const { return packed_->bytes(); }
  std::size_t entries() const { return SectionsOf(bytes()).size(); }

  /// The error of the block with another frame.
  template <typename Edit>
  std::string RefusalWith(Edit edit) const {
    return RefusalOf(WithFrame(bytes(), edit).own_bytes());
  }

  const std::shared_ptr<const PackedBlock> packed_ = Pack(SmallDay());
};

// ---- bytes that were damaged ----

TEST_F(Sections, RefuseALengthThatIsNoMultipleOfEight) {
  const std::size_t size = bytes().size() + 4;
  BlockBytes longer(size);
  std::ranges::copy(bytes(), longer.own_bytes().begin());
  BlockHeader header = *ElementsAt<BlockHeader>(bytes().data());
  header.bytes = size;
  std::memcpy(longer.own_bytes().data(), &header, sizeof(header));
  Sign(longer.own_bytes());
  EXPECT_EQ(RefusalOf(longer.own_bytes()),
            "block: " + std::to_string(size) + " bytes, the header says " + std::to_string(size));
}

TEST_F(Sections, RefuseEveryTruncation) {
  BlockBytes whole = BlockBytes::CopyOf(bytes());
  for (std::size_t size = 0; size < bytes().size(); ++size) {
    ASSERT_THAT(RefusalOf(whole.own_bytes().first(size)), StartsWith("block: ")) << size;
    // In memory of just this size, for what watches over its end.
    if (size % 8 != 0) continue;
    BlockBytes cut = BlockBytes::CopyOf(bytes().first(size));
    ASSERT_THAT(RefusalOf(cut.own_bytes()), StartsWith("block: ")) << size;
    Sign(cut.own_bytes());
    ASSERT_THAT(RefusalOf(cut.own_bytes()), StartsWith("block: ")) << size << ", signed";
  }
}

TEST_F(Sections, RefuseBytesAfterTheEnd) {
  BlockBytes longer(bytes().size() + 8);
  std::ranges::fill(longer.own_bytes(), std::byte{});
  std::ranges::copy(bytes(), longer.own_bytes().begin());
  EXPECT_EQ(RefusalOf(longer.own_bytes()), "block: " + std::to_string(bytes().size() + 8) +
                                               " bytes, the header says " +
                                               std::to_string(bytes().size()));
  Sign(longer.own_bytes());
  EXPECT_EQ(RefusalOf(longer.own_bytes()), "block: bytes are left after the last section");
}

TEST_F(Sections, RefuseEverySingleBitFlip) {
  BlockBytes flipped = BlockBytes::CopyOf(bytes());
  for (std::size_t bit = 0; bit < bytes().size() * 8; ++bit) {
    const auto mask = static_cast<std::byte>(1u << bit % 8);
    flipped.own_bytes()[bit / 8] ^= mask;
    ASSERT_FALSE(OpenBlock(flipped.own_bytes()).ok()) << "bit " << bit;
    flipped.own_bytes()[bit / 8] ^= mask;
  }
  EXPECT_TRUE(OpenBlock(flipped.own_bytes()).ok());
}

TEST_F(Sections, RefuseEveryChangedByte) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  BlockBytes changed = BlockBytes::CopyOf(bytes());
  for (std::byte& byte : changed.own_bytes()) {
    const std::byte right = byte;
    for (const std::byte wrong :
         {std::byte{0}, std::byte{0xff}, ~right, static_cast<std::byte>(dice.Below(256))}) {
      if (wrong == right) continue;
      byte = wrong;
      ASSERT_FALSE(OpenBlock(changed.own_bytes()).ok());
    }
    byte = right;
  }
}

TEST_F(Sections, RefuseSwappedWords) {
  BlockBytes swapped = BlockBytes::CopyOf(bytes());
  const auto word = [&](std::size_t index) { return swapped.own_bytes().subspan(index * 8, 8); };
  const auto swap = [&](std::size_t a, std::size_t b) {
    std::swap_ranges(word(a).begin(), word(a).end(), word(b).begin());
  };
  for (std::size_t distance = 1; distance <= 8; ++distance) {
    for (std::size_t i = 0; (i + distance) * 8 < bytes().size(); ++i) {
      if (std::ranges::equal(word(i), word(i + distance))) continue;
      swap(i, i + distance);
      ASSERT_FALSE(OpenBlock(swapped.own_bytes()).ok()) << i << " and " << i + distance;
      swap(i, i + distance);
    }
  }
}

TEST_F(Sections, RefuseMisalignedBytes) {
  BlockBytes room(bytes().size() + 8);
  for (std::size_t shift = 1; shift < 8; ++shift) {
    const std::span<std::byte> moved = room.own_bytes().subspan(shift, bytes().size());
    std::ranges::copy(bytes(), moved.begin());
    EXPECT_EQ(RefusalOf(moved), "block: the bytes start at an address that is no multiple of 8");
  }
}

// ---- another header ----

TEST_F(Sections, RefuseAnotherMagic) {
  for (const std::size_t at : {std::size_t{0}, std::size_t{7}}) {
    EXPECT_EQ(RefusalWith([=](BlockHeader& header, Entries&) { header.magic[at] = '\r'; }),
              "block: the first 8 bytes are not PMBLOCK");
  }
}

TEST_F(Sections, OfAnEarlierMajorVersionAreRefused) {
  EXPECT_EQ(RefusalWith([](BlockHeader& header, Entries&) { header.major = 0; }),
            "block: version 0.0, this release reads 1.x");
}

TEST_F(Sections, OfALaterMajorVersionAreRefusedAsNotImplemented) {
  for (const auto major : std::to_array<std::uint16_t>({2, 256, 0xffff})) {
    BlockBytes later = WithFrame(bytes(), [=](BlockHeader& header, Entries&) {
      header.major = major;
      header.minor = 3;
      // What its checksum is, or where, nobody here knows.
      header.sections = 0;
    });
    later.own_bytes().back() ^= std::byte{1};
    EXPECT_EQ(OpenBlock(later.own_bytes()).status(),
              absl::UnimplementedError("block: version " + std::to_string(major) +
                                       ".3, this release reads 1.x; a later release wrote it"));
  }
}

TEST_F(Sections, OfALaterMinorVersionAreRead) {
  const BlockBytes later =
      WithFrame(bytes(), [](BlockHeader& header, Entries&) { header.minor = 7; });
  const absl::StatusOr<Block> block = OpenBlock(later.bytes());
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(WalkBlock(*block), "");
}

TEST_F(Sections, RefuseAnotherLength) {
  for (const U64 wrong : {U64{0}, U64{400}, U64{1} << 32, ~U64{0}, ~U64{7}}) {
    EXPECT_EQ(RefusalWith([=](BlockHeader& header, Entries&) { header.bytes = wrong; }),
              "block: " + std::to_string(bytes().size()) + " bytes, the header says " +
                  std::to_string(wrong));
  }
}

TEST_F(Sections, RefuseAnotherNumberOfEntries) {
  for (const U32 wrong : {U32{0}, static_cast<U32>(entries()) - 1, static_cast<U32>(entries()) + 1,
                          U32{200}, kMost / 24, kMost}) {
    EXPECT_THAT(RefusalWith([=](BlockHeader& header, Entries&) { header.sections = wrong; }),
                StartsWith("block: "))
        << wrong;
  }
  EXPECT_EQ(
      RefusalWith([](BlockHeader& header, Entries&) { header.sections = kMost; }),
      "block: a directory of 4294967295 sections in " + std::to_string(bytes().size()) + " bytes");
}

// ---- another directory ----

TEST_F(Sections, RefuseEveryOtherPlace) {
  for (std::size_t i = 0; i < entries(); ++i) {
    const std::string refusal = "block: " + SectionName(SectionsOf(bytes())[i]) +
                                ": does not follow the section before it within the block";
    const auto with_offset = [&](U64 offset) {
      return RefusalWith([=](BlockHeader&, Entries& entries) { entries[i].offset = offset; });
    };
    const auto with_bytes = [&](U64 size) {
      return RefusalWith([=](BlockHeader&, Entries& entries) { entries[i].bytes = size; });
    };
    const SectionEntry right = SectionsOf(bytes())[i];
    for (const U64 wrong : {U64{0}, U64{1}, U64{32}, U64{kMost}, U64{1} << 63, ~U64{0}, ~U64{7}}) {
      EXPECT_EQ(with_offset(wrong), refusal);
      if (wrong > bytes().size()) {
        EXPECT_EQ(with_bytes(wrong), refusal);
      }
    }
    // Past its end it overlaps the next; before it, a gap is left.
    for (const U64 change : {~U64{7}, ~U64{3}, ~U64{0}, U64{1}, U64{4}, U64{8}, U64{16}}) {
      EXPECT_EQ(with_offset(right.offset + change), refusal);
      if (right.bytes + change > bytes().size()) continue;
      EXPECT_THAT(with_bytes(right.bytes + change), StartsWith("block: ")) << i;
    }
  }
}

TEST_F(Sections, RefuseOnesThatOverlap) {
  for (std::size_t i = 0; i + 1 < entries(); ++i) {
    if (SectionsOf(bytes())[i].bytes == 0) continue;
    EXPECT_EQ(RefusalWith([=](BlockHeader&, Entries& entries) {
                entries[i + 1].offset = entries[i].offset;
              }),
              "block: " + SectionName(SectionsOf(bytes())[i + 1]) +
                  ": does not follow the section before it within the block");
  }
}

TEST_F(Sections, RefuseOnesThatAreThereTwice) {
  for (std::size_t i = 0; i + 1 < entries(); ++i) {
    EXPECT_EQ(RefusalWith([=](BlockHeader&, Entries& entries) {
                entries[i + 1].number = entries[i].number;
                entries[i + 1].part = entries[i].part;
              }),
              "block: " + SectionName(SectionsOf(bytes())[i]) + ": is there twice");
  }
}

TEST_F(Sections, RefuseOnesOutOfOrder) {
  EXPECT_EQ(RefusalWith([](BlockHeader&, Entries& entries) {
              std::swap(entries[0].number, entries[1].number);
            }),
            "block: day: stands after totals");
  EXPECT_EQ(RefusalWith([](BlockHeader&, Entries& entries) { entries[0].number = kUnknown; }),
            "block: totals: stands after section 9999, part 0");
}

// ---- sections of others ----

TEST_F(Sections, ThatAreUnknownAreSkipped) {
  const std::vector<std::byte> some(100, std::byte{0xa5});
  EditBlock edited(bytes());
  edited.Section(0, 0).SetBytes(some);
  edited.Section(kUnknown, 0).SetBytes(some);
  edited.Section(kUnknown, 5).Clear();
  edited.Section(kMost, kMost).SetBytes(some);
  // Parts that tables do not have, among those that they have.
  edited.Section(Block::kTotals, 1).SetBytes(some);
  edited.Section(Block::kSets, Block::kViewerParts).SetBytes(some);
  const BlockBytes with_others = edited.Resealed();
  const absl::StatusOr<Block> block = OpenBlock(with_others.bytes());
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(WalkBlock(*block), "");
  EXPECT_EQ(block->day(), packed_->block().day());
  EXPECT_EQ(block->events(), packed_->block().events());
  for (U32 i = 0; i < Block::kTables; ++i) {
    const auto table = static_cast<Block::Table>(i);
    for (U32 part = 0; part < Block::PartsOf(table); ++part) {
      EXPECT_TRUE(std::ranges::equal(block->At(table, part), packed_->block().At(table, part)))
          << Block::TableName(table);
    }
  }
}

TEST_F(Sections, OfTheSmallestFrameAreNone) {
  const BlockBytes none = WriteSections({});
  EXPECT_EQ(none.bytes().size(), sizeof(BlockHeader));
  const auto sections = OpenSections(none.bytes());
  ASSERT_TRUE(sections.ok()) << sections.status();
  EXPECT_TRUE(sections->empty());
  EXPECT_EQ(RefusalOf(none.bytes()), "block: day: is missing");
}

TEST(EditedBlock, IsTheBlockIfNothingIsChanged) {
  for (const Day& day : {SmallDay(), LargerDay(), DenseDay()}) {
    const auto packed = Pack(day);
    EXPECT_TRUE(
        std::ranges::equal(EditBlock(packed->bytes()).Resealed().own_bytes(), packed->bytes()));
    EXPECT_TRUE(std::ranges::equal(
        WithFrame(packed->bytes(), [](BlockHeader&, Entries&) {}).own_bytes(), packed->bytes()));
  }
}

}  // namespace
}  // namespace pinmetrics
