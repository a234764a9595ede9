#include "store/live_chunk.h"

#include <algorithm>
#include <utility>

namespace pinmetrics {

bool LiveChunk::Withdraw(std::uint32_t position) {
  constexpr std::uint32_t kFirstTombstones = 16;
  if (is_withdrawn_.empty()) is_withdrawn_.resize(capacity_);
  if (is_withdrawn_[position]) return false;
  if (written_.withdrawn == tombstones_capacity_) {
    // Twice as many: each is copied once or so. Snapshots keep those that they see.
    const std::uint32_t capacity =
        std::min(std::max(tombstones_capacity_ * 2, kFirstTombstones), capacity_);
    const std::shared_ptr<std::uint16_t[]> longer(new std::uint16_t[capacity]);
    std::copy_n(written_.tombstones.get(), written_.withdrawn, longer.get());
    written_.tombstones = longer;
    tombstones_capacity_ = capacity;
  }
  written_.tombstones[written_.withdrawn++] = static_cast<std::uint16_t>(position);
  is_withdrawn_[position] = true;
  return true;
}

void LiveChunk::RollBack(const LiveExtent& extent) {
  for (std::uint32_t i = extent.withdrawn; i < written_.withdrawn; ++i) {
    is_withdrawn_[written_.tombstones[i]] = false;
  }
  // Tombstones that grew stay so: the first of them are those of `extent`.
  written_.rows = extent.rows;
  written_.withdrawn = extent.withdrawn;
}

LiveRows::LiveRows(std::shared_ptr<const LiveChunk> chunk, LiveExtent extent,
                   const BlockLimits& limits, std::shared_ptr<MemoryBudget> budget)
    : chunk_(std::move(chunk)),
      extent_(std::move(extent)),
      limits_(limits),
      budget_(std::move(budget)) {}

LiveRows::~LiveRows() {
  if (const auto packed = packed_.Get()) budget_->GiveBackPack(packed->bytes().size());
}

void LiveRows::AddParts(std::vector<std::span<const BlockRow>>& parts) const {
  const std::span<const BlockRow> rows(chunk_->rows(), extent_.rows);
  std::vector<std::uint16_t> withdrawn(extent_.tombstones.get(),
                                       extent_.tombstones.get() + extent_.withdrawn);
  std::ranges::sort(withdrawn);
  std::size_t begin = 0;
  const auto add_up_to = [&](std::size_t end) {
    if (begin < end) parts.push_back(rows.subspan(begin, end - begin));
  };
  for (const std::uint16_t position : withdrawn) {
    add_up_to(position);
    begin = position + std::size_t{1};
  }
  add_up_to(rows.size());
}

std::shared_ptr<const PackedBlock> LiveRows::Packed(const PinTable::View& pins) const {
  if (auto kept = packed_.Get()) return kept;
  std::vector<std::span<const BlockRow>> parts;
  AddParts(parts);
  std::shared_ptr<const PackedBlock> packed = PackBlock(
      day(), parts, limits_, [&pins](std::uint32_t version) { return pins.traits[version]; });
  const std::size_t bytes = packed->bytes().size();
  if (!budget_->ClaimPack(bytes)) return packed;
  std::shared_ptr<const PackedBlock> kept = packed_.Keep(packed);
  if (kept != packed) budget_->GiveBackPack(bytes);
  return kept;
}

}  // namespace pinmetrics
