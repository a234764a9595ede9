// A report of 30 of 31 sealed days with all metrics, audiences included, split by product group:
// the store on one thread. 3.1 million events, 100 000 a day, on 20 000 Pins, each as likely; each
// Pin is in one of 10 to 10 000 groups, as many Pins in each. 300 000 viewers, each as likely, 88 %
// impressions, 60 % on mobiles. Everything that is asked is asked of a small account first, 30 000
// events on the same Pins, and compared with what `Evaluate` answers.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics {
namespace {

constexpr std::uint64_t kPins = 20'000;
constexpr std::int64_t kDays = 31;
constexpr absl::CivilDay kLastDay(2026, 11, 20);

absl::Time Now() { return absl::FromCivil(kLastDay + 3, absl::UTCTimeZone()); }

std::vector<Pin> MakePins(std::uint64_t groups) {
  std::vector<Pin> pins;
  for (std::uint64_t id = 1; id <= kPins; ++id) {
    pins.push_back({.id = PinId(id),
                    .board = BoardId(id % 500),
                    .format = PinFormat::kProduct,
                    .product_group = ProductGroupId(id % groups)});
  }
  return pins;
}

std::vector<Event> MakeEvents(std::size_t count) {
  std::mt19937_64 random(1);
  const auto below = [&random](std::uint64_t n) { return random() % n; };
  std::vector<Event> events;
  events.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const absl::CivilDay day = kLastDay - static_cast<std::int64_t>(i % kDays);
    Event event{.id = EventId(i + 1),
                .time = absl::FromCivil(day, absl::UTCTimeZone()) + absl::Seconds(below(86'400)),
                .pin = PinId(1 + below(kPins)),
                .viewer = ViewerId(1 + below(300'000)),
                .device = below(100) < 60 ? Device::kMobile : Device::kDesktop,
                .content_type = static_cast<ContentType>(below(kCountOf<ContentType>)),
                .age = static_cast<Age>(below(kCountOf<Age>)),
                .gender = static_cast<Gender>(below(kCountOf<Gender>))};
    if (below(100) >= 88) event.action = static_cast<Action>(1 + below(kCountOf<Action> - 1));
    if (event.action == Action::kPlayback) {
      const auto ms = static_cast<std::int64_t>(below(30'000));
      event.playback = Playback{.play_time = absl::Milliseconds(ms),
                                .half_visible = absl::Milliseconds(ms / 2),
                                .progress = static_cast<double>(below(101)) / 100};
    }
    events.push_back(event);
  }
  return events;
}

/// A store with these events, all of them sealed.
std::unique_ptr<Store> MakeStore(const std::vector<Pin>& pins, const std::vector<Event>& events) {
  auto store = std::make_unique<Store>();
  for (const Pin& pin : pins) {
    if (!store->PutPin(pin).ok()) return nullptr;
  }
  if (store->Append(events, Now()).taken != events.size()) return nullptr;
  store->Seal(Now());
  return store;
}

Query MakeQuery(const Filter& filter) {
  return {.period = LastDays(30, kLastDay), .filter = filter, .split = Dimension::kProductGroup};
}

/// Whether the store answers as `Evaluate` does.
bool AnswersRightly(std::uint64_t groups, const Query& query) {
  const std::vector<Pin> pins = MakePins(groups);
  const std::vector<Event> events = MakeEvents(30'000);
  const std::unique_ptr<Store> store = MakeStore(pins, events);
  if (store == nullptr) return false;
  const absl::StatusOr<Report> report = store->TakeSnapshot().Run(query, Now());
  const absl::StatusOr<Report> expected = Evaluate(events, pins, query, Now());
  return report.ok() && expected.ok() && !report->totals.empty() && *report == *expected;
}

/// That with so many groups. Only the last one is kept.
const Store& TheStore(std::uint64_t groups) {
  static std::pair<std::uint64_t, std::unique_ptr<Store>> made;
  if (made.second == nullptr || made.first != groups) {
    made.second.reset();
    made = {groups, MakeStore(MakePins(groups), MakeEvents(100'000 * kDays))};
  }
  return *made.second;
}

void Split(benchmark::State& state, const Filter& filter) {
  const auto groups = static_cast<std::uint64_t>(state.range(0));
  const Query query = MakeQuery(filter);
  if (!AnswersRightly(groups, query)) return state.SkipWithError("the report is wrong");
  const Snapshot snapshot = TheStore(groups).TakeSnapshot();
  for (auto _ : state) benchmark::DoNotOptimize(snapshot.Run(query, Now()));
  state.SetItemsProcessed(state.iterations() * 100'000 * kDays);
}

void SplitByGroups(benchmark::State& state) { Split(state, Filter()); }
void SplitByGroupsOnMobiles(benchmark::State& state) { Split(state, Is(Device::kMobile)); }

void GroupsAskedFor(benchmark::internal::Benchmark* benchmark) {
  for (const std::int64_t groups : {10, 100, 500, 2'000, 10'000}) benchmark->Arg(groups);
  benchmark->ArgName("groups")->Unit(benchmark::kMillisecond);
}
BENCHMARK(SplitByGroups)->Apply(GroupsAskedFor);
BENCHMARK(SplitByGroupsOnMobiles)->Apply(GroupsAskedFor);

}  // namespace
}  // namespace pinmetrics
