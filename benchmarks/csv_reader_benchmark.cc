// Reading a log of events as the pinmetrics tool does, on one thread, from memory: 2^19 rows (about
// 54 MB) of all twelve columns, 85 % impressions and 5 % playbacks, on 4 096 Pins of 64-bit ids,
// times as RFC 3339 with milliseconds. Every event is validated and kept. The result is checked
// before it is timed.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "examples/cli/console.h"
#include "examples/cli/csv_reader.h"
#include "examples/cli/inputs.h"
#include "examples/cli/refusal_log.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/pin.h"

namespace pinmetrics::cli {
namespace {

constexpr std::size_t kRows = std::size_t{1} << 19;
constexpr std::size_t kPins = 4096;
const absl::Time kFirstTime = absl::FromUnixSeconds(1'790'000'000);
const absl::Time kNow = kFirstTime + absl::Seconds(kRows);

struct Log {
  std::vector<Pin> pins;
  std::string csv =
      "event_id,time,action,pin_id,viewer_id,device,content_type,age,gender,play_time_ms,"
      "half_visible_ms,progress\n";
  std::int64_t impressions = 0;
  std::int64_t play_time_ms = 0;
};

Log MakeLog() {
  Log log;
  std::mt19937_64 random(1);
  const auto below = [&random](std::uint64_t n) { return random() % n; };
  for (std::size_t i = 0; i < kPins; ++i) log.pins.push_back({.id = PinId(random())});
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::uint64_t dice = below(100);
    const Action action = dice < 85   ? Action::kImpression
                          : dice < 90 ? Action::kPlayback
                                      : static_cast<Action>(1 + dice % 6);
    log.impressions += action == Action::kImpression;
    const absl::Time time = kFirstTime + absl::Milliseconds(i * 1000 + below(1000));
    const auto cell = [&log](std::string_view text) { log.csv.append(",").append(text); };
    log.csv += std::to_string(i + 1);
    cell(FormatInstant(time));
    cell(NameOf(action));
    cell(std::to_string(log.pins[below(kPins)].id.value()));
    cell(std::to_string(below(1'000'000)));
    cell(NameOf(static_cast<Device>(below(kCountOf<Device>))));
    cell(NameOf(static_cast<ContentType>(below(kCountOf<ContentType>))));
    cell(NameOf(static_cast<Age>(below(kCountOf<Age>))));
    cell(NameOf(static_cast<Gender>(below(kCountOf<Gender>))));
    if (action == Action::kPlayback) {
      const std::uint64_t ms = below(30'000);
      log.play_time_ms += static_cast<std::int64_t>(ms);
      cell(std::to_string(ms));
      cell(std::to_string(ms / 2));
      cell(model_internal::FormatShortest(static_cast<double>(below(101)) / 100));
    } else {
      log.csv += ",,,";
    }
    log.csv += '\n';
  }
  return log;
}

const Log& TheLog() {
  static const Log log = MakeLog();
  return log;
}

ByteSource FromMemory(std::string_view text) {
  return [text](std::span<char> buffer) mutable -> absl::StatusOr<std::size_t> {
    const std::size_t count = std::min(buffer.size(), text.size());
    std::memcpy(buffer.data(), text.data(), count);
    text.remove_prefix(count);
    return count;
  };
}

void SplitRows(benchmark::State& state) {
  const Log& log = TheLog();
  const auto count_cells = [&log] {
    CsvReader reader(FromMemory(log.csv));
    std::size_t cells = 0;
    while (reader.Next() == CsvReader::Result::kRow) cells += reader.cells().size();
    return cells;
  };
  if (count_cells() != 12 * (kRows + 1)) return state.SkipWithError("cells are wrong");
  for (auto _ : state) benchmark::DoNotOptimize(count_cells());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(log.csv.size()));
}
BENCHMARK(SplitRows)->Unit(benchmark::kMillisecond);

void ReadAndValidateEvents(benchmark::State& state) {
  const Log& log = TheLog();
  std::vector<Event> events;
  std::ostringstream messages;
  Console console(messages, false);
  RefusalLog refused(console);
  const auto read = [&] {
    events.clear();
    const TakeEvent keep = [&events](const Event& event, const EventOrigin& /*origin*/) {
      events.push_back(event);
      return absl::OkStatus();
    };
    return ReadEvents("events.csv", FromMemory(log.csv), log.pins, kNow, refused, keep).ok();
  };
  std::int64_t impressions = 0;
  absl::Duration play_time;
  const bool ok = read();
  for (const Event& event : events) {
    impressions += event.action == Action::kImpression;
    if (event.playback) play_time += event.playback->play_time;
  }
  if (!ok || refused.count() > 0 || events.size() != kRows || impressions != log.impressions ||
      play_time != absl::Milliseconds(log.play_time_ms)) {
    return state.SkipWithError("the events are wrong");
  }
  for (auto _ : state) benchmark::DoNotOptimize(read());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(log.csv.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRows));
}
BENCHMARK(ReadAndValidateEvents)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pinmetrics::cli
