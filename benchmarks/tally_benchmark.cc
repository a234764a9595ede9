// Tallying a span of events in memory, on one thread: 2^20 events (about 100 MiB) on 4 096 Pins, 85
// % impressions, all devices, content types, ages and genders. Each case checks its result against
// a plain count before it is timed.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/calculate.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

namespace pinmetrics {
namespace {

constexpr std::size_t kEvents = std::size_t{1} << 20;
constexpr std::size_t kPins = 4096;

struct Account {
  std::vector<Pin> pins;
  std::vector<Event> events;

  // Pins are numbered from 0, so that the host finds them by index.
  const Pin& operator()(PinId id) const { return pins[id.value()]; }
};

Account MakeAccount() {
  Account account;
  std::mt19937_64 random(1);
  const auto below = [&random](std::uint64_t n) { return random() % n; };
  for (std::uint64_t i = 0; i < kPins; ++i) {
    account.pins.push_back({.id = PinId(i),
                            .board = BoardId(below(50)),
                            .format = static_cast<PinFormat>(below(kCountOf<PinFormat>)),
                            .source = static_cast<PinSource>(below(kCountOf<PinSource>))});
  }
  for (std::uint64_t i = 0; i < kEvents; ++i) {
    Event event{.id = EventId(i + 1),
                .time = absl::FromUnixSeconds(1'700'000'000 + static_cast<std::int64_t>(i)),
                .pin = PinId(below(kPins)),
                .viewer = ViewerId(below(100'000)),
                .device = static_cast<Device>(below(kCountOf<Device>)),
                .content_type = static_cast<ContentType>(below(kCountOf<ContentType>)),
                .age = static_cast<Age>(below(kCountOf<Age>)),
                .gender = static_cast<Gender>(below(kCountOf<Gender>))};
    if (below(100) >= 85) event.action = static_cast<Action>(1 + below(kCountOf<Action> - 1));
    if (event.action == Action::kPlayback) {
      const auto ms = static_cast<std::int64_t>(below(30'000));
      event.playback = Playback{.play_time = absl::Milliseconds(ms),
                                .half_visible = absl::Milliseconds(ms / 2),
                                .progress = static_cast<double>(below(101)) / 100};
    }
    account.events.push_back(event);
  }
  return account;
}

const Account& TheAccount() {
  static const Account account = MakeAccount();
  return account;
}

void TallyAllEvents(benchmark::State& state) {
  const Account& account = TheAccount();
  std::int64_t impressions = 0;
  for (const Event& event : account.events) impressions += event.action == Action::kImpression;
  if (CalculateTally(account.events)[Tally::kImpressions] != impressions) {
    return state.SkipWithError("the tally is wrong");
  }
  for (auto _ : state) benchmark::DoNotOptimize(CalculateTally(account.events));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kEvents));
}
BENCHMARK(TallyAllEvents);

void TallyWithThreeConditionsOneOnThePin(benchmark::State& state) {
  const Account& account = TheAccount();
  const Filter filter = Is(Device::kMobile, Device::kTablet) && !Is(Age::k18To24) &&
                        Is(PinFormat::kVideo, PinFormat::kStandard);
  std::int64_t saves = 0;
  for (const Event& event : account.events) {
    const PinFormat format = account(event.pin).format;
    saves += (event.device == Device::kMobile || event.device == Device::kTablet) &&
             event.age != Age::k18To24 &&
             (format == PinFormat::kVideo || format == PinFormat::kStandard) &&
             event.action == Action::kSave;
  }
  if (CalculateTally(account.events, account, filter)[Tally::kSaves] != saves) {
    return state.SkipWithError("the tally is wrong");
  }
  for (auto _ : state) benchmark::DoNotOptimize(CalculateTally(account.events, account, filter));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kEvents));
}
BENCHMARK(TallyWithThreeConditionsOneOnThePin);

}  // namespace
}  // namespace pinmetrics
