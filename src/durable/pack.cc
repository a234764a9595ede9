#include "durable/pack.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "calendar/day_number.h"
#include "durable/bytes.h"
#include "durable/record.h"
#include "pinmetrics/calendar/date_range.h"
#include "store/block/checksum.h"

namespace pinmetrics {
namespace {

constexpr std::uint64_t kPackMagic = 0x314b4341504d50;  // "PMPACK1"
constexpr std::uint64_t kPartMagic = 0x3154524150504d;  // "MPPART1"
constexpr std::uint32_t kPackVersion = 1;
constexpr std::size_t kPartAlignment = 64;
/// Of the pack and of each part.
constexpr std::size_t kPackHeadBytes = 64;

std::string TemporaryName(std::uint32_t number) { return PackName(number) + ".tmp"; }

std::vector<std::byte> PackHead(const Uuid& uuid, std::uint32_t number) {
  ByteWriter writer;
  writer.Put(kPackMagic);
  writer.Put(kPackVersion);
  writer.Put(number);
  writer.Put(uuid[0]);
  writer.Put(uuid[1]);
  writer.Put(Checksum(writer.bytes(), number));
  writer.Align(kPackHeadBytes);
  return writer.Take();
}

std::vector<std::byte> PartHead(const Uuid& uuid, const PartKey& key, std::uint64_t bytes,
                                std::uint64_t checksum) {
  ByteWriter writer;
  writer.Put(kPartMagic);
  writer.Put(static_cast<std::uint64_t>(key.kind));
  writer.Put(key.account);
  writer.Put(key.number);
  writer.Put(bytes);
  writer.Put(checksum);
  writer.Put(Checksum(writer.bytes(), uuid[0]));
  writer.Align(kPackHeadBytes);
  return writer.Take();
}

/// Bytes that are right but stand for another part have another checksum.
std::uint64_t PartChecksum(const Uuid& uuid, const PartKey& key, std::span<const std::byte> bytes) {
  ByteWriter seed;
  seed.Put(uuid[0]);
  seed.Put(uuid[1]);
  seed.Put(key.account);
  seed.Put(static_cast<std::uint64_t>(key.kind));
  seed.Put(key.number);
  return Checksum(bytes, Checksum(seed.bytes(), 0));
}

}  // namespace

absl::CivilDay DayOf(const PartKey& key) {
  return DayOfNumber(static_cast<std::int32_t>(key.number));
}

std::string ToString(const PartKey& key) {
  std::string text;
  switch (key.kind) {
    case PartKind::kBlock:
      text = "block of " + ToString(DayOf(key));
      break;
    case PartKind::kViewers:
      text = "viewers from number " + std::to_string(key.number) + " on";
      break;
    case PartKind::kPins:
      text = "Pins from version " + std::to_string(key.number) + " on";
      break;
    case PartKind::kLostDays:
      text = "lost days from " + ToString(DayOf(key)) + " on";
      break;
  }
  return text + " of account " + std::to_string(key.account);
}

std::string PackName(std::uint32_t number) {
  return absl::StrCat(absl::Dec(number, absl::kZeroPad12), ".pack");
}

absl::StatusOr<std::unique_ptr<PackWriter>> PackWriter::Make(FileSystem& files, std::string folder,
                                                             const Uuid& uuid,
                                                             std::uint32_t number) {
  std::unique_ptr<PackWriter> writer(new PackWriter(files, std::move(folder), uuid, number));
  const std::string path = writer->folder_ + "/" + TemporaryName(number);
  // One that was being written when the process ended is in the way.
  if (absl::Status status = files.Remove(path); !status.ok() && !absl::IsNotFound(status)) {
    return status;
  }
  absl::StatusOr<std::unique_ptr<File>> file = files.Open(path, FileSystem::Mode::kCreate);
  if (!file.ok()) return file.status();
  writer->file_ = *std::move(file);
  const std::vector<std::byte> head = PackHead(uuid, number);
  if (absl::Status status = writer->file_->Write(0, head); !status.ok()) return status;
  writer->end_ = head.size();
  return writer;
}

PackWriter::~PackWriter() {
  if (!finished_ && file_) (void)files_.Remove(folder_ + "/" + TemporaryName(number_));
}

absl::StatusOr<PartPlace> PackWriter::Add(const PartKey& key, std::span<const std::byte> bytes) {
  const PartPlace place = {.pack = number_,
                           .offset = end_,
                           .bytes = bytes.size(),
                           .checksum = PartChecksum(uuid_, key, bytes)};
  const std::vector<std::byte> head = PartHead(uuid_, key, place.bytes, place.checksum);
  if (absl::Status status = file_->Write(end_, head); !status.ok()) return status;
  if (absl::Status status = file_->Write(end_ + head.size(), bytes); !status.ok()) return status;
  end_ += head.size() + (bytes.size() + kPartAlignment - 1) / kPartAlignment * kPartAlignment;
  return place;
}

absl::Status PackWriter::Finish() {
  // The last part is padded as the others are.
  if (absl::Status status = file_->Truncate(end_); !status.ok()) return status;
  if (absl::Status status = file_->Sync(); !status.ok()) return status;
  const std::string temporary = folder_ + "/" + TemporaryName(number_);
  if (absl::Status status = files_.Rename(temporary, folder_ + "/" + PackName(number_));
      !status.ok()) {
    return status;
  }
  finished_ = true;
  return files_.SyncFolder(folder_);
}

absl::Status CheckHead(FileSystem& files, const std::string& folder, const Uuid& uuid,
                       std::uint32_t number) {
  const std::string path = folder + "/" + PackName(number);
  const absl::StatusOr<std::unique_ptr<File>> file = files.Open(path, FileSystem::Mode::kRead);
  if (absl::IsNotFound(file.status())) return absl::DataLossError(path + " is missing");
  if (!file.ok()) return file.status();
  std::vector<std::byte> head(kPackHeadBytes);
  absl::Status status = (*file)->Read(0, head);
  if (!status.ok() && !absl::IsOutOfRange(status)) return status;
  if (status.ok() && head == PackHead(uuid, number)) return absl::OkStatus();
  return absl::DataLossError(path + ", byte 0: the head of the pack is damaged");
}

namespace {

/// The file of a pack, and a part that is to be read of it.
class PartFile {
 public:
  PartFile(FileSystem& files, const std::string& folder, const Uuid& uuid, const PartKey& key,
           const PartPlace& place)
      : files_(files),
        path_(folder + "/" + PackName(place.pack)),
        uuid_(uuid),
        key_(key),
        place_(place) {}

  /// Opens the file and looks whether it has the part.
  absl::Status Open() {
    absl::StatusOr<std::unique_ptr<File>> file = files_.Open(path_, FileSystem::Mode::kRead);
    if (absl::IsNotFound(file.status())) return Damaged("is missing with its file");
    if (!file.ok()) return file.status();
    file_ = *std::move(file);
    const absl::StatusOr<std::uint64_t> size = file_->Size();
    if (!size.ok()) return size.status();
    if (place_.offset > *size || *size - place_.offset < kPackHeadBytes ||
        *size - place_.offset - kPackHeadBytes < place_.bytes) {
      return Damaged("is cut off");
    }
    size_ = static_cast<std::size_t>(*size);
    std::vector<std::byte> head(kPackHeadBytes);
    if (absl::Status status = file_->Read(place_.offset, head); !status.ok()) return status;
    if (head != PartHead(uuid_, key_, place_.bytes, place_.checksum)) return Damaged("is damaged");
    return absl::OkStatus();
  }

  /// Where the part's bytes begin.
  std::uint64_t offset() const { return place_.offset + kPackHeadBytes; }
  const File& file() const { return *file_; }
  std::size_t size() const { return size_; }

  absl::StatusOr<BlockBytes> Checked(BlockBytes part) const {
    if (PartChecksum(uuid_, key_, part.bytes()) != place_.checksum) {
      return Damaged("is damaged");
    }
    return part;
  }

 private:
  absl::Status Damaged(std::string_view what) const {
    return absl::DataLossError(path_ + ", byte " + std::to_string(place_.offset) + ": the " +
                               ToString(key_) + " " + std::string(what));
  }

  FileSystem& files_;
  const std::string path_;
  const Uuid& uuid_;
  const PartKey& key_;
  const PartPlace& place_;
  std::unique_ptr<File> file_;
  std::size_t size_ = 0;
};

}  // namespace

absl::StatusOr<BlockBytes> ReadPart(FileSystem& files, const std::string& folder, const Uuid& uuid,
                                    const PartKey& key, const PartPlace& place) {
  PartFile file(files, folder, uuid, key, place);
  if (absl::Status status = file.Open(); !status.ok()) return status;
  BlockBytes part(place.bytes);
  if (absl::Status status = file.file().Read(file.offset(), part.own_bytes()); !status.ok()) {
    return status;
  }
  return file.Checked(std::move(part));
}

absl::StatusOr<BlockBytes> MappedPacks::MapPart(const Uuid& uuid, const PartKey& key,
                                                const PartPlace& place) {
  PartFile file(files_, folder_, uuid, key, place);
  if (absl::Status status = file.Open(); !status.ok()) return status;
  std::shared_ptr<const std::byte[]> pack;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    pack = packs_[place.pack].lock();
    if (!pack) {
      absl::StatusOr<std::shared_ptr<const std::byte[]>> mapped = file.file().Map(file.size());
      if (!mapped.ok()) return mapped.status();
      pack = *std::move(mapped);
      std::erase_if(packs_, [](const auto& of_number) { return of_number.second.expired(); });
      packs_[place.pack] = pack;
    }
  }
  const std::byte* const bytes = pack.get() + file.offset();
  return file.Checked(
      BlockBytes(std::shared_ptr<const std::byte>(std::move(pack), bytes), place.bytes));
}

}  // namespace pinmetrics
