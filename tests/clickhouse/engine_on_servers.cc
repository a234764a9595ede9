#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/clickhouse/modelled_engine.h"
#include "tests/clickhouse/servers.h"
#include "tests/store/random_account.h"
#include "tests/store/random_query.h"
#include "tests/store/same_answer.h"

namespace pinmetrics {
namespace {

std::size_t CountOf(const char* variable, std::size_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::size_t QuestionsToAsk() { return CountOf("PINMETRICS_CLICKHOUSE_QUESTIONS", 1'000); }
/// At the end of a history, and a seventh of them after each of its steps.
std::size_t QuestionsOfHistory() { return CountOf("PINMETRICS_CLICKHOUSE_OF_HISTORY", 20); }
std::size_t KillsToMake() { return CountOf("PINMETRICS_CLICKHOUSE_KILLS", 3); }

/// Loses statements or their answers, now and then.
struct Losses {
  Transport through;
  Dice dice;
  std::size_t percent = 0;
  /// Servers to kill in mid-statement, and to start again.
  std::size_t kills_left = 0;

  absl::StatusOr<std::string> Send(const ClickHouseRequest& request) {
    if (percent > 0 && kills_left > 0 && dice.Percent(20)) return SendToKilled(request);
    if (!dice.Percent(percent)) return through(request);
    if (dice.Percent(50)) return absl::UnavailableError("lost on the way there");
    const absl::StatusOr<std::string> lost = through(request);
    if (!lost.ok()) return lost;
    return absl::UnavailableError("lost on the way back");
  }

  absl::StatusOr<std::string> SendToKilled(const ClickHouseRequest& request) {
    --kills_left;
    const int server = dice.Percent(50) ? 1 : 2;
    std::thread killer([server, after = std::chrono::microseconds(dice.Below(15'000))] {
      std::this_thread::sleep_for(after);
      KillServer(server);
    });
    absl::StatusOr<std::string> answer = through(request);
    killer.join();
    StartServer(server);
    return answer;
  }
};

/// One account's history, with questions all along.
class EngineRun {
 public:
  EngineRun(const TestTables& tables, std::uint64_t seed, std::size_t kills = 0)
      : dice_(seed),
        traits_(MakeTraits()),
        account_(traits_, dice_),
        queries_(account_, dice_),
        losses_{tables.servers.front(), Dice(seed + 1),
                kills > 0 || seed % 3 == 0 ? std::size_t{4} : 0, kills},
        model_(Connect(tables)) {}

  std::size_t questions() const { return questions_; }
  std::size_t answers() const { return answers_; }
  std::size_t failures() const { return model_.failures(); }
  std::string zone() const { return traits_.time_zone.name(); }
  std::size_t kills_left() const { return losses_.kills_left; }

  void Run() {
    const std::size_t steps = 1 + dice_.Below(5);
    now_ = model_.calendar().Begin(traits_.first_day);
    for (const PinId id : account_.pin_ids()) {
      if (!dice_.Percent(5)) model_.PutPin(account_.AnyPin(id), now_);
    }
    for (std::size_t step = 1; step <= steps; ++step) {
      const absl::CivilDay today = traits_.first_day + traits_.days *
                                                           static_cast<std::int64_t>(step) /
                                                           static_cast<std::int64_t>(steps);
      now_ = std::max(now_, model_.calendar().Begin(today) + absl::Minutes(dice_.Below(60 * 30)));
      AppendSome(today, steps);
      if (dice_.Percent(70)) WithdrawSome();
      if (dice_.Percent(50)) model_.Seal(now_);
      if (step < steps) Ask(1 + QuestionsOfHistory() / 7);
      if (testing::Test::HasFailure()) return;
    }
    if (dice_.Percent(30)) now_ += absl::Hours(24 * 4);
    if (dice_.Percent(50)) model_.Seal(now_);
    Ask(QuestionsOfHistory());
  }

 private:
  AccountTraits MakeTraits() {
    const ZoneAndDay& odd = dice_.OneOf(OddDays());
    AccountTraits traits;
    EXPECT_TRUE(absl::LoadTimeZone(odd.zone, &traits.time_zone));
    traits.days = dice_.OneOf(std::vector<std::int64_t>{3, 6, 10, 40, 70, 120});
    traits.first_day = odd.day - dice_.Between(0, traits.days - 1);
    traits.pins = 1 + dice_.Below(12);
    traits.boards = 1 + dice_.Below(4);
    traits.viewers = 1 + dice_.Below(60);
    events_ = 20 + dice_.Below(400);
    return traits;
  }

  ModelledEngine Connect(const TestTables& tables) {
    ReportingOptions reporting{.time_zone = traits_.time_zone};
    if (dice_.Percent(30)) {
      reporting.business_created = traits_.first_day + dice_.Between(-35, traits_.days);
    }
    ClickHouseOptions options = NewAccount(tables, reporting);
    options.generation_seed = dice_.Bits();
    const std::size_t percent = std::exchange(losses_.percent, 0);
    absl::StatusOr<ClickHouseEngine> engine = ClickHouseEngine::Connect(
        [this](const ClickHouseRequest& request) { return losses_.Send(request); }, options);
    losses_.percent = percent;
    EXPECT_TRUE(engine.ok()) << engine.status();
    return ModelledEngine(*std::move(engine));
  }

  void AppendSome(absl::CivilDay today, std::size_t steps) {
    std::vector<Event> batch;
    const std::size_t count = events_ / steps;
    const std::size_t batch_size = 1 + count / (1 + dice_.Below(3));
    for (std::size_t i = 0; i < count; ++i) {
      absl::CivilDay day = account_.AnyDay();
      if (steps > 1) day = std::max(traits_.first_day, today - dice_.Between(0, 4));
      if (dice_.Percent(2)) day = today - dice_.Between(500, 600);
      batch.push_back(AnyEvent(day));
      if (batch.size() < batch_size && i + 1 < count) continue;
      const std::string key = "batch " + std::to_string(++batches_);
      model_.Append(batch, now_, key);
      if (dice_.Percent(30)) {
        // The same, or another under its key.
        if (dice_.Percent(30)) batch.resize(1 + dice_.Below(batch.size()), batch.front());
        if (dice_.Percent(30)) batch.front() = AnyEvent(day);
        model_.Append(batch, now_, key);
      }
      batch.clear();
      if (dice_.Percent(40) && model_.pins() > 0) {
        model_.PutPin(account_.Changed(model_.PinAt(dice_.Below(model_.pins()))), now_);
      }
    }
  }

  /// With the viewer and the time that an event came with first, should it come again.
  Event AnyEvent(absl::CivilDay day) {
    Event event = account_.AnyEvent(day, now_);
    if (event.id == EventId()) return event;
    const auto [first, is_new] = first_.try_emplace(event.id, event);
    if (is_new) return event;
    event.viewer = first->second.viewer;
    event.time = first->second.time;
    return event;
  }

  void WithdrawSome() {
    if (account_.event_ids().empty()) return;
    std::vector<EventId> ids(dice_.Below(30), EventId(dice_.Bits()));
    for (EventId& id : ids) {
      if (!dice_.Percent(5)) id = dice_.OneOf(account_.event_ids());
    }
    if (dice_.Percent(10)) ids.push_back(EventId());
    model_.Withdraw(ids);
  }

  void Ask(std::size_t count) {
    const std::size_t percent = std::exchange(losses_.percent, 0);
    for (std::size_t i = 0; i < count && !testing::Test::HasFailure(); ++i) {
      AskOne(dice_.Percent(30) ? now_ + absl::Hours(dice_.Between(-80, 80)) : now_);
    }
    losses_.percent = percent;
  }

  void AskOne(absl::Time now) {
    const DatedEvaluation expected = model_.Expected(now);
    const ClickHouseEngine& engine = model_.engine();
    Query query = queries_.AnyQuery(model_.calendar().DayOf(now));
    ++questions_;
    const std::size_t kind = dice_.Below(100);
    if (kind < 60) {
      const absl::StatusOr<Report> report = engine.Run(query, now);
      ExpectSame(report, expected.Run(query), Describe(query));
      answers_ += report.ok();
      return;
    }
    if (kind < 92) {
      query = queries_.ForList(std::move(query));
      const Ranking ranking = queries_.AnyRanking();
      const std::string question = Describe(query, ranking);
      const absl::StatusOr<TopList> list =
          kind < 78 ? engine.TopPins(query, ranking, now) : engine.TopBoards(query, ranking, now);
      ExpectSame(list,
                 kind < 78 ? expected.TopPins(query, ranking) : expected.TopBoards(query, ranking),
                 (kind < 78 ? "top Pins " : "top boards ") + question);
      answers_ += list.ok();
      return;
    }
    query.split.reset();
    const absl::StatusOr<Overview> overview = engine.RunOverview(query, now);
    ExpectSame(overview, expected.RunOverview(query), "overview " + Describe(query));
    answers_ += overview.ok();
  }

  Dice dice_;
  std::size_t events_ = 0;
  AccountTraits traits_;
  RandomAccount account_;
  RandomQuery queries_;
  Losses losses_;
  ModelledEngine model_;
  absl::Time now_ = absl::UnixEpoch();
  std::map<EventId, Event> first_;
  std::size_t batches_ = 0;
  std::size_t questions_ = 0;
  std::size_t answers_ = 0;
};

class OnServers : public testing::TestWithParam<std::string> {};

TEST_P(OnServers, AnswersAsEvaluateDoes) {
  const TestTables& tables = TablesOf(GetParam());
  ASSERT_FALSE(HasFailure());
  std::size_t questions = 0;
  std::size_t answers = 0;
  std::size_t histories = 0;
  std::size_t failures = 0;
  std::set<std::string> zones;
  const std::uint64_t first_seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << first_seed << "\n";
  for (std::uint64_t seed = first_seed; questions < QuestionsToAsk(); ++seed) {
    EngineRun run(tables, seed);
    zones.insert(run.zone());
    if (!HasFailure()) run.Run();
    ASSERT_FALSE(HasFailure()) << "PINMETRICS_TEST_SEED=" << seed;
    questions += run.questions();
    answers += run.answers();
    failures += run.failures();
    ++histories;
  }
  std::cout << histories << " histories in " << zones.size() << " time zones with " << failures
            << " calls that failed, " << questions << " questions, " << answers
            << " of them answered, 0 different\n";
  EXPECT_GT(answers, questions / 2);
}

class OnKilledServers : public testing::TestWithParam<std::string> {};

TEST_P(OnKilledServers, AnswersAsEvaluateDoes) {
  const TestTables& tables = TablesOf(GetParam());
  ASSERT_FALSE(HasFailure());
  std::size_t questions = 0;
  std::size_t histories = 0;
  std::size_t failures = 0;
  std::size_t kills = 0;
  const std::uint64_t first_seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << first_seed << "\n";
  for (std::uint64_t seed = first_seed; kills < KillsToMake(); ++seed) {
    const std::size_t planned = std::min<std::size_t>(2, KillsToMake() - kills);
    EngineRun run(tables, seed, planned);
    if (!HasFailure()) run.Run();
    ASSERT_FALSE(HasFailure()) << "PINMETRICS_TEST_SEED=" << seed;
    questions += run.questions();
    failures += run.failures();
    kills += planned - run.kills_left();
    ++histories;
  }
  std::cout << kills << " servers killed in mid-statement and started again in " << histories
            << " histories with " << failures << " calls that failed, " << questions
            << " questions, 0 different\n";
}

std::vector<std::string> KindsToKill() {
  const std::vector<std::string> kinds = TestTableKinds();
  const bool can =
      CanEndServers() && std::find(kinds.begin(), kinds.end(), "Cluster") != kinds.end();
  return can ? std::vector<std::string>{"Cluster"} : std::vector<std::string>();
}

INSTANTIATE_TEST_SUITE_P(Kinds, OnKilledServers, testing::ValuesIn(KindsToKill()),
                         [](const auto& kind) { return kind.param; });
// Where no servers can be ended, none is.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OnKilledServers);

INSTANTIATE_TEST_SUITE_P(Kinds, OnServers, testing::ValuesIn(TestTableKinds()),
                         [](const auto& kind) { return kind.param; });

}  // namespace
}  // namespace pinmetrics
