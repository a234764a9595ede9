#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
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
#include "tests/store/modelled_store.h"
#include "tests/store/random_account.h"
#include "tests/store/same_answer.h"
#include "tests/store/sample_events.h"

/// Distinct viewers of spans of days, short and long, each way that they are counted.

namespace pinmetrics {
namespace {

/// An account of half a year, a third of whose days have no events.
class LongAccount : public testing::Test {
 protected:
  static constexpr absl::CivilDay kFirst{2026, 3, 1};
  static constexpr std::int64_t kDays = 180;

  void SetUp() override {
    for (std::uint64_t id = 1; id <= 4; ++id) {
      model_.PutPin({.id = PinId(id),
                     .board = BoardId(1),
                     .created_at = HourOf(kFirst, 0),
                     .saved = id == 4});
    }
    for (std::int64_t day = 0; day < kDays; ++day) {
      if (day % 3 != 1) AppendOn(kFirst + day);
    }
    model_.Seal(now_);
  }

  void AppendOn(absl::CivilDay day) {
    std::vector<Event> events;
    for (int i = 0; i < 100; ++i) {
      events.push_back({.time = HourOf(day, 1),
                        .pin = PinId(1 + dice_.Below(4)),
                        .viewer = ViewerId(1 + dice_.Below(150)),
                        .action = dice_.Percent(80) ? Action::kImpression : Action::kSave});
    }
    model_.Append(events, now_);
  }

  /// How many bytes the people of some days take, who have to be the right ones.
  std::size_t BytesFor(const DateRange& period, bool include_saved,
                       const std::vector<Metric>& metrics = {kTotalAudience, kEngagedAudience}) {
    const Query query = {.period = period,
                         .include_saved = include_saved,
                         .metrics = metrics,
                         .comparison = Comparison::kPreviousPeriod};
    const Snapshot snapshot = model_.store().TakeSnapshot();
    ExpectSame(snapshot.Run(query, now_), model_.Expected(now_).Run(query), Describe(query));
    const absl::StatusOr<QueryPlan> plan = snapshot.Explain(query, now_);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan->bytes();
  }

  /// The viewer of each event of all days.
  std::size_t BytesOfViewers() const {
    for (const auto& [table, bytes] : model_.store().Memory().block_tables) {
      if (table == "viewers") return bytes;
    }
    return 0;
  }

  Dice dice_{20'260'301};
  const absl::Time now_ = HourOf(kFirst + kDays + 3, 12);
  ModelledStore model_{StoreOptions{.late_events = LateEvents::kAccept}};
};

// People of so many days are sums of those who were new: no viewer is looked at.
TEST_F(LongAccount, PeopleOfAQuarterReadNextToNothing) {
  const std::size_t next_to_nothing = BytesOfViewers() / 8;
  for (const bool include_saved : {false, true}) {
    for (const std::int64_t days : {1, 2, 30, 91, 92}) {
      for (const std::int64_t last : {0, 1, 2, 60}) {
        EXPECT_LT(BytesFor(LastDays(days, kFirst + (kDays - 1 - last)), include_saved),
                  next_to_nothing);
      }
    }
    // The months of 60 days are summed up 61 times, and the bytes of a day with them.
    EXPECT_LT(BytesFor(LastDays(60, kFirst + (kDays - 1)), include_saved,
                       {kMonthlyTotalAudience, kMonthlyEngagedAudience}),
              61 * next_to_nothing);
  }
}

TEST_F(LongAccount, PeopleOfMoreDaysReadEachViewerOnce) {
  for (const bool include_saved : {false, true}) {
    for (const std::int64_t days : {100, 150, 180}) {
      EXPECT_LE(BytesFor(LastDays(days, kFirst + (kDays - 1)), include_saved),
                2 * BytesOfViewers());  // All, and those who engaged.
    }
  }
}

TEST_F(LongAccount, LateEventsCountBeforeAndAfterTheyAreSealed) {
  const DateRange quarter = LastDays(90, kFirst + (kDays - 1));
  AppendOn(kFirst + (kDays - 90));
  AppendOn(kFirst + (kDays - 10));
  const std::size_t before = BytesFor(quarter, true);
  BytesFor(LastDays(4, kFirst + (kDays - 1)), true);
  model_.Seal(now_);
  EXPECT_LT(BytesFor(quarter, true), before);
}

TEST_F(LongAccount, DaysThatAreDroppedHaveNobody) {
  // Retention passes some days; who asks as of an earlier time still asks for them.
  model_.Seal(HourOf(kFirst + 31, 12) + absl::Hours(24 * 549));
  for (const std::int64_t days : {60, 80, 92}) {
    EXPECT_LT(BytesFor(LastDays(days, kFirst + 70), false), BytesOfViewers() / 8);
  }
}

/// More viewers than one chunk of 65 536 holds: dense days, a thin one, and one of few.
TEST(SnapshotOfManyViewers, CountsEachOnceAcrossChunks) {
  const absl::CivilDay first(2026, 11, 10);
  const absl::Time appended = HourOf(first + 4, 0);
  ModelledStore model{StoreOptions()};
  for (std::uint64_t id = 0; id < 6; ++id) {
    model.PutPin({.id = PinId(id),
                  .board = BoardId(id % 2),
                  .format = static_cast<PinFormat>(id % 3),
                  .created_at = HourOf(first, 0),
                  .saved = id == 5});
  }
  std::mt19937_64 random(1);
  std::vector<Event> events;
  const auto add = [&](absl::CivilDay day, std::size_t count, std::uint64_t viewers) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t bits = random();
      events.push_back({.time = HourOf(day, 1),
                        .pin = PinId(bits % 6),
                        .viewer = ViewerId((bits >> 32) % viewers * 0x9e3779b97f4a7c15),
                        .action = bits >> 8 & 3 ? Action::kImpression : Action::kSave,
                        .device = static_cast<Device>(bits >> 10 & 3),
                        .gender = static_cast<Gender>(bits >> 12 & 1)});
    }
  };
  add(first, 110'000, 250'000);
  add(first + 1, 25'000, 250'000);
  add(first + 2, 60, 250'000);
  add(first + 3, 3'000, 1'000'000);
  model.Append(events, appended);

  const absl::Time now = FinalTime(first + 4);
  const DatedEvaluation expected = model.Expected(now);
  std::vector<Query> queries;
  for (const Filter& filter :
       {Filter(), Is(Device::kMobile), !Is(Gender::kMale), Is(PinFormat::kStandard),
        Is(PinId(5), PinId(1)), Is(PinFormat::kStandard) || Is(Device::kTablet)}) {
    queries.push_back({.period = DateRange::Inclusive(first, first + 3),
                       .filter = filter,
                       .include_saved = queries.size() % 2 == 0,
                       .metrics = {kTotalAudience, kEngagedAudience, kMonthlyTotalAudience,
                                   kMonthlyEngagedAudience}});
  }
  queries.push_back({.period = DateRange::Inclusive(first + 2, first + 3),
                     .include_saved = true,
                     .metrics = {kTotalAudience, kEngagedAudience},
                     .split = Dimension::kDevice,
                     .comparison = Comparison::kPreviousPeriod});
  std::vector<absl::StatusOr<Report>> answers;
  for (const Query& query : queries) answers.push_back(expected.Run(query));
  EXPECT_GT(*answers[0]->totals[0].figures[0], 65'536);
  const Ranking two = {.limit = 2};
  const absl::StatusOr<TopList> list = expected.TopPins(queries[1], two);
  for (const bool sealed : {false, true}) {
    if (sealed) model.Seal(now);
    const Snapshot snapshot = model.store().TakeSnapshot();
    for (std::size_t i = 0; i < queries.size(); ++i) {
      ExpectSame(snapshot.Run(queries[i], now), answers[i], Describe(queries[i]));
    }
    ExpectSame(snapshot.TopPins(queries[1], two, now), list, "top Pins");
  }
}

}  // namespace
}  // namespace pinmetrics
