#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"
#include "tests/store/heap_bytes.h"
#include "tests/store/sample_events.h"

/// Who waits for whom, without a clock: a thread is stopped at each of its allocations, with all
/// the locks that it holds there, and another thread must get by meanwhile.

namespace pinmetrics {
namespace {

/// Runs something in another thread whenever this one allocates.
class Stops {
 public:
  static void At(const std::function<void()>& what, std::function<void()> meanwhile) {
    meanwhile_ = std::move(meanwhile);
    stops_ = 0;
    on_allocation = Stop;
    what();
    on_allocation = nullptr;
    // What waited goes on now.
    for (std::thread& thread : waiting_) thread.join();
    waiting_.clear();
    EXPECT_GT(stops_, 3);
  }

 private:
  static void Stop() {
    ++stops_;
    if (!waiting_.empty()) return;
    auto done = std::make_shared<std::promise<void>>();
    const std::future<void> is_done = done->get_future();
    std::thread other([done] {
      meanwhile_();
      done->set_value();
    });
    // Only a test that fails waits so long.
    if (is_done.wait_for(std::chrono::seconds(20)) == std::future_status::ready) {
      other.join();
      return;
    }
    ADD_FAILURE() << "at allocation " << stops_ << " another thread waits";
    waiting_.push_back(std::move(other));
  }

  inline static std::function<void()> meanwhile_;
  inline static std::size_t stops_ = 0;
  inline static std::vector<std::thread> waiting_;
};

class Waiting : public testing::Test {
 protected:
  Waiting() {
    for (std::uint64_t id = 1; id <= 40; ++id) EXPECT_TRUE(store_.PutPin(SamplePin(id)).ok());
    for (int day = 4; day >= 0; --day) {
      store_.Append(Impressions(FirstId(day), 300, kDay - day), kDayIsFinal);
    }
    store_.Seal(FinalTime(kDay - 2));
  }

  static std::uint64_t FirstId(int day) { return static_cast<std::uint64_t>(day) * 1'000 + 1; }

  /// As long as a writer has not come to its end, others see what was there before it.
  void ExpectNobodyWaitsFor(const std::function<void()>& writer) {
    const Snapshot older = store_.TakeSnapshot();
    Stops::At(writer, [this, older] {
      const Snapshot snapshot = store_.TakeSnapshot();
      for (const int day : {3, 1, 0}) EXPECT_EQ(ImpressionsOn(snapshot, kDay - day), 300);
      EXPECT_EQ(ImpressionsOn(older, kDay), 300);
      EXPECT_GT(store_.Memory().total(), 0);
    });
  }

  Store store_;
};

TEST_F(Waiting, NobodyWaitsForAnAppend) {
  if (!HeapIsCounted()) return;
  std::vector<Event> events = Impressions(10'000, 3'000);
  for (std::size_t i = 0; i < events.size(); i += 2) events[i].time -= absl::Hours(24 * (i % 2));
  for (std::size_t i = 0; i < events.size(); i += 500) events[i].pin = PinId(77);
  ExpectNobodyWaitsFor([&] { store_.Append(events, kDayIsFinal, "key"); });
}

TEST_F(Waiting, NobodyWaitsForAWithdrawal) {
  if (!HeapIsCounted()) return;
  std::vector<EventId> ids;
  for (std::uint64_t i = 0; i < 200; ++i) ids.push_back(EventId(FirstId(i % 2 == 0 ? 0 : 1) + i));
  ExpectNobodyWaitsFor([&] { EXPECT_EQ(store_.Withdraw(ids).withdrawn, 200); });
}

TEST_F(Waiting, NobodyWaitsForAPin) {
  if (!HeapIsCounted()) return;
  ExpectNobodyWaitsFor([&] {
    for (std::uint64_t id = 41; id < 80; ++id) EXPECT_TRUE(store_.PutPin(SamplePin(id)).ok());
  });
}

TEST_F(Waiting, NobodyWaitsForASealing) {
  if (!HeapIsCounted()) return;
  ExpectNobodyWaitsFor([&] { EXPECT_EQ(store_.Seal(kDayIsFinal).days_sealed, 2); });
}

TEST_F(Waiting, AnAppendDoesNotWaitForTheDaysThatAreBeingSealed) {
  if (!HeapIsCounted()) return;
  std::size_t appended = 0;
  // The locks of writers are held for the first and the last steps alone; one stop in the middle
  // is enough to tell.
  std::size_t stop = 0;
  Stops::At([&] { store_.Seal(kDayIsFinal); },
            [&] {
              if (++stop != 60) return;
              appended = store_.Append(Impressions(20'000, 5, kDay + 1), kDayIsFinal).taken;
            });
  EXPECT_EQ(appended, 5);
}

TEST_F(Waiting, NobodyWaitsForAQueryOfTheSameSnapshot) {
  if (!HeapIsCounted()) return;
  const Snapshot snapshot = store_.TakeSnapshot();
  const Query query = {.period = LastDays(4, kDay), .include_saved = true, .real_time = true};
  const absl::StatusOr<TopList> expected = store_.TakeSnapshot().TopPins(query, {}, kDayIsFinal);
  ASSERT_TRUE(store_.PutPin(SamplePin(41)).ok());
  store_.Append(Impressions(30'000, 10), kDayIsFinal);
  // It packs the live days and builds the index of Pins.
  const Snapshot newer = store_.TakeSnapshot();
  Stops::At([&] { (void)newer.TopPins(query, {}, kDayIsFinal); },
            [&] {
              EXPECT_TRUE(newer.TopPins(query, {}, kDayIsFinal).ok());
              EXPECT_EQ(snapshot.TopPins(query, {}, kDayIsFinal), expected);
            });
}

}  // namespace
}  // namespace pinmetrics
