#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "pinmetrics/calendar/date_range.h"
#include "store/kept_store.h"
#include "store/store_impl.h"

/// What a store does for whoever keeps it beyond the process.

namespace pinmetrics {

absl::Status Store::Impl::Restore(const KeptContents& contents) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  for (const Pin& pin : contents.pins) {
    if (absl::Status status = RestorePin(pin); !status.ok()) return status;
  }
  for (const ViewerRun& run : contents.viewers) {
    std::uint32_t number = run.first;
    for (const std::uint64_t id : run.ids) {
      if (number < next_viewer_ || number >= contents.next_viewer) {
        return absl::DataLossError("viewer " + std::to_string(id) + " has the number " +
                                   std::to_string(number) + " of another");
      }
      if (!viewers_.Insert(id, number)) {
        return absl::DataLossError("viewer " + std::to_string(id) + " has two numbers");
      }
      next_viewer_ = ++number;
    }
  }
  next_viewer_ = contents.next_viewer;
  days_dropped_ = contents.days_dropped;
  viewer_limit_ = next_viewer_;
  absl::StatusOr<std::shared_ptr<const SealedDays>> sealed =
      SealedOf(contents.days, pins_.TakeView());
  if (!sealed.ok()) return sealed.status();
  sealed_ = *std::move(sealed);
  last_seen_bytes_ = last_seen_.bytes();
  sealed_through_ = contents.sealed_through;
  for (const auto& [key, time] : contents.batch_keys) RememberKey(key, time);
  Publish();
  return absl::OkStatus();
}

absl::Status Store::Impl::Replay(std::span<const Pin> pins) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  for (const Pin& pin : pins) {
    if (absl::Status status = RestorePin(pin); !status.ok()) return status;
  }
  Publish();
  return absl::OkStatus();
}

absl::Status Store::Impl::Replay(std::span<const KeptEvent> events, std::string_view batch_key,
                                 absl::Time now) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  AppendResult result;
  for (const KeptEvent& event : events) {
    if (event.pin >= pins_.versions()) {
      return absl::DataLossError("an event counts with version " + std::to_string(event.pin) +
                                 " of a Pin, and there are " + std::to_string(pins_.versions()));
    }
    if (absl::Status status = Take(event, result); !status.ok()) return status;
  }
  if (!batch_key.empty()) RememberKey(batch_key, now);
  Publish();
  return absl::OkStatus();
}

absl::Status Store::Impl::Replay(std::span<const KeptWithdrawal> withdrawals) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  WithdrawKept(withdrawals);
  Publish();
  return absl::OkStatus();
}

void Store::Impl::WithdrawKept(std::span<const KeptWithdrawal> withdrawals) {
  for (const KeptWithdrawal& withdrawal : withdrawals) {
    const std::optional<std::uint32_t> place = event_places_.Find(withdrawal.id.value());
    if (place) live_.Withdraw(*place);
  }
}

void Store::Impl::Attach(std::shared_ptr<Journal> journal) {
  const std::lock_guard<std::mutex> sealing(seal_mutex_);
  const std::lock_guard<std::mutex> lock(write_mutex_);
  journal_ = std::move(journal);
}

absl::Status Store::Impl::ReplaceSealed(const std::function<absl::StatusOr<KeptDays>()>& keep) {
  const std::lock_guard<std::mutex> sealing(seal_mutex_);
  PinTable::View pins;
  {
    const std::lock_guard<std::mutex> lock(write_mutex_);
    pins = pins_.TakeView();
  }
  const absl::StatusOr<KeptDays> days = keep();
  if (!days.ok()) return days.status();
  last_seen_.Clear();
  absl::StatusOr<std::shared_ptr<const SealedDays>> sealed = SealedOf(*days, pins);
  if (!sealed.ok()) return sealed.status();
  const std::lock_guard<std::mutex> lock(write_mutex_);
  {
    const std::lock_guard<std::mutex> short_lock(mutex_);
    sealed_.swap(*sealed);
    last_seen_bytes_ = last_seen_.bytes();
  }
  Publish();
  return absl::OkStatus();
}

absl::Status Store::Impl::TakeBack(const KeptPast& past) {
  const std::lock_guard<std::mutex> sealing(seal_mutex_);
  const std::lock_guard<std::mutex> lock(write_mutex_);
  if (absl::Status status = TakeBackEvents(past); !status.ok()) return status;
  if (past.withdrawals.empty()) return absl::OkStatus();
  if (absl::Status status = journal_->KeepWithdrawals(past.withdrawals); !status.ok()) {
    return status;
  }
  WithdrawKept(past.withdrawals);
  Publish();
  return absl::OkStatus();
}

absl::Status Store::Impl::TakeBackEvents(const KeptPast& past) {
  const absl::StatusOr<std::map<std::uint32_t, std::uint32_t>> numbers = NumbersHere(past);
  if (!numbers.ok()) return numbers.status();
  std::vector<Event> events;  // What taking them back would need to know of them.
  Growth growth;
  for (const KeptBatch& batch : past.batches) {
    for (const KeptEvent& event : batch.events) {
      events.push_back({.id = event.id, .viewer = event.viewer});
      ++growth.rows[event.day];
      ++growth.viewers;
    }
    growth.bytes += kMapNodeBytes + batch.key.size();
  }
  if (budget_->is_limited()) {
    growth.bytes += viewers_.BytesWith(growth.viewers + 1) - viewers_.bytes() +
                    event_places_.BytesWith(events.size() + 1) - event_places_.bytes();
    for (const auto& [day, rows] : growth.rows) growth.bytes += live_.GrowthWith(day, rows);
    if (absl::Status status = Claim(growth); !status.ok()) return status;
  }
  BatchKeys keys;
  std::vector<KeptBatch> kept;
  std::vector<std::size_t> ends;
  absl::Status status;
  try {
    kept_events_.clear();
    AppendResult result;
    for (const KeptBatch& batch : past.batches) {
      for (KeptEvent event : batch.events) {
        event.pin = numbers->at(event.pin);
        if (status.ok()) status = Take(event, result);
      }
      if (!batch.key.empty()) keys.emplace(batch.key, batch.now);
      ends.push_back(kept_events_.size());
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      kept.push_back(past.batches[i]);
      kept.back().events = std::span(kept_events_).subspan(begin, ends[i] - begin);
      if (kept.back().events.empty()) kept.pop_back();
      begin = ends[i];
    }
    if (status.ok() && !kept.empty()) status = journal_->KeepEvents(kept);
  } catch (...) {
    RollBack(events);
    throw;
  }
  if (!status.ok() || kept.empty()) {
    RollBack(events);
    return status;
  }
  for (const auto& [key, time] : keys) {
    if (!batch_keys_.contains(key)) batch_key_bytes_ += kMapNodeBytes + key.size();
  }
  batch_keys_.merge(keys);
  Publish();
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::uint32_t, std::uint32_t>> Store::Impl::NumbersHere(
    const KeptPast& past) {
  std::map<std::uint32_t, std::uint32_t> numbers;
  for (const KeptBatch& batch : past.batches) {
    for (const KeptEvent& event : batch.events) numbers.emplace(event.pin, 0);
  }
  std::map<PinId, Pin> current;  // Of those that are put, the version from now on.
  for (auto& [there, here] : numbers) {
    const Pin& pin = past.pins[there];
    const AppendOnly<Pin>::View versions = pins_.TakeView().versions;
    // A Pin has mostly the number that it has in the copy.
    here = there;
    if (here < versions.size() && versions[here] == pin) continue;
    for (here = 0; here < versions.size() && versions[here] != pin;) ++here;
    if (here < versions.size()) continue;
    // What the copy does not know was put here since.
    const std::optional<std::uint32_t> now = pins_.Current(pin.id);
    const auto is_known = [&](const Pin& version) { return version == versions[*now]; };
    if (!now || std::any_of(past.pins.begin(), past.pins.end(), is_known)) {
      current.try_emplace(
          pin.id, *std::find_if(past.pins.rbegin(), past.pins.rend(),
                                [&pin](const Pin& version) { return version.id == pin.id; }));
    } else {
      current.try_emplace(pin.id, versions[*now]);
    }
    if (absl::Status status = PutOne(pin); !status.ok()) return status;
  }
  for (const auto& [id, pin] : current) {
    if (absl::Status status = PutOne(pin); !status.ok()) return status;
  }
  return numbers;
}

absl::Status Store::Impl::RenameViewer(ViewerId from, ViewerId to,
                                       const std::function<absl::Status()>& keep) {
  const std::lock_guard<std::mutex> sealing(seal_mutex_);
  const std::lock_guard<std::mutex> lock(write_mutex_);
  const std::optional<std::uint32_t> number = viewers_.Find(from.value());
  if (from == ViewerId() || !number) {
    return absl::NotFoundError("viewer " + std::to_string(from.value()) +
                               ": no event that is kept has this viewer");
  }
  viewers_.ReserveFor(to.value());
  if (absl::Status status = keep(); !status.ok()) return status;
  viewers_.Erase(from.value());
  viewers_.Set(to.value(), *number);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const SealedDays>> Store::Impl::SealedOf(
    const KeptDays& days, const PinTable::View& pins) {
  const BlockLimits limits = pins.Limits(viewer_limit_);
  SealedDays none;
  none.damaged = days.damaged;
  Sealing sealing(none, pins, viewer_limit_, last_seen_);
  for (const std::shared_ptr<const PackedBlock>& packed : days.blocks) {
    const Block& block = packed->block();
    if (block.pin_limit() > limits.pins || block.class_limit() > limits.classes ||
        block.board_limit() > limits.boards || block.viewer_limit() > limits.viewers) {
      return absl::DataLossError("the block of " + ToString(block.day()) +
                                 " has numbers of Pins or viewers that are not known");
    }
    sealing.Add(packed);
  }
  return sealing.Finish();
}

absl::Status Store::Impl::RestorePin(const Pin& pin) {
  const std::uint32_t before = pins_.versions();
  if (absl::Status status = pins_.Put(pin); !status.ok()) return status;
  if (pins_.versions() != before + 1) {
    return absl::DataLossError("pin " + std::to_string(pin.id.value()) + ": version " +
                               std::to_string(before) + " is just as the one before");
  }
  return absl::OkStatus();
}

void Store::Impl::RememberKey(std::string_view key, absl::Time now) {
  if (batch_keys_.emplace(key, now).second) batch_key_bytes_ += kMapNodeBytes + key.size();
}

absl::StatusOr<KeptStore> KeptStore::Make(StoreOptions options, const KeptContents& contents) {
  // Not one allocation with its count, which a `Watch` keeps. NOLINTNEXTLINE(modernize-make-shared)
  KeptStore store(std::shared_ptr<Store::Impl>(new Store::Impl(std::move(options), StoreLimits())));
  if (absl::Status status = store.impl_->Restore(contents); !status.ok()) return status;
  return store;
}

absl::Status KeptStore::Replay(std::span<const Pin> pins) { return impl_->Replay(pins); }

absl::Status KeptStore::Replay(std::span<const KeptEvent> events, std::string_view batch_key,
                               absl::Time now) {
  return impl_->Replay(events, batch_key, now);
}

absl::Status KeptStore::Replay(std::span<const KeptWithdrawal> withdrawals) {
  return impl_->Replay(withdrawals);
}

absl::Status KeptStore::ReplaceSealed(const std::function<absl::StatusOr<KeptDays>()>& keep) {
  return impl_->ReplaceSealed(keep);
}

absl::Status KeptStore::TakeBack(const KeptPast& past) { return impl_->TakeBack(past); }

absl::Status KeptStore::RenameViewer(ViewerId from, ViewerId to,
                                     const std::function<absl::Status()>& keep) {
  return impl_->RenameViewer(from, to, keep);
}

void KeptStore::Attach(std::shared_ptr<Journal> journal) { impl_->Attach(std::move(journal)); }

Store KeptStore::Handle() const { return Store(impl_); }

std::vector<SealResult> KeptStore::SealTogether(std::span<const KeptStore> stores, absl::Time now,
                                                const KeepRounds& keep) {
  std::vector<std::unique_ptr<Store::Impl::SealInProgress>> seals;
  std::vector<const SealedRound*> rounds;
  for (const KeptStore& store : stores) {
    seals.push_back(store.impl_->BeginSeal(now));
    if (seals.back()->round) rounds.push_back(&seals.back()->round->kept);
  }
  const absl::Status kept = keep(rounds);
  std::vector<SealResult> results;
  for (std::unique_ptr<Store::Impl::SealInProgress>& seal : seals) {
    if (seal->round) seal->store.FinishRound(*seal, kept);
    seal->store.FinishSeal(*seal);
    results.push_back(std::move(seal->result));
    seal.reset();
  }
  return results;
}

}  // namespace pinmetrics
