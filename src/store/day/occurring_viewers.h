#ifndef PINMETRICS_SRC_STORE_DAY_OCCURRING_VIEWERS_H_
#define PINMETRICS_SRC_STORE_DAY_OCCURRING_VIEWERS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/block/block.h"

namespace pinmetrics {

/// Which viewers occur in some days, by number.
class OccurringViewers {
 public:
  /// For numbers below `viewer_limit`.
  explicit OccurringViewers(std::uint32_t viewer_limit);

  void Add(std::uint32_t viewer) { words_[viewer / 64] |= std::uint64_t{1} << viewer % 64; }
  void Add(const Block& block);
  bool Has(std::uint32_t viewer) const {
    return (words_[viewer / 64] >> viewer % 64 & std::uint64_t{1}) != 0;
  }

 private:
  /// In whole chunks.
  std::vector<std::uint64_t> words_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_OCCURRING_VIEWERS_H_
