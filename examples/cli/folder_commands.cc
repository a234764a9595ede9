#include "examples/cli/folder_commands.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "examples/cli/event_ids.h"
#include "examples/cli/failure.h"
#include "examples/cli/input_files.h"
#include "examples/cli/refusal_log.h"
#include "examples/cli/server.h"
#include "examples/cli/store_folder.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics::cli {
namespace {

/// "1 day", "2 days".
std::string Count(std::uint64_t count, const std::string& one) {
  return absl::StrCat(count, " ", one, count == 1 ? "" : "s");
}

ExitCode FailOfFolder(const absl::Status& status, Console& console) {
  return Fail(status, ExitCodeOfFolder(status), console);
}

/// Says what was done; that nobody hears it is a failure, too.
ExitCode Tell(const std::string& line, const Surroundings& surroundings, Console& console) {
  surroundings.out << line << std::endl;
  if (surroundings.out.good()) return kDone;
  return Fail(absl::UnavailableError("standard output: cannot be written"), kFileFailed, console);
}

/// What was taken back of some ids.
struct TakenBack {
  absl::Status status = {};
  std::size_t withdrawn = 0;
  std::size_t not_found = 0;
};
using TakeBack = std::function<TakenBack(std::span<const EventId> ids)>;

/// Takes back the ids of a file, and says how many there were.
ExitCode Withdraw(const Options& options, WatchedFile& file, const TakeBack& take_back,
                  ExitCode (*exit_code_of)(const absl::Status& status),
                  const Surroundings& surroundings, Console& console) {
  TakenBack all;
  RefusalLog log(console);
  const TakeIds take = [&](std::span<const EventId> ids) {
    TakenBack some = take_back(ids);
    all.withdrawn += some.withdrawn;
    all.not_found += some.not_found;
    return std::move(some.status);
  };
  const absl::Status status = ReadEventIds(options.ids, file.Source(), log, take);
  console.ClearProgress();
  log.Finish();
  if (all.not_found > 0) {
    console.Line(absl::StrCat("pinmetrics: ", Count(all.not_found, "id"),
                              all.not_found == 1 ? " was" : " were",
                              " not found: of no event, of one that was withdrawn before, or of a "
                              "sealed day"));
  }
  if (!status.ok()) return Fail(status, exit_code_of(status), console);
  const ExitCode told =
      Tell(absl::StrCat(Count(all.withdrawn, "event"), " withdrawn"), surroundings, console);
  return told == kDone && log.count() > 0 ? kRowsRefused : told;
}

/// The same of what a store and a server say.
template <typename Result>
TakenBack Counted(Result result) {
  return {std::move(result.status), result.withdrawn, result.not_found.size()};
}

ExitCode WithdrawFromServer(const Options& options, WatchedFile& file,
                            const Surroundings& surroundings, Console& console) {
  const absl::StatusOr<ClickHouseEngine> server = ConnectToServer(options, surroundings);
  if (!server.ok()) return Fail(server.status(), kFileFailed, console);
  const auto take_back = [&](std::span<const EventId> ids) {
    return Counted(server->Withdraw(ids));
  };
  return Withdraw(options, file, take_back, ExitCodeOfServer, surroundings, console);
}

ExitCode SealOnServer(const Options& options, const Surroundings& surroundings, Console& console) {
  const absl::StatusOr<ClickHouseEngine> server = ConnectToServer(options, surroundings);
  if (!server.ok()) return Fail(server.status(), kFileFailed, console);
  const ClickHouseSealResult sealed = server->Seal(options.now);
  if (!sealed.status.ok()) return Fail(sealed.status, kFileFailed, console);
  return Tell(absl::StrCat(Count(sealed.days_sealed, "day"), " sealed with ",
                           Count(sealed.events_sealed, "event")),
              surroundings, console);
}

}  // namespace

ExitCode RunWithdraw(const Options& options, const Surroundings& surroundings, Console& console) {
  absl::StatusOr<WatchedFile> file = WatchedFile::Open(options.ids, console);
  if (!file.ok()) return Fail(file.status(), kFileFailed, console);
  if (!options.server.empty()) return WithdrawFromServer(options, *file, surroundings, console);
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = OpenFolder(options, console);
  if (!directory.ok()) return FailOfFolder(directory.status(), console);
  absl::StatusOr<Store> store = OpenAccount(**directory, options);
  if (!store.ok()) return FailOfFolder(store.status(), console);
  const auto take_back = [&](std::span<const EventId> ids) {
    return Counted(store->Withdraw(ids));
  };
  return Withdraw(options, *file, take_back, ExitCodeOfFolder, surroundings, console);
}

ExitCode RunSeal(const Options& options, const Surroundings& surroundings, Console& console) {
  if (!options.server.empty()) return SealOnServer(options, surroundings, console);
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = OpenFolder(options, console);
  if (!directory.ok()) return FailOfFolder(directory.status(), console);
  SealAllResult sealed;
  if (options.account) {
    absl::StatusOr<Store> store = OpenAccount(**directory, options);
    if (!store.ok()) return FailOfFolder(store.status(), console);
    const SealResult of_store = store->Seal(options.now);
    sealed = {.status = of_store.status,
              .accounts = 1,
              .days_sealed = of_store.days_sealed,
              .events_sealed = of_store.events_sealed,
              .days_dropped = of_store.days_dropped};
  } else {
    sealed = (*directory)->SealAll(options.now);
  }
  if (!sealed.status.ok()) return FailOfFolder(sealed.status, console);
  return Tell(
      absl::StrCat(Count(sealed.days_sealed, "day"), " sealed with ",
                   Count(sealed.events_sealed, "event"), ", ", Count(sealed.days_dropped, "day"),
                   " past retention dropped, of ", Count(sealed.accounts, "account")),
      surroundings, console);
}

ExitCode RunVerify(const Options& options, const Surroundings& surroundings, Console& console) {
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = OpenFolderToRead(options, console);
  if (!directory.ok()) return FailOfFolder(directory.status(), console);
  const absl::StatusOr<Verification> found = (*directory)->Verify();
  if (!found.ok()) return FailOfFolder(found.status(), console);
  const ExitCode told =
      Tell(absl::StrCat(
               "read ", Count(found->records, "record"), " of the log and ",
               Count(found->blocks, "sealed day"), " in ", Count(found->bytes, "byte"),
               " of packs, of ", Count((*directory)->Accounts().size(), "account"), ": ",
               found->damage.empty() ? "no damage" : Count(found->damage.size(), "damaged part")),
           surroundings, console);
  for (const std::string& damage : found->damage) console.Line("pinmetrics: " + damage);
  return found->damage.empty() ? told : kDamaged;
}

ExitCode RunCopy(const Options& options, const Surroundings& surroundings, Console& console) {
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = OpenFolderToRead(options, console);
  if (!directory.ok()) return FailOfFolder(directory.status(), console);
  if (absl::Status status = (*directory)->CopyTo(options.copy); !status.ok()) {
    return FailOfFolder(status, console);
  }
  return Tell(
      absl::StrCat(Count((*directory)->Accounts().size(), "account"), " copied to ", options.copy),
      surroundings, console);
}

}  // namespace pinmetrics::cli
