#include "durable/log_format.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "store/block/checksum.h"

namespace pinmetrics {
namespace {

constexpr std::uint64_t kFrameMagic = 0x31454d5246504d;  // "MPFRME1"
/// In a segment's head, behind magic, version, number and the folder's id.
constexpr std::size_t kFirstSequenceOffset = 32;

std::size_t Padded(std::size_t bytes) {
  return (bytes + kLogAlignment - 1) / kLogAlignment * kLogAlignment;
}

std::uint64_t RecordHeadChecksum(std::span<const std::byte> head, const Uuid& uuid) {
  return Checksum(head.first(kRecordHeadBytes - 8), SeedOf(uuid, kRecordHeadBytes));
}

}  // namespace

std::uint64_t SeedOf(const Uuid& uuid, std::uint64_t what) { return uuid[0] ^ uuid[1] * 3 ^ what; }

std::string SegmentName(std::uint32_t number) {
  return absl::StrCat(absl::Dec(number, absl::kZeroPad12), ".log");
}

std::optional<std::uint32_t> NumberOf(std::string_view name) {
  constexpr std::size_t kDigits = 12;
  if (name.size() != kDigits + 4 || name.substr(kDigits) != ".log") return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : name.substr(0, kDigits)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (number == 0 || number > 0xffffffff) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

std::vector<std::byte> SegmentHead(const Uuid& uuid, std::uint32_t number,
                                   std::uint64_t first_sequence, std::uint64_t previous) {
  ByteWriter writer;
  writer.Put(kSegmentMagic);
  writer.Put(kLogVersion);
  writer.Put(number);
  writer.Put(uuid[0]);
  writer.Put(uuid[1]);
  writer.Put(first_sequence);
  writer.Put(previous);
  writer.Put(Checksum(writer.bytes(), SeedOf(uuid, number)));
  writer.Align(kSegmentHeadBytes);
  return writer.Take();
}

std::optional<std::uint64_t> FirstSequenceOf(std::span<const std::byte> segment, const Uuid& uuid,
                                             std::uint32_t number) {
  if (segment.size() < kSegmentHeadBytes) return std::nullopt;
  ByteReader reader(segment.subspan(kFirstSequenceOffset));
  const auto first_sequence = reader.Get<std::uint64_t>();
  const auto previous = reader.Get<std::uint64_t>();
  const std::vector<std::byte> expected = SegmentHead(uuid, number, first_sequence, previous);
  if (!std::ranges::equal(segment.first(kSegmentHeadBytes), expected)) return std::nullopt;
  return first_sequence;
}

std::uint64_t PutFrameHead(const FrameHead& head, const Uuid& uuid, ByteWriter& writer) {
  const std::size_t begin = writer.size();
  writer.Put(kFrameMagic);
  writer.Put(head.records);
  writer.Put(head.bytes);
  writer.Put(head.first_sequence);
  writer.Put(head.synced_through);
  writer.Put(head.previous);
  writer.Put(head.closes_segment ? std::uint64_t{1} : 2 * head.catalogue_changes);
  const std::uint64_t checksum =
      Checksum(writer.bytes().subspan(begin), SeedOf(uuid, head.first_sequence));
  writer.Put(checksum);
  return checksum;
}

std::optional<FrameHead> GetFrameHead(std::span<const std::byte> bytes, const Uuid& uuid) {
  if (bytes.size() < kFrameHeadBytes) return std::nullopt;
  ByteReader reader(bytes);
  if (reader.Get<std::uint64_t>() != kFrameMagic) return std::nullopt;
  FrameHead head;
  head.records = reader.Get<std::uint32_t>();
  head.bytes = reader.Get<std::uint32_t>();
  head.first_sequence = reader.Get<std::uint64_t>();
  head.synced_through = reader.Get<std::uint64_t>();
  head.previous = reader.Get<std::uint64_t>();
  const auto says = reader.Get<std::uint64_t>();
  head.closes_segment = says == 1;
  head.catalogue_changes = says / 2;
  head.checksum = reader.Get<std::uint64_t>();
  const std::span<const std::byte> checked = bytes.first(kFrameHeadBytes - 8);
  if (head.checksum != Checksum(checked, SeedOf(uuid, head.first_sequence))) return std::nullopt;
  return head;
}

bool AllZero(std::span<const std::byte> bytes) {
  if (bytes.empty()) return true;
  // Each is as the one before it.
  return bytes[0] == std::byte{0} &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

std::size_t PutRecord(const LogRecord& record, const Uuid& uuid, ByteWriter& writer) {
  const std::size_t begin = writer.size();
  writer.Put(static_cast<std::uint32_t>(record.body.size()));
  writer.Put(static_cast<std::uint32_t>(record.subject.kind));
  writer.Put(record.subject.account);
  writer.Put(record.sequence);
  writer.Put(record.origin);
  writer.Put(record.subject.first);
  writer.Put(record.subject.last);
  writer.Put(Checksum(record.body, SeedOf(uuid, record.sequence)));
  writer.Put(std::uint64_t{0});
  writer.Set(writer.size() - 8, RecordHeadChecksum(writer.bytes().subspan(begin), uuid));
  writer.PutBytes(record.body);
  writer.Align(kLogAlignment);
  return begin;
}

std::optional<RecordHead> GetRecordHead(std::span<const std::byte> bytes, const Uuid& uuid) {
  if (bytes.size() < kRecordHeadBytes) return std::nullopt;
  ByteReader reader(bytes);
  RecordHead head;
  head.body_bytes = reader.Get<std::uint32_t>();
  head.record.subject.kind = static_cast<RecordKind>(reader.Get<std::uint32_t>());
  head.record.subject.account = reader.Get<std::uint64_t>();
  head.record.sequence = reader.Get<std::uint64_t>();
  head.record.origin = reader.Get<std::uint64_t>();
  head.record.subject.first = reader.Get<std::int64_t>();
  head.record.subject.last = reader.Get<std::int64_t>();
  head.body_checksum = reader.Get<std::uint64_t>();
  if (reader.Get<std::uint64_t>() != RecordHeadChecksum(bytes, uuid)) return std::nullopt;
  return head;
}

std::optional<LogRecord> GetRecord(std::span<const std::byte>& bytes, const Uuid& uuid) {
  const std::optional<RecordHead> head = GetRecordHead(bytes, uuid);
  if (!head) return std::nullopt;
  ByteReader reader(bytes.subspan(kRecordHeadBytes));
  if (reader.left() < Padded(head->body_bytes)) return std::nullopt;
  LogRecord record = head->record;
  record.body = reader.GetBytes(head->body_bytes);
  const std::uint64_t checksum = Checksum(record.body, SeedOf(uuid, record.sequence));
  if (head->body_checksum != checksum) return std::nullopt;
  if (!AllZero(reader.GetBytes(Padded(head->body_bytes) - head->body_bytes))) return std::nullopt;
  bytes = bytes.subspan(RecordBytes(head->body_bytes));
  return record;
}

std::size_t RecordBytes(std::size_t body_bytes) { return kRecordHeadBytes + Padded(body_bytes); }

bool IsHeadAlone(std::span<const std::byte> segment) {
  return segment.size() < kSegmentHeadBytes || AllZero(segment.subspan(kSegmentHeadBytes));
}

}  // namespace pinmetrics
