#ifndef PINMETRICS_SRC_STORE_CODE_LAYOUT_H_
#define PINMETRICS_SRC_STORE_CODE_LAYOUT_H_

#include <cstddef>
#include <cstdint>

namespace pinmetrics {

/// How blocks store the codes of their events: bit by bit, each for all events on end. So a
/// question about codes reads only the bits that it depends on, and has 64 events in a word.
namespace code_bits {

/// What each bit tells. Frozen: blocks persist them. Devices, content types and genders have a bit
/// for each of their values but the last, so that a filter of one value reads one bit.
enum Bit : std::uint32_t {
  /// Three bits: of a playback, the thresholds that it met; of an impression, 0; else the action.
  kKind = 0,
  kPlayback = 3,
  kImpression = 4,
  kDevice = 5,
  kContentType = 8,
  kAge = 10,  ///< Three bits: its number.
  kGender = 13,
  kBits = 15,
};

/// How many words each bit takes.
constexpr std::size_t WordsFor(std::size_t events) { return (events + 63) / 64; }

}  // namespace code_bits

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_CODE_LAYOUT_H_
