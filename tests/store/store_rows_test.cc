#include "pinmetrics/store/store_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/store/store.h"
#include "tests/store/handed_out.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::CivilDay kDay(2026, 11, 1);

absl::Time At(absl::CivilDay day, int hour = 12) {
  return absl::FromCivil(absl::CivilHour(day) + hour, absl::UTCTimeZone());
}
/// The days up to this are final.
absl::Time NowFor(absl::CivilDay day) { return At(day + 3, 0); }

Store StoreWithPin(StoreOptions options = {}) {
  Store store(std::move(options));
  EXPECT_TRUE(store.PutPin({.id = PinId(7), .board = BoardId(3), .title = "old"}).ok());
  return store;
}

void Append(Store& store, std::vector<Event> events) {
  for (Event& event : events) event.pin = PinId(7);
  ASSERT_EQ(store.Append(events, NowFor(kDay + 30)).taken, events.size());
}

std::vector<std::uint64_t> IdsOf(const StoreRows& rows, const StoredDay& day) {
  std::vector<std::uint64_t> ids;
  for (const auto& [event, pin] : EventsOf(rows, day)) ids.push_back(event.id.value());
  return ids;
}

std::vector<std::uint64_t> ViewersOf(const StoreRows& rows, const StoredDay& day) {
  std::vector<std::uint64_t> viewers;
  for (const auto& [event, pin] : EventsOf(rows, day)) viewers.push_back(event.viewer.value());
  return viewers;
}

TEST(StoreRows, OfAnEmptyStoreAreNone) {
  const StoreRows rows = Store().TakeRows();
  EXPECT_THAT(rows.Days(), IsEmpty());
  EXPECT_THAT(rows.Pins(), IsEmpty());
}

TEST(StoreRows, KeepWhatAnEventCountsAs) {
  Store store = StoreWithPin();
  const Event playback = {.id = EventId(1),
                          .time = At(kDay),
                          .viewer = ViewerId(~std::uint64_t{0}),
                          .action = Action::kPlayback,
                          .device = Device::kTablet,
                          .content_type = ContentType::kEarned,
                          .age = Age::k35To44,
                          .gender = Gender::kMale,
                          .playback = Playback{.play_time = absl::Milliseconds(12'345),
                                               .half_visible = absl::Seconds(3),
                                               .progress = 0.97}};
  Append(store, {playback, {.id = EventId(2), .time = At(kDay), .action = Action::kIdeaSwipe}});
  const StoreRows rows = store.TakeRows();
  ASSERT_THAT(rows.Days(), SizeIs(1));
  const auto events = EventsOf(rows, rows.Days()[0]);
  ASSERT_THAT(events, SizeIs(2));
  Event expected = playback;
  expected.pin = PinId(7);
  expected.time = At(kDay, 0);
  expected.playback->half_visible = absl::Seconds(2);
  expected.playback->progress = 0.95;
  EXPECT_EQ(events[0].first, expected);
  EXPECT_EQ(events[0].second, (Pin{.id = PinId(7), .board = BoardId(3), .title = "old"}));
  EXPECT_EQ(
      events[1].first,
      (Event{
          .id = EventId(2), .time = At(kDay, 0), .pin = PinId(7), .action = Action::kIdeaSwipe}));
}

TEST(StoreRows, AreWholeDaysOfTheZone) {
  StoreOptions options;
  ASSERT_TRUE(absl::LoadTimeZone("Pacific/Apia", &options.reporting.time_zone));
  Store store = StoreWithPin(options);
  // The zone left out 30 December.
  const absl::CivilDay day(2011, 12, 31);
  const absl::Time begin = store.calendar().Begin(day);
  Append(store, {{.time = begin}, {.time = begin - absl::Seconds(1)}});
  const StoreRows rows = store.TakeRows();
  ASSERT_THAT(rows.Days(), SizeIs(2));
  EXPECT_EQ(rows.Days()[0].day, absl::CivilDay(2011, 12, 29));
  EXPECT_EQ(EventsOf(rows, rows.Days()[1])[0].first.time, begin);
}

TEST(StoreRows, HaveThePinAsItWasAndAsItIs) {
  Store store = StoreWithPin();
  Append(store, {{.time = At(kDay)}});
  ASSERT_TRUE(store.PutPin({.id = PinId(7), .board = BoardId(4), .title = "new"}).ok());
  Append(store, {{.time = At(kDay)}});
  const StoreRows rows = store.TakeRows();
  const auto events = EventsOf(rows, rows.Days()[0]);
  EXPECT_EQ(events[0].second.board, BoardId(3));
  EXPECT_EQ(events[1].second.board, BoardId(4));
  EXPECT_THAT(rows.Pins(), ElementsAre(Pin{.id = PinId(7), .board = BoardId(4), .title = "new"}));
}

TEST(StoreRows, AreWithoutThoseWithdrawn) {
  Store store = StoreWithPin();
  Append(store, {{.id = EventId(1), .time = At(kDay)},
                 {.id = EventId(2), .time = At(kDay)},
                 {.id = EventId(3), .time = At(kDay)}});
  ASSERT_TRUE(store.Withdraw(EventId(2)).ok());
  const StoreRows rows = store.TakeRows();
  EXPECT_THAT(IdsOf(rows, rows.Days()[0]), ElementsAre(1, 3));
  const absl::StatusOr<DayEvents> events = rows.EventsOf(rows.Days()[0]);
  ASSERT_THAT(events->withdrawn, SizeIs(1));
  EXPECT_EQ(events->withdrawn[0].event->id, EventId(2));
}

TEST(StoreRows, OfASealedDayHaveItsChecksumAndNoIds) {
  Store store = StoreWithPin();
  Append(store, {{.id = EventId(1), .time = At(kDay)}, {.id = EventId(2), .time = At(kDay + 1)}});
  ASSERT_EQ(store.Seal(NowFor(kDay)).days_sealed, 1);
  const StoreRows rows = store.TakeRows();
  const std::vector<StoredDay> days = rows.Days();
  ASSERT_THAT(days, SizeIs(2));
  EXPECT_TRUE(days[0].checksum.has_value());
  EXPECT_FALSE(days[1].checksum.has_value());
  EXPECT_THAT(IdsOf(rows, days[0]), ElementsAre(0));
  EXPECT_THAT(IdsOf(rows, days[1]), ElementsAre(2));
  EXPECT_EQ(store.TakeRows().Days(), days);
}

TEST(StoreRows, StandTwiceWhereASealedDayHasLateEvents) {
  Store store = StoreWithPin({.late_events = LateEvents::kAccept});
  Append(store, {{.time = At(kDay), .viewer = ViewerId(1)}});
  ASSERT_EQ(store.Seal(NowFor(kDay)).days_sealed, 1);
  Append(store, {{.time = At(kDay), .viewer = ViewerId(2)}});
  const StoreRows rows = store.TakeRows();
  const std::vector<StoredDay> days = rows.Days();
  ASSERT_THAT(days, SizeIs(2));
  EXPECT_THAT(ViewersOf(rows, days[0]), ElementsAre(1));
  EXPECT_THAT(ViewersOf(rows, days[1]), ElementsAre(2));
  EXPECT_FALSE(days[1].checksum.has_value());

  // Sealed together they are another day.
  ASSERT_EQ(store.Seal(NowFor(kDay)).days_sealed, 1);
  const StoreRows later = store.TakeRows();
  ASSERT_THAT(later.Days(), SizeIs(1));
  EXPECT_NE(later.Days()[0].checksum, days[0].checksum);
  EXPECT_EQ(later.EventsOf(days[0]).status().code(), absl::StatusCode::kNotFound);
  // What was taken before stays as it was.
  EXPECT_THAT(ViewersOf(rows, days[0]), ElementsAre(1));
}

TEST(StoreRows, KeepTheirOrderWhileOtherDaysAreSealed) {
  Store store = StoreWithPin();
  std::vector<std::uint64_t> expected;
  std::uint64_t viewer = 0;
  // In turns, so that the chunks of the second day get numbers between and of those of the first.
  for (int i = 0; i < 500; ++i) {
    Append(store, {{.time = At(kDay), .viewer = ViewerId(++viewer)}});
    Append(store, {{.time = At(kDay + 9), .viewer = ViewerId(++viewer)}});
    expected.push_back(viewer);
  }
  ASSERT_EQ(store.Seal(NowFor(kDay)).days_sealed, 1);
  for (int i = 0; i < 500; ++i) {
    Append(store, {{.time = At(kDay + 9), .viewer = ViewerId(++viewer)}});
    expected.push_back(viewer);
  }
  const StoreRows rows = store.TakeRows();
  EXPECT_EQ(ViewersOf(rows, rows.Days().back()), expected);
}

TEST(StoreRows, OfADayThatWasWithdrawnAreThatAlone) {
  Store store = StoreWithPin();
  Append(store, {{.id = EventId(1), .time = At(kDay)}, {.id = EventId(2), .time = At(kDay)}});
  ASSERT_TRUE(store.Withdraw(EventId(1)).ok());
  ASSERT_TRUE(store.Withdraw(EventId(2)).ok());
  const StoreRows rows = store.TakeRows();
  EXPECT_THAT(rows.Days(), ElementsAre(StoredDay{.day = kDay}));
  const absl::StatusOr<DayEvents> events = rows.EventsOf(rows.Days()[0]);
  EXPECT_THAT(events->observations, IsEmpty());
  EXPECT_THAT(events->withdrawn, SizeIs(2));
}

TEST(StoreRows, HaveNoOtherDay) {
  Store store = StoreWithPin();
  Append(store, {{.time = At(kDay)}});
  const StoreRows rows = store.TakeRows();
  EXPECT_EQ(rows.EventsOf({.day = kDay + 1}).status(),
            absl::NotFoundError("2026-11-02: the store has no such day"));
}

}  // namespace
}  // namespace pinmetrics
