#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/durable/store_directory.h"
#include "tests/store/failing_allocations.h"
#include "tests/store/sample_events.h"

/// Memory that runs out while a store is kept: what was not acknowledged can be sent again and
/// counts once, here and when the folder is opened again.

namespace pinmetrics {
namespace {

namespace fs = std::filesystem;

class DirectoryOutOfMemory : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    path_ = fs::path(testing::TempDir()) / ("pinmetrics_directory_memory_" + name);
    fs::remove_all(path_);
    Open();
    ASSERT_TRUE(store_.PutPin(SamplePin(1)).ok());
  }
  void TearDown() override {
    store_ = Store();
    directory_.reset();
    fs::remove_all(path_);
  }

  void Open() {
    store_ = Store();
    directory_.reset();
    // Small segments, so that some are begun and removed.
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open(path_, {.segment_bytes = 2048});
    ASSERT_TRUE(directory.ok()) << directory.status();
    directory_ = *std::move(directory);
    absl::StatusOr<Store> store = directory_->OpenStore(1, {});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  void ExpectImpressions(std::size_t count, absl::CivilDay day = kDay) {
    EXPECT_EQ(ImpressionsOn(store_.TakeSnapshot(), day), static_cast<double>(count));
  }

  fs::path path_;
  std::unique_ptr<StoreDirectory> directory_;
  Store store_;
};

TEST_F(DirectoryOutOfMemory, BatchesCountOnce) {
  std::size_t batches = 0;
  FailEachAllocation([&](FailingAllocation& failing) {
    // Events without ids are told apart by nothing but the key of their batch.
    std::vector<Event> events = Impressions(1, 5);
    for (Event& event : events) event.id = EventId();
    const std::string key = "a batch with a key that is no short text " + std::to_string(batches);
    AppendResult result;
    const auto append = [&] { result = store_.Append(events, HourOf(kDay, 20), key); };
    if (!failing(append) || !result.status.ok()) {
      ExpectImpressions(batches * events.size());
      append();
    }
    ASSERT_EQ(result.taken, events.size()) << result.status;
    ++batches;
    ExpectImpressions(batches * events.size());
  });
  Open();
  ExpectImpressions(batches * 5);
}

TEST_F(DirectoryOutOfMemory, DaysAreSealedOnce) {
  // Of an account that is gone each time: what a sealing allocates grows with what there is.
  constexpr AccountKey kAccount = 2;
  FailEachAllocation([&](FailingAllocation& failing) {
    const auto open = [&] {
      absl::StatusOr<Store> store = directory_->OpenStore(kAccount, {});
      EXPECT_TRUE(store.ok()) << store.status();
      return store.ok() ? *std::move(store) : Store();
    };
    store_ = open();
    ASSERT_TRUE(store_.PutPin(SamplePin(1)).ok());
    ASSERT_EQ(store_.Append(Impressions(1, 5), HourOf(kDay, 20)).taken, 5);
    SealResult result;
    const auto seal = [&] { result = store_.Seal(FinalTime(kDay)); };
    if (!failing(seal) || !result.status.ok()) {
      ExpectImpressions(5);
      seal();
    }
    EXPECT_TRUE(result.status.ok()) << result.status;
    ExpectImpressions(5);
    store_ = Store();
    store_ = open();
    ExpectImpressions(5);
    store_ = Store();
    ASSERT_TRUE(directory_->EraseAccount(kAccount).ok());
  });
}

TEST_F(DirectoryOutOfMemory, AccountsAreThereOrNot) {
  AccountKey account = 1;
  FailEachAllocation([&](FailingAllocation& failing) {
    ++account;
    absl::StatusOr<Store> store = absl::UnknownError("not opened");
    const auto open = [&] { store = directory_->OpenStore(account, {}); };
    if (!failing(open) || !store.ok()) open();
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE(store->PutPin(SamplePin(1)).ok());
  });
  Open();
  EXPECT_EQ(directory_->Accounts().size(), account);
}

}  // namespace
}  // namespace pinmetrics
