#include "store/block/check_viewers.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "store/block/block.h"
#include "store/block/event_code.h"
#include "store/block/viewer_cursor.h"
#include "tests/store/block/corruption.h"
#include "tests/store/block/edit_block.h"
#include "tests/store/block/sample_days.h"

/// Blocks whose tables of viewers say what cannot be.

namespace pinmetrics {
namespace {

using B = Block;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

// Of the first population, all viewers; and those who did not engage.
SetEditor SetOf(EditBlock& block) { return SetEditor(block.Section(B::kSets)); }
ListsEditor ListsOf(EditBlock& block) { return ListsEditor(block.Section(B::kLists)); }

TEST(CheckViewers, RefusesSetsThatCannotBe) {
  std::vector<Corruption> corruptions = {
      {"viewer_sets: ", [](EditBlock& b) { b.Section(B::kSets).Clear(); }},
      {"viewer_sets: ",
       [](EditBlock& b) { b.Section(B::kSets).SetBytes(std::vector<std::byte>(7)); }},
      {"viewer_sets: ", [](EditBlock& b) { b.Section(B::kSets).DropLast<U64>(); }},
      // One chunk that is named, without the four bytes that fill up to eight.
      {"viewer_sets: a set has more chunks than bytes",
       [](EditBlock& b) {
         b.Section(B::kSets).SetBytes(std::vector<std::byte>(12));
         SetOf(b).SetChunks(1);
       }},
      {"viewer_sets: ", [](EditBlock& b) { b.Section(B::kSets).Append(std::byte{}); }},
      // Chunk numbers: the second before the first, twice the same, past the last.
      {"viewer_sets: chunks", [](EditBlock& b) { SetOf(b).SwapChunks(0, 1); }},
      {"viewer_sets: chunks", [](EditBlock& b) { SetOf(b).SetChunkNumber(0, 1); }},
      {"viewer_sets: chunks", [](EditBlock& b) { SetOf(b).SetChunkNumber(1, 2); }},
      {"viewer_sets: ", [](EditBlock& b) { SetOf(b).SetCountLess1(0, 0xffff); }},
      {"viewer_sets: ", [](EditBlock& b) { SetOf(b).SetCountLess1(0, 0); }},
      // The first two viewers.
      {"viewer_sets: a chunk's", [](EditBlock& b) { SetOf(b).SetViewer(0, SetOf(b).Viewer(1)); }},
      {"viewer_sets: a chunk's", [](EditBlock& b) { SetOf(b).SetViewer(1, SetOf(b).Viewer(0)); }},
  };
  for (const U64 wrong : {U64{0}, U64{1}, U64{3}, U64{kMost}, U64{1} << 61, U64{1} << 62,
                          (U64{1} << 62) + 2, U64{1} << 63, ~U64{0}}) {
    // Four times some of these is small again in 64 bits.
    const char* refusal =
        wrong >= kMost ? "viewer_sets: a set has more chunks than bytes" : "viewer_sets: ";
    corruptions.push_back({refusal, [=](EditBlock& b) { SetOf(b).SetChunks(wrong); }});
  }
  ExpectRefused(SmallDay(), corruptions);
}

TEST(CheckViewers, RefusesAViewerOfASetPastTheLast) {
  ExpectRefused(DayOfManyCombos(), {{"viewer_sets: a chunk's viewers are wrong",
                                     [](EditBlock& b) { SetOf(b).SetViewer(1'999, 0xffff); }}});
}

TEST(CheckViewers, RefusesBitmapsThatCannotBe) {
  ASSERT_NE(ViewerSetCursor(Pack(DenseDay())->block(), 0).bitmap(), nullptr);
  ExpectRefused(DenseDay(),
                {
                    {"viewer_sets: a chunk's", [=](EditBlock& b) { SetOf(b).FlipBit(5); }},
                    // As an array, it would have fewer bytes.
                    {"viewer_sets: ", [](EditBlock& b) { SetOf(b).SetCountLess1(0, 4095); }},
                    {"viewer_sets: ", [](EditBlock& b) { SetOf(b).SetCountLess1(0, 4096); }},
                });
}

TEST(CheckViewers, RefusesListsThatCannotBe) {
  std::vector<Corruption> corruptions = {
      {"viewer_lists: ", [](EditBlock& b) { b.Section(B::kLists).Clear(); }},
      {"viewer_lists: ",
       [](EditBlock& b) { b.Section(B::kLists).SetBytes(std::vector<std::byte>(7)); }},
      {"viewer_lists: ", [](EditBlock& b) { b.Section(B::kLists).DropLast<U64>(); }},
      {"viewer_lists: ", [](EditBlock& b) { b.Section(B::kLists).Append(std::byte{}); }},
      {"viewer_lists: ", [](EditBlock& b) { ListsOf(b).SwapChunks(0, 1); }},
      {"viewer_lists: chunks", [](EditBlock& b) { ListsOf(b).SetChunkNumber(1, 0); }},
      {"viewer_lists: chunks", [](EditBlock& b) { ListsOf(b).SetChunkNumber(1, 2); }},
      {"viewer_lists: a chunk has too many",
       [](EditBlock& b) { ListsOf(b).SetListsLess1(0, 0xffff); }},
      {"viewer_lists: a chunk's", [](EditBlock& b) { ListsOf(b).SetListsLess1(0, 0); }},
      {"viewer_lists: a chunk is cut off", [](EditBlock& b) { ListsOf(b).SetViewers(0, kMost); }},
      {"viewer_lists: a chunk's", [](EditBlock& b) { ListsOf(b).SetViewers(0, 0); }},
      // The first list: its combo, its length.
      {"viewer_lists: a chunk's", [](EditBlock& b) { ListsOf(b).SetList(0, event_code::kCombos); }},
      {"viewer_lists: a chunk's", [](EditBlock& b) { ListsOf(b).SetList(1, ListsOf(b).List(0)); }},
      {"viewer_lists: a chunk's",
       [](EditBlock& b) { ListsOf(b).SetList(0, ListsOf(b).List(0) | kMost << 9); }},
      {"viewer_lists: a chunk's", [](EditBlock& b) { ListsOf(b).SetList(0, 0); }},
      // The first viewer after the second, and the last one past those there are.
      {"viewer_lists: a chunk's lists", [](EditBlock& b) { ListsOf(b).SetViewer(0, 0xffff); }},
      {"viewer_lists: a chunk's lists",
       [](EditBlock& b) {
         const U32 viewers = ListsOf(b).Viewers(0) + ListsOf(b).Viewers(1);
         ListsOf(b).SetViewer(viewers - 1, 0xffff);
       }},
  };
  for (const U32 wrong : {0u, 1u, 3u, 0x20000000u, 0x40000000u, 0x80000000u, kMost}) {
    corruptions.push_back({"viewer_lists: ", [=](EditBlock& b) { ListsOf(b).SetChunks(wrong); }});
    corruptions.push_back(
        {"viewer_lists: ", [=](EditBlock& b) { ListsOf(b).SetDirectoryBytes(wrong); }});
  }
  ExpectRefused(SmallDay(), corruptions);
}

TEST(CheckViewers, RefusesStartsOfListsThatCannotBe) {
  constexpr std::size_t kLast = event_code::kCombos;
  EditBlock right(Pack(DayOfManyCombos())->bytes());
  ASSERT_EQ(ListsOf(right).Start(kLast), 2'000);
  std::vector<Corruption> corruptions;
  for (const std::size_t combo : {std::size_t{0}, std::size_t{1}, kLast - 1, kLast}) {
    for (const U16 wrong : {U16{3}, U16{1'997}, U16{2'001}, U16{0xffff}}) {
      corruptions.push_back(
          {"viewer_lists: a chunk's", [=](EditBlock& b) { ListsOf(b).SetStart(combo, wrong); }});
    }
  }
  // As a chunk of fewer lists, or of more than 16 bits can say.
  corruptions.push_back({"viewer_lists: ", [](EditBlock& b) { ListsOf(b).SetListsLess1(0, 143); }});
  corruptions.push_back({"viewer_lists: ", [](EditBlock& b) { ListsOf(b).SetListsLess1(0, 286); }});
  corruptions.push_back(
      {"viewer_lists: ", [](EditBlock& b) { ListsOf(b).SetViewers(0, 1u << 16); }});
  corruptions.push_back(
      {"viewer_lists: a chunk's lists", [](EditBlock& b) { ListsOf(b).SetViewer(0, 0xffff); }});
  // Four viewers more than the lists have, with a class each.
  corruptions.push_back({"viewer_lists: a chunk's lists", [](EditBlock& b) {
                           b.Section(B::kLists).Append(U64{});
                           b.Section(B::kListClasses).Append(U64{});
                           ListsOf(b).SetViewers(0, 2'004);
                         }});
  ExpectRefused(DayOfManyCombos(), corruptions);
}

TEST(CheckViewers, RefusesClassesOfListsThatCannotBe) {
  std::vector<Corruption> corruptions = {
      {"list_classes: ",
       [](EditBlock& b) { b.Section(B::kListClasses).SetBytes(std::vector<std::byte>(7)); }},
      {"list_classes: ",
       [](EditBlock& b) { b.Section(B::kListClasses).SetBytes(std::vector<std::byte>(8)); }},
      {"list_classes: ", [](EditBlock& b) { b.Section(B::kListClasses).DropLast<U64>(); }},
      {"list_classes: ", [](EditBlock& b) { b.Section(B::kListClasses).Append(std::byte{}); }},
      {"list_classes: ", [](EditBlock& b) { b.Section(B::kListClasses).Grow<U64>(); }},
      // The first class: past those there are.
      {"list_classes: a class",
       [](EditBlock& b) { b.Section(B::kListClasses).SetAt(0, std::byte{2}); }},
      {"list_classes: a class",
       [](EditBlock& b) { b.Section(B::kListClasses).SetAt(0, std::byte{255}); }},
  };
  ExpectRefused(SmallDay(), corruptions);
}

}  // namespace
}  // namespace pinmetrics
