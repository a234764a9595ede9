#include "examples/cli/event_load.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics::cli {
namespace {

/// Frozen: a later release looks no further for keys that this one made.
constexpr std::int64_t kStretchRows = 100'000;

}  // namespace

EventLoad::EventLoad(EventLoadOptions options, Store& store, RefusalLog& log)
    : options_(std::move(options)), store_(store), log_(log), trail_(options_.refused != nullptr) {}

absl::Status EventLoad::Run(ByteSource source, CsvLimits limits) {
  const TakeRow take = [this](const Event* event, const EventOrigin& origin) {
    return Take(event, origin);
  };
  absl::Status status = ReadEventRows(options_.file, std::move(source), options_.now, log_, take,
                                      limits, trail_.Observer());
  if (!status.ok()) return status;
  if (row_ == 0 && options_.refused != nullptr) status = options_.refused->Add(trail_.header());
  if (open_.rows > 0) EndBatch(trail_.Key(), row_);
  return status.ok() ? Append() : status;
}

absl::Status EventLoad::Take(const Event* event, const EventOrigin& origin) {
  absl::Status status;
  if (row_ == 0 && options_.refused != nullptr) status = options_.refused->Add(trail_.header());
  if (!trail_.has_line_end() && open_.rows > 0) EndBatch(trail_.key_before(), row_);
  ++row_;
  ++open_.rows;
  if (event != nullptr) {
    open_.events.push_back(*event);
    open_.origins.push_back(origin);
    if (options_.refused != nullptr) open_.texts.emplace_back(trail_.text());
  } else if (options_.refused != nullptr && status.ok()) {
    status = options_.refused->Add(trail_.text());
  }
  const bool stretch_ends = row_ % kStretchRows == 0;
  const bool batch_ends = stretch_ends || row_ % options_.batch_rows == 0;
  if (batch_ends || options_.may_repeat) {
    std::string key = trail_.Key();
    if (options_.may_repeat && WasTaken(key)) {
      rows_skipped_ = row_;
      pending_.clear();
      open_ = Batch();
    } else if (batch_ends) {
      EndBatch(std::move(key), row_);
    }
  }
  if (status.ok() && (stretch_ends || !options_.may_repeat)) status = Append();
  return status;
}

void EventLoad::EndBatch(std::string key, std::int64_t last_row) {
  open_.key = std::move(key);
  open_.last_row = last_row;
  pending_.push_back(std::exchange(open_, Batch()));
}

/// A batch of nothing takes nothing, so it tells whether its key is known and changes nothing.
bool EventLoad::WasTaken(const std::string& key) {
  return store_.Append({}, options_.now, key).repeated_batch;
}

absl::Status EventLoad::Append() {
  const auto acknowledge = [this](std::int64_t rows) {
    if (rows <= rows_acknowledged_) return absl::OkStatus();
    rows_acknowledged_ = rows;
    return options_.acknowledge ? options_.acknowledge(rows) : absl::OkStatus();
  };
  absl::Status status = acknowledge(rows_skipped_);
  for (const Batch& batch : pending_) {
    if (status.ok()) status = AppendBatch(batch);
    if (status.ok()) status = acknowledge(batch.last_row);
  }
  pending_.clear();
  return status;
}

absl::Status EventLoad::AppendBatch(const Batch& batch) {
  if (batch.events.empty()) return absl::OkStatus();
  const AppendResult result = store_.Append(batch.events, options_.now, batch.key);
  if (!result.status.ok()) {
    return absl::Status(
        result.status.code(),
        absl::StrCat(options_.file, ":", batch.origins.front().line,
                     ": nothing from here on was taken: ", result.status.message()));
  }
  for (const Refusal& refusal : result.refused) {
    RefuseEvent(options_.file, batch.origins[refusal.index], refusal.fault, log_);
    if (options_.refused == nullptr) continue;
    absl::Status status = options_.refused->Add(batch.texts[refusal.index]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace pinmetrics::cli
