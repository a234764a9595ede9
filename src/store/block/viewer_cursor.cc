#include "store/block/viewer_cursor.h"

#include <array>

#include "store/block/block_format.h"
#include "store/block/elements.h"
#include "store/kernels/bitmap_kernels.h"

namespace pinmetrics {

ViewerSetCursor::ViewerSetCursor(const Block& block, std::uint32_t set) {
  const std::byte* section = block.At(Block::kSets, set).data();
  const std::uint64_t chunks = *ElementsAt<std::uint64_t>(section);
  const std::byte* directory = section + sizeof(chunks);
  chunks_ = {ElementsAt<Chunk>(directory), static_cast<std::size_t>(chunks)};
  payload_ = directory + RoundUpTo8(chunks_.size_bytes());
}

std::size_t ViewerSetCursor::payload_bytes() const {
  return count() > kMaxArray ? kChunkWords * 8 : RoundUpTo8(count() * std::size_t{2});
}

const std::uint64_t* ViewerSetCursor::bitmap() const {
  return count() > kMaxArray ? ElementsAt<std::uint64_t>(payload_) : nullptr;
}

std::span<const std::uint16_t> ViewerSetCursor::array() const {
  if (count() > kMaxArray) return {};
  return {ElementsAt<std::uint16_t>(payload_), count()};
}

void ViewerSetCursor::AddTo(std::uint64_t* words) const {
  if (const std::uint64_t* of_chunk = bitmap()) {
    BestBitmapKernels().merge(of_chunk, words, kChunkWords);
  }
  SetBits(array(), words);
}

void ViewerSetCursor::Next() {
  payload_ += payload_bytes();
  ++next_;
}

ViewerListCursor::ViewerListCursor(const Block& block, std::uint32_t group) {
  const std::byte* section = block.At(Block::kLists, group).data();
  const auto [chunks, directory_bytes] = *ElementsAt<std::array<std::uint32_t, 2>>(section);
  chunks_left_ = chunks;
  chunk_ = ElementsAt<Chunk>(section + sizeof(chunks) + sizeof(directory_bytes));
  directory_ = section + sizeof(chunks) + sizeof(directory_bytes) + chunks * sizeof(Chunk);
  viewers_ = ElementsAt<std::uint16_t>(directory_ + RoundUpTo8(std::size_t{directory_bytes}));
  const std::span<const std::byte> classes = block.At(Block::kListClasses, group);
  if (!classes.empty()) classes_ = ElementsAt<std::uint8_t>(classes.data());
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
