#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "store/block/block.h"
#include "store/block/block_bytes.h"
#include "store/block/event_code.h"
#include "store/block/open_block.h"
#include "store/block/viewer_cursor.h"
#include "tests/store/block/block_walk.h"
#include "tests/store/block/random_day.h"
#include "tests/store/block/sample_days.h"

/// Files of blocks: what was packed once must open ever after.

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using B = Block;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

const std::string kFolder = PINMETRICS_SOURCE_DIR "/tests/";

/// True when the files are to be written anew: after the format got a new version, never else.
bool WritesFiles() { return std::getenv("PINMETRICS_WRITE_BLOCKS") != nullptr; }

void WriteFile(const std::string& path, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  ASSERT_TRUE(file.good()) << path;
}

BlockBytes ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_FALSE(text.empty()) << path;
  return BlockBytes::CopyOf(std::as_bytes(std::span(text)));
}

struct Golden {
  const char* file;
  Day day;
};

TEST(BlockFile, PackingMakesTheSameBytesAsEver) {
  for (const auto& [file, day] :
       {Golden{"small.block", SmallDay()}, Golden{"dense.block", DenseDay()}}) {
    const auto packed = Pack(day);
    const std::string path = kFolder + "store/block/golden/" + file;
    if (WritesFiles()) WriteFile(path, packed->bytes());
    EXPECT_TRUE(std::ranges::equal(ReadFile(path).bytes(), packed->bytes())) << file;
  }
}

TEST(BlockFile, SmallFileHasItsFigures) {
  const BlockBytes bytes = ReadFile(kFolder + "store/block/golden/small.block");
  const absl::StatusOr<Block> block = OpenBlock(bytes.bytes());
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(block->day(), absl::CivilDay(2026, 11, 20));
  EXPECT_EQ(block->events(), 400u);
  EXPECT_EQ(block->viewer_limit(), 70'000u);
  const Block::Totals& totals = block->totals();
  EXPECT_EQ(totals.sums[0], (CounterSums{232, 10, 1, 10, 9, 9, 9, 57, 34, 28, 30, 2'782'500}));
  EXPECT_EQ(totals.sums[1], (CounterSums{43, 0, 9, 0, 0, 0, 0, 11, 0, 6, 5, 560'000}));
  EXPECT_EQ(totals.viewers, (std::array<U64, 2>{121, 125}));
  EXPECT_EQ(totals.engaged, (std::array<U64, 2>{44, 52}));
  EXPECT_THAT(block->Get<U32>(B::kComboKeys), ElementsAre(1, 191, 287, 289, 479, 575));
  EXPECT_EQ(block->Get<PackedSums>(B::kComboSums)[0].words[0], 81u);
  EXPECT_EQ(block->Get<PackedSums>(B::kComboSums)[5].words[0], 14u);
  EXPECT_THAT(block->Get<U32>(B::kClassKeys), ElementsAre(0, 2));
  // Two classes with thirteen words; the impressions of the first have three combos.
  EXPECT_EQ(block->Get<U32>(B::kClassWords).size(), 27u);
  EXPECT_EQ(block->Get<U32>(B::kClassWords)[1], 3u);
  EXPECT_THAT(block->Get<U16>(B::kCellCombos).first(3), ElementsAre(1, 191, 287));
  EXPECT_THAT(block->Get<U32>(B::kBoardKeys), ElementsAre(0, 3, 6));
  EXPECT_THAT(block->Get<U32>(B::kBoards), ElementsAre(0, 1, 3));
  EXPECT_THAT(block->Get<U32>(B::kBoardPins), ElementsAre(0, 1, 2, 5));
  EXPECT_THAT(block->Get<U32>(B::kPinKeys), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(block->Get<U32>(B::kPinBases), ElementsAre(0));
  EXPECT_THAT(block->Get<U16>(B::kPinOffsets), ElementsAre(0, 254, 317, 380, 396, 400));
  EXPECT_THAT(block->Get<U32>(B::kHeavyPins), ElementsAre(0, 1, 2));
  EXPECT_THAT(block->Get<U32>(B::kPlayPins), ElementsAre(0, 1, 2, 4));
}

TEST(BlockFile, DenseFileHasItsFigures) {
  const BlockBytes bytes = ReadFile(kFolder + "store/block/golden/dense.block");
  const absl::StatusOr<Block> block = OpenBlock(bytes.bytes());
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(block->day(), absl::CivilDay(1969, 12, 31));
  EXPECT_EQ(block->events(), 4'201u);
  EXPECT_EQ(block->viewer_limit(), 16'777'217u);
  EXPECT_EQ(block->totals().sums[0], (CounterSums{4'200}));
  EXPECT_EQ(block->totals().sums[1], (CounterSums{0, 0, 0, 1}));
  EXPECT_EQ(block->totals().viewers, (std::array<U64, 2>{4'200, 4'200}));
  EXPECT_EQ(block->totals().engaged, (std::array<U64, 2>{0, 1}));
  EXPECT_EQ(block->viewer(4'200), 16'777'216u);
  // The chunk below 2^24 has all viewers but the first, which starts the next.
  ViewerSetCursor set(*block, 0);
  EXPECT_EQ(set.chunk(), 255u);
  EXPECT_EQ(set.count(), 4'199u);
  EXPECT_NE(set.bitmap(), nullptr);
  set.Next();
  EXPECT_EQ(set.chunk(), 256u);
  EXPECT_EQ(set.count(), 1u);
  set.Next();
  EXPECT_TRUE(set.done());
}

/// Seeds for the fuzz target: small blocks of every form.
TEST(BlockFile, FuzzingStartsFromBlocks) {
  const std::vector<DayShape> seeds = {
      {.name = "empty"},
      {.name = "one_event", .events = 1, .viewer_limit = 2, .unknown_percent = 0},
      {.name = "few_events",
       .events = 20,
       .pins = 6,
       .classes = 3,
       .boards = 2,
       .viewer_limit = 9,
       .combos = 5},
      {.name = "playbacks",
       .events = 60,
       .pins = 4,
       .viewer_limit = 9,
       .combos = 2,
       .playback_percent = 90},
      {.name = "four_bytes_a_viewer",
       .events = 30,
       .pins = 4,
       .viewer_limit = 0x01234567,
       .combos = 2},
      {.name = "two_chunks", .events = 60, .pins = 3, .viewer_limit = 100'000, .combos = 3},
      {.name = "every_table",
       .events = 200,
       .pins = 4,
       .classes = 2,
       .boards = 2,
       .viewer_limit = 70,
       .combos = 2},
  };
  Dice dice(1);
  for (const DayShape& seed : seeds) {
    const std::string path = kFolder + "fuzz/corpus/block/" + seed.name;
    if (WritesFiles()) WriteFile(path, Pack(RandomDay(dice, seed))->bytes());
    const BlockBytes bytes = ReadFile(path);
    EXPECT_LT(bytes.bytes().size(), 4'096u) << path;
    const absl::StatusOr<Block> block = OpenBlock(bytes.bytes());
    ASSERT_TRUE(block.ok()) << path << ": " << block.status();
    EXPECT_EQ(WalkBlock(*block), "");
  }
}

}  // namespace
}  // namespace pinmetrics
