#include <algorithm>
#include <map>
#include <memory>
#include <set>
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
    // An event that came again may be of another day.
    if (place && live_.DayOf(*place) == withdrawal.day) live_.Withdraw(*place);
  }
}

void Store::Impl::Attach(std::shared_ptr<Journal> journal) {
  const std::lock_guard<std::mutex> sealing(seal_mutex_);
  const std::lock_guard<std::mutex> lock(write_mutex_);
  journal_ = std::move(journal);
}

absl::Status Store::Impl::ReplaceSealed(
    const std::function<absl::StatusOr<KeptDays>(const StoreAtRest& store)>& prepare,
    const std::function<absl::Status()>& commit) {
  const std::lock_guard<std::mutex> sealing(seal_mutex_);
  const std::lock_guard<std::mutex> lock(write_mutex_);
  TakenBack taken;
  StoreAtRest at_rest{
      .live_days = {},
      .take_back = [&](const KeptPast& past) { return TakeBack(past, taken); },
  };
  live_.VisitDays([&](absl::CivilDay day, std::size_t) { at_rest.live_days.insert(day); });
  const auto roll_back = [&] {
    last_seen_.Clear();
    last_seen_bytes_ = last_seen_.bytes();
    RollBack(taken.events);
  };
  std::shared_ptr<const SealedDays> sealed;
  absl::Status status;
  try {
    const absl::StatusOr<KeptDays> days = prepare(at_rest);
    status = days.status();
    if (days.ok()) {
      last_seen_.Clear();
      absl::StatusOr<std::shared_ptr<const SealedDays>> made = SealedOf(*days, pins_.TakeView());
      status = made.status();
      if (made.ok()) sealed = *std::move(made);
    }
    if (status.ok()) status = commit();
  } catch (...) {
    roll_back();
    throw;
  }
  if (!status.ok()) {
    roll_back();
    return status;
  }
  for (const auto& [key, time] : taken.keys) {
    if (!batch_keys_.contains(key)) batch_key_bytes_ += kMapNodeBytes + key.size();
  }
  batch_keys_.merge(taken.keys);
  Publish(std::move(sealed));
  return absl::OkStatus();
}

absl::Status Store::Impl::TakeBack(const KeptPast& past, TakenBack& taken) {
  absl::Status status = ClaimFor(past);
  if (!status.ok()) return status;
  const absl::StatusOr<PinNumbers> numbers = PutMissingPins(past);
  if (!numbers.ok()) return numbers.status();
  for (const KeptBatch& batch : past.batches) {
    for (const KeptEvent& event : batch.events) {
      taken.events.push_back({.id = event.id, .viewer = event.viewer});
    }
  }
  kept_events_.clear();
  std::vector<std::size_t> ends;
  AppendResult result;
  for (const KeptBatch& batch : past.batches) {
    const std::size_t begin = kept_events_.size();
    for (KeptEvent event : batch.events) {
      event.pin = numbers->at(event.pin);
      status = Take(event, result);
      if (!status.ok()) return status;
    }
    ends.push_back(kept_events_.size());
    if (ends.back() > begin && !batch.key.empty()) taken.keys.emplace(batch.key, batch.now);
  }
  std::vector<KeptBatch> kept;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const auto events = std::span<const KeptEvent>(kept_events_).subspan(begin, ends[i] - begin);
    begin = ends[i];
    if (events.empty()) continue;
    kept.push_back({.events = events, .key = past.batches[i].key, .now = past.batches[i].now});
  }
  if (!kept.empty()) status = journal_->KeepEvents(kept);
  if (!status.ok() || past.withdrawals.empty()) return status;
  WithdrawKept(past.withdrawals);
  return journal_->KeepWithdrawals(past.withdrawals);
}

absl::Status Store::Impl::ClaimFor(const KeptPast& past) {
  if (!budget_->is_limited()) return absl::OkStatus();
  Growth growth;
  std::set<std::uint64_t> viewers;
  std::size_t events = 0;
  for (const KeptBatch& batch : past.batches) {
    growth.bytes += kMapNodeBytes + batch.key.size();
    for (const KeptEvent& event : batch.events) {
      ++events;
      ++growth.rows[event.day];
      if (event.viewer != ViewerId() && !viewers_.Find(event.viewer.value())) {
        viewers.insert(event.viewer.value());
      }
    }
  }
  growth.viewers = viewers.size();
  growth.bytes += BytesOfRows(growth, events);
  return Claim(growth);
}

absl::StatusOr<Store::Impl::PinNumbers> Store::Impl::PutMissingPins(const KeptPast& past) {
  using Versions = std::vector<std::uint32_t>;
  std::map<PinId, Versions> there;
  std::map<PinId, Versions> here;
  for (std::uint32_t i = 0; i < past.pins.size(); ++i) there[past.pins[i].id].push_back(i);
  for (std::uint32_t i = 0; i < pins_.versions(); ++i) {
    if (there.contains(pins_[i].id)) here[pins_[i].id].push_back(i);
  }
  PinNumbers numbers;
  for (const KeptBatch& batch : past.batches) {
    for (const KeptEvent& event : batch.events) numbers.emplace(event.pin, 0);
  }
  const auto find_here = [&](const Pin& pin) -> std::optional<std::uint32_t> {
    for (const std::uint32_t number : here[pin.id]) {
      if (pins_[number] == pin) return number;
    }
    return std::nullopt;
  };
  // Pins that were put here since the copy was made stay as they are; others end as in the copy.
  std::vector<Pin> last;
  for (const auto& [id, versions] : there) {
    const Versions& known = here[id];
    const Pin& pin = past.pins[versions.back()];
    const auto is_same = [&](std::uint32_t number_here, std::uint32_t number) {
      return pins_[number_here] == past.pins[number];
    };
    const bool is_behind = known.size() < versions.size() &&
                           std::equal(known.begin(), known.end(), versions.begin(), is_same);
    const bool is_in_copy =
        !known.empty() && std::any_of(versions.begin(), versions.end(), [&](std::uint32_t number) {
          return is_same(known.back(), number);
        });
    if (is_behind || (is_in_copy && !find_here(pin))) last.push_back(pin);
  }
  for (auto& [number, number_here] : numbers) {
    const Pin& pin = past.pins[number];
    std::optional<std::uint32_t> same = find_here(pin);
    if (!same) {
      same = pins_.versions();
      here[pin.id].push_back(*same);
      absl::Status status = pins_.Current(pin.id) ? PutEarlier(pin) : PutOne(pin);
      if (!status.ok()) return status;
    }
    number_here = *same;
  }
  for (const Pin& pin : last) {
    if (absl::Status status = PutOne(pin); !status.ok()) return status;
  }
  return numbers;
}

absl::Status Store::Impl::PutEarlier(const Pin& pin) {
  if (budget_->is_limited()) {
    const Growth growth = {.bytes = 2 * pins_.GrowthWith(pin), .pins = 2};
    if (absl::Status status = Claim(growth); !status.ok()) return status;
  }
  return pins_.PutEarlier(pin, [&](const Pin& again) {
    const std::vector<Pin> both = {pin, again};
    return journal_->KeepPins(pins_.versions(), both);
  });
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

absl::Status KeptStore::ReplaceSealed(
    const std::function<absl::StatusOr<KeptDays>(const StoreAtRest& store)>& prepare,
    const std::function<absl::Status()>& commit) {
  return impl_->ReplaceSealed(prepare, commit);
}

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
