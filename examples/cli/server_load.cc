#include "examples/cli/server_load.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics::cli {

ServerLoad::ServerLoad(ServerLoadOptions options, const ClickHouseEngine& server, RefusalLog& log)
    : options_(std::move(options)), server_(server), log_(log), trail_(/*keeps_text=*/false) {}

absl::Status ServerLoad::Run(ByteSource source, CsvLimits limits) {
  const TakeRow take = [this](const Event* event, const EventOrigin& origin) {
    return Take(event, origin);
  };
  absl::Status status = ReadEventRows(options_.file, std::move(source), options_.now, log_, take,
                                      limits, trail_.Observer());
  return status.ok() && rows_ > 0 ? Append() : status;
}

absl::Status ServerLoad::Take(const Event* event, const EventOrigin& origin) {
  ++row_;
  ++rows_;
  if (event != nullptr) {
    events_.push_back(*event);
    origins_.push_back(origin);
    keys_.push_back(event->id == EventId() ? trail_.Key() : "");
  }
  return rows_ == options_.batch_rows ? Append() : absl::OkStatus();
}

absl::Status ServerLoad::Append() {
  if (!events_.empty()) {
    const ClickHouseAppendResult result = server_.Append(events_, keys_, options_.now);
    if (!result.status.ok()) {
      return absl::Status(
          result.status.code(),
          absl::StrCat(options_.file, ":", origins_.front().line,
                       ": nothing from here on is known to be taken, load it again: ",
                       result.status.message()));
    }
    for (const Refusal& refusal : result.refused) {
      RefuseEvent(options_.file, origins_[refusal.index], refusal.fault, log_);
    }
  }
  rows_ = 0;
  events_.clear();
  origins_.clear();
  keys_.clear();
  return options_.acknowledge ? options_.acknowledge(row_) : absl::OkStatus();
}

}  // namespace pinmetrics::cli
