#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"
#include "tests/store/large_account.h"
#include "tests/store/modelled_store.h"
#include "tests/store/random_account.h"
#include "tests/store/random_query.h"
#include "tests/store/same_answer.h"
#include "tests/store/sample_events.h"

/// Laws of what queries read, whichever tables have it.

namespace pinmetrics {
namespace {

/// How many bytes the store keeps in tables of these names.
std::size_t BytesOf(const Store& store, const std::set<std::string_view>& tables) {
  std::size_t bytes = 0;
  for (const auto& [name, of_table] : store.Memory().block_tables) {
    if (tables.contains(name)) bytes += of_table;
  }
  return bytes;
}

/// What tells of each event, one by one.
std::size_t BytesOfEvents(const Store& store) {
  return BytesOf(store, {"pin_keys", "pin_bases", "pin_offsets", "bit_sliced_codes", "viewers",
                         "play_pins", "play_starts", "play_times"});
}

/// All days of a plain history.
Query QueryOf(const Filter& filter, const Metric& metric, std::optional<Dimension> split = {}) {
  return {.period = PlainHistory::days,
          .filter = filter,
          .include_saved = true,
          .metrics = {metric},
          .split = split};
}

/// How many bytes a query reads, which has to be answered as by `Evaluate`.
std::size_t BytesFor(const PlainHistory& history, const Query& query) {
  const Snapshot snapshot = history.model.store().TakeSnapshot();
  ExpectSame(snapshot.Run(query, PlainHistory::now),
             history.model.Expected(PlainHistory::now).Run(query), Describe(query));
  const absl::StatusOr<QueryPlan> plan = snapshot.Explain(query, PlainHistory::now);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return plan.ok() ? plan->bytes() : 0;
}

class BytesRead : public LargeAccount {};

TEST_F(BytesRead, AreThoseThatExplainTells) {
  Query query = {.period = LastDays(2, absl::CivilDay(2026, 11, 12)),
                 .filter = Is(Device::kMobile) && Is(account_.board_ids()[0]),
                 .metrics = {kSaves}};
  const Snapshot snapshot = model_.store().TakeSnapshot();
  const absl::StatusOr<QueryPlan> plan = snapshot.Explain(query, now_);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->days, 2);
  std::size_t bytes = 0;
  for (const QueryPlan::Read& read : plan->reads) {
    EXPECT_GT(read.bytes, 0);
    EXPECT_THAT(plan->ToString(),
                testing::HasSubstr(read.table + ": " + std::to_string(read.bytes) + " bytes\n"));
    bytes += read.bytes;
  }
  EXPECT_EQ(plan->bytes(), bytes);
  EXPECT_LT(bytes, model_.store().Memory().blocks);
  EXPECT_THAT(plan->ToString(), testing::StartsWith("2 days\n"));
  query.period = DateRange();
  EXPECT_EQ(snapshot.Explain(query, now_).status(), snapshot.Run(query, now_).status());
}

// Of people more may be read: lists of viewers are read for each set of combos that counts with
// some classes of Pins.
TEST_F(BytesRead, OfCountsAreNeverMoreThanAllEventsHave) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  RandomQuery queries(account_, dice);
  std::vector<Metric> metrics = MetricsToAsk();
  std::erase_if(metrics, [](const Metric& metric) { return metric.needs().people(); });
  const std::size_t of_events = BytesOfEvents(model_.store());
  for (int i = 0; i < 400 && !HasFailure(); ++i) {
    const Query query = QueryOf(queries.AnyFilter(), dice.OneOf(metrics));
    EXPECT_LE(BytesFor(history_, query), of_events) << Describe(query);
  }
}

// Sums answer these, and there is one for each combination that occurs, however often.
TEST_F(BytesRead, OfCountsByEventOrByPinDoNotGrowWithTheEvents) {
  const PlainHistory larger(80'000);
  EXPECT_GT(BytesOfEvents(larger.model.store()), 3 * BytesOfEvents(model_.store()));
  const Filter of_event = Is(Device::kMobile, Device::kTablet, Device::kDesktop);
  const Filter of_class = Is(PinFormat::kVideo, PinFormat::kIdea);
  std::vector<Query> queries;
  for (const Filter& filter :
       {Filter(), of_event, !of_event, of_event && !Is(Gender::kMale), of_class,
        of_class && of_event, Filter(Is(Promotion::kOrganic)), Filter(Is(Claimed::kNo))}) {
    for (const Metric& metric : std::vector<Metric>{kSaves, kTotalPlayTime, kSaveRate}) {
      queries.push_back(QueryOf(filter, metric));
    }
  }
  for (std::size_t i = 0; i < kCountOf<Dimension>; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    if (CanSplit(dimension)) queries.push_back(QueryOf(Filter(), kSaves, dimension));
  }
  queries.push_back(QueryOf(of_event, kSaves, Dimension::kAge));
  queries.push_back(QueryOf(of_class, kTotalPlayTime, Dimension::kDevice));
  for (const Query& query : queries) {
    const std::size_t bytes = BytesFor(history_, query);
    EXPECT_LT(BytesFor(larger, query), bytes + bytes / 4) << Describe(query);
    EXPECT_LT(bytes, BytesOfEvents(model_.store()) / 4) << Describe(query);
  }
}

TEST_F(BytesRead, OfOnePinAreItsOwn) {
  EXPECT_LT(BytesFor(history_, QueryOf(Is(account_.pin_ids()[0]), kSaves)),
            BytesOfEvents(model_.store()) / 20);
}

TEST_F(BytesRead, OfAFormulaAreThoseOfItsParts) {
  const Metric saves_per_viewer = Formula("saves_per_viewer", Unit::kRatio,
                                          Needs{.total_audience = true}, [](const Facts& facts) {
                                            return static_cast<double>(facts.tally[Tally::kSaves]) /
                                                   static_cast<double>(facts.total_audience);
                                          });
  const Filter filter = Is(Device::kMobile);
  EXPECT_EQ(BytesFor(history_, QueryOf(filter, saves_per_viewer)),
            BytesFor(history_, QueryOf(filter, kSaves)) +
                BytesFor(history_, QueryOf(filter, kTotalAudience)));
}

TEST_F(BytesRead, OfPeopleAreEachViewerOnce) {
  const std::size_t lists = BytesOf(model_.store(), {"viewer_lists"});
  const std::size_t with_classes =
      BytesOf(model_.store(), {"viewer_lists", "list_classes", "class_keys"});
  Query query = QueryOf(Is(Device::kMobile), kTotalAudience);
  const std::size_t all = BytesFor(history_, query);
  EXPECT_LE(all, lists);
  // Those who engaged, and those who did not, of own Pins and of saved ones.
  query.metrics = {kEngagedAudience};
  const std::size_t engaged = BytesFor(history_, query);
  EXPECT_LT(engaged, all);
  query.include_saved = false;
  EXPECT_LT(BytesFor(history_, query), engaged);
  EXPECT_LE(BytesFor(history_, QueryOf(Is(PinFormat::kVideo), kTotalAudience)), with_classes);
  // Without a filter nobody has to be looked at.
  EXPECT_LT(BytesFor(history_, QueryOf(Filter(), kTotalAudience)), engaged / 20);
}

TEST(BytesReadOfImpressions, HaveNobodyWhoEngaged) {
  ModelledStore model{StoreOptions()};
  for (std::uint64_t id = 1; id <= 5; ++id) model.PutPin(SamplePin(id));
  const absl::Time now = FinalTime(kDay);
  model.Append(Impressions(1, 500), now);
  model.Seal(now);
  const auto bytes_for = [&](const Metric& metric) {
    const Query query = {
        .period = LastDays(1, kDay), .filter = !Is(Gender::kMale), .metrics = {metric}};
    const absl::StatusOr<QueryPlan> plan = model.store().TakeSnapshot().Explain(query, now);
    return plan.ok() ? plan->bytes() : 0;
  };
  EXPECT_GT(bytes_for(kTotalAudience), 500);
  EXPECT_LT(bytes_for(kEngagedAudience), 500 / 20);
}

}  // namespace
}  // namespace pinmetrics
