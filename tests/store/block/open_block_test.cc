#include "store/block/open_block.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "pinmetrics/metrics/tally.h"
#include "store/block/block.h"
#include "store/block/block_format.h"
#include "store/block/event_code.h"
#include "tests/store/block/block_walk.h"
#include "tests/store/block/corruption.h"
#include "tests/store/block/edit_block.h"
#include "tests/store/block/sample_days.h"

/// Blocks whose tables say what cannot be. Those of viewers are in check_viewers_test.cc.

namespace pinmetrics {
namespace {

using B = Block;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;
using I64 = std::int64_t;

constexpr std::size_t kSumWords = sizeof(PackedSums) / 4;
constexpr std::size_t kViewersInTotals = kPopulations * Tally::kCounters;

TEST(OpenBlock, RefusesTotalsThatCannotBe) {
  const Day day = SmallDay();
  ExpectRefused(
      day,
      {
          {"totals: is not there once", [](EditBlock& b) { b.Section(B::kTotals).Clear(); }},
          {"totals: is not there once",
           [](EditBlock& b) { b.Section(B::kTotals).Grow<B::Totals>(); }},
          {"totals: ", [](EditBlock& b) { b.Section(B::kTotals).SetAt<I64>(0, 1'000'000); }},
          {"totals: ", [](EditBlock& b) { b.Section(B::kTotals).SetAt<I64>(0, -1); }},
          {"totals: ",
           [](EditBlock& b) {
             b.Section(B::kTotals).SetAt<I64>(12, b.Section(B::kTotals).At<I64>(12) + 1);
           }},
          {"totals: ",
           [](EditBlock& b) {
             b.Section(B::kTotals).SetAt<I64>(11, b.Section(B::kTotals).At<I64>(11) - 1);
           }},
          {"totals: ",
           [](EditBlock& b) {
             b.Section(B::kTotals).SetAt<I64>(23, std::numeric_limits<I64>::min());
           }},
          {"totals: ",
           [](EditBlock& b) {
             b.Section(B::kTotals).SetAt<I64>(11, std::numeric_limits<I64>::max());
           }},
          {"totals: ",
           [](EditBlock& b) { b.Section(B::kTotals).SetAt<U64>(kViewersInTotals, 70'001); }},
          {"totals: ",
           [](EditBlock& b) { b.Section(B::kTotals).SetAt<U64>(kViewersInTotals + 1, ~U64{0}); }},
          {"totals: ",
           [](EditBlock& b) { b.Section(B::kTotals).SetAt<U64>(kViewersInTotals + 3, 70'000); }},
      });
}

/// The ways in which a table of ascending keys and its sums go wrong.
std::vector<Corruption> BadKeys(B::Projection projection, U32 limit) {
  const B::Table keys = B::KeysOf(projection);
  const B::Table sums = B::SumsOf(projection);
  const std::string keys_refusal = std::string(B::TableName(keys)) + ": ";
  const std::string sums_refusal = std::string(B::TableName(sums)) + ": ";
  return {
      {keys_refusal, [=](EditBlock& b) { b.Section(keys).Swap<U32>(0, 1); }},
      {keys_refusal,
       [=](EditBlock& b) { b.Section(keys).SetAt<U32>(1, b.Section(keys).At<U32>(0)); }},
      {keys_refusal,
       [=](EditBlock& b) { b.Section(keys).SetAt<U32>(b.Section(keys).Size<U32>() - 1, limit); }},
      {keys_refusal,
       [=](EditBlock& b) {
         b.Section(keys).SetAt<U32>(b.Section(keys).Size<U32>() - 1,
                                    std::numeric_limits<U32>::max());
       }},
      {sums_refusal, [=](EditBlock& b) { b.Section(keys).DropLast<U32>(); }},
      {sums_refusal, [=](EditBlock& b) { b.Section(keys).Clear(); }},
      {sums_refusal, [=](EditBlock& b) { b.Section(sums).Clear(); }},
      {sums_refusal, [=](EditBlock& b) { b.Section(sums).DropLast<PackedSums>(); }},
      {sums_refusal, [=](EditBlock& b) { b.Section(sums).Grow<PackedSums>(); }},
      {sums_refusal, [=](EditBlock& b) { b.Section(sums).SetAt<U32>(0, kMost); }},
      {sums_refusal,
       [=](EditBlock& b) { b.Section(sums).SetAt<U32>(0, b.Section(sums).At<U32>(0) + 1); }},
      {sums_refusal, [=](EditBlock& b) { b.Section(sums).SetAt<U32>(0, 0); }},
      // The upper half of the play time.
      {sums_refusal, [=](EditBlock& b) { b.Section(sums).SetAt<U32>(kSumWords - 1, kMost); }},
      {sums_refusal,
       [=](EditBlock& b) { b.Section(sums).SetAt<U32>(2 * kSumWords - 1, 1u << 31); }},
  };
}

TEST(OpenBlock, RefusesSumsThatCannotBe) {
  const Day day = SmallDay();
  ExpectRefused(day, BadKeys(B::kByCombo, kPopulations * event_code::kCombos));
  ExpectRefused(day, BadKeys(B::kByClass, 3));
  ExpectRefused(day, BadKeys(B::kByBoard, 8));
  ExpectRefused(LargerDay(), BadKeys(B::kByDimension, kPopulations * event_code::kDimensionValues));
}

TEST(OpenBlock, RefusesCellsThatCannotBe) {
  ExpectRefused(
      SmallDay(),
      {
          {"class_words: ", [](EditBlock& b) { b.Section(B::kClassWords).SetAt<U32>(0, 1); }},
          {"class_words: ", [](EditBlock& b) { b.Section(B::kClassWords).SetAt<U32>(1, kMost); }},
          {"class_words: ", [](EditBlock& b) { b.Section(B::kClassWords).SetAt<U32>(2, kMost); }},
          {"class_words: ", [](EditBlock& b) { b.Section(B::kClassWords).SetAt<U32>(2, 0); }},
          {"class_words: ", [](EditBlock& b) { b.Section(B::kClassWords).DropLast<U32>(); }},
          {"class_words: ", [](EditBlock& b) { b.Section(B::kClassWords).Grow<U32>(); }},
          {"class_words: ", [](EditBlock& b) { b.Section(B::kClassWords).Clear(); }},
          {"class_words: ",
           [](EditBlock& b) {
             b.Section(B::kCellCombos).Clear();
             b.Section(B::kCellWords).Clear();
           }},
          {"cell_combos: ",
           [](EditBlock& b) { b.Section(B::kCellCombos).SetAt<U16>(2, event_code::kCombos); }},
          {"cell_combos: ", [](EditBlock& b) { b.Section(B::kCellCombos).SetAt<U16>(0, 0xffff); }},
          {"cell_combos: ", [](EditBlock& b) { b.Section(B::kCellCombos).Swap<U16>(0, 1); }},
          {"cell_combos: ",
           [](EditBlock& b) {
             b.Section(B::kCellCombos).SetAt<U16>(1, b.Section(B::kCellCombos).At<U16>(0));
           }},
          {"cell_words: ", [](EditBlock& b) { b.Section(B::kCellCombos).DropLast<U16>(); }},
          {"cell_words: ", [](EditBlock& b) { b.Section(B::kCellWords).Grow<U32>(); }},
          {"cell_words: ", [](EditBlock& b) { b.Section(B::kCellWords).SetAt<U32>(0, kMost); }},
          {"cell_words: ", [](EditBlock& b) { b.Section(B::kCellWords).SetAt<U32>(0, 0); }},
          {"cell_words: ",
           [](EditBlock& b) {
             b.Section(B::kCellWords).SetAt<U32>(1, b.Section(B::kCellWords).At<U32>(1) + 1);
           }},
          {"cell_words: ",
           [](EditBlock& b) {
             b.Section(B::kCellWords).SetAt<U32>(b.Section(B::kCellWords).Size<U32>() - 1, kMost);
           }},
          // A play time becomes its own upper half.
          {"cell_words: ",
           [](EditBlock& b) {
             const std::size_t lower = 11;
             const U32 begin = b.Section(B::kClassWords).At<U32>(lower);
             ASSERT_LT(begin, b.Section(B::kClassWords).At<U32>(lower + 1));
             b.Section(B::kClassWords).SetAt<U32>(lower + 1, begin);
           }},
      });
}

TEST(OpenBlock, RefusesDimensionsThatCountOtherEvents) {
  // One event of another dimension's value: only what each dimension adds up to shows it.
  ExpectRefused(LargerDay(), {{"dimension_sums: ", [](EditBlock& b) {
                                 auto sums = b.Section(B::kDimensionSums);
                                 sums.SetAt<U32>(0, sums.At<U32>(0) - 1);
                                 sums.SetAt<U32>(3 * kSumWords, sums.At<U32>(3 * kSumWords) + 1);
                               }}});
}

TEST(OpenBlock, RefusesPinsThatCannotBe) {
  ExpectRefused(
      SmallDay(),
      {
          {"boards: ", [](EditBlock& b) { b.Section(B::kBoards).Swap<U32>(0, 1); }},
          {"boards: ", [](EditBlock& b) { b.Section(B::kBoards).SetAt<U32>(1, 0); }},
          {"boards: ", [](EditBlock& b) { b.Section(B::kBoards).SetAt<U32>(2, 4); }},
          {"board_pins: ", [](EditBlock& b) { b.Section(B::kBoards).DropLast<U32>(); }},
          {"board_pins: ", [](EditBlock& b) { b.Section(B::kBoardPins).Clear(); }},
          {"board_pins: ", [](EditBlock& b) { b.Section(B::kBoardPins).SetAt<U32>(0, 1); }},
          {"board_pins: ", [](EditBlock& b) { b.Section(B::kBoardPins).SetAt<U32>(1, kMost); }},
          {"board_pins: ", [](EditBlock& b) { b.Section(B::kBoardPins).SetAt<U32>(3, 6); }},
          {"board_pins: ", [](EditBlock& b) { b.Section(B::kBoardPins).Grow<U32>(); }},
          {"board_pins: ", [](EditBlock& b) { b.Section(B::kPinKeys).DropLast<U32>(); }},
          {"heavy_pins: ", [](EditBlock& b) { b.Section(B::kPinKeys).Clear(); }},
          // Versions ascend within their board only.
          {"pin_keys: ", [](EditBlock& b) { b.Section(B::kPinKeys).Swap<U32>(2, 3); }},
          {"pin_keys: ", [](EditBlock& b) { b.Section(B::kPinKeys).SetAt<U32>(3, 2); }},
          {"pin_keys: ", [](EditBlock& b) { b.Section(B::kPinKeys).SetAt<U32>(4, 5); }},
          {"pin_keys: ", [](EditBlock& b) { b.Section(B::kPinKeys).SetAt<U32>(0, 5); }},
          {"pin_bases: ", [](EditBlock& b) { b.Section(B::kPinBases).Clear(); }},
          {"pin_bases: ", [](EditBlock& b) { b.Section(B::kPinBases).Grow<U32>(); }},
          {"pin_bases: ", [](EditBlock& b) { b.EditFacts([](DayFacts& f) { f.base_shift = 0; }); }},
          {"pin_bases: ", [](EditBlock& b) { b.EditFacts([](DayFacts& f) { f.base_shift = 2; }); }},
          {"pin_offsets: ", [](EditBlock& b) { b.Section(B::kPinBases).SetAt<U32>(0, 1); }},
          {"pin_offsets: ", [](EditBlock& b) { b.Section(B::kPinBases).SetAt<U32>(0, kMost); }},
          {"pin_offsets: ", [](EditBlock& b) { b.Section(B::kPinOffsets).Clear(); }},
          {"pin_offsets: ", [](EditBlock& b) { b.Section(B::kPinOffsets).DropLast<U16>(); }},
          {"pin_offsets: ", [](EditBlock& b) { b.Section(B::kPinOffsets).SetAt<U16>(0, 1); }},
          {"pin_offsets: ", [](EditBlock& b) { b.Section(B::kPinOffsets).SetAt<U16>(1, 0xffff); }},
          {"pin_offsets: ", [](EditBlock& b) { b.Section(B::kPinOffsets).SetAt<U16>(5, 401); }},
          {"pin_offsets: ", [](EditBlock& b) { b.Section(B::kPinOffsets).Swap<U16>(2, 3); }},
          {"pin_offsets: ", [](EditBlock& b) { b.Section(B::kPinOffsets).Grow<U16>(); }},
          {"heavy_pins: ", [](EditBlock& b) { b.Section(B::kHeavyPins).SetAt<U32>(0, 1); }},
          {"heavy_pins: ", [](EditBlock& b) { b.Section(B::kHeavyPins).SetAt<U32>(2, 5); }},
          // A Pin that has too few events to be heavy, in place of one that is.
          {"heavy_pins: ", [](EditBlock& b) { b.Section(B::kHeavyPins).SetAt<U32>(2, 3); }},
          {"heavy_sums: ", [](EditBlock& b) { b.Section(B::kHeavyPins).DropLast<U32>(); }},
          {"heavy_pins: ",
           [](EditBlock& b) {
             b.Section(B::kHeavyPins).Clear();
             b.Section(B::kHeavySums).Clear();
           }},
          {"heavy_sums: ", [](EditBlock& b) { b.Section(B::kHeavySums).DropLast<PackedSums>(); }},
          {"heavy_sums: ", [](EditBlock& b) { b.Section(B::kHeavySums).SetAt<U32>(0, kMost); }},
          {"heavy_sums: ",
           [](EditBlock& b) { b.Section(B::kHeavySums).SetAt<U32>(kSumWords - 1, kMost); }},
      });
}

/// The first word of a bit of all events of the small day.
std::size_t CodeWord(std::size_t bit) { return bit_sliced::Place(bit, 0); }

TEST(OpenBlock, RefusesEventsThatCannotBe) {
  ExpectRefused(
      SmallDay(),
      {
          // An impression that is a playback, a gender that there is not, and an
          // impression after others of its Pin.
          {"bit_sliced_codes: ",
           [](EditBlock& b) { b.Section(B::kBitSlicedCodes).SetAt<U64>(CodeWord(3), ~U64{0}); }},
          {"bit_sliced_codes: ",
           [](EditBlock& b) {
             b.Section(B::kBitSlicedCodes).SetAt<U64>(CodeWord(13), 1);
             b.Section(B::kBitSlicedCodes).SetAt<U64>(CodeWord(14), 1);
           }},
          {"bit_sliced_codes: ",
           [](EditBlock& b) {
             b.Section(B::kBitSlicedCodes).Swap<U64>(CodeWord(4), bit_sliced::Place(4, 3));
           }},
          {"bit_sliced_codes: ",
           [](EditBlock& b) { b.Section(B::kBitSlicedCodes).DropLast<U64>(); }},
          {"bit_sliced_codes: ", [](EditBlock& b) { b.Section(B::kBitSlicedCodes).Grow<U64>(); }},
          {"viewers: ", [](EditBlock& b) { b.Section(B::kViewers).DropLast<U16>(); }},
          {"viewers: ", [](EditBlock& b) { b.Section(B::kViewers).Append(std::byte{}); }},
          {"viewers: ", [](EditBlock& b) { b.Section(B::kViewers).SetAt<U32>(0, 70'000); }},
          {"viewers: ", [](EditBlock& b) { b.Section(B::kViewers).SetAt<U32>(299, 0xffffffff); }},
          {"viewers: ",
           [](EditBlock& b) { b.EditFacts([](DayFacts& f) { f.limits[3] = 65'550; }); }},
          {"viewers: ", [](EditBlock& b) { b.EditFacts([](DayFacts& f) { f.viewer_bytes = 4; }); }},
          {"play_pins: ", [](EditBlock& b) { b.Section(B::kPlayPins).SetAt<U32>(0, 1); }},
          {"play_pins: ", [](EditBlock& b) { b.Section(B::kPlayPins).SetAt<U32>(3, 3); }},
          {"play_pins: ",
           [](EditBlock& b) {
             b.Section(B::kPlayPins).DropLast<U32>();
             b.Section(B::kPlayStarts).DropFirst<U32>();
             b.Section(B::kPlayStarts).SetAt<U32>(0, 0);
           }},
          {"play_pins: ",
           [](EditBlock& b) {
             b.Section(B::kPlayPins).Clear();
             b.Section(B::kPlayTimes).Clear();
             b.Section(B::kPlayStarts).SetBytes(std::vector<std::byte>(sizeof(U32)));
           }},
          {"play_pins: ", [](EditBlock& b) { b.Section(B::kPlayStarts).SetAt<U32>(1, 0); }},
          // One more at the end, of no playbacks.
          {"play_pins: ",
           [](EditBlock& b) {
             for (int i = 0; i < 4; ++i) b.Section(B::kPlayPins).Append(std::byte{9});
             for (int i = 0; i < 4; ++i) b.Section(B::kPlayStarts).Append(std::byte{});
             b.Section(B::kPlayStarts)
                 .SetAt<U32>(b.Section(B::kPlayStarts).Size<U32>() - 1,
                             static_cast<U32>(b.Section(B::kPlayTimes).Size<U32>()));
           }},
          {"play_starts: ", [](EditBlock& b) { b.Section(B::kPlayPins).DropLast<U32>(); }},
          {"play_starts: ", [](EditBlock& b) { b.Section(B::kPlayStarts).SetAt<U32>(0, 1); }},
          {"play_starts: ", [](EditBlock& b) { b.Section(B::kPlayStarts).SetAt<U32>(1, kMost); }},
          {"play_starts: ", [](EditBlock& b) { b.Section(B::kPlayStarts).Clear(); }},
          {"play_starts: ", [](EditBlock& b) { b.Section(B::kPlayTimes).Grow<U32>(); }},
          {"play_starts: ", [](EditBlock& b) { b.Section(B::kPlayTimes).DropLast<U32>(); }},
          {"totals: ", [](EditBlock& b) { b.Section(B::kPlayTimes).SetAt<U32>(0, kMost); }},
      });
}

TEST(OpenBlock, RefusesFactsThatCannotBe) {
  const auto expect = [](const char* refusal, const std::function<void(DayFacts&)>& corrupt) {
    ExpectRefused(SmallDay(), {{refusal, [&](EditBlock& b) { b.EditFacts(corrupt); }}});
  };
  for (const I64 wrong : {I64{3'000'001}, I64{-3'000'001}, std::numeric_limits<I64>::min(),
                          std::numeric_limits<I64>::max()}) {
    expect("day: ", [=](DayFacts& f) { f.day = wrong; });
  }
  for (const int wrong : {0, 1, 2, 5, 8, 0xffff}) {
    expect("day: viewers of ", [=](DayFacts& f) { f.viewer_bytes = static_cast<U16>(wrong); });
  }
  for (const int wrong : {7, 31, 32, 64, 0xffff}) {
    expect("expected 2^6 or fewer", [=](DayFacts& f) { f.base_shift = static_cast<U16>(wrong); });
  }
  for (const U32 wrong : {0u, 1u, 399u, 401u, 0x55555555u, 0x80000000u, kMost}) {
    expect("pin_offsets: ", [=](DayFacts& f) { f.events = wrong; });
  }
  expect("pin_keys: ", [](DayFacts& f) { f.limits[0] = 4; });
  expect("class_keys: ", [](DayFacts& f) { f.limits[1] = 2; });
  expect("board_keys: ", [](DayFacts& f) { f.limits[2] = 3; });
  expect("viewers: ", [](DayFacts& f) { f.limits[3] = 65'536; });
  for (std::size_t limit = 0; limit < 4; ++limit) {
    expect("block: ", [=](DayFacts& f) { f.limits[limit] = 0; });
  }
  ExpectRefused(
      SmallDay(),
      {{"day: is not there once", [](EditBlock& b) { b.Section(B::kDay).Clear(); }},
       {"day: is not there once", [](EditBlock& b) { b.Section(B::kDay).Grow<DayFacts>(); }}});
}

TEST(OpenBlock, RefusesTablesThatEndWithinAnElement) {
  const auto packed = Pack(SmallDay());
  for (U32 i = 0; i < B::kTables; ++i) {
    const auto table = static_cast<B::Table>(i);
    if (table == B::kViewers || table >= B::kSets) continue;
    EditBlock edited(packed->bytes());
    edited.Section(table).Append(std::byte{});
    EXPECT_EQ(RefusalOf(edited.Resealed().bytes()),
              "block: " + std::string(B::TableName(table)) + ": ends within an element");
  }
}

TEST(OpenBlock, RefusesEverySectionThatIsMissing) {
  const auto packed = Pack(LargerDay());
  for (U32 i = 0; i < B::kTables; ++i) {
    const auto table = static_cast<B::Table>(i);
    const std::string name = "block: " + std::string(B::TableName(table));
    for (U32 part = 0; part < B::PartsOf(table); ++part) {
      EditBlock edited(packed->bytes());
      ASSERT_TRUE(edited.Has(table)) << name;
      edited.Remove(table, part);
      const std::string refusal = RefusalOf(edited.Resealed().bytes());
      if (kTableForms[i].is_required) {
        const std::string of_part = B::PartsOf(table) > 1 ? ", part " + std::to_string(part) : "";
        EXPECT_EQ(refusal, name + of_part + ": is missing");
      } else {
        EXPECT_NE(refusal, "accepted") << name << ", part " << part;
      }
    }
  }
}

TEST(OpenBlock, TakesBlocksWithoutTheTablesThatMayBeAbsent) {
  const std::vector<std::vector<B::Table>> optional = {
      {B::kComboKeys, B::kComboSums},
      {B::kDimensionKeys, B::kDimensionSums},
      {B::kClassWords, B::kCellCombos, B::kCellWords},
      {B::kClassKeys, B::kClassSums, B::kClassWords, B::kCellCombos, B::kCellWords,
       B::kListClasses},
      {B::kListClasses},
      {B::kBoardKeys, B::kBoardSums}};
  const auto packed = Pack(LargerDay());
  for (const std::vector<B::Table>& tables : optional) {
    EditBlock edited(packed->bytes());
    for (const B::Table table : tables) {
      ASSERT_TRUE(edited.Has(table)) << B::TableName(table);
      edited.Remove(table);
    }
    const BlockBytes bytes = edited.Resealed();
    const absl::StatusOr<Block> block = OpenBlock(bytes.bytes());
    ASSERT_TRUE(block.ok()) << block.status();
    EXPECT_EQ(WalkBlock(*block), "");
  }
}

}  // namespace
}  // namespace pinmetrics
