#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/durable/store_directory.h"
#include "tests/durable/memory_files.h"
#include "tests/store/sample_events.h"

/// Many threads and one directory.

namespace pinmetrics {
namespace {

constexpr std::size_t kWriters = 8;
constexpr std::size_t kBatches = 40;  // Of each writer.

std::unique_ptr<StoreDirectory> Open(MemoryFiles& files, OnDamage on_damage = OnDamage::kRefuse,
                                     absl::Time now = HourOf(kDay, 20)) {
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = StoreDirectory::Open(
      "/kept", {.segment_bytes = 1 << 14, .on_damage = on_damage, .now = now, .files = &files});
  EXPECT_TRUE(directory.ok()) << directory.status();
  return directory.ok() ? *std::move(directory) : nullptr;
}

Store OpenStore(StoreDirectory& directory, AccountKey account) {
  absl::StatusOr<Store> store = directory.OpenStore(account, {});
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : Store();
}

/// Appends batches of two events; the second of each is the first of the one before, a repeat.
void AppendBatches(Store& store, std::size_t writer, absl::CivilDay day) {
  for (std::size_t i = 0; i < kBatches; ++i) {
    const std::uint64_t id = writer * 1'000'000 + 10 + i;
    const std::vector<Event> events = {Impression(id, day), Impression(id - 1, day)};
    const AppendResult result =
        store.Append(events, HourOf(day, 20), std::to_string(writer) + "/" + std::to_string(i));
    ASSERT_TRUE(result.status.ok()) << result.status;
    ASSERT_EQ(result.taken, i == 0 ? 2 : 1);
    ASSERT_EQ(result.repeats, i == 0 ? 0 : 1);
  }
}

void InThreads(const std::vector<std::function<void()>>& works) {
  std::vector<std::thread> threads;
  for (const auto& work : works) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

/// The waits for the disk of eight writers, each of which takes a while.
std::size_t SyncsOf(std::size_t accounts) {
  MemoryFiles files;
  const std::unique_ptr<StoreDirectory> directory = Open(files);
  std::vector<Store> stores;
  for (std::size_t i = 0; i < accounts; ++i) {
    stores.push_back(OpenStore(*directory, i));
    EXPECT_TRUE(stores.back().PutPin(SamplePin(1)).ok());
  }
  files.SetHook([](MemoryFiles::Call call, const std::string&) {
    if (call == MemoryFiles::Call::kSync) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return absl::OkStatus();
  });
  const std::size_t before = files.syncs();
  std::vector<std::function<void()>> writers;
  for (std::size_t writer = 0; writer < kWriters; ++writer) {
    writers.push_back([&, writer] { AppendBatches(stores[writer % accounts], writer, kDay); });
  }
  InThreads(writers);
  const std::size_t syncs = files.syncs() - before;
  for (const Store& store : stores) {
    EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), kDay),
              static_cast<double>(kWriters / accounts * (kBatches + 1)));
  }
  return syncs;
}

TEST(DirectoryThreads, OfOneStoreShareWaiting) {
  // Alone, each batch waits by itself.
  EXPECT_LT(SyncsOf(1), kWriters * kBatches / 2);
}

TEST(DirectoryThreads, OfManyStoresShareWaiting) {
  EXPECT_LT(SyncsOf(kWriters), kWriters * kBatches / 2);
}

TEST(DirectoryThreads, AppendSealCopyForgetAndAsk) {
  MemoryFiles files;
  std::unique_ptr<StoreDirectory> directory = Open(files);
  std::vector<Store> stores;
  for (AccountKey account = 0; account < 2; ++account) {
    stores.push_back(OpenStore(*directory, account));
    ASSERT_TRUE(stores.back().PutPin(SamplePin(1)).ok());
  }
  std::atomic<bool> is_over = false;
  std::vector<std::thread> others;
  // Days before that of the appends, and none of them at once.
  others.emplace_back([&] {
    for (std::int64_t day = -20; !is_over; ++day) {
      const std::uint64_t id = static_cast<std::uint64_t>(day + 1000);
      Event event = Impression(id, kDay - 100 + day % 50);
      event.viewer = ViewerId(id + 77'000'000);
      EXPECT_TRUE(stores[0].Append({&event, 1}, HourOf(kDay, 20)).status.ok());
      EXPECT_TRUE(directory->ForgetViewer(0, event.viewer).ok());
      EXPECT_TRUE(directory->Flush().ok());
    }
  });
  others.emplace_back([&] {
    for (int copy = 0; !is_over; ++copy) {
      EXPECT_TRUE(directory->CopyTo("/copy" + std::to_string(copy)).ok());
      EXPECT_TRUE(directory->Verify()->damage.empty());
    }
  });
  others.emplace_back([&] {
    while (!is_over) {
      EXPECT_TRUE(stores[1].Seal(FinalTime(kDay - 3)).status.ok());
      EXPECT_TRUE(directory->SealAll(FinalTime(kDay - 200)).status.ok());
    }
  });
  others.emplace_back([&] {
    double before = 0;
    while (!is_over) {
      const std::optional<double> now = ImpressionsOn(stores[1].TakeSnapshot(), kDay);
      EXPECT_GE(now.value_or(0), before);
      before = now.value_or(0);
    }
  });
  InThreads({[&] { AppendBatches(stores[0], 1, kDay); }, [&] { AppendBatches(stores[0], 2, kDay); },
             [&] { AppendBatches(stores[1], 3, kDay); }});
  is_over = true;
  for (std::thread& thread : others) thread.join();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ImpressionsOn(stores[0].TakeSnapshot(), kDay), 2 * (kBatches + 1));
    EXPECT_EQ(ImpressionsOn(stores[1].TakeSnapshot(), kDay), kBatches + 1);
    stores.clear();
    directory.reset();
    directory = Open(files);
    for (AccountKey account = 0; account < 2; ++account) {
      stores.push_back(OpenStore(*directory, account));
    }
  }
}

/// Days that went with the log come back from a copy, one after the other, while the account goes
/// on.
TEST(DirectoryThreads, RestoreDropAppendSealAndAsk) {
  constexpr int kDays = 12;
  constexpr std::size_t kEvents = 5;  // Of each day.
  constexpr absl::CivilDay kToday = kDay + 2;
  const absl::Time now = HourOf(kToday, 20);
  const auto nth_day = [](int i) { return kDay - kDays + i; };
  MemoryFiles files;
  std::unique_ptr<StoreDirectory> directory = Open(files);
  for (AccountKey account = 0; account < 2; ++account) {
    Store store = OpenStore(*directory, account);
    ASSERT_TRUE(store.PutPin(SamplePin(1)).ok());
    for (int i = 0; i < kDays; ++i) {
      const std::uint64_t first = 1 + 10 * static_cast<std::uint64_t>(i);
      const std::vector<Event> events = Impressions(first, kEvents, nth_day(i));
      ASSERT_EQ(store.Append(events, now, std::to_string(i)).taken, kEvents);
    }
  }
  ASSERT_TRUE(directory->CopyTo("/copy").ok());
  // Each account stays known, and nothing else of the log.
  for (AccountKey account = 0; account < 2; ++account) {
    ASSERT_TRUE(OpenStore(*directory, account).Seal(FinalTime(nth_day(-30))).status.ok());
  }
  directory.reset();
  for (const std::string& path : files.Paths()) {
    if (path.starts_with("/kept/log/")) files.Delete(path);
  }
  directory = Open(files, OnDamage::kWithoutDamagedDays, now);
  ASSERT_NE(directory, nullptr);
  std::vector<Store> stores;
  for (AccountKey account = 0; account < 2; ++account) {
    stores.push_back(OpenStore(*directory, account));
    ASSERT_TRUE(stores.back().PutPin(SamplePin(1)).ok());
    ASSERT_TRUE(directory->DropDays(account, LastDays(1, kToday)).ok());
  }

  std::atomic<bool> is_over = false;
  std::vector<std::thread> others;
  for (const Store& store : stores) {
    others.emplace_back([&] {
      int known = 0;
      while (!is_over) {
        int found = 0;
        for (int i = 0; i < kDays; ++i) {
          const std::optional<double> impressions = ImpressionsOn(store.TakeSnapshot(), nth_day(i));
          if (!impressions) continue;
          EXPECT_EQ(*impressions, kEvents) << nth_day(i);
          ++found;
        }
        EXPECT_GE(found, known);
        known = found;
      }
    });
  }
  others.emplace_back([&] {
    while (!is_over) {
      EXPECT_TRUE(directory->SealAll(FinalTime(nth_day(-29))).status.ok());
      EXPECT_TRUE(directory->Flush().ok());
      EXPECT_TRUE(directory->Verify().ok());
    }
  });
  std::vector<std::function<void()>> works;
  for (AccountKey account = 0; account < 2; ++account) {
    works.emplace_back([&, account] { AppendBatches(stores[account], 100 + account, kToday); });
    works.emplace_back([&, account] {
      for (int i = 0; i < kDays; ++i) {
        absl::Status status = directory->RestoreDays(account, LastDays(1, nth_day(i)), "/copy");
        EXPECT_TRUE(status.ok()) << status;
        // Days that nobody asks for.
        status = directory->DropDays(account, LastDays(1, nth_day(-10 - i)));
        EXPECT_TRUE(status.ok()) << status;
      }
    });
  }
  InThreads(works);
  is_over = true;
  for (std::thread& thread : others) thread.join();
  for (const bool is_opened_again : {false, true}) {
    if (is_opened_again) {
      stores.clear();
      directory.reset();
      directory = Open(files);
      ASSERT_NE(directory, nullptr);
      for (AccountKey account = 0; account < 2; ++account) {
        stores.push_back(OpenStore(*directory, account));
      }
    }
    for (const Store& store : stores) {
      for (int i = 0; i < kDays; ++i) {
        EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), nth_day(i)), kEvents) << nth_day(i);
      }
      EXPECT_EQ(ImpressionsOn(store.TakeSnapshot(), kToday), kBatches + 1);
    }
  }
}

}  // namespace
}  // namespace pinmetrics
