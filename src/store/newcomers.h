#ifndef PINMETRICS_SRC_STORE_NEWCOMERS_H_
#define PINMETRICS_SRC_STORE_NEWCOMERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "pinmetrics/store/block.h"

namespace pinmetrics {

/// How many of a sealed day's viewers are new to it: seen on none of the days directly before.
///
/// The people of a period are the newcomers of each of its days, against the days of the period
/// before that one. So distinct viewers, which do not add up, become sums: one number for each day
/// of the period, however many events or people there are. Immutable.
class Newcomers {
 public:
  /// What reports of memory and of query plans call it.
  static constexpr std::string_view kName = "newcomers";

  /// Periods of up to this many days are sums of newcomers: a quarter of a year.
  static constexpr std::int64_t kDays = 92;

  /// `days[i]` is the block of the day that is i days before the one to count, or null if that had
  /// no events. The day itself has some. Days past `kDays` are not looked at.
  explicit Newcomers(std::span<const Block* const> days);

  /// The viewers of the day, or those with an engagement on it, whom none of the `days_before` days
  /// before it has in the same way. Of the first population alone, or of both. `days_before` is
  /// less than `kDays`.
  std::int64_t Count(bool both_populations, bool engaged, std::int64_t days_before) const;

  std::size_t bytes() const { return sizeof(*this) + counts_.capacity() * sizeof(std::uint32_t); }

 private:
  static constexpr std::size_t kKinds = 4;
  static constexpr std::size_t KindOf(bool both_populations, bool engaged) {
    return (both_populations ? 2 : 0) + (engaged ? 1 : 0);
  }

  /// By kind, then by days before; without what repeats the number before it.
  std::vector<std::uint32_t> counts_;
  std::array<std::uint16_t, kKinds + 1> starts_ = {};
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_NEWCOMERS_H_
