#ifndef PINMETRICS_SRC_STORE_SNAPSHOT_DATA_H_
#define PINMETRICS_SRC_STORE_SNAPSHOT_DATA_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/store/block.h"
#include "pinmetrics/store/snapshot.h"
#include "store/board_demographics.h"
#include "store/newcomers.h"
#include "store/pack.h"
#include "store/pin_bits.h"
#include "store/pin_table.h"

namespace pinmetrics {

/// Positions in a chunk of events that were withdrawn. Shared and never changed: a withdrawal makes
/// a longer copy.
using Withdrawn = std::shared_ptr<const std::vector<std::uint32_t>>;

/// Some events of a day that is not sealed, in the order they came. Rows are appended under the
/// store's lock beyond those that any snapshot reads, so they are read without one.
class LiveChunk {
 public:
  LiveChunk(absl::CivilDay day, std::uint32_t serial, std::uint32_t capacity)
      : day_(day),
        serial_(serial),
        capacity_(capacity),
        rows_(capacity),
        event_ids_(new std::uint64_t[capacity]) {}

  absl::CivilDay day() const { return day_; }
  /// Tells the chunks of a store apart.
  std::uint32_t serial() const { return serial_; }
  std::uint32_t capacity() const { return capacity_; }
  static std::size_t BytesFor(std::uint32_t capacity) {
    return sizeof(LiveChunk) + capacity * (sizeof(BlockRow) + sizeof(std::uint64_t));
  }
  std::size_t bytes() const { return BytesFor(capacity_); }
  /// Of the block that readers had packed, beside `bytes`.
  std::size_t packed_bytes() const { return packed_bytes_.load(std::memory_order_relaxed); }

  void Set(std::uint32_t position, const BlockRow& row, std::uint64_t event_id) {
    rows_.data()[position] = row;
    event_ids_[position] = event_id;
  }
  std::uint64_t event_id(std::uint32_t position) const { return event_ids_[position]; }

  /// The first `size` rows, without those withdrawn. If there are any, what is left is in `copy`,
  /// which was empty.
  std::span<const BlockRow> Rows(std::uint32_t size, const Withdrawn& withdrawn,
                                 std::vector<BlockRow>& copy) const;

  /// The same rows as a block, for queries. Packed by the first reader that asks, kept until one
  /// asks for more rows or fewer; readers of the same chunk wait for each other.
  std::shared_ptr<const PackedBlock> Packed(std::uint32_t size, const Withdrawn& withdrawn,
                                            const PinTable::View& pins,
                                            std::uint32_t viewers) const;

 private:
  absl::CivilDay day_;
  std::uint32_t serial_;
  std::uint32_t capacity_;
  RowRoom rows_;
  std::unique_ptr<std::uint64_t[]> event_ids_;

  mutable std::mutex mutex_;
  mutable std::shared_ptr<const PackedBlock> packed_;
  mutable std::uint32_t packed_size_ = 0;
  mutable Withdrawn packed_withdrawn_;
  mutable std::atomic<std::size_t> packed_bytes_ = 0;
};

/// The rows of a chunk that somebody sees.
struct LiveRows {
  std::shared_ptr<LiveChunk> chunk;
  std::uint32_t size = 0;
  Withdrawn withdrawn;
};

/// For each Pin version, the most events that one sealed day has for it, or `Block::kHeavy` if that
/// is more: what bounds its count on any sealed day that keeps no sums of it.
using PinPeaks = std::vector<std::uint8_t>;

/// A sealed day: its block, and what is kept beside it.
struct SealedDay {
  std::shared_ptr<const PackedBlock> block;
  /// Against the sealed days before it.
  std::shared_ptr<const Newcomers> newcomers;
  std::shared_ptr<const BoardDemographics> board_demographics;
  std::shared_ptr<const PinBits> pin_bits;
};

/// The days that are sealed. Replaced as a whole by each sealing.
struct SealedDays {
  std::map<absl::CivilDay, SealedDay> days;
  /// Of the versions there were when a day was last sealed.
  std::shared_ptr<const PinPeaks> peaks = std::make_shared<const PinPeaks>();
  std::size_t bytes = 0;  ///< Of all that days have here.
};

/// All that a snapshot sees.
class SnapshotData {
 public:
  ReportingOptions options;
  PinTable::View pins;
  /// Viewer numbers are below this.
  std::uint32_t viewer_limit = 1;
  std::shared_ptr<const SealedDays> sealed;
  std::vector<LiveRows> live;
  std::shared_ptr<PinIndexCache> pin_index;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_SNAPSHOT_DATA_H_
