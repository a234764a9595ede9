#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "tests/durable/memory_files.h"
#include "tests/store/random_account.h"

/// Threads that append the same batch while the power fails: who is told that it is there already,
/// or sees it, can rely on that.

namespace pinmetrics {
namespace {

constexpr absl::CivilDay kTheDay(2026, 3, 1);
constexpr AccountKey kAccount = 7;
constexpr std::size_t kEvents = 3;
constexpr std::size_t kRacesOfAFolder = 25;

absl::Time Now() { return absl::FromCivil(kTheDay, absl::UTCTimeZone()) + absl::Hours(20); }

std::size_t RacesToRun() {
  const char* text = std::getenv("PINMETRICS_DURABLE_TEST_IMAGES");
  return text != nullptr ? std::strtoull(text, nullptr, 10) / 10 : 300;
}

double ImpressionsOf(const Store& store) {
  const Query query = {.period = LastDays(1, kTheDay),
                       .include_saved = true,
                       .real_time = true,
                       .metrics = {kImpressions}};
  const absl::StatusOr<Report> report = store.TakeSnapshot().Run(query, Now());
  return report.ok() ? report->Total(kImpressions).value_or(0) : -1;
}

DirectoryOptions Options(FileSystem& files) { return {.segment_bytes = 4096, .files = &files}; }

class Repeat : public testing::Test {
 protected:
  /// Some races in one folder.
  void RunFolder() {
    MemoryFiles files;
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", Options(files));
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Store> store = (*directory)->OpenStore(kAccount);
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE(store->PutPin({.id = PinId(1), .board = BoardId(1)}).ok());
    for (std::size_t race = 0; race < kRacesOfAFolder && !HasFailure(); ++race) {
      Run(files, *store, race);
    }
  }

  void Run(MemoryFiles& files, Store& store, std::size_t race) {
    std::vector<Event> events(kEvents);
    for (std::size_t i = 0; i < kEvents; ++i) {
      events[i] = {
          .id = EventId(race * kEvents + i + 1), .time = Now() - absl::Minutes(1), .pin = PinId(1)};
    }
    const double before = ImpressionsOf(store);
    // Told twice what they are by their key, or by the events' ids alone.
    const bool by_key = dice_.Percent(50);
    const unsigned kept = dice_.OneOf(std::vector<unsigned>{0, 0, 128, 256});
    std::atomic<bool> known = false;
    std::atomic<bool> armed = true;
    std::atomic<int> running = 2;
    bool was_known = false;
    std::unique_ptr<MemoryFiles> image;
    files.SetHook([&](MemoryFiles::Call call, const std::string& /*path*/) {
      if (call == MemoryFiles::Call::kSync && armed.exchange(false)) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(500);
        while (!known && std::chrono::steady_clock::now() < end) std::this_thread::yield();
        was_known = known;
        image = files.CutPower(random_, kept);
      }
      return absl::OkStatus();
    });
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 2; ++writer) {
      threads.emplace_back([&, writer] {
        const std::string key = "batch " + std::to_string(race) +
                                (by_key ? "" : " of writer " + std::to_string(writer));
        const AppendResult result = store.Append(events, Now(), key);
        EXPECT_TRUE(result.status.ok()) << result.status;
        EXPECT_TRUE(result.refused.empty());
        known = true;
        --running;
      });
    }
    threads.emplace_back([&] {
      while (running > 0) {
        if (ImpressionsOf(store) > before) known = true;
      }
    });
    for (std::thread& thread : threads) thread.join();
    files.SetHook(nullptr);
    ASSERT_EQ(ImpressionsOf(store), before + kEvents);
    ASSERT_NE(image, nullptr);
    if (was_known) ++known_;
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open("/kept", Options(*image));
    ASSERT_TRUE(directory.ok()) << directory.status();
    absl::StatusOr<Store> after = (*directory)->OpenStore(kAccount);
    ASSERT_TRUE(after.ok()) << after.status();
    const double there = ImpressionsOf(*after);
    if (was_known || there != before) {
      ASSERT_EQ(there, before + kEvents)
          << (was_known ? "the batch was known when the power failed" : "half a batch is there");
    }
  }

  Dice dice_{0};
  std::mt19937_64 random_;
  std::size_t known_ = 0;
};

TEST_F(Repeat, IsAnsweredWhenTheOriginalIsSafe) {
  const std::uint64_t seed = TestSeed();
  std::cout << "PINMETRICS_TEST_SEED=" << seed << "\n";
  dice_ = Dice(seed);
  random_.seed(dice_.Bits());
  std::size_t races = 0;
  for (; races < RacesToRun() && !HasFailure(); races += kRacesOfAFolder) RunFolder();
  std::cout << races << " races, " << known_ << " with the batch known when the power failed\n";
}

}  // namespace
}  // namespace pinmetrics
