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

/// Appends the first `events`, and adds up what that cost.
template <typename Appender>
absl::StatusOr<double> AppendFirst(const Workload& workload, std::uint64_t events,
                                   Appender appender) {
  EventStream stream(workload);
  std::vector<EventRow> rows;
  std::uint64_t left = events;
  absl::Status status = absl::OkStatus();
  double ms = 0;
  while (left > 0 && stream.Next(std::min<std::uint64_t>(left, kBatch), rows)) {
    ms += CpuMs([&] { status = appender.Append(rows); });
    if (!status.ok()) return status;
    left -= rows.size();
  }
  ms += CpuMs([&] { status = appender.Close(); });
  if (!status.ok()) return status;
  return PerEvent(ms, events - left);
}

}  // namespace

absl::StatusOr<LoadCost> LoadStore(const Workload& workload, Store& store) {
  for (const Pin& pin : workload.pins()) {
    absl::Status status = store.PutPin(pin);
    if (!status.ok()) return status;
  }
  EventStream stream(workload);
  std::vector<EventRow> rows;
  std::vector<Event> events;
  double append_ms = 0;
  double seal_ms = 0;
  std::uint64_t sealed = 0;
  const auto seal = [&](absl::Time now) {
    seal_ms += CpuMs([&] { sealed += store.Seal(now).events_sealed; });
  };
  absl::CivilDay day = workload.days().first();
  while (stream.Next(kBatch, rows)) {
    if (stream.day() != day) seal(EndOf(day));
    day = stream.day();
    events.clear();
    for (const EventRow& row : rows) events.push_back(MakeEvent(row));
    AppendResult result;
    append_ms += CpuMs([&] { result = store.Append(events, EndOf(day)); });
    absl::Status status = CheckTaken(result, events.size());
    if (!status.ok()) return status;
  }
  seal(workload.now());
  const std::uint64_t all = workload.size().events;
  if (sealed != all) {
    return absl::InternalError(absl::StrCat(sealed, " of ", all, " events were sealed"));
  }
  return LoadCost{.append_ns = PerEvent(append_ms, all), .seal_ns = PerEvent(seal_ms, all)};
}

absl::Status LoadDatabase(const Workload& workload, Database& database) {
  absl::Status status = CreateEventTable(database, "events", EventColumns::kEventAndPin);
  if (!status.ok()) return status;
  absl::StatusOr<ChunkAppender> appender =
      ChunkAppender::Open(database, "events", EventColumns::kEventAndPin, workload);
  if (!appender.ok()) return appender.status();
  status = AppendFirst(workload, workload.size().events, *std::move(appender)).status();
  if (!status.ok()) return status;
  return database.Execute(CreateSummarySql());
}

absl::StatusOr<double> MeasureAppend(const Workload& workload, std::uint64_t events, AppendBy by,
                                     Database& database) {
  absl::Status status = CreateEventTable(database, "appended", EventColumns::kEvent);
  if (!status.ok()) return status;
  absl::StatusOr<double> cost = 0.0;
  if (by == AppendBy::kRows) {
    absl::StatusOr<RowAppender> appender = RowAppender::Open(database, "appended");
    if (!appender.ok()) return appender.status();
    cost = AppendFirst(workload, events, *std::move(appender));
  } else {
    absl::StatusOr<ChunkAppender> appender =
        ChunkAppender::Open(database, "appended", EventColumns::kEvent, workload);
    if (!appender.ok()) return appender.status();
    cost = AppendFirst(workload, events, *std::move(appender));
  }
  status = database.Execute("DROP TABLE appended");
  if (!status.ok()) return status;
  return cost;
}

absl::StatusOr<double> FileBytesPerEvent(const Workload& workload, const std::string& path,
                                         Database& database) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  std::filesystem::remove(path, ignored);
  for (const std::string& sql :
       {absl::StrCat("ATTACH '", path, "' AS file"),
        std::string("CREATE TABLE file.events AS SELECT ts, pin, viewer, action, device,"
                    " content_type, age, gender, play_ms, half_ms, progress FROM events"),
        std::string("CHECKPOINT file"), std::string("DETACH file")}) {
    absl::Status status = database.Execute(sql);
    if (!status.ok()) return status;
  }
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  std::filesystem::remove(path, ignored);
  if (error) return absl::InternalError(absl::StrCat(path, ": ", error.message()));
  return static_cast<double>(bytes) / static_cast<double>(workload.size().events);
}

}  // namespace pinmetrics::peers
