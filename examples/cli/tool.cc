#include "examples/cli/tool.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "examples/cli/console.h"
#include "examples/cli/csv_output.h"
#include "examples/cli/files.h"
#include "examples/cli/inputs.h"
#include "examples/cli/options.h"
#include "examples/cli/refusal_log.h"
#include "examples/cli/report_table.h"
#include "examples/cli/terminal_text.h"
#include "pinmetrics/export/csvw.h"
#include "pinmetrics/export/html.h"
#include "pinmetrics/export/json.h"
#include "pinmetrics/export/pinterest_json.h"
#include "pinmetrics/export/sink.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics::cli {
namespace {

/// An overview with what a page has beside it.
struct OverviewPage {
  Overview overview;
  std::vector<Report> splits;
};

using Answer = std::variant<Overview, OverviewPage, Report, TopList>;

/// The bytes of a file, with progress on the console meanwhile.
class WatchedFile {
 public:
  WatchedFile(const std::string& name, InputFile file, Console& console)
      : name_(Neutralised(name)), file_(std::move(file)), console_(console) {}

  absl::StatusOr<std::size_t> Read(std::span<char> buffer) {
    absl::StatusOr<std::size_t> read = file_.Read(buffer);
    if (read.ok()) bytes_ += static_cast<std::int64_t>(*read);
    if (console_.ShowsProgress()) Show();
    return read;
  }

 private:
  void Show() {
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
    console_.Progress(text);
  }

  std::string name_;
  InputFile file_;
  Console& console_;
  std::int64_t bytes_ = 0;
  absl::Time shown_ = absl::Now();
};

template <typename Table>
absl::StatusOr<Answer> AsAnswer(absl::StatusOr<Table> table) {
  if (!table.ok()) return table.status();
  return Answer(*std::move(table));
}

/// The overview and the splits that a page shows beside it; in real time there are none.
template <typename Engine, typename... Now>
absl::StatusOr<Answer> AskPage(const Engine& engine, const Query& query, Now... now) {
  absl::StatusOr<Overview> overview = engine.RunOverview(query, now...);
  if (!overview.ok()) return overview.status();
  OverviewPage page{*std::move(overview), {}};
  if (query.real_time) return Answer(std::move(page));
  for (const Dimension dimension :
       {Dimension::kDevice, Dimension::kContentType, Dimension::kSource, Dimension::kFormat}) {
    Query split = query;
    split.split = dimension;
    absl::StatusOr<Report> report = engine.Run(split, now...);
    if (!report.ok()) return report.status();
    page.splits.push_back(*std::move(report));
  }
  return Answer(std::move(page));
}

/// Asks an engine: an `Evaluation`, which knows its now, or a `Snapshot`, which is told.
template <typename Engine, typename... Now>
absl::StatusOr<Answer> Ask(const Engine& engine, const Options& options, Now... now) {
  switch (options.command) {
    case Command::kOverview:
      if (options.format == Format::kHtml) return AskPage(engine, options.query, now...);
      return AsAnswer(engine.RunOverview(options.query, now...));
    case Command::kReport:
      return AsAnswer(engine.Run(options.query, now...));
    case Command::kTopPins:
      return AsAnswer(engine.TopPins(options.query, options.ranking, now...));
    case Command::kTopBoards:
      return AsAnswer(engine.TopBoards(options.query, options.ranking, now...));
  }
  return absl::InternalError("no such command");
}

/// A store of the events, the final days sealed. What it refused is no surprise: the rows were
/// checked as they were read.
Snapshot TakeSnapshotOf(std::span<const Pin> pins, std::span<const Event> events,
                        const Options& options) {
  Store store({.time_zone = options.reporting.time_zone,
               .business_created = options.reporting.business_created});
  for (const Pin& pin : pins) store.PutPin(pin).IgnoreError();
  store.Append(events, options.now);
  store.Seal(options.now);
  return store.TakeSnapshot();
}

template <typename Figures>
absl::Status WriteAsPinterestJson(const Figures& figures, const Sink& sink) {
  return WritePinterestJson(figures, sink);
}

/// The API has no overview. Its report is what the call for the account answers; the top Pins are
/// another call.
absl::Status WriteAsPinterestJson(const Overview& overview, const Sink& sink) {
  return WritePinterestJson(overview.report, sink);
}

/// A page has one format only.
absl::Status WriteFigures(const OverviewPage& page, const Options& /*options*/,
                          std::size_t /*width*/, const Sink& sink) {
  return WriteHtml(page.overview, {.splits = page.splits}, sink);
}

template <typename Figures>
absl::Status WriteFigures(const Figures& figures, const Options& options, std::size_t width,
                          const Sink& sink) {
  switch (options.format) {
    case Format::kCsv:
      return WriteCsvTables(figures, options.csv_table, options.csv, sink);
    case Format::kJson:
      return WriteJson(figures, sink);
    case Format::kPinterestJson:
      return WriteAsPinterestJson(figures, sink);
    case Format::kTable:
    case Format::kHtml:
      break;
  }
  return sink(ToTable(figures, width));
}

/// InvalidArgument, before anything is written, if the format cannot carry the answer; otherwise
/// the sink's error.
absl::Status WriteAnswer(const Answer& answer, const Options& options, std::size_t width,
                         const Sink& sink) {
  return std::visit(
      [&](const auto& figures) { return WriteFigures(figures, options, width, sink); }, answer);
}

absl::StatusOr<std::string> Describe(const OverviewPage& /*page*/, const Options& /*options*/) {
  return absl::InvalidArgumentError("a page is no table");
}

template <typename Figures>
absl::StatusOr<std::string> Describe(const Figures& figures, const Options& options) {
  const std::string file = std::filesystem::path(options.output).filename().string();
  return DescribeCsvTable(figures, options.csv_table, file, options.csv);
}

Sink SinkInto(OutputFile& file) {
  return [&file](std::string_view bytes) { return file.Write(bytes); };
}

/// One run of the tool.
class Run {
 public:
  Run(const Options& options, const Surroundings& surroundings)
      : options_(options),
        surroundings_(surroundings),
        console_(surroundings.err, surroundings.shows_progress),
        log_(console_) {}

  ExitCode Execute() {
    // Asked of no events first: a query that cannot be, or not in the format, is refused before a
    // long log is read.
    const Evaluation nothing(std::vector<Observation>(), options_.now, options_.reporting);
    const absl::StatusOr<Answer> trial = Ask(nothing, options_);
    absl::Status status = trial.status();
    if (status.ok()) {
      status = Write(*trial, [](std::string_view) { return absl::OkStatus(); });
    }
    if (!status.ok()) return Fail(status, kWrongArguments);
    if (const std::optional<ExitCode> failed = Load()) return *failed;

    const absl::StatusOr<Answer> answer =
        options_.engine == Engine::kStore
            ? Ask(TakeSnapshotOf(pins_, events_, options_), options_, options_.now)
            : Ask(Evaluation(events_, pins_, options_.now, options_.reporting), options_);
    if (!answer.ok()) return Fail(answer.status(), kWrongArguments);
    status = options_.output.empty() ? WriteToStandardOutput(*answer) : WriteToFile(*answer);
    if (status.ok()) return kDone;
    return Fail(status, absl::IsUnavailable(status) ? kFileFailed : kWrongArguments);
  }

 private:
  absl::Status Write(const Answer& answer, const Sink& sink) const {
    return WriteAnswer(answer, options_, surroundings_.width, sink);
  }

  std::optional<ExitCode> Load() {
    absl::StatusOr<WatchedFile> pins = Open(options_.pins);
    if (!pins.ok()) return Fail(pins.status(), kFileFailed);
    absl::StatusOr<WatchedFile> events = Open(options_.events);
    if (!events.ok()) return Fail(events.status(), kFileFailed);

    absl::Status status = ReadPins(options_.pins, SourceOf(*pins), log_, pins_);
    if (status.ok()) {
      status = ReadEvents(options_.events, SourceOf(*events), pins_, options_.now, log_, events_);
    }
    console_.ClearProgress();
    log_.Finish();
    if (absl::IsInvalidArgument(status)) return Fail(status, kRowsRefused);
    if (!status.ok()) return Fail(status, kFileFailed);
    if (log_.count() == 0 || options_.skip_refused) return std::nullopt;
    return Fail(absl::FailedPreconditionError("no report is made, --skip-refused makes one of the "
                                              "other rows"),
                kRowsRefused);
  }

  absl::StatusOr<WatchedFile> Open(const std::string& name) {
    absl::StatusOr<InputFile> file = InputFile::Open(name);
    if (!file.ok()) return file.status();
    return WatchedFile(name, *std::move(file), console_);
  }

  static ByteSource SourceOf(WatchedFile& file) {
    return [&file](std::span<char> buffer) { return file.Read(buffer); };
  }

  absl::Status WriteToStandardOutput(const Answer& answer) {
    const auto state = [this] {
      return surroundings_.out.good()
                 ? absl::OkStatus()
                 : absl::UnavailableError("standard output: cannot be written");
    };
    absl::Status status = Write(answer, [&](std::string_view bytes) {
      surroundings_.out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      return state();
    });
    if (!status.ok()) return status;
    surroundings_.out.flush();
    return state();
  }

  /// The file, and what describes it. Neither gets its name before both are written.
  absl::Status WriteToFile(const Answer& answer) {
    absl::StatusOr<OutputFile> file = OutputFile::Create(options_.output);
    if (!file.ok()) return file.status();
    absl::Status status = Write(answer, SinkInto(*file));
    if (!status.ok() || !options_.csv_metadata) return status.ok() ? file->Commit() : status;

    absl::StatusOr<OutputFile> metadata = OutputFile::Create(CsvwFileName(options_.output));
    if (!metadata.ok()) return metadata.status();
    const absl::StatusOr<std::string> text =
        std::visit([this](const auto& figures) { return Describe(figures, options_); }, answer);
    status = text.ok() ? metadata->Write(*text) : text.status();
    if (status.ok()) status = metadata->Commit();
    return status.ok() ? file->Commit() : status;
  }

  ExitCode Fail(const absl::Status& status, ExitCode exit_code) {
    std::string text = "pinmetrics: ";
    text.append(status.message().data(), status.message().size());
    console_.Line(text);
    return exit_code;
  }

  const Options& options_;
  const Surroundings& surroundings_;
  Console console_;
  RefusalLog log_;
  std::vector<Pin> pins_;
  std::vector<Event> events_;
};

absl::Status CheckOutput(const Options& options) {
  if (options.output.empty()) return absl::OkStatus();
  std::vector<std::string> outputs = {options.output};
  if (options.csv_metadata) outputs.push_back(CsvwFileName(options.output));
  for (const std::string& output : outputs) {
    for (const std::string& input : {options.pins, options.events}) {
      if (!IsSameFile(output, input)) continue;
      return absl::InvalidArgumentError("--output: " + Quoted(output) +
                                        " is an input, expected another file");
    }
  }
  return absl::OkStatus();
}

}  // namespace

ExitCode RunTool(std::span<const std::string_view> arguments, const Surroundings& surroundings) {
  if (AsksForHelp(arguments)) {
    surroundings.out << HelpText() << std::flush;
    return surroundings.out.good() ? kDone : kFileFailed;
  }
  const absl::StatusOr<Options> options = ParseOptions(arguments, surroundings.clock);
  absl::Status status = options.status();
  if (status.ok()) status = CheckOutput(*options);
  if (!status.ok()) {
    surroundings.err << "pinmetrics: " << status.message() << "\nTry pinmetrics --help.\n";
    return kWrongArguments;
  }
  return Run(*options, surroundings).Execute();
}

}  // namespace pinmetrics::cli
