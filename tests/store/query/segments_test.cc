#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/store/snapshot.h"
#include "store/audience/segment_people.h"
#include "store/day/store_limits.h"
#include "tests/store/modelled_store.h"
#include "tests/store/random_account.h"
#include "tests/store/random_query.h"
#include "tests/store/sample_events.h"

// Splits with hundreds of segments: of their people, and of all else.

namespace pinmetrics {
namespace {

constexpr absl::CivilDay kFirst(2026, 9, 10);

/// An account whose Pins lead to many accounts and are in many product groups, and questions to it.
class ManySegments {
 public:
  explicit ManySegments(std::uint64_t seed) : dice_(seed) {
    traits_.first_day = kFirst;
    traits_.days = dice_.OneOf(std::vector<std::int64_t>{2, 35, 70});
    traits_.pins = 600;
    traits_.boards = 20;
    traits_.viewers = dice_.OneOf(std::vector<std::size_t>{5, 300, 20'000});
    traits_.combos = dice_.Percent(50) ? 6 : 0;
    segments_ = 100 + dice_.Below(400);
  }

  /// Takes what happens, then asks.
  void Run() {
    RandomAccount account(traits_, dice_);
    RandomQuery queries(account, dice_);
    // Of the few thousand events, all segments are collected at once, or some, or one.
    const StoreLimits limits = {
        .events_at_once = dice_.OneOf(std::vector<std::size_t>{1, 500, 2'000, 16'000'000})};
    ModelledStore model(
        StoreOptions{.late_events = dice_.Percent(30) ? LateEvents::kAccept : LateEvents::kRefuse},
        limits);
    for (const PinId id : account.pin_ids()) model.PutPin(InASegment(account.AnyPin(id)));
    const absl::Time end = HourOf(kFirst + traits_.days, 12);
    for (int batch = 0; batch < 4; ++batch) {
      std::vector<Event> events;
      for (int i = 0; i < 1'500; ++i) {
        Event event = account.AnyEvent(account.AnyDay(), end);
        // Else a few Pins have most events.
        event.pin = dice_.OneOf(account.pin_ids());
        events.push_back(event);
      }
      model.Append(events, end);
      for (int i = 0; i < 30; ++i) {
        model.PutPin(InASegment(account.Changed(model.PinAt(dice_.Below(model.pins())))));
      }
      for (int i = 0; i < 20; ++i) model.Withdraw(dice_.OneOf(account.event_ids()));
      if (dice_.Percent(30)) model.Seal(HourOf(kFirst + traits_.days / 2, 12));
    }
    const absl::Time now = end + absl::Hours(24 * dice_.Between(0, 4));
    if (dice_.Percent(70)) model.Seal(now);
    const Snapshot snapshot = model.store().TakeSnapshot();
    const DatedEvaluation expected = model.Expected(now);
    for (int i = 0; i < 12 && !testing::Test::HasFailure(); ++i) {
      const Query query = AnyQuery(queries, absl::ToCivilDay(now, absl::UTCTimeZone()));
      SCOPED_TRACE(ToString(query.period) + " [" + ToString(query.filter) + "] by " +
                   std::string(NameOf(*query.split)));
      const absl::StatusOr<Report> report = snapshot.Run(query, now);
      const absl::StatusOr<Report> wanted = expected.Run(query);
      ASSERT_TRUE(report.ok()) << report.status();
      ASSERT_TRUE(wanted.ok()) << wanted.status();
      EXPECT_TRUE(report->totals == wanted->totals);
      EXPECT_TRUE(report->days == wanted->days);
      most_segments_ = std::max(most_segments_, report->totals.size());
    }
  }

  std::size_t most_segments() const { return most_segments_; }

 private:
  Pin InASegment(Pin pin) {
    if (dice_.Percent(95)) pin.product_group = ProductGroupId(dice_.Below(segments_));
    if (dice_.Percent(95)) {
      pin.account = AccountId(std::numeric_limits<std::uint64_t>::max() - dice_.Below(segments_));
    }
    return pin;
  }

  Query AnyQuery(RandomQuery& queries, absl::CivilDay today) {
    static const std::vector<std::vector<Metric>> metrics = {
        {},
        {kTotalAudience},
        {kEngagedAudience, kSaves},
        {kMonthlyTotalAudience, kImpressions},
        {kMonthlyEngagedAudience, kTotalAudience}};
    static const std::vector<Dimension> splits = {Dimension::kProductGroup, Dimension::kAccount};
    const absl::CivilDay last = today - dice_.Between(0, 3);
    Query query = {.period = LastDays(1 + dice_.Between(0, traits_.days), last),
                   .filter = queries.AnyFilter(),
                   .include_saved = dice_.Percent(50),
                   .metrics = dice_.OneOf(metrics),
                   .split = dice_.OneOf(splits)};
    if (dice_.Percent(50)) query.comparison = Comparison::kPreviousPeriod;
    if (dice_.Percent(50)) query.interval = queries.AnyInterval();
    return query;
  }

  Dice dice_;
  AccountTraits traits_;
  std::size_t segments_ = 0;
  std::size_t most_segments_ = 0;
};

TEST(SplitsWithManySegments, AreThoseOfTheEvaluationUnderAnyFilter) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  std::size_t most_segments = 0;
  for (std::uint64_t i = 0; i < 8 && !HasFailure(); ++i) {
    SCOPED_TRACE("account " + std::to_string(i));
    ManySegments account(seed + i);
    account.Run();
    most_segments = std::max(most_segments, account.most_segments());
  }
  if (!HasFailure()) {
    EXPECT_GT(most_segments, 90);
  }
}

TEST(SplitsWithManySegments, OfTheFewPinsThatAFilterNamesAreThoseOfTheEvaluation) {
  ModelledStore model(StoreOptions{}, StoreLimits{});
  std::vector<PinId> named;
  std::vector<Event> events;
  const absl::Time now = HourOf(kFirst + 5, 12);
  for (std::uint64_t id = 1; id <= 400; ++id) {
    model.PutPin({.id = PinId(id),
                  .board = BoardId(id % 7),
                  .created_at = HourOf(kFirst, 12),
                  .product_group = ProductGroupId(id % 40)});
    if (id % 7 == 3) named.push_back(PinId(id));
    for (std::uint64_t viewer = 1; viewer <= 1 + id % 4; ++viewer) {
      events.push_back({.time = HourOf(kFirst + static_cast<std::int64_t>(viewer % 2), 12),
                        .pin = PinId(id),
                        .viewer = ViewerId(viewer + id / 40)});
    }
  }
  model.Append(events, now);
  model.Seal(now);
  for (const std::size_t pins : {named.size(), std::size_t{20}}) {
    const Query query = {.period = DateRange::Inclusive(kFirst, kFirst + 1),
                         .filter = IsAnyOf(std::span(named).first(pins)),
                         .metrics = {kTotalAudience, kImpressions},
                         .split = Dimension::kProductGroup};
    const absl::StatusOr<Report> report = model.store().TakeSnapshot().Run(query, now);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(*report, model.Expected(now).Run(query).value());
  }
}

// ---- the counter ----

/// The viewers of a segment on each day.
using ViewersOfDays = std::vector<std::vector<std::uint32_t>>;

std::int64_t Distinct(const ViewersOfDays& viewers, std::int64_t first, std::int64_t last) {
  std::set<std::uint32_t> distinct;
  for (std::int64_t day = std::max<std::int64_t>(first, 0); day <= last; ++day) {
    const auto& of_day = viewers[static_cast<std::size_t>(day)];
    distinct.insert(of_day.begin(), of_day.end());
  }
  return static_cast<std::int64_t>(distinct.size());
}

void ExpectCounted(SegmentPeopleCounter& counter, const PeopleDays& days,
                   const ViewersOfDays& viewers) {
  std::vector<std::uint32_t> all;
  std::vector<std::size_t> starts = {0};
  for (const auto& of_day : viewers) {
    all.insert(all.end(), of_day.begin(), of_day.end());
    starts.push_back(all.size());
  }
  const SegmentPeople people = counter.Count({all, starts});
  EXPECT_EQ(people.total, Distinct(viewers, days.valued.first, days.valued.last));
  EXPECT_EQ(people.before, Distinct(viewers, days.before.first, days.before.last));
  if (days.valued.first > 0) {
    EXPECT_EQ(people.before_month,
              Distinct(viewers, days.valued.first - 30, days.valued.first - 1));
  }
  ASSERT_EQ(people.rows.size(), days.rows.size());
  ASSERT_EQ(people.months.size(), days.rows.size());
  for (std::size_t i = 0; i < days.rows.size(); ++i) {
    const auto [first, last] = days.rows[i];
    EXPECT_EQ(people.rows[i], Distinct(viewers, first, last));
    EXPECT_EQ(people.months[i], Distinct(viewers, last - 29, last));
  }
}

/// The valued days cut into rows, the first of `first` days, the others of `length`.
std::vector<DaySpan> RowsOf(const DaySpan& valued, std::int64_t first, std::int64_t length) {
  std::vector<DaySpan> rows;
  for (std::int64_t day = valued.first; day <= valued.last;) {
    const std::int64_t end = std::min(day + (rows.empty() ? first : length), valued.last + 1);
    rows.push_back({day, end - 1});
    day = end;
  }
  return rows;
}

TEST(SegmentPeopleCounter, CountsOneSegmentAfterTheOther) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 20 && !HasFailure(); ++round) {
    const std::int64_t days = 1 + dice.Between(0, 80);
    const std::int64_t first = dice.Between(0, days - 1);
    PeopleDays ranges = {.valued = {first, days - 1}};
    const std::int64_t length = dice.Percent(50) ? 1 : 1 + dice.Between(0, 40);
    ranges.rows = RowsOf(ranges.valued, 1 + dice.Between(0, length - 1), length);
    if (first > 0 && dice.Percent(50)) ranges.before = {dice.Between(0, first - 1), first - 1};
    const auto limit = static_cast<std::uint32_t>(2 + dice.Below(dice.Percent(50) ? 50 : 100'000));
    SegmentPeopleCounter counter(ranges, static_cast<std::size_t>(days), limit);
    for (int segment = 0; segment < 20 && !HasFailure(); ++segment) {
      ViewersOfDays viewers(static_cast<std::size_t>(days));
      const std::size_t most = 1 + dice.Below(dice.Percent(20) ? 200 : 10);
      const std::uint64_t viewers_there = 1 + dice.Below(dice.Percent(50) ? 8 : limit - 1);
      for (auto& of_day : viewers) {
        for (std::size_t i = dice.Below(most); i > 0; --i) {
          of_day.push_back(static_cast<std::uint32_t>(1 + dice.Below(viewers_there) % (limit - 1)));
        }
      }
      ExpectCounted(counter, ranges, viewers);
    }
  }
}

TEST(SegmentPeopleCounter, StartsAnewWhenDaysRunOutOfNumbers) {
  // Each segment takes the numbers of 1 000 days and a month.
  const PeopleDays ranges = {
      .valued = {400, 999}, .before = {0, 399}, .rows = RowsOf({400, 999}, 3, 7)};
  for (const std::uint32_t limit : {10u, 1'000'000u}) {
    SegmentPeopleCounter counter(ranges, 1'000, limit);
    for (std::uint32_t segment = 0; segment < 200 && !HasFailure(); ++segment) {
      ViewersOfDays viewers(1'000);
      for (const std::size_t day : {0u, 1u, 399u, 400u, 429u, 430u, 999u}) {
        viewers[day] = {1 + segment % 2, 3};
      }
      ExpectCounted(counter, ranges, viewers);
    }
  }
}

}  // namespace
}  // namespace pinmetrics
