#ifndef PINMETRICS_TESTS_STORE_BLOCK_SAMPLE_DAYS_H_
#define PINMETRICS_TESTS_STORE_BLOCK_SAMPLE_DAYS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "gtest/gtest.h"
#include "store/block/block.h"
#include "store/block/block_rows.h"
#include "store/block/event_code.h"
#include "store/block/open_block.h"
#include "tests/store/block/random_day.h"

/// Days that are always the same.

namespace pinmetrics {

/// A day small enough to try everything on, with something in every table.
inline Day SmallDay() {
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
inline Day DenseDay() {
  Day day = {.day = absl::CivilDay(1969, 12, 31),
             .limits = {.pins = 2, .classes = 2, .boards = 1, .viewers = (1u << 24) + 1},
             .pins = {{.pin = 0}, {.pin = 1, .pin_class = 1, .saved = true}}};
  for (std::uint32_t i = 0; i < 4'200; ++i) {
    day.rows.push_back({.viewer = (1u << 24) - i * 3, .code = event_code::Code(0, 100)});
  }
  day.rows.push_back({.pin = 1, .viewer = 1u << 24, .code = event_code::Code(3, 100)});
  return day;
}

/// A day with events enough for sums by value of each dimension.
inline Day LargerDay() {
  Day day = SmallDay();
  const std::vector<BlockRow> rows = day.rows;
  for (int i = 0; i < 2; ++i) day.rows.insert(day.rows.end(), rows.begin(), rows.end());
  return day;
}

/// A day with so many combos that lists are found by where they start.
inline Day DayOfManyCombos() {
  Day day = {.day = absl::CivilDay(2026, 11, 20),
             .limits = {.pins = 1, .classes = 1, .boards = 1, .viewers = 3'000},
             .pins = {{}}};
  for (std::uint32_t i = 0; i < 2'000; ++i) {
    day.rows.push_back({.viewer = 1 + i, .code = event_code::Code(0, i * 7 % event_code::kCombos)});
  }
  return day;
}

/// The error of bytes that must not open.
inline std::string RefusalOf(std::span<const std::byte> bytes) {
  const absl::StatusOr<Block> block = OpenBlock(bytes);
  if (block.ok()) return "accepted";
  EXPECT_EQ(block.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(block.status().message());
}

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_BLOCK_SAMPLE_DAYS_H_
