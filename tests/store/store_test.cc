#include "pinmetrics/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "tests/store/heap_bytes.h"
#include "tests/store/modelled_store.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr absl::CivilDay kNextDay = kDay + 1;
const absl::Time kNow = HourOf(kNextDay, 12);

/// With Pins 1..5.
class StoreTest : public testing::Test {
 protected:
  static std::unique_ptr<Store> MakeStore(StoreOptions options = {}) {
    auto store = std::make_unique<Store>(std::move(options));
    for (std::uint64_t id = 1; id <= 5; ++id) EXPECT_TRUE(store->PutPin(SamplePin(id)).ok());
    return store;
  }

  double ImpressionsNow(absl::CivilDay day) const {
    return ImpressionsOn(store_->TakeSnapshot(), day).value_or(-1);
  }

  std::unique_ptr<Store> store_ = MakeStore();
};

// ---- Append ----

TEST_F(StoreTest, AppendCountsWhatItTook) {
  const AppendResult result = store_->Append(Impressions(1, 200), kNow);
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.taken, 200);
  EXPECT_EQ(result.repeats, 0);
  EXPECT_FALSE(result.repeated_batch);
  EXPECT_THAT(result.refused, IsEmpty());
  EXPECT_EQ(ImpressionsNow(kDay), 200);
}

TEST_F(StoreTest, AppendOfNothingTakesNothing) {
  const AppendResult result = store_->Append({}, kNow, "key");
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.taken + result.repeats + result.refused.size(), 0);
  EXPECT_FALSE(store_->Append({}, kNow, "key").repeated_batch);
}

TEST_F(StoreTest, EventsMayComeInAnyOrderOfTime) {
  std::vector<Event> events;
  for (std::uint64_t i = 0; i < 300; ++i) {
    events.push_back(Impression(i + 1, kDay - static_cast<std::int64_t>(i * 7 % 10)));
  }
  EXPECT_EQ(store_->Append(events, kNow).taken, 300);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ImpressionsNow(kDay - i), 30);
}

/// What spoils an event, and what the refusal says.
struct Spoiler {
  std::function<void(Event&)> spoil;
  std::string kind;
  std::string field;
  std::string reason;
};

const std::vector<Spoiler>& Spoilers() {
  static const auto playback = [](Playback how) {
    return [how](Event& event) {
      event.action = Action::kPlayback;
      event.playback = how;
    };
  };
  static const std::vector<Spoiler> spoilers = {
      {[](Event& e) { e.time = kTimeBegin - absl::Nanoseconds(1); }, "out_of_range", "time",
       "1969-12-31T23:59:59.999999999Z is outside 1970-01-01..9999-12-31"},
      {[](Event& e) { e.time = kTimeEnd; }, "out_of_range", "time",
       "10000-01-01T00:00:00Z is outside 1970-01-01..9999-12-31"},
      {[](Event& e) { e.time = absl::InfiniteFuture(); }, "out_of_range", "time",
       "infinite-future is outside 1970-01-01..9999-12-31"},
      {[](Event& e) { e.time = kNow + kClockTolerance + absl::Nanoseconds(1); }, "in_the_future",
       "time",
       "2026-11-11T12:05:00.000000001Z is later than now, 2026-11-11T12:00:00Z, by more than 5 "
       "minutes"},
      {[](Event& e) { e.pin = PinId(6); }, "unknown_pin", "pin", "6 is not a known Pin"},
      {[](Event& e) { e.action = static_cast<Action>(8); }, "not_a_value", "action",
       "the number 8 is not an action, expected one of impression, pin_click, outbound_click, "
       "save, "
       "carousel_swipe, collection_click, idea_swipe, playback"},
      {[](Event& e) { e.device = static_cast<Device>(4); }, "not_a_value", "device",
       "the number 4 is not a device, expected one of mobile, tablet, desktop, unspecified"},
      {[](Event& e) { e.content_type = static_cast<ContentType>(3); }, "not_a_value",
       "content_type", "the number 3 is not a content type, expected one of organic, paid, earned"},
      {[](Event& e) { e.age = static_cast<Age>(255); }, "not_a_value", "age",
       "the number 255 is not an age, expected one of 18-24, 25-34, 35-44, 45-49, 50-54, 55-64, "
       "65+, "
       "unspecified"},
      {[](Event& e) { e.gender = static_cast<Gender>(3); }, "not_a_value", "gender",
       "the number 3 is not a gender, expected one of female, male, unspecified"},
      {[](Event& e) { e.playback = Playback{}; }, "not_a_value", "playback",
       "comes only with the action playback, not with impression"},
      {[](Event& e) { e.action = Action::kPlayback; }, "not_a_value", "playback",
       "is missing from an event with that action"},
      {playback({.play_time = -absl::Seconds(1)}), "out_of_range", "play_time", "-1s is negative"},
      {playback({.play_time = kMaxPlayTime + absl::Nanoseconds(1)}), "out_of_range", "play_time",
       "720h0.000000001s is longer than 720h"},
      {playback({.half_visible = -absl::Seconds(1)}), "out_of_range", "half_visible",
       "-1s is negative"},
      {playback({.play_time = absl::Seconds(1), .half_visible = absl::Seconds(2)}), "out_of_range",
       "half_visible", "2s is longer than the play_time of 1s"},
      {playback({.progress = 1.2}), "out_of_range", "progress", "1.2 is outside 0..1"},
      {playback({.progress = std::numeric_limits<double>::quiet_NaN()}), "not_a_value", "progress",
       "nan is outside 0..1"},
  };
  return spoilers;
}

TEST_F(StoreTest, RefusalsNameTheEventTheFieldAndTheReason) {
  // A good event before each bad one.
  std::vector<Event> events;
  for (const Spoiler& spoiler : Spoilers()) {
    events.push_back(Impression(events.size() + 1));
    events.push_back(Impression(events.size() + 1));
    spoiler.spoil(events.back());
  }
  const AppendResult result = store_->Append(events, kNow);
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.taken, Spoilers().size());
  ASSERT_EQ(result.refused.size(), Spoilers().size());
  for (std::size_t i = 0; i < result.refused.size(); ++i) {
    EXPECT_EQ(result.refused[i].index, 2 * i + 1);
    EXPECT_EQ(result.refused[i].fault.field, Spoilers()[i].field) << i;
    EXPECT_EQ(NameOf(result.refused[i].kind()), Spoilers()[i].kind) << i;
    EXPECT_EQ(result.refused[i].fault.reason, Spoilers()[i].reason);
  }
  EXPECT_EQ(ImpressionsNow(kDay), Spoilers().size());
}

TEST_F(StoreTest, EventsAtTheEdgesOfWhatIsAllowedAreTaken) {
  const std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  Event first = Impression(1);
  first.time = kTimeBegin;
  Event last = Impression(largest);
  last.time = kNow + kClockTolerance;
  Event played = Impression(largest - 1);
  played.action = Action::kPlayback;
  played.playback = {.play_time = kMaxPlayTime, .half_visible = kMaxPlayTime, .progress = 1};
  EXPECT_EQ(store_->Append(std::vector<Event>{first, last, played}, kNow).taken, 3);
  const Snapshot snapshot = store_->TakeSnapshot();
  EXPECT_EQ(Total(snapshot, QueryOn(kDay), kTotalPlayTime, kNow), 30 * 24 * 60);
  EXPECT_EQ(Total(snapshot, QueryOn(kNextDay), kImpressions, kNow), 1);
}

TEST_F(StoreTest, RefusedEventLeavesItsIdFree) {
  Event event = Impression(1);
  event.pin = PinId(6);
  EXPECT_EQ(store_->Append({&event, 1}, kNow).refused.size(), 1);
  event.pin = PinId(5);
  EXPECT_EQ(store_->Append({&event, 1}, kNow).taken, 1);
}

TEST_F(StoreTest, OfEventsWithOneIdTheFirstCounts) {
  std::vector<Event> events = {Impression(1), Impression(1), Impression(2)};
  events[1].action = Action::kSave;
  const AppendResult first = store_->Append(events, kNow);
  EXPECT_EQ(first.taken, 2);
  EXPECT_EQ(first.repeats, 1);
  // Another day, another Pin: the id alone tells.
  Event again = Impression(2, kDay - 3);
  again.pin = PinId(2);
  const AppendResult second = store_->Append({&again, 1}, kNow);
  EXPECT_EQ(second.taken, 0);
  EXPECT_EQ(second.repeats, 1);
  EXPECT_EQ(ImpressionsNow(kDay), 2);
  EXPECT_EQ(ImpressionsNow(kDay - 3), 0);
  EXPECT_EQ(Total(store_->TakeSnapshot(), QueryOn(kDay), kSaves, kNow), 0);
}

TEST_F(StoreTest, EventsWithoutIdAreNoRepeats) {
  const std::vector<Event> events(40, Impression(0));
  EXPECT_EQ(store_->Append(events, kNow).taken, 40);
  EXPECT_EQ(ImpressionsNow(kDay), 40);
}

TEST_F(StoreTest, BatchUnderOneKeyCountsOnce) {
  std::vector<Event> events(3, Impression(0));
  EXPECT_EQ(store_->Append(events, kNow, "queue/7").taken, 3);
  events[0].pin = PinId(6);
  const AppendResult replayed = store_->Append(events, kNow, "queue/7");
  EXPECT_TRUE(replayed.repeated_batch);
  EXPECT_TRUE(replayed.status.ok());
  EXPECT_EQ(replayed.taken, 0);
  EXPECT_EQ(replayed.repeats, 0);
  EXPECT_THAT(replayed.refused, IsEmpty());
  EXPECT_EQ(store_->Append(events, kNow, "queue/8").taken, 2);
  EXPECT_EQ(ImpressionsNow(kDay), 5);
}

TEST_F(StoreTest, BatchOfWhichNothingWasTakenLeavesItsKeyFree) {
  std::vector<Event> events = {Impression(1), Impression(2)};
  for (Event& event : events) event.pin = PinId(6);
  const std::size_t bytes = store_->Memory().total();
  EXPECT_EQ(store_->Append(events, kNow, "key").refused.size(), 2);
  EXPECT_EQ(store_->Memory().total(), bytes);
  ASSERT_TRUE(store_->PutPin(SamplePin(6)).ok());
  EXPECT_EQ(store_->Append(events, kNow, "key").taken, 2);
  EXPECT_TRUE(store_->Append(events, kNow, "key").repeated_batch);
  // All of them repeats: nothing was taken either.
  EXPECT_EQ(store_->Append(events, kNow, "other").repeats, 2);
  EXPECT_EQ(store_->Append(Impressions(3, 1), kNow, "other").taken, 1);
}

TEST_F(StoreTest, BatchOfWhichAPartWasTakenSpendsItsKey) {
  std::vector<Event> events = {Impression(1), Impression(2)};
  events[0].pin = PinId(6);
  EXPECT_EQ(store_->Append(events, kNow, "key").taken, 1);
  ASSERT_TRUE(store_->PutPin(SamplePin(6)).ok());
  EXPECT_TRUE(store_->Append(events, kNow, "key").repeated_batch);
  EXPECT_EQ(store_->Append(events, kNow, "key, refused before").taken, 1);
}

TEST_F(StoreTest, BatchesWithoutKeyAreAllTaken) {
  EXPECT_EQ(store_->Append(Impressions(1, 1), kNow).taken, 1);
  EXPECT_EQ(store_->Append(Impressions(2, 1), kNow).taken, 1);
}

TEST_F(StoreTest, KeysMayHoldAnyBytes) {
  const std::vector<Event> events(1, Impression(0));
  EXPECT_EQ(store_->Append(events, kNow, std::string_view("a\0b", 3)).taken, 1);
  EXPECT_EQ(store_->Append(events, kNow, std::string_view("a\0c", 3)).taken, 1);
  EXPECT_TRUE(store_->Append(events, kNow, std::string_view("a\0b", 3)).repeated_batch);
}

TEST_F(StoreTest, KeysAreRememberedForThirtyDaysAndForgottenByALaterSealing) {
  std::vector<Event> events(1, Impression(0));
  EXPECT_EQ(store_->Append(events, kNow, "old").taken, 1);
  const absl::Time remembered = kNow + absl::Hours(24 * 30);
  store_->Seal(remembered);
  EXPECT_TRUE(store_->Append(events, remembered, "old").repeated_batch);
  const absl::Time forgotten = remembered + absl::Seconds(1);
  const std::size_t bytes = store_->Memory().other;
  store_->Seal(forgotten);
  EXPECT_LT(store_->Memory().other, bytes);
  events[0].time = forgotten;
  EXPECT_EQ(store_->Append(events, forgotten, "old").taken, 1);
}

// ---- Withdraw ----

TEST_F(StoreTest, WithdrawTakesAnEventBackFromAllFigures) {
  store_->Append(Impressions(1, 100), kNow);
  EXPECT_TRUE(store_->Withdraw(EventId(7)).ok());
  EXPECT_TRUE(store_->Withdraw(EventId(100)).ok());
  EXPECT_EQ(ImpressionsNow(kDay), 98);
  const Query query = {.period = LastDays(1, kDay)};
  EXPECT_EQ(Total(store_->TakeSnapshot(), query, kTotalAudience, FinalTime(kDay)), 98);
}

TEST_F(StoreTest, WithdrawFindsNothingItCannotTakeBack) {
  store_->Append(std::vector<Event>{Impression(1), Impression(0)}, kNow);
  EXPECT_TRUE(store_->Withdraw(EventId(1)).ok());
  for (const unsigned id : {1u, 0u, 2u}) {
    const absl::Status status = store_->Withdraw(EventId(id));
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(std::string(status.message()),
              "event " + std::to_string(id) + ": no event of a day that is not sealed has this id");
  }
  EXPECT_EQ(ImpressionsNow(kDay), 1);
}

TEST_F(StoreTest, WithdrawnIdStaysWithdrawnUntilItsDayIsSealed) {
  store_->Append(Impressions(1, 2), kNow);
  EXPECT_TRUE(store_->Withdraw(EventId(1)).ok());
  EXPECT_EQ(store_->Append(Impressions(1, 2), kNow).repeats, 2);
  // On another day too: the id alone tells.
  EXPECT_EQ(store_->Append(Impressions(1, 1, kNextDay), kNow).repeats, 1);
  EXPECT_EQ(store_->Withdraw(EventId(1)).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ImpressionsNow(kDay), 1);
  EXPECT_EQ(ImpressionsNow(kNextDay), 0);
  store_->Seal(FinalTime(kDay));
  EXPECT_EQ(ImpressionsNow(kDay), 1);
  EXPECT_EQ(store_->Append(Impressions(1, 1, kNextDay), kNow).taken, 1);
  EXPECT_TRUE(store_->Withdraw(EventId(1)).ok());
  EXPECT_EQ(ImpressionsNow(kNextDay), 0);
}

TEST_F(StoreTest, ManyAreWithdrawnAsOne) {
  store_->Append(Impressions(1, 1'000), kNow);
  store_->Append(Impressions(1'001, 1'000, kNextDay), kNow);
  EXPECT_TRUE(store_->Withdraw(EventId(3)).ok());
  std::vector<EventId> ids;
  for (std::uint64_t id = 0; id <= 2'000; id += 3) ids.push_back(EventId(id));
  ids.push_back(EventId(6));  // Again.
  ids.push_back(EventId(2'001));
  const WithdrawResult result = store_->Withdraw(ids);
  EXPECT_EQ(result.withdrawn, 665);
  EXPECT_THAT(result.not_found, ElementsAre(EventId(0), EventId(3), EventId(6), EventId(2'001)));
  EXPECT_EQ(ImpressionsNow(kDay), 1'000 - 333);
  EXPECT_EQ(ImpressionsNow(kNextDay), 1'000 - 333);
  EXPECT_EQ(store_->Withdraw(ids).not_found, ids);
  EXPECT_THAT(store_->Withdraw(std::span<const EventId>()).not_found, IsEmpty());
  store_->Seal(FinalTime(kDay));
  EXPECT_EQ(ImpressionsNow(kDay), 1'000 - 333);
}

TEST_F(StoreTest, SnapshotsKeepWhatIsWithdrawnAfterThem) {
  store_->Append(Impressions(1, 300), kNow);
  std::vector<Snapshot> snapshots;
  for (std::uint64_t id = 1; id <= 300; ++id) {
    snapshots.push_back(store_->TakeSnapshot());
    ASSERT_TRUE(store_->Withdraw(EventId(id * 7 % 300 + 1)).ok());
  }
  for (std::size_t i = 0; i < snapshots.size(); i += 13) {
    EXPECT_EQ(ImpressionsOn(snapshots[i], kDay), static_cast<double>(300 - i));
  }
}

TEST_F(StoreTest, TombstonesAreInTheMemoryFigure) {
  store_->Append(Impressions(1, 100'000), kNow);
  const std::size_t before = store_->Memory().live_events;
  std::vector<EventId> ids;
  for (std::uint64_t id = 1; id <= 100'000; ++id) ids.push_back(EventId(id));
  EXPECT_EQ(store_->Withdraw(ids).withdrawn, 100'000);
  const std::size_t tombstones = store_->Memory().live_events - before;
  EXPECT_GE(tombstones, 100'000 * 2);
  EXPECT_LE(tombstones, 100'000 * 3);
}

TEST_F(StoreTest, NothingIsWithdrawnFromSealedDays) {
  store_->Append(Impressions(1, 2), kNow);
  store_->Seal(FinalTime(kDay));
  EXPECT_EQ(store_->Withdraw(EventId(1)).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ImpressionsNow(kDay), 2);
}

TEST_F(StoreTest, DayWithEverythingWithdrawnIsADayOfZeros) {
  store_->Append(Impressions(1, 2), kNow);
  for (const unsigned id : {1u, 2u}) EXPECT_TRUE(store_->Withdraw(EventId(id)).ok());
  EXPECT_EQ(ImpressionsNow(kDay), 0);
  EXPECT_EQ(store_->Seal(FinalTime(kDay)).events_sealed, 0);
  EXPECT_EQ(ImpressionsNow(kDay), 0);
  EXPECT_EQ(store_->Memory().blocks, 0);
}

// ---- PutPin ----

TEST_F(StoreTest, PutPinRefusesFieldsOutOfOrder) {
  Pin pin = SamplePin(9);
  pin.format = static_cast<PinFormat>(4);
  const absl::Status format = store_->PutPin(pin);
  EXPECT_EQ(format.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(format.message()),
            "pin 9: format: the number 4 is not a format, expected one of standard, product, idea, "
            "video");
  pin = SamplePin(9);
  pin.created_at = absl::InfinitePast();
  EXPECT_EQ(std::string(store_->PutPin(pin).message()),
            "pin 9: created_at: infinite-past is outside 1970-01-01..9999-12-31");
  Event event = Impression(1);
  event.pin = PinId(9);
  EXPECT_EQ(store_->Append({&event, 1}, kNow).refused.size(), 1);
}

TEST_F(StoreTest, ChangedPinTouchesLaterEventsOnly) {
  const auto impressions = [this](const Filter& filter) {
    Query query = QueryOn(kDay);
    query.filter = filter;
    return Total(store_->TakeSnapshot(), query, kImpressions, kNow);
  };
  Pin pin = SamplePin(1);
  store_->Append(Impressions(1, 1), kNow);
  pin.board = BoardId(77);
  pin.account = AccountId(3);
  ASSERT_TRUE(store_->PutPin(pin).ok());
  store_->Append(Impressions(2, 2), kNow);
  pin.format = PinFormat::kVideo;
  ASSERT_TRUE(store_->PutPin(pin).ok());
  store_->Append(Impressions(4, 4), kNow);
  store_->Seal(FinalTime(kDay - 1));
  EXPECT_EQ(impressions(Is(BoardId(1))), 1);
  EXPECT_EQ(impressions(Is(BoardId(77))), 6);
  EXPECT_EQ(impressions(Is(kNoAccount)), 1);
  EXPECT_EQ(impressions(Is(AccountId(3)) && Is(PinFormat::kStandard)), 2);
  EXPECT_EQ(impressions(Is(PinFormat::kVideo)), 4);
  EXPECT_EQ(impressions(Is(PinId(1))), 7);
}

TEST_F(StoreTest, PinPutAgainAsItIsTakesNoMemory) {
  const std::size_t bytes = store_->Memory().total();
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(store_->PutPin(SamplePin(1)).ok());
  EXPECT_EQ(store_->Memory().total(), bytes);
}

// ---- Seal ----

TEST_F(StoreTest, SealPacksTheDaysThatAreFinal) {
  store_->Append(Impressions(1, 10, kDay), kNow);
  store_->Append(Impressions(11, 20, kDay - 1), kNow);
  store_->Append(Impressions(31, 5, kNextDay), kNow);
  const SealResult early = store_->Seal(FinalTime(kDay) - absl::Nanoseconds(1));
  EXPECT_EQ(early.days_sealed, 1);
  EXPECT_EQ(early.events_sealed, 20);
  EXPECT_EQ(early.days_dropped, 0);
  const SealResult result = store_->Seal(FinalTime(kDay));
  EXPECT_EQ(result.days_sealed, 1);
  EXPECT_EQ(result.events_sealed, 10);
  const SealResult again = store_->Seal(FinalTime(kDay));
  EXPECT_EQ(again.days_sealed + again.events_sealed + again.days_dropped, 0);
  EXPECT_EQ(ImpressionsNow(kDay), 10);
  EXPECT_EQ(ImpressionsNow(kDay - 1), 20);
  EXPECT_EQ(ImpressionsNow(kNextDay), 5);
}

TEST_F(StoreTest, DaysWithoutEventsAreNotSealed) {
  store_->Append(Impressions(1, 1, kDay), kNow);
  EXPECT_EQ(store_->Append(Impressions(1, 1, kDay - 1), kNow).repeats, 1);
  store_->Append(Impressions(2, 1, kDay - 2), kNow);
  EXPECT_TRUE(store_->Withdraw(EventId(2)).ok());
  const SealResult result = store_->Seal(FinalTime(kDay));
  EXPECT_EQ(result.days_sealed, 1);
  EXPECT_EQ(result.events_sealed, 1);
}

TEST_F(StoreTest, SealOfAnEmptyStoreDoesNothing) {
  const SealResult result = store_->Seal(kNow);
  EXPECT_EQ(result.days_sealed + result.events_sealed + result.days_dropped, 0);
}

TEST_F(StoreTest, LateEventIsRefusedWithTheSealedDay) {
  store_->Append(Impressions(1, 1), kNow);
  store_->Seal(FinalTime(kDay));
  // Also on a day that never had an event.
  const std::vector<Event> events = {Impression(2), Impression(3, kDay - 4),
                                     Impression(4, kNextDay)};
  const AppendResult result = store_->Append(events, FinalTime(kDay));
  EXPECT_EQ(result.taken, 1);
  ASSERT_EQ(result.refused.size(), 2);
  EXPECT_EQ(result.refused[0].ToString(),
            "0: time: 2026-11-10T12:00:00Z is on 2026-11-10, a sealed day; the first open one is "
            "2026-11-11");
  EXPECT_EQ(result.refused[1].ToString(),
            "1: time: 2026-11-06T12:00:00Z is on 2026-11-06, a sealed day; the first open one is "
            "2026-11-11");
  EXPECT_EQ(result.refused[0].kind(), FaultKind::kSealedDay);
  EXPECT_EQ(ImpressionsNow(kDay), 1);
}

TEST_F(StoreTest, SealedDayStaysSealedIfNowGoesBack) {
  store_->Append(Impressions(1, 1), kNow);
  store_->Seal(FinalTime(kDay));
  store_->Seal(kNow - absl::Hours(24 * 10));
  EXPECT_EQ(store_->Append(Impressions(2, 1), kNow).refused.size(), 1);
}

TEST_F(StoreTest, IdsOfSealedDaysAreForgotten) {
  store_->Append(Impressions(1, 1), kNow);
  store_->Seal(FinalTime(kDay));
  EXPECT_EQ(store_->Append(Impressions(1, 1, kNextDay), kNow).taken, 1);
}

TEST_F(StoreTest, LateEventsCountAtOnceWhereTheyAreAccepted) {
  store_ = MakeStore({.late_events = LateEvents::kAccept});
  store_->Append(Impressions(1, 100), kNow);
  store_->Seal(FinalTime(kDay));
  EXPECT_EQ(store_->Append(Impressions(101, 7), kNow).taken, 7);
  EXPECT_EQ(ImpressionsNow(kDay), 107);
  EXPECT_EQ(store_->Append(Impressions(107, 1), kNow).repeats, 1);
  EXPECT_TRUE(store_->Withdraw(EventId(107)).ok());
  EXPECT_EQ(ImpressionsNow(kDay), 106);
  const SealResult result = store_->Seal(FinalTime(kDay));
  EXPECT_EQ(result.days_sealed, 1);
  EXPECT_EQ(result.events_sealed, 6);
  EXPECT_EQ(ImpressionsNow(kDay), 106);
  const Query query = {.period = LastDays(1, kDay)};
  EXPECT_EQ(Total(store_->TakeSnapshot(), query, kTotalAudience, FinalTime(kDay)), 106);
}

TEST_F(StoreTest, DaysPastRetentionAreDropped) {
  store_->Append(Impressions(1, 500, kDay), kNow);
  store_->Append(Impressions(501, 500, kDay + 1), kNow);
  store_->Seal(FinalTime(kDay));
  const std::size_t blocks = store_->Memory().blocks;
  EXPECT_GT(blocks, 0);
  // The first retained day is kDay + 2: one day is dropped sealed, one live.
  const absl::Time later = HourOf(absl::CivilDay(2028, 5, 12), 12);
  store_->Append(Impressions(1'001, 1, kDay + 2), later);
  const SealResult result = store_->Seal(later);
  EXPECT_EQ(result.days_dropped, 2);
  EXPECT_EQ(result.days_sealed, 1);
  EXPECT_EQ(result.events_sealed, 1);
  EXPECT_LT(store_->Memory().blocks, blocks);
  EXPECT_EQ(Total(store_->TakeSnapshot(), {.period = LastDays(1, kDay + 2)}, kImpressions, later),
            1);
  // Asked at a time when they were retained, the days are empty.
  EXPECT_EQ(ImpressionsNow(kDay), 0);
  EXPECT_EQ(ImpressionsNow(kDay + 1), 0);
}

TEST_F(StoreTest, DayThatIsDroppedWithItsLateEventsCountsOnce) {
  store_ = MakeStore({.late_events = LateEvents::kAccept});
  store_->Append(Impressions(1, 1), kNow);
  store_->Seal(FinalTime(kDay));
  store_->Append(Impressions(2, 1), kNow);
  const SealResult result = store_->Seal(HourOf(absl::CivilDay(2028, 6, 1), 0));
  EXPECT_EQ(result.days_dropped, 1);
  EXPECT_EQ(result.days_sealed, 0);
  EXPECT_EQ(store_->Memory().live_events + store_->Memory().blocks, 0);
}

// ---- Memory ----

TEST(StoreMemory, EmptyStoreTakesUnder64KiB) {
  if (!HeapIsCounted()) return;
  const std::size_t before = heap_bytes;
  const Store store;
  const std::size_t bytes = heap_bytes - before + sizeof(store);
  EXPECT_LT(bytes, std::size_t{64} * 1024);
  EXPECT_LT(store.Memory().total(), std::size_t{64} * 1024);
  EXPECT_GT(store.Memory().total(), bytes / 2);
  RecordProperty("bytes", static_cast<int>(bytes));
}

TEST_F(StoreTest, MemoryNamesWhereItIs) {
  const MemoryUse before = store_->Memory();
  EXPECT_GT(before.dictionaries, 0);
  EXPECT_EQ(before.live_events, 0);
  EXPECT_EQ(before.blocks, 0);
  store_->Append(Impressions(1, 10'000), kNow, "key");
  const MemoryUse live = store_->Memory();
  EXPECT_GT(live.dictionaries, before.dictionaries + std::size_t{10'000} * 4);
  EXPECT_GT(live.live_events, std::size_t{10'000} * (16 + 4));  // Row and place.
  EXPECT_EQ(live.blocks, 0);
  EXPECT_GT(live.other, before.other);
  store_->Seal(FinalTime(kDay));
  const MemoryUse sealed = store_->Memory();
  // What only live days need is given back.
  EXPECT_EQ(sealed.live_events, 0);
  EXPECT_GT(sealed.blocks, 10'000 * 2);
  EXPECT_EQ(sealed.total(),
            sealed.dictionaries + sealed.live_events + sealed.blocks + sealed.other);
  std::size_t tables = 0;
  for (const auto& [name, bytes] : sealed.block_tables) tables += bytes;
  EXPECT_LE(tables, sealed.blocks);
  EXPECT_GT(tables + 1'000, sealed.blocks);  // One header.
}

TEST(StoreMemory, MemoryIsWhatTheHeapSays) {
  if (!HeapIsCounted()) return;
  (void)Store().TakeSnapshot().Run(QueryOn(kDay), kNow);  // What is made once and stays.
  const std::size_t before = heap_bytes;
  {
    Store store;
    const auto expect_honest = [&](const std::string& when) {
      const double heap = static_cast<double>(heap_bytes - before);
      EXPECT_NEAR(static_cast<double>(store.Memory().total()) / heap, 1, 0.1) << when;
    };
    for (std::uint64_t id = 1; id <= 2'000; ++id) {
      Pin pin = SamplePin(id);
      pin.title = std::string(50, 'x');
      ASSERT_TRUE(store.PutPin(pin).ok());
    }
    expect_honest("Pins");
    for (int day = 0; day < 5; ++day) {
      store.Append(Impressions(static_cast<std::uint64_t>(day) * 8'000 + 1, 8'000, kDay - day),
                   kNow, "key " + std::to_string(day));
    }
    expect_honest("live");
    (void)store.TakeSnapshot().Run(QueryOn(kDay), kNow);
    expect_honest("asked");
    store.Seal(FinalTime(kDay - 2));
    expect_honest("partly sealed");
    store.Seal(FinalTime(kDay));
    expect_honest("sealed");
  }
  EXPECT_EQ(heap_bytes, before);
}

/// An account with a day to be sealed for the first time, one with late events, and an open one.
class StoreOutOfMemory : public testing::Test {
 protected:
  static void Fill(ModelledStore& model) {
    for (std::uint64_t id = 1; id <= 5; ++id) model.PutPin(SamplePin(id));
    model.Append(OnDay(kDay - 2, 1), Now());
    model.Append(OnDay(kDay - 1, 500), Now());
    model.Seal(FinalTime(kDay - 1));
    model.Append(OnDay(kDay - 1, 1'000), Now());
    model.Append(OnDay(kDay, 2'000), Now());
    model.Append(OnDay(kDay + 1, 3'000), Now());
  }

  static std::vector<Event> OnDay(absl::CivilDay day, std::uint64_t first_id) {
    std::vector<Event> events = Impressions(first_id, 40, day);
    for (std::size_t i = 0; i < events.size(); ++i) {
      events[i].viewer = ViewerId(1 + first_id % 7 + i);
      if (i % 3 == 0) events[i].action = Action::kSave;
    }
    return events;
  }

  static absl::Time Now() { return FinalTime(kDay); }
  static StoreOptions Options() { return {.late_events = LateEvents::kAccept}; }
  inline static const Query kAll = {.period = LastDays(4, kDay + 1),
                                    .metrics = {kImpressions, kTotalAudience, kEngagedAudience}};

  /// What a store says of all days, asked when the open one has become final.
  static Report Ask(const ModelledStore& model) {
    return *model.store().TakeSnapshot().Run(kAll, FinalTime(kDay + 1));
  }
  static void ExpectRight(const ModelledStore& model, const char* when) {
    EXPECT_EQ(Ask(model), *model.Expected(FinalTime(kDay + 1)).Run(kAll)) << when;
  }

  static std::unique_ptr<ModelledStore> Filled() {
    auto model = std::make_unique<ModelledStore>(Options());
    Fill(*model);
    return model;
  }
};

/// Calls with a store's Nth allocation failing, N from 0 until the call gets by.
template <typename Fill, typename Call, typename Check>
void FailEachAllocationOf(Fill fill, Call call, Check check) {
  std::int64_t i = 0;
  for (bool failed = true; failed; ++i) {
    SCOPED_TRACE("allocation " + std::to_string(i));
    failed = false;
    const auto model = fill();
    allocations_until_failure = i;
    try {
      call(*model);
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    // What an allocation may do without: it failed, and the call got by.
    failed |= std::exchange(allocations_until_failure, -1) == -1;
    if (failed) check(*model);
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GT(i, 1);
}

TEST_F(StoreOutOfMemory, AppendTakesNothingWhicheverAllocationFails) {
  if (!HeapIsCounted()) return;
  std::vector<Event> batch = Impressions(5'000, 300, kDay + 1);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i].viewer = ViewerId(10'000 + i);
    if (i % 3 == 0) batch[i].id = EventId();
    if (i % 10 == 0) batch[i].pin = PinId(99);
    if (i % 7 == 0) batch[i].time = HourOf(kDay - 3, static_cast<int>(i % 24));
    if (i % 50 == 9) batch[i].id = EventId(3'000);  // Is there.
  }
  const auto filled = Filled();
  const Report before = Ask(*filled);
  filled->Append(batch, Now(), "key");
  const Report after = Ask(*filled);
  FailEachAllocationOf(
      Filled, [&](ModelledStore& model) { model.store().Append(batch, Now(), "key"); },
      [&](ModelledStore& model) {
        EXPECT_EQ(Ask(model), before);
        model.Append(batch, Now(), "key");
        EXPECT_EQ(Ask(model), after);
        ExpectRight(model, "again");
      });
}

TEST_F(StoreOutOfMemory, NothingIsWithdrawnWhicheverAllocationFails) {
  if (!HeapIsCounted()) return;
  std::vector<EventId> ids;
  for (std::uint64_t id = 1'000; id < 4'000; id += 9) ids.push_back(EventId(id));
  const Report before = Ask(*Filled());
  FailEachAllocationOf(
      [] {
        auto model = Filled();
        model->Withdraw(EventId(3'007));  // There are tombstones already.
        model->Withdraw(EventId(3'009));
        model->Append(OnDay(kDay - 2, 1), Now());
        return model;
      },
      [&](ModelledStore& model) { model.store().Withdraw(ids); },
      [&](ModelledStore& model) {
        ExpectRight(model, "failed");
        model.Withdraw(ids);
        ExpectRight(model, "again");
        EXPECT_NE(Ask(model), before);
      });
}

TEST_F(StoreOutOfMemory, SealingCanBeTriedAgainWhicheverAllocationFails) {
  if (!HeapIsCounted()) return;
  FailEachAllocationOf(
      Filled, [](ModelledStore& model) { model.store().Seal(Now()); },
      [](ModelledStore& model) {
        ExpectRight(model, "failed");
        model.Append(OnDay(kDay, 4'000), Now());
        model.Seal(Now());
        ExpectRight(model, "sealed");
        model.Append(OnDay(kDay + 1, 3'000), Now());  // All of them repeats.
        model.Seal(FinalTime(kDay + 1));
        ExpectRight(model, "all sealed");
      });
}

TEST_F(StoreOutOfMemory, DaysThatCouldNotBeSealedAreOpenAgain) {
  if (!HeapIsCounted()) return;
  Store store;
  ASSERT_TRUE(store.PutPin(SamplePin(1)).ok());
  store.Append(Impressions(1, 10), kNow);
  allocations_until_failure = 20;
  EXPECT_THROW(store.Seal(FinalTime(kDay)), std::bad_alloc);
  allocations_until_failure = -1;
  EXPECT_EQ(store.Append(Impressions(11, 1), kNow).taken, 1);
  EXPECT_EQ(store.Append(Impressions(3, 1), kNow).repeats, 1);
  EXPECT_TRUE(store.Withdraw(EventId(3)).ok());
  EXPECT_EQ(store.Seal(FinalTime(kDay)).events_sealed, 10);
  EXPECT_EQ(store.Append(Impressions(12, 1), kNow).refused.size(), 1);
}

TEST_F(StoreOutOfMemory, StoreIsAskedAgainWhicheverAllocationFails) {
  if (!HeapIsCounted()) return;
  const auto filled = Filled();
  const Report before = Ask(*filled);
  const auto ask = [&](ModelledStore& model) {
    EXPECT_EQ(Ask(model), before);
    EXPECT_EQ(model.store().Memory().total(), filled->store().Memory().total());
  };
  FailEachAllocationOf(
      Filled, [](ModelledStore& model) { (void)model.store().TakeSnapshot(); }, ask);
  FailEachAllocationOf(
      Filled, [](ModelledStore& model) { (void)model.store().Memory(); }, ask);
}

TEST_F(StoreTest, LimitRefusesABatchAsAWholeAndTheStoreStaysUsable) {
  constexpr std::size_t kLimit = std::size_t{2} << 20;
  const std::size_t before = heap_bytes;
  store_ = MakeStore({.memory_limit_bytes = kLimit});
  std::uint64_t next_id = 1;
  std::size_t taken = 0;
  AppendResult result;
  for (int batch = 0; result.status.ok(); ++batch) {
    ASSERT_LT(batch, 10'000);
    EXPECT_LE(store_->Memory().total(), kLimit);
    result = store_->Append(Impressions(next_id, 500, kDay - batch % 7), kNow,
                            "batch " + std::to_string(batch));
    next_id += 500;
    taken += result.taken;
  }
  EXPECT_EQ(result.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(result.status.message()), HasSubstr(std::to_string(kLimit)));
  EXPECT_EQ(result.taken + result.repeats + result.refused.size(), 0);
  EXPECT_GT(taken, 10'000);
  EXPECT_LE(store_->Memory().total(), kLimit);
  if (HeapIsCounted()) {
    EXPECT_LE(heap_bytes - before, kLimit + kLimit / 10);
  }

  const Query week = {.period = LastDays(7, kDay), .real_time = true};
  EXPECT_EQ(Total(store_->TakeSnapshot(), week, kImpressions, kNow), taken);
  EXPECT_TRUE(store_->Withdraw(EventId(1)).ok());
  EXPECT_EQ(Total(store_->TakeSnapshot(), week, kImpressions, kNow), taken - 1);
  // Sealing makes room, and the refused batch was not remembered.
  store_->Seal(FinalTime(kDay));
  EXPECT_LE(store_->Memory().total(), kLimit);
  EXPECT_EQ(Total(store_->TakeSnapshot(), week, kImpressions, kNow), taken - 1);
  const AppendResult retried = store_->Append(Impressions(next_id, 500, kNextDay), kNow, "batch x");
  EXPECT_TRUE(retried.status.ok()) << retried.status;
  EXPECT_EQ(retried.taken, 500);
}

TEST_F(StoreTest, LimitIsNeverPassedWhateverGrows) {
  const auto without_viewers = [](Event event) {
    event.viewer = ViewerId();
    return event;
  };
  const auto nameless = [](Event event) {
    event.id = EventId();
    event.viewer = ViewerId();
    return event;
  };
  const auto whole = [](Event event) { return event; };
  for (const std::function<Event(Event)>& form :
       std::vector<std::function<Event(Event)>>{whole, without_viewers, nameless}) {
    for (std::size_t limit = 100'000; limit < 4'000'000; limit = limit * 5 / 4) {
      store_ = MakeStore({.memory_limit_bytes = limit});
      AppendResult result;
      for (std::uint64_t id = 1; result.status.ok(); id += 97) {
        std::vector<Event> events = Impressions(id, 97);
        for (Event& event : events) event = form(event);
        result = store_->Append(events, kNow, "batch " + std::to_string(id));
        ASSERT_LE(store_->Memory().total(), limit);
      }
      ASSERT_GT(store_->Memory().total(), limit / 8);  // The rest is for sealing.
    }
  }
}

TEST_F(StoreTest, RefusedBatchMayComeAgainUnderItsKey) {
  store_ = MakeStore({.memory_limit_bytes = 250'000});
  EXPECT_FALSE(store_->Append(Impressions(1, 10'000), kNow, "key").status.ok());
  EXPECT_EQ(store_->Append(Impressions(1, 100), kNow, "key").taken, 100);
}

TEST_F(StoreTest, LimitHoldsForPinsToo) {
  constexpr std::size_t kLimit = std::size_t{1} << 20;
  const std::size_t before = heap_bytes;
  store_ = MakeStore({.memory_limit_bytes = kLimit});
  absl::Status status;
  for (std::uint64_t id = 100; status.ok(); ++id) {
    Pin pin = SamplePin(id);
    pin.title = std::string(id % 500, 'x');
    ASSERT_LT(id, 100'000);
    EXPECT_LE(store_->Memory().total(), kLimit);
    status = store_->PutPin(pin);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LE(store_->Memory().total(), kLimit);
  if (HeapIsCounted()) {
    EXPECT_LE(heap_bytes - before, kLimit + kLimit / 10);
  }
  // What is there already is no growth.
  EXPECT_TRUE(store_->PutPin(SamplePin(1)).ok());
}

}  // namespace
}  // namespace pinmetrics
