#include "pinmetrics/store/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/store.h"
#include "tests/store/modelled_store.h"
#include "tests/store/random_account.h"
#include "tests/store/random_query.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {
namespace {

// ---- against Evaluate, at random ----

/// How an account's history reaches the store.
enum class Shape {
  kAllLive,
  kAllSealed,
  kMixed,
  kSealedInSteps,
  kOneEventPerBatch,
  kOneBatch,
  kLateAccepted,
};
constexpr std::array kShapes = {
    Shape::kAllLive,          Shape::kAllSealed, Shape::kMixed,        Shape::kSealedInSteps,
    Shape::kOneEventPerBatch, Shape::kOneBatch,  Shape::kLateAccepted,
};

std::string ShapeName(Shape shape) {
  switch (shape) {
    case Shape::kAllLive:
      return "AllLive";
    case Shape::kAllSealed:
      return "AllSealed";
    case Shape::kMixed:
      return "Mixed";
    case Shape::kSealedInSteps:
      return "SealedInSteps";
    case Shape::kOneEventPerBatch:
      return "OneEventPerBatch";
    case Shape::kOneBatch:
      return "OneBatch";
    case Shape::kLateAccepted:
      return "LateAccepted";
  }
  return "?";
}

std::string Describe(const Query& query) {
  std::string text = ToString(query.period) + " filter [" + FilterText(query) + "]";
  if (query.include_saved) text += " include_saved";
  if (query.real_time) text += " real_time";
  if (query.split) text += " split " + std::string(NameOf(*query.split));
  if (query.comparison != Comparison::kNone) text += " compare";
  text += " metrics";
  for (const Metric& metric : query.metrics) text += " " + metric.name();
  return text;
}

std::string Describe(const Query& query, const Ranking& ranking) {
  std::string text =
      Describe(query) + " by " + ranking.by.name() + " limit " + std::to_string(ranking.limit);
  if (ranking.created_in_last_days) {
    text += " created in last " + std::to_string(*ranking.created_in_last_days);
  }
  return text;
}

/// The answer, or the error, has to be the very same.
template <typename T>
void ExpectSame(const absl::StatusOr<T>& actual, const absl::StatusOr<T>& expected,
                const std::string& question) {
  if (!actual.ok() || !expected.ok()) {
    EXPECT_EQ(actual.status(), expected.status()) << question;
    return;
  }
  if (*actual == *expected) return;
  ADD_FAILURE() << question << "\nanswered:\n"
                << ToCsv(*actual) << "\nexpected:\n"
                << ToCsv(*expected);
}

/// What of the store the questions have reached.
struct Reached {
  std::size_t questions = 0;
  std::size_t answers = 0;
  std::set<std::string, std::less<>> tables;
  /// Lists that may have stopped early.
  std::size_t bounded_lists = 0;
};

/// An answer of a snapshot, to be asked for again after the store has changed.
struct KeptAnswer {
  Snapshot snapshot;
  Query query;
  absl::Time now;
  absl::StatusOr<Report> report;
  absl::StatusOr<TopList> list;
};

/// One account's history, with questions all along.
class AccountRun {
 public:
  AccountRun(Shape shape, std::uint64_t seed, Reached& reached)
      : shape_(shape),
        dice_(seed),
        is_large_(seed % 8 == 0),
        traits_(MakeTraits()),
        account_(traits_, dice_),
        queries_(account_, dice_),
        model_(MakeOptions()),
        reached_(reached) {}

  void Run() {
    const std::size_t steps = InSteps() ? 2 + dice_.Below(6) : 1;
    for (const PinId id : account_.pin_ids()) {
      if (!dice_.Percent(5)) model_.PutPin(account_.AnyPin(id));
    }
    for (std::size_t step = 1; step <= steps; ++step) {
      const absl::CivilDay today = traits_.first_day + traits_.days *
                                                           static_cast<std::int64_t>(step) /
                                                           static_cast<std::int64_t>(steps);
      now_ = std::max(now_, model_.calendar().Begin(today) + absl::Minutes(dice_.Below(60 * 30)));
      AppendSome(today, events_ / steps);
      if (dice_.Percent(70)) WithdrawSome();
      if (InSteps() && dice_.Percent(60)) model_.Seal(now_);
      if (step < steps) Ask(4);
      if (testing::Test::HasFailure()) return;
    }
    if (shape_ == Shape::kAllSealed) {
      now_ += absl::Hours(24 * 4);
      model_.Seal(now_);
    } else if (shape_ == Shape::kMixed || (shape_ != Shape::kAllLive && dice_.Percent(50))) {
      model_.Seal(now_);
    }
    Ask(is_large_ ? 25 : 40);
    if (dice_.Percent(30)) GrowOld();
    for (const KeptAnswer& kept : kept_) {
      ExpectSame(kept.snapshot.Run(kept.query, kept.now), kept.report, "again");
      ExpectSame(kept.snapshot.TopPins(kept.query, {}, kept.now), kept.list, "again");
    }
    NoteBoards();
  }

 private:
  bool InSteps() const {
    return shape_ == Shape::kSealedInSteps || shape_ == Shape::kOneEventPerBatch ||
           shape_ == Shape::kLateAccepted;
  }

  AccountTraits MakeTraits() {
    const ZoneAndDay& odd = dice_.OneOf(OddDays());
    AccountTraits traits;
    EXPECT_TRUE(absl::LoadTimeZone(odd.zone, &traits.time_zone));
    traits.days = dice_.OneOf(std::vector<std::int64_t>{3, 6, 10, 40, 70, 120});
    traits.first_day = odd.day - dice_.Between(0, traits.days - 1);
    traits.pins = 1 + dice_.Below(8);
    traits.boards = 1 + dice_.Below(4);
    traits.viewers = 1 + dice_.Below(40);
    events_ = 20 + dice_.Below(180);
    if (is_large_) {
      // Many events on few days: only then sums are worth their bytes.
      events_ = 3'000 + dice_.Below(3'000);
      traits.days = 2 + dice_.Between(0, 2);
      traits.combos = dice_.Percent(80) ? 1 + dice_.Below(8) : 0;
      traits.pins = dice_.Percent(50) ? 1 + dice_.Below(6) : 100;
      traits.few_classes = dice_.Percent(70);
      traits.viewers = 1 + dice_.Below(3'000);
    } else if (dice_.Percent(20)) {
      traits.pins = 40;
    }
    return traits;
  }

  StoreOptions MakeOptions() {
    StoreOptions options{.reporting = {.time_zone = traits_.time_zone}};
    if (dice_.Percent(30)) {
      options.reporting.business_created = traits_.first_day + dice_.Between(-35, traits_.days);
    }
    if (shape_ == Shape::kLateAccepted) options.late_events = LateEvents::kAccept;
    options.hash_seed = dice_.Bits();
    return options;
  }

  void AppendSome(absl::CivilDay today, std::size_t count) {
    std::size_t batch_size = count;
    if (shape_ == Shape::kOneEventPerBatch) {
      batch_size = 1;
    } else if (shape_ != Shape::kOneBatch) {
      batch_size = 1 + dice_.Below(count / (1 + dice_.Below(5)) + 1);
    }
    std::vector<Event> batch;
    for (std::size_t i = 0; i < count; ++i) {
      batch.push_back(account_.AnyEvent(AnyDayUpTo(today), now_));
      if (batch.size() < batch_size && i + 1 < count) continue;
      Append(batch);
      batch.clear();
    }
    if (count == 0) model_.Append({}, now_);
  }

  void Append(const std::vector<Event>& batch) {
    const std::string key = dice_.Percent(20) ? std::to_string(dice_.Below(1'000)) : "";
    model_.Append(batch, now_, key);
    if (!key.empty() && dice_.Percent(30)) model_.Append(batch, now_, key);
    if (dice_.Percent(shape_ == Shape::kOneEventPerBatch ? 5 : 40) && model_.pins() > 0) {
      model_.PutPin(account_.Changed(model_.PinAt(dice_.Below(model_.pins()))));
    }
    if (dice_.Percent(10)) model_.PutPin(account_.AnyPin(dice_.OneOf(account_.pin_ids())));
  }

  absl::CivilDay AnyDayUpTo(absl::CivilDay today) {
    if (dice_.Percent(2)) return today - dice_.Between(500, 600);
    if (!InSteps()) return account_.AnyDay();
    return std::max(
        traits_.first_day,
        today - (dice_.Percent(70) ? dice_.Between(0, 4) : dice_.Between(0, traits_.days)));
  }

  void WithdrawSome() {
    for (std::size_t count = dice_.Below(8); count > 0 && !account_.event_ids().empty(); --count) {
      const EventId id = dice_.OneOf(account_.event_ids());
      model_.Withdraw(id);
      if (dice_.Percent(20)) model_.Withdraw(id);
    }
    if (dice_.Percent(10)) model_.Withdraw(EventId());
    if (dice_.Percent(10)) model_.Withdraw(EventId(dice_.Bits()));
    // Many at once, some of them twice or not there.
    if (account_.event_ids().empty() || !dice_.Percent(50)) return;
    std::vector<EventId> ids(dice_.Below(40), EventId(dice_.Bits()));
    for (EventId& id : ids) {
      if (!dice_.Percent(3)) id = dice_.OneOf(account_.event_ids());
    }
    model_.Withdraw(ids);
  }

  /// A year and a half goes by, days are dropped.
  void GrowOld() {
    now_ += absl::Hours(24 * (545 + dice_.Below(8)));
    Ask(3);
    model_.Seal(now_);
    Ask(3);
    AppendSome(model_.calendar().DayOf(now_), 10);
    Ask(3);
  }

  void Ask(std::size_t count) {
    if (testing::Test::HasFailure()) return;
    const Snapshot snapshot = model_.store().TakeSnapshot();
    for (std::size_t i = 0; i < count; ++i) {
      absl::Time now = now_;
      if (dice_.Percent(30)) now += absl::Hours(dice_.Between(-80, 80));
      AskOne(snapshot, now);
      if (testing::Test::HasFailure()) return;
    }
    if (!dice_.Percent(30)) return;
    Query query = queries_.AnyQuery(model_.calendar().DayOf(now_));
    absl::StatusOr<Report> report = snapshot.Run(query, now_);
    absl::StatusOr<TopList> list = snapshot.TopPins(query, {}, now_);
    kept_.push_back({snapshot, std::move(query), now_, std::move(report), std::move(list)});
  }

  void AskOne(const Snapshot& snapshot, absl::Time now) {
    const DatedEvaluation expected = model_.Expected(now);
    Query query = queries_.AnyQuery(model_.calendar().DayOf(now));
    ++reached_.questions;
    const std::size_t kind = dice_.Below(100);
    if (kind < 60) {
      const absl::StatusOr<Report> report = snapshot.Run(query, now);
      ExpectSame(report, expected.Run(query), Describe(query));
      Note(report.status());
      const absl::StatusOr<QueryPlan> plan = snapshot.Explain(query, now);
      EXPECT_EQ(plan.status(), report.status());
      if (!plan.ok()) return;
      for (const QueryPlan::Read& read : plan->reads) reached_.tables.insert(read.table);
    } else if (kind < 92) {
      query = queries_.ForList(std::move(query));
      const Ranking ranking = queries_.AnyRanking();
      const std::string question = Describe(query, ranking);
      if (kind < 78) {
        const absl::StatusOr<TopList> list = snapshot.TopPins(query, ranking, now);
        ExpectSame(list, expected.TopPins(query, ranking), "top Pins " + question);
        Note(list.status());
        if (model_.all_sealed() && ranking.by.counters() && ranking.limit <= model_.pins() / 8) {
          ++reached_.bounded_lists;
        }
      } else {
        const absl::StatusOr<TopList> list = snapshot.TopBoards(query, ranking, now);
        ExpectSame(list, expected.TopBoards(query, ranking), "top boards " + question);
        Note(list.status());
      }
    } else if (kind < 97) {
      query.split.reset();
      const absl::StatusOr<Overview> overview = snapshot.RunOverview(query, now);
      ExpectSame(overview, expected.RunOverview(query), "overview " + Describe(query));
      Note(overview.status());
    } else {
      ExpectSame(snapshot.RunOverview(now), expected.RunOverview(), "overview");
    }
  }

  void Note(const absl::Status& status) { reached_.answers += status.ok() ? 1 : 0; }

  /// `Explain` tells of reports, not of lists: those read the sums of boards where there are some.
  void NoteBoards() {
    for (const auto& [table, bytes] : model_.store().Memory().block_tables) {
      if (bytes > 0 && table == "board_sums") reached_.tables.insert(std::string(table));
    }
  }

  Shape shape_;
  Dice dice_;
  bool is_large_;
  std::size_t events_ = 0;
  AccountTraits traits_;
  RandomAccount account_;
  RandomQuery queries_;
  ModelledStore model_;
  Reached& reached_;
  absl::Time now_ = absl::UnixEpoch();
  std::vector<KeptAnswer> kept_;
};

std::size_t QuestionsToAsk() {
  const char* text = std::getenv("PINMETRICS_STORE_TEST_QUERIES");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 10'500;
}

/// The tables of any block that are often read, and all that are.
const std::vector<std::string> kTablesOfAnyBlock = {"totals",           "pin_keys", "pin_offsets",
                                                    "bit_sliced_codes", "viewers",  "play_times",
                                                    "viewer_lists"};
const std::vector<std::string> kTables = {
    "totals",     "combo_keys",  "combo_sums",   "dimension_sums",   "class_keys",
    "class_sums", "class_words", "cell_combos",  "cell_words",       "board_sums",
    "pin_keys",   "pin_offsets", "heavy_sums",   "bit_sliced_codes", "viewers",
    "play_times", "viewer_sets", "viewer_lists", "list_classes"};
const std::string kNewViewers = "new_viewers";

class AnySnapshot : public testing::TestWithParam<Shape> {};

TEST_P(AnySnapshot, AnswersAsEvaluateDoes) {
  const std::uint64_t first_seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << first_seed << "\n";
  Reached reached;
  for (std::uint64_t seed = first_seed; reached.questions < QuestionsToAsk() / kShapes.size();
       ++seed) {
    AccountRun(GetParam(), seed, reached).Run();
    // An account is made of one seed, so that a failure replays at once.
    ASSERT_FALSE(HasFailure()) << "PINMETRICS_TEST_SEED=" << seed;
  }
  std::cout << reached.questions << " questions, " << reached.answers << " of them answered, "
            << reached.bounded_lists << " lists by bounds\n";
  EXPECT_GT(reached.answers, reached.questions / 2);
  // Whether sums pay is up to the dice: the tests below make sure of these.
  const bool is_long = QuestionsToAsk() >= 100'000;
  EXPECT_THAT(reached.tables, testing::IsSupersetOf(is_long ? kTables : kTablesOfAnyBlock));
  EXPECT_EQ(reached.tables.contains(kNewViewers), GetParam() != Shape::kAllLive);
}

// ---- the paths, one by one ----

/// An account large and plain enough that all tables are worth their bytes.
class LargeAccount : public testing::Test {
 protected:
  static AccountTraits MakeTraits() {
    return {.first_day = absl::CivilDay(2026, 11, 10),
            .days = 3,
            .pins = 30,
            .boards = 3,
            .viewers = 2'000,
            .combos = 6,
            .few_classes = true};
  }

  void SetUp() override {
    for (const PinId id : account_.pin_ids()) model_.PutPin(account_.AnyPin(id));
    std::vector<Event> events;
    for (std::size_t i = 0; i < 20'000; ++i) {
      events.push_back(account_.AnyEvent(account_.AnyDay(), appended_));
    }
    model_.Append(events, appended_);
    model_.Seal(now_);
  }

  static Query WithoutSplit(Query query) {
    query.split.reset();
    return query;
  }

  /// The tables that a report reads; it has to be the right one, too.
  std::vector<std::string> TablesFor(const Filter& filter, const Metric& metric,
                                     std::optional<Dimension> split = {}) {
    const Query query = {
        .period = DateRange::Inclusive(absl::CivilDay(2026, 11, 10), absl::CivilDay(2026, 11, 12)),
        .filter = filter,
        .include_saved = true,
        .metrics = {metric},
        .split = split};
    const Snapshot snapshot = model_.store().TakeSnapshot();
    ExpectSame(snapshot.Run(query, now_), model_.Expected(now_).Run(query), Describe(query));
    const absl::StatusOr<QueryPlan> plan = snapshot.Explain(query, now_);
    EXPECT_TRUE(plan.ok()) << plan.status();
    EXPECT_EQ(plan->days, 3);
    std::vector<std::string> tables;
    for (const QueryPlan::Read& read : plan->reads) tables.push_back(read.table);
    return tables;
  }

  Dice dice_{20'261'110};
  RandomAccount account_{MakeTraits(), dice_};
  ModelledStore model_{StoreOptions()};
  const absl::Time appended_ = HourOf(absl::CivilDay(2026, 11, 13), 12);
  const absl::Time now_ = HourOf(absl::CivilDay(2026, 11, 18), 12);
};

TEST_F(LargeAccount, FiltersOfOneHundredThousandIdsCountTheSame) {
  constexpr std::uint64_t kIds = 100'000;
  std::vector<PinId> pins = {account_.pin_ids()[3], account_.pin_ids()[7]};
  std::vector<BoardId> boards = {account_.board_ids()[1]};
  for (std::uint64_t i = 1; i < kIds; ++i) {
    // Ids that nothing has, in no order.
    pins.push_back(PinId((i * 7919 % kIds) << 32));
    boards.push_back(BoardId((i * 7919 % kIds) << 32));
  }
  Filter either = Is(pins[0]);
  Filter neither;
  for (const PinId pin : pins) {
    either = std::move(either) || Is(pin);
    neither = std::move(neither) && !Is(pin);
  }
  const Filter of_pins = IsAnyOf(std::span(pins));
  const auto report_of = [this](const Filter& filter) {
    const Query query = {
        .period = DateRange::Inclusive(absl::CivilDay(2026, 11, 10), absl::CivilDay(2026, 11, 12)),
        .filter = filter,
        .include_saved = true,
        .split = Dimension::kFormat};
    const absl::StatusOr<Report> report = model_.store().TakeSnapshot().Run(query, now_);
    ExpectSame(report, model_.Expected(now_).Run(query), "many ids");
    ExpectSame(model_.store().TakeSnapshot().TopPins(WithoutSplit(query), {}, now_),
               model_.Expected(now_).TopPins(WithoutSplit(query), {}), "many ids");
    return report.ok() ? report->totals : std::vector<TotalRow>();
  };
  const std::vector<TotalRow> few = report_of(Is(pins[0], pins[1]));
  EXPECT_THAT(few, testing::Not(testing::IsEmpty()));
  EXPECT_EQ(report_of(of_pins), few);
  EXPECT_EQ(report_of(either), few);
  const std::vector<TotalRow> others = report_of(!Is(pins[0], pins[1]));
  EXPECT_EQ(report_of(!of_pins), others);
  EXPECT_EQ(report_of(neither), others);
  EXPECT_EQ(report_of(IsAnyOf(std::span(boards))), report_of(Is(boards[0])));
}

TEST_F(LargeAccount, QueriesReadTheSmallestTableThatKnows) {
  using testing::ElementsAre;
  const Filter of_event = Is(Device::kMobile, Device::kTablet, Device::kDesktop);
  const Filter of_class = Is(PinFormat::kVideo, PinFormat::kIdea);
  const Filter of_pin = Is(account_.board_ids()[0]);
  EXPECT_THAT(TablesFor(Filter(), kImpressions), ElementsAre("totals"));
  EXPECT_THAT(TablesFor(of_event, kSaves), ElementsAre("dimension_sums"));
  EXPECT_THAT(TablesFor(!of_event, kSaves, Dimension::kDevice), ElementsAre("dimension_sums"));
  for (const Dimension dimension : {Dimension::kContentType, Dimension::kDevice, Dimension::kAge,
                                    Dimension::kGender, Dimension::kPromotion}) {
    EXPECT_THAT(TablesFor(Filter(), kSaves, dimension), ElementsAre("dimension_sums"));
  }
  // Promotion follows from the content type, claimed from the account, which no Pin has here.
  EXPECT_THAT(TablesFor(Is(Promotion::kOrganic), kSaves), ElementsAre("dimension_sums"));
  EXPECT_THAT(TablesFor(!Is(ContentType::kPaid), kSaves, Dimension::kPromotion),
              ElementsAre("dimension_sums"));
  EXPECT_THAT(TablesFor(Is(Claimed::kNo), kSaves, Dimension::kClaimed), ElementsAre("totals"));
  EXPECT_THAT(TablesFor(of_event && !Is(Gender::kMale), kSaves),
              ElementsAre("combo_keys", "combo_sums"));
  EXPECT_THAT(TablesFor(of_event, kSaves, Dimension::kAge),
              ElementsAre("combo_keys", "combo_sums"));
  EXPECT_THAT(TablesFor(of_class, kSaves), ElementsAre("class_keys", "class_sums"));
  EXPECT_THAT(TablesFor(Filter(), kSaves, Dimension::kFormat),
              ElementsAre("class_keys", "class_sums"));
  EXPECT_THAT(TablesFor(of_class && of_event, kTotalPlayTime),
              ElementsAre("class_keys", "class_words", "cell_combos", "cell_words"));
  EXPECT_THAT(TablesFor(of_class, kTotalPlayTime, Dimension::kDevice),
              ElementsAre("class_keys", "class_words", "cell_combos", "cell_words"));
  // Pins with few events have no sums of their own.
  EXPECT_THAT(TablesFor(of_pin, kTotalPlayTime),
              testing::IsSupersetOf({"pin_keys", "pin_offsets", "heavy_sums"}));
  EXPECT_THAT(TablesFor(of_pin && of_event, kTotalPlayTime),
              ElementsAre("pin_keys", "pin_offsets", "bit_sliced_codes", "play_times"));
  EXPECT_THAT(TablesFor(Is(account_.pin_ids()[0]), kSaves),
              ElementsAre("pin_keys", "pin_offsets", "heavy_sums"));
  EXPECT_THAT(TablesFor(Filter(), kTotalAudience), ElementsAre(kNewViewers));
  EXPECT_THAT(TablesFor(of_event, kEngagedAudience), ElementsAre("viewer_lists"));
  EXPECT_THAT(TablesFor(of_class, kEngagedAudience, Dimension::kSource),
              ElementsAre("class_keys", "class_sums", "viewer_lists", "list_classes"));
  for (const Filter& filter : {of_class, of_class && of_event, of_class || !of_event}) {
    EXPECT_THAT(TablesFor(filter, kTotalAudience),
                ElementsAre("class_keys", "viewer_lists", "list_classes"));
  }
  EXPECT_THAT(TablesFor(of_pin, kTotalAudience), testing::Contains("viewers"));
}

TEST_F(LargeAccount, ListsAreTheSameWithTablesOfBoardsAndEarlyStop) {
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

TEST_F(LargeAccount, ListsCountLiveDays) {
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

TEST(SnapshotLists, BoardsAreRankedUnderFiltersThatLeaveOutFewPinsOrMany) {
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

TEST(SnapshotLists, PlayTimesOfABoardAreThoseOfItsPinsThatCount) {
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

TEST(SnapshotLists, FiguresOfABoardTellSavedPinsFromOthers) {
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

TEST(SnapshotLists, PinsThatTieAtTheTopRankByIdWhereverTheyStand) {
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

TEST_F(LargeAccount, ExplainSaysHowMuchIsRead) {
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

TEST_F(LargeAccount, FormulasOfPeopleAndATallyReadBoth) {
  const Metric saves_per_viewer = Formula("saves_per_viewer", Unit::kRatio,
                                          Needs{.total_audience = true}, [](const Facts& facts) {
                                            return static_cast<double>(facts.tally[Tally::kSaves]) /
                                                   static_cast<double>(facts.total_audience);
                                          });
  EXPECT_THAT(TablesFor(Is(Device::kMobile), saves_per_viewer),
              testing::ElementsAre("dimension_sums", "viewer_lists"));
}

/// How many bytes a query reads of a table.
std::size_t BytesRead(const Snapshot& snapshot, const Query& query, absl::Time now,
                      std::string_view table) {
  const absl::StatusOr<QueryPlan> plan = snapshot.Explain(query, now);
  EXPECT_TRUE(plan.ok()) << plan.status();
  for (const QueryPlan::Read& read : plan->reads) {
    if (read.table == table) return read.bytes;
  }
  return 0;
}

/// How many bytes a table has in all blocks.
std::size_t BytesOfTable(const Store& store, std::string_view table) {
  std::size_t bytes = 0;
  for (const auto& [name, of_table] : store.Memory().block_tables) {
    if (name == table) bytes = of_table;
  }
  EXPECT_GT(bytes, 0u) << table;
  return bytes;
}

TEST_F(LargeAccount, PeopleReadEachListOnce) {
  Query query = {.period = LastDays(30, absl::CivilDay(2026, 11, 15)),
                 .filter = Is(Device::kMobile),
                 .include_saved = true,
                 .metrics = {kTotalAudience}};
  const Snapshot snapshot = model_.store().TakeSnapshot();
  const auto bytes_read = [&](std::string_view table) {
    return BytesRead(snapshot, query, now_, table);
  };
  const std::size_t all = BytesOfTable(model_.store(), "viewer_lists");
  EXPECT_EQ(bytes_read("viewer_lists"), all);
  // Those who engaged, and those who did not, of own Pins and of saved ones.
  query.metrics = {kEngagedAudience};
  const std::size_t engaged = bytes_read("viewer_lists");
  EXPECT_LT(engaged, all);
  query.include_saved = false;
  EXPECT_LT(bytes_read("viewer_lists"), engaged);
  EXPECT_EQ(bytes_read("list_classes"), 0);

  query.include_saved = true;
  query.filter = Is(PinFormat::kVideo);
  query.metrics = {kTotalAudience};
  EXPECT_EQ(bytes_read("viewer_lists"), all);
  EXPECT_EQ(bytes_read("list_classes"), BytesOfTable(model_.store(), "list_classes"));
}

TEST(SnapshotOfImpressions, HasNoListsOfThoseWhoEngagedToRead) {
  ModelledStore model{StoreOptions()};
  for (std::uint64_t id = 1; id <= 5; ++id) model.PutPin(SamplePin(id));
  const absl::Time now = FinalTime(kDay);
  model.Append(Impressions(1, 500), now);
  model.Seal(now);
  const Snapshot snapshot = model.store().TakeSnapshot();
  Query query = {
      .period = LastDays(1, kDay), .filter = !Is(Gender::kMale), .metrics = {kEngagedAudience}};
  EXPECT_EQ(BytesRead(snapshot, query, now, "viewer_lists"), 8);  // How long they are: not at all.
  query.metrics = {kTotalAudience};
  EXPECT_GT(BytesRead(snapshot, query, now, "viewer_lists"), 500);
}

TEST_F(LargeAccount, MonthlyViewsAreSummedWithoutATally) {
  const Query query = {.period = LastDays(3, absl::CivilDay(2026, 11, 14)),
                       .filter = Is(Device::kMobile),
                       .metrics = {kMonthlyViews, kMonthlyTotalAudience}};
  const absl::StatusOr<Report> report = model_.store().TakeSnapshot().Run(query, now_);
  ExpectSame(report, model_.Expected(now_).Run(query), Describe(query));
  ASSERT_TRUE(report.ok());
  EXPECT_GT(report->totals[0].figures[0], 0);
}

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
    for (int i = 0; i < 20; ++i) {
      events.push_back({.time = HourOf(day, 1),
                        .pin = PinId(1 + dice_.Below(4)),
                        .viewer = ViewerId(1 + dice_.Below(150)),
                        .action = dice_.Percent(80) ? Action::kImpression : Action::kSave});
    }
    model_.Append(events, now_);
  }

  /// The tables that the people of some days take, which have to be the right ones.
  std::vector<std::string> TablesFor(const DateRange& period, bool include_saved,
                                     const std::vector<Metric>& metrics = {kTotalAudience,
                                                                           kEngagedAudience}) {
    const Query query = {.period = period,
                         .include_saved = include_saved,
                         .metrics = metrics,
                         .comparison = Comparison::kPreviousPeriod};
    const Snapshot snapshot = model_.store().TakeSnapshot();
    ExpectSame(snapshot.Run(query, now_), model_.Expected(now_).Run(query), Describe(query));
    const absl::StatusOr<QueryPlan> plan = snapshot.Explain(query, now_);
    EXPECT_TRUE(plan.ok()) << plan.status();
    std::vector<std::string> tables;
    for (const QueryPlan::Read& read : plan->reads) tables.push_back(read.table);
    return tables;
  }

  Dice dice_{20'260'301};
  const absl::Time now_ = HourOf(kFirst + kDays + 3, 12);
  ModelledStore model_{StoreOptions{.late_events = LateEvents::kAccept}};
};

TEST_F(LongAccount, PeopleOfAQuarterAreSumsOfNewViewers) {
  const std::vector<std::string> new_viewers = {kNewViewers};
  for (const bool include_saved : {false, true}) {
    for (const std::int64_t days : {1, 2, 30, 91, 92}) {
      for (const std::int64_t last : {0, 1, 2, 60}) {
        EXPECT_EQ(TablesFor(LastDays(days, kFirst + (kDays - 1 - last)), include_saved),
                  new_viewers);
      }
    }
    EXPECT_EQ(TablesFor(LastDays(60, kFirst + (kDays - 1)), include_saved,
                        {kMonthlyTotalAudience, kMonthlyEngagedAudience}),
              new_viewers);
  }
}

TEST_F(LongAccount, PeopleOfMoreDaysAreCountedFromSets) {
  for (const bool include_saved : {false, true}) {
    for (const std::int64_t days : {100, 150, 180}) {
      EXPECT_THAT(TablesFor(LastDays(days, kFirst + (kDays - 1)), include_saved),
                  testing::Contains("viewer_sets"));
    }
  }
}

TEST_F(LongAccount, PeopleReadEachSetOnce) {
  const Query query = {.period = LastDays(kDays, kFirst + (kDays - 1)),
                       .include_saved = true,
                       .metrics = {kTotalAudience, kEngagedAudience}};
  EXPECT_EQ(BytesRead(model_.store().TakeSnapshot(), query, now_, "viewer_sets"),
            BytesOfTable(model_.store(), "viewer_sets"));
}

TEST_F(LongAccount, LateEventsCountBeforeAndAfterTheyAreSealed) {
  const DateRange quarter = LastDays(90, kFirst + (kDays - 1));
  AppendOn(kFirst + (kDays - 90));
  AppendOn(kFirst + (kDays - 10));
  EXPECT_THAT(TablesFor(quarter, true), testing::Contains("viewer_sets"));
  EXPECT_THAT(TablesFor(LastDays(4, kFirst + (kDays - 1)), true),
              testing::Not(testing::Contains("viewer_sets")));
  model_.Seal(now_);
  EXPECT_THAT(TablesFor(quarter, true), testing::Not(testing::Contains("viewer_sets")));
}

TEST_F(LongAccount, DaysThatAreDroppedHaveNobody) {
  // Retention passes some days; who asks as of an earlier time still asks for them.
  model_.Seal(HourOf(kFirst + 31, 12) + absl::Hours(24 * 549));
  for (const std::int64_t days : {60, 80, 92}) {
    EXPECT_THAT(TablesFor(LastDays(days, kFirst + 70), false),
                testing::Not(testing::Contains("viewer_sets")));
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

// ---- immutability ----

/// Everything that a snapshot answers about a few days.
struct Answers {
  explicit Answers(const Snapshot& snapshot) {
    const absl::Time now = HourOf(kDay + 1, 12);
    const Query live = {.period = LastDays(4, kDay + 1), .include_saved = true, .real_time = true};
    const Query final_days = {.period = LastDays(8, kDay + 1), .split = Dimension::kDevice};
    for (const absl::Time when : {now, now + absl::Hours(96)}) {
      reports.push_back(snapshot.Run(live, when));
      reports.push_back(snapshot.Run(final_days, when));
      lists.push_back(snapshot.TopPins(live, {}, when));
      lists.push_back(snapshot.TopBoards(live, {}, when));
      overviews.push_back(snapshot.RunOverview(when));
    }
  }

  std::vector<absl::StatusOr<Report>> reports;
  std::vector<absl::StatusOr<TopList>> lists;
  std::vector<absl::StatusOr<Overview>> overviews;
};

void ExpectUnchanged(const Snapshot& snapshot, const Answers& before, const std::string& after) {
  const Answers now(snapshot);
  for (std::size_t i = 0; i < before.reports.size(); ++i) {
    ExpectSame(now.reports[i], before.reports[i], after);
  }
  for (std::size_t i = 0; i < before.lists.size(); ++i) {
    ExpectSame(now.lists[i], before.lists[i], after);
  }
  for (std::size_t i = 0; i < before.overviews.size(); ++i) {
    ExpectSame(now.overviews[i], before.overviews[i], after);
  }
}

TEST(SnapshotImmutability, NothingThatHappensToTheStoreChangesAnAnswer) {
  const absl::Time now = HourOf(kDay + 1, 12);
  auto store = std::make_unique<Store>();
  ASSERT_TRUE(store->PutPin(SamplePin(1)).ok());
  store->Append(Impressions(1, 100, kDay), now);
  store->Append(Impressions(101, 50, kDay - 1), now);
  store->Append(Impressions(151, 20, kDay - 5), now);
  store->Seal(now);
  const Snapshot snapshot = store->TakeSnapshot();
  const Answers before(snapshot);

  store->Append(Impressions(1'001, 1'000, kDay), now);
  ExpectUnchanged(snapshot, before, "append");
  ASSERT_TRUE(store->Withdraw(EventId(1)).ok());
  ASSERT_TRUE(store->Withdraw(EventId(101)).ok());
  ExpectUnchanged(snapshot, before, "withdrawal");
  Pin changed = SamplePin(1);
  changed.title = "changed";
  changed.board = BoardId(99);
  ASSERT_TRUE(store->PutPin(changed).ok());
  for (std::uint64_t id = 2; id < 100; ++id) ASSERT_TRUE(store->PutPin(SamplePin(id)).ok());
  ExpectUnchanged(snapshot, before, "Pins");
  store->Append(Impressions(2'101, 10, kDay), now);
  // A newer snapshot shares what it can with the older one.
  const Answers newer(store->TakeSnapshot());
  ExpectUnchanged(snapshot, before, "newer snapshot");
  store->Seal(FinalTime(kDay + 1));
  ExpectUnchanged(snapshot, before, "sealing");
  ExpectUnchanged(store->TakeSnapshot(), newer, "sealing, of what it sealed");
  store->Seal(HourOf(absl::CivilDay(2028, 12, 1), 0));
  ExpectUnchanged(snapshot, before, "retention");
  const Snapshot copy = snapshot;
  store.reset();
  ExpectUnchanged(copy, before, "the end of the store");
}

INSTANTIATE_TEST_SUITE_P(Shapes, AnySnapshot, testing::ValuesIn(kShapes),
                         [](const auto& shape) { return ShapeName(shape.param); });

}  // namespace
}  // namespace pinmetrics
