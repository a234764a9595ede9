#ifndef PINMETRICS_TESTS_STORE_BLOCK_RANDOM_DAY_H_
#define PINMETRICS_TESTS_STORE_BLOCK_RANDOM_DAY_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "store/block/block.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/open_block.h"
#include "store/block/write_block.h"
#include "tests/store/random_account.h"

/// Days of events at random, of every shape that packs differently.

namespace pinmetrics {

/// The events of a day as they are packed, with all that is known of their Pins.
struct Day {
  absl::CivilDay day = {};
  BlockLimits limits = {};
  std::vector<PinTraits> pins = {};  ///< Of versions 0, `pin_step`, 2 * `pin_step`, ...
  std::uint32_t pin_step = 1;
  std::vector<BlockRow> rows = {};

  const PinTraits& TraitsOf(std::uint32_t version) const { return pins[version / pin_step]; }
};

inline std::shared_ptr<const PackedBlock> Pack(const Day& day) {
  std::shared_ptr<const PackedBlock> packed =
      WriteBlock(day.day, day.rows, day.limits,
                 [&day](std::uint32_t version) { return day.TraitsOf(version); });
  // Only debug builds look by themselves.
  EXPECT_EQ(OpenBlock(packed->bytes()).status(), absl::OkStatus());
  return packed;
}

/// What a random day is like.
struct DayShape {
  std::string name;
  std::size_t events = 0;
  std::uint32_t pins = 1;
  std::uint32_t classes = 1;
  std::uint32_t boards = 1;
  std::uint32_t viewer_limit = 1;
  std::uint32_t pin_step = 1;
  std::uint32_t class_step = 1;
  std::uint32_t board_step = 1;
  std::uint32_t combos = event_code::kCombos;
  std::size_t saved_percent = 30;  ///< Of the classes.
  std::size_t unknown_percent = 10;
  std::size_t playback_percent = 20;
  std::size_t engaged_percent = 20;
};

inline void PrintTo(const DayShape& shape, std::ostream* out) { *out << shape.name; }

inline std::vector<DayShape> DayShapes() {
  constexpr std::uint32_t kAll = 0xffffffff;
  return {
      {.name = "Empty"},
      {.name = "EmptyWithKnownPins",
       .pins = 500,
       .classes = 20,
       .boards = 9,
       .viewer_limit = 70'000},
      {.name = "OneEvent", .events = 1, .viewer_limit = 2, .unknown_percent = 0},
      {.name = "OneEventOfNobody", .events = 1, .unknown_percent = 100},
      {.name = "OneSavedEvent", .events = 1, .viewer_limit = 9, .saved_percent = 100},
      {.name = "OnePlayback", .events = 1, .viewer_limit = 9, .playback_percent = 100},
      {.name = "Few", .events = 12, .pins = 4, .classes = 3, .boards = 2, .viewer_limit = 6},
      {.name = "JustHeavy", .events = 32, .viewer_limit = 40},
      {.name = "NotQuiteHeavy", .events = 31, .viewer_limit = 40},
      {.name = "NoneSaved",
       .events = 3'000,
       .pins = 60,
       .classes = 4,
       .boards = 3,
       .viewer_limit = 900,
       .combos = 9,
       .saved_percent = 0},
      {.name = "AllSaved",
       .events = 3'000,
       .pins = 60,
       .classes = 4,
       .boards = 3,
       .viewer_limit = 900,
       .combos = 9,
       .saved_percent = 100},
      {.name = "Nobody",
       .events = 2'000,
       .pins = 40,
       .classes = 3,
       .boards = 4,
       .viewer_limit = 50,
       .unknown_percent = 100},
      {.name = "ImpressionsOnly",
       .events = 2'000,
       .pins = 90,
       .classes = 3,
       .boards = 4,
       .viewer_limit = 500,
       .playback_percent = 0,
       .engaged_percent = 0},
      {.name = "PlaybacksOnly",
       .events = 2'000,
       .pins = 90,
       .classes = 3,
       .boards = 4,
       .viewer_limit = 500,
       .playback_percent = 100},
      {.name = "EngagementsOnly",
       .events = 2'000,
       .pins = 90,
       .classes = 3,
       .boards = 4,
       .viewer_limit = 500,
       .playback_percent = 0,
       .engaged_percent = 100},
      {.name = "Ordinary",
       .events = 60'000,
       .pins = 900,
       .classes = 7,
       .boards = 12,
       .viewer_limit = 9'000},
      {.name = "EveryTable",
       .events = 40'000,
       .pins = 50,
       .classes = 3,
       .boards = 4,
       .viewer_limit = 2'000,
       .combos = 12},
      {.name = "ManyClasses",
       .events = 5'000,
       .pins = 3'000,
       .classes = 2'500,
       .boards = 700,
       .viewer_limit = 4'000},
      {.name = "SeveralChunks",
       .events = 30'000,
       .pins = 300,
       .classes = 5,
       .boards = 6,
       .viewer_limit = 400'000},
      {.name = "DenseChunks",
       .events = 90'000,
       .pins = 100,
       .classes = 2,
       .boards = 2,
       .viewer_limit = 150'001,
       .combos = 5,
       .unknown_percent = 0},
      {.name = "OneCombo",
       .events = 150'000,
       .pins = 3,
       .classes = 1,
       .boards = 1,
       .viewer_limit = 65'600,
       .combos = 1,
       .saved_percent = 0,
       .playback_percent = 1,
       .engaged_percent = 1},
      {.name = "LastOfThreeBytes",
       .events = 4'000,
       .pins = 50,
       .classes = 2,
       .boards = 2,
       .viewer_limit = 1u << 24},
      {.name = "FirstOfFourBytes",
       .events = 4'000,
       .pins = 50,
       .classes = 2,
       .boards = 2,
       .viewer_limit = (1u << 24) + 1},
      {.name = "FarNumbers",
       .events = 4'000,
       .pins = 60,
       .classes = 4,
       .boards = 5,
       .viewer_limit = kAll,
       .pin_step = 71'000'000,
       .class_step = 1'000'000'000,
       .board_step = 429'000'000},
  };
}

inline std::uint16_t RandomCode(Dice& dice, const DayShape& shape) {
  std::uint32_t kind = 0;
  if (dice.Percent(shape.playback_percent)) {
    kind = event_code::kFirstPlaybackKind + static_cast<std::uint32_t>(dice.Below(8));
  } else if (dice.Percent(shape.engaged_percent)) {
    kind = 1 + static_cast<std::uint32_t>(dice.Below(6));
  }
  // Those that there are lie apart, so that first and last occur.
  const auto combo = static_cast<std::uint32_t>(dice.Below(shape.combos));
  return event_code::Code(kind, shape.combos == 1
                                    ? event_code::kCombos - 1
                                    : combo * (event_code::kCombos - 1) / (shape.combos - 1));
}

inline std::uint32_t RandomViewer(Dice& dice, const DayShape& shape) {
  if (shape.viewer_limit <= 1 || dice.Percent(shape.unknown_percent)) return 0;
  if (dice.Percent(1)) return shape.viewer_limit - 1;
  // Some return more often than others.
  const auto among = dice.Percent(50) ? shape.viewer_limit - 1 : (shape.viewer_limit - 1) / 8 + 1;
  return 1 + static_cast<std::uint32_t>(dice.Below(among));
}

inline Day RandomDay(Dice& dice, const DayShape& shape) {
  Day day;
  day.day = absl::CivilDay(2026, 1, 1) + dice.Between(-30'000, 30'000);
  day.pin_step = shape.pin_step;
  day.limits = {.pins = (shape.pins - 1) * shape.pin_step + 1,
                .classes = (shape.classes - 1) * shape.class_step + 1,
                .boards = (shape.boards - 1) * shape.board_step + 1,
                .viewers = shape.viewer_limit};
  std::vector<bool> saved(shape.classes);
  for (std::size_t i = 0; i < saved.size(); ++i) saved[i] = dice.Percent(shape.saved_percent);
  for (std::uint32_t i = 0; i < shape.pins; ++i) {
    const std::size_t pin_class = dice.Below(shape.classes);
    day.pins.push_back(
        {.pin = i / 2,
         .board = static_cast<std::uint32_t>(dice.Below(shape.boards)) * shape.board_step,
         .pin_class = static_cast<std::uint32_t>(pin_class) * shape.class_step,
         .saved = saved[pin_class]});
  }
  for (std::size_t i = 0; i < shape.events; ++i) {
    // The smallest of three, so that some Pins are heavy and many have a single event.
    const std::size_t pin =
        std::min({dice.Below(shape.pins), dice.Below(shape.pins), dice.Below(shape.pins)});
    BlockRow row = {.pin = static_cast<std::uint32_t>(pin) * shape.pin_step,
                    .viewer = RandomViewer(dice, shape),
                    .code = RandomCode(dice, shape)};
    if (event_code::IsPlayback(row.code)) {
      row.play_ms =
          dice.Percent(5) ? 2'592'000'000 : static_cast<std::uint32_t>(dice.Below(60'000));
    }
    day.rows.push_back(row);
  }
  return day;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_BLOCK_RANDOM_DAY_H_
