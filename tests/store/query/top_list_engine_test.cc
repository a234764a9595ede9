#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"
#include "tests/store/large_account.h"
#include "tests/store/modelled_store.h"
#include "tests/store/random_account.h"
#include "tests/store/same_answer.h"
#include "tests/store/sample_events.h"

/// Top lists from every path of the engine: as `Evaluate` ranks.

namespace pinmetrics {
namespace {

class TopListsOfALargeAccount : public LargeAccount {};

TEST_F(TopListsOfALargeAccount, AreTheSameWithTablesOfBoardsAndEarlyStop) {
  bool has_boards = false;
  for (const auto& [table, bytes] : model_.store().Memory().block_tables) {
    has_boards |= table == "board_sums" && bytes > 0;
  }
  EXPECT_TRUE(has_boards);
  const Snapshot snapshot = model_.store().TakeSnapshot();
  const DatedEvaluation expected = model_.Expected(now_);
  for (const bool include_saved : {false, true}) {
    for (const Metric& by :
         std::vector<Metric>{kImpressions, kSaves, kTotalPlayTime, kSaveRate, kMonthlyViews}) {
      const Query query = {.period = DateRange::Inclusive(absl::CivilDay(2026, 11, 11),
                                                          absl::CivilDay(2026, 11, 12)),
                           .include_saved = include_saved,
                           .metrics = {kImpressions, kTotalAudience}};
      for (const unsigned limit : {1u, 3u, 50u}) {
        const Ranking ranking = {.by = by, .limit = limit};
        ExpectSame(snapshot.TopPins(query, ranking, now_), expected.TopPins(query, ranking),
                   Describe(query, ranking));
        ExpectSame(snapshot.TopBoards(query, ranking, now_), expected.TopBoards(query, ranking),
                   Describe(query, ranking));
      }
    }
  }
}

TEST_F(TopListsOfALargeAccount, CountLiveDays) {
  // The Pins with the fewest events of sealed days get the most on a live one, all the same.
  const absl::CivilDay live_day(2026, 11, 17);
  std::vector<Event> events;
  for (std::size_t i = 20; i < 24; ++i) {
    for (std::uint64_t viewer = 1; viewer <= 5'000; ++viewer) {
      events.push_back({.time = HourOf(live_day, 1),
                        .pin = account_.pin_ids()[i],
                        .viewer = ViewerId(viewer),
                        .action = Action::kCollectionClick});
    }
  }
  model_.Append(events, now_);
  const Query query = {.period = DateRange::Inclusive(absl::CivilDay(2026, 11, 10), live_day),
                       .include_saved = true,
                       .real_time = true,
                       .metrics = {kEngagements}};
  const CountMetric collection_clicks =
      Count({.name = "collection_clicks"}, Tally::kCollectionClicks);
  Query of_live_day = query;
  of_live_day.period = LastDays(1, live_day);
  const auto expect_same = [&](absl::Time now) {
    const Snapshot snapshot = model_.store().TakeSnapshot();
    const DatedEvaluation expected = model_.Expected(now);
    for (const unsigned limit : {1u, 2u, 3u}) {
      const Ranking ranking = {.by = collection_clicks, .limit = limit};
      for (const Query& asked : {query, of_live_day}) {
        ExpectSame(snapshot.TopPins(asked, ranking, now), expected.TopPins(asked, ranking),
                   Describe(asked, ranking));
      }
    }
  };
  expect_same(now_);
  const absl::Time later = now_ + absl::Hours(24 * 5);
  model_.Seal(later);
  expect_same(later);
}

/// Top lists of days `kDay` to `kDay + 2`, by several counts, under filters that leave out few
/// Pins, many or none.
void ExpectSameListsUnderFilters(const ModelledStore& model, absl::Time now) {
  const Snapshot snapshot = model.store().TakeSnapshot();
  const DatedEvaluation expected = model.Expected(now);
  const Filter of_events = Is(Device::kMobile, Device::kTablet) && !Is(Gender::kMale);
  const CountMetric weighed = Sum("saves_twice", kSaves, kSaves, kPinClicks);
  const CountMetric twice = Sum("impressions_twice", kImpressions, kImpressions);
  for (const Filter& filter :
       {of_events, of_events && Is(PinFormat::kVideo, PinFormat::kIdea), Filter(),
        Filter(Is(PinFormat::kVideo)), of_events || Is(PinFormat::kVideo)}) {
    for (const bool include_saved : {false, true}) {
      for (const Metric& by : std::vector<Metric>{kImpressions, kEngagements, weighed, twice}) {
        for (const unsigned limit : {1u, 4u, 60u}) {
          const Query query = {.period = LastDays(3, kDay + 2),
                               .filter = filter,
                               .include_saved = include_saved,
                               .metrics = {kSaves, by}};
          const Ranking ranking = {.by = by, .limit = limit};
          ExpectSame(snapshot.TopBoards(query, ranking, now), expected.TopBoards(query, ranking),
                     Describe(query, ranking));
          ExpectSame(snapshot.TopPins(query, ranking, now), expected.TopPins(query, ranking),
                     Describe(query, ranking));
        }
      }
    }
  }
}

TEST(TopLists, BoardsAreRankedUnderFiltersThatLeaveOutFewPinsOrMany) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  ModelledStore model{StoreOptions{.late_events = LateEvents::kAccept}};
  for (std::uint64_t id = 1; id <= 300; ++id) {
    Pin pin = SamplePin(id);
    pin.board = id == 1 ? BoardId(41) : BoardId(1 + dice.Below(40));
    pin.format = dice.Any<PinFormat>();
    pin.saved = id % 25 == 0;
    model.PutPin(pin);
  }
  const auto any_event = [&](std::uint64_t id) {
    return Event{.time = HourOf(kDay + static_cast<int>(dice.Below(3)), 1),
                 .pin = PinId(id),
                 .action = dice.OneOf<Action>(
                     {Action::kImpression, Action::kImpression, Action::kSave, Action::kPinClick}),
                 .device = dice.Any<Device>(),
                 .age = dice.Any<Age>(),
                 .gender = dice.Any<Gender>()};
  };
  std::vector<Event> events;
  // Some Pins have most of the events, and one board next to none.
  for (int i = 0; i < 12'000; ++i) events.push_back(any_event(2 + dice.Below(1 + dice.Below(299))));
  for (int i = 0; i < 9; ++i) events.push_back(any_event(1));
  const absl::Time now = FinalTime(kDay + 2);
  model.Append(events, now);
  model.Seal(now);
  ExpectSameListsUnderFilters(model, now);
  // Events that come late give it more than any other has.
  events.clear();
  for (int i = 0; i < 6'000; ++i) events.push_back(any_event(1));
  model.Append(events, now);
  ExpectSameListsUnderFilters(model, now);
  model.Seal(now);
  ExpectSameListsUnderFilters(model, now);
}

/// What a board has of Pins that count stands apart, with hundreds of events between.
/// In turn an idea and a video.
Pin PinOfTheFirstBoard(std::uint64_t id) {
  Pin pin = SamplePin(id);
  pin.board = BoardId(1);
  pin.format = id % 2 == 0 ? PinFormat::kVideo : PinFormat::kIdea;
  return pin;
}

TEST(TopLists, PlayTimesOfABoardAreThoseOfItsPinsThatCount) {
  ModelledStore model{StoreOptions()};
  std::vector<Event> events;
  for (std::uint64_t id = 1; id <= 9; ++id) {
    model.PutPin(PinOfTheFirstBoard(id));
    for (int i = 0; i < (id % 2 == 0 ? 20 : 400); ++i) {
      Event event = {.time = HourOf(kDay, 1),
                     .pin = PinId(id),
                     .device = i % 4 == 0 ? Device::kTablet : Device::kMobile};
      if (i % 3 == 0) {
        event.action = Action::kPlayback;
        event.playback = {.play_time = absl::Milliseconds(1 << id)};
      }
      events.push_back(event);
    }
  }
  const absl::Time now = FinalTime(kDay);
  model.Append(events, now);
  model.Seal(now);
  const Query query = {.period = LastDays(1, kDay),
                       .filter = Is(PinFormat::kVideo) && Is(Device::kMobile),
                       .metrics = {kImpressions, kTotalPlayTime, kAveragePlayTime}};
  for (const Metric& by : std::vector<Metric>{kImpressions, kTotalPlayTime}) {
    const Ranking ranking = {.by = by};
    ExpectSame(model.store().TakeSnapshot().TopBoards(query, ranking, now),
               model.Expected(now).TopBoards(query, ranking), Describe(query, ranking));
  }
}

TEST(TopLists, FiguresOfABoardTellSavedPinsFromOthers) {
  ModelledStore model{StoreOptions()};
  std::vector<Event> events;
  for (std::uint64_t id = 1; id <= 12; ++id) {
    Pin pin = PinOfTheFirstBoard(id);
    pin.saved = id % 3 == 0;
    model.PutPin(pin);
    for (std::uint64_t i = 0; i < 10 * id; ++i) {
      events.push_back({.time = HourOf(kDay, 1),
                        .pin = PinId(id),
                        .device = i % 4 == 0 ? Device::kTablet : Device::kMobile});
    }
  }
  const absl::Time now = FinalTime(kDay);
  model.Append(events, now);
  model.Seal(now);
  const Query query = {.period = LastDays(30, kDay),
                       .filter = Is(PinFormat::kVideo) && Is(Device::kMobile),
                       .include_saved = true,
                       .metrics = {kImpressions, kMonthlyViews}};
  const Ranking ranking = {.by = kImpressions};
  ExpectSame(model.store().TakeSnapshot().TopBoards(query, ranking, now),
             model.Expected(now).TopBoards(query, ranking), Describe(query, ranking));
}

TEST(TopLists, PinsThatTieAtTheTopRankByIdWhereverTheyStand) {
  for (const bool ids_rise : {true, false}) {
    Store store;
    std::vector<Event> events;
    for (std::uint64_t i = 1; i <= 400; ++i) {
      const std::uint64_t id = ids_rise ? i : 1'000 - i;
      ASSERT_TRUE(store.PutPin(SamplePin(id)).ok());
      // The first few have three saves each, all others one.
      for (int save = 0; save < (i <= 5 ? 3 : 1); ++save) {
        events.push_back({.time = HourOf(kDay, 1), .pin = PinId(id), .action = Action::kSave});
      }
    }
    const absl::Time now = FinalTime(kDay);
    store.Append(events, now);
    store.Seal(now);
    for (const unsigned limit : {1u, 2u, 4u}) {
      const absl::StatusOr<TopList> list = store.TakeSnapshot().TopPins(
          {.period = LastDays(1, kDay), .metrics = {kSaves}}, {.by = kSaves, .limit = limit}, now);
      ASSERT_TRUE(list.ok());
      ASSERT_EQ(list->rows.size(), limit);
      for (unsigned i = 0; i < limit; ++i) {
        EXPECT_EQ(list->rows[i].number(), (ids_rise ? 1 : 995) + i);
        EXPECT_EQ(list->rows[i].figures[0], 3);
      }
    }
  }
}

}  // namespace
}  // namespace pinmetrics
