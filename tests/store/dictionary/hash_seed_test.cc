#include "store/dictionary/hash_seed.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"
#include "tests/store/random_account.h"
#include "tests/store/random_query.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {
namespace {

TEST(HashSeed, IsMadeOfAllThatIsDrawn) {
  std::uint64_t next = 0x01234567;
  EXPECT_EQ(HashSeedFrom([&next] { return next += 0x11111111; }), 0x1234567823456789);
}

TEST(HashSeed, IsAnotherOneEachTime) { EXPECT_NE(RandomHashSeed(), RandomHashSeed()); }

TEST(HashSeed, IsMadeWithoutRandomnessToo) {
  const auto fails = []() -> std::uint64_t { throw std::runtime_error("no randomness"); };
  EXPECT_NE(HashSeedFrom(fails), 0);
}

TEST(HashSeed, ShowsInNoAnswer) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  const absl::CivilDay first_day(2026, 11, 10);
  RandomAccount account({.first_day = first_day, .pins = 30}, dice);
  RandomQuery queries(account, dice);
  std::vector<std::unique_ptr<Store>> stores;
  for (const std::optional<std::uint64_t> hash_seed :
       std::vector<std::optional<std::uint64_t>>{0, dice.Bits(), std::nullopt}) {
    stores.push_back(std::make_unique<Store>(StoreOptions{.hash_seed = hash_seed}));
  }
  const auto ask = [&](absl::Time now) {
    std::vector<Snapshot> snapshots;
    for (const auto& store : stores) snapshots.push_back(store->TakeSnapshot());
    for (int i = 0; i < 150; ++i) {
      const Query query = queries.AnyQuery(first_day + 12);
      const Query of_list = queries.ForList(query);
      const Ranking ranking = queries.AnyRanking();
      const auto report = snapshots[0].Run(query, now);
      const auto pins = snapshots[0].TopPins(of_list, ranking, now);
      const auto boards = snapshots[0].TopBoards(of_list, ranking, now);
      for (const Snapshot& snapshot : snapshots) {
        ASSERT_TRUE(snapshot.Run(query, now) == report);
        ASSERT_TRUE(snapshot.TopPins(of_list, ranking, now) == pins);
        ASSERT_TRUE(snapshot.TopBoards(of_list, ranking, now) == boards);
      }
    }
  };

  std::vector<Pin> pins;
  for (const PinId id : account.pin_ids()) pins.push_back(account.AnyPin(id));
  const absl::Time now = HourOf(first_day + 12, 12);
  std::vector<Event> events;
  for (int i = 0; i < 2'000; ++i) events.push_back(account.AnyEvent(account.AnyDay(), now));
  for (const auto& store : stores) {
    for (const Pin& pin : pins) EXPECT_TRUE(store->PutPin(pin).ok());
    EXPECT_TRUE(store->Append(events, now).status.ok());
  }
  ask(now);
  const EventId taken_back = dice.OneOf(account.event_ids());
  const absl::Status status = stores[0]->Withdraw(taken_back);
  for (std::size_t i = 1; i < stores.size(); ++i) {
    EXPECT_EQ(stores[i]->Withdraw(taken_back), status);
  }
  for (const auto& store : stores) store->Seal(now);
  ask(now);
}

}  // namespace
}  // namespace pinmetrics
