// Memory that runs out while a store is asked: the call throws and does nothing else, and answers
// right when it is asked again.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"
#include "tests/store/failing_allocations.h"
#include "tests/store/modelled_store.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {
namespace {

const absl::Time kTwoDaysLater = HourOf(kDay + 2, 12);

/// Two sealed days, one of them with late events, and a live one.
void Fill(ModelledStore& model) {
  for (std::uint64_t id = 1; id <= 5; ++id) {
    Pin pin = SamplePin(id);
    if (id % 2 == 0) pin.product_group = ProductGroupId(id);
    pin.saved = id == 5;
    pin.title = "A title that is too long to be kept in place " + std::to_string(id);
    model.PutPin(pin);
  }
  const auto append = [&model](absl::CivilDay day, std::uint64_t first_id) {
    std::vector<Event> events = Impressions(first_id, 24, day);
    for (std::size_t i = 0; i < events.size(); ++i) {
      events[i].pin = PinId(1 + i % 5);
      events[i].viewer = ViewerId(1 + first_id % 7 + i % 11);
      events[i].device = i % 3 == 0 ? Device::kMobile : Device::kTablet;
      if (i % 4 == 0) events[i].action = Action::kSave;
      if (i % 7 != 1) continue;
      events[i].action = Action::kPlayback;
      events[i].playback = Playback{.play_time = absl::Seconds(i), .progress = 1};
    }
    model.Append(events, HourOf(kDay + 2, 12));
  };
  append(kDay - 1, 100);
  append(kDay, 200);
  model.Seal(FinalTime(kDay));
  append(kDay, 300);
  append(kDay + 1, 400);
  model.Withdraw(EventId(402));
}

StoreOptions Options() { return {.late_events = LateEvents::kAccept, .hash_seed = 1}; }

Query Everything() {
  return {.period = LastDays(2, kDay),
          .metrics = {kImpressions, kSaveRate, kTotalAudience, kMonthlyTotalAudience},
          .comparison = Comparison::kPreviousPeriod};
}

/// A question to a snapshot: in a store of its own, so that nothing is there from before.
template <typename Ask, typename Expect>
void ExpectRightAnswerWhicheverAllocationFails(Ask ask, Expect expect) {
  FailEachAllocation([&](FailingAllocation& failing) {
    ModelledStore model(Options());
    Fill(model);
    const Snapshot snapshot = model.store().TakeSnapshot();
    std::optional<decltype(ask(snapshot))> answer;
    failing([&] { answer = ask(snapshot); });
    if (!answer) answer = ask(snapshot);
    ASSERT_TRUE(answer->ok()) << answer->status();
    EXPECT_EQ(**answer, *expect(model));
  });
}

void ExpectRightReport(const Query& query) {
  ExpectRightAnswerWhicheverAllocationFails(
      [&](const Snapshot& snapshot) { return snapshot.Run(query, kTwoDaysLater); },
      [&](const ModelledStore& model) { return model.Expected(kTwoDaysLater).Run(query); });
}

TEST(OutOfMemory, ReportCanBeAskedForAgain) { ExpectRightReport(Everything()); }

TEST(OutOfMemory, SplitByAnEventsDimensionCanBeAskedForAgain) {
  Query query = Everything();
  query.split = Dimension::kDevice;
  query.filter = !Is(PinId(1));
  ExpectRightReport(query);
}

TEST(OutOfMemory, SplitByAPinsDimensionCanBeAskedForAgain) {
  Query query = Everything();
  query.split = Dimension::kProductGroup;
  query.filter = Is(Device::kMobile) || Is(BoardId(1));
  query.include_saved = true;
  ExpectRightReport(query);
}

TEST(OutOfMemory, LiveDaysCanBeAskedForAgain) {
  ExpectRightReport({.period = LastDays(3, kDay + 1),
                     .filter = !Is(Device::kTablet),
                     .real_time = true,
                     .metrics = {kImpressions, kTotalPlayTime}});
}

TEST(OutOfMemory, TopPinsCanBeAskedForAgain) {
  const Query query = {.period = LastDays(2, kDay), .metrics = {kSaves, kTotalAudience}};
  ExpectRightAnswerWhicheverAllocationFails(
      [&](const Snapshot& snapshot) {
        return snapshot.TopPins(query, {.limit = 2}, kTwoDaysLater);
      },
      [&](const ModelledStore& model) {
        return model.Expected(kTwoDaysLater).TopPins(query, {.limit = 2});
      });
}

TEST(OutOfMemory, TopBoardsCanBeAskedForAgain) {
  const Query query = {.period = LastDays(2, kDay),
                       .filter = Is(Age::kUnspecified),
                       .metrics = {kSaves, kTotalAudience}};
  const Ranking ranking = {.by = kEngagementRate, .limit = 2, .created_in_last_days = 30};
  ExpectRightAnswerWhicheverAllocationFails(
      [&](const Snapshot& snapshot) { return snapshot.TopBoards(query, ranking, kTwoDaysLater); },
      [&](const ModelledStore& model) {
        return model.Expected(kTwoDaysLater).TopBoards(query, ranking);
      });
}

TEST(OutOfMemory, OverviewCanBeAskedForAgain) {
  ExpectRightAnswerWhicheverAllocationFails(
      [&](const Snapshot& snapshot) { return snapshot.RunOverview(kTwoDaysLater); },
      [&](const ModelledStore& model) { return model.Expected(kTwoDaysLater).RunOverview(); });
}

TEST(OutOfMemory, PlanCanBeAskedForAgain) {
  std::optional<std::string> expected;
  FailEachAllocation([&](FailingAllocation& failing) {
    ModelledStore model(Options());
    Fill(model);
    const Snapshot snapshot = model.store().TakeSnapshot();
    if (!expected) expected = snapshot.Explain(Everything(), kTwoDaysLater)->ToString();
    const Snapshot fresh = model.store().TakeSnapshot();
    std::optional<absl::StatusOr<QueryPlan>> plan;
    failing([&] { plan = fresh.Explain(Everything(), kTwoDaysLater); });
    if (!plan) plan = fresh.Explain(Everything(), kTwoDaysLater);
    ASSERT_TRUE(plan->ok()) << plan->status();
    EXPECT_EQ((*plan)->ToString(), *expected);
  });
}

/// Three days of the same people, each of whom is new on the first alone.
void FillThreeDays(ModelledStore& model) {
  model.PutPin(SamplePin(1));
  for (int day = 0; day < 3; ++day) {
    std::vector<Event> events = Impressions(100 + 100 * static_cast<std::uint64_t>(day), 20);
    for (std::size_t i = 0; i < events.size(); ++i) {
      events[i].time = HourOf(kDay - 2 + day, 12);
      events[i].viewer = ViewerId(10 + i);
    }
    model.Append(events, kTwoDaysLater);
  }
}

void ExpectRightAudiences(const ModelledStore& model) {
  for (int days = 1; days <= 4; ++days) {
    for (absl::CivilDay last = kDay - 2; last <= kDay + 1; ++last) {
      const Query query = {.period = LastDays(days, last), .metrics = {kTotalAudience}};
      const absl::Time now = FinalTime(kDay + 1);
      EXPECT_EQ(*model.store().TakeSnapshot().Run(query, now), *model.Expected(now).Run(query))
          << days << " days to " << last;
    }
  }
}

TEST(OutOfMemory, SealedDaysWithLateEventsHaveTheirPeopleAfterTwoFailures) {
  std::int64_t index = 0;
  FailEachAllocation([&](FailingAllocation& failing) {
    ModelledStore model({.late_events = LateEvents::kAccept, .hash_seed = 1});
    FillThreeDays(model);
    model.Seal(FinalTime(kDay));
    Event late = Impression(900);
    late.viewer = ViewerId(77);
    model.Append(std::vector<Event>{late}, kTwoDaysLater);
    const auto seal = [&] { (void)model.store().Seal(FinalTime(kDay)); };
    FailingAllocation before(index++ / 2);
    if (before(seal) || failing(seal)) return;
    ExpectRightAudiences(model);
    model.Seal(FinalTime(kDay));
    ExpectRightAudiences(model);
  });
}

TEST(OutOfMemory, PeopleOfADayThatWasWithdrawnAfterItCouldNotBeSealedAreNewLater) {
  std::vector<EventId> first_day;
  for (std::uint64_t id = 100; id < 120; ++id) first_day.push_back(EventId(id));
  FailEachAllocation([&](FailingAllocation& failing) {
    ModelledStore model({.hash_seed = 1});
    FillThreeDays(model);
    model.Append(Impressions(1, 1, kDay - 3), kTwoDaysLater);
    model.Seal(FinalTime(kDay - 3));
    if (failing([&] { (void)model.store().Seal(FinalTime(kDay - 2)); })) return;
    model.Withdraw(first_day);
    model.Seal(FinalTime(kDay));
    ExpectRightAudiences(model);
  });
}

/// Events of the next minute count with the Pin as it was if it could not be put, else as it is.
TEST(OutOfMemory, PinCanBePutAgain) {
  Pin changed = SamplePin(2);
  changed.board = BoardId(77);
  changed.account = AccountId(5);
  changed.title = "Another title that is too long to be kept in place";
  Pin added = SamplePin(99);
  added.board = BoardId(78);
  added.source = PinSource::kOtherPins;
  for (const Pin& pin : {changed, added}) {
    FailEachAllocation([&](FailingAllocation& failing) {
      ModelledStore model(Options());
      Fill(model);
      // As many as there is room for, so that each list grows.
      for (std::uint64_t id = 6; id <= 16; ++id) {
        Pin other = SamplePin(id);
        other.board = BoardId(1'000 + id);
        other.account = AccountId(id);
        model.PutPin(other);
      }
      const Snapshot before = model.store().TakeSnapshot();
      const bool is_put = failing([&] { EXPECT_TRUE(model.store().PutPin(pin).ok()); });
      const Query query = {
          .period = LastDays(4, kDay + 2), .real_time = true, .metrics = {kImpressions, kSaves}};
      const auto expect_right = [&](const Snapshot& snapshot, const char* when) {
        const DatedEvaluation expected = model.Expected(kTwoDaysLater);
        EXPECT_EQ(*snapshot.Run(query, kTwoDaysLater), *expected.Run(query)) << when;
        EXPECT_EQ(*snapshot.TopBoards(query, {.limit = 100}, kTwoDaysLater),
                  *expected.TopBoards(query, {.limit = 100}))
            << when;
      };
      expect_right(before, "before");
      if (is_put) model.PutPin(pin);  // Known already: the model takes it now.
      const auto append = [&](std::uint64_t id, std::uint64_t pin_id) {
        Event event = Impression(id, kDay + 1);
        event.pin = PinId(pin_id);
        model.Append(std::vector<Event>{event}, kTwoDaysLater);
      };
      append(7'001, 2);
      append(7'002, 99);  // Refused by both, unless it was put.
      expect_right(model.store().TakeSnapshot(), "after");
      model.PutPin(pin);
      append(7'003, 2);
      append(7'004, 99);
      expect_right(model.store().TakeSnapshot(), "again");
      model.Seal(FinalTime(kDay + 1));
      expect_right(model.store().TakeSnapshot(), "sealed");
    });
  }
}

}  // namespace
}  // namespace pinmetrics
