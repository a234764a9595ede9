// Every engine takes the same calls and gives the same answers.

#include "pinmetrics/report/engine.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/store/store.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {
namespace {

static_assert(Engine<Evaluation>);
static_assert(Engine<Snapshot>);
static_assert(!Engine<Store>);

const absl::Time kFiveDaysLater = HourOf(kDay + 5, 12);

class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    for (std::uint64_t id = 1; id <= 3; ++id) {
      pins_.push_back(SamplePin(id));
      EXPECT_TRUE(store_.PutPin(pins_.back()).ok());
      for (std::uint64_t i = 0; i < id; ++i) {
        events_.push_back({.time = HourOf(kDay, 12), .pin = PinId(id), .action = Action::kSave});
      }
    }
    EXPECT_EQ(store_.Append(events_, kFiveDaysLater).taken, events_.size());
  }

  /// What `ask` gets of each engine, which must be the same.
  template <typename Ask>
  auto AskBoth(Ask ask) {
    const auto in_memory = ask(Evaluation(events_, pins_, kFiveDaysLater, options_));
    const auto from_store = ask(store_.TakeSnapshot());
    EXPECT_EQ(in_memory, from_store);
    return in_memory;
  }

  static absl::TimeZone Apart() { return absl::FixedTimeZone(-11 * 60 * 60); }

  ReportingOptions options_ = {.time_zone = Apart()};
  std::vector<Pin> pins_;
  std::vector<Event> events_;
  Store store_{{.reporting = options_}};
};

TEST_F(EngineTest, ReportsAreTheSame) {
  const auto report = AskBoth([]<Engine E>(const E& engine) {
    return engine.Run({.period = LastDays(9, engine.Today(kFiveDaysLater)), .metrics = {kSaves}},
                      kFiveDaysLater);
  });
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->Total(kSaves), 6);
}

TEST_F(EngineTest, MonthsThatReachPastRetentionAreAbsent) {
  const absl::CivilDay first = ReportingCalendar(Apart()).FirstRetainedDay(kFiveDaysLater);
  events_ = {{.time = HourOf(first + 1, 12), .pin = PinId(2), .viewer = ViewerId(7)}};
  store_ = Store({.reporting = options_});
  for (const Pin& pin : pins_) EXPECT_TRUE(store_.PutPin(pin).ok());
  EXPECT_EQ(store_.Append(events_, kFiveDaysLater).taken, events_.size());
  const Query query = {
      .period = DateRange::Inclusive(first, first + 29),
      .metrics = {kImpressions, kMonthlyViews, kMonthlyTotalAudience, kTotalAudience}};
  const auto report =
      AskBoth([&]<Engine E>(const E& engine) { return engine.Run(query, kFiveDaysLater); });
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_FALSE(report->On(first + 28, kMonthlyViews));
  EXPECT_FALSE(report->On(first + 28, kMonthlyTotalAudience));
  EXPECT_EQ(report->On(first + 29, kMonthlyViews), 1);
  EXPECT_EQ(report->On(first + 29, kMonthlyTotalAudience), 1);

  for (const std::int64_t days : {29, 30}) {
    Query of_list = query;
    of_list.period = DateRange::Inclusive(first, first + days - 1);
    of_list.metrics = {kImpressions, kMonthlyViews};
    for (const Metric& by : {Metric(kImpressions), kMonthlyViews}) {
      const auto list = AskBoth([&]<Engine E>(const E& engine) {
        return engine.TopPins(of_list, {.by = by}, kFiveDaysLater);
      });
      ASSERT_TRUE(list.ok()) << list.status();
      // By what is absent nothing is listed.
      ASSERT_EQ(list->rows.size(), by == kMonthlyViews && days == 29 ? 0u : 1u);
      if (list->rows.empty()) continue;
      EXPECT_EQ(list->FigureOf(list->rows[0], kImpressions), 1);
      EXPECT_EQ(static_cast<bool>(list->FigureOf(list->rows[0], kMonthlyViews)), days == 30);
    }
  }
}

TEST_F(EngineTest, ErrorsAreTheSame) {
  const auto report = AskBoth([]<Engine E>(const E& engine) {
    return engine.Run({.period = LastDays(9, engine.Today(kFiveDaysLater) + 1)}, kFiveDaysLater)
        .status();
  });
  EXPECT_FALSE(report.ok());
}

TEST_F(EngineTest, TopListsAreTheSame) {
  const Query query = {.period = LastDays(9, kDay + 5), .metrics = {kSaves}};
  const Ranking ranking = {.by = kSaves, .limit = 2};
  const auto pins = AskBoth(
      [&]<Engine E>(const E& engine) { return engine.TopPins(query, ranking, kFiveDaysLater); });
  ASSERT_TRUE(pins.ok()) << pins.status();
  ASSERT_EQ(pins->rows.size(), 2u);
  EXPECT_EQ(pins->rows[0].pin(), PinId(3));
  const auto boards = AskBoth(
      [&]<Engine E>(const E& engine) { return engine.TopBoards(query, ranking, kFiveDaysLater); });
  EXPECT_TRUE(boards.ok()) << boards.status();
}

TEST_F(EngineTest, OverviewsAreTheSame) {
  const auto overview =
      AskBoth([]<Engine E>(const E& engine) { return engine.RunOverview(kFiveDaysLater); });
  ASSERT_TRUE(overview.ok()) << overview.status();
  EXPECT_EQ(overview->report.Total(kSaves), 6);
  EXPECT_EQ(overview, AskBoth([]<Engine E>(const E& engine) {
              return engine.RunOverview(OverviewQuery(engine.Today(kFiveDaysLater)),
                                        kFiveDaysLater);
            }));
}

// An engine may be asked at another instant than its events were taken at.
TEST_F(EngineTest, AnswersAreOfTheInstantAskedAt) {
  const absl::Time later = kFiveDaysLater + absl::Hours(24 * 20);
  const auto report = AskBoth([later]<Engine E>(const E& engine) {
    return engine.Run({.period = LastDays(30, engine.Today(later)), .metrics = {kSaves}}, later);
  });
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->now, later);
  EXPECT_EQ(report->Total(kSaves), 6);
}

TEST_F(EngineTest, TellItsZoneAndItsToday) {
  // One in the morning of the next day in UTC.
  const absl::Time morning = HourOf(kDay + 1, 1);
  const absl::CivilDay today =
      AskBoth([&]<Engine E>(const E& engine) { return engine.Today(morning); });
  EXPECT_EQ(today, kDay);
  EXPECT_EQ(store_.Today(morning), kDay);
  EXPECT_EQ(store_.calendar().time_zone(), Apart());
  EXPECT_EQ(store_.reporting(), options_);
  AskBoth([](const auto& engine) { return engine.calendar(); });
}

TEST_F(EngineTest, StoresMove) {
  const auto before = store_.TakeSnapshot().RunOverview(kFiveDaysLater);
  std::vector<Store> stores;
  stores.push_back(std::move(store_));
  stores.emplace_back();
  EXPECT_EQ(stores[0].TakeSnapshot().RunOverview(kFiveDaysLater), before);
  store_ = std::move(stores[0]);
  EXPECT_EQ(store_.TakeSnapshot().RunOverview(kFiveDaysLater), before);
  EXPECT_EQ(store_.Append(events_, kFiveDaysLater).taken, events_.size());
}

/// What a host happens to keep.
struct LogLine {
  std::uint64_t item = 0;
  bool saved = false;
};

TEST_F(EngineTest, StoresTakeAHostsOwnRecords) {
  const std::vector<LogLine> log = {{1, true}, {9, true}, {2, false}};
  const auto to_event = [](const LogLine& line) -> Event {
    return {.time = HourOf(kDay, 12),
            .pin = PinId(line.item),
            .action = line.saved ? Action::kSave : Action::kImpression};
  };
  const AppendResult result = store_.Append(log, to_event, kFiveDaysLater, "key");
  EXPECT_EQ(result.taken, 2u);
  ASSERT_EQ(result.refused.size(), 1u);
  EXPECT_EQ(result.refused[0], (Refusal{1, UnknownPin(PinId(9))}));
  EXPECT_TRUE(store_.Append(log, to_event, kFiveDaysLater, "key").repeated_batch);
  const auto report = store_.TakeSnapshot().Run(
      {.period = LastDays(9, kDay + 5), .metrics = {kSaves, kImpressions}}, kFiveDaysLater);
  EXPECT_EQ(report->Total(kSaves), 7);
  EXPECT_EQ(report->Total(kImpressions), 1);
}

TEST_F(EngineTest, TopListsAreExplained) {
  store_.Seal(kFiveDaysLater);
  const Query query = {.period = LastDays(9, kDay + 5), .metrics = {kSaves}};
  const Snapshot snapshot = store_.TakeSnapshot();
  for (const auto& plan : {snapshot.ExplainTopPins(query, {.by = kSaves}, kFiveDaysLater),
                           snapshot.ExplainTopBoards(query, {.by = kSaves}, kFiveDaysLater)}) {
    ASSERT_TRUE(plan.ok()) << plan.status();
    EXPECT_GT(plan->bytes(), 0u);
    EXPECT_GT(plan->days, 0u);
  }
  Query split = query;
  split.split = Dimension::kDevice;
  EXPECT_EQ(snapshot.ExplainTopPins(split, {}, kFiveDaysLater).status(),
            snapshot.TopPins(split, {}, kFiveDaysLater).status());
}

}  // namespace
}  // namespace pinmetrics
