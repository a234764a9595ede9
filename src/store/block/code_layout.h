#ifndef PINMETRICS_SRC_STORE_BLOCK_CODE_LAYOUT_H_
#define PINMETRICS_SRC_STORE_BLOCK_CODE_LAYOUT_H_

#include <cstddef>
#include <cstdint>

/// How blocks store the codes of their events: 128 events a group, and of these each bit of all
/// codes contiguous. So a word has a bit of 64 events, and what is read of a few events stands
/// together.
namespace pinmetrics::bit_sliced {

/// What each bit tells. Frozen: blocks persist them. Content types and genders have a bit for each
/// of their values but the last, so that one bit tells whether it is a certain one: three values
/// take no more bits that way.
enum Bit : std::uint32_t {
  /// Three bits: of a playback, the thresholds that it met; of an impression, 0; else the action.
  kKind = 0,
  kPlayback = 3,
  kImpression = 4,
  kDevice = 5,  ///< Two bits: its number.
  kContentType = 7,
  kAge = 9,  ///< Three bits: its number.
  kGender = 12,
  kBits = 14,
};

/// Of each bit, the words of a group: they fill the smallest register.
inline constexpr std::size_t kGroupWords = 2;
inline constexpr std::size_t kGroupEvents = 64 * kGroupWords;
/// How many words a group is from the next.
inline constexpr std::size_t kStride = kBits * kGroupWords;

constexpr std::size_t GroupsFor(std::size_t events) {
  return (events + kGroupEvents - 1) / kGroupEvents;
}
/// The place of a bit of events `64 * word` on.
constexpr std::size_t Place(std::size_t bit, std::size_t word) {
  return word / kGroupWords * kStride + bit * kGroupWords + word % kGroupWords;
}

}  // namespace pinmetrics::bit_sliced

#endif  // PINMETRICS_SRC_STORE_BLOCK_CODE_LAYOUT_H_
