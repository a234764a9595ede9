#ifndef PINMETRICS_SRC_STORE_DICTIONARY_KEPT_ONCE_H_
#define PINMETRICS_SRC_STORE_DICTIONARY_KEPT_ONCE_H_

#include <memory>
#include <mutex>
#include <utility>

namespace pinmetrics {

/// Something that follows from what its owner holds: made when it is first asked for, then kept as
/// long as the owner. Threads that ask at the same time each make it, since none waits for another
/// to do so; the first that is done has made what all get from then on. Safe from any thread.
template <typename T>
class KeptOnce {
 public:
  using Pointer = std::shared_ptr<const T>;

  /// What is kept; null if nothing is yet.
  Pointer Get() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return kept_;
  }

  /// Keeps `made`, unless something is kept already. Returns what is.
  Pointer Keep(Pointer made) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!kept_) kept_ = std::move(made);
    return kept_;
  }

 private:
  mutable std::mutex mutex_;
  Pointer kept_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DICTIONARY_KEPT_ONCE_H_
