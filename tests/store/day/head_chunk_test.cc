#include "store/day/head_chunk.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/block/block.h"
#include "store/block/block_rows.h"
#include "store/block/write_block.h"
#include "store/day/live_days.h"
#include "store/day/memory_budget.h"
#include "store/day/store_limits.h"
#include "store/day/store_state.h"
#include "store/dictionary/pin_index.h"
#include "store/dictionary/pin_table.h"
#include "tests/store/failing_allocations.h"
#include "tests/store/random_account.h"
#include "tests/store/sample_events.h"

namespace pinmetrics {
namespace {

class HeadRowsTest : public testing::Test {
 protected:
  HeadRowsTest() { EXPECT_TRUE(pins_.Put(SamplePin(1)).ok()); }

  void Append(std::size_t rows, absl::CivilDay day = kDay) {
    for (std::size_t i = 0; i < rows; ++i) {
      const absl::StatusOr<HeadChunk*> chunk = days_.Open(day, sealed_);
      ASSERT_TRUE(chunk.ok());
      places_.push_back(LiveDays::NextPlace(**chunk));
      (*chunk)->Append({.viewer = 1 + static_cast<std::uint32_t>(i % 50)});
    }
  }
  void Publish() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      days_.Publish();
    }
    days_.ForgetPending();
  }
  LiveDays::Rows Published() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return days_.Published(Limits());
  }
  BlockLimits Limits() const { return pins_.TakeView().Limits(100); }
  std::uint32_t EventsIn(const HeadRows& rows) const {
    return rows.Packed(pins_.TakeView())->block().events();
  }

  PinTable pins_{0};
  SealedDays sealed_;
  std::shared_ptr<MemoryBudget> budget_ = std::make_shared<MemoryBudget>(std::nullopt);
  std::mutex mutex_;
  LiveDays days_{StoreLimits(), budget_, mutex_};
  std::vector<std::uint32_t> places_;
};

TEST_F(HeadRowsTest, RowsThatDidNotChangeKeepTheirPack) {
  Append(100);
  Append(100, kDay + 1);
  Publish();
  const LiveDays::Rows before = Published();
  ASSERT_EQ(before.size(), 4u);  // A chunk of 64 rows and one of the others, of each day.
  std::vector<std::shared_ptr<const PackedBlock>> packs;
  for (const auto& rows : before) packs.push_back(rows->Packed(pins_.TakeView()));
  Append(1);
  Publish();
  const LiveDays::Rows after = Published();
  ASSERT_EQ(after.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(before[i] == after[i], i != 1) << i;
    // Asked in turns, neither packs again.
    EXPECT_EQ(before[i]->Packed(pins_.TakeView()), packs[i]);
    const auto packed = after[i]->Packed(pins_.TakeView());
    EXPECT_EQ(packed == packs[i], i != 1) << i;
    EXPECT_EQ(after[i]->Packed(pins_.TakeView()), packed);
  }
}

TEST_F(HeadRowsTest, WithdrawnRowsAreLeftOutOfLaterRowsAlone) {
  Append(200);
  Publish();
  LiveDays::Rows before = Published();
  for (std::size_t i = 0; i < 200; i += 2) EXPECT_TRUE(days_.Withdraw(places_[i]));
  EXPECT_FALSE(days_.Withdraw(places_[0]));
  EXPECT_EQ(Published(), before);
  Publish();
  std::uint32_t events = 0;
  for (const auto& rows : Published()) events += EventsIn(*rows);
  EXPECT_EQ(events, 100u);
  events = 0;
  for (const auto& rows : before) events += EventsIn(*rows);
  EXPECT_EQ(events, 200u);
}

TEST_F(HeadRowsTest, WhatIsRolledBackWasNeverThere) {
  Append(70);
  Publish();
  const LiveDays::Rows before = Published();
  const std::size_t bytes = days_.bytes();
  Append(5'000);
  Append(10, kDay + 1);
  EXPECT_TRUE(days_.Withdraw(places_[3]));
  EXPECT_TRUE(days_.IsPending(places_[70]));
  EXPECT_FALSE(days_.IsPending(places_[69]));
  days_.RollBack();
  EXPECT_EQ(Published(), before);
  EXPECT_EQ(days_.bytes(), bytes);
  Publish();
  EXPECT_EQ(Published(), before);
  EXPECT_TRUE(days_.Withdraw(places_[3]));
}

TEST_F(HeadRowsTest, DayThatCouldNotBeOpenedIsNotThere) {
  FailEachAllocation([&](FailingAllocation& failing) {
    LiveDays days(StoreLimits(), budget_, mutex_);
    const bool opened = failing([&] { EXPECT_TRUE(days.Open(kDay, sealed_).ok()); });
    std::size_t there = 0;
    days.VisitDays([&](absl::CivilDay, std::size_t) { ++there; });
    EXPECT_EQ(there, opened ? 1u : 0u);
  });
}

// Their sums are kept up, since every writer asks for them.
TEST_F(HeadRowsTest, RowsOfDaysAreThoseOfTheirChunks) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE("PINMETRICS_TEST_SEED=" + std::to_string(seed));
  Dice dice(seed);
  const auto expect_sums = [this] {
    std::map<absl::CivilDay, std::size_t> of_chunks;
    for (const auto& rows : Published()) of_chunks[rows->day()] += rows->written();
    std::map<absl::CivilDay, std::size_t> of_days;
    days_.VisitDays([&](absl::CivilDay day, std::size_t rows) { of_days[day] = rows; });
    EXPECT_EQ(of_days, of_chunks);
  };
  for (int step = 0; step < 300 && !HasFailure(); ++step) {
    const absl::CivilDay day = kDay + dice.Between(0, 5);
    Append(dice.Below(200), day);
    if (dice.Percent(20)) {
      days_.RollBack();
    } else {
      Publish();
    }
    if (dice.Percent(10)) {
      const auto closed = days_.Close(day, Limits());
      Append(dice.Below(100), day);  // While it is being sealed.
      Publish();
      LiveDays::Removed removed = days_.RoomForRemoved();
      const std::lock_guard<std::mutex> lock(mutex_);
      for (const auto& [of_day, rows] : closed) {
        if (dice.Percent(70)) days_.Remove(of_day, removed);
      }
      days_.Reopen();
    }
    expect_sums();
  }
}

TEST_F(HeadRowsTest, PackThatHasNoRoomIsNotKept) {
  budget_ = std::make_shared<MemoryBudget>(1'000'000);
  LiveDays days(StoreLimits(), budget_, mutex_);
  const absl::StatusOr<HeadChunk*> chunk = days.Open(kDay, sealed_);
  ASSERT_TRUE(chunk.ok());
  for (std::uint32_t i = 0; i < 60; ++i) (*chunk)->Append({.viewer = i});
  days.Publish();
  LiveDays::Rows rows = days.Published(Limits());
  budget_->SetKept(999'000, 900);
  const auto packed = rows[0]->Packed(pins_.TakeView());
  EXPECT_EQ(packed->block().events(), 60u);
  EXPECT_NE(rows[0]->Packed(pins_.TakeView()), packed);
  EXPECT_EQ(budget_->packs(), 0u);
  budget_->SetKept(500'000, 900);
  const auto kept = rows[0]->Packed(pins_.TakeView());
  EXPECT_EQ(rows[0]->Packed(pins_.TakeView()), kept);
  EXPECT_EQ(budget_->packs(), kept->bytes().size());
  days.DropPacks();
  EXPECT_EQ(budget_->packs(), kept->bytes().size());  // A snapshot has it.
  rows.clear();
  EXPECT_EQ(budget_->packs(), 0u);
}

TEST(PinIndexCache, IndexIsBuiltOnce) {
  PinTable pins(0);
  ASSERT_TRUE(pins.Put(SamplePin(1)).ok());
  const PinTable::View older = pins.TakeView();
  PinIndexCache of_older;
  EXPECT_EQ(of_older.bytes(), 0u);
  const auto index = of_older.Get(older);
  EXPECT_GT(of_older.bytes(), 0u);
  ASSERT_TRUE(pins.Put(SamplePin(2)).ok());
  PinIndexCache of_newer;
  EXPECT_EQ(of_newer.Get(pins.TakeView())->numbers.size(), 2u);
  EXPECT_EQ(of_older.Get(older), index);
}

}  // namespace
}  // namespace pinmetrics
