#include "durable/log_salvage.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "durable/log_reader.h"

namespace pinmetrics {
namespace {

class LogSalvage {
 public:
  LogSalvage(FileSystem& files, const std::string& folder, const Uuid& uuid,
             const ExpectedLog& expected)
      : files_(files),
        folder_(folder),
        uuid_(uuid),
        known_(expected),
        synced_through_(expected.known_through) {}

  absl::StatusOr<SalvagedLog> Read(const std::function<absl::Status(const LogRecord&)>& visit) {
    const absl::StatusOr<std::vector<std::string>> names = files_.List(folder_);
    if (!names.ok()) return names.status();
    last_segment_ = known_.first_segment;
    for (const std::string& name : *names) {
      const std::optional<std::uint32_t> number = NumberOf(name);
      if (number) last_segment_ = std::max(last_segment_, *number);
    }
    // Once to know what was synced, which the last frame tells; once for the records.
    for (const bool is_last_pass : {false, true}) {
      takes_ = is_last_pass;
      found_ = {};
      for (std::uint32_t number = known_.first_segment; number <= last_segment_ && !is_torn_;
           ++number) {
        if (absl::Status status = ReadSegment(number, visit); !status.ok()) return status;
      }
      absl::Status status = CheckCatalogueIsNotOlder(folder_, catalogue_changes_, known_);
      if (!status.ok()) return status;
    }
    if (expected_ <= synced_through_) Lose(expected_, synced_through_);
    found_.next_segment = last_segment_ + 1;
    found_.last_sequence = std::max(expected_, std::uint64_t{1}) - 1;
    return std::move(found_);
  }

 private:
  std::string PathOf(std::uint32_t number) const {
    return absl::StrCat(folder_, "/", SegmentName(number));
  }

  void Damaged(std::uint32_t number, absl::string_view what) {
    found_.damage.push_back(absl::StrCat(PathOf(number), what));
    found_.damaged_segments.insert(number);
  }

  void Lose(std::uint64_t first, std::uint64_t last) {
    if (found_.damage.empty()) {
      found_.damage.push_back(absl::StrCat(folder_, ": records from ", first, " on are missing"));
    }
    found_.lost.push_back({.origin = last});
    expected_ = last + 1;
  }

  absl::Status ReadSegment(std::uint32_t number,
                           const std::function<absl::Status(const LogRecord&)>& visit) {
    const absl::StatusOr<std::vector<std::byte>> file = ReadSegmentFile(files_, PathOf(number));
    if (absl::IsNotFound(file.status())) {
      Damaged(number, " is missing");
      return absl::OkStatus();
    }
    if (absl::IsDataLoss(file.status())) {
      Damaged(number, " has more bytes than any");
      return absl::OkStatus();
    }
    if (!file.ok()) return file.status();
    const std::span<const std::byte> bytes = *file;
    found_.segments[number] = bytes.size();
    const std::optional<std::uint64_t> first = FirstSequenceOf(bytes, uuid_, number);
    if (!first) {
      Damaged(number, ", byte 0: its head is damaged");
    } else if (expected_ == 0) {
      // Of those in segments before it nothing is known.
      expected_ = number == known_.first_segment ? *first : 1;
    }
    bool in_damage = false;
    for (std::size_t at = kSegmentHeadBytes; at < bytes.size() && !is_torn_;) {
      const std::span<const std::byte> rest = bytes.subspan(at);
      if (const std::optional<FrameHead> head = GetFrameHead(rest, uuid_)) {
        synced_through_ = std::max(synced_through_, head->synced_through);
        catalogue_changes_ = std::max(catalogue_changes_, head->catalogue_changes);
        in_damage = false;
        at += kFrameHeadBytes;
        continue;
      }
      const std::optional<RecordHead> head = GetRecordHead(rest, uuid_);
      if (head && head->record.sequence >= expected_) {
        in_damage = false;
        const LogPlace place{.segment = number, .offset = static_cast<std::uint32_t>(at)};
        if (absl::Status status = TakeRecord(*head, rest, place, visit); !status.ok()) {
          return status;
        }
        at += std::min(RecordBytes(head->body_bytes), rest.size());
        continue;
      }
      const std::size_t step = std::min(kLogAlignment, rest.size());
      if (!in_damage && !AllZero(rest.first(step))) {
        in_damage = true;
        Damaged(number, absl::StrCat(", byte ", at, ": neither a frame nor a record"));
      }
      at += step;
    }
    return absl::OkStatus();
  }

  absl::Status TakeRecord(const RecordHead& head, std::span<const std::byte> rest, LogPlace place,
                          const std::function<absl::Status(const LogRecord&)>& visit) {
    if (!takes_) return absl::OkStatus();
    const std::uint64_t sequence = head.record.sequence;
    if (expected_ == 0) {
      const bool is_first = place.segment == known_.first_segment &&
                            place.offset == kSegmentHeadBytes + kFrameHeadBytes;
      expected_ = is_first ? sequence : 1;
    }
    std::optional<LogRecord> record = GetRecord(rest, uuid_);
    // What is missing and was never waited for ends the log, as a torn end does.
    if (expected_ < sequence && expected_ <= synced_through_) Lose(expected_, sequence - 1);
    is_torn_ = expected_ < sequence || (!record && sequence > synced_through_);
    if (is_torn_) {
      found_.damaged_segments.insert(place.segment);
      return absl::OkStatus();
    }
    expected_ = sequence + 1;
    if (!record) {
      Damaged(place.segment, absl::StrCat(", byte ", place.offset, ": the record is damaged"));
      found_.lost.push_back({.subject = head.record.subject, .origin = head.record.origin});
      return absl::OkStatus();
    }
    ++found_.records;
    record->place = place;
    return visit(*record);
  }

  FileSystem& files_;
  const std::string& folder_;
  const Uuid uuid_;
  const ExpectedLog known_;
  std::uint64_t synced_through_;
  std::uint64_t catalogue_changes_ = 0;  ///< The most that a frame knows of.
  std::uint32_t last_segment_ = 0;
  bool takes_ = false;          ///< In the second pass.
  std::uint64_t expected_ = 0;  ///< The next record's sequence; 0 before anything is known.
  bool is_torn_ = false;
  SalvagedLog found_;
};

}  // namespace

absl::StatusOr<SalvagedLog> SalvageLog(FileSystem& files, const std::string& folder,
                                       const Uuid& uuid, const ExpectedLog& expected,
                                       const std::function<absl::Status(const LogRecord&)>& visit) {
  return LogSalvage(files, folder, uuid, expected).Read(visit);
}

}  // namespace pinmetrics
