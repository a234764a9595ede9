#include "clickhouse/event_rows.h"

#include <array>
#include <cstddef>

#define XXH_INLINE_ALL  // Compiled in here, so that nobody links a library for it.
#include <xxhash.h>

#include "absl/time/time.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics {
namespace {

constexpr auto kPlaybackKind = static_cast<std::uint8_t>(Action::kPlayback);
static_assert(kPlaybackKind + kVideoViewBit + kTenSecondBit + k95PercentBit == kKinds - 1);

}  // namespace

std::uint8_t KindOf(const Event& event) {
  auto kind = static_cast<std::uint8_t>(event.action);
  if (!event.playback) return kind;
  // What a threshold is, is said in one place.
  Tally one;
  one.Add(event);
  if (one[Tally::kVideoViews] > 0) kind = static_cast<std::uint8_t>(kind + kVideoViewBit);
  if (one[Tally::kTenSecondPlays] > 0) kind = static_cast<std::uint8_t>(kind + kTenSecondBit);
  if (one[Tally::kPlayedTo95Percent] > 0) kind = static_cast<std::uint8_t>(kind + k95PercentBit);
  return kind;
}

Tally TallyOf(std::uint8_t kind, std::int64_t count, std::int64_t play_ms) {
  std::array<std::int64_t, Tally::kCounters> counts{};
  if (kind < kPlaybackKind) {
    counts[kind] = count;
    return Tally(counts);
  }
  const unsigned reached = kind - kPlaybackKind;
  counts[Tally::kPlaybacks] = count;
  if (reached & kVideoViewBit) counts[Tally::kVideoViews] = count;
  if (reached & kTenSecondBit) counts[Tally::kTenSecondPlays] = count;
  if (reached & k95PercentBit) counts[Tally::kPlayedTo95Percent] = count;
  counts[Tally::kPlayTimeMs] = play_ms;
  return Tally(counts);
}

std::uint64_t IdentityOf(std::string_view batch_key, std::uint64_t index) {
  return XXH3_64bits_withSeed(batch_key.data(), batch_key.size(), index);
}

FactRow FactsOf(const Event& event) {
  FactRow row{.viewer = event.viewer,
              .kind = KindOf(event),
              .device = static_cast<std::uint8_t>(event.device),
              .content_type = static_cast<std::uint8_t>(event.content_type),
              .age = static_cast<std::uint8_t>(event.age),
              .gender = static_cast<std::uint8_t>(event.gender),
              .pin = event.pin};
  if (event.playback) {
    row.play_ms = static_cast<std::uint32_t>(absl::ToInt64Milliseconds(event.playback->play_time));
  }
  return row;
}

void AppendFacts(std::uint64_t account, const FactRow& row, std::string& rows) {
  AppendNumber(account, rows);
  AppendNumber(row.day, rows);
  AppendNumber(row.event, rows);
  AppendNumber(row.identity, rows);
  AppendNumber(row.viewer.value(), rows);
  AppendNumber(row.kind, rows);
  AppendNumber(row.play_ms, rows);
  AppendNumber(row.device, rows);
  AppendNumber(row.content_type, rows);
  AppendNumber(row.age, rows);
  AppendNumber(row.gender, rows);
  AppendNumber(row.pin.value(), rows);
  AppendAttributes(row.attributes, rows);
}

void AppendAttributes(const PinRow& pin, std::string& rows) {
  AppendNumber(pin.board.value(), rows);
  AppendNumber(pin.format, rows);
  AppendNumber(pin.source, rows);
  AppendNumber(pin.saved, rows);
  AppendNumber(pin.claimed_account, rows);
  AppendNumber(pin.account_none, rows);
  AppendNumber(pin.product_group, rows);
  AppendNumber(pin.product_group_none, rows);
  AppendNumber(pin.created_day, rows);
}

}  // namespace pinmetrics
