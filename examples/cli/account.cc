#include "examples/cli/account.h"

#include <utility>

#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics::cli {
namespace {

/// Events go into the store's own form as they come, and the final days are sealed once all are
/// there: the log need not be in order.
class StoreAccount final : public Account {
 public:
  explicit StoreAccount(const Options& options)
      : options_(options), store_({.reporting = options.reporting}) {}

  absl::Status PutPins(const std::vector<Pin>& pins) override {
    for (const Pin& pin : pins) {
      if (absl::Status status = store_.PutPin(pin); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<Refusal>> Append(std::span<const Event> events) override {
    AppendResult result = store_.Append(events, options_.now);
    if (!result.status.ok()) return result.status;
    return std::move(result.refused);
  }

  absl::StatusOr<Answer> Ask() override {
    if (absl::Status status = store_.Seal(options_.now).status; !status.ok()) return status;
    return cli::Ask(store_.TakeSnapshot(), options_);
  }

 private:
  const Options& options_;
  Store store_;
};

/// Events are kept as they are. What `Evaluation` would refuse does not come here: unlike a store
/// it knows no reason of its own.
class EvaluatedAccount final : public Account {
 public:
  explicit EvaluatedAccount(const Options& options) : options_(options) {}

  absl::Status PutPins(const std::vector<Pin>& pins) override {
    pins_.insert(pins_.end(), pins.begin(), pins.end());
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<Refusal>> Append(std::span<const Event> events) override {
    events_.insert(events_.end(), events.begin(), events.end());
    return std::vector<Refusal>();
  }

  absl::StatusOr<Answer> Ask() override {
    return cli::Ask(Evaluation(events_, pins_, options_.now, options_.reporting), options_);
  }

 private:
  const Options& options_;
  std::vector<Pin> pins_;
  std::vector<Event> events_;
};

}  // namespace

std::unique_ptr<Account> MakeAccount(const Options& options) {
  if (options.engine == EngineName::kStore) return std::make_unique<StoreAccount>(options);
  return std::make_unique<EvaluatedAccount>(options);
}

}  // namespace pinmetrics::cli
