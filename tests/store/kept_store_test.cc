#include "store/kept_store.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {
namespace {

/// Keeps nothing, and fails as it is told.
class FailingJournal : public Journal {
 public:
  enum class Fails { kNot, kByStatus, kForMemory };

  absl::Status KeepPin(std::uint32_t, const Pin&) override { return Answer(); }
  absl::Status Sync() override { return Answer(); }
  absl::Status KeepEvents(std::span<const KeptBatch>) override { return Answer(); }
  absl::Status KeepWithdrawals(std::span<const KeptWithdrawal>) override { return Answer(); }
  std::uint64_t last_record() const override { return 0; }
  absl::StatusOr<std::uint32_t> next_viewer() const override {
    absl::Status status = fails_before_rounds ? Answer() : absl::OkStatus();
    if (!status.ok()) return status;
    return 1;
  }
  absl::Status KeepRound(const SealedRound&) override { return Answer(); }
  std::vector<std::shared_ptr<const PackedBlock>> BlocksAsKept(const SealedRound&) override {
    return {};
  }

  Fails fails = Fails::kNot;
  bool fails_before_rounds = false;

 private:
  absl::Status Answer() const {
    if (fails == Fails::kForMemory) throw std::bad_alloc();
    return fails == Fails::kNot ? absl::OkStatus() : absl::UnavailableError("the disk is gone");
  }
};

class KeptStoreTest : public testing::TestWithParam<FailingJournal::Fails> {
 protected:
  KeptStore MakeStore() {
    absl::StatusOr<KeptStore> kept = KeptStore::Make({}, {});
    EXPECT_TRUE(kept.ok()) << kept.status();
    kept->Attach(journal_);
    return *std::move(kept);
  }

  /// Calls `call` while the journal fails; true if it failed as it should.
  template <typename Call>
  bool Fails(Call call) {
    journal_->fails = GetParam();
    bool failed = false;
    try {
      failed = absl::IsUnavailable(call());
    } catch (const std::bad_alloc&) {
      failed = GetParam() == FailingJournal::Fails::kForMemory;
    }
    journal_->fails = FailingJournal::Fails::kNot;
    return failed;
  }

  static void Fill(Store& store) {
    ASSERT_TRUE(store.PutPin(SamplePin(1)).ok());
    ASSERT_EQ(store.Append(Impressions(1, 3), HourOf(kDay, 20), "a").taken, 3);
  }

  const std::shared_ptr<FailingJournal> journal_ = std::make_shared<FailingJournal>();
};

TEST_P(KeptStoreTest, TakesNothingThatIsNotKept) {
  Store store = MakeStore().Handle();
  Fill(store);
  EXPECT_TRUE(Fails([&] { return store.PutPin(SamplePin(2)); }));
  EXPECT_TRUE(Fails([&] { return store.Append(Impressions(4, 2), HourOf(kDay, 20), "b").status; }));
  EXPECT_TRUE(Fails([&] { return store.Withdraw(EventId(1)); }));
  EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), kDay), 3);
  // And all of it when it is called again.
  EXPECT_EQ(store.Append(Impressions(4, 2), HourOf(kDay, 20), "b").taken, 2);
  EXPECT_TRUE(store.Withdraw(EventId(1)).ok());
  EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), kDay), 4);
}

TEST_P(KeptStoreTest, OpensDaysAgainThatWereNotKept) {
  Store store = MakeStore().Handle();
  Fill(store);
  EXPECT_TRUE(Fails([&] { return store.Seal(FinalTime(kDay)).status; }));
  EXPECT_EQ(store.Append(Impressions(4, 2), HourOf(kDay, 20), "b").taken, 2);
  EXPECT_TRUE(store.Withdraw(EventId(1)).ok());
  EXPECT_EQ(store.Seal(FinalTime(kDay)).events_sealed, 4);
  EXPECT_EQ(store.Append(Impressions(9, 1), HourOf(kDay, 20)).refused.size(), 1);
}

TEST_P(KeptStoreTest, OpensDaysAgainThatHadNothingToSeal) {
  for (const bool before_rounds : {false, true}) {
    SCOPED_TRACE(before_rounds);
    Store store = MakeStore().Handle();
    ASSERT_TRUE(store.PutPin(SamplePin(1)).ok());
    journal_->fails_before_rounds = before_rounds;
    EXPECT_TRUE(Fails([&] { return store.Seal(FinalTime(kDay)).status; }));
    EXPECT_EQ(store.Append(Impressions(1, 2), HourOf(kDay, 20), "a").taken, 2);
    EXPECT_EQ(store.Seal(FinalTime(kDay)).events_sealed, 2);
  }
}

TEST_P(KeptStoreTest, OpensTheDaysOfAllThatWereToBeSealedTogether) {
  const std::vector<KeptStore> kept = {MakeStore(), MakeStore()};
  std::array<Store, 2> stores = {kept[0].Handle(), kept[1].Handle()};
  for (Store& store : stores) Fill(store);
  const auto seal = [&] {
    std::vector<SealResult> results = KeptStore::SealTogether(
        kept, FinalTime(kDay), [&](std::span<const SealedRound* const> rounds) {
          return rounds.front()->journal->KeepRound(*rounds.front());
        });
    EXPECT_EQ(results[0].status, results[1].status);
    return results;
  };
  EXPECT_TRUE(Fails([&] { return seal()[0].status; }));
  for (Store& store : stores) {
    EXPECT_EQ(store.Append(Impressions(4, 2), HourOf(kDay, 20)).taken, 2);
  }
  for (const SealResult& result : seal()) EXPECT_EQ(result.events_sealed, 5);
}

INSTANTIATE_TEST_SUITE_P(Journals, KeptStoreTest,
                         testing::Values(FailingJournal::Fails::kByStatus,
                                         FailingJournal::Fails::kForMemory),
                         [](const auto& fails) {
                           return fails.param == FailingJournal::Fails::kByStatus ? "Status"
                                                                                  : "Memory";
                         });

}  // namespace
}  // namespace pinmetrics
