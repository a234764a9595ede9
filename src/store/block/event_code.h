#ifndef PINMETRICS_SRC_STORE_BLOCK_EVENT_CODE_H_
#define PINMETRICS_SRC_STORE_BLOCK_EVENT_CODE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "pinmetrics/metrics/tally.h"

/// What an event counts as, in one number, and what numbers of events add up to.

namespace pinmetrics {

/// A set of events has two populations: those on Pins that are not `saved`, and those on Pins that
/// are. Most queries want the first alone.
inline constexpr std::uint32_t kPopulations = 2;

/// What one event counts as: its action (with the thresholds that a playback met) and its four
/// dimensions, in one number. Frozen: blocks persist it.
namespace event_code {

/// Actions but playback, then playbacks by (video view) + 2 (10-second play) + 4 (played to 95 %).
inline constexpr std::uint32_t kKinds = 15;
inline constexpr std::uint32_t kFirstPlaybackKind = 7;
/// The combinations of device, content type, gender and age. Ages come last: a range of them, which
/// filters often pass, has combos that follow each other.
inline constexpr std::uint32_t kCombos = 4 * 3 * 3 * 8;
inline constexpr std::uint32_t kCodes = kKinds * kCombos;

constexpr std::uint32_t Combo(std::uint32_t device, std::uint32_t content_type, std::uint32_t age,
                              std::uint32_t gender) {
  return ((device * 3 + content_type) * 3 + gender) * 8 + age;
}
/// The values of the four dimensions in a row, in the order of `Dimension`: 3 content types, 4
/// devices, 8 ages, 3 genders.
inline constexpr std::uint32_t kDimensionValues = 3 + 4 + 8 + 3;
/// Where those of each dimension begin.
inline constexpr std::array<std::uint32_t, 4> kFirstValue = {0, 3, 7, 15};
/// What the next value of each adds to a combo.
inline constexpr std::array<std::uint32_t, 4> kComboSteps = {24, 72, 1, 8};

constexpr std::uint32_t ContentTypeOf(std::uint32_t combo) { return combo / kComboSteps[0] % 3; }
constexpr std::uint32_t DeviceOf(std::uint32_t combo) { return combo / kComboSteps[1]; }
constexpr std::uint32_t AgeOf(std::uint32_t combo) { return combo % kComboSteps[3]; }
constexpr std::uint32_t GenderOf(std::uint32_t combo) { return combo / kComboSteps[3] % 3; }
/// The values of a combo, as indices among those in a row.
constexpr std::array<std::uint32_t, 4> ValuesOf(std::uint32_t combo) {
  return {kFirstValue[0] + ContentTypeOf(combo), kFirstValue[1] + DeviceOf(combo),
          kFirstValue[2] + AgeOf(combo), kFirstValue[3] + GenderOf(combo)};
}

constexpr std::uint16_t Code(std::uint32_t kind, std::uint32_t combo) {
  return static_cast<std::uint16_t>(kind * kCombos + combo);
}
constexpr bool IsPlayback(std::uint32_t code) { return code >= kFirstPlaybackKind * kCombos; }

}  // namespace event_code

/// The twelve counters of a `Tally` as blocks store them: eleven in 32 bits, the play time in 64.
struct PackedSums {
  static constexpr std::size_t kWords = 13;
  std::array<std::uint32_t, kWords> words = {};

  std::uint64_t play_ms() const { return words[11] | std::uint64_t{words[12]} << 32; }
};

/// Counters that are being added up.
using CounterSums = std::array<std::int64_t, Tally::kCounters>;

inline void AddSums(const PackedSums& sums, CounterSums& to) {
  for (std::size_t i = 0; i < 11; ++i) to[i] += sums.words[i];
  to[11] += static_cast<std::int64_t>(sums.play_ms());
}

/// Counts events of a kind of `event_code` into the counters, all but their play time.
inline void CountEvents(std::uint32_t kind, std::int64_t events, CounterSums& to) {
  if (kind < event_code::kFirstPlaybackKind) {
    to[kind] += events;
    return;
  }
  const std::uint32_t met = kind - event_code::kFirstPlaybackKind;
  to[Tally::kPlaybacks] += events;
  to[Tally::kVideoViews] += (met & 1) * events;
  to[Tally::kTenSecondPlays] += (met >> 1 & 1) * events;
  to[Tally::kPlayedTo95Percent] += (met >> 2) * events;
}

/// Counts one event of a kind of `event_code` into the counters.
inline void CountKind(std::uint32_t kind, std::uint32_t play_ms, CounterSums& to) {
  CountEvents(kind, 1, to);
  if (kind >= event_code::kFirstPlaybackKind) to[Tally::kPlayTimeMs] += play_ms;
}

/// True for the kinds that are engagements.
constexpr bool IsEngagementKind(std::uint32_t kind) {
  return kind != 0 && kind < event_code::kFirstPlaybackKind;
}

/// How blocks store the codes of their events: 128 events a group, and of these each bit of all
/// codes contiguous. So a word has a bit of 64 events, and what is read of a few events stands
/// together.
namespace bit_sliced {

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

}  // namespace bit_sliced

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_EVENT_CODE_H_
