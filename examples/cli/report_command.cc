#include "examples/cli/report_command.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/cli/account.h"
#include "examples/cli/answer.h"
#include "examples/cli/answer_output.h"
#include "examples/cli/destination.h"
#include "examples/cli/failure.h"
#include "examples/cli/input_files.h"
#include "examples/cli/period_notes.h"
#include "examples/cli/refusal_log.h"
#include "examples/cli/server.h"
#include "examples/cli/store_folder.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/clickhouse/engine.h"
#include "pinmetrics/durable/store_directory.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics::cli {
namespace {

/// Asks of no events, so that a query that cannot be, or not in the format, is refused before a
/// long log is read.
absl::Status Try(const Options& options, std::size_t width) {
  const absl::StatusOr<Answer> answer = MakeAccount(options)->Ask();
  if (!answer.ok()) return answer.status();
  absl::Status status =
      WriteAnswer(*answer, options, width, [](std::string_view) { return absl::OkStatus(); });
  if (!status.ok() || !options.csv_metadata) return status;
  return DescribeAnswer(*answer, options).status();
}

/// Fills the account. FailedPrecondition if rows were refused, and no report is to be made of the
/// others.
absl::Status Load(const Options& options, InputFiles& inputs, Account& account, Console& console) {
  RefusalLog log(console);
  PeriodNotes notes(ReportingCalendar(options.reporting.time_zone), options.query.period,
                    options.now);
  absl::Status status = inputs.Load(account, log, notes);
  console.ClearProgress();
  log.Finish();
  if (absl::IsInvalidArgument(status)) return absl::FailedPreconditionError(status.message());
  if (!status.ok()) return status;
  for (const std::string& line : notes.Lines()) console.Line("pinmetrics: " + line);
  if (log.count() > 0 && !options.skip_refused) {
    return absl::FailedPreconditionError(
        "no report is made, --skip-refused makes one of the other rows");
  }
  return absl::OkStatus();
}

ExitCode Write(const absl::StatusOr<Answer>& answer, Destination& destination, std::size_t width,
               Console& console) {
  const absl::Status status = answer.ok() ? destination.Write(*answer, width) : answer.status();
  return status.ok() ? kDone : Fail(status, ExitCodeOf(status), console);
}

/// How a report is found, in place of it.
ExitCode Tell(const absl::StatusOr<std::string>& explained, const Surroundings& surroundings,
              Console& console) {
  if (!explained.ok()) return Fail(explained.status(), ExitCodeOf(explained.status()), console);
  surroundings.out << *explained << std::flush;
  if (surroundings.out.good()) return kDone;
  return Fail(absl::UnavailableError("standard output: cannot be written"), kFileFailed, console);
}

/// A report on an account that a folder keeps.
ExitCode ReportOnStore(Options options, const Surroundings& surroundings, Console& console) {
  absl::StatusOr<std::unique_ptr<StoreDirectory>> directory = OpenFolderToRead(options, console);
  if (!directory.ok()) {
    return Fail(directory.status(), ExitCodeOfFolder(directory.status()), console);
  }
  const absl::StatusOr<Store> store = OpenAccount(**directory, options);
  if (!store.ok()) return Fail(store.status(), ExitCodeOf(store.status()), console);
  SetTimeZone(store->reporting().time_zone, options);
  if (options.explains) {
    return Tell(Explain(store->TakeSnapshot(), options), surroundings, console);
  }
  absl::StatusOr<Destination> destination = Destination::Open(options, nullptr, surroundings.out);
  if (!destination.ok()) {
    return Fail(destination.status(), ExitCodeOf(destination.status()), console);
  }
  return Write(Ask(store->TakeSnapshot(), options), *destination, surroundings.width, console);
}

/// A report on an account that a ClickHouse server has.
ExitCode ReportOnServer(const Options& options, const Surroundings& surroundings,
                        Console& console) {
  absl::Status status = Try(options, surroundings.width);
  if (!status.ok()) return Fail(status, ExitCodeOf(status), console);
  absl::StatusOr<Destination> destination = Destination::Open(options, nullptr, surroundings.out);
  if (!destination.ok()) {
    return Fail(destination.status(), ExitCodeOf(destination.status()), console);
  }
  const absl::StatusOr<ClickHouseEngine> server = ConnectToServer(options, surroundings);
  if (!server.ok()) return Fail(server.status(), kFileFailed, console);
  if (options.explains) {
    const absl::StatusOr<std::string> explained = Explain(*server, options);
    if (!explained.ok()) return Fail(explained.status(), kFileFailed, console);
    return Tell(explained, surroundings, console);
  }
  const absl::StatusOr<Answer> answer = Ask(*server, options);
  if (!answer.ok()) return Fail(answer.status(), kFileFailed, console);
  return Write(answer, *destination, surroundings.width, console);
}

/// A report on two files.
ExitCode ReportOnFiles(const Options& options, const Surroundings& surroundings, Console& console) {
  absl::Status status = Try(options, surroundings.width);
  if (!status.ok()) return Fail(status, ExitCodeOf(status), console);

  absl::StatusOr<InputFiles> inputs = InputFiles::Open(options, console);
  if (!inputs.ok()) return Fail(inputs.status(), kFileFailed, console);
  absl::StatusOr<Destination> destination = Destination::Open(options, &*inputs, surroundings.out);
  if (!destination.ok()) {
    return Fail(destination.status(), ExitCodeOf(destination.status()), console);
  }

  const std::unique_ptr<Account> account = MakeAccount(options);
  status = Load(options, *inputs, *account, console);
  if (!status.ok()) {
    return Fail(status, absl::IsFailedPrecondition(status) ? kRowsRefused : kFileFailed, console);
  }
  return Write(account->Ask(), *destination, surroundings.width, console);
}

}  // namespace

ExitCode RunReport(const Options& options, const Surroundings& surroundings, Console& console) {
  if (!options.server.empty()) return ReportOnServer(options, surroundings, console);
  return options.store.empty() ? ReportOnFiles(options, surroundings, console)
                               : ReportOnStore(options, surroundings, console);
}

}  // namespace pinmetrics::cli
