#ifndef PINMETRICS_SRC_STORE_DAY_SEAL_H_
#define PINMETRICS_SRC_STORE_DAY_SEAL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "store/day/head_chunk.h"
#include "store/day/new_viewers.h"
#include "store/day/store_state.h"
#include "store/dictionary/pin_table.h"

namespace pinmetrics {

/// Makes the sealed days of a store anew: as they were, with more days or more of them. Takes no
/// lock; what others see does not change.
class Sealing {
 public:
  /// `last_seen` has seen sealed days only, in order, or nothing, and sees those that are added. If
  /// the days are not used in the end, it must forget all that it saw.
  Sealing(const SealedDays& before, const PinTable::View& pins, std::uint32_t viewer_limit,
          LastSeen& last_seen);

  /// What sealing one day takes at most while it lasts, in bytes, beside what its `live` rows take,
  /// those withdrawn included; `sealed` events are in its block. What stays of the day is part of
  /// that. `limits` are above all numbers in the rows.
  static std::size_t WorkBytes(std::size_t live, std::size_t sealed, const BlockLimits& limits);

  /// Packs a day: what was sealed of it before, and these rows. Days are added in order.
  void Add(absl::CivilDay day, std::span<const std::shared_ptr<const HeadRows>> rows);
  /// Adds a day that was sealed before, which the days have nothing of. Days are added in order.
  void Add(const std::shared_ptr<const PackedBlock>& packed);
  /// Drops the days before `first`. Returns how many there were.
  std::size_t DropBefore(absl::CivilDay first);

  std::size_t days_sealed() const { return changed_.size(); }
  std::size_t events_sealed() const { return events_sealed_; }
  /// What the added days take now.
  std::size_t bytes() const { return bytes_; }

  /// The days that were packed, with their blocks.
  std::vector<std::pair<absl::CivilDay, std::shared_ptr<const PackedBlock>>> packed() const;

  /// The days, whole.
  std::shared_ptr<const SealedDays> Finish();

 private:
  void Keep(const std::shared_ptr<const PackedBlock>& packed);
  void UpdateNewViewers();

  const PinTable::View& pins_;
  std::uint32_t viewer_limit_;
  LastSeen& last_seen_;
  std::shared_ptr<SealedDays> days_;
  std::shared_ptr<PinPeaks> peaks_;
  std::vector<absl::CivilDay> changed_;
  std::size_t events_sealed_ = 0;
  std::size_t bytes_ = 0;
};

/// The same days, with these blocks in the place of equal ones.
std::shared_ptr<const SealedDays> WithBlocks(
    const SealedDays& sealed, std::span<const std::shared_ptr<const PackedBlock>> blocks);

/// What the sealed days have of one thing, in bytes.
template <typename Part>
std::size_t BytesOf(const SealedDays& sealed, std::shared_ptr<const Part> SealedDay::*part) {
  std::size_t bytes = 0;
  for (const auto& [day, of_day] : sealed.days) bytes += (of_day.*part)->bytes();
  return bytes;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_SEAL_H_
