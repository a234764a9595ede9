#include "durable/log.h"

#include <algorithm>
#include <exception>
#include <new>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "durable/bytes.h"
#include "durable/copy_file.h"

namespace pinmetrics {
namespace {

constexpr std::string_view kTornPrefix = "torn-";
constexpr const char* kDamagedPrefix = "damaged-";
/// A frame takes no more of those who wait once it has so many bytes.
constexpr std::size_t kMostFrameBytes = std::size_t{32} << 20;
/// The most that is written at once.
constexpr std::size_t kMostBytesAtOnce = std::size_t{1} << 30;

}  // namespace

Log::Log(FileSystem& files, std::string folder, const Uuid& uuid, const LogOptions& options)
    : files_(files), folder_(std::move(folder)), uuid_(uuid), options_(options) {}

absl::Status Log::Read(FileSystem& files, const std::string& folder, const Uuid& uuid,
                       const ExpectedLog& expected,
                       const std::function<absl::Status(const LogRecord&)>& visit, LogScan& scan) {
  return LogReader(files, folder, uuid, expected, visit, scan).ReadAll();
}

absl::StatusOr<std::unique_ptr<Log>> Log::Open(
    FileSystem& files, const std::string& folder, const Uuid& uuid, const ExpectedLog& expected,
    const LogOptions& options, const std::function<absl::Status(const LogRecord&)>& visit,
    LogScan& scan) {
  std::unique_ptr<Log> log(new Log(files, folder, uuid, options));
  LogReader reader(files, folder, uuid, expected, visit, scan);
  if (absl::Status status = reader.ReadAll(); !status.ok()) return status;
  if (absl::Status status = log->GoOn(reader.segment(), reader.end(), scan); !status.ok()) {
    return status;
  }
  log->previous_ = reader.previous();
  log->marked_through_ = reader.marked_through();
  log->catalogue_changes_ = scan.catalogue_changes;
  log->segments_ = reader.bytes();
  log->last_sequence_ = scan.last_sequence;
  if (reader.unused()) {
    if (absl::Status status = files.Remove(folder + "/" + SegmentName(*reader.unused()));
        !status.ok()) {
      return status;
    }
    if (absl::Status status = files.SyncFolder(folder); !status.ok()) return status;
  }
  // Of the one before the last it is the frame that ends it.
  for (const std::uint32_t number : {log->segment_ - 1, log->segment_}) {
    if (!log->segments_.contains(number)) continue;
    if (absl::Status status = log->SyncSegment(number); !status.ok()) return status;
  }
  log->synced_through_ = log->last_sequence_;
  return log;
}

absl::StatusOr<std::unique_ptr<Log>> Log::OpenBehind(FileSystem& files, const std::string& folder,
                                                     const Uuid& uuid, const SalvagedLog& salvaged,
                                                     const LogOptions& options) {
  std::unique_ptr<Log> log(new Log(files, folder, uuid, options));
  log->segments_ = salvaged.segments;
  log->last_sequence_ = salvaged.last_sequence;
  log->synced_through_ = salvaged.last_sequence;
  log->marked_through_ = salvaged.last_sequence;
  log->segment_ = salvaged.next_segment;
  log->end_ = kSegmentHeadBytes;
  for (const auto& [number, bytes] : salvaged.segments) {
    if (absl::Status status = log->SyncSegment(number); !status.ok()) return status;
  }
  absl::Status status =
      log->MakeSegment(log->segment_, log->last_sequence_ + 1, 0, options.segment_bytes);
  if (!status.ok()) return status;
  log->file_ = std::move(log->made_);
  log->segments_[log->segment_] = options.segment_bytes;
  return log;
}

absl::Status Log::SyncSegment(std::uint32_t number) const {
  const absl::StatusOr<std::unique_ptr<File>> file =
      files_.Open(folder_ + "/" + SegmentName(number), FileSystem::Mode::kReadWrite);
  if (!file.ok()) return file.status();
  return (*file)->Sync();
}

absl::StatusOr<bool> Log::IsEmpty(FileSystem& files, const std::string& folder) {
  const absl::StatusOr<std::vector<std::string>> names = files.List(folder);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const absl::StatusOr<std::vector<std::byte>> bytes =
        ReadSegmentFile(files, absl::StrCat(folder, "/", name));
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
  segment_ = segment;
  end_ = end;
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
  std::map<std::uint32_t, std::uint64_t> made = {{segment_ + 1, room}};
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
  previous_ = checksum;
  marked_through_ = last_sequence_;
  is_synced_ = true;
  const std::lock_guard<std::mutex> lock(mutex_);
  segments_.merge(made);
  return absl::OkStatus();
}

absl::Status Log::WriteFrame(std::span<SharedTurns::Turn* const> turns) {
  std::uint32_t records = 0;
  for (const SharedTurns::Turn* const turn : turns) {
    records += static_cast<std::uint32_t>(static_cast<const Write*>(turn)->records.size());
  }
  const auto put = [&](ByteWriter& writer) {
    FrameHead head{.records = records,
                   .bytes = 0,
                   .first_sequence = last_sequence_ + 1,
                   .synced_through = synced_through_,
                   .previous = previous_,
                   .catalogue_changes = catalogue_changes_};
    for (const SharedTurns::Turn* const turn : turns) {
      head.bytes += static_cast<std::uint32_t>(static_cast<const Write*>(turn)->bytes());
    }
    writer.Reserve(kFrameHeadBytes + head.bytes);
    const std::uint64_t checksum = PutFrameHead(head, uuid_, writer);
    std::uint64_t sequence = head.first_sequence;
    for (SharedTurns::Turn* const turn : turns) {
      for (LogRecord& record : static_cast<Write*>(turn)->records) {
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
  is_synced_ = false;
  const std::lock_guard<std::mutex> lock(mutex_);
  last_sequence_ += records;
  return absl::OkStatus();
}

absl::Status Log::SyncWritten() {
  if (absl::Status status = file_->Sync(); !status.ok()) return status;
  synced_through_ = last_sequence_;
  is_synced_ = true;
  return absl::OkStatus();
}

std::size_t Log::Write::bytes() const {
  std::size_t bytes = 0;
  for (const LogRecord& record : records) bytes += RecordBytes(record.body.size());
  return bytes;
}

absl::StatusOr<std::vector<Log::Written>> Log::Append(std::span<const NewRecord> records,
                                                      bool sync) {
  Write write;
  write.sync = sync && options_.syncs;
  write.records.reserve(records.size());
  for (const NewRecord& record : records) {
    write.records.push_back({.subject = record.subject, .body = record.body});
  }
  // Nothing fails any more once they are written.
  std::vector<Written> written(records.size());
  if (absl::Status status = Do(write); !status.ok()) return status;
  for (std::size_t i = 0; i < written.size(); ++i) {
    written[i] = {write.records[i].sequence, write.records[i].place};
  }
  return written;
}

absl::StatusOr<Log::Written> Log::Move(const LogRecord& record) {
  Write write;
  write.records = {record};
  if (absl::Status status = Do(write); !status.ok()) return status;
  return Written{write.records[0].sequence, write.records[0].place};
}

absl::Status Log::Do(Write& write) {
  if (write.bytes() > kMostBytesAtOnce) {
    return absl::ResourceExhaustedError("a batch of " + std::to_string(write.bytes()) +
                                        " bytes is more than the log takes at once, " +
                                        std::to_string(kMostBytesAtOnce));
  }
  appends_.Take(write, [this](std::span<SharedTurns::Turn* const> turns) {
    WriteTogether(turns);
    return true;
  });
  return std::move(write.status);
}

void Log::WriteTogether(std::span<SharedTurns::Turn* const> turns) {
  const std::lock_guard<std::mutex> lock(turn_);
  const auto each = [](std::span<SharedTurns::Turn* const> some, auto visit) {
    for (SharedTurns::Turn* const turn : some) visit(static_cast<Write&>(*turn));
  };
  bool sync = false;
  for (auto rest = turns; !rest.empty();) {
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < rest.size() && bytes < kMostFrameBytes; ++count) {
      bytes += static_cast<const Write&>(*rest[count]).bytes();
    }
    const auto frame = rest.first(count);
    rest = rest.subspan(count);
    try {
      const absl::Status status = WriteFrame(frame);
      each(frame, [&](Write& write) {
        write.status = status;
        sync = sync || (status.ok() && write.sync);
      });
    } catch (...) {
      // Memory ran out before anything was written.
      each(frame, [](Write& write) { write.error = std::current_exception(); });
    }
  }
  if (!sync) return;
  const absl::Status status = SyncWritten();
  each(turns, [&](Write& write) {
    if (write.status.ok()) write.status = status;
  });
}

absl::Status Log::Sync() {
  const std::lock_guard<std::mutex> lock(turn_);
  if (!options_.syncs || synced_through_ == last_sequence_) return absl::OkStatus();
  return SyncWritten();
}

absl::StatusOr<LogEnd> Log::Flush() {
  const std::lock_guard<std::mutex> lock(turn_);
  if (marked_through_ < last_sequence_) {
    absl::Status status = is_synced_ ? absl::OkStatus() : SyncWritten();
    if (status.ok()) status = WriteFrame({});
    if (!status.ok()) return status;
  }
  if (!is_synced_) {
    if (absl::Status status = SyncWritten(); !status.ok()) return status;
  }
  return LogEnd{.segment = segment_, .offset = end_, .last_sequence = last_sequence_};
}

void Log::NoteCatalogueChanges(std::uint64_t changes) {
  const std::lock_guard<std::mutex> lock(turn_);
  catalogue_changes_ = changes;
  try {
    (void)WriteFrame({});
  } catch (const std::bad_alloc&) {
    // As without room on the disk.
  }
}

absl::StatusOr<std::uint32_t> Log::StartNewSegment() {
  const std::lock_guard<std::mutex> lock(turn_);
  if (end_ > kSegmentHeadBytes) {
    if (absl::Status status = StartSegment(0); !status.ok()) return status;
  }
  return segment_;
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
      bytes.resize(RecordBytes(body));
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
  const std::lock_guard<std::mutex> turn(turn_);
  std::uint32_t first = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    first = segments_.begin()->first;
  }
  return Read(files_, folder_, uuid_,
              {.first_segment = first,
               .known_through = last_sequence_,
               .catalogue_changes = catalogue_changes_},
              visit, scan);
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

absl::Status Log::SetAside(const std::set<std::uint32_t>& segments) {
  for (const std::uint32_t number : segments) {
    const std::string name = SegmentName(number);
    const std::string aside = absl::StrCat(folder_, "/", kDamagedPrefix, name);
    absl::Status status = files_.Remove(aside);
    if (status.ok() || absl::IsNotFound(status)) {
      status = CopyFile(files_, absl::StrCat(folder_, "/", name), aside);
    }
    // Of one that is missing there is nothing to copy.
    if (!status.ok() && !absl::IsNotFound(status)) return status;
  }
  return files_.SyncFolder(folder_);
}

absl::Status Log::RemoveAsides() {
  const absl::StatusOr<std::vector<std::string>> names = files_.List(folder_);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!name.starts_with(kTornPrefix) && !name.starts_with(kDamagedPrefix)) continue;
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
