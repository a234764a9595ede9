#ifndef PINMETRICS_SRC_DURABLE_PACK_H_
#define PINMETRICS_SRC_DURABLE_PACK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "durable/log.h"
#include "pinmetrics/durable/file_system.h"
#include "store/block/block_bytes.h"

/// Packs: files that are written once, in a round of sealing, and never changed.
/// docs/durable-format.md has the bytes.

namespace pinmetrics {

enum class PartKind : std::uint8_t {
  kBlock = 1,    ///< A sealed day; its number is the day's.
  kViewers = 2,  ///< Ids of viewers; its number is that of the first.
  kPins = 3,     ///< Versions of Pins; its number is that of the first.
  /// Days of which events were lost with the log, from the number's on. It has no bytes: the
  /// pack is 0, and the offset the last day's number.
  kLostDays = 4,
};

/// What a part of a pack is. An account has one part of a kind and number.
struct PartKey {
  std::uint64_t account = 0;
  PartKind kind = PartKind::kBlock;
  std::int64_t number = 0;

  friend auto operator<=>(const PartKey&, const PartKey&) = default;
};

/// Of a block; of lost days the first.
absl::CivilDay DayOf(const PartKey& key);

/// "block of 2026-11-20 of account 1".
std::string ToString(const PartKey& key);

/// Where a part is, and what its bytes are. The checksum stands here and in the pack.
struct PartPlace {
  std::uint32_t pack = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;
};

std::string PackName(std::uint32_t number);

/// Writes a pack under another name, until it is whole.
class PackWriter {
 public:
  /// `folder` is that of all packs.
  static absl::StatusOr<std::unique_ptr<PackWriter>> Make(FileSystem& files, std::string folder,
                                                          const Uuid& uuid, std::uint32_t number);
  /// Removes what is not finished.
  ~PackWriter();

  absl::StatusOr<PartPlace> Add(const PartKey& key, std::span<const std::byte> bytes);

  /// Returns once the pack is on the disk under its name.
  absl::Status Finish();

  std::uint64_t bytes() const { return end_; }

 private:
  PackWriter(FileSystem& files, std::string folder, const Uuid& uuid, std::uint32_t number)
      : files_(files), folder_(std::move(folder)), uuid_(uuid), number_(number) {}

  FileSystem& files_;
  const std::string folder_;
  const Uuid uuid_;
  const std::uint32_t number_;
  std::unique_ptr<File> file_;
  std::uint64_t end_ = 0;
  bool finished_ = false;
};

/// DataLoss if the head of a pack is not what was written.
absl::Status CheckHead(FileSystem& files, const std::string& folder, const Uuid& uuid,
                       std::uint32_t number);

/// Reads a part. DataLoss names the file, the offset and the part if it is not what was written.
absl::StatusOr<BlockBytes> ReadPart(FileSystem& files, const std::string& folder, const Uuid& uuid,
                                    const PartKey& key, const PartPlace& place);

/// Packs as memory. Each is mapped once, as long as somebody has a part of it: a process can have
/// some 65 000 mappings. From any thread.
class MappedPacks {
 public:
  MappedPacks(FileSystem& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  /// As `ReadPart`, with bytes that are read again when they are touched. What is checked here can
  /// change on the disk afterwards.
  absl::StatusOr<BlockBytes> MapPart(const Uuid& uuid, const PartKey& key, const PartPlace& place);

 private:
  FileSystem& files_;
  const std::string folder_;
  std::mutex mutex_;
  std::map<std::uint32_t, std::weak_ptr<const std::byte[]>> packs_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_DURABLE_PACK_H_
