#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/store/store.h"
#include "tests/report/dated_evaluation.h"
#include "tests/store/modelled_store.h"
#include "tests/store/random_account.h"
#include "tests/store/random_query.h"
#include "tests/store/sample_events.h"

// Top lists by sums of counters that a host weighs, up to the largest weight that there is.

namespace pinmetrics {
namespace {

constexpr std::uint32_t kLargest = std::numeric_limits<std::uint32_t>::max();
constexpr absl::CivilDay kFirstWeighed(2026, 11, 10);

/// Some counters with a weight, small or of any size.
CountMetric AnyWeighed(Dice& dice) {
  CounterWeights weights{};
  const std::size_t chance = 20 + dice.Below(81);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!dice.Percent(chance) || (i == Tally::kPlayTimeMs && dice.Percent(70))) continue;
    const std::uint32_t any = static_cast<std::uint32_t>(dice.Bits()) >> dice.Below(32);
    weights[i] = dice.Percent(40) ? kLargest : any;
  }
  return CountMetric({.name = "weighed"}, weights);
}

/// Expects both lists to have the very same rows.
void ExpectSameRows(const absl::StatusOr<TopList>& actual, const absl::StatusOr<TopList>& expected,
                    const std::string& question) {
  ASSERT_TRUE(actual.ok()) << actual.status();
  ASSERT_TRUE(expected.ok()) << expected.status();
  ASSERT_EQ(actual->rows.size(), expected->rows.size()) << question;
  for (std::size_t i = 0; i < actual->rows.size(); ++i) {
    EXPECT_EQ(actual->rows[i].number(), expected->rows[i].number()) << question << " at " << i;
    EXPECT_EQ(actual->rows[i].figures, expected->rows[i].figures) << question << " at " << i;
  }
}

TEST(TopListWeights, OfAnySizeRankAsTheEvaluationRanks) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  for (int round = 0; round < 6; ++round) {
    AccountTraits traits;
    traits.first_day = kFirstWeighed;
    traits.days = 3;
    traits.pins = 40;
    traits.boards = 12;
    traits.few_classes = dice.Percent(50);
    traits.combos = dice.Percent(50) ? 3 : 0;
    RandomAccount account(traits, dice);
    RandomQuery queries(account, dice);
    ModelledStore model{StoreOptions()};
    for (const PinId id : account.pin_ids()) model.PutPin(account.AnyPin(id));
    const absl::Time appended = HourOf(kFirstWeighed + traits.days, 12);
    std::vector<Event> events;
    for (int i = 0; i < 4'000; ++i) events.push_back(account.AnyEvent(account.AnyDay(), appended));
    model.Append(events, appended);
    const absl::Time now = HourOf(kFirstWeighed + traits.days + 3, 12);
    if (dice.Percent(70)) model.Seal(now);
    const Snapshot snapshot = model.store().TakeSnapshot();
    const DatedEvaluation expected = model.Expected(now);
    for (int asked = 0; asked < 30; ++asked) {
      const CountMetric by = AnyWeighed(dice);
      const Query query = {
          .period = LastDays(1 + dice.Between(0, 2), kFirstWeighed + traits.days - 1),
          .filter = queries.AnyFilter(),
          .include_saved = dice.Percent(50),
          .metrics = {by, kImpressions}};
      const Ranking ranking = {.by = by, .limit = 1 + dice.Below(5)};
      const std::string question = "[" + ToString(query.filter) + "]";
      ExpectSameRows(snapshot.TopPins(query, ranking, now), expected.TopPins(query, ranking),
                     "Pins " + question);
      ExpectSameRows(snapshot.TopBoards(query, ranking, now), expected.TopBoards(query, ranking),
                     "boards " + question);
      if (HasFatalFailure()) return;
    }
  }
}

/// Pins 1 to 40, each on a board of its own.
std::vector<Pin> FortyPins() {
  std::vector<Pin> pins;
  for (std::uint64_t id = 1; id <= 40; ++id)
    pins.push_back({.id = PinId(id), .board = BoardId(id)});
  return pins;
}

TEST(TopListWeights, OfOneEventMayAddUpToMoreThanThirtyTwoBits) {
  // Half of 2^32 twice for each video view of Pin 1; the other Pins have saves.
  CounterWeights weights{};
  weights[Tally::kPlaybacks] = 1u << 31;
  weights[Tally::kVideoViews] = 1u << 31;
  weights[Tally::kSaves] = 1u;
  const CountMetric by({.name = "by"}, weights);
  const std::vector<Pin> pins = FortyPins();
  std::vector<Event> events;
  for (std::uint64_t id = 1; id <= 40; ++id) {
    for (int i = 0; i < 50; ++i) {
      Event event = {.time = HourOf(kFirstWeighed, 12), .pin = PinId(id), .action = Action::kSave};
      if (id == 1) {
        event.action = Action::kPlayback;
        event.playback = Playback{.play_time = absl::Seconds(3), .half_visible = absl::Seconds(3)};
      }
      events.push_back(event);
    }
  }
  const absl::Time now = HourOf(kFirstWeighed + 3, 12);
  Store store;
  for (const Pin& pin : pins) ASSERT_TRUE(store.PutPin(pin).ok());
  ASSERT_EQ(store.Append(events, HourOf(kFirstWeighed, 12)).taken, events.size());
  store.Seal(now);
  const DatedEvaluation expected(Evaluation(events, pins, now), now);
  const Ranking ranking = {.by = by, .limit = 2};
  for (const Filter& filter : {Filter(), !Is(Device::kMobile), Filter(Is(PinFormat::kStandard))}) {
    const Query query = {.period = LastDays(1, kFirstWeighed), .filter = filter, .metrics = {by}};
    const absl::StatusOr<TopList> list = store.TakeSnapshot().TopPins(query, ranking, now);
    ExpectSameRows(list, expected.TopPins(query, ranking), ToString(filter));
    ASSERT_TRUE(list.ok());
    EXPECT_EQ(list->rows[0].number(), 1u);
    EXPECT_EQ(list->rows[0].figures[0], 50 * 0x1p32);
    ExpectSameRows(store.TakeSnapshot().TopBoards(query, ranking, now),
                   expected.TopBoards(query, ranking), ToString(filter));
  }
}

TEST(TopListWeights, MayMakeBoundsThatTakeMoreThanSixtyThreeBits) {
  // A Pin of so many versions bounds all Pins by as many light days each.
  constexpr std::uint64_t kVersions = 100'000;
  constexpr std::int64_t kDays = 200;
  CounterWeights weights;
  weights.fill(kLargest);
  weights[Tally::kPlayTimeMs] = 0u;
  const CountMetric by({.name = "by"}, weights);
  std::vector<Pin> pins = FortyPins();
  Store store;
  for (const Pin& pin : pins) ASSERT_TRUE(store.PutPin(pin).ok());
  for (std::uint64_t version = 0; version < kVersions; ++version) {
    pins.back().board = BoardId(100 + version % 2);
    ASSERT_TRUE(store.PutPin(pins.back()).ok());
  }
  std::vector<Event> events;
  for (std::int64_t day = 0; day < kDays; ++day) {
    for (std::uint64_t id = 1; id <= 40; id += 1 + id % 3) {
      events.push_back({.time = HourOf(kFirstWeighed - day, 12), .pin = PinId(id)});
    }
  }
  const absl::Time now = HourOf(kFirstWeighed + 3, 12);
  ASSERT_EQ(store.Append(events, HourOf(kFirstWeighed, 12)).taken, events.size());
  store.Seal(now);
  const Query query = {.period = LastDays(kDays, kFirstWeighed), .metrics = {by}};
  const Ranking ranking = {.by = by, .limit = 4};
  const DatedEvaluation expected(Evaluation(events, pins, now), now);
  ExpectSameRows(store.TakeSnapshot().TopPins(query, ranking, now),
                 expected.TopPins(query, ranking), "Pins");
  ExpectSameRows(store.TakeSnapshot().TopBoards(query, ranking, now),
                 expected.TopBoards(query, ranking), "boards");
}

}  // namespace
}  // namespace pinmetrics
