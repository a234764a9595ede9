#include <algorithm>
#include <set>
#include <utility>

#include "pinmetrics/calendar/date_range.h"
#include "store/block/block_rows.h"
#include "store/store_impl.h"

/// What writers do with a store.

namespace pinmetrics {

absl::Status Store::Impl::PutPin(const Pin& pin) {
  if (const std::optional<Fault> fault = Check(pin)) {
    return absl::InvalidArgumentError("pin " + std::to_string(pin.id.value()) + ": " +
                                      fault->ToString());
  }
  return PutPins({&pin, 1}).status;
}

PutPinsResult Store::Impl::PutPins(std::span<const Pin> pins) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  const std::uint32_t before = pins_.versions();
  PutPinsResult result;
  try {
    for (std::size_t i = 0; i < pins.size() && result.status.ok(); ++i) {
      if (std::optional<Fault> fault = Check(pins[i])) {
        result.refused.push_back({i, *std::move(fault)});
        continue;
      }
      result.status = PutOne(pins[i]);
      if (result.status.ok()) ++result.put;
    }
  } catch (...) {
    KeepWhatGrew();
    throw;
  }
  if (journal_ && pins_.versions() != before) {
    // Those that cannot be made safe stay unseen: without a sync nothing that counts with them
    // is taken, either.
    if (absl::Status synced = journal_->Sync(); !synced.ok()) {
      return {.status = std::move(synced), .put = 0, .refused = std::move(result.refused)};
    }
  }
  Publish();
  return result;
}

absl::Status Store::Impl::PutOne(const Pin& pin) {
  if (budget_->is_limited()) {
    const Growth growth = {.bytes = pins_.GrowthWith(pin), .pins = 1};
    if (growth.bytes == 0) return absl::OkStatus();
    if (absl::Status status = Claim(growth); !status.ok()) return status;
  }
  return pins_.Put(pin, [&] {
    return journal_ ? journal_->KeepPins(pins_.versions(), {&pin, 1}) : absl::OkStatus();
  });
}

AppendResult Store::Impl::Append(std::span<const Event> events, absl::Time now,
                                 std::string_view batch_key) {
  NewBatch batch(events, now, batch_key);
  if (journal_) {
    // Waiting for the disk is shared.
    append_turns_.Take(
        batch, [this](std::span<SharedTurns::Turn* const> turns) { return AppendTogether(turns); });
    return std::move(batch.result);
  }
  const std::lock_guard<std::mutex> lock(write_mutex_);
  AppendResult& result = batch.result;
  result.repeated_batch = batch.key && batch_keys_.contains(batch_key);
  if (result.repeated_batch) return std::move(result);
  result.status = ClaimFor(batch);
  if (!result.status.ok()) return std::move(result);
  try {
    result.status = Write(batch);
  } catch (...) {
    RollBack(events);
    throw;
  }
  if (!result.status.ok()) result = {.status = std::move(result.status)};
  if (result.taken == 0) {
    RollBack(events);
    return std::move(result);
  }
  Remember(batch);
  Publish();
  return std::move(result);
}

bool Store::Impl::AppendTogether(std::span<SharedTurns::Turn* const> turns) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  const bool alone = turns.size() == 1;
  // What a batch claims of a limit is counted when it is published.
  if (!alone && budget_->is_limited()) return false;
  const auto batches = [&turns](auto visit) {
    for (SharedTurns::Turn* const turn : turns) visit(static_cast<NewBatch&>(*turn));
  };
  const auto roll_back = [&] { batches([this](NewBatch& batch) { RollBack(batch.events); }); };
  absl::Status failed;
  try {
    kept_events_.clear();
    std::vector<std::size_t> ends;
    std::set<std::string_view> keys;
    batches([&](NewBatch& batch) {
      AppendResult& result = batch.result;
      result = {};
      ends.push_back(kept_events_.size());
      if (!failed.ok()) return;
      result.repeated_batch =
          batch.key && (batch_keys_.contains(batch.key_text) || keys.contains(batch.key_text));
      if (result.repeated_batch) return;
      failed = ClaimFor(batch);
      if (failed.ok()) failed = Write(batch);
      ends.back() = kept_events_.size();
      if (batch.key && result.taken > 0) keys.insert(batch.key_text);
    });
    if (failed.ok() && !kept_events_.empty()) {
      std::vector<KeptBatch> kept;
      std::size_t begin = 0;
      for (std::size_t i = 0; i < turns.size(); ++i) {
        const auto& batch = static_cast<const NewBatch&>(*turns[i]);
        if (ends[i] > begin) {
          kept.push_back({.events = std::span(kept_events_).subspan(begin, ends[i] - begin),
                          .key = batch.key_text,
                          .now = batch.now});
        }
        begin = ends[i];
      }
      failed = journal_->KeepEvents(kept);
    }
  } catch (...) {
    roll_back();
    if (alone) throw;
    return false;
  }
  if (!failed.ok() || kept_events_.empty()) roll_back();
  if (!failed.ok()) {
    if (!alone) return false;
    static_cast<NewBatch&>(*turns[0]).result = {.status = std::move(failed)};
    return true;
  }
  if (kept_events_.empty()) return true;
  batches([this](NewBatch& batch) {
    if (batch.result.taken > 0) Remember(batch);
  });
  Publish();
  return true;
}

absl::Status Store::Impl::Write(NewBatch& batch) {
  const std::span<const Event> events = batch.events;
  AppendResult& result = batch.result;
  if (journal_) kept_events_.reserve(kept_events_.size() + events.size());
  auto refused = batch.encoded.refused.begin();
  // The first has nothing to overlap with: a batch may be of one event.
  for (std::size_t i = 1; i < std::min(kAhead, events.size()); ++i) Prefetch(events[i]);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i + kAhead < events.size()) Prefetch(events[i + kAhead]);
    const EncodedEvent& encoded = batch.encoded.events[i];
    if (encoded.code == EncodedEvent::kRefused) {
      result.refused.push_back(*refused++);
      continue;
    }
    if (absl::Status status = WriteOne(events[i], i, encoded, result); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Store::Impl::WriteOne(const Event& event, std::size_t index,
                                   const EncodedEvent& encoded, AppendResult& result) {
  const std::optional<std::uint32_t> pin = pins_.Current(event.pin);
  if (!pin) {
    result.refused.push_back({index, UnknownPin(event.pin)});
    return absl::OkStatus();
  }
  const absl::CivilDay day = day_of_(event.time);
  if (day <= sealed_through_ && options_.late_events == LateEvents::kRefuse) {
    result.refused.push_back(
        {index,
         {FaultKind::kSealedDay, "time",
          FormatInstant(event.time) + " is on " + ToString(day) +
              ", a sealed day; the first open one is " + ToString(sealed_through_ + 1)}});
    return absl::OkStatus();
  }
  if (const DamagedDays& damaged = sealed_->damaged; !damaged.empty() && damaged.contains(day)) {
    result.refused.push_back(
        {index,
         {FaultKind::kSealedDay, "time",
          FormatInstant(event.time) + " is on a day that is damaged: " + damaged.at(day)}});
    return absl::OkStatus();
  }
  return Take({day, event.id, event.viewer, *pin, encoded.play_ms, encoded.code}, result);
}

absl::Status Store::Impl::Take(const KeptEvent& event, AppendResult& result) {
  HeadChunk* chunk = live_.OpenLast(event.day);
  if (chunk == nullptr) {
    // A repeat needs no room.
    if (event.id != EventId() && event_places_.Find(event.id.value())) {
      ++result.repeats;
      return absl::OkStatus();
    }
    const absl::StatusOr<HeadChunk*> opened = live_.Open(event.day, *sealed_);
    if (!opened.ok()) return opened.status();
    chunk = *opened;
  }
  if (event.id != EventId() &&
      !event_places_.Insert(event.id.value(), LiveDays::NextPlace(*chunk))) {
    ++result.repeats;
    return absl::OkStatus();
  }
  BlockRow row{.pin = event.pin, .play_ms = event.play_ms, .code = event.code};
  if (event.viewer != ViewerId()) {
    row.viewer = viewers_.FindOrInsert(event.viewer.value(), next_viewer_);
    if (row.viewer == next_viewer_) ++next_viewer_;
    if (row.viewer > limits_.viewers) {
      return absl::ResourceExhaustedError("store: there would be more than " +
                                          std::to_string(limits_.viewers) +
                                          " viewers, the most that a store can tell apart");
    }
  }
  chunk->Append(row);
  if (journal_) kept_events_.push_back(event);
  ++result.taken;
  return absl::OkStatus();
}

void Store::Impl::Remember(NewBatch& batch) {
  if (!batch.key) return;
  batch_key_bytes_ += kMapNodeBytes + batch.key_text.size();
  batch_keys_.merge(*batch.key);
}

WithdrawResult Store::Impl::Withdraw(std::span<const EventId> ids) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  WithdrawResult result;
  std::vector<KeptWithdrawal> kept;
  try {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (i + kAhead < ids.size()) event_places_.Prefetch(ids[i + kAhead].value());
      const std::optional<std::uint32_t> place =
          ids[i] == EventId() ? std::nullopt : event_places_.Find(ids[i].value());
      if (place && live_.Withdraw(*place)) {
        ++result.withdrawn;
        if (journal_) kept.push_back({live_.DayOf(*place), ids[i]});
      } else {
        result.not_found.push_back(ids[i]);
      }
    }
    if (!kept.empty()) result.status = journal_->KeepWithdrawals(kept);
  } catch (...) {
    live_.RollBack();
    throw;
  }
  if (!result.status.ok()) {
    live_.RollBack();
    return {.status = std::move(result.status)};
  }
  if (result.withdrawn == 0) {
    live_.RollBack();
  } else {
    Publish();
  }
  return result;
}

void Store::Impl::RollBack(std::span<const Event> events) {
  for (const Event& event : events) {
    if (const auto place = event_places_.Find(event.id.value()); place && live_.IsPending(*place)) {
      event_places_.Erase(event.id.value());
    }
    if (const auto viewer = viewers_.Find(event.viewer.value());
        viewer && *viewer >= viewer_limit_) {
      viewers_.Erase(event.viewer.value());
    }
  }
  next_viewer_ = viewer_limit_;
  live_.RollBack();
  KeepWhatGrew();
}

void Store::Impl::KeepWhatGrew() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    Measure();
  }
  SettleBudget();
}

void Store::Impl::Publish(std::shared_ptr<const SealedDays> sealed) {
  std::shared_ptr<const StoreState> outdated;
  std::shared_ptr<PinIndexCache> outdated_index;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    live_.Publish();
    if (sealed) {
      sealed_.swap(sealed);
      last_seen_bytes_ = last_seen_.bytes();
    }
    if (pin_view_.versions.size() != pins_.versions()) {
      pins_.Extend(pin_view_);
      outdated_index = std::move(pin_index_);
    }
    viewer_limit_ = next_viewer_;
    Measure();
    outdated = std::move(latest_);
  }
  live_.ForgetPending();
  SettleBudget();
}

void Store::Impl::Measure() {
  use_.dictionaries =
      viewers_.bytes() + last_seen_bytes_ + pins_.bytes() + sealed_->peaks->capacity();
  use_.live_events = live_.bytes() + event_places_.bytes();
  use_.blocks = sealed_->bytes;
  use_.other = sizeof(*this) + batch_key_bytes_;
}

}  // namespace pinmetrics
