#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"
#include "tests/store/heap_bytes.h"
#include "tests/store/sample_events.h"

/// How a memory limit holds beyond appends.

namespace pinmetrics {
namespace {

using testing::HasSubstr;

enum class Pins {
  kFive,
  kOfAGroupEach,  ///< 300 of them.
  kOneAnEvent,    ///< On a board of its own.
};

/// A store that is filled until it refuses, with events of some days.
class FullStore {
 public:
  FullStore(std::size_t limit, std::uint64_t days, std::uint64_t viewers = 1 << 30,
            Pins pins = Pins::kFive)
      : heap_before_(heap_bytes), limit_(limit), days_(days), viewers_(viewers), pins_(pins) {
    if (pins == Pins::kOneAnEvent) return;
    for (std::uint64_t id = 1; id <= (pins == Pins::kFive ? 5 : 300); ++id) {
      Pin pin = SamplePin(id);
      if (pins == Pins::kOfAGroupEach) pin.product_group = ProductGroupId(id);
      EXPECT_TRUE(store_.PutPin(pin).ok());
    }
  }

  void Fill(std::size_t batch) {
    while (AppendBatch(batch).status.ok()) {
    }
  }

  AppendResult AppendBatch(std::size_t size) {
    std::vector<Event> events;
    for (std::size_t i = 0; i < size; ++i) {
      events.push_back(
          Impression(next_ + i, kDay - static_cast<std::int64_t>((next_ + i) % days_)));
      events.back().viewer = ViewerId((next_ + i) % viewers_ + 1);
      events.back().pin = PinId(pins_ == Pins::kFive ? i % 5 + 1 : (next_ + i) % 300 + 1);
      events.back().age = static_cast<Age>(i % 8);
      if (i % 4 == 0) events.back().action = Action::kSave;
      if (pins_ != Pins::kOneAnEvent) continue;
      Pin pin = SamplePin(next_ + i);
      pin.board = BoardId(next_ + i);
      events.back().pin = pin.id;
      if (absl::Status put = store_.PutPin(pin); !put.ok()) return {.status = put};
    }
    AppendResult result = store_.Append(events, kDayIsFinal);
    if (result.status.ok()) next_ += size;
    return result;
  }

  /// Expects the heap to have had no more of the store since `heap_peak` was set.
  void ExpectPeak(std::size_t most) const {
    if (HeapIsCounted()) {
      EXPECT_LE(heap_peak - heap_before_, most);
    }
  }

  Store& store() { return store_; }
  std::uint64_t appended() const { return next_ - 1; }

 private:
  std::size_t heap_before_;
  std::size_t limit_;
  std::uint64_t days_;
  std::uint64_t viewers_;
  Pins pins_;
  std::uint64_t next_ = 1;
  Store store_{{.late_events = LateEvents::kAccept, .memory_limit_bytes = limit_}};
};

/// What sealing may take: the limit, and what maps take while they are made anew.
std::size_t MostWhileSealing(std::size_t limit) {
  return limit + limit / 20 + (std::size_t{32} << 10);
}

TEST(MemoryLimit, SealingStaysBelow) {
  for (const std::size_t limit : {std::size_t{1} << 18, std::size_t{3} << 20}) {
    for (const std::uint64_t days : {1u, 3u, 20u}) {
      for (const std::uint64_t viewers : {std::uint64_t{100}, std::uint64_t{1} << 30}) {
        SCOPED_TRACE(std::to_string(limit) + " bytes, " + std::to_string(days) + " days, " +
                     std::to_string(viewers) + " viewers");
        FullStore full(limit, days, viewers);
        full.Fill(limit / 10'000);
        heap_peak = heap_bytes.load();
        const SealResult result = full.store().Seal(kDayIsFinal);
        EXPECT_TRUE(result.status.ok()) << result.status;
        EXPECT_EQ(result.days_sealed, static_cast<std::size_t>(days));
        EXPECT_EQ(result.events_sealed, full.appended());
        EXPECT_LE(full.store().Memory().total(), limit);
        full.ExpectPeak(MostWhileSealing(limit));
      }
    }
  }
}

TEST(MemoryLimit, SealingStaysBelowWhateverTheEventsAre) {
  for (const std::size_t limit :
       {std::size_t{1} << 18, std::size_t{1} << 22, std::size_t{1} << 24}) {
    for (const Pins pins : {Pins::kFive, Pins::kOfAGroupEach, Pins::kOneAnEvent}) {
      for (const bool one_of_many_is_withdrawn : {false, true}) {
        SCOPED_TRACE(std::to_string(limit) + " bytes, Pins " +
                     std::to_string(static_cast<int>(pins)) +
                     (one_of_many_is_withdrawn ? ", withdrawals" : ""));
        FullStore full(limit, 1, 1 << 30, pins);
        // Then twice late events for the day that is sealed.
        for (int times = 0; times < 3; ++times) {
          const std::uint64_t before = full.appended();
          full.Fill(limit >> 14);
          if (one_of_many_is_withdrawn) {
            for (std::uint64_t id = before + 1; id < full.appended(); id += 50) {
              EXPECT_TRUE(full.store().Withdraw(EventId(id)).ok());
            }
          }
          heap_peak = heap_bytes.load();
          const SealResult result = full.store().Seal(kDayIsFinal);
          EXPECT_TRUE(result.status.ok()) << result.status;
          EXPECT_LE(full.store().Memory().total(), limit);
          full.ExpectPeak(MostWhileSealing(limit));
        }
      }
    }
  }
}

TEST(MemoryLimit, BatchThatComesAgainIsOnlyRepeats) {
  for (const std::uint64_t days : {1u, 3u}) {
    FullStore full(std::size_t{1} << 20, days);
    std::vector<std::vector<Event>> batches;
    for (std::uint64_t id = 1;; id += 700) {
      std::vector<Event> events = Impressions(id, 700);
      for (std::size_t i = 0; i < 700; ++i) {
        events[i].time = HourOf(kDay - static_cast<std::int64_t>(i % days), 3);
      }
      if (!full.store().Append(events, kDayIsFinal).status.ok()) break;
      batches.push_back(std::move(events));
    }
    ASSERT_GT(batches.size(), 1u);
    for (const std::vector<Event>& events : batches) {
      const AppendResult result = full.store().Append(events, kDayIsFinal);
      EXPECT_TRUE(result.status.ok()) << result.status;
      EXPECT_EQ(result.repeats, events.size());
    }
  }
}

TEST(MemoryLimit, EventsThatAreRefusedNeedNoRoom) {
  FullStore full(std::size_t{1} << 18, 1);
  full.Fill(20);
  std::vector<Event> events = Impressions(1'000'000, 5'000);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i % 2 == 0) {
      events[i].pin = PinId(77);  // Not known.
    } else {
      events[i].action = Action::kPlayback;  // Without a playback.
    }
  }
  const AppendResult result = full.store().Append(events, kDayIsFinal);
  EXPECT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.taken, 0u);
  EXPECT_EQ(result.refused.size(), events.size());
}

TEST(MemoryLimit, DaysThatWouldPassItAreNotSealedAndStayAsTheyAre) {
  // A hundred days of one event take more sealed than live. The first limit that has room for the
  // events has none for the days.
  constexpr int kDays = 100;
  auto full = std::make_unique<FullStore>(100'000, kDays);
  std::size_t limit = 100'000;
  while (!full->AppendBatch(kDays).status.ok()) {
    limit += 4'000;
    full = std::make_unique<FullStore>(limit, kDays);
  }
  Store& store = full->store();
  const Query query = {.period = LastDays(kDays, kDay), .include_saved = true};
  const absl::StatusOr<Report> before = store.TakeSnapshot().Run(query, kDayIsFinal);
  ASSERT_TRUE(before.ok());

  const SealResult result = store.Seal(kDayIsFinal);
  EXPECT_EQ(result.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(result.status.message()), HasSubstr(std::to_string(limit)));
  EXPECT_GT(result.days_sealed, 0u);
  EXPECT_LT(result.days_sealed, static_cast<std::size_t>(kDays));
  EXPECT_EQ(result.events_sealed, result.days_sealed);
  EXPECT_LE(store.Memory().total(), limit);
  EXPECT_EQ(store.TakeSnapshot().Run(query, kDayIsFinal), before);

  // The first days are sealed, the last are open.
  EXPECT_EQ(store.Withdraw(EventId(kDays - 1)).code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(store.Withdraw(EventId(kDays)).ok());
  const SealResult again = store.Seal(kDayIsFinal);
  EXPECT_EQ(again.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LE(store.Memory().total(), limit);
}

TEST(MemoryLimit, QueriesOfLiveDaysWorkAtTheLimitAndStayBelow) {
  constexpr std::size_t kLimit = std::size_t{3} << 20;
  FullStore full(kLimit, 3);
  full.Fill(300);
  const Query query = {.period = LastDays(3, kDay), .include_saved = true, .real_time = true};
  const double events = static_cast<double>(full.appended());
  for (int i = 0; i < 3; ++i) {
    const Snapshot snapshot = full.store().TakeSnapshot();
    EXPECT_EQ(Total(snapshot, query, kImpressions, kDayIsFinal).value_or(0) +
                  Total(snapshot, query, kSaves, kDayIsFinal).value_or(0),
              events);
    EXPECT_LE(full.store().Memory().total(), kLimit);
  }
}

TEST(MemoryLimit, WhatQueriesPackedGivesWayToEvents) {
  constexpr std::size_t kLimit = std::size_t{3} << 20;
  FullStore never_asked(kLimit, 3);
  never_asked.Fill(300);
  FullStore asked(kLimit, 3);
  const Query query = {.period = LastDays(3, kDay), .include_saved = true, .real_time = true};
  while (asked.appended() < never_asked.appended() / 2) {
    ASSERT_TRUE(asked.AppendBatch(300).status.ok());
    const std::size_t before = asked.store().Memory().live_events;
    ASSERT_TRUE(asked.store().TakeSnapshot().Run(query, kDayIsFinal).ok());
    EXPECT_GT(asked.store().Memory().live_events, before);
  }
  asked.Fill(300);
  EXPECT_EQ(asked.appended(), never_asked.appended());
}

}  // namespace
}  // namespace pinmetrics
