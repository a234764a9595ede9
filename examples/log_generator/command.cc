#include "examples/log_generator/command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "examples/cli/console.h"
#include "examples/cli/files.h"
#include "examples/cli/instant_text.h"
#include "examples/cli/terminal_text.h"
#include "examples/log_generator/log.h"
#include "examples/log_generator/log_csv.h"

namespace pinmetrics::log_generator {
namespace {

constexpr std::string_view kHelp =
    R"(pinmetrics-log-generator --now TIME --pins-out FILE --events-out FILE [options]

Invents the log of a business account: its Pins and what people did with them, as
CSV that the pinmetrics tool reads. Equal arguments give equal bytes everywhere.

  --now 2026-11-23T12:00:00Z   nothing in the log is later (RFC 3339)
  --pins-out FILE              where the Pins go
  --events-out FILE            where the events go, in order of time
  --events N                   how many events; default 100000
  --seed N                     another seed is another account; default 1
  --days N                     UTC days covered, the last one that of --now; default 120
  --pins N                     how many Pins; default 400
  --viewers N                  how many people may turn up; default 20000
  --help                       show this

Exit code: 0 done, 1 a file cannot be written, 2 the arguments are wrong.
)";

struct Arguments {
  LogOptions log;
  std::string pins_out;
  std::string events_out;
};

absl::Status Wrong(std::string_view option, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(std::string(option), ": ", std::string(what)));
}

template <typename Integer>
absl::Status ParseNumber(std::string_view option, std::string_view text, Integer& number) {
  const char* const end = text.data() + text.size();
  const std::from_chars_result parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec == std::errc() && parsed.ptr == end) return absl::OkStatus();
  return Wrong(
      option, cli::Quoted(text) + " is not a whole number that fits, expected digits such as 1000");
}

absl::Status ParseNow(std::string_view text, absl::Time& now) {
  const std::optional<absl::Time> parsed = cli::ParseRfc3339(text);
  if (!parsed) {
    return Wrong("--now", cli::Quoted(text) + " is not " + std::string(cli::kRfc3339Expected));
  }
  now = *parsed;
  return absl::OkStatus();
}

absl::Status ParseOption(std::string_view option, std::string_view value, Arguments& arguments) {
  if (option == "--events") return ParseNumber(option, value, arguments.log.events);
  if (option == "--seed") return ParseNumber(option, value, arguments.log.seed);
  if (option == "--days") return ParseNumber(option, value, arguments.log.days);
  if (option == "--pins") return ParseNumber(option, value, arguments.log.pins);
  if (option == "--viewers") return ParseNumber(option, value, arguments.log.viewers);
  if (option == "--now") return ParseNow(value, arguments.log.now);
  if (value.empty()) return Wrong(option, "the name is empty, expected a file");
  (option == "--pins-out" ? arguments.pins_out : arguments.events_out) = value;
  return absl::OkStatus();
}

absl::StatusOr<Arguments> ParseArguments(std::span<const std::string_view> texts) {
  constexpr std::array<std::string_view, 8> kOptions = {
      "--now", "--pins-out", "--events-out", "--events", "--seed", "--days", "--pins", "--viewers"};
  constexpr std::size_t kRequired = 3;  // The first ones.

  Arguments arguments;
  std::array<bool, kOptions.size()> given{};
  for (std::size_t n = 0; n < texts.size(); n += 2) {
    const std::string_view option = texts[n];
    const auto found = std::find(kOptions.begin(), kOptions.end(), option);
    if (found == kOptions.end()) {
      std::string expected = "unknown option, expected one of";
      for (const std::string_view known : kOptions) (expected += ' ') += known;
      return Wrong(cli::Quoted(option), expected + " --help");
    }
    bool& seen = given[static_cast<std::size_t>(found - kOptions.begin())];
    if (seen) return Wrong(option, "given twice, expected once");
    seen = true;
    if (n + 1 == texts.size()) return Wrong(option, "the value is missing, expected one behind it");
    if (absl::Status status = ParseOption(option, texts[n + 1], arguments); !status.ok()) {
      return status;
    }
  }
  for (std::size_t n = 0; n < kRequired; ++n) {
    if (!given[n]) return Wrong(kOptions[n], "missing, expected it with a value");
  }
  if (arguments.pins_out == arguments.events_out ||
      cli::LeadToOneFile(arguments.pins_out, arguments.events_out)) {
    return Wrong("--events-out", cli::Quoted(arguments.events_out) +
                                     " is the file of --pins-out, expected another");
  }
  if (absl::Status status = Validate(arguments.log); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--", status.message()));
  }
  return arguments;
}

/// Opens both files before anything is written, and gives them their names after all is: neither is
/// lost for a log that cannot be.
absl::Status WriteLog(const Arguments& arguments, const LogGenerator& generator) {
  absl::StatusOr<cli::OutputFile> pins = cli::OutputFile::Create(arguments.pins_out);
  if (!pins.ok()) return pins.status();
  absl::StatusOr<cli::OutputFile> events = cli::OutputFile::Create(arguments.events_out);
  if (!events.ok()) return events.status();

  absl::Status status = pins->Write(PinsCsv(generator.Pins()));
  if (status.ok()) status = events->Write(EventsCsvHeader());
  if (!status.ok()) return status;
  std::string csv;
  status = generator.Generate([&](std::span<const LoggedEvent> day) {
    csv.clear();
    AppendEventsCsv(day, csv);
    return events->Write(csv);
  });
  if (status.ok()) status = pins->Commit();
  return status.ok() ? events->Commit() : status;
}

}  // namespace

int RunCommand(std::span<const std::string_view> arguments, std::ostream& out, std::ostream& err) {
  constexpr int kCannotWrite = 1;
  constexpr int kWrongArguments = 2;
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    out << kHelp;
    return 0;
  }
  const auto fail = [&err](const absl::Status& status, int exit_code) {
    cli::Console(err, false).Line(absl::StrCat("pinmetrics-log-generator: ", status.message()));
    return exit_code;
  };
  const absl::StatusOr<Arguments> parsed = ParseArguments(arguments);
  if (!parsed.ok()) return fail(parsed.status(), kWrongArguments);
  const absl::StatusOr<LogGenerator> generator = LogGenerator::Create(parsed->log);
  if (!generator.ok()) return fail(generator.status(), kWrongArguments);
  const absl::Status written = WriteLog(*parsed, *generator);
  return written.ok() ? 0 : fail(written, kCannotWrite);
}

}  // namespace pinmetrics::log_generator
