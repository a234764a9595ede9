#include "store/block/check_viewers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "store/block/block_checks.h"
#include "store/block/block_format.h"
#include "store/block/event_code.h"
#include "store/block/viewer_cursor.h"

namespace pinmetrics {

/// Checks one table after the other. Each check relies on those before it only.
class ViewersChecker {
 public:
  explicit ViewersChecker(const Block& block) : block_(block) {}

  absl::Status Check() const {
    absl::Status status;
    for (std::uint32_t i = 0; i < 4 && status.ok(); ++i) status = CheckSet(i);
    for (std::uint32_t i = 0; i < 4 && status.ok(); ++i) status = CheckListClasses(i);
    for (std::uint32_t i = 0; i < 4 && status.ok(); ++i) status = CheckLists(i);
    return status;
  }

 private:
  bool ChunkInRange(std::uint32_t chunk) const {
    return std::uint64_t{chunk} * kChunkViewers < block_.viewer_limit();
  }
  bool ViewerInRange(std::uint32_t chunk, std::uint32_t low) const {
    return std::uint64_t{chunk} * kChunkViewers + low < block_.viewer_limit();
  }

  absl::Status CheckSet(std::uint32_t set) const {
    const std::span<const std::byte> part = block_.At(Block::kSets, set);
    std::uint64_t chunks = 0;
    if (part.size() < sizeof(chunks)) return BadTable(Block::kSets, "a set has no length");
    std::memcpy(&chunks, part.data(), sizeof(chunks));
    const std::size_t rest = part.size() - sizeof(chunks);
    if (chunks > rest / 4 || RoundUpTo8(chunks * 4) > rest) {
      return BadTable(Block::kSets, "a set has more chunks than bytes");
    }
    ViewerSetCursor cursor(block_, set);
    std::size_t left = rest - RoundUpTo8(chunks * 4);
    for (std::int64_t before = -1; !cursor.done(); cursor.Next()) {
      const std::uint32_t chunk = cursor.chunk();
      if (chunk <= before || !ChunkInRange(chunk)) {
        return BadTable(Block::kSets, "chunks do not ascend within their range");
      }
      before = chunk;
      if (cursor.payload_bytes() > left) return BadTable(Block::kSets, "a chunk is cut off");
      left -= cursor.payload_bytes();
      if (!CheckSetChunk(cursor)) return BadTable(Block::kSets, "a chunk's viewers are wrong");
    }
    if (left != 0) return BadTable(Block::kSets, "bytes are left after a set");
    return absl::OkStatus();
  }

  bool CheckSetChunk(const ViewerSetCursor& cursor) const {
    if (const std::uint64_t* bitmap = cursor.bitmap()) {
      std::uint32_t count = 0;
      for (std::uint32_t i = 0; i < kChunkWords; ++i) {
        count += static_cast<std::uint32_t>(std::popcount(bitmap[i]));
        if (bitmap[i] == 0) continue;
        const auto highest = static_cast<std::uint32_t>(63 - std::countl_zero(bitmap[i]));
        if (!ViewerInRange(cursor.chunk(), i * 64 + highest)) return false;
      }
      return count == cursor.count();
    }
    const std::span<const std::uint16_t> viewers = cursor.array();
    return AscendsBelow(viewers, kChunkViewers) && ViewerInRange(cursor.chunk(), viewers.back());
  }

  /// `CheckLists` makes sure that there are enough.
  absl::Status CheckListClasses(std::uint32_t group) const {
    const std::span<const std::byte> part = block_.At(Block::kListClasses, group);
    const std::size_t classes = std::min<std::size_t>(
        block_.Get<std::uint32_t>(Block::kClassKeys).size(), Block::kMaxListClasses);
    std::uint32_t highest = 0;
    for (const std::byte of_viewer : part) {
      highest = std::max(highest, static_cast<std::uint32_t>(of_viewer));
    }
    if (!part.empty() && highest >= classes) {
      return BadTable(Block::kListClasses, "a class is out of range");
    }
    return absl::OkStatus();
  }

  absl::Status CheckLists(std::uint32_t group) const {
    const std::span<const std::byte> part = block_.At(Block::kLists, group);
    std::array<std::uint32_t, 2> sizes;
    if (part.size() < sizeof(sizes)) return BadTable(Block::kLists, "a group has no length");
    std::memcpy(sizes.data(), part.data(), sizeof(sizes));
    const auto [chunks, directory_bytes] = sizes;
    std::size_t left = part.size() - sizeof(sizes);
    const std::uint64_t before_viewers = chunks * std::uint64_t{sizeof(ViewerListCursor::Chunk)} +
                                         RoundUpTo8(std::size_t{directory_bytes});
    if (before_viewers > left) return BadTable(Block::kLists, "a group has more lists than bytes");
    left -= before_viewers;
    std::optional<std::size_t> classes;  // In bytes.
    if (block_.has_list_classes()) classes = block_.At(Block::kListClasses, group).size();
    std::uint64_t directory_left = directory_bytes;
    std::uint64_t viewers_in_all = 0;
    ViewerListCursor cursor(block_, group);
    for (std::int64_t before = -1; !cursor.done();) {
      const ViewerListCursor::Chunk& chunk = *cursor.chunk_;
      if (chunk.chunk <= before || !ChunkInRange(chunk.chunk)) {
        return BadTable(Block::kLists, "chunks do not ascend within their range");
      }
      before = chunk.chunk;
      if (chunk.directory_bytes() > directory_left) {
        return BadTable(Block::kLists, "a chunk has too many lists");
      }
      directory_left -= chunk.directory_bytes();
      viewers_in_all += chunk.viewers;
      if (viewers_in_all * 2 > left) return BadTable(Block::kLists, "a chunk is cut off");
      if (classes && viewers_in_all > *classes) {
        return BadTable(Block::kListClasses, "is not one for each listed viewer");
      }
      if (!CheckListChunk(cursor)) return BadTable(Block::kLists, "a chunk's lists are wrong");
      cursor.Next();
    }
    if (directory_left != 0 || RoundUpTo8(viewers_in_all * 2) != left) {
      return BadTable(Block::kLists, "bytes are left after a group");
    }
    if (classes && *classes != RoundUpTo8(viewers_in_all)) {
      return BadTable(Block::kListClasses, "is not one for each listed viewer");
    }
    return absl::OkStatus();
  }

  bool CheckListChunk(const ViewerListCursor& cursor) const {
    const ViewerListCursor::Chunk& chunk = *cursor.chunk_;
    std::uint64_t viewers = 0;
    if (!chunk.names_lists()) {
      const ViewerListCursor::Starts& starts = cursor.starts();
      std::uint32_t lists = 0;
      for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
        if (starts[combo] != viewers || starts[combo + 1] < viewers) return false;
        if (starts[combo + 1] == viewers) continue;
        const std::uint32_t count = starts[combo + 1] - starts[combo];
        if (viewers + count > chunk.viewers || !CheckList(cursor, viewers, count)) return false;
        viewers += count;
        ++lists;
      }
      return viewers == chunk.viewers && lists == chunk.lists_less_1 + std::uint32_t{1};
    }
    for (std::uint32_t i = 0; i <= chunk.lists_less_1; ++i) {
      const ViewerListCursor::List& list = cursor.lists()[i];
      if (list.combo() >= event_code::kCombos) return false;
      if (i > 0 && list.combo() <= cursor.lists()[i - 1].combo()) return false;
      if (viewers + list.count() > chunk.viewers) return false;
      if (!CheckList(cursor, viewers, list.count())) return false;
      viewers += list.count();
    }
    return viewers == chunk.viewers;
  }

  /// Whether a list ascends by viewer, then by class, and ends within the range of viewers.
  bool CheckList(const ViewerListCursor& cursor, std::uint64_t begin, std::uint32_t count) const {
    const std::uint16_t* viewers = cursor.viewers_ + begin;
    const std::uint8_t* classes = cursor.classes_ == nullptr ? nullptr : cursor.classes_ + begin;
    const auto key_of = [&](std::uint32_t i) {
      return std::uint32_t{viewers[i]} << 8 | (classes == nullptr ? 0u : classes[i]);
    };
    bool ascends = true;
    for (std::uint32_t i = 1; i < count; ++i) ascends &= key_of(i - 1) < key_of(i);
    return ascends && ViewerInRange(cursor.chunk(), viewers[count - 1]);
  }

  const Block& block_;
};

absl::Status CheckViewers(const Block& block) { return ViewersChecker(block).Check(); }

}  // namespace pinmetrics
