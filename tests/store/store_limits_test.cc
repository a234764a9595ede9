#include "store/day/store_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/store/store.h"
#include "tests/store/heap_bytes.h"
#include "tests/store/sample_events.h"

/// What a store does at the end of its 32-bit numbers, with an earlier end.

namespace pinmetrics {
namespace {

class StoreLimitsTest : public testing::Test {
 protected:
  explicit StoreLimitsTest(const StoreLimits& limits)
      : store_({.late_events = LateEvents::kAccept}, limits) {
    EXPECT_TRUE(store_.PutPin(SamplePin(1)).ok());
  }

  /// Refused whole, with the number in the message, and nothing changed by it.
  void ExpectRefused(const std::vector<Event>& events, const std::string& reason) {
    const double before = ImpressionsOn(store_.TakeSnapshot(), kDay).value_or(0);
    const AppendResult result = store_.Append(events, kDayIsFinal, "refused");
    EXPECT_EQ(result.status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(std::string(result.status.message()), "store: " + reason);
    EXPECT_EQ(result.taken + result.repeats + result.refused.size(), 0);
    EXPECT_FALSE(result.repeated_batch);
    EXPECT_EQ(ImpressionsOn(store_.TakeSnapshot(), kDay).value_or(0), before);
  }

  void ExpectTaken(const std::vector<Event>& events) {
    const AppendResult result = store_.Append(events, kDayIsFinal);
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.taken, events.size());
  }

  Store store_;
};

class EventsOfADay : public StoreLimitsTest {
 protected:
  EventsOfADay() : StoreLimitsTest({.events_of_a_day = 100}) {}
  inline static const std::string kReason =
      "2026-11-10 would have more than 100 events, the most that a day can have";
};

TEST_F(EventsOfADay, BatchThatHasMoreIsRefusedWhole) {
  ExpectRefused(Impressions(1, 101), kReason);
  ExpectTaken(Impressions(1, 40));
  ExpectRefused(Impressions(41, 61), kReason);
  ExpectTaken(Impressions(41, 60));
  ExpectRefused(Impressions(101, 1), kReason);
  ExpectTaken(Impressions(101, 100, kDay + 1));
  EXPECT_EQ(ImpressionsOn(store_.TakeSnapshot(), kDay), 100);
}

TEST_F(EventsOfADay, RepeatsAndRefusedEventsNeedNoNumber) {
  ExpectTaken(Impressions(1, 99));
  std::vector<Event> events = Impressions(1, 100);
  events.push_back(Impression(102));
  events.back().pin = PinId(9);
  EXPECT_EQ(store_.Append(events, kDayIsFinal).taken, 1);
}

TEST_F(EventsOfADay, SealedEventsCountToo) {
  ExpectTaken(Impressions(1, 70));
  EXPECT_TRUE(store_.Withdraw(EventId(1)).ok());
  EXPECT_EQ(store_.Seal(kDayIsFinal).events_sealed, 69);
  ExpectRefused(Impressions(201, 32), kReason);
  ExpectTaken(Impressions(201, 31));
  EXPECT_EQ(store_.Seal(kDayIsFinal).events_sealed, 31);
  ExpectRefused(Impressions(301, 1), kReason);
  EXPECT_EQ(ImpressionsOn(store_.TakeSnapshot(), kDay), 100);
}

class LimitOfViewers : public StoreLimitsTest {
 protected:
  LimitOfViewers() : StoreLimitsTest({.viewers = 50}) {}
};

TEST_F(LimitOfViewers, BatchThatBringsMoreIsRefusedWhole) {
  const std::string reason =
      "there would be more than 50 viewers, the most that a store can tell apart";
  ExpectRefused(Impressions(1, 51), reason);
  ExpectTaken(Impressions(1, 30));
  ExpectRefused(Impressions(31, 21), reason);
  ExpectTaken(Impressions(31, 20));
  std::vector<Event> known = Impressions(51, 10);
  for (Event& event : known) event.viewer = ViewerId(event.id.value() % 50 + 1);
  known[0].viewer = ViewerId();
  ExpectTaken(known);
  known = Impressions(61, 2);
  known[0].viewer = ViewerId(1);
  ExpectRefused(known, reason);
  EXPECT_EQ(
      Total(store_.TakeSnapshot(), {.period = LastDays(1, kDay)}, kTotalAudience, kDayIsFinal), 50);
}

TEST_F(LimitOfViewers, MemoryThatARefusedBatchTookIsCounted) {
  if (!HeapIsCounted()) return;
  std::vector<Event> events = Impressions(1, 100'000);
  for (std::size_t i = 0; i + 1 < events.size(); ++i) events[i].viewer = ViewerId(1 + i % 50);
  const std::size_t before = heap_bytes;
  Store store({.memory_limit_bytes = std::size_t{1} << 26}, {.viewers = 50});
  ASSERT_TRUE(store.PutPin(SamplePin(1)).ok());
  EXPECT_EQ(store.Append(events, kDayIsFinal).status.code(), absl::StatusCode::kResourceExhausted);
  const double taken = static_cast<double>(heap_bytes - before);
  EXPECT_NEAR(static_cast<double>(store.Memory().total()), taken, 0.1 * taken);
}

class HeadChunks : public StoreLimitsTest {
 protected:
  HeadChunks() : StoreLimitsTest({.head_chunks = 3}) {}
};

TEST_F(HeadChunks, BatchThatNeedsMoreIsRefusedWholeAndSealingMakesRoom) {
  const std::string reason =
      "the days that are not sealed would need more than 3 chunks of events, the most there can be";
  std::vector<Event> four_days;
  for (std::uint64_t i = 0; i < 4; ++i) {
    four_days.push_back(Impression(i + 1, kDay - static_cast<std::int64_t>(i)));
  }
  ExpectRefused(four_days, reason);
  four_days.pop_back();
  ExpectTaken(four_days);
  ExpectRefused({Impression(9, kDay - 5)}, reason);
  ExpectTaken(Impressions(10, 63));
  ExpectRefused(Impressions(100, 1), reason);
  EXPECT_EQ(store_.Seal(kDayIsFinal).days_sealed, 3);
  four_days.push_back(Impression(200, kDay + 1));
  for (std::size_t i = 0; i < 3; ++i) four_days[i].id = EventId(300 + i);
  ExpectRefused(four_days, reason);
  four_days.pop_back();
  ExpectTaken(four_days);
  EXPECT_EQ(ImpressionsOn(store_.TakeSnapshot(), kDay), 65);
}

/// Who occurs in no day that is left is forgotten, and nothing else changes.
TEST(StoreLimits, ForgetsViewersOfDaysThatWereDropped) {
  Store forgets({.hash_seed = 1}, {.days_dropped_at_once = 1});
  Store keeps({.hash_seed = 1}, {.days_dropped_at_once = 1'000'000});
  for (Store* store : {&forgets, &keeps}) ASSERT_TRUE(store->PutPin(SamplePin(1)).ok());
  constexpr std::size_t kViewers = 200;
  for (std::int64_t step = 0; step < 60; ++step) {
    const absl::CivilDay day = kDay + step * 30;
    // Half of those who come each time were there the time before.
    const std::vector<Event> events =
        Impressions(static_cast<std::uint64_t>(step) * kViewers / 2 + 1, kViewers, day);
    Query query = QueryOn(day);
    query.period = LastDays(540, day);
    query.real_time = false;
    for (Store* store : {&forgets, &keeps}) {
      ASSERT_EQ(store->Append(events, HourOf(day, 20)).taken, kViewers);
      ASSERT_TRUE(store->Seal(FinalTime(day)).status.ok());
    }
    const absl::Time now = FinalTime(day);
    EXPECT_EQ(Total(forgets.TakeSnapshot(), query, kTotalAudience, now),
              Total(keeps.TakeSnapshot(), query, kTotalAudience, now));
  }
  EXPECT_LT(forgets.Memory().dictionaries, keeps.Memory().dictionaries * 3 / 4);
}

}  // namespace
}  // namespace pinmetrics
