#ifndef PINMETRICS_RANK_TOP_N_H_
#define PINMETRICS_RANK_TOP_N_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace pinmetrics {

/// An item to rank: the higher value comes first, of equal values the lower id. Values are numbers,
/// never NaN, so the order is total.
struct Ranked {
  double value = 0;      ///< What it ranks by.
  std::uint64_t id = 0;  ///< Which item it is.

  friend bool operator==(const Ranked&, const Ranked&) = default;
};

/// The order of top lists.
struct RanksBefore {
  /// True if `a` comes before `b`.
  constexpr bool operator()(const Ranked& a, const Ranked& b) const {
    return a.value != b.value ? a.value > b.value : a.id < b.id;
  }
};

/// Keeps the first `limit` items, under a strict total order, of all that are added. An
/// accumulator: `Merge` equals having added both sides' items, so parts can be ranked apart, each
/// with the same limit.
///
/// Memory is O(limit) at most and no more than the items added; n items take O(n log limit) at
/// worst, and near O(n) when most do not make it. A value; no locks inside.
template <typename T, typename Before = RanksBefore>
class TopN {
 public:
  /// Keeps `limit` items, those first by `before`.
  explicit TopN(std::size_t limit, Before before = {})
      : limit_(limit), before_(std::move(before)) {}

  /// How many items are kept at most.
  std::size_t limit() const { return limit_; }
  /// How many are kept now.
  std::size_t size() const { return heap_.size(); }

  /// True if `item` would be kept now. Once false for an item, it stays false.
  bool Admits(const T& item) const {
    return heap_.size() < limit_ || (limit_ > 0 && before_(item, heap_.front()));
  }

  /// Keeps `item` if it is among the first; the last of those kept may go for it.
  void Add(T item) {
    if (!Admits(item)) return;
    if (heap_.size() == limit_) {
      std::pop_heap(heap_.begin(), heap_.end(), before_);
      heap_.back() = std::move(item);
    } else {
      heap_.push_back(std::move(item));
    }
    std::push_heap(heap_.begin(), heap_.end(), before_);
  }

  /// Adds what `other` keeps.
  void Merge(const TopN& other) {
    // A copy, should a list be merged with itself.
    for (const T& item : std::vector<T>(other.heap_)) Add(item);
  }

  /// True if both have one limit and keep the same items.
  friend bool operator==(const TopN& a, const TopN& b) {
    return a.limit_ == b.limit_ && a.Sorted() == b.Sorted();
  }

  /// The items kept, the first first.
  std::vector<T> Sorted() const {
    std::vector<T> sorted = heap_;
    std::sort_heap(sorted.begin(), sorted.end(), before_);
    return sorted;
  }

 private:
  std::size_t limit_;
  Before before_;
  std::vector<T> heap_;  ///< A heap by `before_`: the last of the kept items is in front.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_RANK_TOP_N_H_
