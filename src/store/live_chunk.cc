#include <algorithm>

#include "store/snapshot_data.h"

namespace pinmetrics {

std::span<const BlockRow> LiveChunk::Rows(std::uint32_t size, const Withdrawn& withdrawn,
                                          std::vector<BlockRow>& copy) const {
  const std::span<const BlockRow> rows(rows_.data(), size);
  if (!withdrawn) return rows;
  copy.reserve(size);
  std::vector<bool> is_out(size);
  for (const std::uint32_t position : *withdrawn) is_out[position] = true;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (!is_out[i]) copy.push_back(rows[i]);
  }
  return copy;
}

std::shared_ptr<const PackedBlock> LiveChunk::Packed(std::uint32_t size, const Withdrawn& withdrawn,
                                                     const PinTable::View& pins,
                                                     std::uint32_t viewers) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (packed_ && packed_size_ == size && packed_withdrawn_ == withdrawn) return packed_;
  std::vector<BlockRow> copy;
  packed_ = PackBlock(day_, Rows(size, withdrawn, copy), pins.Limits(viewers),
                      [&pins](std::uint32_t version) { return pins.traits[version]; });
  packed_size_ = size;
  packed_withdrawn_ = withdrawn;
  packed_bytes_.store(packed_->bytes().size(), std::memory_order_relaxed);
  return packed_;
}

}  // namespace pinmetrics
