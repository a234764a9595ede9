#ifndef PINMETRICS_SRC_DURABLE_LOG_FORMAT_H_
#define PINMETRICS_SRC_DURABLE_LOG_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "durable/bytes.h"
#include "durable/record.h"

/// The bytes of a log: heads of segments and frames, and records. docs/durable-format.md has them.

namespace pinmetrics {

/// Tells one directory's files from another's.
using Uuid = std::array<std::uint64_t, 2>;

/// A record and where it is. Sequence numbers count the records of a log from 1 on.
struct LogPlace {
  std::uint32_t segment = 0;
  std::uint32_t offset = 0;  ///< Of the record's head in the segment's file.
};

/// What a record is about, beside its body.
struct RecordSubject {
  std::uint64_t account = 0;
  RecordKind kind = RecordKind::kEvents;
  /// Of events and withdrawals the first and the last day, as days since 1970-01-01; of a Pin its
  /// version, twice.
  std::int64_t first = 0;
  std::int64_t last = 0;
};

struct LogRecord {
  RecordSubject subject;
  std::uint64_t sequence = 0;
  /// The sequence under which it was first written, if it was moved to the log's end since.
  std::uint64_t origin = 0;
  std::span<const std::byte> body = {};
  LogPlace place = {};
};

inline constexpr std::uint64_t kSegmentMagic = 0x314745534c4d50;  // "PMLSEG1"
inline constexpr std::uint32_t kLogVersion = 1;
inline constexpr std::size_t kSegmentHeadBytes = 64;
inline constexpr std::size_t kFrameHeadBytes = 56;
inline constexpr std::size_t kRecordHeadBytes = 64;
/// Frames and records begin at its multiples.
inline constexpr std::size_t kLogAlignment = 8;
/// Offsets of records have 32 bits.
inline constexpr std::uint64_t kMostSegmentBytes = 0xffffffff;

struct FrameHead {
  std::uint32_t records = 0;
  std::uint32_t bytes = 0;  ///< Of all records, without the head.
  std::uint64_t first_sequence = 0;
  std::uint64_t synced_through = 0;
  std::uint64_t previous = 0;  ///< The checksum of the head before it.
  bool closes_segment = false;
  /// The catalogue had been changed so many times. One that closes a segment does not say.
  std::uint64_t catalogue_changes = 0;
  std::uint64_t checksum = 0;
};

/// Files of another directory have other checksums throughout.
std::uint64_t SeedOf(const Uuid& uuid, std::uint64_t what);

std::string SegmentName(std::uint32_t number);
/// Nothing if a file's name is no segment's.
std::optional<std::uint32_t> NumberOf(std::string_view name);
/// True if nothing was written to a segment.
bool IsHeadAlone(std::span<const std::byte> segment);

std::vector<std::byte> SegmentHead(const Uuid& uuid, std::uint32_t number,
                                   std::uint64_t first_sequence, std::uint64_t previous);

/// The sequence number that a segment begins with; nothing if its head is not whole.
std::optional<std::uint64_t> FirstSequenceOf(std::span<const std::byte> segment, const Uuid& uuid,
                                             std::uint32_t number);

/// Returns the checksum.
std::uint64_t PutFrameHead(const FrameHead& head, const Uuid& uuid, ByteWriter& writer);
/// Nothing if there is no whole head.
std::optional<FrameHead> GetFrameHead(std::span<const std::byte> bytes, const Uuid& uuid);

/// Of a record with such a body.
std::size_t RecordBytes(std::size_t body_bytes);
/// Returns where the record begins.
std::size_t PutRecord(const LogRecord& record, const Uuid& uuid, ByteWriter& writer);
/// What the head of a record says, whatever has become of its body.
struct RecordHead {
  LogRecord record;  ///< Without its body.
  std::size_t body_bytes = 0;
  std::uint64_t body_checksum = 0;
};
/// Nothing if there is no whole head.
std::optional<RecordHead> GetRecordHead(std::span<const std::byte> bytes, const Uuid& uuid);
/// The record at the front of `bytes`, which is taken off; nothing if it is not whole.
std::optional<LogRecord> GetRecord(std::span<const std::byte>& bytes, const Uuid& uuid);

bool AllZero(std::span<const std::byte> bytes);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_LOG_FORMAT_H_
