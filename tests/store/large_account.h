#ifndef PINMETRICS_TESTS_STORE_LARGE_ACCOUNT_H_
#define PINMETRICS_TESTS_STORE_LARGE_ACCOUNT_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/model/event.h"
#include "tests/store/modelled_store.h"
#include "tests/store/random_account.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {

/// Three sealed days of an account that is plain enough for all tables to be worth their bytes.
struct PlainHistory {
  explicit PlainHistory(std::size_t event_count) {
    for (const PinId id : account.pin_ids()) model.PutPin(account.AnyPin(id));
    std::vector<Event> events;
    for (std::size_t i = 0; i < event_count; ++i) {
      events.push_back(account.AnyEvent(account.AnyDay(), appended));
    }
    model.Append(events, appended);
    model.Seal(now);
  }

  static AccountTraits Traits() {
    return {.first_day = days.first(),
            .days = days.days(),
            .pins = 30,
            .boards = 3,
            .viewers = 2'000,
            .combos = 6,
            .few_classes = true};
  }

  static inline const DateRange days =
      DateRange::Inclusive(absl::CivilDay(2026, 11, 10), absl::CivilDay(2026, 11, 12));
  static inline const absl::Time appended = HourOf(absl::CivilDay(2026, 11, 13), 12);
  static inline const absl::Time now = HourOf(absl::CivilDay(2026, 11, 18), 12);

  Dice dice{20'261'110};
  RandomAccount account{Traits(), dice};
  ModelledStore model{StoreOptions()};
};

/// Such an account with 20 000 events.
class LargeAccount : public testing::Test {
 protected:
  PlainHistory history_{20'000};
  Dice& dice_ = history_.dice;
  RandomAccount& account_ = history_.account;
  ModelledStore& model_ = history_.model;
  const absl::Time now_ = PlainHistory::now;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_LARGE_ACCOUNT_H_
