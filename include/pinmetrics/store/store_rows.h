#ifndef PINMETRICS_STORE_STORE_ROWS_H_
#define PINMETRICS_STORE_STORE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics {

/// Events of one day that a store holds.
struct StoredDay {
  absl::CivilDay day;      ///< In the account's zone.
  std::size_t events = 0;  ///< That count: without those withdrawn.
  /// The checksum of the day's block if it is sealed: the same for ever, also where the store is
  /// opened again, unless late events are accepted and sealed. Absent for events that are not
  /// sealed.
  std::optional<std::uint64_t> checksum = {};

  friend bool operator==(const StoredDay&, const StoredDay&) = default;
};

/// The events of a day.
struct DayEvents {
  std::vector<Event> events;              ///< What all of these point to.
  std::vector<Observation> observations;  ///< Those that count.
  /// Those that were withdrawn, of a day that is not sealed: where events are appended and
  /// withdrawn that may be delivered again, they must be, too.
  std::vector<Observation> withdrawn;

  DayEvents() = default;
  ///@{
  /// Copies would point to the events of another.
  DayEvents(DayEvents&&) noexcept = default;
  DayEvents& operator=(DayEvents&&) noexcept = default;
  ///@}
  DayEvents(const DayEvents&) = delete;
  DayEvents& operator=(const DayEvents&) = delete;
};

/// What a store held at one moment, event by event, from `Store::TakeRows`: for a host that moves
/// to another engine and does not read its sources again. Any engine gives the same reports of
/// these events as the store does.
///
/// Immutable, and safe from any number of threads.
class StoreRows {
 public:
  ///@{
  /// What is moved from may only be assigned to or destroyed.
  StoreRows(StoreRows&& other) noexcept;
  StoreRows& operator=(StoreRows&& other) noexcept;
  ///@}
  StoreRows(const StoreRows&) = delete;
  StoreRows& operator=(const StoreRows&) = delete;
  ~StoreRows();

  /// The store's.
  const ReportingOptions& reporting() const;

  /// The days with events, ascending. A day that is sealed and has late events that are not stands
  /// twice, sealed first.
  std::vector<StoredDay> Days() const;

  /// Every Pin as it was last put, by id.
  std::vector<Pin> Pins() const;

  /// The events of one of `Days`, in an order that stays as it is while others come. They point to
  /// this for their Pins, with the attributes that these had when the event was appended.
  ///
  /// A store keeps what an event counts as, and no more: its time is the first instant of its day,
  /// a playback has its play time and, of half-visible time and progress, the least that reaches
  /// the thresholds that it reached. Events that are not sealed have their ids; those of sealed
  /// days have none.
  ///
  /// DataLoss if bytes of the day have changed on a disk, NotFound if it is none of `Days`.
  absl::StatusOr<DayEvents> EventsOf(const StoredDay& day) const;

 private:
  friend class Store;
  class Impl;
  explicit StoreRows(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_STORE_STORE_ROWS_H_
