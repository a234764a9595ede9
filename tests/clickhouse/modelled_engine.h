#ifndef PINMETRICS_TESTS_CLICKHOUSE_MODELLED_ENGINE_H_
#define PINMETRICS_TESTS_CLICKHOUSE_MODELLED_ENGINE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "tests/report/dated_evaluation.h"

namespace pinmetrics {

/// An engine, and beside it what should count of all that was done to it, kept the plain way. Each
/// call does the same to both, again and again where the server failed, and expects the engine's
/// answer to be the model's.
class ModelledEngine {
 public:
  /// Of an account without events.
  explicit ModelledEngine(ClickHouseEngine engine)
      : engine_(std::move(engine)), calendar_(engine_.calendar()), day_of_(calendar_) {}

  const ClickHouseEngine& engine() const { return engine_; }
  const ReportingCalendar& calendar() const { return calendar_; }
  /// Calls that failed, and were made again.
  std::size_t failures() const { return failures_; }

  void PutPin(const Pin& pin, absl::Time now) {
    UntilOk([&] { return engine_.PutPins({&pin, 1}, now).status; });
    // Lists show the last title that was put; an evaluation, that of the last event.
    for (Pin& version : versions_) {
      if (version.id == pin.id) version.title = pin.title;
    }
    versions_.push_back(pin);
    current_[pin.id] = &versions_.back();
  }

  void Append(const std::vector<Event>& events, absl::Time now, const std::string& key) {
    ClickHouseAppendResult result;
    UntilOk([&] {
      result = engine_.Append(events, now, key);
      return result.status;
    });
    const auto known = acknowledged_.find(key);
    std::vector<Refusal> refused;
    std::size_t taken = 0;
    if (known != acknowledged_.end()) {
      EXPECT_TRUE(result.repeated_batch);
      std::tie(taken, refused) = known->second;
    } else {
      for (std::size_t i = 0; i < events.size(); ++i) {
        if (std::optional<Fault> fault = Take(events[i], now, {key, i})) {
          refused.push_back({i, *std::move(fault)});
        }
      }
      taken = events.size() - refused.size();
      if (taken > 0) acknowledged_[key] = {taken, refused};
    }
    EXPECT_EQ(result.taken, taken);
    ASSERT_EQ(result.refused.size(), refused.size());
    for (std::size_t i = 0; i < refused.size(); ++i) {
      EXPECT_EQ(result.refused[i].ToString(), refused[i].ToString());
    }
  }

  void Withdraw(const std::vector<EventId>& ids) {
    ClickHouseWithdrawResult result;
    const bool at_once = UntilOk([&] {
      result = engine_.Withdraw(ids);
      return result.status;
    });
    std::vector<EventId> not_found;
    for (const EventId id : ids) {
      const auto found = by_id_.find(id);
      if (found == by_id_.end() || found->second->day <= sealed_through_ ||
          std::exchange(found->second->is_out, true)) {
        not_found.push_back(id);
      }
    }
    // What was withdrawn by a call that seemed to fail is not found by the next.
    if (!at_once) return;
    EXPECT_EQ(result.withdrawn, ids.size() - not_found.size());
    EXPECT_EQ(result.not_found, not_found);
  }

  void Seal(absl::Time now) {
    ClickHouseSealResult result;
    const bool at_once = UntilOk([&] {
      result = engine_.Seal(now);
      return result.status;
    });
    sealed_through_ = std::max(sealed_through_, calendar_.LatestCompleteDay(now));
    const absl::CivilDay first_retained = calendar_.FirstRetainedDay(now);
    std::size_t sealed = 0;
    for (Kept& kept : kept_) {
      if (kept.day > sealed_through_ || kept.day < first_retained || kept.is_sealed) continue;
      kept.is_sealed = true;
      sealed += kept.is_out ? 0 : 1;
    }
    if (!at_once) return;
    EXPECT_EQ(result.events_sealed, sealed);
  }

  /// What answers as the engine must. Points into this.
  DatedEvaluation Expected(absl::Time now) const {
    std::vector<Observation> observations;
    for (const Kept& kept : kept_) {
      if (!kept.is_out) observations.push_back({&kept.event, kept.pin});
    }
    return {Evaluation(std::move(observations), engine_.reporting()), now};
  }

  std::size_t pins() const { return current_.size(); }
  const Pin& PinAt(std::size_t index) const {
    return *std::next(current_.begin(), static_cast<std::ptrdiff_t>(index))->second;
  }

 private:
  struct Kept {
    Event event;
    const Pin* pin = nullptr;
    absl::CivilDay day;
    bool is_sealed = false;
    bool is_out = false;  ///< Withdrawn.
  };

  /// Makes a call until it is OK; false if it failed at first.
  template <typename Call>
  bool UntilOk(Call call) {
    constexpr int kMostTries = 200;
    for (int tries = 0; tries < kMostTries; ++tries) {
      const absl::Status status = call();
      if (status.ok()) return tries == 0;
      last_failure_ = status;
      ++failures_;
    }
    ADD_FAILURE() << "never OK: " << last_failure_;
    return false;
  }

  /// Why the event does not count; nothing if it does, now or since before.
  std::optional<Fault> Take(const Event& event, absl::Time now,
                            const std::pair<std::string, std::size_t>& place) {
    if (std::optional<Fault> fault = Check(event, now)) return fault;
    if (!current_.contains(event.pin)) return UnknownPin(event.pin);
    Kept* known = nullptr;
    if (event.id != EventId()) {
      if (const auto found = by_id_.find(event.id); found != by_id_.end()) known = found->second;
    } else if (const auto found = by_place_.find(place); found != by_place_.end()) {
      known = found->second;
    }
    const absl::CivilDay day = day_of_(event.time);
    if (day <= sealed_through_) {
      const bool is_member = known != nullptr && known->is_sealed && !known->is_out &&
                             day >= calendar_.FirstRetainedDay(now);
      if (is_member) return std::nullopt;
      return Fault{FaultKind::kSealedDay, "time",
                   FormatInstant(event.time) + " is on " + ToString(day) +
                       ", a sealed day; the first open one is " + ToString(sealed_through_ + 1)};
    }
    if (known != nullptr) return std::nullopt;
    kept_.push_back({event, current_.at(event.pin), day});
    if (event.id != EventId()) {
      by_id_.emplace(event.id, &kept_.back());
    } else {
      by_place_.emplace(place, &kept_.back());
    }
    return std::nullopt;
  }

  ClickHouseEngine engine_;
  ReportingCalendar calendar_;
  DayFinder day_of_;
  absl::CivilDay sealed_through_ = absl::CivilDay(1969, 12, 31);
  std::deque<Pin> versions_;
  std::map<PinId, const Pin*> current_;
  std::deque<Kept> kept_;
  std::map<EventId, Kept*> by_id_;
  std::map<std::pair<std::string, std::size_t>, Kept*> by_place_;
  /// Events taken and refused, of batches of which something was taken.
  std::map<std::string, std::pair<std::size_t, std::vector<Refusal>>> acknowledged_;
  std::size_t failures_ = 0;
  absl::Status last_failure_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_CLICKHOUSE_MODELLED_ENGINE_H_
