#ifndef PINMETRICS_STORE_STORE_H_
#define PINMETRICS_STORE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/calculate.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store_rows.h"

namespace pinmetrics {

/// What becomes of events for a day that is sealed.
enum class LateEvents {
  kRefuse,  ///< They are refused: a sealed day's figures never change.
  kAccept,  ///< They count, and the next `Seal` packs them into their day.
};

/// How a store behaves; the defaults suit most hosts.
struct StoreOptions {
  /// The zone of the days and the day the account came to be, for the life of the store.
  ReportingOptions reporting = {};
  /// What happens to events for sealed days.
  LateEvents late_events = LateEvents::kRefuse;
  /// What would take the store over this many bytes is refused as a whole: an append, a Pin, the
  /// sealing of a day. For hosts that hold many stores. Room is left for withdrawals and for
  /// sealing the largest day, so neither needs more than there is: 60 KiB, 56 bytes an event, 16
  /// for each that is sealed already, 100 for each version of a Pin that the day can have, and 20
  /// KiB for each class of Pins (of one format, source, account and product group), up to 44 bytes
  /// an event and 288 KiB. Blocks that queries pack of live days are kept where there is room; else
  /// each query packs its own, which is gone with it and no part of this. Nor is the index of Pins,
  /// some 40 bytes a version, which the first query makes and `Memory` counts.
  std::optional<std::size_t> memory_limit_bytes = {};
  /// Varies the hashing of ids, so that nobody outside can choose ids that collide. Random unless
  /// given, as a test may that is to take just as long again. No answer depends on it.
  std::optional<std::uint64_t> hash_seed = {};
};

/// What an append took.
struct AppendResult {
  /// OK, or ResourceExhausted and nothing was taken: the memory limit would be passed, or a number
  /// that has 32 bits, which the message names. Of a store that is kept in a folder also the error
  /// that kept the batch from being safe, see durable/store_directory.h.
  absl::Status status = {};
  /// Events that count now.
  std::size_t taken = 0;
  /// Events whose id was there before, in a day that is not sealed. They count once.
  std::size_t repeats = 0;
  /// The batch's key was there before: all of it counts once, and nothing was looked at.
  bool repeated_batch = false;
  /// Events that were not taken, by index, ascending.
  std::vector<Refusal> refused = {};
};

/// What a withdrawal took back.
struct WithdrawResult {
  /// OK; of a store that is kept in a folder the error that kept the withdrawals from being safe,
  /// and nothing was taken back.
  absl::Status status = {};
  /// Events that counted before and do no more.
  std::size_t withdrawn = 0;
  /// Ids of no event that can be taken back, in the order they were given: not there, in a day that
  /// is sealed or being sealed, withdrawn before.
  std::vector<EventId> not_found = {};
};

/// What putting many Pins did.
struct PutPinsResult {
  /// OK; or as `Store::PutPin` says, and the first Pins were put alone.
  absl::Status status = {};
  std::size_t put = 0;  ///< Also those that were just so before.
  /// Pins with a field that is out of order, by index, ascending.
  std::vector<Refusal> refused = {};
};

/// What sealing did.
struct SealResult {
  /// OK, or ResourceExhausted: sealing another day would pass the memory limit. Those that were
  /// sealed are, from the first on; the others are as they were. Of a store that is kept in a
  /// folder also the error that kept sealed days from being safe.
  absl::Status status = {};
  /// Days that were live before and take no more events now.
  std::size_t days_sealed = 0;
  /// The events of these days.
  std::size_t events_sealed = 0;
  /// Days past retention that are gone, sealed or not.
  std::size_t days_dropped = 0;
};

/// What a store holds in memory, in bytes, by part.
struct MemoryUse {
  std::size_t dictionaries = 0;  ///< Viewer ids and days last seen, Pins, versions, classes.
  /// Days that are not sealed, with their event ids, tombstones and what queries packed of them.
  std::size_t live_events = 0;
  std::size_t blocks = 0;  ///< Sealed days, all tables; nothing of those in mapped files.
  std::size_t other = 0;   ///< The store itself, batch keys.
  /// The parts of `blocks`, by table of docs/block-format.md; and what is kept beside these:
  /// "new_viewers", how many viewers of a day are new against the days before;
  /// "board_demographics", the impressions of each board by age and gender, rounded up; and
  /// "day_pin_index", the classes of a day's Pins and where their events begin.
  std::vector<std::pair<std::string_view, std::size_t>> block_tables = {};

  /// All of it.
  std::size_t total() const { return dictionaries + live_events + blocks + other; }
};

struct StoreLimits;  // src/store/day/store_limits.h
class KeptStore;     // src/store/kept_store.h

/// One business account's events, kept for the life of the host's process: appended by any number
/// of threads, asked through snapshots, packed by days as these become final.
///
/// Every member function may be called from any thread at any time. Writers wait for each other,
/// never for a query. Taking a snapshot and asking one wait for nobody longer than a handover:
/// writers work beside what snapshots see, and hand it over in a short step for each chunk of
/// 65 536 events that they touched.
///
/// Should memory run out, std::bad_alloc passes through: nothing was changed, and the call can be
/// repeated. Only `Seal` may have sealed some of its days by then.
class Store {
 public:
  /// An empty store.
  explicit Store(StoreOptions options = {});
  /// With other limits than 32 bits set, for tests.
  Store(StoreOptions options, const StoreLimits& limits);
  ///@{
  /// Moving is no call to make while another thread uses either store. One that was moved from can
  /// be assigned to or destroyed, no more.
  Store(Store&& other) noexcept;
  Store& operator=(Store&& other) noexcept;
  ///@}
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// As given when the store was made.
  const ReportingOptions& reporting() const;
  /// Days are those of this calendar; its `time_zone()` is the reporting zone.
  ReportingCalendar calendar() const { return ReportingCalendar(reporting().time_zone); }
  /// The day of `now` in the reporting zone, with which most periods end.
  absl::CivilDay Today(absl::Time now) const { return calendar().DayOf(now); }

  /// Adds a Pin or changes it: later events count with these attributes, earlier ones keep theirs.
  /// InvalidArgument names a field that is out of order. ResourceExhausted: the memory limit, or
  /// more versions of Pins, boards or classes than have numbers of 32 bits; nothing changes then.
  absl::Status PutPin(const Pin& pin);

  /// The same for many, in order; a snapshot has all or nothing of those that were put. Of a store
  /// that is kept in a folder, they are made safe together.
  PutPinsResult PutPins(std::span<const Pin> pins);

  /// Takes what is good of a batch, as one: a snapshot has all of it or nothing. `now` bounds the
  /// events' times. With a `batch_key` other than empty, a batch under a key of which anything was
  /// taken is not taken again; keys are remembered for 30 days of `now` and more. A batch of which
  /// nothing was taken leaves its key free.
  AppendResult Append(std::span<const Event> events, absl::Time now,
                      std::string_view batch_key = {});

  /// The same for any range of a host's own events that `projection` makes an `Event` of, as
  /// `Calculate` takes them (metrics/calculate.h). Makes them all first; refusals are by the
  /// element's place in the range.
  template <typename Range, typename Projection>
  requires EventRange<Range, Projection> AppendResult Append(Range&& events, Projection projection,
                                                             absl::Time now,
                                                             std::string_view batch_key = {}) {
    std::vector<Event> made;
    for (auto&& element : events) made.push_back(std::invoke(projection, element));
    return Append(std::span<const Event>(made), now, batch_key);
  }

  /// Takes an event back. NotFound if no event of a day that is not sealed has this id. The id
  /// stays known until the day is sealed: appending it again is a repeat.
  absl::Status Withdraw(EventId id);
  /// The same for many, as one: a snapshot has all of them or none. O(ids).
  WithdrawResult Withdraw(std::span<const EventId> ids);

  /// Packs the days that are final at `now` and drops those past retention. Readers and writers go
  /// on meanwhile; concurrent calls take turns. Where `now` goes back, days that were final stay
  /// so, and what is past retention now is dropped. From the call on these days count as sealed for
  /// appends and withdrawals; where one could not be sealed, it opens again.
  SealResult Seal(absl::Time now);

  /// What the store holds now: every batch acknowledged before the call, whole, and maybe one that
  /// is about to be. Takes microseconds and copies no events.
  Snapshot TakeSnapshot() const;

  /// The same, event by event: for moving to another engine. Writers wait while ids are copied, 8
  /// bytes a viewer and an event that is not sealed.
  StoreRows TakeRows() const;

  /// What the store holds now.
  MemoryUse Memory() const;

 private:
  friend class KeptStore;
  class Impl;
  explicit Store(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_STORE_STORE_H_
