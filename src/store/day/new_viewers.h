#ifndef PINMETRICS_SRC_STORE_DAY_NEW_VIEWERS_H_
#define PINMETRICS_SRC_STORE_DAY_NEW_VIEWERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "store/block/block.h"
#include "store/block/viewer_cursor.h"

namespace pinmetrics {

/// How many of a sealed day's viewers are new to it: seen on none of the days directly before.
///
/// The people of a period are the new viewers of each of its days, against the days of the period
/// before that one. So distinct viewers, which do not add up, become sums: one number for each day
/// of the period, however many events or people there are. Immutable.
class NewViewers {
 public:
  /// What reports of memory and of query plans call it.
  static constexpr std::string_view kName = "new_viewers";

  /// Periods of up to this many days are sums of new viewers: a quarter of a year.
  static constexpr std::int64_t kDays = 92;

  /// Of the first population, all and those with an engagement; and of both populations.
  static constexpr std::size_t kAudiences = 4;
  static constexpr std::size_t AudienceOf(bool both_populations, bool engaged) {
    return (both_populations ? 2u : 0u) + (engaged ? 1u : 0u);
  }

  /// For each audience, how many viewers of the day were last seen so many days before it; from
  /// `kDays` on together, with those who never were. None were seen 0 days before.
  using RecencyHistograms = std::array<std::array<std::uint32_t, kDays + 1>, kAudiences>;

  explicit NewViewers(const RecencyHistograms& histograms);

  /// The viewers of the day, or those with an engagement on it, whom none of the `days_before` days
  /// before it has in the same way. Of the first population alone, or of both. `days_before` is
  /// less than `kDays`.
  std::int64_t Count(bool both_populations, bool engaged, std::int64_t days_before) const;

  /// What `bytes` is at most.
  static constexpr std::size_t kMostBytes = 64 + kAudiences * kDays * sizeof(std::uint32_t);
  std::size_t bytes() const { return sizeof(*this) + counts_.capacity() * sizeof(std::uint32_t); }

 private:
  /// By audience, then by days before; without what repeats the number before it.
  std::vector<std::uint32_t> counts_;
  std::array<std::uint16_t, kAudiences + 1> starts_ = {};
};

/// When each viewer was last seen, in each of the audiences that new viewers are counted in: what
/// tells how many viewers of the next day are new. 4 bytes a viewer.
class LastSeen {
 public:
  /// Sees a day, which is after those seen before, and counts its new viewers against them.
  NewViewers See(const Block& block);

  /// The last day that was seen, or begun to be seen, if any was.
  const std::optional<absl::CivilDay>& last() const { return last_; }

  /// Forgets all days.
  void Clear() {
    last_.reset();
    days_of_viewers_.clear();
  }

  std::size_t bytes() const { return days_of_viewers_.capacity() * sizeof(ByAudience); }
  /// How many more it takes while it grows to see a day with viewers below `viewer_limit`, if it
  /// takes `bytes` now.
  static std::size_t BytesToSee(std::uint32_t viewer_limit, std::size_t bytes) {
    return viewer_limit * sizeof(ByAudience) <= bytes ? 0
                                                      : RoomFor(viewer_limit) * sizeof(ByAudience);
  }

 private:
  /// Days count from 1 on, that of `base_`; 0 stands for never, or for too long ago to matter.
  using ByAudience = std::array<std::uint8_t, NewViewers::kAudiences>;

  /// Not twice as much as before, which a vector would take.
  static std::size_t RoomFor(std::uint32_t viewer_limit) {
    return viewer_limit + viewer_limit / std::size_t{8};
  }

  /// The number of a day; makes room for it in 8 bits.
  std::uint8_t NumberOf(absl::CivilDay day);

  using ChunkBits = std::array<std::uint64_t, kChunkWords>;
  /// Sees the viewers of a chunk, by audience: each is there in the audience of all and of both
  /// populations.
  void SeeChunk(std::uint32_t chunk, const std::array<ChunkBits, NewViewers::kAudiences>& audiences,
                std::uint8_t today, NewViewers::RecencyHistograms& histograms);

  std::optional<absl::CivilDay> last_;
  absl::CivilDay base_;
  std::vector<ByAudience> days_of_viewers_;  ///< On which each viewer was last seen.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_NEW_VIEWERS_H_
