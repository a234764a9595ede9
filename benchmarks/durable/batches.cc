#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "benchmarks/durable/counting_files.h"
#include "benchmarks/durable/group_commit.h"
#include "benchmarks/durable/result.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/pinmetrics.h"

namespace pinmetrics::durable_benchmark {
namespace {

constexpr std::size_t kBytesAnEvent = 48;
constexpr absl::CivilDay kDay(2026, 11, 10);
constexpr std::uint64_t kPins = 1'000;

absl::Time Now() { return absl::FromCivil(kDay, absl::UTCTimeZone()) + absl::Hours(20); }

struct Case {
  std::size_t events = 1;  ///< A batch.
  std::size_t writers = 1;
  bool one_account = false;
  Durability durability = Durability::kSynced;
};

/// What one run came to.
struct Run {
  double batches_a_second = 0;
  double syncs_a_batch = 0;
  double bytes_a_batch = 0;
};

/// Lets so many threads call `add(writer, batch)` for some seconds. The batches a second and how
/// many there were; nothing if a call returned false.
std::optional<std::pair<double, std::uint64_t>> Write(
    std::size_t writers, double seconds,
    const std::function<bool(std::size_t writer, std::uint64_t batch)>& add) {
  std::atomic<bool> failed = false;
  std::atomic<std::uint64_t> batches = 0;
  std::barrier start(static_cast<std::ptrdiff_t>(writers) + 1);
  std::vector<std::thread> threads;
  std::atomic<bool> done = false;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      start.arrive_and_wait();
      std::uint64_t batch = 0;
      while (!done && !failed) {
        if (!add(writer, batch)) failed = true;
        ++batch;
      }
      batches += batch;
    });
  }
  start.arrive_and_wait();
  const auto begin = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  done = true;
  for (std::thread& thread : threads) thread.join();
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (failed) return std::nullopt;
  return std::pair(static_cast<double>(batches) / took, batches.load());
}

/// A writer's batch, to which each call gives other ids.
std::vector<Event> MakeEvents(std::size_t count) {
  std::vector<Event> events(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t dice = (i + 1) * 0x9e3779b97f4a7c15 >> 20;
    Event& event = events[i];
    event.time = absl::FromCivil(kDay, absl::UTCTimeZone()) +
                 absl::Milliseconds(static_cast<std::int64_t>(i % 40'000'000));
    event.pin = PinId(dice % kPins + 1);
    event.viewer = ViewerId(dice / kPins % 100'000 + 1);
    event.device = static_cast<Device>(dice % 4);
    event.age = static_cast<Age>(dice / 7 % 8);
  }
  return events;
}

void NumberEvents(std::size_t writer, std::uint64_t batch, std::vector<Event>& events) {
  std::uint64_t id = (std::uint64_t{writer} << 40) + batch * events.size();
  for (Event& event : events) event.id = EventId(++id);
}

std::vector<Pin> MakePins() {
  std::vector<Pin> pins;
  for (std::uint64_t id = 1; id <= kPins; ++id) {
    pins.push_back({.id = PinId(id), .board = BoardId(id % 30)});
  }
  return pins;
}

AccountKey AccountOf(const Case& of, std::size_t writer) {
  return of.one_account ? 1 : static_cast<AccountKey>(writer) + 1;
}

/// How many impressions the accounts have after the folder was opened again.
absl::StatusOr<double> CountImpressions(const std::string& folder) {
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = StoreDirectory::Open(folder);
  if (!directory.ok()) return directory.status();
  double impressions = 0;
  for (const AccountKey account : (*directory)->Accounts()) {
    absl::StatusOr<Store> store = (*directory)->OpenKeptStore(account);
    if (!store.ok()) return store.status();
    const Query query = {.period = LastDays(1, kDay),
                         .include_saved = true,
                         .real_time = true,
                         .metrics = {kImpressions}};
    const absl::StatusOr<Report> report = store->TakeSnapshot().Run(query, Now());
    if (!report.ok()) return report.status();
    impressions += report->Total(kImpressions).value_or(0);
  }
  return impressions;
}

absl::StatusOr<Run> RunStores(const Options& options, const Case& of) {
  const std::string folder = MakeFolder(options, "stores");
  std::uint64_t batches = 0;
  Run run;
  {
    CountingFiles files;
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open(folder, {.durability = of.durability, .files = &files});
    if (!directory.ok()) return directory.status();
    std::vector<Store> stores;
    std::vector<std::vector<Event>> events(of.writers, MakeEvents(of.events));
    for (std::size_t writer = 0; writer < of.writers; ++writer) {
      absl::StatusOr<Store> store = (*directory)->OpenStore(AccountOf(of, writer));
      if (!store.ok()) return store.status();
      if (absl::Status put = store->PutPins(MakePins()).status; !put.ok()) return put;
      stores.push_back(*std::move(store));
    }
    const std::uint64_t syncs = files.syncs();
    const std::uint64_t written = files.written_bytes();
    const auto written_batches =
        Write(of.writers, options.seconds, [&](std::size_t writer, std::uint64_t batch) {
          NumberEvents(writer, batch, events[writer]);
          const AppendResult result =
              stores[writer].Append(events[writer], Now(), absl::StrCat(writer, "-", batch));
          return result.status.ok() && result.taken == of.events;
        });
    if (!written_batches) return absl::InternalError("a batch was not taken");
    batches = written_batches->second;
    run.batches_a_second = written_batches->first;
    run.syncs_a_batch = static_cast<double>(files.syncs() - syncs) / static_cast<double>(batches);
    run.bytes_a_batch =
        static_cast<double>(files.written_bytes() - written) / static_cast<double>(batches);
  }
  const absl::StatusOr<double> impressions = CountImpressions(folder);
  if (!impressions.ok()) return impressions.status();
  const auto expected = static_cast<double>(batches * of.events);
  if (*impressions != expected) {
    return absl::InternalError(absl::StrCat("opened again, there are ", *impressions,
                                            " impressions, expected ", expected));
  }
  RemoveFolder(folder);
  return run;
}

/// What the stores alone come to, in memory: no store in a folder is faster.
absl::StatusOr<Run> RunInMemory(const Options& options, const Case& of) {
  std::vector<Store> stores(of.one_account ? 1 : of.writers);
  std::vector<std::vector<Event>> events(of.writers, MakeEvents(of.events));
  for (Store& store : stores) {
    if (absl::Status put = store.PutPins(MakePins()).status; !put.ok()) return put;
  }
  const auto written =
      Write(of.writers, options.seconds, [&](std::size_t writer, std::uint64_t batch) {
        NumberEvents(writer, batch, events[writer]);
        return stores[writer % stores.size()].Append(events[writer], Now()).taken == of.events;
      });
  if (!written) return absl::InternalError("a batch was not taken");
  return Run{.batches_a_second = written->first};
}

absl::StatusOr<Run> RunPeer(
    const Options& options, const Case& of,
    const std::function<std::unique_ptr<CommitPeer>(const std::string& folder)>& make) {
  const std::string folder = MakeFolder(options, "peer");
  std::unique_ptr<CommitPeer> peer = make(folder);
  if (!peer) return absl::UnavailableError("cannot make a peer's files in " + folder);
  std::vector<std::vector<std::byte>> bytes(
      of.writers, std::vector<std::byte>(of.events * kBytesAnEvent, std::byte{0xff}));
  const auto written =
      Write(of.writers, options.seconds, [&](std::size_t writer, std::uint64_t batch) {
        // An id for each event, no byte of which is zero.
        for (std::size_t event = 0; event < of.events; ++event) {
          const std::uint64_t id = (batch * of.events + event) | 0x8080808080808080;
          std::memcpy(&bytes[writer][event * kBytesAnEvent], &id, sizeof id);
        }
        return peer->Add(bytes[writer]);
      });
  if (!written) return absl::UnavailableError("a peer's batch was not taken");
  const std::optional<std::uint64_t> count = peer->CloseAndCount();
  if (count != written->second * of.events * kBytesAnEvent) {
    return absl::InternalError("a peer has not all that it took");
  }
  peer.reset();
  RemoveFolder(folder);
  return Run{.batches_a_second = written->first};
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Medians of runs in which all three take turns.
absl::Status Compare(const Options& options, const Case& of, Result result,
                     std::optional<double> goal, const Sink& sink) {
  std::vector<double> ours;
  std::vector<double> bare;
  std::vector<double> sqlite;
  std::vector<double> ratios_to_file;
  std::vector<double> ratios_to_sqlite;
  Run last;
  for (int run = 0; run < options.runs; ++run) {
    const absl::StatusOr<Run> of_ours = RunStores(options, of);
    const absl::StatusOr<Run> of_bare = RunPeer(options, of, MakeBareFile);
    const absl::StatusOr<Run> of_sqlite = RunPeer(options, of, MakeSqlite);
    absl::Status status = of_ours.status();
    status.Update(of_bare.status());
    status.Update(of_sqlite.status());
    if (!status.ok()) return status;
    last = *of_ours;
    ours.push_back(of_ours->batches_a_second);
    bare.push_back(of_bare->batches_a_second);
    sqlite.push_back(of_sqlite->batches_a_second);
    ratios_to_file.push_back(ours.back() / bare.back());
    ratios_to_sqlite.push_back(ours.back() / sqlite.back());
  }
  result.ours = Median(ours);
  result.bare_file = Median(bare);
  result.sqlite = Median(sqlite);
  // A disk that is fast for a while and slow for a while is so for all of a turn.
  result.to_file = Median(ratios_to_file);
  result.to_sqlite = Median(ratios_to_sqlite);
  if (goal) {
    result.goal = absl::StrFormat(">= %.1f x file", *goal);
    result.met = *result.to_file >= *goal;
  }
  const absl::StatusOr<Run> in_memory = RunInMemory(options, of);
  if (!in_memory.ok()) return in_memory.status();
  result.note = absl::StrFormat(
      "%.2f syncs a batch, %.1f bytes an event; in memory %.0f", last.syncs_a_batch,
      last.bytes_a_batch / static_cast<double>(of.events), in_memory->batches_a_second);
  sink(result);
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureBatches(const Options& options, const Sink& sink) {
  constexpr double kGoalOfOne = 0.8;
  constexpr double kGoalOfMany = 0.9;
  for (const std::size_t events : std::initializer_list<std::size_t>{1, 100, 10'000}) {
    const std::string name = absl::StrCat("batches of ", events, ", ");
    const auto compare = [&](const Case& of, const std::string& who, std::optional<double> goal) {
      return Compare(options, of, {.name = name + who, .unit = "batches/s"}, goal, sink);
    };
    absl::Status status = compare({.events = events, .writers = 1}, "1 writer", kGoalOfOne);
    if (!status.ok()) return status;
    status = compare({.events = events, .writers = 8}, "8 writers", kGoalOfMany);
    if (!status.ok()) return status;
    status = compare({.events = events, .writers = 8, .one_account = true},
                     "8 writers of one account", std::nullopt);
    if (!status.ok()) return status;
  }
  constexpr double kGoalWritten = 3e6;
  for (const std::size_t writers : {std::size_t{1}, std::size_t{8}}) {
    const Case of = {.events = 10'000, .writers = writers, .durability = Durability::kWritten};
    std::vector<double> ours;
    for (int run = 0; run < options.runs; ++run) {
      const absl::StatusOr<Run> of_ours = RunStores(options, of);
      if (!of_ours.ok()) return of_ours.status();
      ours.push_back(of_ours->batches_a_second * static_cast<double>(of.events));
    }
    Result result{.name = absl::StrCat("kWritten, batches of 10000, ", writers,
                                       writers == 1 ? " writer" : " writers"),
                  .unit = "events/s",
                  .ours = Median(ours),
                  .goal = ">= 3 M/s"};
    result.met = result.ours >= kGoalWritten;
    sink(result);
  }
  return absl::OkStatus();
}

}  // namespace pinmetrics::durable_benchmark
