#include "store/kept_store.h"

#include <gmock/gmock.h>
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

  absl::Status KeepPins(std::uint32_t, std::span<const Pin>) override { return Answer(); }
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

/// Keeps the last round.
class KeepingJournal : public FailingJournal {
 public:
  absl::Status KeepRound(const SealedRound& round) override {
    for (const auto& [day, block] : round.blocks) contents.days.blocks.push_back(block);
    contents.viewers = round.viewers;
    contents.next_viewer = round.next_viewer;
    contents.sealed_through = round.sealed_through;
    return absl::OkStatus();
  }
  KeptContents contents;
};

TEST(KeptStore, TakesNoContentsThatDoNotFitTogether) {
  Pin first = SamplePin(1);
  first.board = BoardId(1);
  first.format = PinFormat::kStandard;
  Pin second = SamplePin(2);
  second.board = BoardId(2);
  second.format = PinFormat::kVideo;
  const auto journal = std::make_shared<KeepingJournal>();
  {
    absl::StatusOr<KeptStore> kept = KeptStore::Make({}, {});
    ASSERT_TRUE(kept.ok()) << kept.status();
    kept->Attach(journal);
    Store store = kept->Handle();
    ASSERT_TRUE(store.PutPins(std::vector<Pin>{first, second}).status.ok());
    std::vector<Event> events = Impressions(1, 3);
    events.back().pin = second.id;
    ASSERT_EQ(store.Append(events, HourOf(kDay, 20), "a").taken, 3);
    ASSERT_EQ(store.Seal(HourOf(kDay + 5, 0)).days_sealed, 1);
  }
  KeptContents good = std::move(journal->contents);
  good.pins = {first, second};
  const auto refusal = [](const KeptContents& contents) {
    return std::string(KeptStore::Make({}, contents).status().message());
  };
  ASSERT_EQ(refusal(good), "");

  constexpr char kUnknown[] =
      "the block of 2026-11-10 has numbers of Pins or viewers that are not known";
  KeptContents contents = good;
  contents.pins.pop_back();
  EXPECT_EQ(refusal(contents), kUnknown);
  contents = good;
  contents.pins.back().format = first.format;
  EXPECT_EQ(refusal(contents), kUnknown);
  contents = good;
  contents.pins.back().board = first.board;
  EXPECT_EQ(refusal(contents), kUnknown);
  contents = good;
  contents.viewers.clear();
  contents.next_viewer = 1;
  EXPECT_EQ(refusal(contents), kUnknown);

  contents = good;
  --contents.next_viewer;
  EXPECT_THAT(refusal(contents), testing::EndsWith("of another"));
  contents = good;
  contents.viewers.push_back(contents.viewers.front());
  EXPECT_THAT(refusal(contents), testing::EndsWith("of another"));
  contents = good;
  ASSERT_GE(contents.viewers.front().ids.size(), 2U);
  contents.viewers.front().ids[1] = contents.viewers.front().ids[0];
  EXPECT_THAT(refusal(contents), testing::EndsWith("has two numbers"));
  contents = good;
  contents.pins.back() = first;
  EXPECT_THAT(refusal(contents), testing::EndsWith("is just as the one before"));
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
