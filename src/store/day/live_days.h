#ifndef PINMETRICS_SRC_STORE_DAY_LIVE_DAYS_H_
#define PINMETRICS_SRC_STORE_DAY_LIVE_DAYS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "store/block/block_rows.h"
#include "store/day/head_chunk.h"
#include "store/day/memory_budget.h"
#include "store/day/store_limits.h"
#include "store/day/store_state.h"

namespace pinmetrics {

/// The days of a store that are not sealed, in chunks.
///
/// Writers take turns. What one writes is pending until it is published, or rolled back; snapshots
/// see what was published. What they see is guarded by a mutex of the store, which this takes for
/// short steps.
class LiveDays {
 public:
  using Rows = std::vector<std::shared_ptr<const HeadRows>>;

  /// `mutex` guards what was published.
  LiveDays(const StoreLimits& limits, std::shared_ptr<MemoryBudget> budget, std::mutex& mutex)
      : limits_(limits), budget_(std::move(budget)), mutex_(mutex) {}

  // ---- For the writer whose turn it is ----

  /// Where the next row of a chunk will be. A place is the chunk's number and the position there,
  /// in 32 bits.
  static std::uint32_t NextPlace(const HeadChunk& chunk) {
    return chunk.number() << 16 | chunk.written().rows;
  }

  /// The chunk that the last event went to, if it is of this day and has room; or null.
  HeadChunk* OpenLast(absl::CivilDay day) {
    if (last_ == nullptr || last_->day() != day || last_->full()) return nullptr;
    if (!is_open_) OpenAgain();
    return last_;
  }
  /// Opens the chunk of `day` that has room. ResourceExhausted if no event of this day has a number
  /// left, or no chunk.
  absl::StatusOr<HeadChunk*> Open(absl::CivilDay day, const SealedDays& sealed);

  /// The day of the event at a place.
  absl::CivilDay DayOf(std::uint32_t place) const { return slots_[place >> 16].chunk->day(); }

  /// Withdraws the event at a place. False if it was withdrawn before, or is being sealed.
  bool Withdraw(std::uint32_t place);

  /// True if no event that was published is at this place.
  bool IsPending(std::uint32_t place) const {
    return (place & 0xffff) >= slots_[place >> 16].published.rows;
  }
  /// False if the chunk that a place is in was sealed.
  bool Has(std::uint32_t place) const { return slots_[place >> 16].chunk != nullptr; }

  /// Takes back what is pending.
  void RollBack();

  /// Lets snapshots see what is pending, under the mutex. `ForgetPending` is called after it,
  /// without.
  void Publish();
  void ForgetPending();

  /// Closes the chunks of all days up to `last`, which then take no events and no withdrawals.
  /// Returns what they have.
  std::map<absl::CivilDay, Rows> Close(absl::CivilDay last, const BlockLimits& limits);
  /// Opens all chunks again.
  void Reopen();

  /// What is destroyed once no lock is held that others wait for.
  using Removed = std::vector<std::shared_ptr<const void>>;
  /// With room for all that `Remove` puts in, and one more.
  Removed RoomForRemoved() const;
  /// Removes the closed chunks of a day, under the mutex; what they held is put into `removed`.
  void Remove(absl::CivilDay day, Removed& removed);

  /// How many bytes so many more rows of a day would add at most.
  std::size_t GrowthWith(absl::CivilDay day, std::size_t rows) const;
  /// Calls `visit(day, rows)` with how many rows of each day were published, those withdrawn
  /// included.
  template <typename Visit>
  void VisitDays(Visit visit) const {
    for (const auto& [day, of_day] : days_) visit(day, of_day.rows);
  }

  /// Calls `visit` with every row that was written, those withdrawn included.
  template <typename Visit>
  void VisitRows(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (!slot.chunk) continue;
      const BlockRow* const rows = slot.chunk->rows();
      std::for_each(rows, rows + slot.chunk->written().rows, visit);
    }
  }

  /// Of all chunks with their tombstones, and what that becomes if every event is withdrawn.
  std::size_t bytes() const { return bytes_; }
  std::size_t most_bytes() const { return most_bytes_; }

  // ---- Under the mutex ----

  /// All rows that were published.
  Rows Published(const BlockLimits& limits) const;
  /// The same, by day and in the order it came, chunks of which all was withdrawn among it.
  std::map<absl::CivilDay, Rows> PublishedByDay(const BlockLimits& limits) const;

  // ---- For anybody, takes the mutex ----

  /// Gives back the packs of rows that no snapshot holds.
  void DropPacks();

 private:
  /// The chunks of a day, by number.
  struct Day {
    std::vector<std::uint32_t> chunks;
    /// The chunks from this on are not being sealed.
    std::size_t closed = 0;
    /// Published, of all chunks.
    std::size_t rows = 0;
  };
  struct Slot {
    std::shared_ptr<HeadChunk> chunk;
    Day* of_day = nullptr;  ///< In `days_`.
    HeadExtent published;
    mutable std::shared_ptr<const HeadRows> rows;  ///< Those published, once somebody asked.
    std::size_t bytes = 0;                         ///< Of the chunk, as it counts in `bytes_`.
    bool is_pending = false;
    bool is_closed = false;
  };
  struct Pending {
    std::uint32_t chunk = 0;
    std::shared_ptr<const HeadRows> outdated = nullptr;
  };

  void OpenAgain();
  absl::StatusOr<std::uint32_t> AddChunk(absl::CivilDay day, const SealedDays& sealed);
  bool HasRoom(const Day& day) const;
  std::uint32_t NextCapacity(const Day& day) const;
  void MakePending(std::uint32_t number);
  /// Frees the last chunk of a day, which was never published.
  void RemoveEmpty(std::uint32_t number);
  void CountBytes(Slot& slot);
  /// Takes a chunk out, under the mutex.
  void Free(std::uint32_t number);
  std::shared_ptr<const HeadRows> MakeRows(const Slot& slot, const BlockLimits& limits) const;

  const StoreLimits limits_;
  const std::shared_ptr<MemoryBudget> budget_;
  std::mutex& mutex_;

  /// By number. Changed under the mutex alone, except what only writers look at.
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_numbers_;
  std::map<absl::CivilDay, Day> days_;
  std::vector<Pending> pending_;
  /// Where the last event went, unless that chunk is closed or gone: the next mostly goes there
  /// too.
  HeadChunk* last_ = nullptr;
  bool is_open_ = false;  ///< If what is written there is pending.
  std::size_t bytes_ = 0;
  std::size_t most_bytes_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_LIVE_DAYS_H_
