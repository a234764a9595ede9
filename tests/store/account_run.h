#ifndef PINMETRICS_TESTS_STORE_ACCOUNT_RUN_H_
#define PINMETRICS_TESTS_STORE_ACCOUNT_RUN_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"
#include "tests/store/handed_out.h"
#include "tests/store/modelled_store.h"
#include "tests/store/random_account.h"
#include "tests/store/random_query.h"
#include "tests/store/same_answer.h"

/// Stores with random histories, and random questions to them: what `Evaluate` answers, to the last
/// bit.

namespace pinmetrics {

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
inline constexpr std::array kShapes = {
    Shape::kAllLive,          Shape::kAllSealed, Shape::kMixed,        Shape::kSealedInSteps,
    Shape::kOneEventPerBatch, Shape::kOneBatch,  Shape::kLateAccepted,
};

inline std::string ShapeName(Shape shape) {
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

/// Where the store of a run is kept.
class StoreHome {
 public:
  StoreHome() = default;
  StoreHome(const StoreHome&) = delete;
  StoreHome& operator=(const StoreHome&) = delete;
  virtual ~StoreHome() = default;

  virtual Store Make(const StoreOptions& options) { return Store(options); }
  /// Between two steps of the history: may put another store in the place of `store`, which should
  /// be just as that one was.
  virtual Store BetweenSteps(Store store, Dice& /*dice*/) { return store; }
};

/// One account's history, with questions all along.
class AccountRun {
 public:
  AccountRun(Shape shape, std::uint64_t seed, StoreHome& home, Reached& reached)
      : shape_(shape),
        dice_(seed),
        is_large_(seed % 8 == 0),
        traits_(MakeTraits()),
        account_(traits_, dice_),
        queries_(account_, dice_),
        home_(home),
        model_(MakeModel()),
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
      GoOn();
      AppendSome(today, events_ / steps);
      if (dice_.Percent(70)) WithdrawSome();
      GoOn();
      if (InSteps() && dice_.Percent(60)) model_.Seal(now_);
      GoOn();
      if (step < steps) Ask(4);
      if (testing::Test::HasFailure()) return;
    }
    // What is final can be asked for people, live or sealed.
    if (shape_ == Shape::kAllSealed || (shape_ == Shape::kAllLive && dice_.Percent(50))) {
      now_ += absl::Hours(24 * 4);
    }
    if (shape_ == Shape::kAllSealed) {
      model_.Seal(now_);
    } else if (shape_ == Shape::kMixed || (shape_ != Shape::kAllLive && dice_.Percent(50))) {
      model_.Seal(now_);
    }
    GoOn();
    Ask(is_large_ ? 25 : 40);
    if (dice_.Percent(30)) GrowOld();
    for (const KeptAnswer& kept : kept_) {
      ExpectSame(kept.snapshot.Run(kept.query, kept.now), kept.report, "again");
      ExpectSame(kept.snapshot.TopPins(kept.query, {}, kept.now), kept.list, "again");
    }
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
      if (dice_.Percent(30)) {  // A plain one, for which all tables are worth their bytes.
        events_ = 12'000;
        traits.combos = 6;
        traits.pins = 30;
        traits.few_classes = true;
      }
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

  ModelledStore MakeModel() {
    const StoreOptions options = MakeOptions();
    return {options, home_.Make(options)};
  }

  void GoOn() {
    model_.Reopen([this](Store store) { return home_.BetweenSteps(std::move(store), dice_); });
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
    if (dice_.Percent(10)) GoOn();
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
    GoOn();
    Ask(3);
    AppendSome(model_.calendar().DayOf(now_), 10);
    GoOn();
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
    if (dice_.Percent(30)) AskOfHandedOut();
    if (!dice_.Percent(30)) return;
    Query query = queries_.AnyQuery(model_.calendar().DayOf(now_));
    absl::StatusOr<Report> report = snapshot.Run(query, now_);
    absl::StatusOr<TopList> list = snapshot.TopPins(query, {}, now_);
    kept_.push_back({snapshot, std::move(query), now_, std::move(report), std::move(list)});
  }

  /// What the store hands out event by event counts as what it holds.
  void AskOfHandedOut() {
    const HandedOut rows(model_.store().TakeRows());
    const Evaluation handed_out = rows.Evaluate();
    const DatedEvaluation expected = model_.Expected(now_);
    const Query query = queries_.AnyQuery(model_.calendar().DayOf(now_));
    ExpectSame(handed_out.Run(query, now_), expected.Run(query), "handed out: " + Describe(query));
    const Query for_list = queries_.ForList(query);
    ExpectSame(handed_out.TopPins(for_list, {}, now_), expected.TopPins(for_list), "handed out");
    ExpectSame(handed_out.TopBoards(for_list, {}, now_), expected.TopBoards(for_list),
               "handed out");
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
      NoteTables(snapshot.Explain(query, now), report.status());
    } else if (kind < 92) {
      query = queries_.ForList(std::move(query));
      const Ranking ranking = queries_.AnyRanking();
      const std::string question = Describe(query, ranking);
      if (kind < 78) {
        const absl::StatusOr<TopList> list = snapshot.TopPins(query, ranking, now);
        ExpectSame(list, expected.TopPins(query, ranking), "top Pins " + question);
        Note(list.status());
        NoteTables(snapshot.ExplainTopPins(query, ranking, now), list.status());
        if (model_.all_sealed() && ranking.by.counters() && ranking.limit <= model_.pins() / 8) {
          ++reached_.bounded_lists;
        }
      } else {
        const absl::StatusOr<TopList> list = snapshot.TopBoards(query, ranking, now);
        ExpectSame(list, expected.TopBoards(query, ranking), "top boards " + question);
        Note(list.status());
        NoteTables(snapshot.ExplainTopBoards(query, ranking, now), list.status());
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

  void NoteTables(const absl::StatusOr<QueryPlan>& plan, const absl::Status& of_answer) {
    EXPECT_EQ(plan.status(), of_answer);
    if (!plan.ok()) return;
    for (const QueryPlan::Read& read : plan->reads) reached_.tables.insert(read.table);
  }

  Shape shape_;
  Dice dice_;
  bool is_large_;
  std::size_t events_ = 0;
  AccountTraits traits_;
  RandomAccount account_;
  RandomQuery queries_;
  StoreHome& home_;
  ModelledStore model_;
  Reached& reached_;
  absl::Time now_ = absl::UnixEpoch();
  std::vector<KeptAnswer> kept_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_ACCOUNT_RUN_H_
