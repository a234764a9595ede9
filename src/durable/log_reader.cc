#include "durable/log_reader.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "durable/bytes.h"
#include "store/block/checksum.h"

namespace pinmetrics {

absl::StatusOr<std::vector<std::byte>> ReadSegmentFile(FileSystem& files, const std::string& path) {
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

absl::Status CheckCatalogueIsNotOlder(const std::string& folder, std::uint64_t known_to_log,
                                      const ExpectedLog& expected) {
  if (known_to_log <= expected.catalogue_changes) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      folder, ": the catalogue is older than the log: it was changed ", expected.catalogue_changes,
      " times, and the log was written after ", known_to_log,
      " changes; expected the catalogue that the log was written with, or all files of one copy"));
}

absl::Status LogReader::ReadAll() {
  const absl::StatusOr<std::vector<std::string>> names = files_.List(folder_);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const std::optional<std::uint32_t> number = NumberOf(name);
    // What is before was not removed in time; nothing of it is needed.
    if (number && *number >= expected_.first_segment) numbers_.push_back(*number);
  }
  for (std::size_t i = 0; i < numbers_.size() || i == 0; ++i) {
    const auto expected = static_cast<std::uint32_t>(expected_.first_segment + i);
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
                      ", and record " + std::to_string(scan_.synced_through) + " was on the disk");
  }
  return CheckCatalogueIsNotOlder(folder_, scan_.catalogue_changes, expected_);
}

absl::Status LogReader::Damage(const std::string& path, std::uint64_t offset,
                               absl::string_view what) {
  return absl::DataLossError(absl::StrCat(path, ", byte ", offset, ": ", what));
}

absl::StatusOr<bool> LogReader::IsUnused(std::uint32_t number) {
  const absl::StatusOr<std::vector<std::byte>> bytes = ReadSegmentFile(files_, PathOf(number));
  if (!bytes.ok()) return bytes.status();
  return IsHeadAlone(*bytes);
}

absl::Status LogReader::ReadSegment(std::size_t index) {
  const std::uint32_t number = numbers_[index];
  const std::string path = PathOf(number);
  absl::StatusOr<std::vector<std::byte>> file = ReadSegmentFile(files_, path);
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

absl::Status LogReader::CheckHead(std::span<const std::byte> bytes, const std::string& path,
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

bool LogReader::IsNext(const FrameHead& head) const {
  return head.first_sequence == scan_.last_sequence + 1 && head.previous == previous_;
}

bool LogReader::GetRecords(const FrameHead& head, std::span<const std::byte> rest,
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

absl::Status LogReader::Take(const FrameHead& head, std::span<const LogRecord> records) {
  for (const LogRecord& record : records) {
    if (absl::Status status = visit_(record); !status.ok()) {
      return Damage(last_path_, record.place.offset, status.message());
    }
  }
  scan_.records += records.size();
  scan_.last_sequence += records.size();
  scan_.synced_through = std::max(scan_.synced_through, head.synced_through);
  scan_.catalogue_changes = std::max(scan_.catalogue_changes, head.catalogue_changes);
  marked_through_ = head.synced_through;
  previous_ = head.checksum;
  closed_ = head.closes_segment;
  end_ += kFrameHeadBytes + head.bytes;
  return absl::OkStatus();
}

absl::Status LogReader::End(std::span<const std::byte> rest, std::size_t index) {
  if (AllZero(rest)) {
    if (index + 1 == numbers_.size()) return absl::OkStatus();
    return EndBeforeLast(index);
  }
  // Frames that nobody waited for come to the disk in any order; only those say that this one was
  // there before them that were written after a wait.
  for (std::size_t offset = kLogAlignment; offset < rest.size(); offset += kLogAlignment) {
    const std::optional<FrameHead> head = GetFrameHead(rest.subspan(offset), uuid_);
    if (!head) continue;
    scan_.synced_through = std::max(scan_.synced_through, head->synced_through);
    scan_.catalogue_changes = std::max(scan_.catalogue_changes, head->catalogue_changes);
  }
  if (scan_.last_sequence < scan_.synced_through) {
    return Damage(
        last_path_, end_,
        "record " + std::to_string(scan_.last_sequence + 1) + " is damaged, which was on the disk");
  }
  scan_.torn_bytes = static_cast<std::uint64_t>(
      rest.rend() -
      std::find_if(rest.rbegin(), rest.rend(), [](std::byte b) { return b != std::byte{0}; }));
  scan_.torn_file = last_path_;
  return index + 1 == numbers_.size() ? absl::OkStatus() : EndBeforeLast(index);
}

absl::Status LogReader::EndBeforeLast(std::size_t index) {
  if (index + 2 == numbers_.size()) {
    const absl::StatusOr<bool> unused = IsUnused(numbers_.back());
    if (!unused.ok()) return unused.status();
    if (*unused) return absl::OkStatus();
  }
  return Damage(last_path_, end_, "the segment ends before its last frame");
}

}  // namespace pinmetrics
