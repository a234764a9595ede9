#include <sys/resource.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
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
#include "benchmarks/durable/result.h"
#include "benchmarks/peers/workload.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/pinmetrics.h"

namespace pinmetrics::durable_benchmark {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// What a process that opens a folder says.
struct Opened {
  double open_ms = 0;
  double overview_ms = 0;  ///< With opening the store.
  double again_ms = 0;     ///< The overview once more.
  double impressions = 0;  ///< Of the overview.
  double resident_kib = 0;
  double own_kib = 0;  ///< Of that, what is of no file.
};

absl::StatusOr<Opened> OpenInProcess(const std::string& folder, const Alone& alone) {
  const char* const what = !alone.overview    ? "--open"
                           : alone.map_blocks ? "--map-and-ask"
                                              : "--open-and-ask";
  std::error_code error;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe", error).string();
  const std::string command = absl::StrCat("'", self, "' ", what, " '", folder, "'");
  FILE* const pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c): this program itself.
  Opened opened;
  const int read = pipe == nullptr
                       ? 0
                       : std::fscanf(pipe, "%lf %lf %lf %lf %lf %lf", &opened.open_ms,
                                     &opened.overview_ms, &opened.again_ms, &opened.impressions,
                                     &opened.resident_kib, &opened.own_kib);
  if (pipe == nullptr || pclose(pipe) != 0 || read != 6) {
    return absl::InternalError(folder + " was not opened by a process of its own");
  }
  return opened;
}

std::uint64_t BytesIn(const std::string& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

/// Of the processor, by all threads of this process, with what the system did for them.
double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Of memory that is in use now, in KiB: all, and without that of files.
struct Resident {
  double all = 0;
  double own = 0;
};
Resident ResidentKib() {
  std::ifstream status("/proc/self/statm");
  double virtual_pages = 0;
  double resident = 0;
  double of_files = 0;
  status >> virtual_pages >> resident >> of_files;
  constexpr double kPageKib = 4;
  return {.all = resident * kPageKib, .own = (resident - of_files) * kPageKib};
}

}  // namespace

int OpenAlone(const std::string& folder, const Alone& alone) {
  auto begin = Clock::now();
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
      StoreDirectory::Open(folder, {.map_blocks = alone.map_blocks});
  const double open_ms = SecondsSince(begin) * 1e3;
  if (!directory.ok()) {
    std::cerr << directory.status() << "\n";
    return EXIT_FAILURE;
  }
  double overview_ms = 0;
  double again_ms = 0;
  double impressions = 0;
  Resident resident = ResidentKib();
  if (alone.overview) {
    begin = Clock::now();
    const absl::StatusOr<Store> store = (*directory)->OpenKeptStore(1);
    if (!store.ok()) {
      std::cerr << store.status() << "\n";
      return EXIT_FAILURE;
    }
    const absl::Time now = peers::Workload({.events = 0, .pins = 1, .viewers = 1}).now();
    const absl::StatusOr<Overview> answer = store->TakeSnapshot().RunOverview(now);
    overview_ms = SecondsSince(begin) * 1e3;
    if (!answer.ok()) {
      std::cerr << answer.status() << "\n";
      return EXIT_FAILURE;
    }
    impressions = answer->report.Total(kImpressions).value_or(0);
    begin = Clock::now();
    if (!store->TakeSnapshot().RunOverview(now).ok()) return EXIT_FAILURE;
    again_ms = SecondsSince(begin) * 1e3;
    resident = ResidentKib();
  }
  std::cout << absl::StrFormat("%.3f %.3f %.3f %.0f %.0f %.0f\n", open_ms, overview_ms, again_ms,
                               impressions, resident.all, resident.own);
  return EXIT_SUCCESS;
}

absl::Status MeasureOpening(const Options& options, const Sink& sink) {
  const std::string folder = MakeFolder(options, "opening");
  const peers::Workload workload({.events = options.events});
  double expected = 0;
  double load_s = 0;
  double log_bytes = 0;
  {
    CountingFiles files;
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = StoreDirectory::Open(
        folder,
        {.durability = Durability::kWritten, .map_blocks = options.map_blocks, .files = &files});
    if (!directory.ok()) return directory.status();
    absl::StatusOr<Store> store = (*directory)->OpenStore(1);
    if (!store.ok()) return store.status();
    if (absl::Status put = store->PutPins(workload.pins()).status; !put.ok()) return put;
    peers::EventStream stream(workload);
    std::vector<peers::EventRow> rows;
    std::vector<Event> events;
    constexpr std::size_t kBatch = 8192;
    absl::CivilDay day = workload.days().first();
    const auto end_of = [](absl::CivilDay of) {
      return absl::FromCivil(of + 1, absl::UTCTimeZone());
    };
    std::uint64_t sealed = 0;
    while (stream.Next(kBatch, rows)) {
      events.clear();
      for (const peers::EventRow& row : rows) events.push_back(peers::MakeEvent(row));
      const auto begin = Clock::now();
      if (stream.day() != day) {
        // The way a host lives: at the end of each day what is final by then.
        const SealResult result = store->Seal(end_of(day));
        if (!result.status.ok()) return result.status;
        sealed += result.events_sealed;
        day = stream.day();
      }
      const std::uint64_t written = files.written_bytes();
      const AppendResult result = store->Append(events, end_of(day));
      load_s += SecondsSince(begin);
      log_bytes += static_cast<double>(files.written_bytes() - written);
      if (!result.status.ok()) return result.status;
      if (result.taken != events.size()) return absl::InternalError("not all events were taken");
    }
    const auto begin = Clock::now();
    const SealResult result = store->Seal(workload.now());
    load_s += SecondsSince(begin);
    if (!result.status.ok()) return result.status;
    if (sealed + result.events_sealed != options.events) {
      return absl::InternalError("not all events were sealed");
    }
    const absl::StatusOr<Overview> overview = store->TakeSnapshot().RunOverview(workload.now());
    if (!overview.ok()) return overview.status();
    expected = overview->report.Total(kImpressions).value_or(0);
    const auto all = static_cast<double>(options.events);
    sink({.name = "load and seal day by day, kWritten", .unit = "events/s", .ours = all / load_s});
    sink({.name = "log, unsealed", .unit = "bytes an event", .ours = log_bytes / all});
    sink({.name = "packs, 90 sealed days",
          .unit = "bytes an event",
          .ours = static_cast<double>((*directory)->Stats().pack_bytes) / all});
  }
  sink({.name = "the folder after that, closed",
        .unit = "bytes an event",
        .ours = static_cast<double>(BytesIn(folder)) / static_cast<double>(options.events)});
  const absl::StatusOr<Opened> opened =
      OpenInProcess(folder, {.overview = true, .map_blocks = options.map_blocks});
  if (!opened.ok()) return opened.status();
  if (opened->impressions != expected) {
    return absl::InternalError(absl::StrCat("the overview has ", opened->impressions,
                                            " impressions after opening, expected ", expected));
  }
  sink({.name = "open the folder, 90 sealed days", .unit = "ms", .ours = opened->open_ms});
  Result first{
      .name = "and open the store, first overview",
      .unit = "ms",
      .ours = opened->open_ms + opened->overview_ms,
      .goal = "<= 3000 ms",
      .note = absl::StrFormat("%d events, %.0f MiB resident, %.0f of no file", options.events,
                              opened->resident_kib / 1024, opened->own_kib / 1024)};
  first.met = first.ours <= 3000;
  sink(first);
  Result again{.name = "the overview once more",
               .unit = "ms",
               .ours = opened->again_ms,
               .goal = "<= 1000 ms"};
  again.met = again.ours <= 1000;
  sink(again);
  RemoveFolder(folder);
  return absl::OkStatus();
}

absl::Status MeasureAccounts(const Options& options, const Sink& sink) {
  constexpr std::size_t kWriters = 8;
  constexpr std::size_t kEvents = 10;
  constexpr AccountKey kIdleForOneActive = 100;
  constexpr absl::CivilDay kDay(2026, 11, 10);
  constexpr double kMostSeconds = 60;
  const absl::Time now = absl::FromCivil(kDay, absl::UTCTimeZone()) + absl::Hours(20);
  const absl::Time final = now + absl::Hours(72);
  const std::string folder = MakeFolder(options, "accounts");
  const std::string accounts = absl::StrCat(options.accounts, " accounts");
  const auto is_right = [&](const Store& store, bool sealed) {
    const Query query = {.period = LastDays(1, kDay),
                         .include_saved = true,
                         .real_time = !sealed,
                         .metrics = {kImpressions}};
    const absl::StatusOr<Report> report = store.TakeSnapshot().Run(query, sealed ? final : now);
    return report.ok() && report->Total(kImpressions).value_or(0) == kEvents;
  };
  /// Some accounts of an opened folder.
  const auto check = [&](StoreDirectory& directory, bool sealed) {
    if (directory.Accounts().size() != options.accounts) return false;
    for (AccountKey account = 1; account <= options.accounts;
         account += options.accounts / 50 + 1) {
      absl::StatusOr<Store> store = directory.OpenKeptStore(account);
      if (!store.ok() || !is_right(*store, sealed)) return false;
    }
    return true;
  };
  {
    CountingFiles files;
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open(folder, {.files = &files});
    if (!directory.ok()) return directory.status();
    std::atomic<AccountKey> next = 1;
    std::atomic<bool> failed = false;
    const std::uint64_t syncs = files.syncs();
    const auto begin = Clock::now();
    std::vector<std::thread> threads;
    for (std::size_t writer = 0; writer < kWriters; ++writer) {
      threads.emplace_back([&] {
        std::vector<Event> events(kEvents);
        for (AccountKey account = next++; account <= options.accounts && !failed;
             account = next++) {
          absl::StatusOr<Store> store = (*directory)->OpenStore(account);
          if (!store.ok() || !store->PutPin({.id = PinId(1), .board = BoardId(1)}).ok()) {
            failed = true;
            return;
          }
          for (std::size_t i = 0; i < kEvents; ++i) {
            events[i].id = EventId(account * kEvents + i + 1);
            events[i].pin = PinId(1);
            events[i].viewer = ViewerId(account % 1000 * 3 + i % 3 + 1);
            events[i].time = now - absl::Seconds(static_cast<std::int64_t>(i + 1));
          }
          if (store->Append(events, now, "first").taken != kEvents) failed = true;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    const double took = SecondsSince(begin);
    if (failed) return absl::InternalError("an account or its batch was not taken");
    Result made{.name = accounts + " made, a Pin and a batch safe, 8 writers",
                .unit = "s",
                .ours = took,
                .goal = "<= 60 s",
                .note = absl::StrFormat("%.2f syncs an account",
                                        static_cast<double>(files.syncs() - syncs) /
                                            static_cast<double>(options.accounts))};
    made.met = took <= kMostSeconds;
    sink(made);
  }
  const auto measure_opening = [&](const std::string& which) -> absl::Status {
    const absl::StatusOr<Opened> opened = OpenInProcess(folder, {});
    if (!opened.ok()) return opened.status();
    Result time{.name = absl::StrCat("open with ", accounts, ", ", which),
                .unit = "ms",
                .ours = opened->open_ms,
                .goal = "<= 2000 ms"};
    time.met = time.ours <= 2000;
    sink(time);
    Result memory{.name = "memory of that process",
                  .unit = "MB",
                  .ours = opened->resident_kib * 1024 / 1e6,
                  .goal = "<= 200 MB"};
    memory.met = memory.ours <= 200;
    sink(memory);
    return absl::OkStatus();
  };
  if (absl::Status status = measure_opening("not sealed"); !status.ok()) return status;
  {
    CountingFiles files;
    absl::StatusOr<std::unique_ptr<StoreDirectory>> directory =
        StoreDirectory::Open(folder, {.files = &files});
    if (!directory.ok()) return directory.status();
    if (!check(**directory, false)) return absl::InternalError("an account is not as it was made");
    const std::uint64_t syncs = files.syncs();
    const auto begin = Clock::now();
    const SealAllResult result = (*directory)->SealAll(final);
    const double took = SecondsSince(begin);
    if (!result.status.ok()) return result.status;
    if (result.events_sealed != options.accounts * kEvents) {
      return absl::InternalError("not all events were sealed");
    }
    // Each round writes one pack.
    const std::uint64_t rounds = files.packs();
    Result sealed{
        .name = accounts + " sealed together",
        .unit = "s",
        .ours = took,
        .goal = "<= 60 s",
        .note = absl::StrFormat("%.0f MB resident after", ResidentKib().all * 1024 / 1e6)};
    sealed.met = took <= kMostSeconds;
    sink(sealed);
    Result flushes{.name = "syncs of a round of that",
                   .unit = "syncs",
                   .ours = static_cast<double>(files.syncs() - syncs) / static_cast<double>(rounds),
                   .goal = "<= 20",
                   .note = absl::StrCat(rounds, " rounds")};
    flushes.met = flushes.ours <= 20;
    sink(flushes);
  }
  if (absl::Status status = measure_opening("sealed"); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = StoreDirectory::Open(folder);
  if (!directory.ok()) return directory.status();
  if (!check(**directory, true)) return absl::InternalError("an account is not as it was sealed");
  // The next day: few accounts have anything new.
  std::uint64_t active = 0;
  for (AccountKey account = 1; account <= options.accounts; account += kIdleForOneActive) {
    absl::StatusOr<Store> store = (*directory)->OpenKeptStore(account);
    if (!store.ok()) return store.status();
    const Event event{.id = EventId(1), .time = now + absl::Hours(24), .pin = PinId(1)};
    if (store->Append({&event, 1}, now + absl::Hours(24)).taken != 1) {
      return absl::InternalError("an event was not taken");
    }
    ++active;
  }
  const double processor = ProcessorSeconds();
  const auto begin = Clock::now();
  const SealAllResult result = (*directory)->SealAll(final + absl::Hours(24));
  const double took = SecondsSince(begin);
  const double processor_took = ProcessorSeconds() - processor;
  if (!result.status.ok()) return result.status;
  if (result.accounts != options.accounts || result.events_sealed != active) {
    return absl::InternalError("not all accounts were sealed, or not all events");
  }
  if (!check(**directory, true)) return absl::InternalError("an account is not as it was sealed");
  sink({.name = accounts + " sealed, of which 1 in 100 is active",
        .unit = "s",
        .ours = took,
        .note = absl::StrFormat("%.2f s of the processor", processor_took)});
  directory->reset();
  RemoveFolder(folder);
  return absl::OkStatus();
}

}  // namespace pinmetrics::durable_benchmark
