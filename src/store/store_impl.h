#ifndef PINMETRICS_SRC_STORE_STORE_IMPL_H_
#define PINMETRICS_SRC_STORE_STORE_IMPL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/store/store.h"
#include "store/block/event_encoding.h"
#include "store/day/live_days.h"
#include "store/day/memory_budget.h"
#include "store/day/occurring_viewers.h"
#include "store/day/seal.h"
#include "store/day/store_limits.h"
#include "store/day/store_state.h"
#include "store/dictionary/id_map.h"
#include "store/dictionary/pin_index.h"
#include "store/dictionary/pin_table.h"
#include "store/journal.h"
#include "store/shared_turns.h"

namespace pinmetrics {

/// A store. What it does stands in files by who does it: store_writing.cc, store_sealing.cc,
/// store_keeping.cc for whoever keeps it beyond the process, store_memory.cc for the memory limit.
///
/// Three locks, taken in this order:
/// * `seal_mutex_` by the one who seals, for all of it;
/// * `write_mutex_` by writers, for as long as a batch or the sweep of ids takes;
/// * `mutex_` by all, for short steps: it guards what snapshots see.
/// So nobody who takes a snapshot waits for a batch. What snapshots see is changed under both of
/// the last two, so that either is enough to read it.
class Store::Impl {
 public:
  /// Days that take no more, and what sealing them needs.
  struct ClosedDays {
    std::map<absl::CivilDay, LiveDays::Rows> days;
    PinTable::View pins;
    std::uint32_t viewer_limit = 1;
    absl::CivilDay first_retained;
    /// Before this sealing.
    absl::CivilDay sealed_through;
    // For a journal.
    absl::Time keys_kept_from = absl::InfinitePast();
    std::uint64_t last_record = 0;
  };

  /// Some of the closed days, sealed, and not yet seen by anybody.
  struct Round {
    std::shared_ptr<const SealedDays> sealed;
    std::size_t closed_days = 0;  ///< How many of the closed days these are, from the first on.
    std::size_t days_sealed = 0;
    std::size_t events_sealed = 0;
    std::size_t days_dropped = 0;
    /// In blocks, if those who occur nowhere any more are to be forgotten.
    std::optional<OccurringViewers> occurring = {};
    SealedRound kept;  ///< For a journal.
  };

  /// A sealing between two of its steps. One that does not come to its end, because memory runs
  /// out, opens its days again.
  struct SealInProgress {
    SealInProgress(Impl& of, absl::Time now)
        : store(of), turn(of.seal_mutex_), closed(of.Close(now)) {}
    ~SealInProgress() {
      if (!is_over) store.Abandon(*this);
    }
    SealInProgress(const SealInProgress&) = delete;
    SealInProgress& operator=(const SealInProgress&) = delete;

    Impl& store;
    const std::lock_guard<std::mutex> turn;
    ClosedDays closed;
    std::optional<Round> round = {};
    SealResult result = {};
    bool is_over = false;
  };

  /// A batch to be appended, with what of it needs no lock.
  struct NewBatch : SharedTurns::Turn {
    NewBatch(std::span<const Event> new_events, absl::Time appended, std::string_view batch_key)
        : events(new_events),
          now(appended),
          key_text(batch_key),
          encoded(Encode(new_events, appended)) {
      if (!batch_key.empty()) key.emplace().emplace(batch_key, appended);
    }

    std::span<const Event> events;
    absl::Time now;
    std::string_view key_text;
    std::optional<BatchKeys> key = {};  ///< To be merged into those of the store.
    EncodedBatch encoded;
    AppendResult result = {};
  };

  Impl(StoreOptions options, const StoreLimits& limits);
  const ReportingOptions& reporting() const { return options_.reporting; }

  absl::Status PutPin(const Pin& pin);
  PutPinsResult PutPins(std::span<const Pin> pins);
  AppendResult Append(std::span<const Event> events, absl::Time now, std::string_view batch_key);
  WithdrawResult Withdraw(std::span<const EventId> ids);
  SealResult Seal(absl::Time now);
  Snapshot TakeSnapshot() const;
  StoreRows TakeRows();
  MemoryUse Memory() const;

  // ---- For a keeper: sealing in steps, between which what is sealed is kept ----

  /// Closes the days to be sealed and makes the first round of them.
  std::unique_ptr<SealInProgress> BeginSeal(absl::Time now);
  void FinishSeal(SealInProgress& seal);

  /// Shows what the round has sealed, if it is `kept`, and makes the next; else the days that are
  /// not sealed open again.
  void FinishRound(SealInProgress& seal, absl::Status kept);

  // ---- For a keeper, before anybody else has the store ----

  absl::Status Restore(const KeptContents& contents);
  absl::Status Replay(std::span<const Pin> pins);
  absl::Status Replay(std::span<const KeptEvent> events, std::string_view batch_key,
                      absl::Time now);
  absl::Status Replay(std::span<const KeptWithdrawal> withdrawals);
  void Attach(std::shared_ptr<Journal> journal);

  // ---- For a keeper, while others have the store ----

  absl::Status ReplaceSealed(
      const std::function<absl::StatusOr<KeptDays>(const StoreAtRest& store)>& prepare,
      const std::function<absl::Status()>& commit);
  absl::Status RenameViewer(ViewerId from, ViewerId to, const std::function<absl::Status()>& keep);

 private:
  /// How many events ahead the memory that one will need is fetched, so that waiting for it
  /// overlaps with appending those before it. A processor has room for a dozen or two fetches at
  /// a time, three an event; beyond that they hold up the work that they should overlap with.
  static constexpr std::size_t kAhead = 8;
  static constexpr std::size_t kMapNodeBytes = 96;

  using RowsOfDays = std::map<absl::CivilDay, std::size_t>;

  /// The sealed days that have these blocks. Under `seal_mutex_`; `last_seen_` has seen nothing.
  absl::StatusOr<std::shared_ptr<const SealedDays>> SealedOf(const KeptDays& days,
                                                             const PinTable::View& pins);

  // ---- Under `write_mutex_` ----

  // Inlined in any case: see IdMap::Prefetch.
  [[gnu::always_inline]] void Prefetch(const Event& event) const {
    pins_.Prefetch(event.pin);
    viewers_.Prefetch(event.viewer.value());
    event_places_.Prefetch(event.id.value());
  }

  absl::Status PutOne(const Pin& pin);

  /// Writes what is good of a batch behind what snapshots see. If the status is not OK, part of it
  /// may be written.
  absl::Status Write(NewBatch& batch);

  /// Appends some batches, which are safe together. False if several have to be appended one by
  /// one, and nothing was done.
  bool AppendTogether(std::span<SharedTurns::Turn* const> turns);

  /// ResourceExhausted if the event needs a number and there is none.
  absl::Status WriteOne(const Event& event, std::size_t index, const EncodedEvent& encoded,
                        AppendResult& result);

  /// Takes an event that is good, unless its id is known.
  absl::Status Take(const KeptEvent& event, AppendResult& result);

  /// Remembers the key of a batch that was taken. Cannot fail.
  void Remember(NewBatch& batch);

  /// A version that a keeper has, which is the next number.
  absl::Status RestorePin(const Pin& pin);
  void RememberKey(std::string_view key, absl::Time now);
  void WithdrawKept(std::span<const KeptWithdrawal> withdrawals);

  // ---- Taking back what a copy has, behind what snapshots see ----

  /// What was taken, and is not published.
  struct TakenBack {
    std::vector<Event> events;  ///< Their ids and viewers.
    BatchKeys keys;
  };
  absl::Status TakeBack(const KeptPast& past, TakenBack& taken);
  absl::Status ClaimFor(const KeptPast& past);
  /// By its number in the copy, the number here of each Pin's version that events of the copy count
  /// with. Those that are not here are put.
  using PinNumbers = std::map<std::uint32_t, std::uint32_t>;
  absl::StatusOr<PinNumbers> PutMissingPins(const KeptPast& past);
  absl::Status PutEarlier(const Pin& pin);

  /// Takes back what was written of a batch. Must not need memory.
  void RollBack(std::span<const Event> events);

  /// Counts what grew for something that failed and keeps its memory.
  void KeepWhatGrew();

  /// Lets snapshots see all that was written, as one, with other sealed days if they are given.
  void Publish(std::shared_ptr<const SealedDays> sealed = nullptr);

  /// Under both locks.
  void Measure();

  // ---- The memory limit, under `write_mutex_` ----

  /// What a writer is about to add, at most.
  struct Growth {
    std::size_t bytes = 0;  ///< All of it.
    RowsOfDays rows = {};
    std::size_t viewers = 0;
    std::uint32_t pins = 0;
  };

  /// What sealing a day takes that has so many rows live.
  std::size_t WorkBytes(absl::CivilDay day, std::size_t live, const BlockLimits& limits) const;

  /// What sealing the live day that takes most will take, if `more` comes.
  std::size_t BytesForSealing(const Growth& more) const;
  void SettleBudget();

  /// Claims memory, until the budget is settled. Packs, which readers can make again, give way.
  absl::Status Claim(const Growth& growth);

  /// What a batch adds at most, of the events that are `new_event`, some of them of a `new_viewer`.
  template <typename NewEvent, typename NewViewer>
  Growth GrowthWith(const NewBatch& batch, NewEvent new_event, NewViewer new_viewer);

  /// What the rows, viewers and `ids` of events add at most.
  std::size_t BytesOfRows(const Growth& growth, std::size_t ids) const;

  /// Claims what a batch adds at most.
  absl::Status ClaimFor(const NewBatch& batch);
  void DropPacks();

  // ---- Sealing, under `seal_mutex_` ----

  ClosedDays Close(absl::Time now);

  void End(SealInProgress& seal);

  /// Ends a sealing that failed: opens again what was not sealed, also days without events.
  void Reopen(SealInProgress& seal);

  /// Makes a round of the first closed days, as many as the memory limit has room for. Without room
  /// for one the sealing ends: `seal` has no round then.
  void MakeRound(SealInProgress& seal);

  /// Opens again what was not sealed, after it was looked at.
  void Abandon(SealInProgress& seal);
  absl::StatusOr<Round> SealSome(ClosedDays& closed);

  /// What a journal has to keep of a round.
  SealedRound WhatToKeep(const Sealing& sealing, const ClosedDays& closed,
                         std::map<absl::CivilDay, LiveDays::Rows>::const_iterator end,
                         std::uint32_t first_viewer,
                         const std::optional<OccurringViewers>& occurring);

  /// The viewers of live rows. Under `write_mutex_`.
  OccurringViewers LiveViewers() const;

  /// The viewers with some of the numbers in [first, limit). Under `write_mutex_`.
  template <typename Includes>
  std::vector<ViewerRun> RunsOf(std::uint32_t first, std::uint32_t limit, Includes includes) const;

  /// Forgets the ids of viewers who occur in no day any more. Under `write_mutex_`.
  void ForgetViewers(const OccurringViewers& in_blocks, std::uint32_t viewer_limit);
  absl::Status KeepRound(const Round& round);
  absl::Status ClaimForSealing(const ClosedDays& closed,
                               const std::pair<const absl::CivilDay, LiveDays::Rows>& day,
                               std::size_t already);

  /// Lets snapshots see what a round has sealed in place of its days, which are taken out of
  /// `closed`.
  void HandOver(Round& round, ClosedDays& closed);

  const StoreOptions options_;
  const StoreLimits limits_;
  const ReportingCalendar calendar_;
  const std::shared_ptr<MemoryBudget> budget_;

  SharedTurns append_turns_;  ///< Of stores with a journal. Taken before any lock.

  std::mutex seal_mutex_;
  LastSeen last_seen_;  ///< On the sealed days. Guarded by `seal_mutex_`.
  /// Since viewers were last forgotten. Guarded by `seal_mutex_`.
  std::size_t days_dropped_ = 0;

  /// Guards what writers alone look at.
  std::mutex write_mutex_;
  DayFinder day_of_;
  PinTable pins_;
  IdMap viewers_;                  ///< The number of each viewer.
  std::uint32_t next_viewer_ = 1;  ///< That of the next who is new; 0 is nobody's.
  IdMap event_places_;             ///< Where in `live_` each event is, also if it was withdrawn.
  std::size_t last_seen_bytes_ = 0;
  absl::CivilDay sealed_through_ = absl::CivilDay::min();
  BatchKeys batch_keys_;
  std::size_t batch_key_bytes_ = 0;
  std::shared_ptr<Journal> journal_;    ///< Null for a store that is not kept.
  std::vector<KeptEvent> kept_events_;  ///< Of the batches at hand.

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

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_STORE_IMPL_H_
