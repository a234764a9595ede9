#include "examples/cli/input_files.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "examples/cli/inputs.h"
#include "examples/cli/terminal_text.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/pin.h"

namespace pinmetrics::cli {
namespace {

/// Hands events to an account by the batch, and names what it refuses.
class Batches {
 public:
  Batches(const std::string& file, Account& account, RefusalLog& log)
      : file_(file), account_(account), log_(log) {}

  absl::Status Add(const Event& event, const EventOrigin& origin) {
    events_.push_back(event);
    origins_.push_back(origin);
    return events_.size() < kEvents ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    const absl::StatusOr<std::vector<Refusal>> refused = account_.Append(events_);
    if (!refused.ok()) return refused.status();
    for (const Refusal& refusal : *refused) {
      RefuseEvent(file_, origins_[refusal.index], refusal.fault, log_);
    }
    events_.clear();
    origins_.clear();
    return absl::OkStatus();
  }

 private:
  static constexpr std::size_t kEvents = 1 << 14;  // 1.5 MB of them.

  const std::string& file_;
  Account& account_;
  RefusalLog& log_;
  std::vector<Event> events_;
  std::vector<EventOrigin> origins_;
};

}  // namespace

WatchedFile::WatchedFile(const std::string& name, InputFile file, Console& console)
    : name_(Neutralised(name)), file_(std::move(file)), console_(&console), shown_(absl::Now()) {}

absl::StatusOr<WatchedFile> WatchedFile::Open(const std::string& name, Console& console) {
  absl::StatusOr<InputFile> file = InputFile::Open(name);
  if (!file.ok()) return file.status();
  return WatchedFile(name, *std::move(file), console);
}

absl::StatusOr<std::size_t> WatchedFile::Read(std::span<char> buffer) {
  absl::StatusOr<std::size_t> read = file_.Read(buffer);
  if (read.ok()) bytes_ += static_cast<std::int64_t>(*read);
  if (console_->ShowsProgress()) Show();
  return read;
}

ByteSource WatchedFile::Source() {
  return [this](std::span<char> buffer) { return Read(buffer); };
}

void WatchedFile::Show() {
  constexpr absl::Duration kBetween = absl::Milliseconds(100);
  const absl::Time now = absl::Now();
  if (now - shown_ < kBetween) return;
  shown_ = now;
  constexpr std::int64_t kMegabyte = 1'000'000;
  std::string text = CutToWidth(name_, 40) + "  " + std::to_string(bytes_ / kMegabyte);
  if (file_.size() && *file_.size() > 0) {
    text += " of " + std::to_string(*file_.size() / kMegabyte) + " MB, " +
            std::to_string(100 * bytes_ / *file_.size()) + "%";
  } else {
    text += " MB";
  }
  console_->Progress(text);
}

absl::StatusOr<InputFiles> InputFiles::Open(const Options& options, Console& console) {
  absl::StatusOr<WatchedFile> pins = WatchedFile::Open(options.pins, console);
  if (!pins.ok()) return pins.status();
  absl::StatusOr<WatchedFile> events = WatchedFile::Open(options.events, console);
  if (!events.ok()) return events.status();
  return InputFiles(options, *std::move(pins), *std::move(events));
}

bool InputFiles::HaveOneAt(const std::string& name) const {
  return pins_.file().IsAt(name) || events_.file().IsAt(name);
}

absl::Status InputFiles::Load(Account& account, RefusalLog& log, PeriodNotes& notes) {
  std::vector<Pin> pins;
  absl::Status status = ReadPins(options_->pins, pins_.Source(), log, pins);
  if (status.ok()) status = account.PutPins(pins);
  if (!status.ok()) return status;

  Batches batches(options_->events, account, log);
  const TakeEvent take = [&](const Event& event, const EventOrigin& origin) {
    notes.Add(event.time, origin.time_is_number);
    return batches.Add(event, origin);
  };
  status = ReadEvents(options_->events, events_.Source(), pins, options_->now, log, take);
  return status.ok() ? batches.Flush() : status;
}

}  // namespace pinmetrics::cli
