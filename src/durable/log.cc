#include "durable/log.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "durable/bytes.h"
#include "durable/copy_file.h"
#include "store/block/checksum.h"

namespace pinmetrics {
namespace {

constexpr std::uint64_t kSegmentMagic = 0x314745534c4d50;  // "PMLSEG1"
constexpr std::uint64_t kFrameMagic = 0x31454d5246504d;    // "MPFRME1"
constexpr std::uint32_t kLogVersion = 1;
constexpr std::string_view kTornPrefix = "torn-";
constexpr std::size_t kAlignment = 8;
constexpr std::size_t kSegmentHeadBytes = 64;
constexpr std::size_t kFrameHeadBytes = 56;
constexpr std::size_t kRecordHeadBytes = 64;
/// The most that one frame takes of those who wait, if they are several.
constexpr std::size_t kMostGroupBytes = std::size_t{32} << 20;
/// Offsets of records have 32 bits.
constexpr std::uint64_t kMostSegmentBytes = 0xffffffff;
/// The most that is written at once.
constexpr std::size_t kMostBytesAtOnce = std::size_t{1} << 30;

struct FrameHead {
  std::uint32_t records = 0;
  std::uint32_t bytes = 0;  ///< Of all records, without the head.
  std::uint64_t first_sequence = 0;
  std::uint64_t synced_through = 0;
  std::uint64_t previous = 0;  ///< The checksum of the head before it.
  bool closes_segment = false;
  std::uint64_t checksum = 0;
};

/// Files of another directory have other checksums throughout.
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

/// Returns the checksum.
std::uint64_t PutFrameHead(const FrameHead& head, const Uuid& uuid, ByteWriter& writer) {
  const std::size_t begin = writer.size();
  writer.Put(kFrameMagic);
  writer.Put(head.records);
  writer.Put(head.bytes);
  writer.Put(head.first_sequence);
  writer.Put(head.synced_through);
  writer.Put(head.previous);
  writer.Put(std::uint64_t{head.closes_segment ? 1U : 0U});
  const std::uint64_t checksum =
      Checksum(writer.bytes().subspan(begin), SeedOf(uuid, head.first_sequence));
  writer.Put(checksum);
  return checksum;
}

/// Nothing if there is no whole head.
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
  head.closes_segment = reader.Get<std::uint64_t>() == 1;
  head.checksum = reader.Get<std::uint64_t>();
  const std::span<const std::byte> checked = bytes.first(kFrameHeadBytes - 8);
  if (head.checksum != Checksum(checked, SeedOf(uuid, head.first_sequence))) return std::nullopt;
  return head;
}

std::size_t Padded(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

bool AllZero(std::span<const std::byte> bytes) {
  if (bytes.empty()) return true;
  // Each is as the one before it.
  return bytes[0] == std::byte{0} &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

std::uint64_t RecordHeadChecksum(std::span<const std::byte> head, const Uuid& uuid) {
  return Checksum(head.first(kRecordHeadBytes - 8), SeedOf(uuid, kRecordHeadBytes));
}

/// Returns where the record begins.
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
  writer.Align(kAlignment);
  return begin;
}

/// The record at the front of `bytes`, which is taken off; nothing if it is not whole.
std::optional<LogRecord> GetRecord(std::span<const std::byte>& bytes, const Uuid& uuid) {
  if (bytes.size() < kRecordHeadBytes) return std::nullopt;
  ByteReader reader(bytes);
  const std::size_t body_bytes = reader.Get<std::uint32_t>();
  LogRecord record;
  record.subject.kind = static_cast<RecordKind>(reader.Get<std::uint32_t>());
  record.subject.account = reader.Get<std::uint64_t>();
  record.sequence = reader.Get<std::uint64_t>();
  record.origin = reader.Get<std::uint64_t>();
  record.subject.first = reader.Get<std::int64_t>();
  record.subject.last = reader.Get<std::int64_t>();
  const auto body_checksum = reader.Get<std::uint64_t>();
  if (reader.Get<std::uint64_t>() != RecordHeadChecksum(bytes, uuid)) return std::nullopt;
  if (reader.left() < Padded(body_bytes)) return std::nullopt;
  record.body = reader.GetBytes(body_bytes);
  if (body_checksum != Checksum(record.body, SeedOf(uuid, record.sequence))) return std::nullopt;
  if (!AllZero(reader.GetBytes(Padded(body_bytes) - body_bytes))) return std::nullopt;
  bytes = bytes.subspan(kRecordHeadBytes + Padded(body_bytes));
  return record;
}

absl::StatusOr<std::vector<std::byte>> ReadFile(FileSystem& files, const std::string& path) {
  absl::StatusOr<std::unique_ptr<File>> file = files.Open(path, FileSystem::Mode::kRead);
  if (!file.ok()) return file.status();
  const absl::StatusOr<std::uint64_t> size = (*file)->Size();
  if (!size.ok()) return size.status();
  if (*size > kMostSegmentBytes) {
    return absl::DataLossError(path + " has " + std::to_string(*size) +
                               " bytes, and a segment at most " +
                               std::to_string(kMostSegmentBytes));
  }
  std::vector<std::byte> bytes(*size);
  if (absl::Status status = (*file)->Read(0, bytes); !status.ok()) return status;
  return bytes;
}

/// True if nothing was written to a segment.
bool IsHeadAlone(std::span<const std::byte> segment) {
  return segment.size() < kSegmentHeadBytes || AllZero(segment.subspan(kSegmentHeadBytes));
}

/// Reads segments one behind the other.
class LogReader {
 public:
  LogReader(FileSystem& files, std::string folder, const Uuid& uuid, std::uint64_t known_through,
            const std::function<absl::Status(const LogRecord&)>& visit, LogScan& scan)
      : files_(files), folder_(std::move(folder)), uuid_(uuid), visit_(visit), scan_(scan) {
    scan_ = {.synced_through = known_through};
  }

  absl::Status ReadAll(std::uint32_t first_segment) {
    const absl::StatusOr<std::vector<std::string>> names = files_.List(folder_);
    if (!names.ok()) return names.status();
    for (const std::string& name : *names) {
      const std::optional<std::uint32_t> number = NumberOf(name);
      // What is before was not removed in time; nothing of it is needed.
      if (number && *number >= first_segment) numbers_.push_back(*number);
    }
    for (std::size_t i = 0; i < numbers_.size() || i == 0; ++i) {
      const auto expected = static_cast<std::uint32_t>(first_segment + i);
      if (i >= numbers_.size() || numbers_[i] != expected) {
        return absl::DataLossError(folder_ + "/" + SegmentName(expected) + " is missing");
      }
    }
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (absl::Status status = ReadSegment(i); !status.ok()) return status;
    }
    if (scan_.last_sequence < scan_.synced_through) {
      return Damage(last_path_, end_,
                    "the log ends with record " + std::to_string(scan_.last_sequence) +
                        ", and record " + std::to_string(scan_.synced_through) +
                        " was on the disk");
    }
    return absl::OkStatus();
  }

  /// Where writing goes on.
  std::uint32_t segment() const { return segment_; }
  std::uint64_t end() const { return end_; }
  std::uint64_t previous() const { return previous_; }
  std::uint64_t marked_through() const { return marked_through_; }
  const std::map<std::uint32_t, std::uint64_t>& bytes() const { return bytes_; }
  /// A segment that was made and never used, if there is one.
  std::optional<std::uint32_t> unused() const { return unused_; }

 private:
  static absl::Status Damage(const std::string& path, std::uint64_t offset,
                             absl::string_view what) {
    return absl::DataLossError(absl::StrCat(path, ", byte ", offset, ": ", what));
  }

  std::string PathOf(std::uint32_t number) const { return folder_ + "/" + SegmentName(number); }

  /// True if a segment was made and nothing written to it.
  absl::StatusOr<bool> IsUnused(std::uint32_t number) {
    const absl::StatusOr<std::vector<std::byte>> bytes = ReadFile(files_, PathOf(number));
    if (!bytes.ok()) return bytes.status();
    return IsHeadAlone(*bytes);
  }

  absl::Status ReadSegment(std::size_t index) {
    const std::uint32_t number = numbers_[index];
    const std::string path = PathOf(number);
    absl::StatusOr<std::vector<std::byte>> file = ReadFile(files_, path);
    if (!file.ok()) return file.status();
    const std::span<const std::byte> bytes = *file;
    const bool is_last = index + 1 == numbers_.size();
    if (is_last && index > 0 && !closed_) {
      // The one before was still being written: this was made and not used.
      unused_ = number;
      return absl::OkStatus();
    }
    if (absl::Status status = CheckHead(bytes, path, number, index == 0); !status.ok()) {
      return status;
    }
    segment_ = number;
    last_path_ = path;
    end_ = kSegmentHeadBytes;
    bytes_[number] = bytes.size();
    closed_ = false;
    while (!closed_) {
      const std::span<const std::byte> rest =
          bytes.subspan(std::min<std::size_t>(end_, bytes.size()));
      const std::optional<FrameHead> head = GetFrameHead(rest, uuid_);
      if (head && !IsNext(*head)) {
        return Damage(path, end_,
                      "a frame that belongs elsewhere, expected record " +
                          std::to_string(scan_.last_sequence + 1));
      }
      if (head) {
        std::vector<LogRecord> records;
        if (GetRecords(*head, rest, records)) {
          if (absl::Status status = Take(*head, records); !status.ok()) return status;
          continue;
        }
      }
      return End(rest, index);
    }
    const std::span<const std::byte> behind = bytes.subspan(end_);
    if (!AllZero(behind)) return Damage(path, end_, "bytes behind the segment's last frame");
    if (is_last) {
      return absl::DataLossError(PathOf(number + 1) +
                                 " is missing: the segment before it says that "
                                 "it goes on there");
    }
    return absl::OkStatus();
  }

  absl::Status CheckHead(std::span<const std::byte> bytes, const std::string& path,
                         std::uint32_t number, bool is_first) {
    if (bytes.size() < kSegmentHeadBytes) return Damage(path, 0, "it has no head");
    ByteReader reader(bytes);
    if (reader.Get<std::uint64_t>() != kSegmentMagic) return Damage(path, 0, "it is no log");
    const auto version = reader.Get<std::uint32_t>();
    const auto said = reader.Get<std::uint32_t>();
    const Uuid uuid = {reader.Get<std::uint64_t>(), reader.Get<std::uint64_t>()};
    const auto first_sequence = reader.Get<std::uint64_t>();
    const auto previous = reader.Get<std::uint64_t>();
    const auto checksum = reader.Get<std::uint64_t>();
    if (uuid != uuid_) return Damage(path, 16, "it is of another folder");
    if (said != number ||
        checksum != Checksum(bytes.first(kSegmentHeadBytes - 16), SeedOf(uuid_, number)) ||
        !AllZero(bytes.subspan(kSegmentHeadBytes - 8, 8))) {
      return Damage(path, 0, "its head is damaged");
    }
    if (version > kLogVersion) {
      return absl::FailedPreconditionError(path + " is of version " + std::to_string(version) +
                                           ", which is newer than this release's " +
                                           std::to_string(kLogVersion));
    }
    if (version == 0 || first_sequence == 0) return Damage(path, 0, "its head says what none does");
    if (is_first) {
      scan_.last_sequence = first_sequence - 1;
      previous_ = previous;
    } else if (first_sequence != scan_.last_sequence + 1 || previous != previous_) {
      return Damage(path, 0, "it does not go on where the segment before it ends");
    }
    return absl::OkStatus();
  }

  bool IsNext(const FrameHead& head) const {
    return head.first_sequence == scan_.last_sequence + 1 && head.previous == previous_;
  }

  bool GetRecords(const FrameHead& head, std::span<const std::byte> rest,
                  std::vector<LogRecord>& records) const {
    if (rest.size() - kFrameHeadBytes < head.bytes) return false;
    std::span<const std::byte> left = rest.subspan(kFrameHeadBytes, head.bytes);
    for (std::uint32_t i = 0; i < head.records; ++i) {
      const auto offset =
          static_cast<std::uint32_t>(end_ + kFrameHeadBytes + head.bytes - left.size());
      std::optional<LogRecord> record = GetRecord(left, uuid_);
      if (!record || record->sequence != head.first_sequence + i) return false;
      record->place = {segment_, offset};
      records.push_back(*record);
    }
    return left.empty();
  }

  absl::Status Take(const FrameHead& head, std::span<const LogRecord> records) {
    for (const LogRecord& record : records) {
      if (absl::Status status = visit_(record); !status.ok()) {
        return Damage(last_path_, record.place.offset, status.message());
      }
    }
    ++scan_.frames;
    scan_.records += records.size();
    scan_.last_sequence += records.size();
    scan_.synced_through = std::max(scan_.synced_through, head.synced_through);
    marked_through_ = head.synced_through;
    previous_ = head.checksum;
    closed_ = head.closes_segment;
    end_ += kFrameHeadBytes + head.bytes;
    return absl::OkStatus();
  }

  /// There is no whole frame at `end_`: the log ends there, was being written, or is damaged.
  absl::Status End(std::span<const std::byte> rest, std::size_t index) {
    if (AllZero(rest)) {
      if (index + 1 == numbers_.size()) return absl::OkStatus();
      return EndBeforeLast(index);
    }
    // Frames that nobody waited for come to the disk in any order; only those say that this one was
    // there before them that were written after a wait.
    for (std::size_t offset = kAlignment; offset < rest.size(); offset += kAlignment) {
      const std::optional<FrameHead> head = GetFrameHead(rest.subspan(offset), uuid_);
      if (head) scan_.synced_through = std::max(scan_.synced_through, head->synced_through);
    }
    if (scan_.last_sequence < scan_.synced_through) {
      return Damage(last_path_, end_,
                    "record " + std::to_string(scan_.last_sequence + 1) +
                        " is damaged, which was on the disk");
    }
    scan_.torn_bytes = static_cast<std::uint64_t>(
        rest.rend() -
        std::find_if(rest.rbegin(), rest.rend(), [](std::byte b) { return b != std::byte{0}; }));
    scan_.torn_file = last_path_;
    return index + 1 == numbers_.size() ? absl::OkStatus() : EndBeforeLast(index);
  }

  /// The log ends in a segment behind which there is another: one that was just made, or damage.
  absl::Status EndBeforeLast(std::size_t index) {
    if (index + 2 == numbers_.size()) {
      const absl::StatusOr<bool> unused = IsUnused(numbers_.back());
      if (!unused.ok()) return unused.status();
      if (*unused) return absl::OkStatus();
    }
    return Damage(last_path_, end_, "the segment ends before its last frame");
  }

  FileSystem& files_;
  const std::string folder_;
  const Uuid uuid_;
  const std::function<absl::Status(const LogRecord&)>& visit_;
  LogScan& scan_;
  std::vector<std::uint32_t> numbers_;
  std::map<std::uint32_t, std::uint64_t> bytes_;
  std::string last_path_;
  std::uint32_t segment_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t previous_ = 0;
  std::uint64_t marked_through_ = 0;
  bool closed_ = true;
  std::optional<std::uint32_t> unused_;
};

}  // namespace

Log::Log(FileSystem& files, std::string folder, const Uuid& uuid, const LogOptions& options)
    : files_(files), folder_(std::move(folder)), uuid_(uuid), options_(options) {}

absl::Status Log::Read(FileSystem& files, const std::string& folder, const Uuid& uuid,
                       std::uint32_t first_segment, std::uint64_t known_through,
                       const std::function<absl::Status(const LogRecord&)>& visit, LogScan& scan) {
  return LogReader(files, folder, uuid, known_through, visit, scan).ReadAll(first_segment);
}

absl::StatusOr<std::unique_ptr<Log>> Log::Open(
    FileSystem& files, const std::string& folder, const Uuid& uuid, std::uint32_t first_segment,
    std::uint64_t known_through, const LogOptions& options,
    const std::function<absl::Status(const LogRecord&)>& visit, LogScan& scan) {
  std::unique_ptr<Log> log(new Log(files, folder, uuid, options));
  LogReader reader(files, folder, uuid, known_through, visit, scan);
  if (absl::Status status = reader.ReadAll(first_segment); !status.ok()) return status;
  if (absl::Status status = log->GoOn(reader.segment(), reader.end(), scan); !status.ok()) {
    return status;
  }
  log->previous_ = reader.previous();
  log->marked_through_ = reader.marked_through();
  log->segments_ = reader.bytes();
  log->last_sequence_ = scan.last_sequence;
  if (reader.unused()) {
    if (absl::Status status = files.Remove(folder + "/" + SegmentName(*reader.unused()));
        !status.ok()) {
      return status;
    }
    if (absl::Status status = files.SyncFolder(folder); !status.ok()) return status;
  }
  // What was read may be in memory alone, if the process that wrote it was killed.
  if (absl::Status status = log->file_->Sync(); !status.ok()) return status;
  log->synced_through_ = log->last_sequence_;
  return log;
}

absl::StatusOr<bool> Log::IsEmpty(FileSystem& files, const std::string& folder) {
  const absl::StatusOr<std::vector<std::string>> names = files.List(folder);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const absl::StatusOr<std::vector<std::byte>> bytes =
        ReadFile(files, absl::StrCat(folder, "/", name));
    if (!bytes.ok()) return bytes.status();
    if (!IsHeadAlone(*bytes)) return false;
  }
  return true;
}

absl::Status Log::Make(FileSystem& files, const std::string& folder, const Uuid& uuid,
                       const LogOptions& options) {
  Log log(files, folder, uuid, options);
  return log.MakeSegment(1, 1, 0, options.segment_bytes);
}

Log::~Log() {
  // Without it the last frame is only known to have been written.
  if (file_) (void)Flush();
}

absl::Status Log::GoOn(std::uint32_t segment, std::uint64_t end, LogScan& scan) {
  const std::string path = folder_ + "/" + SegmentName(segment);
  absl::StatusOr<std::unique_ptr<File>> file = files_.Open(path, FileSystem::Mode::kReadWrite);
  if (!file.ok()) return file.status();
  file_ = *std::move(file);
  const absl::StatusOr<std::uint64_t> size = file_->Size();
  if (!size.ok()) return size.status();
  segment_ = segment;
  end_ = end;
  allocated_ = *size;
  if (scan.torn_bytes == 0) return absl::OkStatus();
  // Kept aside before it is cut, for whoever wants to know.
  std::vector<std::byte> torn(scan.torn_bytes);
  if (absl::Status status = file_->Read(end, torn); !status.ok()) return status;
  const std::string aside =
      folder_ + "/" + std::string(kTornPrefix) + SegmentName(segment) + "-" + std::to_string(end);
  if (absl::Status status = files_.Remove(aside); !status.ok() && !absl::IsNotFound(status)) {
    return status;
  }
  absl::StatusOr<std::unique_ptr<File>> copy = files_.Open(aside, FileSystem::Mode::kCreate);
  if (!copy.ok()) return copy.status();
  if (absl::Status status = (*copy)->Write(0, torn); !status.ok()) return status;
  if (absl::Status status = (*copy)->Sync(); !status.ok()) return status;
  if (absl::Status status = files_.SyncFolder(folder_); !status.ok()) return status;
  scan.torn_file = aside;
  return CutBehind(end);
}

absl::Status Log::CutBehind(std::uint64_t end) {
  if (absl::Status status = file_->Truncate(end); !status.ok()) return status;
  allocated_ = end;
  return file_->Sync();
}

absl::Status Log::MakeSegment(std::uint32_t number, std::uint64_t first_sequence,
                              std::uint64_t previous, std::uint64_t bytes) {
  const std::string path = folder_ + "/" + SegmentName(number);
  // One that was being made when the disk was full, or the process ended, is in the way.
  if (absl::Status status = files_.Remove(path); !status.ok() && !absl::IsNotFound(status)) {
    return status;
  }
  absl::StatusOr<std::unique_ptr<File>> file = files_.Open(path, FileSystem::Mode::kCreate);
  if (!file.ok()) return file.status();
  absl::Status status = (*file)->Allocate(bytes);
  if (status.ok()) status = (*file)->Write(0, SegmentHead(uuid_, number, first_sequence, previous));
  if (status.ok()) status = (*file)->Sync();
  if (status.ok()) status = files_.SyncFolder(folder_);
  if (!status.ok()) {
    (void)files_.Remove(path);
    return status;
  }
  made_ = *std::move(file);
  return absl::OkStatus();
}

/// The segment at hand ends with a frame that says so, once the next is there.
absl::Status Log::StartSegment(std::uint64_t bytes) {
  const std::uint64_t room = std::max(options_.segment_bytes, kSegmentHeadBytes + bytes);
  const FrameHead closing = {.first_sequence = last_sequence_ + 1,
                             .synced_through = last_sequence_,
                             .previous = previous_,
                             .closes_segment = true};
  ByteWriter writer;
  const std::uint64_t checksum = PutFrameHead(closing, uuid_, writer);
  if (absl::Status status = MakeSegment(segment_ + 1, last_sequence_ + 1, checksum, room);
      !status.ok()) {
    return status;
  }
  if (absl::Status status = file_->Sync(); !status.ok()) return status;
  if (absl::Status status = file_->Write(end_, writer.bytes()); !status.ok()) {
    (void)CutBehind(end_);
    return status;
  }
  if (absl::Status status = file_->Sync(); !status.ok()) return status;
  file_ = std::move(made_);
  ++segment_;
  end_ = kSegmentHeadBytes;
  allocated_ = room;
  previous_ = checksum;
  marked_through_ = last_sequence_;
  const std::lock_guard<std::mutex> lock(mutex_);
  segments_[segment_] = room;
  return absl::OkStatus();
}

absl::Status Log::WriteFrame(std::span<Waiting* const> group) {
  const auto put = [&](ByteWriter& writer) {
    FrameHead head{.records = 0,
                   .bytes = 0,
                   .first_sequence = last_sequence_ + 1,
                   .synced_through = synced_through_,
                   .previous = previous_};
    for (const Waiting* waiting : group) {
      head.records += static_cast<std::uint32_t>(waiting->records.size());
      head.bytes += static_cast<std::uint32_t>(waiting->bytes());
    }
    writer.Reserve(kFrameHeadBytes + head.bytes);
    const std::uint64_t checksum = PutFrameHead(head, uuid_, writer);
    std::uint64_t sequence = head.first_sequence;
    for (Waiting* waiting : group) {
      for (LogRecord& record : waiting->records) {
        record.sequence = sequence++;
        if (record.origin == 0) record.origin = record.sequence;
        record.place.segment = segment_;
        record.place.offset = static_cast<std::uint32_t>(end_ + PutRecord(record, uuid_, writer));
      }
    }
    return checksum;
  };
  ByteWriter writer;
  std::uint64_t checksum = put(writer);
  // Room is left for the frame that closes the segment.
  if (end_ > kSegmentHeadBytes && end_ + writer.size() + kFrameHeadBytes > options_.segment_bytes) {
    if (absl::Status status = StartSegment(writer.size() + kFrameHeadBytes); !status.ok()) {
      return status;
    }
    writer = ByteWriter();
    checksum = put(writer);
  }
  if (absl::Status status = file_->Write(end_, writer.bytes()); !status.ok()) {
    // What was written of it would be taken for a torn end.
    (void)CutBehind(end_);
    return status;
  }
  end_ += writer.size();
  previous_ = checksum;
  marked_through_ = synced_through_;
  return absl::OkStatus();
}

void Log::TakeTurn(std::unique_lock<std::mutex>& lock) {
  turn_ended_.wait(lock, [this] { return !busy_; });
  busy_ = true;
}

void Log::EndTurn() {
  busy_ = false;
  turn_ended_.notify_all();
}

std::size_t Log::Waiting::bytes() const {
  std::size_t bytes = 0;
  for (const LogRecord& record : records) bytes += kRecordHeadBytes + Padded(record.body.size());
  return bytes;
}

absl::StatusOr<std::vector<Log::Written>> Log::Append(std::span<const NewRecord> records,
                                                      bool sync) {
  Waiting self{.records = {}, .sync = sync && options_.syncs};
  for (const NewRecord& record : records) {
    self.records.push_back({.subject = record.subject, .body = record.body});
  }
  if (absl::Status status = Write(self); !status.ok()) return status;
  std::vector<Written> written;
  for (const LogRecord& record : self.records) written.push_back({record.sequence, record.place});
  return written;
}

absl::StatusOr<Log::Written> Log::Move(const LogRecord& record) {
  Waiting self{.records = {record}};
  if (absl::Status status = Write(self); !status.ok()) return status;
  return Written{self.records[0].sequence, self.records[0].place};
}

absl::Status Log::Write(Waiting& self) {
  if (self.bytes() > kMostBytesAtOnce) {
    return absl::ResourceExhaustedError("a batch of " + std::to_string(self.bytes()) +
                                        " bytes is more than the log takes at once, " +
                                        std::to_string(kMostBytesAtOnce));
  }
  std::unique_lock<std::mutex> lock(mutex_);
  waiting_.push_back(&self);
  while (!self.done) {
    turn_ended_.wait(lock, [&] { return self.done || !busy_; });
    if (self.done) break;
    busy_ = true;
    WriteGroup(lock);
    EndTurn();
  }
  return self.status;
}

/// Writes what waits, or as much of it as one frame takes. Those who come meanwhile take the next
/// turn.
void Log::WriteGroup(std::unique_lock<std::mutex>& lock) {
  std::vector<Waiting*> group;
  std::size_t bytes = 0;
  bool sync = false;
  auto end = waiting_.begin();
  for (; end != waiting_.end() && (group.empty() || bytes < kMostGroupBytes); ++end) {
    bytes += (*end)->bytes();
    sync = sync || (*end)->sync;
    group.push_back(*end);
  }
  waiting_.erase(waiting_.begin(), end);
  lock.unlock();
  absl::Status status = WriteFrame(group);
  const bool written = status.ok();
  if (written && sync) status = file_->Sync();
  lock.lock();
  if (written) {
    for (const Waiting* const waiting : group) last_sequence_ += waiting->records.size();
  }
  if (written && sync && status.ok()) synced_through_ = last_sequence_;
  for (Waiting* waiting : group) {
    waiting->status = status;
    waiting->done = true;
  }
}

absl::Status Log::Sync() {
  std::unique_lock<std::mutex> lock(mutex_);
  TakeTurn(lock);
  absl::Status status;
  if (options_.syncs && synced_through_ < last_sequence_) {
    const std::uint64_t through = last_sequence_;
    lock.unlock();
    status = file_->Sync();
    lock.lock();
    if (status.ok()) synced_through_ = through;
  }
  EndTurn();
  return status;
}

absl::StatusOr<LogEnd> Log::Flush() {
  std::unique_lock<std::mutex> lock(mutex_);
  TakeTurn(lock);
  absl::Status status;
  const std::uint64_t through = last_sequence_;
  if (marked_through_ < through) {
    lock.unlock();
    status = file_->Sync();
    if (status.ok()) {
      lock.lock();
      synced_through_ = through;
      lock.unlock();
      status = WriteFrame({});
      if (status.ok()) status = file_->Sync();
    }
    lock.lock();
  }
  const LogEnd end{.segment = segment_, .offset = end_, .last_sequence = through};
  EndTurn();
  if (!status.ok()) return status;
  return end;
}

absl::StatusOr<std::uint32_t> Log::StartNewSegment() {
  std::unique_lock<std::mutex> lock(mutex_);
  TakeTurn(lock);
  lock.unlock();
  absl::Status status;
  if (end_ > kSegmentHeadBytes) status = StartSegment(0);
  const std::uint32_t segment = segment_;
  lock.lock();
  EndTurn();
  if (!status.ok()) return status;
  return segment;
}

absl::Status Log::CopyTo(const std::string& folder, const LogEnd& end) const {
  std::vector<std::uint32_t> numbers;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& [number, bytes] : segments_) {
      if (number <= end.segment) numbers.push_back(number);
    }
  }
  for (const std::uint32_t number : numbers) {
    const std::string name = SegmentName(number);
    absl::Status status =
        CopyFile(files_, absl::StrCat(folder_, "/", name), absl::StrCat(folder, "/", name),
                 number == end.segment ? std::optional(end.offset) : std::nullopt);
    if (!status.ok()) return status;
  }
  return files_.SyncFolder(folder);
}

std::uint64_t Log::last_sequence() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return last_sequence_;
}

std::uint32_t Log::last_segment() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return segments_.rbegin()->first;
}

std::uint64_t Log::bytes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& [number, of_segment] : segments_) bytes += of_segment;
  return bytes;
}

absl::Status Log::ReadAt(std::span<const LogPlace> places,
                         const std::function<absl::Status(const LogRecord&)>& visit) const {
  std::unique_ptr<File> file;
  std::uint32_t opened = 0;
  std::vector<std::byte> bytes;
  for (const LogPlace& place : places) {
    const std::string path = folder_ + "/" + SegmentName(place.segment);
    if (!file || opened != place.segment) {
      absl::StatusOr<std::unique_ptr<File>> next = files_.Open(path, FileSystem::Mode::kRead);
      if (!next.ok()) return next.status();
      file = *std::move(next);
      opened = place.segment;
    }
    bytes.resize(kRecordHeadBytes);
    if (absl::Status status = file->Read(place.offset, bytes); !status.ok()) return status;
    const std::size_t body = ByteReader(bytes).Get<std::uint32_t>();
    std::optional<LogRecord> record;
    if (body <= kMostBytesAtOnce) {
      bytes.resize(kRecordHeadBytes + Padded(body));
      if (absl::Status status = file->Read(place.offset, bytes); !status.ok()) return status;
      std::span<const std::byte> left = bytes;
      record = GetRecord(left, uuid_);
    }
    if (!record) {
      return absl::DataLossError(path + ", byte " + std::to_string(place.offset) +
                                 ": the record is damaged");
    }
    record->place = place;
    absl::Status status = visit(*record);
    if (absl::IsDataLoss(status)) {
      return absl::DataLossError(
          absl::StrCat(path, ", byte ", place.offset, ": ", status.message()));
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Log::ReadAll(const std::function<absl::Status(const LogRecord&)>& visit,
                          LogScan& scan) {
  std::unique_lock<std::mutex> lock(mutex_);
  TakeTurn(lock);
  const std::uint32_t first = segments_.begin()->first;
  const std::uint64_t known_through = last_sequence_;
  lock.unlock();
  absl::Status status = Read(files_, folder_, uuid_, first, known_through, visit, scan);
  lock.lock();
  EndTurn();
  return status;
}

absl::Status Log::RemoveUnneeded(std::uint32_t first) {
  const absl::StatusOr<std::vector<std::string>> names = files_.List(folder_);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const std::optional<std::uint32_t> number = NumberOf(name);
    if (!number || *number >= first) continue;
    if (absl::Status status = files_.Remove(folder_ + "/" + name); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Log::RemoveTorn() {
  const absl::StatusOr<std::vector<std::string>> names = files_.List(folder_);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!name.starts_with(kTornPrefix)) continue;
    if (absl::Status status = files_.Remove(folder_ + "/" + name); !status.ok()) return status;
  }
  return files_.SyncFolder(folder_);
}

absl::Status Log::RemoveBefore(std::uint32_t first) {
  std::vector<std::uint32_t> gone;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    while (segments_.begin()->first < first) {
      gone.push_back(segments_.begin()->first);
      segments_.erase(segments_.begin());
    }
  }
  for (const std::uint32_t number : gone) {
    absl::Status status = files_.Remove(folder_ + "/" + SegmentName(number));
    if (!status.ok() && !absl::IsNotFound(status)) return status;
  }
  return absl::OkStatus();
}

}  // namespace pinmetrics
