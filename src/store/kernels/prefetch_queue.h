#ifndef PINMETRICS_SRC_STORE_KERNELS_PREFETCH_QUEUE_H_
#define PINMETRICS_SRC_STORE_KERNELS_PREFETCH_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pinmetrics {

/// Memory that will be read soon, brought near step by step while something else is computed. All
/// of it asked for at once would wait for itself: a processor has only so many reads under way.
class PrefetchQueue {
 public:
  /// Adds what will be read after that which was added before.
  template <typename T>
  void Add(std::span<const T> memory) {
    stretches_.push_back(std::as_bytes(memory));
  }

  /// Asks for the next `kLinesOfStep` lines of the memory, or for what is left.
  void Step() {
    std::size_t lines = kLinesOfStep;
    for (; next_ < stretches_.size(); ++next_) {
      for (std::span<const std::byte>& left = stretches_[next_]; !left.empty();) {
        if (lines-- == 0) return;
        __builtin_prefetch(left.data());
        const std::size_t past_line = reinterpret_cast<std::uintptr_t>(left.data()) % kLine;
        left = left.subspan(std::min(left.size(), kLine - past_line));
      }
    }
  }

  /// Forgets what has been added.
  void Clear() {
    stretches_.clear();
    next_ = 0;
  }

 private:
  static constexpr std::size_t kLine = 64;
  static constexpr std::size_t kLinesOfStep = 5;

  std::vector<std::span<const std::byte>> stretches_;  ///< What is left of each.
  std::size_t next_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_KERNELS_PREFETCH_QUEUE_H_
