#ifndef PINMETRICS_SRC_STORE_KEPT_STORE_H_
#define PINMETRICS_SRC_STORE_KEPT_STORE_H_

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinmetrics/store/store.h"
#include "store/journal.h"

namespace pinmetrics {

/// A store that a journal keeps, as the keeper sees it. Handles to it are ordinary stores, which
/// share it; it goes with the last of them.
class KeptStore {
 public:
  /// With what was sealed of it. InvalidArgument or ResourceExhausted where the contents do not fit
  /// together.
  static absl::StatusOr<KeptStore> Make(StoreOptions options, const KeptContents& contents);

  /// What was kept since it was last sealed, in the order in which it was kept. Nothing of it is
  /// handed to a journal.
  absl::Status Replay(std::span<const Pin> pins);
  absl::Status Replay(std::span<const KeptEvent> events, std::string_view batch_key,
                      absl::Time now);
  absl::Status Replay(std::span<const KeptWithdrawal> withdrawals);

  /// From here on all that the store takes is handed to `journal`, which must outlive the store or
  /// be owned by it.
  void Attach(std::shared_ptr<Journal> journal);

  /// Puts what `prepare` gives in the place of the sealed days, once `commit` is OK; otherwise all
  /// stays as it was. Nothing is written or sealed meanwhile.
  absl::Status ReplaceSealed(
      const std::function<absl::StatusOr<KeptDays>(const StoreAtRest& store)>& prepare,
      const std::function<absl::Status()>& commit);

  /// Gives the viewer `from` another id, which nobody has, unless `keep` gives an error. Nothing is
  /// written or sealed meanwhile. NotFound if nobody has the id.
  absl::Status RenameViewer(ViewerId from, ViewerId to, const std::function<absl::Status()>& keep);

  /// A handle.
  Store Handle() const;

  /// The store as long as somebody has a handle.
  class Watch {
   public:
    Watch() = default;
    explicit Watch(const KeptStore& store) : impl_(store.impl_) {}
    bool is_open() const { return !impl_.expired(); }
    std::optional<KeptStore> Get() const {
      std::shared_ptr<Store::Impl> impl = impl_.lock();
      if (!impl) return std::nullopt;
      return KeptStore(std::move(impl));
    }

   private:
    std::weak_ptr<Store::Impl> impl_;
  };

  /// Seals many stores with one call of `keep`, which gets what each changes, in the order of
  /// `stores`, and keeps all of it or nothing. The results are in that order. Where a store's
  /// memory limit lets it seal some of its days only, the others are sealed by themselves.
  using KeepRounds = std::function<absl::Status(std::span<const SealedRound* const> rounds)>;
  static std::vector<SealResult> SealTogether(std::span<const KeptStore> stores, absl::Time now,
                                              const KeepRounds& keep);

 private:
  explicit KeptStore(std::shared_ptr<Store::Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<Store::Impl> impl_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_KEPT_STORE_H_
