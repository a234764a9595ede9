#include "store/query/accepted_events.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "pinmetrics/filter/filter.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/write_block.h"
#include "store/day/day_pin_index.h"
#include "store/dictionary/pin_index.h"
#include "store/dictionary/pin_table.h"
#include "store/kernels/bitmap_kernels.h"
#include "store/query/compiled_query.h"
#include "tests/store/random_account.h"
#include "tests/store/tries.h"

namespace pinmetrics {
namespace {

/// What Pins of an account and a day's events on them are drawn from.
struct DayTraits {
  std::size_t pins = 1;
  std::size_t boards = 1;
  std::size_t accounts = 3;
  std::size_t most_events = 1;  ///< Of a Pin.
};

struct PinsOfADay {
  PinsOfADay(Dice& dice, const DayTraits& traits) : table(dice.Bits()) {
    std::vector<BlockRow> rows;
    for (std::uint32_t version = 0; version < traits.pins; ++version) {
      Pin pin{.id = PinId(version + 1),
              .board = BoardId(1 + dice.Below(traits.boards)),
              .format = dice.Any<PinFormat>()};
      if (dice.Percent(90)) pin.account = AccountId(dice.Below(traits.accounts));
      EXPECT_TRUE(table.Put(pin).ok());
      if (dice.Percent(10)) continue;  // It has no events on the day.
      rows.insert(rows.end(), 1 + dice.Below(traits.most_events),
                  {.pin = version, .code = event_code::Code(0, 5)});
    }
    packed = WriteBlock({}, std::move(rows), view().Limits(/*viewers=*/1),
                        [pins = view()](std::uint32_t version) { return pins.traits[version]; });
  }

  PinTable::View view() const { return table.TakeView(); }
  const Block& block() const { return packed->block(); }

  PinTable table;
  std::shared_ptr<const PackedBlock> packed;
};

/// Where edges say so, of all events of the block.
std::vector<bool> KeptBy(const std::uint64_t* edges, const Block& block, const EventRun& run) {
  const std::size_t first = run.begin / bit_sliced::kGroupEvents * bit_sliced::kGroupWords;
  const std::size_t end = bit_sliced::GroupsFor(run.end) * bit_sliced::kGroupWords + 1;
  std::vector<std::uint64_t> words(end, ~std::uint64_t{0});
  std::fill(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first), 0);
  BestBitmapKernels().and_prefix_xor(edges + first, words.data() + first, end - first);
  std::vector<bool> kept(block.events());
  for (std::size_t event = 0; event < kept.size() && event < 64 * end; ++event) {
    kept[event] = (words[event / 64] >> event % 64 & 1) != 0;
  }
  return kept;
}

std::vector<bool> Expected(const Block& block, const PinTable::View& view,
                           const CompiledQuery& compiled, const BlockPins& pins) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  std::vector<bool> kept(block.events());
  for (std::uint32_t pin = pins.begin; pin < pins.end; ++pin) {
    const SegmentMap& map = compiled.segment_maps()[compiled.MapOfVersion(view, keys[pin])];
    for (std::uint32_t i = block.pin_starts()[pin]; i < block.pin_starts()[pin + 1]; ++i) {
      kept[i] = !map.rejects_all;
    }
  }
  return kept;
}

Filter AnyPinFilter(Dice& dice, std::size_t pins) {
  return dice.OneOf<Filter>(
      {Filter(), Is(PinFormat::kVideo), !Is(PinFormat::kVideo, PinFormat::kIdea),
       Is(AccountId(0), kNoAccount) && !Is(PinFormat::kProduct), Is(AccountId(999)),
       !Is(PinId(1 + dice.Below(pins))), Is(PinId(1), PinId(1 + dice.Below(pins))),
       Is(BoardId(1), BoardId(2))});
}

TEST(AcceptedEvents, KeepTheEventsOfPinsThatCount) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (std::size_t round = 0; round < Tries(60); ++round) {
    const auto pins = dice.OneOf<std::size_t>({1, 5, 200, 900});
    const PinsOfADay day(dice, {.pins = pins,
                                .boards = 1 + dice.Below(pins),
                                .most_events = dice.OneOf<std::size_t>({1, 9, 300})});
    const PinTable::View view = day.view();
    const Block& block = day.block();
    const auto size = static_cast<std::uint32_t>(block.Get<std::uint32_t>(Block::kPinKeys).size());
    if (size == 0) continue;
    const DayPinIndex bits(block, view);
    PinIndexCache index;
    const CompiledQuery compiled({.filter = AnyPinFilter(dice, pins)}, view, index);
    AcceptedEvents accepted(view, compiled);
    const auto board_pins = block.Get<std::uint32_t>(Block::kBoardPins);
    std::vector<BlockPins> ranges = {{0, size}};
    for (std::size_t i = 0; i + 1 < board_pins.size(); ++i) {
      ranges.push_back({board_pins[i], board_pins[i + 1]});
    }
    for (const BlockPins& range : ranges) {
      const EventRun run = RunOf(block, range);
      const std::vector<bool> expected = Expected(block, view, compiled, range);
      for (const DayPinIndex* given : {&bits, static_cast<const DayPinIndex*>(nullptr)}) {
        std::vector<bool> kept = KeptBy(accepted.Find(block, given, range), block, run);
        ASSERT_EQ(kept, expected) << range.begin << " to " << range.end << " of " << size;
      }
    }
  }
}

TEST(DayPinIndex, AreThoseOfTheBlock) {
  Dice dice(5);
  const PinsOfADay day(dice, {.pins = 300, .boards = 20, .most_events = 40});
  const Block& block = day.block();
  const DayPinIndex bits(block, day.view());
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts starts = block.pin_starts();
  std::vector<std::uint64_t> firsts(block.events() / 64 + 1);
  for (std::size_t pin = 0; pin <= keys.size(); ++pin) {
    firsts[starts[pin] / 64] |= std::uint64_t{1} << starts[pin] % 64;
    if (pin < keys.size()) {
      EXPECT_EQ(bits.classes()[pin], day.view().traits[keys[pin]].pin_class);
    }
  }
  EXPECT_EQ(std::vector(bits.firsts().begin(), bits.firsts().end()), firsts);
  const auto heavy = block.Get<std::uint32_t>(Block::kHeavyPins);
  ASSERT_FALSE(heavy.empty());
  ASSERT_EQ(bits.heavy_versions().size(), heavy.size());
  for (std::size_t i = 0; i < heavy.size(); ++i) {
    EXPECT_EQ(bits.heavy_versions()[i], keys[heavy[i]]);
  }
  const auto board_pins = block.Get<std::uint32_t>(Block::kBoardPins);
  ASSERT_EQ(bits.board_starts().size(), board_pins.size());
  for (std::size_t i = 0; i < board_pins.size(); ++i) {
    EXPECT_EQ(bits.board_starts()[i], starts[board_pins[i]]);
  }
}

TEST(DayPinIndex, HaveNoClassesIfAByteDoesNotTellThemApart) {
  Dice dice(7);
  const PinsOfADay day(dice, {.pins = 3'000, .accounts = 200});
  ASSERT_GT(day.view().classes.size(), 256u);
  EXPECT_TRUE(DayPinIndex(day.block(), day.view()).classes().empty());
}

}  // namespace
}  // namespace pinmetrics
