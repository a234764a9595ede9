#include "clickhouse/event_rows.h"

#include <array>
#include <cstddef>

#include "absl/time/time.h"
#include "calendar/day_number.h"
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

PinRow RowOf(const Pin& pin, const ReportingCalendar& calendar) {
  PinRow row{.board = pin.board,
             .format = static_cast<std::uint8_t>(pin.format),
             .source = static_cast<std::uint8_t>(pin.source),
             .saved = pin.saved,
             .account_none = !pin.account,
             .product_group_none = !pin.product_group,
             .created_day = static_cast<std::int32_t>(DayNumber(calendar.DayOf(pin.created_at)))};
  if (pin.account) row.claimed_account = pin.account->value();
  if (pin.product_group) row.product_group = pin.product_group->value();
  return row;
}

std::uint64_t VersionOf(std::int64_t moment) {
  return (std::uint64_t{1} << 62) - static_cast<std::uint64_t>(moment);
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
