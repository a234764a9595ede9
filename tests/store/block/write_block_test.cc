#include "store/block/write_block.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "pinmetrics/metrics/tally.h"
#include "store/block/bit_sliced_codes.h"
#include "store/block/block.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/open_block.h"
#include "store/block/viewer_cursor.h"
#include "store/block/write_viewers.h"
#include "tests/store/block/block_walk.h"
#include "tests/store/block/chunk_bits.h"
#include "tests/store/block/random_day.h"
#include "tests/store/heap_bytes.h"

// Random days of many shapes are packed. Their rows must come back, and every figure of every table
// must be what a plain recount of the rows finds.

namespace pinmetrics {
namespace {

using Rows = std::vector<BlockRow>;

Rows Sorted(Rows rows) {
  std::sort(rows.begin(), rows.end(), [](const BlockRow& a, const BlockRow& b) {
    return std::tie(a.pin, a.code, a.viewer, a.play_ms) <
           std::tie(b.pin, b.code, b.viewer, b.play_ms);
  });
  return rows;
}

bool SameRows(const Rows& a, const Rows& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const BlockRow& x, const BlockRow& y) {
                      return std::tie(x.pin, x.code, x.viewer, x.play_ms) ==
                             std::tie(y.pin, y.code, y.viewer, y.play_ms);
                    });
}

std::uint32_t ComboOf(const BlockRow& row) { return row.code % 288; }

bool Engages(const BlockRow& row) { return row.code / 288 >= 1 && row.code / 288 <= 6; }

/// One event in the counters, said again without the library's own words.
void CountRow(const BlockRow& row, CounterSums& to) {
  const std::uint32_t kind = row.code / 288;
  ++to[std::min(kind, 7u)];
  if (kind < 7) return;
  if (kind == 8 || kind == 10 || kind == 12 || kind == 14) ++to[Tally::kVideoViews];
  if (kind == 9 || kind == 10 || kind == 13 || kind == 14) ++to[Tally::kTenSecondPlays];
  if (kind >= 11) ++to[Tally::kPlayedTo95Percent];
  to[Tally::kPlayTimeMs] += row.play_ms;
}

CounterSums SumsOf(const PackedSums& packed) {
  CounterSums sums{};
  AddSums(packed, sums);
  return sums;
}

/// A viewer and a class.
using ListedViewer = std::pair<std::uint32_t, std::uint32_t>;

/// What every table must say.
struct Recount {
  explicit Recount(const Day& day) {
    for (const BlockRow& row : day.rows) {
      const PinTraits& pin = day.TraitsOf(row.pin);
      const std::uint32_t population = pin.saved ? 1 : 0;
      CountRow(row, totals[population]);
      CountRow(row, combos[population * 288 + ComboOf(row)]);
      CountRow(row, classes[pin.pin_class]);
      CountRow(row, cells[{pin.pin_class, ComboOf(row)}]);
      CountRow(row, boards[pin.board * 2 + population]);
      CountRow(row, pins[{pin.board, row.pin}]);
      ++events[row.pin];
      if (row.viewer == 0) continue;
      sets[population * 2].insert(row.viewer);
      if (Engages(row)) sets[population * 2 + 1].insert(row.viewer);
      by_combo[population][ComboOf(row)][{row.viewer, pin.pin_class}] |= Engages(row);
    }
  }

  std::array<CounterSums, 2> totals{};
  std::map<std::uint32_t, CounterSums> combos;
  std::map<std::uint32_t, CounterSums> classes;
  std::map<std::pair<std::uint32_t, std::uint32_t>, CounterSums> cells;
  std::map<std::uint32_t, CounterSums> boards;
  std::map<std::pair<std::uint32_t, std::uint32_t>, CounterSums> pins;  ///< By board, version.
  std::map<std::uint32_t, std::uint32_t> events;
  std::array<std::set<std::uint32_t>, 4> sets;
  /// By population and combo: each viewer with each class of Pins, and whether they engaged there.
  std::array<std::map<std::uint32_t, std::map<ListedViewer, bool>>, 2> by_combo;
};

void ExpectSums(const Block& block, Block::Projection projection,
                const std::map<std::uint32_t, CounterSums>& expected) {
  SCOPED_TRACE(std::string(Block::TableName(Block::SumsOf(projection))));
  const auto [keys, sums] = block.Sums(projection);
  // Of use only where it is shorter than the events themselves: 56 bytes a sum, 2 an event.
  if (expected.size() * 56 > block.events() * std::size_t{2}) {
    EXPECT_TRUE(keys.empty());
    EXPECT_TRUE(sums.empty());
    return;
  }
  ASSERT_EQ(keys.size(), expected.size());
  ASSERT_EQ(sums.size(), expected.size());
  std::size_t i = 0;
  for (const auto& [key, counts] : expected) {
    ASSERT_EQ(keys[i], key);
    ASSERT_EQ(SumsOf(sums[i]), counts) << "of key " << key;
    ++i;
  }
}

void ExpectTotals(const Block& block, const Recount& recount) {
  const Block::Totals& totals = block.totals();
  EXPECT_EQ(totals.sums, recount.totals);
  const auto united = [&recount](std::size_t a, std::size_t b) {
    std::set<std::uint32_t> both = recount.sets[a];
    both.insert(recount.sets[b].begin(), recount.sets[b].end());
    return both.size();
  };
  EXPECT_EQ(totals.viewers[0], recount.sets[0].size());
  EXPECT_EQ(totals.viewers[1], united(0, 2));
  EXPECT_EQ(totals.engaged[0], recount.sets[1].size());
  EXPECT_EQ(totals.engaged[1], united(1, 3));
}

/// One of the 32-bit words that sums are stored as.
std::uint32_t WordOf(const CounterSums& sums, std::size_t word) {
  const auto play_ms = static_cast<std::uint64_t>(sums[Tally::kPlayTimeMs]);
  if (word == 12) return static_cast<std::uint32_t>(play_ms >> 32);
  return static_cast<std::uint32_t>(word == 11 ? play_ms : static_cast<std::uint64_t>(sums[word]));
}

void ExpectCells(const Block& block, const Recount& recount) {
  const auto starts = block.Get<std::uint32_t>(Block::kClassWords);
  const auto combos = block.Get<std::uint16_t>(Block::kCellCombos);
  const auto words = block.Get<std::uint32_t>(Block::kCellWords);
  const auto classes = block.Get<std::uint32_t>(Block::kClassKeys);
  const std::size_t events = block.events();
  /// By class, word and combo.
  std::map<std::tuple<std::uint32_t, std::size_t, std::uint32_t>, std::uint32_t> expected;
  for (const auto& [cell, counts] : recount.cells) {
    for (std::size_t word = 0; word < 13; ++word) {
      if (WordOf(counts, word) != 0)
        expected[{cell.first, word, cell.second}] = WordOf(counts, word);
    }
  }
  if (expected.size() * 6 > events * 2 || recount.classes.size() * 56 > events * 2 ||
      recount.classes.size() * 288 > events + 4096) {
    EXPECT_TRUE(starts.empty());
    EXPECT_TRUE(combos.empty());
    EXPECT_TRUE(words.empty());
    return;
  }
  ASSERT_EQ(starts.size(), classes.size() * 13 + 1);
  ASSERT_EQ(combos.size(), expected.size());
  ASSERT_EQ(words.size(), expected.size());
  auto next = expected.begin();
  for (std::size_t part = 0; part < classes.size() * 13; ++part) {
    for (std::uint32_t cell = starts[part]; cell < starts[part + 1]; ++cell, ++next) {
      ASSERT_EQ(std::tuple(classes[part / 13], part % 13, std::uint32_t{combos[cell]}),
                next->first);
      ASSERT_EQ(words[cell], next->second);
    }
  }
  EXPECT_TRUE(next == expected.end());
}

/// The sums of each value of each dimension of events.
std::map<std::uint32_t, CounterSums> DimensionsOf(const Recount& recount) {
  std::map<std::uint32_t, CounterSums> expected;
  for (const auto& [key, counts] : recount.combos) {
    const std::uint32_t combo = key % 288;
    for (const std::uint32_t value :
         {combo / 24 % 3, 3 + combo / 72, 7 + combo % 8, 15 + combo / 8 % 3}) {
      for (std::size_t i = 0; i < counts.size(); ++i) {
        expected[key / 288 * 18 + value][i] += counts[i];
      }
    }
  }
  return expected;
}

void ExpectPins(const Block& block, const Recount& recount) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  const auto heavy = block.Get<std::uint32_t>(Block::kHeavyPins);
  const auto heavy_sums = block.Get<PackedSums>(Block::kHeavySums);
  ASSERT_EQ(keys.size(), recount.pins.size());
  ASSERT_EQ(events.size(), keys.size() + 1);
  ASSERT_EQ(heavy_sums.size(), heavy.size());
  std::size_t next_heavy = 0;
  std::uint32_t pin = 0;
  const auto boards = block.Get<std::uint32_t>(Block::kBoards);
  const auto board_pins = block.Get<std::uint32_t>(Block::kBoardPins);
  ASSERT_EQ(board_pins.size(), boards.size() + 1);
  std::size_t board = 0;
  for (const auto& [key, counts] : recount.pins) {
    const std::uint32_t version = key.second;
    if (pin == board_pins[board + 1]) ++board;
    ASSERT_LT(board, boards.size());
    ASSERT_EQ(boards[board], key.first);
    ASSERT_EQ(keys[pin], version);
    ASSERT_EQ(events[pin + 1] - events[pin], recount.events.at(version));
    if (recount.events.at(version) >= 32) {
      ASSERT_LT(next_heavy, heavy.size());
      ASSERT_EQ(heavy[next_heavy], pin);
      ASSERT_EQ(SumsOf(heavy_sums[next_heavy]), counts);
      ++next_heavy;
    }
    ++pin;
  }
  EXPECT_EQ(next_heavy, heavy.size());
  EXPECT_EQ(board + (recount.pins.empty() ? 0 : 1), boards.size());
  EXPECT_EQ(board_pins.back(), keys.size());
}

/// Within a Pin, codes ascend, and its play times stand in the order of its events.
void ExpectEvents(const Block& block) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  CodeReader codes(block.codes());
  const auto plays = block.Get<std::uint32_t>(Block::kPlayPins);
  const auto starts = block.Get<std::uint32_t>(Block::kPlayStarts);
  Rows rows;
  UnpackRows(block, rows);
  std::size_t next = 0;
  for (std::uint32_t pin = 0; pin < keys.size(); ++pin) {
    std::vector<std::uint32_t> times;
    for (std::uint32_t i = events[pin]; i < events[pin + 1]; ++i) {
      ASSERT_EQ(rows[i].pin, keys[pin]);
      ASSERT_EQ(rows[i].code, codes[i]);
      ASSERT_EQ(rows[i].viewer, block.viewer(i));
      if (i > events[pin]) {
        ASSERT_LE(rows[i - 1].code, rows[i].code);
      }
      if (rows[i].code / 288 >= 7) times.push_back(rows[i].play_ms);
    }
    if (times.empty()) continue;
    ASSERT_LT(next, plays.size());
    ASSERT_EQ(plays[next], pin);
    const auto stored = block.Get<std::uint32_t>(Block::kPlayTimes)
                            .subspan(starts[next], starts[next + 1] - starts[next]);
    ASSERT_EQ(std::vector<std::uint32_t>(stored.begin(), stored.end()), times);
    ++next;
  }
  EXPECT_EQ(next, plays.size());
}

void ExpectSets(const Block& block, const Recount& recount) {
  for (std::uint32_t set = 0; set < 4; ++set) {
    SCOPED_TRACE("set " + std::to_string(set));
    std::set<std::uint32_t> found;
    for (ViewerSetCursor cursor(block, set); !cursor.done(); cursor.Next()) {
      EXPECT_EQ(cursor.bitmap() != nullptr, cursor.count() > ViewerSetCursor::kMaxArray);
      const ChunkBits words = BitsOf(cursor);
      std::uint32_t count = 0;
      for (std::uint32_t i = 0; i < kChunkViewers; ++i) {
        if ((words[i / 64] >> i % 64 & 1) == 0) continue;
        found.insert(cursor.chunk() * std::uint32_t{kChunkViewers} + i);
        ++count;
      }
      EXPECT_EQ(count, cursor.count());
    }
    EXPECT_EQ(found, recount.sets[set]);
  }
}

/// The viewers of a group, by combo; with their classes if the block has them. Reads one combo at a
/// time, as a filter on it would.
std::map<std::uint32_t, std::vector<ListedViewer>> ListsOf(const Block& block, std::uint32_t group,
                                                           const Recount& recount) {
  const auto class_keys = block.Get<std::uint32_t>(Block::kClassKeys);
  std::map<std::uint32_t, std::vector<ListedViewer>> lists;
  for (const auto& [combo, ignored] : recount.by_combo[group / 2]) {
    ComboSet only;
    only.Add(combo);
    for (ViewerListCursor cursor(block, group); !cursor.done(); cursor.Next()) {
      cursor.VisitPassing(only, [&, combo = combo](std::span<const std::uint16_t> viewers,
                                                   const std::uint8_t* classes) {
        for (std::size_t i = 0; i < viewers.size(); ++i) {
          lists[combo].push_back({cursor.chunk() * std::uint32_t{kChunkViewers} + viewers[i],
                                  classes == nullptr ? 0 : class_keys[classes[i]]});
        }
      });
    }
  }
  return lists;
}

void ExpectLists(const Block& block, const Recount& recount) {
  const std::size_t classes = recount.classes.size();
  const bool has_classes =
      classes > 0 && classes <= 128 && classes * 56 <= block.events() * std::size_t{2};
  // Where nobody is known, nobody has a class.
  const auto& by_combo = recount.by_combo;
  const bool lists_any = std::ranges::any_of(by_combo, [](const auto& of) { return !of.empty(); });
  EXPECT_EQ(block.has_list_classes(), has_classes && lists_any);
  for (std::uint32_t group = 0; group < 4; ++group) {
    SCOPED_TRACE("group " + std::to_string(group));
    const bool engaged = group % 2 == 1;
    std::map<std::uint32_t, std::vector<ListedViewer>> expected;
    for (const auto& [combo, by_class] : recount.by_combo[group / 2]) {
      std::map<ListedViewer, bool> viewers;
      for (const auto& [viewer, did_engage] : by_class) {
        viewers[{viewer.first, has_classes ? viewer.second : 0}] |= did_engage;
      }
      for (const auto& [viewer, did_engage] : viewers) {
        if (did_engage == engaged) expected[combo].push_back(viewer);
      }
    }
    EXPECT_EQ(ListsOf(block, group, recount), expected);
  }
}

class WrittenBlock : public testing::TestWithParam<DayShape> {
 protected:
  WrittenBlock() : dice_(seed_), day_(RandomDay(dice_, GetParam())), packed_(Pack(day_)) {}

  const Block& block() const { return packed_->block(); }

  const std::uint64_t seed_ = TestSeed();
  const testing::ScopedTrace trace_{__FILE__, __LINE__,
                                    "PINMETRICS_TEST_SEED=" + std::to_string(seed_)};
  Dice dice_;
  const Day day_;
  const std::shared_ptr<const PackedBlock> packed_;
};

TEST_P(WrittenBlock, OpensAndKeepsEveryPromise) {
  const absl::StatusOr<Block> opened = OpenBlock(packed_->bytes());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->day(), day_.day);
  EXPECT_EQ(opened->events(), day_.rows.size());
  EXPECT_EQ(opened->pin_limit(), day_.limits.pins);
  EXPECT_EQ(opened->class_limit(), day_.limits.classes);
  EXPECT_EQ(opened->board_limit(), day_.limits.boards);
  EXPECT_EQ(opened->viewer_limit(), day_.limits.viewers);
  EXPECT_EQ(opened->bytes().data(), packed_->bytes().data());
  EXPECT_EQ(opened->bytes().size(), packed_->bytes().size());
  EXPECT_EQ(WalkBlock(*opened), "");
}

TEST_P(WrittenBlock, OpensWhereverTheBytesAreMoved) {
  BlockBytes moved(packed_->bytes().size() + 24);
  const std::span<std::byte> to = moved.own_bytes().subspan(8, packed_->bytes().size());
  std::copy(packed_->bytes().begin(), packed_->bytes().end(), to.begin());
  const absl::StatusOr<Block> opened = OpenBlock(to);
  ASSERT_TRUE(opened.ok()) << opened.status();
  Rows rows;
  UnpackRows(*opened, rows);
  EXPECT_TRUE(SameRows(Sorted(std::move(rows)), Sorted(day_.rows)));
}

TEST_P(WrittenBlock, RowsComeBack) {
  Rows rows = {{.pin = 7, .code = 9}};
  UnpackRows(block(), rows);
  ASSERT_EQ(rows.size(), day_.rows.size() + 1) << "rows are added to those that are there";
  EXPECT_EQ(rows[0].pin, 7u);
  rows.erase(rows.begin());
  EXPECT_TRUE(SameRows(Sorted(std::move(rows)), Sorted(day_.rows)));
}

TEST_P(WrittenBlock, UnpackedRowsPackToTheSameBytes) {
  Day again = day_;
  again.rows.clear();
  UnpackRows(block(), again.rows);
  const std::shared_ptr<const PackedBlock> packed = Pack(again);
  EXPECT_TRUE(std::ranges::equal(packed->bytes(), packed_->bytes()));
}

TEST_P(WrittenBlock, OrderOfRowsDoesNotShowInTheFigures) {
  Day shuffled = day_;
  for (std::size_t i = shuffled.rows.size(); i > 1; --i) {
    std::swap(shuffled.rows[i - 1], shuffled.rows[dice_.Below(i)]);
  }
  const std::shared_ptr<const PackedBlock> packed = Pack(shuffled);
  for (std::uint32_t i = 0; i < Block::kTables; ++i) {
    const auto table = static_cast<Block::Table>(i);
    // Events of one Pin and code stand in the order in which they came.
    if (table == Block::kViewers || table == Block::kPlayTimes) continue;
    for (std::uint32_t part = 0; part < Block::PartsOf(table); ++part) {
      EXPECT_TRUE(std::ranges::equal(packed->block().At(table, part), block().At(table, part)))
          << Block::TableName(table);
    }
  }
}

TEST_P(WrittenBlock, FiguresAreTheRecount) {
  const Recount recount(day_);
  ExpectTotals(block(), recount);
  ExpectSums(block(), Block::kByCombo, recount.combos);
  ExpectSums(block(), Block::kByDimension, DimensionsOf(recount));
  ExpectSums(block(), Block::kByClass, recount.classes);
  ExpectSums(block(), Block::kByBoard, recount.boards);
  ExpectCells(block(), recount);
  ExpectPins(block(), recount);
}

TEST_P(WrittenBlock, EventsStandByPinAndCode) { ExpectEvents(block()); }

TEST_P(WrittenBlock, SetsAndListsAreTheRecount) {
  const Recount recount(day_);
  ExpectSets(block(), recount);
  ExpectLists(block(), recount);
}

TEST_P(WrittenBlock, ViewersTakeThreeBytesWhereThatSuffices) {
  const std::size_t each = day_.limits.viewers <= 1u << 24 ? 3 : 4;
  EXPECT_EQ(block().At(Block::kViewers).size(), day_.rows.size() * each + 4);
}

INSTANTIATE_TEST_SUITE_P(Shapes, WrittenBlock, testing::ValuesIn(DayShapes()),
                         [](const auto& shape) { return shape.param.name; });

/// What keeps offsets within tables of 32 bits, however many events a day has.
TEST_P(WrittenBlock, ListsOfViewersAreWithinTheirBound) {
  const std::size_t bytes = block().BytesOf(Block::kLists);
  EXPECT_LE(bytes, MostListBytes(block().events(), block().viewer_limit()));
  EXPECT_LE(block().BytesOf(Block::kListClasses), block().events() + std::size_t{4 * 8});
}

TEST(PackMemory, IsAtMostWhatIsSaid) {
  if (!HeapIsCounted()) return;
  std::vector<DayShape> shapes = DayShapes();
  for (const std::size_t events : {40u, 700u, 4'200u, 33'000u, 140'000u}) {
    const std::string of_events = " of " + std::to_string(events) + " events";
    const auto count = static_cast<std::uint32_t>(events);
    // Pins, classes and boards are drawn: of three times as many, nearly every event has its own.
    shapes.push_back({.name = "OnePin" + of_events, .events = events, .viewer_limit = 1'000});
    shapes.push_back({.name = "OwnPins" + of_events,
                      .events = events,
                      .pins = 3 * count,
                      .boards = 3 * count,
                      .viewer_limit = 3 * count});
    shapes.push_back({.name = "OwnPinsAndClasses" + of_events,
                      .events = events,
                      .pins = 3 * count,
                      .classes = 3 * count,
                      .boards = 3 * count,
                      .viewer_limit = 3 * count,
                      .playback_percent = 100});
    for (const std::uint32_t part : {29u, 150u, 288u}) {
      shapes.push_back({.name = "OneClassFor" + std::to_string(part) + of_events,
                        .events = events,
                        .pins = count / part + 1,
                        .classes = count / part + 1,
                        .viewer_limit = 60'000,
                        .unknown_percent = 0,
                        .playback_percent = 60});
    }
  }
  Dice dice(1);
  for (const DayShape& shape : shapes) {
    const Day day = RandomDay(dice, shape);
    const std::size_t before = heap_bytes;
    heap_peak = before;
    (void)Pack(day);
    EXPECT_LE(heap_peak - before, MostBytesToPack(day.rows.size(), day.limits)) << shape.name;
  }
}

TEST(PackPins, AsManyShareABaseAsHaveShortOffsets) {
  const auto starts_of = [](const std::vector<std::uint32_t>& events, std::size_t bases) {
    Day day = {.limits = {.pins = 200, .classes = 1, .boards = 1, .viewers = 1},
               .pins = std::vector<PinTraits>(200)};
    std::vector<std::uint32_t> expected = {0};
    for (std::uint32_t pin = 0; pin < events.size(); ++pin) {
      day.rows.insert(day.rows.end(), events[pin], {.pin = pin});
      expected.push_back(expected.back() + events[pin]);
    }
    const auto packed = Pack(day);
    const PinStarts starts = packed->block().pin_starts();
    ASSERT_EQ(starts.size(), expected.size());
    for (std::size_t pin = 0; pin < starts.size(); ++pin) EXPECT_EQ(starts[pin], expected[pin]);
    EXPECT_EQ(packed->block().Get<std::uint32_t>(Block::kPinBases).size(), bases);
  };
  starts_of({}, 1);
  starts_of(std::vector<std::uint32_t>(63, 2), 1);
  starts_of(std::vector<std::uint32_t>(64, 2), 2);
  starts_of(std::vector<std::uint32_t>(130, 2), 3);
  // The last offset that fits, and the first that does not.
  starts_of({65'534, 1}, 1);
  starts_of({65'535, 1}, 2);
  starts_of({65'536, 1, 1}, 4);
  starts_of({1, 65'536, 1, 1}, 3);
  starts_of({1, 1, 1, 65'536, 1, 1, 1}, 2);
}

TEST(PackShapes, CoverEveryTableAndEveryForm) {
  Dice dice(1);
  std::array<bool, Block::kTables> filled{};
  bool bitmap = false;
  bool array = false;
  for (const DayShape& shape : DayShapes()) {
    const std::shared_ptr<const PackedBlock> packed = Pack(RandomDay(dice, shape));
    for (std::uint32_t i = 0; i < Block::kTables; ++i) {
      filled[i] |= packed->block().BytesOf(static_cast<Block::Table>(i)) > 0;
    }
    for (std::uint32_t set = 0; set < 4; ++set) {
      for (ViewerSetCursor cursor(packed->block(), set); !cursor.done(); cursor.Next()) {
        (cursor.bitmap() != nullptr ? bitmap : array) = true;
      }
    }
  }
  for (std::uint32_t i = 0; i < Block::kTables; ++i) {
    EXPECT_TRUE(filled[i]) << Block::TableName(static_cast<Block::Table>(i));
  }
  EXPECT_TRUE(bitmap);
  EXPECT_TRUE(array);
}

TEST(PackChunk, EveryNumberOfAChunkAtOnceFits) {
  Day day = {.day = absl::CivilDay(2026, 11, 20),
             .limits = {.pins = 1, .classes = 1, .boards = 1, .viewers = 3 * 65'536},
             .pins = {PinTraits{}}};
  for (std::uint32_t viewer = 65'536; viewer < 2 * 65'536; ++viewer) {
    day.rows.push_back({.viewer = viewer, .code = event_code::Code(1, 287)});
  }
  const std::shared_ptr<const PackedBlock> packed = Pack(day);
  EXPECT_EQ(packed->block().totals().viewers[0], 65'536u);
  ViewerSetCursor set(packed->block(), 1);
  ASSERT_FALSE(set.done());
  EXPECT_EQ(set.chunk(), 1u);
  EXPECT_EQ(set.count(), 65'536u);
  const Recount recount(day);
  ExpectSets(packed->block(), recount);
  ExpectLists(packed->block(), recount);
}

TEST(PackChunk, TurnsIntoABitmapPast4096Viewers) {
  for (const std::uint32_t viewers : {4'096u, 4'097u}) {
    Day day = {.day = absl::CivilDay(2026, 11, 20),
               .limits = {.pins = 1, .classes = 1, .boards = 1, .viewers = 65'536},
               .pins = {PinTraits{}}};
    for (std::uint32_t i = 0; i < viewers; ++i) day.rows.push_back({.viewer = 1 + i * 15});
    const std::shared_ptr<const PackedBlock> packed = Pack(day);
    EXPECT_EQ(ViewerSetCursor(packed->block(), 0).bitmap() != nullptr, viewers > 4'096);
    ExpectSets(packed->block(), Recount(day));
  }
}

}  // namespace
}  // namespace pinmetrics
