#include "pinmetrics/store/store.h"

#include <utility>

#include "absl/status/status.h"
#include "store/dictionary/hash_seed.h"
#include "store/store_impl.h"

namespace pinmetrics {
namespace {

StoreOptions WithHashSeed(StoreOptions options) {
  if (!options.hash_seed) options.hash_seed = RandomHashSeed();
  return options;
}

}  // namespace

Store::Impl::Impl(StoreOptions options, const StoreLimits& limits)
    : options_(WithHashSeed(std::move(options))),
      limits_(limits),
      calendar_(options_.reporting.time_zone),
      budget_(std::make_shared<MemoryBudget>(options_.memory_limit_bytes)),
      day_of_(calendar_),
      pins_(*options_.hash_seed),
      viewers_(*options_.hash_seed + 1),
      event_places_(*options_.hash_seed + 2),
      live_(limits, budget_, mutex_),
      sealed_(std::make_shared<const SealedDays>()) {
  Publish();
}

Snapshot Store::Impl::TakeSnapshot() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!latest_) {
    if (!pin_index_) pin_index_ = std::make_shared<PinIndexCache>();
    auto data = std::make_shared<StoreState>();
    data->options = options_.reporting;
    data->pins = pin_view_;
    data->viewer_limit = viewer_limit_;
    data->sealed = sealed_;
    data->live = live_.Published(pin_view_.Limits(viewer_limit_));
    data->pin_index = pin_index_;
    data->events_at_once = limits_.events_at_once;
    latest_ = std::move(data);
  }
  return Snapshot(latest_);
}

Store::Store(StoreOptions options) : Store(std::move(options), StoreLimits()) {}
Store::Store(StoreOptions options, const StoreLimits& limits)
    : impl_(std::make_shared<Impl>(std::move(options), limits)) {}
Store::Store(Store&& other) noexcept = default;
Store& Store::operator=(Store&& other) noexcept = default;
Store::~Store() = default;

const ReportingOptions& Store::reporting() const { return impl_->reporting(); }

absl::Status Store::PutPin(const Pin& pin) { return impl_->PutPin(pin); }

PutPinsResult Store::PutPins(std::span<const Pin> pins) { return impl_->PutPins(pins); }

AppendResult Store::Append(std::span<const Event> events, absl::Time now,
                           std::string_view batch_key) {
  return impl_->Append(events, now, batch_key);
}

absl::Status Store::Withdraw(EventId id) {
  WithdrawResult result = impl_->Withdraw({&id, 1});
  if (result.withdrawn == 1 || !result.status.ok()) return std::move(result.status);
  return absl::NotFoundError("event " + std::to_string(id.value()) +
                             ": no event of a day that is not sealed has this id");
}

WithdrawResult Store::Withdraw(std::span<const EventId> ids) { return impl_->Withdraw(ids); }

SealResult Store::Seal(absl::Time now) { return impl_->Seal(now); }

Snapshot Store::TakeSnapshot() const { return impl_->TakeSnapshot(); }

MemoryUse Store::Memory() const { return impl_->Memory(); }

}  // namespace pinmetrics
