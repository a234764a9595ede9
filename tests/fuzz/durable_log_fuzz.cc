// Reads any bytes as the log of a store directory. What the first byte chooses: either the rest
// says how a log that was closed is changed, and then all of it must be read as it was, or refused;
// or the rest is a segment, with its checksums put right, which chance would never do. What is read
// is decoded, and what is opened must take another record and have it when it is read again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "durable/log.h"
#include "durable/record.h"
#include "store/block/checksum.h"
#include "tests/durable/memory_files.h"
#include "tests/fuzz/edits.h"

namespace {

namespace pm = pinmetrics;

constexpr pm::Uuid kUuid = {0x0123456789abcdef, 0xfedcba9876543210};
constexpr char kFolder[] = "/log";
constexpr pm::LogOptions kOptions = {.segment_bytes = 700};
/// Of the catalogue.
constexpr std::uint64_t kChanges = 3;

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << what << '\n';
  std::abort();
}

using Records = std::vector<std::vector<std::byte>>;

/// Decodes a record as opening a store does; what it says goes to `records`.
absl::Status Take(const pm::LogRecord& record, Records& records) {
  if (!records.empty() && record.sequence == 0) Fail("a record without a number");
  records.emplace_back(record.body.begin(), record.body.end());
  switch (record.subject.kind) {
    case pm::RecordKind::kAccount:
      return pm::DecodeAccount(record.body).status();
    case pm::RecordKind::kPin:
      return pm::DecodePin(record.body).status();
    case pm::RecordKind::kEvents: {
      absl::Status status = pm::DecodeBatchKey(record.body).status();
      status.Update(pm::DecodeEvents(record.body).status());
      return status;
    }
    case pm::RecordKind::kWithdrawals:
      return pm::DecodeWithdrawals(record.body).status();
  }
  return absl::DataLossError("of no known kind");
}

absl::Status Read(pm::MemoryFiles& files, std::uint64_t known_through, Records& records) {
  pm::LogScan scan;
  return pm::Log::Read(
      files, kFolder, kUuid, {.known_through = known_through, .catalogue_changes = kChanges},
      [&](const pm::LogRecord& record) { return Take(record, records); }, scan);
}

absl::StatusOr<std::unique_ptr<pm::Log>> Open(pm::MemoryFiles& files, std::uint64_t known_through) {
  pm::LogScan scan;
  Records records;
  return pm::Log::Open(
      files, kFolder, kUuid, {.known_through = known_through, .catalogue_changes = kChanges},
      kOptions, [&](const pm::LogRecord& record) { return Take(record, records); }, scan);
}

bool AppendOne(pm::Log& log) {
  const std::vector<pm::KeptWithdrawal> withdrawals(3);
  const std::vector<std::byte> body = pm::Encode(withdrawals);
  const pm::NewRecord record = {.subject = {.account = 3, .kind = pm::RecordKind::kWithdrawals},
                                .body = body};
  return log.Append({&record, 1}, true).ok();
}

/// A log with some of everything, in several segments, that was closed.
struct ClosedLog {
  ClosedLog() {
    if (!files.MakeFolder(kFolder).ok() || !pm::Log::Make(files, kFolder, kUuid, kOptions).ok()) {
      Fail("no log was made");
    }
    absl::StatusOr<std::unique_ptr<pm::Log>> log = Open(files, 0);
    if (!log.ok()) Fail(log.status().ToString());
    const pm::AccountSettings settings = {.time_zone = "UTC", .business_created = {}};
    const pm::Pin pin = {.id = pm::PinId(1), .board = pm::BoardId(2), .title = "title"};
    std::vector<pm::KeptEvent> events(5);
    for (std::size_t i = 0; i < events.size(); ++i) {
      events[i] = {.day = absl::CivilDay(2026, 3, 1), .id = pm::EventId(i + 1)};
    }
    const auto append = [&](pm::RecordKind kind, const std::vector<std::byte>& body) {
      const pm::NewRecord record = {.subject = {.account = 3, .kind = kind}, .body = body};
      if (!(*log)->Append({&record, 1}, true).ok()) Fail("not appended");
    };
    append(pm::RecordKind::kAccount, pm::Encode(settings));
    append(pm::RecordKind::kPin, pm::Encode(0, pin));
    for (int i = 0; i < 4; ++i) {
      append(pm::RecordKind::kEvents,
             pm::Encode(events, "key " + std::to_string(i), absl::FromUnixSeconds(i)));
      if (!AppendOne(**log)) Fail("not appended");
      (*log)->NoteCatalogueChanges(kChanges);
    }
    log->reset();
    for (const std::string& path : files.Paths()) {
      if (path.ends_with(".log")) segments.push_back(path);
    }
    if (segments.size() < 2) Fail("a log with one segment");
    if (absl::Status status = Read(files, 0, records); !status.ok()) Fail(status.ToString());
  }

  pm::MemoryFiles files;
  std::vector<std::string> segments;
  Records records;
};

template <typename T>
T Get(std::span<const std::byte> bytes, std::size_t at) {
  T value;
  std::memcpy(&value, &bytes[at], sizeof value);
  return value;
}

void Set(std::span<std::byte> bytes, std::size_t at, std::uint64_t value) {
  std::memcpy(&bytes[at], &value, sizeof value);
}

std::uint64_t SeedOf(std::uint64_t what) { return kUuid[0] ^ kUuid[1] * 3 ^ what; }

/// Puts right what chance would never do, by docs/durable-format.md: in the heads of segment 1,
/// frames and records what they are and all checksums.
void Sign(std::span<std::byte> segment) {
  constexpr std::size_t kSegmentHead = 64;
  constexpr std::size_t kFrameHead = 56;
  constexpr std::size_t kRecordHead = 64;
  if (segment.size() < kSegmentHead) return;
  Set(segment, 0, 0x314745534c4d50);
  Set(segment, 8, std::uint64_t{1} << 32U | 1U);
  Set(segment, 16, kUuid[0]);
  Set(segment, 24, kUuid[1]);
  // Records count from 1.
  if (Get<std::uint64_t>(segment, 32) == 0) Set(segment, 32, 1);
  Set(segment, 48, pm::Checksum(segment.first(48), SeedOf(1)));
  Set(segment, 56, 0);
  auto previous = Get<std::uint64_t>(segment, 40);
  std::span<std::byte> left = segment.subspan(kSegmentHead);
  while (left.size() >= kFrameHead && Get<std::uint64_t>(left, 0) != 0) {
    Set(left, 0, 0x31454d5246504d);
    Set(left, 32, previous);
    const auto records = Get<std::uint32_t>(left, 8);
    const auto bytes = Get<std::uint32_t>(left, 12);
    previous = pm::Checksum(left.first(48), SeedOf(Get<std::uint64_t>(left, 16)));
    Set(left, 48, previous);
    left = left.subspan(kFrameHead);
    std::span<std::byte> of_frame = left.first(std::min<std::size_t>(bytes, left.size()));
    left = left.subspan(of_frame.size());
    for (std::uint32_t i = 0; i < records && of_frame.size() >= kRecordHead; ++i) {
      const std::size_t body = Get<std::uint32_t>(of_frame, 0);
      if (body > of_frame.size() - kRecordHead) break;
      Set(of_frame, 48,
          pm::Checksum(of_frame.subspan(kRecordHead, body),
                       SeedOf(Get<std::uint64_t>(of_frame, 16))));
      Set(of_frame, 56, pm::Checksum(of_frame.first(56), SeedOf(kRecordHead)));
      of_frame = of_frame.subspan(std::min(kRecordHead + (body + 7) / 8 * 8, of_frame.size()));
    }
  }
}

/// What was opened takes another record, and has all of them when it is read again.
void GoOn(pm::MemoryFiles& files, std::uint64_t known_through, const Records& records) {
  absl::StatusOr<std::unique_ptr<pm::Log>> log = Open(files, known_through);
  if (!log.ok()) Fail("what can be read cannot be opened: " + log.status().ToString());
  const bool appended = AppendOne(**log);
  log->reset();
  if (!appended) return;
  Records after;
  if (absl::Status status = Read(files, known_through, after); !status.ok()) {
    Fail("what was opened and written to cannot be read: " + status.ToString());
  }
  const bool has_all = after.size() == records.size() + 1 &&
                       std::equal(records.begin(), records.end(), after.begin());
  if (!has_all) Fail("what was opened and written to has other records");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ClosedLog closed;
  // The format is written down here once more.
  static const bool signs_as_the_log_does = [] {
    const std::vector<std::byte> segment = closed.files.Contents(closed.segments.front());
    std::vector<std::byte> signed_again = segment;
    Sign(signed_again);
    return signed_again == segment;
  }();
  if (!signs_as_the_log_does) Fail("this target and the log write segments in two ways");
  if (size == 0) return 0;
  const std::span<const std::uint8_t> rest(data + 1, size - 1);
  Records records;
  if (data[0] % 2 == 0) {
    const std::unique_ptr<pm::MemoryFiles> files = closed.files.Copy();
    pm::ApplyEdits(rest, closed.segments, *files);
    // The catalogue of a folder that was closed knows of all records.
    const std::uint64_t known_through = data[0] % 4 == 0 ? closed.records.size() : 0;
    const absl::Status status = Read(*files, known_through, records);
    if (!status.ok()) {
      if (!absl::IsDataLoss(status)) Fail("not DataLoss: " + status.ToString());
      return 0;
    }
    if (known_through > 0 && records != closed.records) Fail("other records, and nothing is said");
    GoOn(*files, known_through, records);
    return 0;
  }
  pm::MemoryFiles files;
  if (!files.MakeFolder(kFolder).ok()) Fail("no folder");
  std::vector<std::byte> segment(rest.size());
  if (!rest.empty()) std::memcpy(segment.data(), rest.data(), rest.size());
  Sign(segment);
  files.SetContents(closed.segments.front(), std::move(segment));
  const absl::Status status = Read(files, 0, records);
  if (status.ok()) {
    GoOn(files, 0, records);
  } else if (!absl::IsDataLoss(status)) {
    Fail("not DataLoss: " + status.ToString());
  }
  return 0;
}
