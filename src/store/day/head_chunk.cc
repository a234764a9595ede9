#include "store/day/head_chunk.h"

#include <algorithm>
#include <utility>

#include "store/block/block_rows.h"

namespace pinmetrics {

bool HeadChunk::Withdraw(std::uint32_t position) {
  constexpr std::uint32_t kFirstTombstones = 16;
  if (has_tombstone_.empty()) has_tombstone_.resize(capacity_);
  if (has_tombstone_[position]) return false;
  if (written_.tombstone_count == tombstones_capacity_) {
    // Twice as many: each is copied once or so. Snapshots keep those that they see.
    const std::uint32_t capacity =
        std::min(std::max(tombstones_capacity_ * 2, kFirstTombstones), capacity_);
    const std::shared_ptr<std::uint16_t[]> longer(new std::uint16_t[capacity]);
    std::copy_n(written_.tombstones.get(), written_.tombstone_count, longer.get());
    written_.tombstones = longer;
    tombstones_capacity_ = capacity;
  }
  written_.tombstones[written_.tombstone_count++] = static_cast<std::uint16_t>(position);
  has_tombstone_[position] = true;
  return true;
}

void HeadChunk::RollBack(const HeadExtent& extent) {
  for (std::uint32_t i = extent.tombstone_count; i < written_.tombstone_count; ++i) {
    has_tombstone_[written_.tombstones[i]] = false;
  }
  // Tombstones that grew stay so: the first of them are those of `extent`.
  written_.rows = extent.rows;
  written_.tombstone_count = extent.tombstone_count;
}

HeadRows::HeadRows(std::shared_ptr<const HeadChunk> chunk, HeadExtent extent,
                   const BlockLimits& limits, std::shared_ptr<MemoryBudget> budget)
    : chunk_(std::move(chunk)),
      extent_(std::move(extent)),
      limits_(limits),
      budget_(std::move(budget)) {}

HeadRows::~HeadRows() {
  if (const auto packed = packed_.Get()) budget_->GiveBackPack(packed->bytes().size());
}

void HeadRows::AddParts(std::vector<std::span<const BlockRow>>& parts) const {
  const std::span<const BlockRow> rows(chunk_->rows(), extent_.rows);
  std::vector<std::uint16_t> tombstones(extent_.tombstones.get(),
                                        extent_.tombstones.get() + extent_.tombstone_count);
  std::ranges::sort(tombstones);
  std::size_t begin = 0;
  const auto add_up_to = [&](std::size_t end) {
    if (begin < end) parts.push_back(rows.subspan(begin, end - begin));
  };
  for (const std::uint16_t position : tombstones) {
    add_up_to(position);
    begin = position + std::size_t{1};
  }
  add_up_to(rows.size());
}

std::shared_ptr<const PackedBlock> HeadRows::Packed(const PinTable::View& pins) const {
  if (auto kept = packed_.Get()) return kept;
  std::vector<std::span<const BlockRow>> parts;
  AddParts(parts);
  std::shared_ptr<const PackedBlock> packed = WriteBlock(
      day(), parts, limits_, [&pins](std::uint32_t version) { return pins.traits[version]; });
  const std::size_t bytes = packed->bytes().size();
  if (!budget_->ClaimPack(bytes)) return packed;
  std::shared_ptr<const PackedBlock> kept = packed_.Keep(packed);
  if (kept != packed) budget_->GiveBackPack(bytes);
  return kept;
}

}  // namespace pinmetrics
