#include "durable/record.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "calendar/day_number.h"
#include "durable/bytes.h"
#include "store/block/event_code.h"

namespace pinmetrics {
namespace {

/// Of an event and of a withdrawal.
constexpr std::size_t kEventBytes = 26;
constexpr std::size_t kWithdrawalBytes = 12;

// Flags of a Pin.
constexpr std::uint8_t kHasAccount = 1;
constexpr std::uint8_t kHasProductGroup = 2;
constexpr std::uint8_t kIsSaved = 4;

absl::Status NotA(std::string_view what) {
  return absl::DataLossError("a record is no " + std::string(what));
}

void PutDay(absl::CivilDay day, ByteWriter& writer) {
  writer.Put(static_cast<std::int32_t>(DayNumber(day)));
}

}  // namespace

std::vector<std::byte> Encode(const AccountSettings& settings) {
  ByteWriter writer;
  writer.PutText(settings.time_zone);
  writer.Put(static_cast<std::uint8_t>(settings.late_events));
  writer.Put(static_cast<std::uint8_t>(settings.business_created ? 1 : 0));
  PutDay(settings.business_created.value_or(absl::CivilDay()), writer);
  return writer.Take();
}

absl::StatusOr<AccountSettings> DecodeAccount(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  AccountSettings settings;
  settings.time_zone = reader.GetText();
  const auto late_events = reader.Get<std::uint8_t>();
  const auto has_day = reader.Get<std::uint8_t>();
  const auto day = reader.Get<std::int32_t>();
  if (!reader.done() || late_events > 1 || has_day > 1) return NotA("account");
  settings.late_events = static_cast<LateEvents>(late_events);
  if (has_day == 1) settings.business_created = DayOfNumber(day);
  return settings;
}

std::vector<std::byte> Encode(std::uint32_t version, const Pin& pin) {
  ByteWriter writer;
  writer.Put(version);
  writer.Put(pin.id.value());
  writer.Put(pin.board.value());
  writer.Put(absl::ToUnixMicros(pin.created_at));
  // What is left of the microsecond, in quarters of a nanosecond.
  writer.Put(static_cast<std::uint16_t>(
      (pin.created_at - absl::FromUnixMicros(absl::ToUnixMicros(pin.created_at))) /
      (absl::Nanoseconds(1) / 4)));
  writer.Put(static_cast<std::uint8_t>(pin.format));
  writer.Put(static_cast<std::uint8_t>(pin.source));
  std::uint8_t flags = 0;
  if (pin.account) flags |= kHasAccount;
  if (pin.product_group) flags |= kHasProductGroup;
  if (pin.saved) flags |= kIsSaved;
  writer.Put(flags);
  writer.Put(pin.account ? pin.account->value() : std::uint64_t{0});
  writer.Put(pin.product_group ? pin.product_group->value() : std::uint64_t{0});
  writer.PutText(pin.title);
  return writer.Take();
}

absl::StatusOr<PinRecord> DecodePin(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  PinRecord record;
  Pin& pin = record.pin;
  record.version = reader.Get<std::uint32_t>();
  pin.id = PinId(reader.Get<std::uint64_t>());
  pin.board = BoardId(reader.Get<std::uint64_t>());
  pin.created_at = absl::FromUnixMicros(reader.Get<std::int64_t>());
  pin.created_at += reader.Get<std::uint16_t>() * (absl::Nanoseconds(1) / 4);
  pin.format = static_cast<PinFormat>(reader.Get<std::uint8_t>());
  pin.source = static_cast<PinSource>(reader.Get<std::uint8_t>());
  const auto flags = reader.Get<std::uint8_t>();
  const AccountId account(reader.Get<std::uint64_t>());
  const ProductGroupId product_group(reader.Get<std::uint64_t>());
  if ((flags & kHasAccount) != 0) pin.account = account;
  if ((flags & kHasProductGroup) != 0) pin.product_group = product_group;
  pin.saved = (flags & kIsSaved) != 0;
  pin.title = reader.GetText();
  if (!reader.done() || Check(pin)) return NotA("Pin");
  return record;
}

std::vector<std::byte> Encode(std::span<const KeptEvent> events, std::string_view batch_key,
                              absl::Time now) {
  ByteWriter writer;
  writer.Reserve(batch_key.size() + events.size() * kEventBytes + 64);
  writer.PutText(batch_key);
  writer.Put(absl::ToUnixMicros(now));
  // Events of one day that stand together are behind one head.
  for (auto first = events.begin(); first != events.end();) {
    const auto end = std::find_if(first, events.end(),
                                  [&](const KeptEvent& event) { return event.day != first->day; });
    PutDay(first->day, writer);
    writer.Put(static_cast<std::uint32_t>(end - first));
    for (; first != end; ++first) {
      writer.Put(first->id.value());
      writer.Put(first->viewer.value());
      writer.Put(first->pin);
      writer.Put(first->play_ms);
      writer.Put(first->code);
    }
  }
  return writer.Take();
}

absl::StatusOr<EventsRecord> DecodeEvents(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  EventsRecord record;
  record.batch_key = reader.GetText();
  record.now = absl::FromUnixMicros(reader.Get<std::int64_t>());
  // At once: days may change with every event.
  record.events.reserve(reader.left() / kEventBytes);
  while (reader.ok() && reader.left() > 0) {
    const absl::CivilDay day = DayOfNumber(reader.Get<std::int32_t>());
    const auto count = reader.Get<std::uint32_t>();
    if (reader.left() / kEventBytes < count) return NotA("batch of events");
    for (std::uint32_t i = 0; i < count; ++i) {
      KeptEvent event{.day = day};
      event.id = EventId(reader.Get<std::uint64_t>());
      event.viewer = ViewerId(reader.Get<std::uint64_t>());
      event.pin = reader.Get<std::uint32_t>();
      event.play_ms = reader.Get<std::uint32_t>();
      event.code = reader.Get<std::uint16_t>();
      if (event.code >= event_code::kCodes) return NotA("batch of events");
      record.events.push_back(event);
    }
  }
  if (!reader.done()) return NotA("batch of events");
  return record;
}

absl::StatusOr<BatchKeyRecord> DecodeBatchKey(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  BatchKeyRecord record;
  record.batch_key = reader.GetText();
  record.now = absl::FromUnixMicros(reader.Get<std::int64_t>());
  if (!reader.ok()) return NotA("batch of events");
  return record;
}

std::vector<std::byte> Encode(std::span<const KeptWithdrawal> withdrawals) {
  ByteWriter writer;
  writer.Reserve(withdrawals.size() * kWithdrawalBytes);
  for (const KeptWithdrawal& withdrawal : withdrawals) {
    PutDay(withdrawal.day, writer);
    writer.Put(withdrawal.id.value());
  }
  return writer.Take();
}

absl::StatusOr<std::vector<KeptWithdrawal>> DecodeWithdrawals(std::span<const std::byte> bytes) {
  if (bytes.size() % kWithdrawalBytes != 0) return NotA("list of withdrawals");
  ByteReader reader(bytes);
  std::vector<KeptWithdrawal> withdrawals;
  while (reader.left() > 0) {
    const absl::CivilDay day = DayOfNumber(reader.Get<std::int32_t>());
    withdrawals.push_back({day, EventId(reader.Get<std::uint64_t>())});
  }
  return withdrawals;
}

std::vector<std::byte> EncodeViewers(std::span<const ViewerRun> runs) {
  ByteWriter writer;
  for (const ViewerRun& run : runs) {
    writer.Put(run.first);
    writer.Put(static_cast<std::uint32_t>(run.ids.size()));
    writer.PutBytes(std::as_bytes(std::span(run.ids)));
  }
  return writer.Take();
}

absl::StatusOr<std::vector<ViewerRun>> DecodeViewers(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  std::vector<ViewerRun> runs;
  while (reader.ok() && reader.left() > 0) {
    ViewerRun run{.first = reader.Get<std::uint32_t>()};
    const auto count = reader.Get<std::uint32_t>();
    if (reader.left() / sizeof(std::uint64_t) < count) return NotA("list of viewers");
    run.ids.resize(count);
    for (std::uint64_t& id : run.ids) id = reader.Get<std::uint64_t>();
    runs.push_back(std::move(run));
  }
  if (!reader.ok()) return NotA("list of viewers");
  return runs;
}

}  // namespace pinmetrics
