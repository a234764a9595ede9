#include "store/block/block.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/model/dimension.h"
#include "store/block/bit_sliced_codes.h"
#include "store/block/block_format.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/open_block.h"
#include "store/block/viewer_cursor.h"
#include "tests/store/block/block_walk.h"
#include "tests/store/block/random_day.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A day small enough to try everything on, with something in every table.
Day SmallDay() {
  Day day = {.day = absl::CivilDay(2026, 11, 20),
             .limits = {.pins = 5, .classes = 3, .boards = 4, .viewers = 70'000},
             .pins = {{.pin = 0, .board = 0, .pin_class = 0},
                      {.pin = 1, .board = 1, .pin_class = 2, .saved = true},
                      {.pin = 0, .board = 3, .pin_class = 0},
                      {.pin = 2, .board = 3, .pin_class = 0},
                      {.pin = 3, .board = 3, .pin_class = 0}}};
  const std::array<std::uint32_t, 3> combos = {
      event_code::Combo(0, 0, 1, 0), event_code::Combo(2, 1, 7, 2), event_code::Combo(3, 2, 7, 2)};
  const std::array<std::uint32_t, 6> pins = {0, 0, 2, 0, 1, 0};
  for (std::uint32_t i = 0; i < 400; ++i) {
    std::uint32_t kind = 0;
    if (i % 5 == 0) kind = event_code::kFirstPlaybackKind + i / 5 % 8;
    if (i % 7 == 3) kind = 1 + i / 7 % 6;
    BlockRow row = {.pin = pins[i % 6], .code = event_code::Code(kind, combos[i / 6 % 3])};
    if (i % 11 != 0) row.viewer = i % 13 == 0 ? 65'536 + i : 1 + i % 97;
    if (kind >= event_code::kFirstPlaybackKind) row.play_ms = i * 250;
    // Two Pins with few events, one of them with playbacks.
    if (i >= 380) row.pin = i % 5 == 0 ? 4 : 3;
    day.rows.push_back(row);
  }
  return day;
}

/// A day whose viewers are numbers of four bytes, enough for a bitmap.
Day DenseDay() {
  Day day = {.day = absl::CivilDay(1969, 12, 31),
             .limits = {.pins = 2, .classes = 2, .boards = 1, .viewers = (1u << 24) + 1},
             .pins = {{.pin = 0}, {.pin = 1, .pin_class = 1, .saved = true}}};
  for (std::uint32_t i = 0; i < 4'200; ++i) {
    day.rows.push_back({.viewer = (1u << 24) - i * 3, .code = event_code::Code(0, 100)});
  }
  day.rows.push_back({.pin = 1, .viewer = 1u << 24, .code = event_code::Code(3, 100)});
  return day;
}

using Words = std::vector<std::uint64_t>;

std::span<std::byte> BytesOf(Words& words) { return std::as_writable_bytes(std::span(words)); }

Words WordsOf(std::span<const std::byte> bytes) {
  Words words(bytes.size() / 8);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

/// The error of bytes that must not open.
std::string RefusalOf(std::span<const std::byte> bytes) {
  const absl::StatusOr<Block> block = OpenBlock(bytes);
  if (block.ok()) return "accepted";
  EXPECT_EQ(block.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(block.status().message());
}

/// What is broken by bytes that may or may not open; "" if they are refused or harmless.
std::string HarmOf(std::span<const std::byte> bytes) {
  const absl::StatusOr<Block> block = OpenBlock(bytes);
  return block.ok() ? WalkBlock(*block) : "";
}

// ---- bytes that were damaged ----

TEST(OpenBlock, RefusesEveryTruncation) {
  const auto packed = Pack(SmallDay());
  Words words = WordsOf(packed->bytes());
  for (std::size_t size = 0; size < packed->bytes().size(); ++size) {
    ASSERT_THAT(RefusalOf(BytesOf(words).first(size)), StartsWith("block: ")) << size;
    // In memory of just this size, for what watches over its end.
    if (size % 8 != 0) continue;
    Words cut(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(size / 8));
    ASSERT_THAT(RefusalOf(BytesOf(cut)), StartsWith("block: ")) << size;
    Sign(BytesOf(cut));
    ASSERT_THAT(RefusalOf(BytesOf(cut)), StartsWith("block: ")) << size << ", signed";
  }
}

TEST(OpenBlock, RefusesBytesAfterTheEnd) {
  Words words = WordsOf(Pack(SmallDay())->bytes());
  words.push_back(0);
  EXPECT_THAT(RefusalOf(BytesOf(words)), HasSubstr("the header says"));
  Sign(BytesOf(words));
  EXPECT_THAT(RefusalOf(BytesOf(words)), HasSubstr("left after the last table"));
}

TEST(OpenBlock, RefusesEverySingleBitFlip) {
  Words words = WordsOf(Pack(SmallDay())->bytes());
  for (std::size_t bit = 0; bit < words.size() * 64; ++bit) {
    words[bit / 64] ^= std::uint64_t{1} << bit % 64;
    ASSERT_FALSE(OpenBlock(BytesOf(words)).ok()) << "bit " << bit;
    words[bit / 64] ^= std::uint64_t{1} << bit % 64;
  }
  EXPECT_TRUE(OpenBlock(BytesOf(words)).ok());
}

TEST(OpenBlock, RefusesEveryChangedWord) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  Words words = WordsOf(Pack(SmallDay())->bytes());
  for (std::uint64_t& word : words) {
    const std::uint64_t right = word;
    for (const std::uint64_t wrong : {std::uint64_t{0}, ~std::uint64_t{0}, ~right, dice.Bits()}) {
      if (wrong == right) continue;
      word = wrong;
      ASSERT_FALSE(OpenBlock(BytesOf(words)).ok());
    }
    word = right;
  }
}

TEST(OpenBlock, RefusesSwappedWords) {
  Words words = WordsOf(Pack(SmallDay())->bytes());
  for (std::size_t distance = 1; distance <= 8; ++distance) {
    for (std::size_t i = 0; i + distance < words.size(); ++i) {
      if (words[i] == words[i + distance]) continue;
      std::swap(words[i], words[i + distance]);
      ASSERT_FALSE(OpenBlock(BytesOf(words)).ok()) << i << " and " << i + distance;
      std::swap(words[i], words[i + distance]);
    }
  }
}

TEST(OpenBlock, RefusesMisalignedBytes) {
  const auto packed = Pack(SmallDay());
  Words words(packed->bytes().size() / 8 + 1);
  for (std::size_t shift = 1; shift < 8; ++shift) {
    const std::span<std::byte> bytes = BytesOf(words).subspan(shift, packed->bytes().size());
    std::copy(packed->bytes().begin(), packed->bytes().end(), bytes.begin());
    EXPECT_THAT(RefusalOf(bytes), HasSubstr("multiple of 8"));
  }
}

// ---- bytes that were made to harm: their checksum is right ----

/// A block whose parts can be changed.
struct Parts {
  explicit Parts(const Day& day) {
    const auto packed = Pack(day);
    std::memcpy(&header, packed->bytes().data(), sizeof(header));
    for (std::uint32_t i = 0; i < Block::kTables; ++i) {
      const auto bytes = packed->block().At(static_cast<Block::Table>(i));
      tables[i].assign(bytes.begin(), bytes.end());
    }
  }

  template <typename T>
  std::size_t Size(Block::Table table) const {
    return tables[table].size() / sizeof(T);
  }
  template <typename T>
  T At(Block::Table table, std::size_t index) const {
    T value;
    std::memcpy(&value, tables[table].data() + index * sizeof(T), sizeof(T));
    return value;
  }
  template <typename T>
  void Set(Block::Table table, std::size_t index, T value) {
    std::memcpy(tables[table].data() + index * sizeof(T), &value, sizeof(T));
  }
  /// Doubles the first element.
  template <typename T>
  void Grow(Block::Table table) {
    tables[table].insert(tables[table].begin(), sizeof(T), std::byte{});
    Set(table, 0, At<T>(table, 1));
  }
  template <typename T>
  void DropLast(Block::Table table) {
    // Not `resize`, which GCC takes for growth by nearly 2^64 under its sanitizers.
    for (std::size_t i = 0; i < sizeof(T); ++i) tables[table].pop_back();
  }
  template <typename T>
  void Swap(Block::Table table, std::size_t a, std::size_t b) {
    const T value = At<T>(table, a);
    Set(table, a, At<T>(table, b));
    Set(table, b, value);
  }

  /// The block with these tables, laid out and signed.
  Words PutTogether() const {
    BlockHeader laid_out = header;
    std::size_t offset = sizeof(header);
    for (std::size_t i = 0; i < tables.size(); ++i) {
      laid_out.extents[i] = {offset, tables[i].size()};
      offset = RoundUpTo8(offset + tables[i].size());
    }
    Words words(offset / 8);
    const std::span<std::byte> bytes = BytesOf(words);
    std::memcpy(bytes.data(), &laid_out, sizeof(laid_out));
    for (std::size_t i = 0; i < tables.size(); ++i) {
      std::copy(tables[i].begin(), tables[i].end(),
                bytes.begin() + static_cast<std::ptrdiff_t>(laid_out.extents[i].offset));
    }
    Sign(bytes);
    return words;
  }

  BlockHeader header;
  std::array<std::vector<std::byte>, Block::kTables> tables;
};

TEST(OpenBlock, PartsPutTogetherAreTheBlock) {
  for (const Day& day : {SmallDay(), DenseDay()}) {
    EXPECT_EQ(Parts(day).PutTogether(), WordsOf(Pack(day)->bytes()));
  }
}

struct Corruption {
  const char* refusal;
  std::function<void(Parts&)> corrupt;
};

void ExpectRefused(const Day& day, const std::vector<Corruption>& corruptions) {
  for (std::size_t i = 0; i < corruptions.size(); ++i) {
    Parts parts(day);
    corruptions[i].corrupt(parts);
    Words words = parts.PutTogether();
    EXPECT_THAT(RefusalOf(BytesOf(words)), HasSubstr(corruptions[i].refusal)) << "number " << i;
  }
}

using B = Block;
using P = Parts;
using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;
using I64 = std::int64_t;

constexpr U32 kMost = std::numeric_limits<U32>::max();
constexpr std::size_t kSumWords = sizeof(PackedSums) / 4;
constexpr std::size_t kViewersInTotals = kPopulations * Tally::kCounters;

TEST(OpenBlock, RefusesTotalsThatCannotBe) {
  const Day day = SmallDay();
  ExpectRefused(
      day,
      {
          {"totals: is not there once", [](P& p) { p.tables[B::kTotals].clear(); }},
          {"totals: is not there once", [](P& p) { p.Grow<B::Totals>(B::kTotals); }},
          {"totals: ", [](P& p) { p.Set<I64>(B::kTotals, 0, 1'000'000); }},
          {"totals: ", [](P& p) { p.Set<I64>(B::kTotals, 0, -1); }},
          {"totals: ", [](P& p) { p.Set<I64>(B::kTotals, 12, p.At<I64>(B::kTotals, 12) + 1); }},
          {"totals: ", [](P& p) { p.Set<I64>(B::kTotals, 11, p.At<I64>(B::kTotals, 11) - 1); }},
          {"totals: ", [](P& p) { p.Set<I64>(B::kTotals, 23, std::numeric_limits<I64>::min()); }},
          {"totals: ", [](P& p) { p.Set<I64>(B::kTotals, 11, std::numeric_limits<I64>::max()); }},
          {"totals: ", [](P& p) { p.Set<U64>(B::kTotals, kViewersInTotals, 70'001); }},
          {"totals: ", [](P& p) { p.Set<U64>(B::kTotals, kViewersInTotals + 1, ~U64{0}); }},
          {"totals: ", [](P& p) { p.Set<U64>(B::kTotals, kViewersInTotals + 3, 70'000); }},
      });
}

/// The ways in which a table of ascending keys and its sums go wrong.
template <typename Key>
std::vector<Corruption> BadKeys(B::Table keys, B::Table sums, const char* keys_refusal,
                                const char* sums_refusal, Key limit) {
  return {
      {keys_refusal, [=](P& p) { p.Swap<Key>(keys, 0, 1); }},
      {keys_refusal, [=](P& p) { p.Set<Key>(keys, 1, p.At<Key>(keys, 0)); }},
      {keys_refusal, [=](P& p) { p.Set<Key>(keys, p.Size<Key>(keys) - 1, limit); }},
      {keys_refusal,
       [=](P& p) { p.Set<Key>(keys, p.Size<Key>(keys) - 1, std::numeric_limits<Key>::max()); }},
      {sums_refusal, [=](P& p) { p.DropLast<Key>(keys); }},
      {sums_refusal, [=](P& p) { p.tables[keys].clear(); }},
      {sums_refusal, [=](P& p) { p.tables[sums].clear(); }},
      {sums_refusal, [=](P& p) { p.DropLast<PackedSums>(sums); }},
      {sums_refusal, [=](P& p) { p.Grow<PackedSums>(sums); }},
      {sums_refusal, [=](P& p) { p.Set<U32>(sums, 0, kMost); }},
      {sums_refusal, [=](P& p) { p.Set<U32>(sums, 0, p.At<U32>(sums, 0) + 1); }},
      {sums_refusal, [=](P& p) { p.Set<U32>(sums, 0, 0); }},
      // The upper half of the play time.
      {sums_refusal, [=](P& p) { p.Set<U32>(sums, kSumWords - 1, kMost); }},
      {sums_refusal, [=](P& p) { p.Set<U32>(sums, 2 * kSumWords - 1, 1u << 31); }},
  };
}

TEST(OpenBlock, RefusesSumsThatCannotBe) {
  const Day day = SmallDay();
  ExpectRefused(day, BadKeys<U16>(B::kComboKeys, B::kComboSums, "combo_keys: ", "combo_sums: ",
                                  kPopulations * event_code::kCombos));
  ExpectRefused(day, BadKeys<U32>(B::kClassKeys, B::kClassSums, "class_keys: ", "class_sums: ", 3));
  ExpectRefused(day, BadKeys<U32>(B::kBoardKeys, B::kBoardSums, "board_keys: ", "board_sums: ", 8));
}

TEST(OpenBlock, RefusesCellsThatCannotBe) {
  ExpectRefused(
      SmallDay(),
      {
          {"class_words: ", [](P& p) { p.Set<U32>(B::kClassWords, 0, 1); }},
          {"class_words: ", [](P& p) { p.Set<U32>(B::kClassWords, 1, kMost); }},
          {"class_words: ", [](P& p) { p.Set<U32>(B::kClassWords, 2, kMost); }},
          {"class_words: ", [](P& p) { p.Set<U32>(B::kClassWords, 2, 0); }},
          {"class_words: ", [](P& p) { p.DropLast<U32>(B::kClassWords); }},
          {"class_words: ", [](P& p) { p.Grow<U32>(B::kClassWords); }},
          {"class_words: ", [](P& p) { p.tables[B::kClassWords].clear(); }},
          {"class_words: ",
           [](P& p) {
             p.tables[B::kCellCombos].clear();
             p.tables[B::kCellWords].clear();
           }},
          {"cell_combos: ", [](P& p) { p.Set<U16>(B::kCellCombos, 2, event_code::kCombos); }},
          {"cell_combos: ", [](P& p) { p.Set<U16>(B::kCellCombos, 0, 0xffff); }},
          {"cell_combos: ", [](P& p) { p.Swap<U16>(B::kCellCombos, 0, 1); }},
          {"cell_combos: ",
           [](P& p) { p.Set<U16>(B::kCellCombos, 1, p.At<U16>(B::kCellCombos, 0)); }},
          {"cell_words: ", [](P& p) { p.DropLast<U16>(B::kCellCombos); }},
          {"cell_words: ", [](P& p) { p.Grow<U32>(B::kCellWords); }},
          {"cell_words: ", [](P& p) { p.Set<U32>(B::kCellWords, 0, kMost); }},
          {"cell_words: ", [](P& p) { p.Set<U32>(B::kCellWords, 0, 0); }},
          {"cell_words: ",
           [](P& p) { p.Set<U32>(B::kCellWords, 1, p.At<U32>(B::kCellWords, 1) + 1); }},
          {"cell_words: ",
           [](P& p) { p.Set<U32>(B::kCellWords, p.Size<U32>(B::kCellWords) - 1, kMost); }},
          // A play time becomes its own upper half.
          {"cell_words: ",
           [](P& p) {
             const std::size_t lower = 11;
             const U32 begin = p.At<U32>(B::kClassWords, lower);
             ASSERT_LT(begin, p.At<U32>(B::kClassWords, lower + 1));
             p.Set<U32>(B::kClassWords, lower + 1, begin);
           }},
      });
}

/// A day with events enough for sums by value of each dimension.
Day LargerDay() {
  Day day = SmallDay();
  const std::vector<BlockRow> rows = day.rows;
  for (int i = 0; i < 2; ++i) day.rows.insert(day.rows.end(), rows.begin(), rows.end());
  return day;
}

TEST(OpenBlock, RefusesDimensionSumsThatCannotBe) {
  constexpr std::size_t kValues = kPopulations * event_code::kDimensionValues;
  const auto sums = [](std::size_t value) { return value * kSumWords; };
  ExpectRefused(
      LargerDay(),
      {
          {"dimension_sums: ", [](P& p) { p.DropLast<PackedSums>(B::kDimensionSums); }},
          {"dimension_sums: ", [](P& p) { p.Grow<PackedSums>(B::kDimensionSums); }},
          {"dimension_sums: ", [](P& p) { p.Set<U32>(B::kDimensionSums, 0, kMost); }},
          {"dimension_sums: ", [](P& p) { p.Set<U32>(B::kDimensionSums, 0, 0); }},
          {"dimension_sums: ", [=](P& p) { p.Set<U32>(B::kDimensionSums, sums(kValues) - 1, 1); }},
          // One event of another value, which only the sum of each dimension shows.
          {"dimension_sums: ",
           [=](P& p) {
             p.Set<U32>(B::kDimensionSums, 0, p.At<U32>(B::kDimensionSums, 0) - 1);
             p.Set<U32>(B::kDimensionSums, sums(3), p.At<U32>(B::kDimensionSums, sums(3)) + 1);
           }},
      });
}

TEST(OpenBlock, TakesBlocksWithoutDimensionSums) {
  Parts parts(LargerDay());
  ASSERT_FALSE(parts.tables[B::kDimensionSums].empty());
  parts.tables[B::kDimensionSums].clear();
  Words words = parts.PutTogether();
  const absl::StatusOr<Block> block = OpenBlock(BytesOf(words));
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(WalkBlock(*block), "");
}

TEST(OpenBlock, RefusesPinsThatCannotBe) {
  ExpectRefused(SmallDay(),
                {
                    {"boards: ", [](P& p) { p.Swap<U32>(B::kBoards, 0, 1); }},
                    {"boards: ", [](P& p) { p.Set<U32>(B::kBoards, 1, 0); }},
                    {"boards: ", [](P& p) { p.Set<U32>(B::kBoards, 2, 4); }},
                    {"board_pins: ", [](P& p) { p.DropLast<U32>(B::kBoards); }},
                    {"board_pins: ", [](P& p) { p.tables[B::kBoardPins].clear(); }},
                    {"board_pins: ", [](P& p) { p.Set<U32>(B::kBoardPins, 0, 1); }},
                    {"board_pins: ", [](P& p) { p.Set<U32>(B::kBoardPins, 1, kMost); }},
                    {"board_pins: ", [](P& p) { p.Set<U32>(B::kBoardPins, 3, 6); }},
                    {"board_pins: ", [](P& p) { p.Grow<U32>(B::kBoardPins); }},
                    {"board_pins: ", [](P& p) { p.DropLast<U32>(B::kPinKeys); }},
                    {"board_pins: ", [](P& p) { p.tables[B::kPinKeys].clear(); }},
                    // Versions ascend within their board only.
                    {"pin_keys: ", [](P& p) { p.Swap<U32>(B::kPinKeys, 2, 3); }},
                    {"pin_keys: ", [](P& p) { p.Set<U32>(B::kPinKeys, 3, 2); }},
                    {"pin_keys: ", [](P& p) { p.Set<U32>(B::kPinKeys, 4, 5); }},
                    {"pin_keys: ", [](P& p) { p.Set<U32>(B::kPinKeys, 0, 5); }},
                    {"pin_bases: ", [](P& p) { p.tables[B::kPinBases].clear(); }},
                    {"pin_bases: ", [](P& p) { p.Grow<U32>(B::kPinBases); }},
                    {"pin_bases: ", [](P& p) { p.header.base_shift = 0; }},
                    {"pin_bases: ", [](P& p) { p.header.base_shift = 2; }},
                    {"pin_offsets: ", [](P& p) { p.Set<U32>(B::kPinBases, 0, 1); }},
                    {"pin_offsets: ", [](P& p) { p.Set<U32>(B::kPinBases, 0, kMost); }},
                    {"pin_offsets: ", [](P& p) { p.tables[B::kPinOffsets].clear(); }},
                    {"pin_offsets: ", [](P& p) { p.DropLast<U16>(B::kPinOffsets); }},
                    {"pin_offsets: ", [](P& p) { p.Set<U16>(B::kPinOffsets, 0, 1); }},
                    {"pin_offsets: ", [](P& p) { p.Set<U16>(B::kPinOffsets, 1, 0xffff); }},
                    {"pin_offsets: ", [](P& p) { p.Set<U16>(B::kPinOffsets, 5, 401); }},
                    {"pin_offsets: ", [](P& p) { p.Swap<U16>(B::kPinOffsets, 2, 3); }},
                    {"pin_offsets: ", [](P& p) { p.Grow<U16>(B::kPinOffsets); }},
                    {"heavy_pins: ", [](P& p) { p.Set<U32>(B::kHeavyPins, 0, 1); }},
                    {"heavy_pins: ", [](P& p) { p.Set<U32>(B::kHeavyPins, 2, 5); }},
                    // A Pin that has too few events to be heavy, in place of one that is.
                    {"heavy_pins: ", [](P& p) { p.Set<U32>(B::kHeavyPins, 2, 3); }},
                    {"heavy_pins: ", [](P& p) { p.DropLast<U32>(B::kHeavyPins); }},
                    {"heavy_pins: ",
                     [](P& p) {
                       p.tables[B::kHeavyPins].clear();
                       p.tables[B::kHeavySums].clear();
                     }},
                    {"heavy_sums: ", [](P& p) { p.DropLast<PackedSums>(B::kHeavySums); }},
                    {"heavy_sums: ", [](P& p) { p.Set<U32>(B::kHeavySums, 0, kMost); }},
                    {"heavy_sums: ", [](P& p) { p.Set<U32>(B::kHeavySums, kSumWords - 1, kMost); }},
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
           [](P& p) { p.Set<U64>(B::kBitSlicedCodes, CodeWord(3), ~U64{0}); }},
          {"bit_sliced_codes: ",
           [](P& p) {
             p.Set<U64>(B::kBitSlicedCodes, CodeWord(13), 1);
             p.Set<U64>(B::kBitSlicedCodes, CodeWord(14), 1);
           }},
          {"bit_sliced_codes: ",
           [](P& p) { p.Swap<U64>(B::kBitSlicedCodes, CodeWord(4), bit_sliced::Place(4, 3)); }},
          {"bit_sliced_codes: ", [](P& p) { p.DropLast<U64>(B::kBitSlicedCodes); }},
          {"bit_sliced_codes: ", [](P& p) { p.Grow<U64>(B::kBitSlicedCodes); }},
          {"viewers: ", [](P& p) { p.DropLast<U16>(B::kViewers); }},
          {"viewers: ", [](P& p) { p.tables[B::kViewers].push_back(std::byte{}); }},
          {"viewers: ", [](P& p) { p.Set<U32>(B::kViewers, 0, 70'000); }},
          {"viewers: ", [](P& p) { p.Set<U32>(B::kViewers, 299, 0xffffffff); }},
          {"viewers: ", [](P& p) { p.header.limits[3] = 65'550; }},
          {"viewers: ", [](P& p) { p.header.viewer_bytes = 4; }},
          {"play_pins: ", [](P& p) { p.Set<U32>(B::kPlayPins, 0, 1); }},
          {"play_pins: ", [](P& p) { p.Set<U32>(B::kPlayPins, 3, 3); }},
          {"play_pins: ",
           [](P& p) {
             p.DropLast<U32>(B::kPlayPins);
             p.tables[B::kPlayStarts].erase(p.tables[B::kPlayStarts].begin() + 4,
                                            p.tables[B::kPlayStarts].begin() + 8);
           }},
          {"play_pins: ",
           [](P& p) {
             p.tables[B::kPlayPins].clear();
             p.tables[B::kPlayTimes].clear();
             p.tables[B::kPlayStarts].assign(4, std::byte{});
           }},
          {"play_pins: ", [](P& p) { p.Set<U32>(B::kPlayStarts, 1, 0); }},
          // One more at the end, of no playbacks.
          {"play_pins: ",
           [](P& p) {
             for (int i = 0; i < 4; ++i) p.tables[B::kPlayPins].push_back(std::byte{9});
             for (int i = 0; i < 4; ++i) p.tables[B::kPlayStarts].push_back(std::byte{});
             p.Set<U32>(B::kPlayStarts, p.Size<U32>(B::kPlayStarts) - 1,
                        static_cast<U32>(p.Size<U32>(B::kPlayTimes)));
           }},
          {"play_starts: ", [](P& p) { p.DropLast<U32>(B::kPlayPins); }},
          {"play_starts: ", [](P& p) { p.Set<U32>(B::kPlayStarts, 0, 1); }},
          {"play_starts: ", [](P& p) { p.Set<U32>(B::kPlayStarts, 1, kMost); }},
          {"play_starts: ", [](P& p) { p.tables[B::kPlayStarts].clear(); }},
          {"play_starts: ", [](P& p) { p.Grow<U32>(B::kPlayTimes); }},
          {"play_starts: ", [](P& p) { p.DropLast<U32>(B::kPlayTimes); }},
          {"totals: ", [](P& p) { p.Set<U32>(B::kPlayTimes, 0, kMost); }},
      });
}

// In a set's or group's bytes, by words of 4 bytes: 6 of the directory, 2 of the first length.
constexpr std::size_t kFirstLength = 6;
constexpr std::size_t kFirstChunk = 8;

TEST(OpenBlock, RefusesSetsThatCannotBe) {
  std::vector<Corruption> corruptions = {
      {"viewer_sets: ", [](P& p) { p.tables[B::kSets].clear(); }},
      {"viewer_sets: ", [](P& p) { p.tables[B::kSets].resize(23); }},
      {"viewer_sets: ", [](P& p) { p.tables[B::kSets].resize(24); }},
      {"viewer_sets: ", [](P& p) { p.DropLast<U64>(B::kSets); }},
      {"viewer_sets: ", [](P& p) { p.tables[B::kSets].push_back(std::byte{}); }},
      // Chunk numbers: the second before the first, twice the same, past the last.
      {"viewer_sets: chunks", [](P& p) { p.Swap<U32>(B::kSets, kFirstChunk, kFirstChunk + 1); }},
      {"viewer_sets: chunks", [](P& p) { p.Set<U16>(B::kSets, 2 * kFirstChunk, 1); }},
      {"viewer_sets: chunks", [](P& p) { p.Set<U16>(B::kSets, 2 * kFirstChunk + 2, 2); }},
      {"viewer_sets: ", [](P& p) { p.Set<U16>(B::kSets, 2 * kFirstChunk + 1, 0xffff); }},
      {"viewer_sets: ", [](P& p) { p.Set<U16>(B::kSets, 2 * kFirstChunk + 1, 0); }},
      // The first two viewers.
      {"viewer_sets: a chunk's", [](P& p) { p.Swap<U16>(B::kSets, 20, 21); }},
      {"viewer_sets: a chunk's", [](P& p) { p.Set<U16>(B::kSets, 21, p.At<U16>(B::kSets, 20)); }},
  };
  for (const U32 wrong : {0u, 1u, 8u, 16u, 25u, 0x80000000u, 0xfffffff8u, kMost}) {
    for (std::size_t part = 0; part < 5; ++part) {
      corruptions.push_back({"viewer_sets: ", [=](P& p) { p.Set<U32>(B::kSets, part, wrong); }});
    }
  }
  for (const U64 wrong : {U64{0}, U64{1}, U64{3}, U64{kMost}, U64{1} << 61, U64{1} << 62,
                          (U64{1} << 62) + 2, U64{1} << 63, ~U64{0}}) {
    // Four times some of these is small again in 64 bits.
    const char* refusal =
        wrong >= kMost ? "viewer_sets: a set has more chunks than bytes" : "viewer_sets: ";
    corruptions.push_back({refusal, [=](P& p) { p.Set<U64>(B::kSets, kFirstLength / 2, wrong); }});
  }
  ExpectRefused(SmallDay(), corruptions);
}

TEST(OpenBlock, RefusesBitmapsThatCannotBe) {
  const std::size_t bitmap = (24 + 8 + 8) / 8;
  ASSERT_NE(ViewerSetCursor(Pack(DenseDay())->block(), 0).bitmap(), nullptr);
  ExpectRefused(
      DenseDay(),
      {
          {"viewer_sets: a chunk's",
           [=](P& p) { p.Set<U64>(B::kSets, bitmap, p.At<U64>(B::kSets, bitmap) ^ 1 << 5); }},
          // As an array, it would have fewer bytes.
          {"viewer_sets: ", [](P& p) { p.Set<U16>(B::kSets, 2 * kFirstChunk + 1, 4095); }},
          {"viewer_sets: ", [](P& p) { p.Set<U16>(B::kSets, 2 * kFirstChunk + 1, 4096); }},
      });
}

TEST(OpenBlock, RefusesListsThatCannotBe) {
  std::vector<Corruption> corruptions = {
      {"viewer_lists: ", [](P& p) { p.tables[B::kLists].clear(); }},
      {"viewer_lists: ", [](P& p) { p.tables[B::kLists].resize(23); }},
      {"viewer_lists: ", [](P& p) { p.tables[B::kLists].resize(24); }},
      {"viewer_lists: ", [](P& p) { p.DropLast<U64>(B::kLists); }},
      {"viewer_lists: ", [](P& p) { p.tables[B::kLists].push_back(std::byte{}); }},
      {"viewer_lists: ", [](P& p) { p.Swap<U64>(B::kLists, 4, 5); }},
      {"viewer_lists: chunks", [](P& p) { p.Set<U16>(B::kLists, 20, 0); }},
      {"viewer_lists: chunks", [](P& p) { p.Set<U16>(B::kLists, 20, 2); }},
      {"viewer_lists: a chunk has too many", [](P& p) { p.Set<U16>(B::kLists, 17, 0xffff); }},
      {"viewer_lists: a chunk's", [](P& p) { p.Set<U16>(B::kLists, 17, 0); }},
      {"viewer_lists: a chunk is cut off", [](P& p) { p.Set<U32>(B::kLists, 9, kMost); }},
      {"viewer_lists: a chunk's", [](P& p) { p.Set<U32>(B::kLists, 9, 0); }},
      // The first list: its combo, its length.
      {"viewer_lists: a chunk's", [](P& p) { p.Set<U32>(B::kLists, 12, event_code::kCombos); }},
      {"viewer_lists: a chunk's",
       [](P& p) { p.Set<U32>(B::kLists, 13, p.At<U32>(B::kLists, 12)); }},
      {"viewer_lists: a chunk's",
       [](P& p) { p.Set<U32>(B::kLists, 12, p.At<U32>(B::kLists, 12) | kMost << 9); }},
      {"viewer_lists: a chunk's", [](P& p) { p.Set<U32>(B::kLists, 12, 0); }},
  };
  for (const U32 wrong : {0u, 1u, 8u, 16u, 25u, 0x80000000u, 0xfffffff8u, kMost}) {
    for (std::size_t part = 0; part < 5; ++part) {
      corruptions.push_back({"viewer_lists: ", [=](P& p) { p.Set<U32>(B::kLists, part, wrong); }});
    }
  }
  for (const U32 wrong : {0u, 1u, 3u, 0x20000000u, 0x40000000u, 0x80000000u, kMost}) {
    for (std::size_t word = 0; word < 2; ++word) {
      corruptions.push_back(
          {"viewer_lists: ", [=](P& p) { p.Set<U32>(B::kLists, kFirstLength + word, wrong); }});
    }
  }
  ExpectRefused(SmallDay(), corruptions);
}

/// A day with so many combos that lists are found by where they start.
Day DayOfManyCombos() {
  Day day = {.day = absl::CivilDay(2026, 11, 20),
             .limits = {.pins = 1, .classes = 1, .boards = 1, .viewers = 3'000},
             .pins = {{}}};
  for (std::uint32_t i = 0; i < 2'000; ++i) {
    day.rows.push_back({.viewer = 1 + i, .code = event_code::Code(0, i * 7 % event_code::kCombos)});
  }
  return day;
}

TEST(OpenBlock, RefusesStartsOfListsThatCannotBe) {
  // Behind the directory, the group's length and the only chunk.
  constexpr std::size_t kFirstStart = 2 * (6 + 2 + 2);
  const std::size_t last = kFirstStart + event_code::kCombos;
  ASSERT_EQ(Parts(DayOfManyCombos()).At<U16>(B::kLists, last), 2'000);
  std::vector<Corruption> corruptions;
  for (const std::size_t start : {kFirstStart, kFirstStart + 1, last - 1, last}) {
    for (const U16 wrong : {U16{3}, U16{1'997}, U16{2'001}, U16{0xffff}}) {
      corruptions.push_back(
          {"viewer_lists: a chunk's", [=](P& p) { p.Set<U16>(B::kLists, start, wrong); }});
    }
  }
  // As a chunk of fewer lists, or of more than 16 bits can say.
  corruptions.push_back({"viewer_lists: ", [](P& p) { p.Set<U16>(B::kLists, 17, 143); }});
  corruptions.push_back({"viewer_lists: ", [](P& p) { p.Set<U16>(B::kLists, 17, 286); }});
  corruptions.push_back({"viewer_lists: ", [](P& p) { p.Set<U32>(B::kLists, 9, 1u << 16); }});
  ExpectRefused(DayOfManyCombos(), corruptions);
}

TEST(OpenBlock, RefusesClassesOfListsThatCannotBe) {
  std::vector<Corruption> corruptions = {
      {"list_classes: ", [](P& p) { p.tables[B::kListClasses].resize(23); }},
      {"list_classes: ", [](P& p) { p.tables[B::kListClasses].resize(24); }},
      {"list_classes: ", [](P& p) { p.DropLast<U64>(B::kListClasses); }},
      {"list_classes: ", [](P& p) { p.tables[B::kListClasses].push_back(std::byte{}); }},
      {"list_classes: ", [](P& p) { p.Grow<U64>(B::kListClasses); }},
      // The first class: past those there are.
      {"list_classes: a class", [](P& p) { p.tables[B::kListClasses][24] = std::byte{2}; }},
      {"list_classes: a class", [](P& p) { p.tables[B::kListClasses][24] = std::byte{255}; }},
  };
  for (const U32 wrong : {0u, 1u, 8u, 16u, 25u, 0x80000000u, 0xfffffff8u, kMost}) {
    for (std::size_t part = 0; part < 5; ++part) {
      corruptions.push_back(
          {"list_classes: ", [=](P& p) { p.Set<U32>(B::kListClasses, part, wrong); }});
    }
  }
  ExpectRefused(SmallDay(), corruptions);
}

TEST(OpenBlock, RefusesTablesThatEndWithinAnElement) {
  for (U32 i = 0; i < B::kTables; ++i) {
    const auto table = static_cast<B::Table>(i);
    if (table == B::kViewers || table >= B::kSets) continue;
    Parts parts(SmallDay());
    parts.tables[table].push_back(std::byte{});
    Words words = parts.PutTogether();
    EXPECT_EQ(RefusalOf(BytesOf(words)),
              "block: " + std::string(B::TableName(table)) + ": ends within an element");
  }
}

TEST(OpenBlock, RefusesEveryTableThatIsMissingAlone) {
  for (U32 i = 0; i < B::kTables; ++i) {
    // These may be absent without others.
    if (i == B::kDimensionSums || i == B::kListClasses) continue;
    Parts parts(SmallDay());
    ASSERT_FALSE(parts.tables[i].empty()) << B::TableName(static_cast<B::Table>(i));
    parts.tables[i].clear();
    Words words = parts.PutTogether();
    EXPECT_NE(RefusalOf(BytesOf(words)), "accepted") << B::TableName(static_cast<B::Table>(i));
  }
}

TEST(OpenBlock, TakesBlocksWithoutTheTablesThatMayBeAbsent) {
  const std::vector<std::vector<B::Table>> optional = {
      {B::kComboKeys, B::kComboSums},
      {B::kClassWords, B::kCellCombos, B::kCellWords},
      {B::kClassKeys, B::kClassSums, B::kClassWords, B::kCellCombos, B::kCellWords,
       B::kListClasses},
      {B::kListClasses},
      {B::kBoardKeys, B::kBoardSums}};
  for (const std::vector<B::Table>& tables : optional) {
    Parts parts(SmallDay());
    for (const B::Table table : tables) parts.tables[table].clear();
    Words words = parts.PutTogether();
    const absl::StatusOr<Block> block = OpenBlock(BytesOf(words));
    ASSERT_TRUE(block.ok()) << block.status();
    EXPECT_EQ(WalkBlock(*block), "");
  }
}

void ExpectHeaderRefused(const char* refusal, const std::function<void(BlockHeader&)>& corrupt) {
  Words words = WordsOf(Pack(SmallDay())->bytes());
  BlockHeader header;
  std::memcpy(&header, words.data(), sizeof(header));
  corrupt(header);
  std::memcpy(words.data(), &header, sizeof(header));
  // Not `Sign`, which would put the length right.
  header.checksum = BlockChecksum(BytesOf(words).subspan(kChecksummedFrom));
  std::memcpy(words.data(), &header, sizeof(header));
  EXPECT_THAT(RefusalOf(BytesOf(words)), HasSubstr(refusal));
}

TEST(OpenBlock, RefusesHeadersThatCannotBe) {
  using H = BlockHeader;
  ExpectHeaderRefused("PMBLOCK", [](H& h) { h.magic[0] = 'Q'; });
  ExpectHeaderRefused("PMBLOCK", [](H& h) { h.magic[7] = '\r'; });
  for (const U32 wrong : {0u, 2u, 0x01000000u, kMost}) {
    ExpectHeaderRefused("version ", [=](H& h) { h.version = wrong; });
  }
  for (const U32 wrong : {0u, 25u, 27u, kMost}) {
    ExpectHeaderRefused("tables, expected", [=](H& h) { h.tables = wrong; });
  }
  for (const U64 wrong : {U64{0}, U64{400}, U64{1} << 32, ~U64{0}, ~U64{7}}) {
    ExpectHeaderRefused("the header says", [=](H& h) { h.bytes = wrong; });
  }
  for (const I64 wrong : {I64{3'000'001}, I64{-3'000'001}, std::numeric_limits<I64>::min(),
                          std::numeric_limits<I64>::max()}) {
    ExpectHeaderRefused("day ", [=](H& h) { h.day = wrong; });
  }
  for (const int wrong : {0, 1, 2, 5, 8, 0xffff}) {
    ExpectHeaderRefused("expected 3 or 4", [=](H& h) { h.viewer_bytes = static_cast<U16>(wrong); });
  }
  for (const int wrong : {7, 31, 32, 64, 0xffff}) {
    ExpectHeaderRefused("expected 2^6 or fewer",
                        [=](H& h) { h.base_shift = static_cast<U16>(wrong); });
  }
  for (const U32 wrong : {0u, 1u, 399u, 401u, 0x55555555u, 0x80000000u, kMost}) {
    ExpectHeaderRefused("pin_offsets: ", [=](H& h) { h.events = wrong; });
  }
  ExpectHeaderRefused("pin_keys: ", [](H& h) { h.limits[0] = 4; });
  ExpectHeaderRefused("class_keys: ", [](H& h) { h.limits[1] = 2; });
  ExpectHeaderRefused("board_keys: ", [](H& h) { h.limits[2] = 3; });
  ExpectHeaderRefused("viewers: ", [](H& h) { h.limits[3] = 65'536; });
  for (std::size_t limit = 0; limit < 4; ++limit) {
    ExpectHeaderRefused("block: ", [=](H& h) { h.limits[limit] = 0; });
  }
}

TEST(OpenBlock, RefusesEveryOtherPlaceOfATable) {
  for (U32 i = 0; i < B::kTables; ++i) {
    const std::string name = "block: " + std::string(B::TableName(static_cast<B::Table>(i)));
    for (const U64 wrong : {U64{0}, U64{1}, U64{392}, U64{kMost}, U64{1} << 63, ~U64{0}, ~U64{7}}) {
      ExpectHeaderRefused(name.c_str(), [=](BlockHeader& h) { h.extents[i].offset = wrong; });
      if (wrong == 0) continue;
      ExpectHeaderRefused("block: ", [=](BlockHeader& h) { h.extents[i].bytes = wrong; });
    }
    for (const int by : {-8, -4, -2, -1, 1, 2, 4, 8}) {
      const U64 change = static_cast<U64>(static_cast<I64>(by));
      ExpectHeaderRefused(name.c_str(), [=](BlockHeader& h) { h.extents[i].offset += change; });
      ExpectHeaderRefused("block: ", [=](BlockHeader& h) { h.extents[i].bytes += change; });
    }
  }
}

TEST(OpenBlock, IsHarmlessWhateverOneWordSays) {
  Words words = WordsOf(Pack(SmallDay())->bytes());
  const std::span<std::byte> bytes = BytesOf(words);
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

TEST(OpenBlock, IsHarmlessWhateverSomeBytesSay) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (const Day& day :
       {SmallDay(),
        RandomDay(
            dice,
            {.name = "Few", .events = 40, .pins = 3, .viewer_limit = 200'000, .combos = 4})}) {
    const Words right = WordsOf(Pack(day)->bytes());
    for (int round = 0; round < 10'000; ++round) {
      Words words = right;
      const std::span<std::byte> bytes = BytesOf(words);
      for (std::size_t changes = 1 + dice.Below(3); changes > 0; --changes) {
        const auto value = static_cast<std::byte>(dice.Percent(30) ? 0xff : dice.Bits() & 0xff);
        bytes[dice.Below(bytes.size())] = value;
      }
      Sign(bytes);
      ASSERT_EQ(HarmOf(bytes), "") << "round " << round;
    }
  }
}

TEST(OpenBlock, IsHarmlessWhateverTablesAreExchanged) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  const Parts small(SmallDay());
  const Parts other(RandomDay(dice, {.name = "Other",
                                     .events = 400,
                                     .pins = 5,
                                     .classes = 3,
                                     .boards = 4,
                                     .viewer_limit = 70'000,
                                     .combos = 3}));
  for (int round = 0; round < 2'000; ++round) {
    Parts parts = small;
    for (std::size_t changes = 1 + dice.Below(3); changes > 0; --changes) {
      std::vector<std::byte>& table = parts.tables[dice.Below(B::kTables)];
      switch (dice.Below(4)) {
        case 0:
          table = other.tables[dice.Below(B::kTables)];
          break;
        case 1:
          table.resize(dice.Below(table.size() + 9));
          break;
        case 2:
          table.clear();
          break;
        default:
          parts.tables[dice.Below(B::kTables)] = table;
      }
    }
    if (dice.Percent(20)) parts.header = other.header;
    Words words = parts.PutTogether();
    ASSERT_EQ(HarmOf(BytesOf(words)), "") << "round " << round;
  }
}

// ---- numbers that files have ----

TEST(BlockFormat, HeaderIsFrozen) {
  using H = BlockHeader;
  EXPECT_EQ(std::string_view(H::kMagic.data(), 8), "PMBLOCK\n");
  EXPECT_EQ(H::kVersion, 1u);
  EXPECT_EQ(sizeof(H), 480u);
  EXPECT_EQ(offsetof(H, magic), 0u);
  EXPECT_EQ(offsetof(H, checksum), 8u);
  EXPECT_EQ(offsetof(H, version), 16u);
  EXPECT_EQ(offsetof(H, tables), 20u);
  EXPECT_EQ(offsetof(H, bytes), 24u);
  EXPECT_EQ(offsetof(H, day), 32u);
  EXPECT_EQ(offsetof(H, events), 40u);
  EXPECT_EQ(offsetof(H, viewer_bytes), 44u);
  EXPECT_EQ(offsetof(H, base_shift), 46u);
  EXPECT_EQ(offsetof(H, limits), 48u);
  EXPECT_EQ(offsetof(H, extents), 64u);
  EXPECT_EQ(sizeof(H::Extent), 16u);
  EXPECT_EQ(offsetof(H::Extent, offset), 0u);
  EXPECT_EQ(offsetof(H::Extent, bytes), 8u);
  EXPECT_EQ(kChecksummedFrom, 16u);
}

TEST(BlockFormat, TablesAreFrozen) {
  const std::vector<std::pair<B::Table, std::string_view>> tables = {
      {B::kTotals, "totals"},
      {B::kComboKeys, "combo_keys"},
      {B::kComboSums, "combo_sums"},
      {B::kDimensionSums, "dimension_sums"},
      {B::kClassKeys, "class_keys"},
      {B::kClassSums, "class_sums"},

      {B::kClassWords, "class_words"},
      {B::kCellCombos, "cell_combos"},
      {B::kCellWords, "cell_words"},
      {B::kBoardKeys, "board_keys"},
      {B::kBoardSums, "board_sums"},
      {B::kBoards, "boards"},
      {B::kBoardPins, "board_pins"},
      {B::kPinKeys, "pin_keys"},
      {B::kPinBases, "pin_bases"},
      {B::kPinOffsets, "pin_offsets"},
      {B::kHeavyPins, "heavy_pins"},
      {B::kHeavySums, "heavy_sums"},
      {B::kBitSlicedCodes, "bit_sliced_codes"},
      {B::kViewers, "viewers"},
      {B::kPlayPins, "play_pins"},
      {B::kPlayStarts, "play_starts"},
      {B::kPlayTimes, "play_times"},
      {B::kSets, "viewer_sets"},
      {B::kLists, "viewer_lists"},
      {B::kListClasses, "list_classes"}};
  ASSERT_EQ(tables.size(), std::size_t{B::kTables});
  for (std::size_t i = 0; i < tables.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(tables[i].first), i);
    EXPECT_EQ(B::TableName(tables[i].first), tables[i].second);
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

TEST(BlockFormat, ChecksumIsFrozen) {
  std::array<std::uint64_t, 9> words = {};
  const auto checksum = [&words](std::size_t count) {
    return BlockChecksum(std::as_bytes(std::span(words).first(count)));
  };
  EXPECT_EQ(checksum(0), 0x9f1d7f77418cc022);
  EXPECT_EQ(checksum(9), 0x8bec2e8da29cdb92);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = i;
  EXPECT_EQ(checksum(9), 0xe7008a11922bd086);
}

// ---- golden files ----

const std::string kFolder = std::string(PINMETRICS_SOURCE_DIR) + "/tests/";

/// True when the files are to be written anew: after the format got a new version, never else.
bool WritesFiles() { return std::getenv("PINMETRICS_WRITE_BLOCKS") != nullptr; }

void WriteFile(const std::string& path, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
  ASSERT_TRUE(file.good()) << path;
}

Words ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_FALSE(text.empty()) << path;
  EXPECT_EQ(text.size() % 8, 0u) << path;
  return WordsOf(std::as_bytes(std::span(text)).first(text.size() / 8 * 8));
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
    EXPECT_EQ(ReadFile(path), WordsOf(packed->bytes())) << file;
  }
}

TEST(BlockFile, SmallFileHasItsFigures) {
  Words words = ReadFile(kFolder + "store/block/golden/small.block");
  const absl::StatusOr<Block> block = OpenBlock(BytesOf(words));
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(block->day(), absl::CivilDay(2026, 11, 20));
  EXPECT_EQ(block->events(), 400u);
  EXPECT_EQ(block->viewer_limit(), 70'000u);
  const Block::Totals& totals = block->totals();
  EXPECT_EQ(totals.sums[0], (CounterSums{232, 10, 1, 10, 9, 9, 9, 57, 34, 28, 30, 2'782'500}));
  EXPECT_EQ(totals.sums[1], (CounterSums{43, 0, 9, 0, 0, 0, 0, 11, 0, 6, 5, 560'000}));
  EXPECT_EQ(totals.viewers, (std::array<U64, 2>{121, 125}));
  EXPECT_EQ(totals.engaged, (std::array<U64, 2>{44, 52}));
  EXPECT_THAT(block->Get<U16>(B::kComboKeys), ElementsAre(1, 191, 287, 289, 479, 575));
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
  Words words = ReadFile(kFolder + "store/block/golden/dense.block");
  const absl::StatusOr<Block> block = OpenBlock(BytesOf(words));
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
       .events = 240,
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
    Words words = ReadFile(path);
    EXPECT_LT(words.size() * 8, 4'096u) << path;
    const absl::StatusOr<Block> block = OpenBlock(BytesOf(words));
    ASSERT_TRUE(block.ok()) << path << ": " << block.status();
    EXPECT_EQ(WalkBlock(*block), "");
  }
}

}  // namespace
}  // namespace pinmetrics
