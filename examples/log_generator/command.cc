#include "examples/log_generator/command.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
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
  return Wrong(option, "'" + std::string(text) + "' is not a whole number that fits, expected " +
                           "digits such as 1000");
}

absl::Status ParseNow(std::string_view text, absl::Time& now) {
  std::string error;
  const std::string copy(text);
  // Abseil also reads "infinite-future" and skips blanks around a time; neither is RFC 3339.
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_bare = !copy.empty() && is_digit(copy.front()) &&
                       (is_digit(copy.back()) || copy.back() == 'Z' || copy.back() == 'z');
  if (is_bare && absl::ParseTime(absl::RFC3339_full, copy, &now, &error)) return absl::OkStatus();
  return Wrong("--now", "'" + copy + "' is not an RFC 3339 time, expected one such as " +
                            "2026-11-23T12:00:00Z");
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
      return Wrong("'" + std::string(option) + "'", expected + " --help");
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
  if (arguments.pins_out == arguments.events_out) {
    return Wrong("--events-out",
                 "'" + arguments.events_out + "' is the file of --pins-out, " + "expected another");
  }
  if (absl::Status status = Validate(arguments.log); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--", status.message()));
  }
  return arguments;
}

absl::Status CannotWrite(const std::string& file) {
  const int error = errno;
  return absl::UnavailableError(absl::StrCat(file, ": cannot be written", error == 0 ? "" : ": ",
                                             error == 0 ? "" : std::strerror(error)));
}

absl::Status Write(std::string_view text, const std::string& file, std::ofstream& stream) {
  errno = 0;
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  return stream.good() ? absl::OkStatus() : CannotWrite(file);
}

absl::Status WriteLog(const Arguments& arguments, const LogGenerator& generator) {
  // Both are opened before either is written: a wrong name is known at once.
  errno = 0;
  std::ofstream pins(arguments.pins_out, std::ios::binary | std::ios::trunc);
  if (!pins.is_open()) return CannotWrite(arguments.pins_out);
  std::ofstream events(arguments.events_out, std::ios::binary | std::ios::trunc);
  if (!events.is_open()) return CannotWrite(arguments.events_out);

  absl::Status status = Write(PinsCsv(generator.Pins()), arguments.pins_out, pins);
  if (!status.ok()) return status;
  status = Write(EventsCsvHeader(), arguments.events_out, events);
  if (!status.ok()) return status;
  std::string csv;
  status = generator.Generate([&](std::span<const LoggedEvent> day) {
    csv.clear();
    AppendEventsCsv(day, csv);
    return Write(csv, arguments.events_out, events);
  });
  if (!status.ok()) return status;

  // A full disk may show only when the last bytes leave the stream's buffer.
  errno = 0;
  pins.close();
  if (!pins.good()) return CannotWrite(arguments.pins_out);
  events.close();
  return events.good() ? absl::OkStatus() : CannotWrite(arguments.events_out);
}

int Fail(const absl::Status& status, int exit_code, std::ostream& err) {
  err << "pinmetrics-log-generator: " << status.message() << '\n';
  return exit_code;
}

}  // namespace

int RunCommand(std::span<const std::string_view> arguments, std::ostream& out, std::ostream& err) {
  constexpr int kCannotWrite = 1;
  constexpr int kWrongArguments = 2;
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    out << kHelp;
    return 0;
  }
  const absl::StatusOr<Arguments> parsed = ParseArguments(arguments);
  if (!parsed.ok()) return Fail(parsed.status(), kWrongArguments, err);
  const absl::StatusOr<LogGenerator> generator = LogGenerator::Create(parsed->log);
  if (!generator.ok()) return Fail(generator.status(), kWrongArguments, err);
  const absl::Status written = WriteLog(*parsed, *generator);
  return written.ok() ? 0 : Fail(written, kCannotWrite, err);
}

}  // namespace pinmetrics::log_generator
