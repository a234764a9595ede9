#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/metrics/catalogue.h"
#include "tests/durable/edit_catalogue.h"
#include "tests/durable/memory_files.h"
#include "tests/store/random_account.h"
#include "tests/store/sample_events.h"

/// Sealing all accounts opens those that have something to seal; the others are as if it had.

namespace pinmetrics {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SealAllTest : public testing::Test {
 protected:
  void Open() {
    stores_.clear();
    directory_.reset();
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", {.segment_bytes = 4096, .files = files_.get()});
    ASSERT_TRUE(directory.ok()) << directory.status();
    directory_ = *std::move(directory);
  }

  Store& StoreOf(AccountKey account, const StoreOptions& options = {}) {
    const auto found = stores_.find(account);
    if (found != stores_.end()) return found->second;
    absl::StatusOr<Store> store = directory_->OpenStore(account, options);
    EXPECT_TRUE(store.ok()) << store.status();
    return stores_.emplace(account, store.ok() ? *std::move(store) : Store(options)).first->second;
  }

  static std::size_t Append(Store& store, absl::CivilDay day, std::uint64_t id, absl::Time now) {
    EXPECT_TRUE(store.PutPin(SamplePin(1)).ok());
    const Event event = Impression(id, day);
    const AppendResult result = store.Append({&event, 1}, now);
    EXPECT_TRUE(result.status.ok()) << result.status;
    return result.taken;
  }

  void SealAll(absl::Time now) {
    const SealAllResult result = directory_->SealAll(now);
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.accounts, directory_->Accounts().size());
  }

  std::unique_ptr<MemoryFiles> files_ = std::make_unique<MemoryFiles>();
  std::unique_ptr<StoreDirectory> directory_;
  std::map<AccountKey, Store> stores_;
};

TEST_F(SealAllTest, ReadsNothingOfAccountsWithoutAnythingToSeal) {
  Open();
  for (AccountKey account = 1; account <= 20; ++account)
    Append(StoreOf(account), kDay, 1, FinalTime(kDay));
  stores_.clear();
  SealAll(FinalTime(kDay));
  std::size_t parts = 0;
  files_->SetHook([&](MemoryFiles::Call call, const std::string& path) {
    if (call == MemoryFiles::Call::kRead && absl::EndsWith(path, ".pack")) ++parts;
    return absl::OkStatus();
  });
  SealAll(FinalTime(kDay + 1));
  EXPECT_EQ(parts, 0);
  // One account has something: its block, its Pins and its viewers are read.
  Append(StoreOf(7), kDay + 2, 2, FinalTime(kDay + 1));
  stores_.clear();
  parts = 0;
  SealAll(FinalTime(kDay + 2));
  EXPECT_GT(parts, 0);
  EXPECT_LE(parts, 12);
  files_->SetHook(nullptr);
}

TEST_F(SealAllTest, ClosesDaysOfAccountsThatItDoesNotOpen) {
  Open();
  ASSERT_EQ(Append(StoreOf(1), kDay, 1, FinalTime(kDay)), 1);
  SealAll(FinalTime(kDay));
  stores_.clear();
  SealAll(FinalTime(kDay + 5));
  for (const bool reopens : {false, true}) {
    if (reopens) Open();
    EXPECT_EQ(Append(StoreOf(1), kDay + 5, 2, FinalTime(kDay + 5)), 0) << reopens;
  }
  EXPECT_EQ(Append(StoreOf(1), kDay + 6, 3, FinalTime(kDay + 5)), 1);
  // One that comes later takes its history first, and keeps it open when it was sealed up to a day.
  EXPECT_EQ(Append(StoreOf(2), kDay, 1, FinalTime(kDay + 5)), 1);
  ASSERT_TRUE(StoreOf(2).Seal(FinalTime(kDay)).status.ok());
  Open();
  EXPECT_EQ(Append(StoreOf(2), kDay + 1, 2, FinalTime(kDay + 5)), 1);
  // A clock that goes back opens nothing again.
  stores_.clear();
  SealAll(FinalTime(kDay + 2));
  EXPECT_EQ(Append(StoreOf(1), kDay + 5, 4, FinalTime(kDay + 5)), 0);
  EXPECT_EQ(Append(StoreOf(2), kDay + 2, 4, FinalTime(kDay + 5)), 0);
  EXPECT_EQ(Append(StoreOf(2), kDay + 3, 5, FinalTime(kDay + 5)), 1);
}

/// What is live of it is not taken for sealed.
TEST_F(SealAllTest, LeavesOutAccountsThatItCannotSeal) {
  Open();
  for (const AccountKey account : {AccountKey{1}, AccountKey{2}}) {
    ASSERT_EQ(Append(StoreOf(account), kDay, 1, FinalTime(kDay)), 1);
  }
  SealAll(FinalTime(kDay));
  ASSERT_EQ(Append(StoreOf(1), kDay + 2, 2, FinalTime(kDay + 1)), 1);
  stores_.clear();
  // The packs cannot be read for a while.
  files_->SetHook([&](MemoryFiles::Call call, const std::string& path) {
    if (call != MemoryFiles::Call::kRead || !absl::EndsWith(path, ".pack")) return absl::OkStatus();
    return absl::UnavailableError("not now");
  });
  const SealAllResult result = directory_->SealAll(FinalTime(kDay + 3));
  EXPECT_TRUE(absl::IsUnavailable(result.status)) << result.status;
  EXPECT_EQ(result.accounts, 1);
  files_->SetHook(nullptr);
  Open();
  EXPECT_EQ(Append(StoreOf(1), kDay + 3, 3, FinalTime(kDay + 3)), 1);
  EXPECT_TRUE(StoreOf(1).Withdraw(EventId(2)).ok());
  EXPECT_EQ(Append(StoreOf(2), kDay + 3, 3, FinalTime(kDay + 3)), 0);
  stores_.clear();
  SealAll(FinalTime(kDay + 3));
  EXPECT_EQ(Append(StoreOf(1), kDay + 3, 4, FinalTime(kDay + 3)), 0);
}

/// A damaged row of a part or of a key costs its account, and keeps nobody else from being sealed.
TEST_F(SealAllTest, WorksOnWhereARowOfOneAccountIsDamaged) {
  for (const char* const sql : {"UPDATE parts SET offset = offset + 1 WHERE account = 1",
                                "DELETE FROM parts WHERE account = 1 AND kind = 1",
                                "UPDATE keys SET time = time + 1 WHERE account = 1"}) {
    SCOPED_TRACE(sql);
    stores_.clear();
    directory_.reset();
    files_ = std::make_unique<MemoryFiles>();
    Open();
    for (const AccountKey account : {AccountKey{1}, AccountKey{2}}) {
      Store& store = StoreOf(account);
      ASSERT_TRUE(store.PutPin(SamplePin(1)).ok());
      ASSERT_EQ(store.Append(Impressions(1, 2), FinalTime(kDay), "key").taken, 2);
    }
    SealAll(FinalTime(kDay));
    stores_.clear();
    directory_.reset();
    ASSERT_GT(EditCatalogue(*files_, "/kept/catalog.db", sql), 0);
    Open();
    const absl::Status refused = directory_->OpenKeptStore(1).status();
    EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
    EXPECT_THAT(refused.message(), HasSubstr("account 1"));
    EXPECT_EQ(ImpressionsOn(StoreOf(2).TakeSnapshot(), kDay), 2);
    ASSERT_EQ(Append(StoreOf(2), kDay + 3, 7, HourOf(kDay + 4, 0)), 1);
    const SealAllResult sealed = directory_->SealAll(FinalTime(kDay + 3));
    EXPECT_EQ(sealed.events_sealed, 1);
  }
}

/// Days past retention go from accounts that nobody has opened since, and space comes back.
TEST_F(SealAllTest, DropsDaysOfAccountsThatNobodyOpens) {
  Open();
  for (AccountKey account = 1; account <= 5; ++account) {
    ASSERT_EQ(Append(StoreOf(account), kDay, 1, FinalTime(kDay)), 1);
  }
  stores_.clear();
  SealAll(FinalTime(kDay));
  const std::uint64_t before = directory_->Stats().live_pack_bytes;
  const SealAllResult kept = directory_->SealAll(FinalTime(kDay + 500));
  EXPECT_EQ(kept.days_dropped, 0);
  const SealAllResult dropped = directory_->SealAll(FinalTime(kDay + 600));
  EXPECT_TRUE(dropped.status.ok()) << dropped.status;
  EXPECT_EQ(dropped.days_dropped, 5);
  EXPECT_LT(directory_->Stats().live_pack_bytes, before / 2);
  EXPECT_EQ(directory_->SealAll(FinalTime(kDay + 601)).days_dropped, 0);
}

/// A folder whose stores are closed, and stores in memory, all of which are sealed each time.
TEST_F(SealAllTest, IsAsIfAllHadBeenOpen) {
  const std::uint64_t seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
  Dice dice(seed);
  constexpr AccountKey kAccounts = 6;
  for (int round = 0; round < 12; ++round) {
    stores_.clear();
    directory_.reset();
    files_ = std::make_unique<MemoryFiles>();
    Open();
    std::map<AccountKey, Store> plain;
    std::map<AccountKey, StoreOptions> options;
    absl::CivilDay today = kDay;
    std::uint64_t next_id = 1;
    for (int step = 0; step < 120; ++step) {
      const absl::Time now = HourOf(today, 20);
      const AccountKey account = 1 + dice.Below(kAccounts);
      const std::size_t what = dice.Below(100);
      if (what < 45) {
        if (!options.contains(account)) {
          StoreOptions& of_account = options[account];
          if (dice.Percent(50)) of_account.late_events = LateEvents::kAccept;
          const char* const zone = dice.Percent(50) ? "Pacific/Kiritimati" : "America/Los_Angeles";
          ASSERT_TRUE(absl::LoadTimeZone(zone, &of_account.reporting.time_zone));
          plain.emplace(account, Store(of_account));
        }
        std::vector<Event> events;
        for (std::size_t i = 0; i <= dice.Below(4); ++i) {
          events.push_back(Impression(next_id++, today - dice.Between(0, 9)));
          events.back().viewer = ViewerId(1 + dice.Below(9));
        }
        const std::string key = dice.Percent(50) ? "" : "key " + std::to_string(dice.Below(4));
        AppendResult results[2];
        Store* const stores[2] = {&plain.at(account), &StoreOf(account, options[account])};
        for (std::size_t i = 0; i < 2; ++i) {
          ASSERT_TRUE(stores[i]->PutPin(SamplePin(1)).ok());
          results[i] = stores[i]->Append(events, now, key);
          ASSERT_TRUE(results[i].status.ok()) << results[i].status;
        }
        ASSERT_EQ(results[0].taken, results[1].taken) << "PINMETRICS_TEST_SEED=" << seed;
        ASSERT_EQ(results[0].repeated_batch, results[1].repeated_batch);
        ASSERT_EQ(results[0].refused.size(), results[1].refused.size());
      } else if (what < 60) {
        stores_.erase(account);
      } else if (what < 65 && plain.contains(account)) {
        ASSERT_EQ(plain.at(account).Seal(now).days_sealed,
                  StoreOf(account, options[account]).Seal(now).days_sealed);
      } else if (what < 70) {
        stores_.clear();
        directory_.reset();
        if (dice.Percent(50)) {
          std::mt19937_64 random(dice.Bits());
          files_ = files_->CutPower(random, static_cast<unsigned>(dice.Below(257)));
        }
        Open();
      } else if (what < 85) {
        std::size_t sealed = 0;
        std::size_t dropped = 0;
        for (auto& [key, store] : plain) {
          const SealResult result = store.Seal(now);
          sealed += result.events_sealed;
          dropped += result.days_dropped;
        }
        const SealAllResult result = directory_->SealAll(now);
        ASSERT_TRUE(result.status.ok()) << result.status;
        ASSERT_EQ(result.accounts, plain.size());
        ASSERT_EQ(result.events_sealed, sealed);
        ASSERT_EQ(result.days_dropped, dropped);
      } else {
        today += dice.Percent(10) ? dice.Between(1, 300) : dice.Between(1, 6);
      }
    }
    const absl::Time now = HourOf(today, 20);
    for (auto& [account, store] : plain) {
      for (const bool real_time : {false, true}) {
        Query query = {
            .period = LastDays(90, today), .include_saved = true, .real_time = real_time};
        const absl::StatusOr<Report> expected = store.TakeSnapshot().Run(query, now);
        const absl::StatusOr<Report> kept =
            StoreOf(account, options[account]).TakeSnapshot().Run(query, now);
        ASSERT_TRUE(expected.ok()) << expected.status();
        ASSERT_TRUE(kept.ok()) << kept.status();
        ASSERT_EQ(ToCsv(*kept), ToCsv(*expected)) << "PINMETRICS_TEST_SEED=" << seed;
      }
    }
    EXPECT_THAT(directory_->Verify()->damage, IsEmpty());
  }
}

}  // namespace
}  // namespace pinmetrics
