#ifndef PINMETRICS_SRC_STORE_DAY_HEAD_CHUNK_H_
#define PINMETRICS_SRC_STORE_DAY_HEAD_CHUNK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/time/civil_time.h"
#include "store/block/block_rows.h"
#include "store/block/write_block.h"
#include "store/day/memory_budget.h"
#include "store/dictionary/kept_once.h"
#include "store/dictionary/pin_table.h"

namespace pinmetrics {

/// How much of a chunk there is: the first so many rows, without those that were withdrawn.
struct HeadExtent {
  std::uint32_t rows = 0;
  /// The positions of withdrawn rows are the first so many of `tombstones`.
  std::uint32_t tombstone_count = 0;
  std::shared_ptr<std::uint16_t[]> tombstones = {};
};

/// Some events of a day that is not sealed, in the order they came. Rows and tombstones are written
/// behind those that any snapshot reads, so these are read without a lock. Writers take turns.
class HeadChunk {
 public:
  static constexpr std::uint32_t kMostRows = 1 << 16;

  /// `number` tells the chunks of a store apart.
  HeadChunk(absl::CivilDay day, std::uint32_t number, std::uint32_t capacity)
      : day_(day), number_(number), capacity_(capacity), rows_(capacity) {}

  absl::CivilDay day() const { return day_; }
  std::uint32_t number() const { return number_; }
  std::uint32_t capacity() const { return capacity_; }

  static std::size_t BytesFor(std::uint32_t capacity) {
    return sizeof(HeadChunk) + capacity * sizeof(BlockRow);
  }
  /// With tombstones of all rows.
  static std::size_t MostBytesFor(std::uint32_t capacity) {
    return BytesFor(capacity) + capacity * sizeof(std::uint16_t) + capacity / 8 +
           sizeof(std::uint64_t);
  }
  std::size_t tombstone_bytes() const {
    return tombstones_capacity_ * sizeof(std::uint16_t) + has_tombstone_.capacity() / 8;
  }
  std::size_t bytes() const { return BytesFor(capacity_) + tombstone_bytes(); }

  /// What was written.
  const HeadExtent& written() const { return written_; }
  bool full() const { return written_.rows == capacity_; }

  /// There is room.
  void Append(const BlockRow& row) { rows_.data()[written_.rows++] = row; }

  /// False, and nothing changes, if that row was withdrawn before. Should memory run out, nothing
  /// changes either.
  bool Withdraw(std::uint32_t position);

  /// Takes back what was written since `extent` was all.
  void RollBack(const HeadExtent& extent);

  const BlockRow* rows() const { return rows_.data(); }

 private:
  absl::CivilDay day_;
  std::uint32_t number_;
  std::uint32_t capacity_;
  RowRoom rows_;
  HeadExtent written_;
  std::uint32_t tombstones_capacity_ = 0;
  std::vector<bool> has_tombstone_;  ///< By position; empty until the first is.
};

/// The rows of a chunk that a snapshot sees, and the block that readers had packed of them.
/// Immutable but for that, and safe from any thread.
class HeadRows {
 public:
  /// `limits` are above all numbers in the rows.
  HeadRows(std::shared_ptr<const HeadChunk> chunk, HeadExtent extent, const BlockLimits& limits,
           std::shared_ptr<MemoryBudget> budget);
  ~HeadRows();
  HeadRows(const HeadRows&) = delete;
  HeadRows& operator=(const HeadRows&) = delete;

  absl::CivilDay day() const { return chunk_->day(); }
  std::uint32_t number() const { return chunk_->number(); }
  /// How many there are.
  std::uint32_t size() const { return extent_.rows - extent_.tombstone_count; }

  /// With those withdrawn.
  std::uint32_t written() const { return extent_.rows; }
  /// The first of these, at position 0 of the chunk.
  const BlockRow* first() const { return chunk_->rows(); }

  /// Adds the rows that were not withdrawn, as many at a time as stand together.
  void AddParts(std::vector<std::span<const BlockRow>>& parts) const;

  /// The same as a block, for queries. The first reader that asks packs it, and it is kept for all,
  /// unless the store's memory limit leaves no room: then each reader packs its own. `pins` are
  /// those of a snapshot with these rows.
  std::shared_ptr<const PackedBlock> Packed(const PinTable::View& pins) const;

 private:
  std::shared_ptr<const HeadChunk> chunk_;
  HeadExtent extent_;
  BlockLimits limits_;
  std::shared_ptr<MemoryBudget> budget_;
  mutable KeptOnce<PackedBlock> packed_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_HEAD_CHUNK_H_
