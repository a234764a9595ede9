// Stores with random histories, moved to a server through a way that loses statements and answers:
// the reports stay as they are.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "examples/moving_to_a_cluster.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/store/store.h"
#include "tests/clickhouse/servers.h"
#include "tests/store/random_account.h"
#include "tests/store/random_query.h"
#include "tests/store/same_answer.h"

namespace pinmetrics {
namespace {

class MoveOnServers : public testing::TestWithParam<std::string> {};

std::uint64_t MovesToMake() {
  const char* const text = std::getenv("PINMETRICS_CLICKHOUSE_MOVES");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 2;
}

AccountTraits TraitsOf(Dice& dice) {
  const ZoneAndDay& odd = dice.OneOf(OddDays());
  AccountTraits traits;
  EXPECT_TRUE(absl::LoadTimeZone(odd.zone, &traits.time_zone));
  traits.days = 4 + dice.Between(0, 8);
  traits.first_day = odd.day - dice.Between(0, traits.days - 1);
  return traits;
}

class Move {
 public:
  Move(const TestTables& tables, std::uint64_t seed)
      : dice_(seed),
        losses_(seed + 1),
        traits_(TraitsOf(dice_)),
        account_(traits_, dice_),
        queries_(account_, dice_),
        store_({.reporting = {.time_zone = traits_.time_zone}}),
        now_(store_.calendar().Begin(traits_.first_day + traits_.days) + absl::Hours(3)),
        cluster_(Connect(tables)) {
    for (const PinId id : account_.pin_ids()) pins_.push_back(account_.AnyPin(id));
    EXPECT_TRUE(store_.PutPins(pins_).status.ok());
  }

  void Run() {
    for (int round = 0; round < 2; ++round) {
      Append();
      MoveAll();
      if (testing::Test::HasFailure()) return;
      Compare();
    }
    // What was not sealed is sealed on both sides, and moved no more.
    now_ += absl::Hours(24 * 3);
    EXPECT_TRUE(store_.Seal(now_).status.ok());
    const ClickHouseSealResult sealed = cluster_.Seal(now_);
    EXPECT_TRUE(sealed.status.ok()) << sealed.status;
    Compare();
  }

 private:
  ClickHouseEngine Connect(const TestTables& tables) {
    const Transport through = tables.servers.front();
    const Transport lossy =
        [this, through](const ClickHouseRequest& request) -> absl::StatusOr<std::string> {
      if (losses_left_ == 0 || !losses_.Percent(10)) return through(request);
      --losses_left_;
      if (losses_.Percent(50)) return absl::UnavailableError("lost on the way there");
      const absl::StatusOr<std::string> lost = through(request);
      if (!lost.ok()) return lost;
      return absl::UnavailableError("lost on the way back");
    };
    absl::StatusOr<ClickHouseEngine> engine =
        ClickHouseEngine::Connect(lossy, NewAccount(tables, store_.reporting()));
    EXPECT_TRUE(engine.ok()) << engine.status();
    return *std::move(engine);
  }

  void Append() {
    std::vector<Event> events;
    for (std::size_t i = dice_.Below(200); i > 0; --i) {
      events.push_back(account_.AnyEvent(account_.AnyDay(), now_));
    }
    EXPECT_TRUE(store_.Append(events, now_).status.ok());
    for (Pin& pin : pins_) {
      if (!dice_.Percent(30)) continue;
      pin = account_.Changed(pin);
      EXPECT_TRUE(store_.PutPin(pin).ok());
    }
    for (std::size_t i = dice_.Below(20); i > 0 && !account_.event_ids().empty(); --i) {
      // Of an event that is not there, or was withdrawn, nothing is taken back.
      store_.Withdraw(dice_.OneOf(account_.event_ids())).IgnoreError();
    }
    // Before the first move only: a day that moved open is sealed where it is then.
    if (has_moved_ || !dice_.Percent(60)) return;
    EXPECT_TRUE(store_.Seal(now_).status.ok());
  }

  /// As a host does it: again, until it went through.
  void MoveAll() {
    absl::Status status = absl::UnavailableError("not tried");
    // Few, since a move that is started again begins with the first day.
    losses_left_ = 3;
    for (int tries = 0; !status.ok() && tries < 10; ++tries) {
      status = MoveToCluster(store_.TakeRows(), cluster_, now_);
      stopped_ += status.ok() ? 0 : 1;
    }
    losses_left_ = 0;
    has_moved_ = true;
    EXPECT_TRUE(status.ok()) << status;
  }

  void Compare() {
    const Snapshot snapshot = store_.TakeSnapshot();
    for (int i = 0; i < 4; ++i) {
      Query query = queries_.AnyQuery(store_.Today(now_));
      ExpectSame(cluster_.Run(query, now_), snapshot.Run(query, now_), Describe(query));
      query = queries_.ForList(std::move(query));
      const Ranking ranking = queries_.AnyRanking();
      ExpectSame(cluster_.TopPins(query, ranking, now_), snapshot.TopPins(query, ranking, now_),
                 "top Pins " + Describe(query, ranking));
      ExpectSame(cluster_.TopBoards(query, ranking, now_), snapshot.TopBoards(query, ranking, now_),
                 "top boards " + Describe(query, ranking));
    }
    ExpectSame(cluster_.RunOverview(now_), snapshot.RunOverview(now_), "overview");
  }

 public:
  int stopped() const { return stopped_; }

 private:
  Dice dice_;
  Dice losses_;
  AccountTraits traits_;
  RandomAccount account_;
  RandomQuery queries_;
  Store store_;
  std::vector<Pin> pins_;
  absl::Time now_;
  int losses_left_ = 0;
  bool has_moved_ = false;
  int stopped_ = 0;
  ClickHouseEngine cluster_;
};

TEST_P(MoveOnServers, GivesTheReportsOfTheStore) {
  const TestTables& tables = TablesOf(GetParam());
  ASSERT_FALSE(HasFailure());
  const std::uint64_t first_seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << first_seed << "\n";
  const std::uint64_t moves = MovesToMake();
  int stopped = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + moves; ++seed) {
    Move move(tables, seed);
    move.Run();
    ASSERT_FALSE(HasFailure()) << "PINMETRICS_TEST_SEED=" << seed;
    stopped += move.stopped();
  }
  std::cout << moves << " stores moved to " << GetParam() << ", and stopped " << stopped
            << " times\n";
  EXPECT_GT(stopped, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, MoveOnServers, testing::ValuesIn(TestTableKinds()),
                         [](const auto& kind) { return kind.param; });
// Where the environment gives no server there is none to test on.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MoveOnServers);

}  // namespace
}  // namespace pinmetrics
