// Reads any bytes as CSV, as Pins and as events. The first two bytes choose the sizes of what the
// reader sees at once. However the bytes are cut, the same must come of them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "examples/cli/console.h"
#include "examples/cli/csv_reader.h"
#include "examples/cli/inputs.h"
#include "examples/cli/refusal_log.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

namespace pinmetrics::cli {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'795'435'200);

ByteSource PiecesOf(std::string_view text, std::size_t most) {
  return [text, most](std::span<char> buffer) mutable -> absl::StatusOr<std::size_t> {
    const std::size_t count = std::min({most, buffer.size(), text.size()});
    std::copy_n(text.begin(), count, buffer.begin());
    text.remove_prefix(count);
    return count;
  };
}

/// All that comes of reading a text in some way.
struct Outcome {
  std::string rows;
  std::vector<Pin> pins;
  std::vector<Event> events;
  std::vector<std::pair<std::int64_t, bool>> origins;
  std::string messages;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome ReadAs(std::string_view text, std::size_t most, CsvLimits limits) {
  Outcome outcome;
  CsvReader reader(PiecesOf(text, most), limits);
  for (auto result = reader.Next(); result != CsvReader::Result::kEnd; result = reader.Next()) {
    outcome.rows += std::to_string(reader.line());
    for (const std::string_view cell : reader.cells()) outcome.rows.append("|").append(cell);
    if (result == CsvReader::Result::kFault) outcome.rows += reader.fault().reason;
    outcome.rows += '\n';
  }

  std::ostringstream stream;
  Console console(stream, false);
  RefusalLog log(console);
  (void)ReadPins("pins", PiecesOf(text, most), log, outcome.pins, limits);
  const std::vector<Pin> known = {Pin{.id = PinId(7)}};
  const TakeEvent keep = [&outcome](const Event& event, const EventOrigin& origin) {
    outcome.events.push_back(event);
    outcome.origins.emplace_back(origin.line, origin.time_is_number);
    return absl::OkStatus();
  };
  (void)ReadEvents("events", PiecesOf(text, most), known, kNow, log, keep, limits);
  log.Finish();
  outcome.messages = stream.str();
  return outcome;
}

}  // namespace
}  // namespace pinmetrics::cli

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using pinmetrics::cli::ReadAs;
  if (size < 2) return 0;
  const std::size_t most = 1 + data[0] % 16;
  const std::size_t row_bytes = std::size_t{1} << data[1] % 11;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  // Small buffers, since clearing large ones would take most of the time.
  const auto whole =
      ReadAs(text, std::string_view::npos, {.row_bytes = row_bytes, .buffer_bytes = 4096});
  const auto pieces = ReadAs(text, most, {.row_bytes = row_bytes, .buffer_bytes = 4 + most});
  if (!(whole == pieces)) std::abort();
  for (const pinmetrics::Event& event : whole.events) {
    if (Check(event, pinmetrics::cli::kNow)) std::abort();
  }
  return 0;
}
