#ifndef PINMETRICS_TESTS_STORE_MODELLED_STORE_H_
#define PINMETRICS_TESTS_STORE_MODELLED_STORE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/store/store.h"
#include "store/day/store_limits.h"
#include "tests/report/dated_evaluation.h"

namespace pinmetrics {

/// A store, and beside it what should count of all that was done to it, kept the plain way: every
/// event that was taken with the Pin as it was then. Each call does the same to both and expects
/// the store's answer to be the model's.
class ModelledStore {
 public:
  explicit ModelledStore(StoreOptions options, const StoreLimits& limits = {})
      : ModelledStore(options, Store(options, limits)) {}
  /// Of a store that is empty, and was made with these options.
  ModelledStore(StoreOptions options, Store store)
      : store_(std::move(store)),
        options_(std::move(options)),
        calendar_(options_.reporting.time_zone),
        day_of_(calendar_) {}

  /// Goes on with another store that should be just as this one was; see `reopen`.
  template <typename Open>
  void Reopen(Open reopen) {
    store_ = reopen(std::move(store_));
  }

  Store& store() { return store_; }
  const Store& store() const { return store_; }
  const StoreOptions& options() const { return options_; }
  const ReportingCalendar& calendar() const { return calendar_; }

  void PutPin(const Pin& pin) {
    const absl::Status status = store_.PutPin(pin);
    EXPECT_EQ(status.ok(), !Check(pin).has_value()) << status;
    if (!status.ok()) return;
    // Lists show the last title that was put; an evaluation, that of the last event.
    for (Pin& version : versions_) {
      if (version.id == pin.id) version.title = pin.title;
    }
    versions_.push_back(pin);
    current_[pin.id] = &versions_.back();
  }

  void Append(std::span<const Event> events, absl::Time now, std::string_view key = {}) {
    const AppendResult result = store_.Append(events, now, key);
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.repeated_batch, !key.empty() && keys_.contains(std::string(key)));
    if (result.repeated_batch) {
      EXPECT_EQ(result.taken + result.repeats + result.refused.size(), 0);
      return;
    }
    std::size_t taken = 0;
    std::size_t repeats = 0;
    std::vector<Refusal> refused;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (std::optional<Fault> fault = FaultOf(events[i], now)) {
        refused.push_back({i, *std::move(fault)});
      } else if (Take(events[i])) {
        ++taken;
      } else {
        ++repeats;
      }
    }
    if (!key.empty() && taken > 0) keys_.emplace(key, now);
    EXPECT_EQ(result.taken, taken);
    EXPECT_EQ(result.repeats, repeats);
    EXPECT_EQ(result.refused.size(), refused.size());
    for (std::size_t i = 0; i < std::min(refused.size(), result.refused.size()); ++i) {
      EXPECT_EQ(result.refused[i].ToString(), refused[i].ToString());
    }
  }

  void Withdraw(EventId id) {
    const absl::Status status = store_.Withdraw(id);
    if (TakeBack(id)) {
      EXPECT_TRUE(status.ok()) << status;
    } else {
      EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << id.value() << status;
    }
  }

  void Withdraw(const std::vector<EventId>& ids) {
    const WithdrawResult result = store_.Withdraw(ids);
    std::vector<EventId> not_found;
    for (const EventId id : ids) {
      if (!TakeBack(id)) not_found.push_back(id);
    }
    EXPECT_EQ(result.withdrawn, ids.size() - not_found.size());
    EXPECT_EQ(result.not_found, not_found);
  }

  void Seal(absl::Time now) {
    const SealResult result = store_.Seal(now);
    EXPECT_TRUE(result.status.ok()) << result.status;
    sealed_through_ = std::max(sealed_through_, calendar_.LatestCompleteDay(now));
    const absl::CivilDay first_retained = calendar_.FirstRetainedDay(now);
    std::size_t sealed = 0;
    for (Kept& kept : kept_) {
      if (kept.day > sealed_through_) continue;
      if (const auto id = open_ids_.find(kept.event.id);
          id != open_ids_.end() && id->second == &kept) {
        open_ids_.erase(id);
      }
      if (kept.is_out) continue;
      kept.is_out = kept.day < first_retained;
      if (!kept.is_sealed && !kept.is_out) ++sealed;
      kept.is_sealed = true;
    }
    EXPECT_EQ(result.events_sealed, sealed);
    std::erase_if(keys_, [now](const auto& key) { return key.second + kKeysKept < now; });
  }

  /// What answers as a snapshot taken now must. Points into this.
  DatedEvaluation Expected(absl::Time now) const {
    std::vector<Observation> observations;
    for (const Kept& kept : kept_) {
      if (!kept.is_out) observations.push_back({&kept.event, kept.pin});
    }
    return {Evaluation(std::move(observations), options_.reporting), now};
  }

  std::size_t pins() const { return current_.size(); }
  const Pin& PinAt(std::size_t index) const {
    return *std::next(current_.begin(), static_cast<std::ptrdiff_t>(index))->second;
  }
  /// True if every event that counts is sealed.
  bool all_sealed() const {
    return std::all_of(kept_.begin(), kept_.end(),
                       [](const Kept& kept) { return kept.is_out || kept.is_sealed; });
  }

 private:
  static constexpr absl::Duration kKeysKept = absl::Hours(24 * 30);

  struct Kept {
    Event event;
    const Pin* pin = nullptr;
    absl::CivilDay day;
    bool is_sealed = false;
    bool is_out = false;  ///< Withdrawn, or dropped with its day.
  };

  std::optional<Fault> FaultOf(const Event& event, absl::Time now) {
    if (std::optional<Fault> fault = Check(event, now)) return fault;
    if (!current_.contains(event.pin)) {
      return UnknownPin(event.pin);
    }
    const absl::CivilDay day = day_of_(event.time);
    if (options_.late_events == LateEvents::kAccept || day > sealed_through_) return std::nullopt;
    return Fault{FaultKind::kSealedDay, "time",
                 FormatInstant(event.time) + " is on " + ToString(day) +
                     ", a sealed day; the first open one is " + ToString(sealed_through_ + 1)};
  }

  /// Its id stays open: a withdrawn event that comes again is a repeat.
  bool TakeBack(EventId id) {
    const auto found = open_ids_.find(id);
    return found != open_ids_.end() && !std::exchange(found->second->is_out, true);
  }

  bool Take(const Event& event) {
    if (event.id != EventId() && open_ids_.contains(event.id)) return false;
    kept_.push_back({event, current_.at(event.pin), day_of_(event.time)});
    if (event.id != EventId()) open_ids_.emplace(event.id, &kept_.back());
    return true;
  }

  Store store_;
  StoreOptions options_;
  ReportingCalendar calendar_;
  DayFinder day_of_;
  absl::CivilDay sealed_through_ = absl::CivilDay::min();
  std::deque<Pin> versions_;
  std::map<PinId, const Pin*> current_;
  std::deque<Kept> kept_;
  std::map<EventId, Kept*> open_ids_;
  std::map<std::string, absl::Time> keys_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_MODELLED_STORE_H_
