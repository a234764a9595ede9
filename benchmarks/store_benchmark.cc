// Writing into a store: appends, withdrawals, and how long readers wait for those who write. Each
// result is checked before anything is measured, and again after.

#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/pinmetrics.h"

namespace {

/// How long this thread has waited for mutexes, each time and in all. Measured where every
/// std::mutex goes through: only a lock that is not free is timed.
struct Waits {
  std::int64_t longest_ns = 0;
  std::int64_t sum_ns = 0;
  std::int64_t times = 0;
};
thread_local Waits waits;

std::int64_t NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  using Lock = int (*)(pthread_mutex_t*);
  static const Lock lock = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  if (const int result = pthread_mutex_trylock(mutex); result != EBUSY) return result;
  const std::int64_t begin = NowNs();
  const int result = lock(mutex);
  const std::int64_t waited = NowNs() - begin;
  waits.longest_ns = std::max(waits.longest_ns, waited);
  waits.sum_ns += waited;
  ++waits.times;
  return result;
}

namespace {

namespace pm = pinmetrics;

constexpr absl::CivilDay kDay(2026, 11, 10);
constexpr std::uint64_t kPins = 20'000;
constexpr std::size_t kBatch = 8'192;
constexpr std::size_t kMillion = 1'000'000;

absl::Time Noon(absl::CivilDay day) {
  return absl::FromCivil(day, absl::UTCTimeZone()) + absl::Hours(12);
}
absl::Time FinalTime(absl::CivilDay day) { return Noon(day) + absl::Hours(24 * 3); }

/// Events of one day, with ids from `first_id` on. Viewers come again every ten events or so.
std::vector<pm::Event> MakeEvents(std::uint64_t first_id, std::size_t count, absl::CivilDay day) {
  std::vector<pm::Event> events(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t id = first_id + i;
    const std::uint64_t dice = id * 0x9e3779b97f4a7c15 >> 20;
    pm::Event& event = events[i];
    event.id = pm::EventId(id);
    event.time = Noon(day) + absl::Milliseconds(static_cast<std::int64_t>(i % 40'000'000));
    event.pin = pm::PinId(dice % kPins + 1);
    event.viewer = pm::ViewerId(dice / kPins % (count / 10 + 1) + 1);
    event.device = static_cast<pm::Device>(dice % 4);
    event.age = static_cast<pm::Age>(dice / 7 % 8);
    event.gender = static_cast<pm::Gender>(dice / 11 % 3);
    if (dice % 10 == 0) event.action = pm::Action::kSave;
  }
  return events;
}

std::unique_ptr<pm::Store> MakeStore() {
  auto store = std::make_unique<pm::Store>();
  for (std::uint64_t id = 1; id <= kPins; ++id) {
    const pm::Pin pin{.id = pm::PinId(id),
                      .board = pm::BoardId(id % 300),
                      .format = static_cast<pm::PinFormat>(id % 4),
                      .created_at = Noon(kDay - 100)};
    if (!store->PutPin(pin).ok()) return nullptr;
  }
  return store;
}

/// Appends in batches; false unless all of it was taken.
bool Append(pm::Store& store, std::span<const pm::Event> events, std::size_t batch,
            absl::Time now) {
  while (!events.empty()) {
    const std::size_t size = std::min(batch, events.size());
    const pm::AppendResult result = store.Append(events.first(size), now);
    if (!result.status.ok() || result.taken != size) return false;
    events = events.subspan(size);
  }
  return true;
}

/// A million events of one day into an empty store, in batches of so many.
void AppendBatches(benchmark::State& state) {
  const std::vector<pm::Event> events = MakeEvents(1, kMillion, kDay);
  const auto batch = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    auto store = MakeStore();
    state.ResumeTiming();
    if (!store || !Append(*store, events, batch, Noon(kDay + 1))) {
      state.SkipWithError("not all events were taken");
      break;
    }
    state.PauseTiming();
    store.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events.size()));
}
BENCHMARK(AppendBatches)->Arg(1)->Arg(kBatch)->Arg(kMillion)->Unit(benchmark::kMillisecond);

/// Every second of so many events of one live day is withdrawn, in one batch, at random.
void WithdrawMany(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<pm::Event> events = MakeEvents(1, count * 2, kDay);
  std::vector<pm::EventId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(pm::EventId(i * 7'368'787 % count * 2 + 1));
  }
  for (auto _ : state) {
    state.PauseTiming();
    auto store = MakeStore();
    const bool appended = store && Append(*store, events, kBatch, Noon(kDay + 1));
    state.ResumeTiming();
    if (!appended || store->Withdraw(ids).withdrawn != count) {
      state.SkipWithError("not all were withdrawn");
      break;
    }
    state.PauseTiming();
    store.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}
BENCHMARK(WithdrawMany)->Arg(100'000)->Arg(kMillion)->Unit(benchmark::kMillisecond);

/// True if a wait of this thread is seen by what counts them.
bool WaitsAreSeen() {
  waits = {};
  std::mutex mutex;
  std::unique_lock<std::mutex> held(mutex);
  std::atomic<bool> begun = false;
  Waits seen;
  std::thread waiting([&] {
    begun = true;
    const std::lock_guard<std::mutex> lock(mutex);
    seen = waits;
  });
  while (!begun) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  held.unlock();
  waiting.join();
  return seen.times == 1 && seen.longest_ns > 1'000'000;
}

/// One thread appends batches of a million events, another seals; a third takes a snapshot a
/// thousand times a second and asks it and an older one for the totals of sealed days. Reported is
/// how long the third waited for locks, not how long it had no processor.
void WaitBesideWriters(benchmark::State& state) {
  constexpr int kDays = 12;
  if (!WaitsAreSeen()) {
    state.SkipWithError("waits for mutexes are not seen");
    return;
  }
  for (auto _ : state) {
    auto store = MakeStore();
    const std::vector<pm::Event> first = MakeEvents(1, kMillion, kDay - 1);
    if (!store || !Append(*store, first, kBatch, Noon(kDay)) ||
        store->Seal(FinalTime(kDay - 1)).events_sealed != kMillion) {
      state.SkipWithError("the first day was not sealed");
      break;
    }
    const pm::Query query = {.period = pm::LastDays(1, kDay - 1), .include_saved = true};
    const pm::Snapshot older = store->TakeSnapshot();
    const absl::StatusOr<pm::Report> expected = older.Run(query, FinalTime(kDay - 1));
    if (!expected.ok()) {
      state.SkipWithError("the first day has no totals");
      break;
    }

    std::atomic<int> appended = 0;
    std::atomic<bool> done = false;
    std::atomic<bool> failed = false;
    std::thread writer([&] {
      for (int day = 0; day < kDays; ++day) {
        const auto id = static_cast<std::uint64_t>(day + 1) * kMillion + 1;
        const std::vector<pm::Event> events = MakeEvents(id, kMillion, kDay + day);
        if (!Append(*store, events, kMillion, FinalTime(kDay + day))) failed = true;
        ++appended;
      }
    });
    std::thread sealer([&] {
      for (int day = 0; day < kDays && !failed; ++day) {
        while (appended <= day && !failed) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        if (store->Seal(FinalTime(kDay + day)).events_sealed != kMillion) failed = true;
      }
      done = true;
    });
    waits = {};
    std::int64_t asked = 0;
    auto next = std::chrono::steady_clock::now();
    while (!done) {
      if (store->TakeSnapshot().Run(query, FinalTime(kDay - 1)) != expected) failed = true;
      if (older.Run(query, FinalTime(kDay - 1)) != expected) failed = true;
      ++asked;
      next += std::chrono::milliseconds(1);
      std::this_thread::sleep_until(next);
    }
    state.counters["asked"] = static_cast<double>(asked);
    state.counters["waited_times"] = static_cast<double>(waits.times);
    state.counters["waited_us"] = static_cast<double>(waits.sum_ns) / 1e3;
    state.counters["longest_us"] = static_cast<double>(waits.longest_ns) / 1e3;
    writer.join();
    sealer.join();
    if (failed) {
      state.SkipWithError("a batch, a sealing or an answer was not as it must be");
      break;
    }
  }
}
BENCHMARK(WaitBesideWriters)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
