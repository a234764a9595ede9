#include "pinmetrics/store/store.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "store/block/block_rows.h"
#include "store/block/event_encoding.h"
#include "store/day/live_days.h"
#include "store/day/memory_budget.h"
#include "store/day/seal.h"
#include "store/day/store_limits.h"
#include "store/day/store_state.h"
#include "store/dictionary/hash_seed.h"
#include "store/dictionary/id_map.h"
#include "store/dictionary/pin_index.h"
#include "store/dictionary/pin_table.h"

namespace pinmetrics {
namespace {

StoreOptions WithHashSeed(StoreOptions options) {
  if (!options.hash_seed) options.hash_seed = RandomHashSeed();
  return options;
}

constexpr absl::Duration kBatchKeysKept = absl::Hours(24 * 30);

using BatchKeys = std::map<std::string, absl::Time, std::less<>>;

}  // namespace

/// Three locks, taken in this order:
/// * `seal_mutex_` by the one who seals, for all of it;
/// * `write_mutex_` by writers, for as long as a batch or the sweep of ids takes;
/// * `mutex_` by all, for short steps: it guards what snapshots see.
/// So nobody who takes a snapshot waits for a batch. What snapshots see is changed under both of
/// the last two, so that either is enough to read it.
class Store::Impl {
 public:
  Impl(StoreOptions options, const StoreLimits& limits)
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

  const ReportingOptions& reporting() const { return options_.reporting; }

  absl::Status PutPin(const Pin& pin) {
    if (const std::optional<Fault> fault = Check(pin)) {
      return absl::InvalidArgumentError("pin " + std::to_string(pin.id.value()) + ": " +
                                        fault->ToString());
    }
    const std::lock_guard<std::mutex> lock(write_mutex_);
    if (budget_->is_limited()) {
      const Growth growth = {.bytes = pins_.GrowthWith(pin), .pins = 1};
      if (growth.bytes == 0) return absl::OkStatus();
      if (absl::Status status = Claim(growth); !status.ok()) return status;
    }
    absl::Status put;
    try {
      put = pins_.Put(pin);
    } catch (...) {
      KeepWhatGrew();
      throw;
    }
    Publish();
    return put;
  }

  AppendResult Append(std::span<const Event> events, absl::Time now, std::string_view batch_key) {
    EncodedBatch batch = Encode(events, now);
    std::optional<BatchKeys> key;
    if (!batch_key.empty()) key.emplace().emplace(batch_key, now);

    const std::lock_guard<std::mutex> lock(write_mutex_);
    AppendResult result;
    result.repeated_batch = key && batch_keys_.contains(batch_key);
    if (result.repeated_batch) return result;
    result.status = ClaimFor(events, batch, batch_key);
    if (!result.status.ok()) return result;
    try {
      result.status = Write(events, batch, result);
    } catch (...) {
      RollBack(events);
      throw;
    }
    if (!result.status.ok()) result = {.status = std::move(result.status)};
    if (result.taken == 0) {
      RollBack(events);
      return result;
    }
    if (key) {
      batch_key_bytes_ += kMapNodeBytes + batch_key.size();
      batch_keys_.merge(*key);
    }
    Publish();
    return result;
  }

  WithdrawResult Withdraw(std::span<const EventId> ids) {
    const std::lock_guard<std::mutex> lock(write_mutex_);
    WithdrawResult result;
    try {
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i + kAhead < ids.size()) event_places_.Prefetch(ids[i + kAhead].value());
        const std::optional<std::uint32_t> place =
            ids[i] == EventId() ? std::nullopt : event_places_.Find(ids[i].value());
        if (place && live_.Withdraw(*place)) {
          ++result.withdrawn;
        } else {
          result.not_found.push_back(ids[i]);
        }
      }
    } catch (...) {
      live_.RollBack();
      throw;
    }
    if (result.withdrawn == 0) {
      live_.RollBack();
    } else {
      Publish();
    }
    return result;
  }

  SealResult Seal(absl::Time now) {
    const std::lock_guard<std::mutex> sealing(seal_mutex_);
    SealResult result;
    ClosedDays closed = Close(now);
    try {
      do {
        result.status = SealSome(closed, result);
      } while (result.status.ok() && !closed.days.empty());
    } catch (...) {
      // It may have seen days that were not handed over.
      last_seen_.Clear();
      {
        const std::lock_guard<std::mutex> lock(write_mutex_);
        last_seen_bytes_ = last_seen_.bytes();
        KeepWhatGrew();
      }
      Reopen(closed);
      throw;
    }
    Reopen(closed);
    return result;
  }

  Snapshot TakeSnapshot() const {
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

  MemoryUse Memory() const {
    MemoryUse use;
    std::shared_ptr<const SealedDays> sealed;
    std::shared_ptr<const PinIndexCache> index;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      use = use_;
      sealed = sealed_;
      index = pin_index_;
    }
    use.live_events += budget_->packs();
    if (index) use.dictionaries += index->bytes();
    for (std::uint32_t i = 0; i < Block::kTables; ++i) {
      const auto table = static_cast<Block::Table>(i);
      std::size_t bytes = 0;
      for (const auto& [day, of_day] : sealed->days) {
        bytes += of_day.block->block().BytesOf(table);
      }
      use.block_tables.emplace_back(Block::TableName(table), bytes);
    }
    use.block_tables.emplace_back(NewViewers::kName, BytesOf(*sealed, &SealedDay::new_viewers));
    use.block_tables.emplace_back(BoardDemographics::kName,
                                  BytesOf(*sealed, &SealedDay::board_demographics));
    use.block_tables.emplace_back(DayPinIndex::kName, BytesOf(*sealed, &SealedDay::day_pin_index));
    return use;
  }

 private:
  /// How many events ahead the memory that one will need is fetched, so that waiting for it
  /// overlaps with appending those before it. A processor has room for a dozen or two fetches at
  /// a time, three an event; beyond that they hold up the work that they should overlap with.
  static constexpr std::size_t kAhead = 8;
  static constexpr std::size_t kMapNodeBytes = 96;

  using RowsOfDays = std::map<absl::CivilDay, std::size_t>;

  /// Days that take no more, and what sealing them needs.
  struct ClosedDays {
    std::map<absl::CivilDay, LiveDays::Rows> days;
    PinTable::View pins;
    std::uint32_t viewer_limit = 1;
    absl::CivilDay first_retained;
    /// Before this sealing.
    absl::CivilDay sealed_through;
  };

  // ---- Under `write_mutex_` ----

  // Inlined in any case: see IdMap::Prefetch.
  [[gnu::always_inline]] void Prefetch(const Event& event) const {
    pins_.Prefetch(event.pin);
    viewers_.Prefetch(event.viewer.value());
    event_places_.Prefetch(event.id.value());
  }

  /// Writes what is good of a batch behind what snapshots see. If the status is not OK, part of it
  /// may be written.
  absl::Status Write(std::span<const Event> events, EncodedBatch& batch, AppendResult& result) {
    auto refused = batch.refused.begin();
    // The first has nothing to overlap with: a batch may be of one event.
    for (std::size_t i = 1; i < std::min(kAhead, events.size()); ++i) Prefetch(events[i]);
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (i + kAhead < events.size()) Prefetch(events[i + kAhead]);
      if (batch.events[i].code == EncodedEvent::kRefused) {
        result.refused.push_back(*std::move(refused++));
        continue;
      }
      absl::Status status = WriteOne(events[i], i, batch.events[i], result);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  /// ResourceExhausted if the event needs a number and there is none.
  absl::Status WriteOne(const Event& event, std::size_t index, const EncodedEvent& encoded,
                        AppendResult& result) {
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
    HeadChunk* chunk = live_.OpenLast(day);
    if (chunk == nullptr) {
      // A repeat needs no room.
      if (event.id != EventId() && event_places_.Find(event.id.value())) {
        ++result.repeats;
        return absl::OkStatus();
      }
      const absl::StatusOr<HeadChunk*> opened = live_.Open(day, *sealed_);
      if (!opened.ok()) return opened.status();
      chunk = *opened;
    }
    if (event.id != EventId() &&
        !event_places_.Insert(event.id.value(), LiveDays::NextPlace(*chunk))) {
      ++result.repeats;
      return absl::OkStatus();
    }
    BlockRow row{.pin = *pin, .play_ms = encoded.play_ms, .code = encoded.code};
    if (event.viewer != ViewerId()) {
      const std::size_t known = viewers_.size();
      // Numbers from 1: 0 is nobody.
      row.viewer =
          viewers_.FindOrInsert(event.viewer.value(), static_cast<std::uint32_t>(known) + 1);
      if (row.viewer > limits_.viewers) {
        return absl::ResourceExhaustedError("store: there would be more than " +
                                            std::to_string(limits_.viewers) +
                                            " viewers, the most that a store can tell apart");
      }
    }
    chunk->Append(row);
    ++result.taken;
    return absl::OkStatus();
  }

  /// Takes back what was written of a batch. Must not need memory.
  void RollBack(std::span<const Event> events) {
    for (const Event& event : events) {
      if (const auto place = event_places_.Find(event.id.value());
          place && live_.IsPending(*place)) {
        event_places_.Erase(event.id.value());
      }
      if (const auto viewer = viewers_.Find(event.viewer.value());
          viewer && *viewer >= viewer_limit_) {
        viewers_.Erase(event.viewer.value());
      }
    }
    live_.RollBack();
    KeepWhatGrew();
  }

  /// Counts what grew for something that failed and keeps its memory.
  void KeepWhatGrew() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      Measure();
    }
    SettleBudget();
  }

  /// Lets snapshots see all that was written, as one.
  void Publish() {
    std::shared_ptr<const StoreState> outdated;
    std::shared_ptr<PinIndexCache> outdated_index;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      live_.Publish();
      if (pin_view_.versions.size() != pins_.versions()) {
        pins_.Extend(pin_view_);
        outdated_index = std::move(pin_index_);
      }
      viewer_limit_ = static_cast<std::uint32_t>(viewers_.size()) + 1;
      Measure();
      outdated = std::move(latest_);
    }
    live_.ForgetPending();
    SettleBudget();
  }

  /// Under both locks.
  void Measure() {
    use_.dictionaries =
        viewers_.bytes() + last_seen_bytes_ + pins_.bytes() + sealed_->peaks->capacity();
    use_.live_events = live_.bytes() + event_places_.bytes();
    use_.blocks = sealed_->bytes;
    use_.other = sizeof(*this) + batch_key_bytes_;
  }

  // ---- The memory limit, under `write_mutex_` ----

  /// What a writer is about to add, at most.
  struct Growth {
    std::size_t bytes = 0;  ///< All of it.
    RowsOfDays rows = {};
    std::size_t viewers = 0;
    std::uint32_t pins = 0;
  };

  /// What sealing a day takes that has so many rows live.
  std::size_t WorkBytes(absl::CivilDay day, std::size_t live, const BlockLimits& limits) const {
    std::size_t sealed = 0;
    if (const auto found = sealed_->days.find(day); found != sealed_->days.end()) {
      sealed = found->second.block->block().events();
    }
    return Sealing::WorkBytes(live, sealed, limits) + limits.pins +
           LastSeen::BytesToSee(limits.viewers, last_seen_bytes_);
  }

  /// What sealing the live day that takes most will take, if `more` comes.
  std::size_t BytesForSealing(const Growth& more) const {
    const BlockLimits limits =
        pins_.Limits(static_cast<std::uint32_t>(viewers_.size() + more.viewers + 1), more.pins);
    std::size_t most = 0;
    const auto count = [&](absl::CivilDay day, std::size_t rows) {
      most = std::max(most, WorkBytes(day, rows, limits));
    };
    live_.VisitDays([&](absl::CivilDay day, std::size_t events) {
      const auto found = more.rows.find(day);
      count(day, events + (found == more.rows.end() ? 0 : found->second));
    });
    for (const auto& [day, events] : more.rows) count(day, events);
    return most;
  }

  void SettleBudget() {
    if (!budget_->is_limited()) return;
    // A withdrawal must not fail for its tombstones.
    budget_->SetKept(use_.total() + live_.most_bytes() - live_.bytes(), BytesForSealing({}));
  }

  /// Claims memory, until the budget is settled. Packs, which readers can make again, give way.
  absl::Status Claim(const Growth& growth) {
    const std::size_t for_sealing = BytesForSealing(growth);
    if (budget_->ClaimGrowth(growth.bytes, for_sealing).ok()) return absl::OkStatus();
    DropPacks();
    return budget_->ClaimGrowth(growth.bytes, for_sealing);
  }

  /// What a batch adds at most, of the events that are `new_event`, some of them of a `new_viewer`.
  template <typename NewEvent, typename NewViewer>
  Growth GrowthWith(std::span<const Event> events, const EncodedBatch& batch, std::string_view key,
                    NewEvent new_event, NewViewer new_viewer) {
    Growth growth;
    std::size_t ids = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (batch.events[i].code == EncodedEvent::kRefused || !new_event(events[i])) continue;
      ++growth.rows[day_of_(events[i].time)];
      ++ids;
      if (new_viewer(events[i])) ++growth.viewers;
    }
    // A full map grows for an id that it has, too.
    growth.bytes = viewers_.BytesWith(growth.viewers + 1) - viewers_.bytes() +
                   event_places_.BytesWith(ids + 1) - event_places_.bytes();
    if (!key.empty()) growth.bytes += kMapNodeBytes + key.size();
    for (const auto& [day, rows] : growth.rows) growth.bytes += live_.GrowthWith(day, rows);
    return growth;
  }

  /// Claims what a batch adds at most.
  absl::Status ClaimFor(std::span<const Event> events, const EncodedBatch& batch,
                        std::string_view key) {
    if (!budget_->is_limited()) return absl::OkStatus();
    // Mostly there is room for a batch of which all is new, so nothing is looked up.
    const auto takes_each = [](const Event&) { return true; };
    if (Claim(GrowthWith(events, batch, key, takes_each, takes_each)).ok()) return absl::OkStatus();
    return Claim(GrowthWith(
        events, batch, key,
        [this](const Event& event) {
          return pins_.Current(event.pin) &&
                 (event.id == EventId() || !event_places_.Find(event.id.value()));
        },
        [this](const Event& event) {
          return event.viewer != ViewerId() && !viewers_.Find(event.viewer.value());
        }));
  }

  void DropPacks() {
    std::shared_ptr<const StoreState> outdated;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      outdated = std::move(latest_);
    }
    live_.DropPacks();
  }

  // ---- Sealing, under `seal_mutex_` ----

  ClosedDays Close(absl::Time now) {
    const std::lock_guard<std::mutex> lock(write_mutex_);
    ClosedDays closed{.days = {},
                      .pins = pins_.TakeView(),
                      .viewer_limit = viewer_limit_,
                      .first_retained = calendar_.FirstRetainedDay(now),
                      .sealed_through = sealed_through_};
    const absl::CivilDay last = std::max(sealed_through_, calendar_.LatestCompleteDay(now));
    closed.days = live_.Close(last, closed.pins.Limits(viewer_limit_));
    sealed_through_ = last;
    std::erase_if(batch_keys_, [&](const auto& entry) {
      if (entry.second + kBatchKeysKept >= now) return false;
      batch_key_bytes_ -= kMapNodeBytes + entry.first.size();
      return true;
    });
    return closed;
  }

  /// Opens again what was not sealed.
  void Reopen(const ClosedDays& closed) {
    budget_->EndSealing();
    if (closed.days.empty()) return;
    const std::lock_guard<std::mutex> lock(write_mutex_);
    live_.Reopen();
    sealed_through_ = std::max(closed.sealed_through, closed.days.begin()->first - 1);
  }

  /// Seals the first of the closed days, as many as the memory limit has room for, hands them over
  /// and takes them out of `closed`.
  absl::Status SealSome(ClosedDays& closed, SealResult& result) {
    // Nobody else replaces `sealed_`, so it can be read without a lock.
    Sealing sealing(*sealed_, closed.pins, closed.viewer_limit, last_seen_);
    std::size_t dropped = 0;
    absl::Status status;
    auto day = closed.days.begin();
    for (; day != closed.days.end(); ++day) {
      if (day->first < closed.first_retained) {
        // One with a block is counted below.
        if (!sealed_->days.contains(day->first)) ++dropped;
        continue;
      }
      status = ClaimForSealing(closed, *day, sealing.bytes());
      if (!status.ok()) break;
      sealing.Add(day->first, day->second);
    }
    dropped += sealing.DropBefore(closed.first_retained);
    if (!status.ok() && day == closed.days.begin() && dropped == 0) return status;
    HandOver(sealing.Finish(), closed, day);
    result.days_sealed += sealing.days_sealed();
    result.events_sealed += sealing.events_sealed();
    result.days_dropped += dropped;
    return absl::OkStatus();
  }

  absl::Status ClaimForSealing(const ClosedDays& closed,
                               const std::pair<const absl::CivilDay, LiveDays::Rows>& day,
                               std::size_t already) {
    if (!budget_->is_limited()) return absl::OkStatus();
    std::size_t live = 0;
    for (const auto& rows : day.second) live += rows->written();
    const std::lock_guard<std::mutex> lock(write_mutex_);
    const std::size_t bytes =
        already + WorkBytes(day.first, live, closed.pins.Limits(closed.viewer_limit));
    if (budget_->ClaimForSealing(bytes).ok()) return absl::OkStatus();
    DropPacks();
    return budget_->ClaimForSealing(bytes);
  }

  /// Lets snapshots see `sealed` in place of the closed days before `end`.
  void HandOver(std::shared_ptr<const SealedDays> sealed, ClosedDays& closed,
                std::map<absl::CivilDay, LiveDays::Rows>::iterator end) {
    const std::lock_guard<std::mutex> lock(write_mutex_);
    LiveDays::Removed removed = live_.RoomForRemoved();
    {
      const std::lock_guard<std::mutex> short_lock(mutex_);
      for (auto day = closed.days.begin(); day != end; ++day) live_.Remove(day->first, removed);
      sealed_.swap(sealed);
      last_seen_bytes_ = last_seen_.bytes();
      removed.push_back(std::move(latest_));
    }
    // From here on nothing fails, and only writers wait.
    const bool any = end != closed.days.begin();
    closed.days.erase(closed.days.begin(), end);
    removed.clear();
    if (any) {
      event_places_.EraseIf([this](std::uint32_t place) { return !live_.Has(place); });
    } else {
      event_places_.Trim();
    }
    Publish();
  }

  const StoreOptions options_;
  const StoreLimits limits_;
  const ReportingCalendar calendar_;
  const std::shared_ptr<MemoryBudget> budget_;

  std::mutex seal_mutex_;
  LastSeen last_seen_;  ///< On the sealed days. Guarded by `seal_mutex_`.

  /// Guards what writers alone look at.
  std::mutex write_mutex_;
  DayFinder day_of_;
  PinTable pins_;
  IdMap viewers_;       ///< The dense number of each viewer, from 1.
  IdMap event_places_;  ///< Where in `live_` each event is, also if it was withdrawn.
  std::size_t last_seen_bytes_ = 0;
  absl::CivilDay sealed_through_ = absl::CivilDay::min();
  BatchKeys batch_keys_;
  std::size_t batch_key_bytes_ = 0;

  /// Guards what snapshots see.
  mutable std::mutex mutex_;
  LiveDays live_;  ///< What was published of it; the rest is for writers.
  PinTable::View pin_view_;
  std::uint32_t viewer_limit_ = 1;
  std::shared_ptr<const SealedDays> sealed_;
  MemoryUse use_;  ///< Without packs and the Pin index.
  /// Of these Pins; null until a snapshot was taken.
  mutable std::shared_ptr<PinIndexCache> pin_index_;
  /// A snapshot of all this; null until one was taken.
  mutable std::shared_ptr<const StoreState> latest_;
};

Store::Store(StoreOptions options) : Store(std::move(options), StoreLimits()) {}
Store::Store(StoreOptions options, const StoreLimits& limits)
    : impl_(std::make_unique<Impl>(std::move(options), limits)) {}
Store::Store(Store&& other) noexcept = default;
Store& Store::operator=(Store&& other) noexcept = default;
Store::~Store() = default;

const ReportingOptions& Store::reporting() const { return impl_->reporting(); }

absl::Status Store::PutPin(const Pin& pin) { return impl_->PutPin(pin); }

AppendResult Store::Append(std::span<const Event> events, absl::Time now,
                           std::string_view batch_key) {
  return impl_->Append(events, now, batch_key);
}

absl::Status Store::Withdraw(EventId id) {
  if (impl_->Withdraw({&id, 1}).withdrawn == 1) return absl::OkStatus();
  return absl::NotFoundError("event " + std::to_string(id.value()) +
                             ": no event of a day that is not sealed has this id");
}

WithdrawResult Store::Withdraw(std::span<const EventId> ids) { return impl_->Withdraw(ids); }

SealResult Store::Seal(absl::Time now) { return impl_->Seal(now); }

Snapshot Store::TakeSnapshot() const { return impl_->TakeSnapshot(); }

MemoryUse Store::Memory() const { return impl_->Memory(); }

}  // namespace pinmetrics
