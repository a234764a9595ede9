#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"
#include "tests/store/sample_events.h"

/// One store and many threads. What readers see is held against what writers had been told before.

namespace pinmetrics {
namespace {

constexpr std::size_t kFeeds = 4;
constexpr std::size_t kWritersPerFeed = 2;
constexpr std::size_t kBatchesPerFeed = 160;
constexpr std::size_t kBatchEvents = 12;
constexpr std::size_t kBatchesPerDay = 4;
constexpr std::size_t kReaders = 3;
constexpr absl::CivilDay kFirstDay(2026, 6, 1);

/// Feed f has Pin f; Pin 100 + f has events that are withdrawn.
PinId PinOf(std::size_t feed) { return PinId(feed); }
PinId PinToWithdraw(std::size_t feed) { return PinId(100 + feed); }

Pin VersionOf(PinId id, std::size_t version) {
  Pin pin{.id = id,
          .board = BoardId(version % 3),
          .format = static_cast<PinFormat>(version % 4),
          .created_at = HourOf(kFirstDay, 0),
          .saved = version % 5 == 0,
          .title = "version " + std::to_string(version)};
  if (version % 2 == 0) pin.account = AccountId(version % 4);
  return pin;
}

class ThreadedStore {
 public:
  ThreadedStore() {
    for (std::size_t feed = 0; feed < kFeeds; ++feed) {
      EXPECT_TRUE(store_.PutPin(VersionOf(PinOf(feed), 0)).ok());
      EXPECT_TRUE(store_.PutPin(VersionOf(PinToWithdraw(feed), 0)).ok());
    }
  }

  void Run() {
    std::vector<std::thread> writers;
    for (std::size_t feed = 0; feed < kFeeds; ++feed) {
      for (std::size_t i = 0; i < kWritersPerFeed; ++i) {
        writers.emplace_back([this, feed, i] { Write(feed, i); });
      }
    }
    std::vector<std::thread> others;
    others.emplace_back([this] { SealOn(); });
    for (std::size_t i = 0; i < kReaders; ++i) {
      others.emplace_back([this] {
        do {
          ReadOnce();
        } while (!done_);
      });
    }
    for (std::thread& writer : writers) writer.join();
    done_ = true;
    for (std::thread& other : others) other.join();
    ReadOnce();
    std::cout << reads_ << " snapshots read\n";
    for (std::size_t feed = 0; feed < kFeeds; ++feed) {
      EXPECT_EQ(feeds_[feed].taken, kBatchesPerFeed * kBatchEvents);
    }
  }

 private:
  struct Feed {
    std::atomic<std::size_t> begun = 0;         ///< Batches that an append was called for.
    std::atomic<std::size_t> acknowledged = 0;  ///< Batches that an append had returned for.
    std::atomic<std::size_t> taken = 0;         ///< Events.
    std::array<std::atomic<std::size_t>, kWritersPerFeed> done = {};
  };

  static void Raise(std::atomic<std::size_t>& number, std::size_t to) {
    std::size_t now = number;
    while (now < to && !number.compare_exchange_weak(now, to)) {
    }
  }

  /// The day of a batch: feeds go on from day to day together.
  static absl::CivilDay DayOf(std::size_t batch) {
    return kFirstDay + static_cast<std::int64_t>(batch / kBatchesPerDay);
  }
  static absl::Time NowOf(std::size_t batch) { return HourOf(DayOf(batch) + 1, 0); }

  /// Every event is one impression of a viewer of its own; some were on the day before.
  static std::vector<Event> MakeBatch(std::size_t feed, std::size_t batch) {
    std::vector<Event> events;
    for (std::size_t i = 0; i < kBatchEvents; ++i) {
      const std::uint64_t id = (feed * kBatchesPerFeed + batch) * 100 + i + 1;
      events.push_back({.id = EventId(id),
                        .time = HourOf(DayOf(batch) - static_cast<std::int64_t>(i % 3 == 0), 5),
                        .pin = PinOf(feed),
                        .viewer = ViewerId(id),
                        .device = static_cast<Device>(i % 4),
                        .age = static_cast<Age>(batch % 8)});
    }
    return events;
  }

  /// Both writers of a feed bring all of its batches, as consumers of one queue do after a crash.
  void Write(std::size_t feed, std::size_t writer) {
    Feed& state = feeds_[feed];
    for (std::size_t batch = 0; batch < kBatchesPerFeed; ++batch) {
      WaitForOthers(batch);
      Raise(state.begun, batch + 1);
      const AppendResult result = store_.Append(MakeBatch(feed, batch), NowOf(batch),
                                                std::to_string(feed) + "/" + std::to_string(batch));
      EXPECT_TRUE(result.status.ok());
      EXPECT_TRUE(result.refused.empty());
      EXPECT_EQ(result.taken, result.repeated_batch ? 0 : kBatchEvents);
      EXPECT_EQ(result.repeats, 0);
      state.taken += result.taken;
      Raise(state.acknowledged, batch + 1);
      if (writer == 0) {
        AppendAndWithdraw(feed, batch);
        EXPECT_TRUE(store_.PutPin(VersionOf(PinOf(feed), batch)).ok());
      }
      state.done[writer] = batch + 1;
    }
  }

  void AppendAndWithdraw(std::size_t feed, std::size_t batch) {
    Event event{.id = EventId(1'000'000 + feed * kBatchesPerFeed + batch),
                .time = HourOf(DayOf(batch), 6),
                .pin = PinToWithdraw(feed)};
    EXPECT_EQ(store_.Append({&event, 1}, NowOf(batch)).taken, 1);
    EXPECT_TRUE(store_.Withdraw(event.id).ok());
  }

  std::size_t Slowest() const {
    std::size_t slowest = kBatchesPerFeed;
    for (const Feed& feed : feeds_) {
      for (const auto& done : feed.done) slowest = std::min<std::size_t>(slowest, done);
    }
    return slowest;
  }

  /// Nobody runs ahead by more than a day, so that no batch meets a sealed day; and every day is
  /// read a few times.
  void WaitForOthers(std::size_t batch) const {
    while (batch > Slowest() + kBatchesPerDay || reads_ < batch / kBatchesPerDay * 2) {
      std::this_thread::yield();
    }
  }

  /// The last day that nobody appends to any more.
  std::optional<absl::CivilDay> LastQuietDay() const {
    const std::size_t slowest = Slowest();
    if (slowest < 2 * kBatchesPerDay) return std::nullopt;
    return DayOf(slowest) - 2;
  }

  void SealOn() {
    while (!done_) {
      const std::optional<absl::CivilDay> day = LastQuietDay();
      if (!day || *day - kFirstDay <= sealed_through_) {
        std::this_thread::yield();
        continue;
      }
      store_.Seal(FinalTime(*day));
      sealed_through_ = *day - kFirstDay;
    }
  }

  /// Asked much later, when every day is final.
  static Query QueryOfAll() {
    return {.period = DateRange::Inclusive(kFirstDay - 1, DayOf(kBatchesPerFeed)),
            .include_saved = true,
            .metrics = {kImpressions, kTotalAudience}};
  }
  static absl::Time Later() { return FinalTime(DayOf(kBatchesPerFeed)); }

  static Report Ask(const Snapshot& snapshot, const Query& query) {
    absl::StatusOr<Report> report = snapshot.Run(query, Later());
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *std::move(report) : Report();
  }

  void ReadOnce() {
    ++reads_;
    const absl::CivilDay sealed_through = kFirstDay + sealed_through_;
    std::array<std::size_t, kFeeds> acknowledged;
    for (std::size_t i = 0; i < kFeeds; ++i) acknowledged[i] = feeds_[i].acknowledged;
    const Snapshot snapshot = store_.TakeSnapshot();
    std::array<std::size_t, kFeeds> begun;
    for (std::size_t i = 0; i < kFeeds; ++i) begun[i] = feeds_[i].begun;

    double sum = 0;
    for (std::size_t i = 0; i < kFeeds; ++i) {
      Query query = QueryOfAll();
      query.filter = Is(PinOf(i));
      const double impressions = ImpressionsIn(Ask(snapshot, query));
      EXPECT_EQ(static_cast<std::size_t>(impressions) % kBatchEvents, 0) << "part of a batch";
      EXPECT_GE(impressions, static_cast<double>(acknowledged[i] * kBatchEvents));
      EXPECT_LE(impressions, static_cast<double>(begun[i] * kBatchEvents));
      sum += impressions;
    }
    // A withdrawal may be under way for each feed.
    Query withdrawn = QueryOfAll();
    withdrawn.filter = Is(PinToWithdraw(0), PinToWithdraw(1), PinToWithdraw(2), PinToWithdraw(3));
    EXPECT_LE(ImpressionsIn(Ask(snapshot, withdrawn)), static_cast<double>(kFeeds));

    Query query = QueryOfAll();
    query.filter = !withdrawn.filter;
    const Report whole = Ask(snapshot, query);
    EXPECT_EQ(ImpressionsIn(whole), sum);
    EXPECT_EQ(whole.totals[0].figures[1], sum) << "each event has a viewer of its own";
    CheckParts(snapshot, query, whole);
    CheckList(snapshot, query, sum);
    CheckSealedDays(whole, sealed_through);
    EXPECT_GT(store_.Memory().total(), 0);
  }

  static double ImpressionsIn(const Report& report) {
    return report.totals.at(0).figures.at(0).value_or(-1);
  }

  /// Days and segments add up to the whole.
  static void CheckParts(const Snapshot& snapshot, Query query, const Report& whole) {
    double by_day = 0;
    for (const DayRow& row : whole.days) by_day += row.figures.at(0).value_or(0);
    EXPECT_EQ(by_day, ImpressionsIn(whole));
    for (const Dimension split : {Dimension::kDevice, Dimension::kFormat, Dimension::kAccount}) {
      query.split = split;
      const Report report = Ask(snapshot, query);
      double by_segment = 0;
      for (const TotalRow& row : report.totals) by_segment += row.figures.at(0).value_or(0);
      EXPECT_EQ(by_segment, ImpressionsIn(whole)) << NameOf(split);
    }
  }

  static void CheckList(const Snapshot& snapshot, const Query& query, double sum) {
    const absl::StatusOr<TopList> list = snapshot.TopPins(query, {}, Later());
    ASSERT_TRUE(list.ok());
    double by_pin = 0;
    for (const TopRow& row : list->rows) by_pin += row.figures.at(0).value_or(0);
    EXPECT_EQ(by_pin, sum);
  }

  /// What the first reader saw of a day after it was sealed, all see.
  void CheckSealedDays(const Report& whole, absl::CivilDay sealed_through) {
    const std::lock_guard<std::mutex> lock(sealed_figures_mutex_);
    for (const DayRow& row : whole.days) {
      if (row.day > sealed_through) break;
      const auto [seen, is_new] = sealed_figures_.try_emplace(row.day, row.figures);
      EXPECT_EQ(seen->second, row.figures) << row.day;
    }
  }

  Store store_;
  std::array<Feed, kFeeds> feeds_;
  std::atomic<bool> done_ = false;
  std::atomic<std::int64_t> sealed_through_ = -2;  ///< Since `kFirstDay`.
  std::atomic<std::size_t> reads_ = 0;
  std::mutex sealed_figures_mutex_;
  std::map<absl::CivilDay, Figures> sealed_figures_;
};

TEST(StoreThreads, ReadersSeeWholeBatchesOnceWhileWritersAppendAndDaysAreSealed) {
  ThreadedStore().Run();
}

}  // namespace
}  // namespace pinmetrics
