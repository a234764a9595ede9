#ifndef PINMETRICS_SRC_STORE_DAY_MEMORY_BUDGET_H_
#define PINMETRICS_SRC_STORE_DAY_MEMORY_BUDGET_H_

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace pinmetrics {

/// How much memory the parts of a store take, in bytes, and how much more they may. Writers set
/// what the store keeps; before anybody takes more, it is claimed. Safe from any thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::optional<std::size_t> limit) : limit_(limit) {}

  bool is_limited() const { return limit_.has_value(); }

  /// What the store keeps now, the packs of live rows aside. `for_sealing` is what sealing the days
  /// that are live will take at a time, beside that: nothing else may claim it.
  void SetKept(std::size_t kept, std::size_t for_sealing) {
    const std::lock_guard<std::mutex> lock(mutex_);
    kept_ = kept;
    for_sealing_ = for_sealing;
  }

  /// For a writer: OK if the store may keep `more` and leave `for_sealing`. Both are taken, until
  /// the writer calls `SetKept`.
  absl::Status ClaimGrowth(std::size_t more, std::size_t for_sealing) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::size_t sealing = std::max({for_sealing, for_sealing_, sealing_});
    const std::size_t used = kept_ + more + packs_ + sealing;
    if (!Fits(used)) return Refusal(used);
    kept_ += more;
    for_sealing_ = std::max(for_sealing, for_sealing_);
    return absl::OkStatus();
  }

  /// For the one who seals: what is at work, in place of what was claimed for it before.
  absl::Status ClaimForSealing(std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::size_t used = kept_ + packs_ + bytes;
    if (!Fits(used)) return Refusal(used);
    sealing_ = bytes;
    return absl::OkStatus();
  }
  void EndSealing() {
    const std::lock_guard<std::mutex> lock(mutex_);
    sealing_ = 0;
  }

  /// For a pack of live rows: true if there is room to keep it. It then counts until it is given
  /// back.
  bool ClaimPack(std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!Fits(kept_ + packs_ + bytes + std::max(for_sealing_, sealing_))) return false;
    packs_ += bytes;
    return true;
  }
  void GiveBackPack(std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    packs_ -= bytes;
  }
  std::size_t packs() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return packs_;
  }

 private:
  bool Fits(std::size_t used) const { return !limit_ || used <= *limit_; }
  absl::Status Refusal(std::size_t used) const {
    return absl::ResourceExhaustedError("store: this would take " + std::to_string(used) +
                                        " bytes of memory, over the limit of " +
                                        std::to_string(*limit_));
  }

  const std::optional<std::size_t> limit_;
  mutable std::mutex mutex_;
  std::size_t kept_ = 0;
  std::size_t packs_ = 0;
  std::size_t for_sealing_ = 0;  ///< That sealing will take.
  std::size_t sealing_ = 0;      ///< That it takes now.
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_DAY_MEMORY_BUDGET_H_
