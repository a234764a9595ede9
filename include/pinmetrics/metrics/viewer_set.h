#ifndef PINMETRICS_METRICS_VIEWER_SET_H_
#define PINMETRICS_METRICS_VIEWER_SET_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pinmetrics/model/id.h"

namespace pinmetrics {

/// The distinct people among viewers, exactly. An accumulator like `Tally`: the default is empty,
/// `Add` and `Merge` put people in, `==` compares. Unknown viewers (0) are nobody and are left out.
///
/// Sorted ids and a tail of recent ones, folded in when it has grown as long as the rest: 8 to 16
/// bytes a person, and no hashing that chosen ids could slow down. Adding n viewers takes
/// O(n log n). Const use from many threads is safe.
class ViewerSet {
 public:
  /// Puts one viewer in, unless unknown.
  void Add(ViewerId viewer) {
    if (viewer == ViewerId()) return;
    if (ids_.size() - sorted_ >= std::max(sorted_, kSmallestTail)) Fold();
    ids_.push_back(viewer);
  }

  /// Puts in all that are in `other`. O(size of both).
  void Merge(const ViewerSet& other) {
    if (ids_.empty()) {
      *this = other;
      Fold();
      return;
    }
    Fold();
    // A self-merge would read what it appends; the set is its own union.
    if (this == &other) return;
    const auto middle = static_cast<std::ptrdiff_t>(ids_.size());
    ids_.insert(ids_.end(), other.ids_.begin(), other.ids_.end());
    std::sort(ids_.begin() + middle + static_cast<std::ptrdiff_t>(other.sorted_), ids_.end());
    std::inplace_merge(ids_.begin() + middle,
                       ids_.begin() + middle + static_cast<std::ptrdiff_t>(other.sorted_),
                       ids_.end());
    std::inplace_merge(ids_.begin(), ids_.begin() + middle, ids_.end());
    Deduplicate();
  }

  /// How many people. O(1) after `Fold` or `Merge`, else O(tail log tail + size).
  std::int64_t Count() const {
    if (sorted_ == ids_.size()) return static_cast<std::int64_t>(sorted_);
    ViewerSet folded = *this;
    folded.Fold();
    return folded.Count();
  }

  /// Folds the tail in, for those who are done adding and go on to count.
  void Fold() {
    if (sorted_ == ids_.size()) return;
    const auto tail = ids_.begin() + static_cast<std::ptrdiff_t>(sorted_);
    std::sort(tail, ids_.end());
    std::inplace_merge(ids_.begin(), tail, ids_.end());
    Deduplicate();
  }

  /// True if the same people are in both.
  friend bool operator==(const ViewerSet& a, const ViewerSet& b) {
    if (a.sorted_ == a.ids_.size() && b.sorted_ == b.ids_.size()) return a.ids_ == b.ids_;
    ViewerSet left = a;
    ViewerSet right = b;
    left.Fold();
    right.Fold();
    return left.ids_ == right.ids_;
  }

 private:
  static constexpr std::size_t kSmallestTail = 16;

  void Deduplicate() {
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    sorted_ = ids_.size();
  }

  std::vector<ViewerId> ids_;  ///< The first `sorted_` ascending and distinct, then the tail.
  std::size_t sorted_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_METRICS_VIEWER_SET_H_
