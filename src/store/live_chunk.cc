#include <algorithm>

#include "store/snapshot_data.h"

namespace pinmetrics {

void LiveChunk::Collect(std::uint32_t size, const Withdrawn& withdrawn,
                        std::vector<BlockRow>& rows) const {
  if (!withdrawn) {
    rows.insert(rows.end(), rows_.get(), rows_.get() + size);
    return;
  }
  std::vector<bool> is_out(size);
  for (const std::uint32_t position : *withdrawn) is_out[position] = true;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (!is_out[i]) rows.push_back(rows_[i]);
  }
}

std::shared_ptr<const PackedBlock> LiveChunk::Packed(std::uint32_t size, const Withdrawn& withdrawn,
                                                     const PinTable::View& pins,
                                                     std::uint32_t viewers) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (packed_ && packed_size_ == size && packed_withdrawn_ == withdrawn) return packed_;
  std::vector<BlockRow> rows;
  rows.reserve(size);
  Collect(size, withdrawn, rows);
  packed_ = PackBlock(day_, std::move(rows), pins.Limits(viewers),
                      [&pins](std::uint32_t version) { return pins.traits[version]; });
  packed_size_ = size;
  packed_withdrawn_ = withdrawn;
  packed_bytes_.store(packed_->bytes().size(), std::memory_order_relaxed);
  return packed_;
}

}  // namespace pinmetrics
