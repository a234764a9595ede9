#ifndef PINMETRICS_SRC_STORE_DAY_STORE_LIMITS_H_
#define PINMETRICS_SRC_STORE_DAY_STORE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "store/block/block_format.h"

namespace pinmetrics {

/// The most that a store numbers, and works on at once. A batch that would need more numbers is
/// refused as a whole. Tests lower them.
struct StoreLimits {
  /// Sealed and live events of one day, which become one block.
  std::uint64_t events_of_a_day = kMostBlockEvents;
  /// Their numbers, rounded up to whole chunks of 65 536 viewers, stay in 32 bits.
  std::uint64_t viewers = std::uint64_t{0xffff} << 16;
  /// Chunks of live days: an event is found by the chunk's number and its position, 16 bits each.
  /// The last number is left out, since `IdMap` has no room for the greatest value.
  std::uint64_t head_chunks = 0xffff;
  /// Events whose viewers a query collects at once, 4 bytes of each, or more if one segment has
  /// more, or all segments have many times as many.
  std::size_t events_at_once = 16'000'000;
  /// Viewers who occur in no day that is left are forgotten once so many days were dropped.
  std::size_t days_dropped_at_once = 30;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_STORE_LIMITS_H_
