#include "store/block/viewer_cursor.h"

#include <array>
#include <cstring>

#include "store/block/block_format.h"

namespace pinmetrics {

ViewerSetCursor::ViewerSetCursor(const Block& block, std::uint32_t set)
    : ViewerSetCursor(block.At(Block::kSets), set) {}

ViewerSetCursor::ViewerSetCursor(std::span<const std::byte> table, std::uint32_t set) {
  const std::byte* part = PartOf(table, set).data();
  std::uint64_t chunks;
  std::memcpy(&chunks, part, sizeof(chunks));
  const std::byte* directory = part + sizeof(chunks);
  chunks_ = {reinterpret_cast<const Chunk*>(directory), static_cast<std::size_t>(chunks)};
  payload_ = directory + RoundUpTo8(chunks_.size_bytes());
}

std::size_t ViewerSetCursor::payload_bytes() const {
  return count() > kMaxArray ? kChunkWords * 8 : RoundUpTo8(count() * std::size_t{2});
}

const std::uint64_t* ViewerSetCursor::bitmap() const {
  return count() > kMaxArray ? reinterpret_cast<const std::uint64_t*>(payload_) : nullptr;
}

std::span<const std::uint16_t> ViewerSetCursor::array() const {
  if (count() > kMaxArray) return {};
  return {reinterpret_cast<const std::uint16_t*>(payload_), count()};
}

void ViewerSetCursor::Next() {
  payload_ += payload_bytes();
  ++next_;
}

ViewerListCursor::ViewerListCursor(const Block& block, std::uint32_t group) {
  const std::byte* part = PartOf(block.At(Block::kLists), group).data();
  std::array<std::uint32_t, 2> sizes;
  std::memcpy(sizes.data(), part, sizeof(sizes));
  const std::byte* chunks = part + sizeof(sizes);
  chunk_ = reinterpret_cast<const Chunk*>(chunks);
  chunks_left_ = sizes[0];
  directory_ = chunks + sizes[0] * sizeof(Chunk);
  viewers_ = reinterpret_cast<const std::uint16_t*>(directory_ + RoundUpTo8(std::size_t{sizes[1]}));
  const std::span<const std::byte> classes = block.At(Block::kListClasses);
  if (classes.empty()) return;
  classes_ = reinterpret_cast<const std::uint8_t*>(PartOf(classes, group).data());
}

void ViewerListCursor::Next() {
  directory_ += chunk_->directory_bytes();
  viewers_ += chunk_->viewers;
  if (classes_ != nullptr) classes_ += chunk_->viewers;
  ++chunk_;
  --chunks_left_;
  if (done()) return;
  // Until it is read, other days have their turn.
  for (std::size_t i = 0; i < chunk_->directory_bytes(); i += 64) {
    __builtin_prefetch(directory_ + i);
  }
}

}  // namespace pinmetrics
