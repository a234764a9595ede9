#include "benchmarks/peers/load.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmarks/peers/event_table.h"
#include "benchmarks/peers/measure.h"
#include "benchmarks/peers/sql.h"

namespace pinmetrics::peers {
namespace {

absl::Time EndOf(absl::CivilDay day) { return absl::FromCivil(day + 1, absl::UTCTimeZone()); }

absl::Status CheckTaken(const AppendResult& result, std::size_t expected) {
  if (!result.status.ok()) return result.status;
  if (!result.refused.empty()) {
    return absl::InternalError(absl::StrCat("refused: ", result.refused.front().ToString()));
  }
  if (result.taken == expected) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(result.taken, " of ", expected, " events were taken"));
}

double PerEvent(double ms, std::uint64_t events) {
  return ms * 1e6 / static_cast<double>(std::max<std::uint64_t>(events, 1));
}

/// Appends a day in batches, and says how many milliseconds of processor time that took.
template <typename Appender>
absl::StatusOr<double> AppendDay(std::span<const EventRow> day, Appender appender) {
  absl::Status status = absl::OkStatus();
  const double ms = CpuMs([&] {
    while (!day.empty() && status.ok()) {
      const std::span<const EventRow> batch = day.first(std::min(day.size(), kBatch));
      status = appender.Append(batch);
      day = day.subspan(batch.size());
    }
    status.Update(appender.Close());
  });
  if (!status.ok()) return status;
  return ms;
}

}  // namespace

StoreLoader::StoreLoader(const Workload& workload, Ids ids, Store& store)
    : workload_(workload), ids_(ids), store_(store), day_(workload.days().first()) {
  for (const Pin& pin : workload.pins()) pins_.Update(store.PutPin(pin));
}

absl::Status StoreLoader::Append(std::span<const EventRow> day) {
  absl::Status status = pins_;
  while (!day.empty() && status.ok()) {
    const std::span<const EventRow> batch = day.first(std::min(day.size(), kBatch));
    day = day.subspan(batch.size());
    events_.clear();
    for (const EventRow& row : batch) {
      events_.push_back(MakeEvent(row));
      if (ids_ == Ids::kCounted) continue;
      // An odd factor: no two become one.
      constexpr std::uint64_t kScatter = 0xd1342543de82ef95;
      events_.back().id = EventId(row.id * kScatter);
      events_.back().viewer = ViewerId(row.viewer * kScatter);
    }
    AppendResult result;
    append_ms_ += CpuMs([&] { result = store_.Append(events_, EndOf(day_)); });
    appended_ += result.taken;
    status = CheckTaken(result, events_.size());
  }
  Seal(EndOf(day_));
  ++day_;
  return status;
}

absl::Status StoreLoader::Finish() {
  Seal(workload_.now());
  const std::uint64_t all = workload_.size().events;
  if (sealed_ == all) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(sealed_, " of ", all, " events were sealed"));
}

void StoreLoader::Seal(absl::Time now) {
  seal_ms_ += CpuMs([&] { sealed_ += store_.Seal(now).events_sealed; });
}

LoadCost StoreLoader::cost() const {
  return {.append_ns = PerEvent(append_ms_, appended_), .seal_ns = PerEvent(seal_ms_, appended_)};
}

absl::Status ForEachDay(const Workload& workload,
                        const std::function<absl::Status(std::span<const EventRow>)>& take) {
  EventStream stream(workload);
  std::vector<EventRow> rows;
  std::vector<EventRow> day;
  absl::CivilDay of = workload.days().first();
  while (stream.Next(kBatch, rows)) {
    if (stream.day() != of) {
      absl::Status status = take(day);
      if (!status.ok()) return status;
      day.clear();
      of = stream.day();
    }
    day.insert(day.end(), rows.begin(), rows.end());
  }
  return take(day);
}

absl::StatusOr<LoadCost> LoadStore(const Workload& workload, Store& store) {
  StoreLoader loader(workload, Ids::kCounted, store);
  absl::Status status =
      ForEachDay(workload, [&](std::span<const EventRow> day) { return loader.Append(day); });
  if (status.ok()) status = loader.Finish();
  if (!status.ok()) return status;
  return loader.cost();
}

absl::Status LoadDatabase(const Workload& workload, Database& database) {
  absl::Status status = CreateEventTable(database, "events", EventColumns::kEventAndPin);
  if (!status.ok()) return status;
  absl::StatusOr<ChunkAppender> appender =
      ChunkAppender::Open(database, "events", EventColumns::kEventAndPin, workload);
  if (!appender.ok()) return appender.status();
  EventStream stream(workload);
  std::vector<EventRow> rows;
  while (status.ok() && stream.Next(kBatch, rows)) status = appender->Append(rows);
  status.Update(appender->Close());
  if (!status.ok()) return status;
  return database.Execute(CreateSummarySql());
}

absl::Status AppendMeter::Append(std::span<const EventRow> day) {
  constexpr char kTable[] = "appended";
  absl::Status status = CreateEventTable(database_, kTable, EventColumns::kEvent);
  if (!status.ok()) return status;
  absl::StatusOr<double> ms = 0.0;
  if (by_ == AppendBy::kRows) {
    absl::StatusOr<RowAppender> appender = RowAppender::Open(database_, kTable);
    if (!appender.ok()) return appender.status();
    ms = AppendDay(day, *std::move(appender));
  } else {
    absl::StatusOr<ChunkAppender> appender =
        ChunkAppender::Open(database_, kTable, EventColumns::kEvent, workload_);
    if (!appender.ok()) return appender.status();
    ms = AppendDay(day, *std::move(appender));
  }
  if (!ms.ok()) return ms.status();
  ms_ += *ms;
  events_ += day.size();
  return database_.Execute(absl::StrCat("DROP TABLE ", kTable));
}

double AppendMeter::ns_per_event() const { return PerEvent(ms_, events_); }

absl::Status WriteToFile(const std::string& path,
                         std::initializer_list<std::pair<const char*, const char*>> tables,
                         Database& database) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  std::filesystem::remove(path, ignored);
  absl::Status status = database.Execute(absl::StrCat("ATTACH '", path, "' AS file"));
  for (const auto& [name, select] : tables) {
    if (!status.ok()) return status;
    status = database.Execute(absl::StrCat("CREATE TABLE file.", name, " AS ", select));
  }
  if (status.ok()) status = database.Execute("CHECKPOINT file");
  if (status.ok()) status = database.Execute("DETACH file");
  return status;
}

absl::StatusOr<double> FileBytesPerEvent(const Workload& workload, const std::string& path,
                                         Database& database) {
  absl::Status status =
      WriteToFile(path,
                  {{"events",
                    "SELECT ts, pin, viewer, action, device, content_type, age, gender, play_ms,"
                    " half_ms, progress FROM events"}},
                  database);
  if (!status.ok()) return status;
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  if (error) return absl::InternalError(absl::StrCat(path, ": ", error.message()));
  return static_cast<double>(bytes) / static_cast<double>(workload.size().events);
}

}  // namespace pinmetrics::peers
