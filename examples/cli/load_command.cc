#include "examples/cli/load_command.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "examples/cli/event_load.h"
#include "examples/cli/failure.h"
#include "examples/cli/input_files.h"
#include "examples/cli/inputs.h"
#include "examples/cli/refusal_log.h"
#include "examples/cli/refused_events.h"
#include "examples/cli/server.h"
#include "examples/cli/server_load.h"
#include "examples/cli/store_folder.h"
#include "examples/cli/terminal_text.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics::cli {
namespace {

/// The files of a load. Those that the options do not name are absent.
struct LoadFiles {
  std::optional<WatchedFile> pins = {};
  std::optional<WatchedFile> events = {};
  std::optional<RefusedEvents> refused = {};
};

absl::Status OpenInput(const std::string& name, Console& console,
                       std::optional<WatchedFile>& input) {
  if (name.empty()) return absl::OkStatus();
  absl::StatusOr<WatchedFile> file = WatchedFile::Open(name, console);
  if (!file.ok()) return file.status();
  input.emplace(*std::move(file));
  return absl::OkStatus();
}

/// All of them before a folder is made. InvalidArgument if one is to be read and written.
absl::Status OpenFiles(const Options& options, Console& console, LoadFiles& files) {
  absl::Status status = OpenInput(options.pins, console, files.pins);
  if (status.ok()) status = OpenInput(options.events, console, files.events);
  if (!status.ok() || options.refused.empty()) return status;
  for (const std::optional<WatchedFile>* const input : {&files.pins, &files.events}) {
    if (*input && (*input)->file().IsAt(options.refused)) {
      return absl::InvalidArgumentError(absl::StrCat("--refused: ", Quoted(options.refused),
                                                     " is an input, expected another file"));
    }
  }
  absl::StatusOr<RefusedEvents> refused = RefusedEvents::Create(options.refused);
  if (!refused.ok()) return refused.status();
  files.refused.emplace(*std::move(refused));
  return absl::OkStatus();
}

absl::Status LoadPins(const Options& options, WatchedFile& file, Store& store, RefusalLog& log) {
  std::vector<Pin> pins;
  absl::Status status = ReadPins(options.pins, file.Source(), log, pins);
  return status.ok() ? store.PutPins(pins).status : status;
}

/// Says which rows are safe, if the options want that.
std::function<absl::Status(std::int64_t rows)> Acknowledger(const Options& options,
                                                            std::ostream& out) {
  if (!options.acknowledges) return {};
  return [&out](std::int64_t rows) {
    out << "acknowledged " << rows << std::endl;
    return out.good() ? absl::OkStatus()
                      : absl::UnavailableError("standard output: cannot be written");
  };
}

absl::Status LoadEvents(const Options& options, bool may_repeat, LoadFiles& files, Store& store,
                        RefusalLog& log, std::ostream& out, Console& console) {
  EventLoadOptions load_options = {
      .file = options.events,
      .now = options.now,
      .batch_rows = static_cast<std::int64_t>(
          std::min<std::size_t>(options.batch_rows, std::numeric_limits<std::int64_t>::max())),
      .may_repeat = may_repeat,
      .refused = files.refused ? &*files.refused : nullptr,
      .acknowledge = Acknowledger(options, out)};
  EventLoad load(std::move(load_options), store, log);
  absl::Status status = load.Run(files.events->Source());
  // Also of a load that failed: it goes on behind the events that are refused here.
  if (files.refused && !absl::IsInvalidArgument(status)) {
    const absl::Status written = files.refused->Commit();
    if (status.ok()) status = written;
  }
  if (load.rows_skipped() > 0) {
    console.Line(absl::StrCat("pinmetrics: ", options.events, ": the first ", load.rows_skipped(),
                              load.rows_skipped() == 1 ? " row was" : " rows were",
                              " taken before, and skipped"));
  }
  return status;
}

/// How a load ends that reading the files, or what takes them, ended with `status`.
ExitCode Finish(const absl::Status& status, ExitCode (*exit_code_of)(const absl::Status& status),
                RefusalLog& log, Console& console) {
  console.ClearProgress();
  log.Finish();
  // A header that does not do is a row that is refused.
  if (absl::IsInvalidArgument(status)) return Fail(status, kRowsRefused, console);
  if (!status.ok()) return Fail(status, exit_code_of(status), console);
  return log.count() > 0 ? kRowsRefused : kDone;
}

ExitCode LoadIntoFolder(const Options& options, LoadFiles& files, const Surroundings& surroundings,
                        Console& console) {
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = OpenOrMakeFolder(options, console);
  if (!directory.ok()) {
    return Fail(directory.status(), ExitCodeOfFolder(directory.status()), console);
  }
  const std::vector<AccountKey> accounts = (*directory)->Accounts();
  const bool may_repeat =
      std::binary_search(accounts.begin(), accounts.end(), options.account_or_default());
  absl::StatusOr<Store> store = OpenOrMakeAccount(**directory, options);
  if (!store.ok()) return Fail(store.status(), ExitCodeOf(store.status()), console);

  RefusalLog log(console);
  absl::Status status;
  if (files.pins) status = LoadPins(options, *files.pins, *store, log);
  if (status.ok() && files.events) {
    status = LoadEvents(options, may_repeat, files, *store, log, surroundings.out, console);
  }
  if (status.ok()) status = (*directory)->Flush();
  return Finish(status, ExitCodeOfFolder, log, console);
}

ExitCode LoadIntoServer(const Options& options, LoadFiles& files, const Surroundings& surroundings,
                        Console& console) {
  const absl::StatusOr<ClickHouseEngine> server = ConnectToServer(options, surroundings);
  if (!server.ok()) return Fail(server.status(), kFileFailed, console);

  RefusalLog log(console);
  absl::Status status;
  if (files.pins) {
    std::vector<Pin> pins;
    status = ReadPins(options.pins, files.pins->Source(), log, pins);
    if (status.ok()) status = server->PutPins(pins, options.now).status;
  }
  if (status.ok() && files.events) {
    ServerLoad load({.file = options.events,
                     .now = options.now,
                     .batch_rows = options.batch_rows,
                     .acknowledge = Acknowledger(options, surroundings.out)},
                    *server, log);
    status = load.Run(files.events->Source());
  }
  return Finish(status, ExitCodeOfServer, log, console);
}

}  // namespace

ExitCode RunLoad(const Options& options, const Surroundings& surroundings, Console& console) {
  LoadFiles files;
  absl::Status status = OpenFiles(options, console, files);
  if (!status.ok()) return Fail(status, ExitCodeOf(status), console);
  return options.server.empty() ? LoadIntoFolder(options, files, surroundings, console)
                                : LoadIntoServer(options, files, surroundings, console);
}

}  // namespace pinmetrics::cli
