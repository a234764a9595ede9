#include "store/block/block_format.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "store/block/block.h"
#include "store/block/event_code.h"
#include "store/block/viewer_cursor.h"

/// The numbers that files have.

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using B = Block;
using U32 = std::uint32_t;

TEST(BlockFormat, FrameIsFrozen) {
  using H = BlockHeader;
  EXPECT_EQ(std::string_view(H::kMagic.data(), 8), "PMBLOCK\n");
  EXPECT_EQ(H::kMajor, 1u);
  EXPECT_EQ(H::kMinor, 0u);
  EXPECT_EQ(sizeof(H), 32u);
  EXPECT_EQ(offsetof(H, magic), 0u);
  EXPECT_EQ(offsetof(H, checksum), 8u);
  EXPECT_EQ(offsetof(H, major), 16u);
  EXPECT_EQ(offsetof(H, minor), 18u);
  EXPECT_EQ(offsetof(H, sections), 20u);
  EXPECT_EQ(offsetof(H, bytes), 24u);
  EXPECT_EQ(kChecksummedFrom, 16u);
  EXPECT_EQ(sizeof(SectionEntry), 24u);
  EXPECT_EQ(offsetof(SectionEntry, number), 0u);
  EXPECT_EQ(offsetof(SectionEntry, part), 4u);
  EXPECT_EQ(offsetof(SectionEntry, offset), 8u);
  EXPECT_EQ(offsetof(SectionEntry, bytes), 16u);
}

TEST(BlockFormat, FactsOfADayAreFrozen) {
  EXPECT_EQ(sizeof(DayFacts), 32u);
  EXPECT_EQ(offsetof(DayFacts, day), 0u);
  EXPECT_EQ(offsetof(DayFacts, events), 8u);
  EXPECT_EQ(offsetof(DayFacts, viewer_bytes), 12u);
  EXPECT_EQ(offsetof(DayFacts, base_shift), 14u);
  EXPECT_EQ(offsetof(DayFacts, limits), 16u);
}

struct FrozenTable {
  B::Table table;
  U32 number;
  std::string_view name;
  U32 parts = 1;
};

TEST(BlockFormat, SectionsAreFrozen) {
  const std::vector<FrozenTable> tables = {{B::kDay, 1, "day"},
                                           {B::kTotals, 2, "totals"},
                                           {B::kComboKeys, 3, "combo_keys"},
                                           {B::kComboSums, 4, "combo_sums"},
                                           {B::kDimensionKeys, 5, "dimension_keys"},
                                           {B::kDimensionSums, 6, "dimension_sums"},
                                           {B::kClassKeys, 7, "class_keys"},
                                           {B::kClassSums, 8, "class_sums"},
                                           {B::kBoardKeys, 9, "board_keys"},
                                           {B::kBoardSums, 10, "board_sums"},
                                           {B::kHeavyPins, 11, "heavy_pins"},
                                           {B::kHeavySums, 12, "heavy_sums"},
                                           {B::kClassWords, 13, "class_words"},
                                           {B::kCellCombos, 14, "cell_combos"},
                                           {B::kCellWords, 15, "cell_words"},
                                           {B::kBoards, 16, "boards"},
                                           {B::kBoardPins, 17, "board_pins"},
                                           {B::kPinKeys, 18, "pin_keys"},
                                           {B::kPinBases, 19, "pin_bases"},
                                           {B::kPinOffsets, 20, "pin_offsets"},
                                           {B::kBitSlicedCodes, 21, "bit_sliced_codes"},
                                           {B::kViewers, 22, "viewers"},
                                           {B::kPlayPins, 23, "play_pins"},
                                           {B::kPlayStarts, 24, "play_starts"},
                                           {B::kPlayTimes, 25, "play_times"},
                                           {B::kSets, 26, "viewer_sets", 4},
                                           {B::kLists, 27, "viewer_lists", 4},
                                           {B::kListClasses, 28, "list_classes", 4}};
  ASSERT_EQ(tables.size(), std::size_t{B::kTables});
  for (const FrozenTable& frozen : tables) {
    EXPECT_EQ(kTableForms[frozen.table].number, frozen.number) << frozen.name;
    EXPECT_EQ(B::TableName(frozen.table), frozen.name);
    EXPECT_EQ(B::PartsOf(frozen.table), frozen.parts) << frozen.name;
  }
  EXPECT_EQ(B::kHeavy, 32u);
  EXPECT_EQ(sizeof(B::Totals), 224u);
  EXPECT_EQ(offsetof(B::Totals, viewers), 192u);
  EXPECT_EQ(offsetof(B::Totals, engaged), 208u);
  EXPECT_EQ(sizeof(PackedSums), 52u);
  EXPECT_EQ(kPopulations, 2u);
  EXPECT_EQ(kChunkViewers, 65'536u);
  EXPECT_EQ(ViewerSetCursor::kMaxArray, 4'096u);
}

TEST(BlockFormat, CodesAreFrozen) {
  EXPECT_EQ(event_code::kKinds, 15u);
  EXPECT_EQ(event_code::kFirstPlaybackKind, 7u);
  EXPECT_EQ(event_code::kCombos, 288u);
  EXPECT_EQ(event_code::kCodes, 4'320u);
  EXPECT_EQ(event_code::Combo(0, 0, 0, 1), 8u);
  EXPECT_EQ(event_code::Combo(0, 0, 1, 0), 1u);
  EXPECT_EQ(event_code::Combo(0, 1, 0, 0), 24u);
  EXPECT_EQ(event_code::Combo(1, 0, 0, 0), 72u);
  EXPECT_EQ(event_code::Combo(3, 2, 7, 2), 287u);
  EXPECT_EQ(event_code::Code(1, 0), 288u);
  EXPECT_EQ(event_code::Code(14, 287), 4'319u);
  EXPECT_EQ(event_code::kDimensionValues, 18u);
  EXPECT_THAT(event_code::ValuesOf(event_code::Combo(0, 0, 0, 0)), ElementsAre(0, 3, 7, 15));
  EXPECT_THAT(event_code::ValuesOf(event_code::Combo(3, 2, 7, 2)), ElementsAre(2, 6, 14, 17));
  EXPECT_THAT(event_code::ValuesOf(event_code::Combo(2, 1, 5, 0)), ElementsAre(1, 5, 12, 15));
  EXPECT_FALSE(event_code::IsPlayback(2'015));
  EXPECT_TRUE(event_code::IsPlayback(2'016));
  EXPECT_FALSE(IsEngagementKind(0));
  EXPECT_TRUE(IsEngagementKind(1));
  EXPECT_TRUE(IsEngagementKind(6));
  EXPECT_FALSE(IsEngagementKind(7));
}

TEST(BlockFormat, CombosCoverTheDimensions) {
  EXPECT_EQ(static_cast<U32>(Dimension::kContentType), 0u);
  EXPECT_EQ(static_cast<U32>(Dimension::kDevice), 1u);
  EXPECT_EQ(static_cast<U32>(Dimension::kAge), 2u);
  EXPECT_EQ(static_cast<U32>(Dimension::kGender), 3u);
  EXPECT_EQ(kCountOf<Device>, 4u);
  EXPECT_EQ(kCountOf<ContentType>, 3u);
  EXPECT_EQ(kCountOf<Age>, 8u);
  EXPECT_EQ(kCountOf<Gender>, 3u);
  EXPECT_EQ(kCountOf<Action>, 8u);
  EXPECT_EQ(static_cast<U32>(Device::kUnspecified), 3u);
  EXPECT_EQ(static_cast<U32>(ContentType::kEarned), 2u);
  EXPECT_EQ(static_cast<U32>(Age::kUnspecified), 7u);
  EXPECT_EQ(static_cast<U32>(Gender::kUnspecified), 2u);
  EXPECT_EQ(static_cast<U32>(Action::kPlayback), event_code::kFirstPlaybackKind);
}

TEST(BlockFormat, KindsCountWhereTheyAlwaysDid) {
  EXPECT_EQ(Tally::kCounters, 12u);
  for (U32 kind = 0; kind < event_code::kKinds; ++kind) {
    CounterSums sums{};
    CountKind(kind, 5, sums);
    CounterSums expected{};
    if (kind < 7) {
      expected[kind] = 1;  // Impression, Pin click, outbound click, save, then the swipes.
    } else {
      expected[7] = 1;
      expected[8] = (kind - 7) % 2;      // Video view.
      expected[9] = (kind - 7) / 2 % 2;  // 10-second play.
      expected[10] = (kind - 7) / 4;     // Played to 95 %.
      expected[11] = 5;
    }
    EXPECT_EQ(sums, expected) << "kind " << kind;
  }
  EXPECT_EQ(Tally::kPlaybacks, 7);
  EXPECT_EQ(Tally::kVideoViews, 8);
  EXPECT_EQ(Tally::kTenSecondPlays, 9);
  EXPECT_EQ(Tally::kPlayedTo95Percent, 10);
  EXPECT_EQ(Tally::kPlayTimeMs, 11);
}

}  // namespace
}  // namespace pinmetrics
