// Filters that name many ids, on one thread: 3.1 million events of 31 sealed days on 20 000 Pins by
// 300 000 viewers, 85 % impressions. The report is that of the last 30 days. Ids are named in no
// order: one by one, each in a condition of its own under one or (or, with a not, under one and),
// or all in one condition; of the hundred thousand, four of five belong to no Pin. Each case checks
// its counts against a plain loop over the events before it is timed.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/calculate.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"
#include "pinmetrics/store/snapshot.h"
#include "pinmetrics/store/store.h"

namespace pinmetrics {
namespace {

constexpr std::uint64_t kPins = 20'000;
constexpr std::int64_t kDays = 31;
constexpr std::uint64_t kEventsOfADay = 100'000;
const absl::CivilDay kLastDay(2026, 11, 20);
const absl::Time kNow = absl::FromCivil(absl::CivilHour(2026, 11, 23, 12), absl::UTCTimeZone());

class Account {
 public:
  Account() {
    std::mt19937_64 random(1);
    const auto below = [&random](std::uint64_t n) { return random() % n; };
    for (std::uint64_t i = 0; i < kPins; ++i) {
      pins_.push_back({.id = PinId(i),
                       .board = BoardId(below(200)),
                       .format = static_cast<PinFormat>(below(kCountOf<PinFormat>))});
      is_whole_ = store_.PutPin(pins_.back()).ok() && is_whole_;
    }
    for (std::int64_t day = 0; day < kDays; ++day) {
      const absl::Time begin = absl::FromCivil(kLastDay - day, absl::UTCTimeZone());
      for (std::uint64_t i = 0; i < kEventsOfADay; ++i) {
        Event event{.time = begin + absl::Milliseconds(below(86'400'000)),
                    .pin = PinId(below(kPins)),
                    .viewer = ViewerId(1 + below(300'000)),
                    .device = static_cast<Device>(below(kCountOf<Device>))};
        // All but playbacks, which are the last action.
        if (below(100) >= 85) event.action = static_cast<Action>(1 + below(kCountOf<Action> - 2));
        events_.push_back(event);
      }
    }
    is_whole_ = store_.Append(events_, kNow).taken == events_.size() && is_whole_;
    is_whole_ = store_.Seal(kNow).days_sealed == kDays && is_whole_;
  }

  /// Whether the store has all that it was given.
  bool is_whole() const { return is_whole_; }
  const std::vector<Event>& events() const { return events_; }
  Snapshot TakeSnapshot() const { return store_.TakeSnapshot(); }
  // Pins are numbered from 0, so that a host finds them by index.
  const Pin& operator()(PinId id) const { return pins_[id.value()]; }

 private:
  bool is_whole_ = true;
  std::vector<Pin> pins_;
  std::vector<Event> events_;
  Store store_;
};

const Account& TheAccount() {
  static const Account account;
  return account;
}

/// Each of 0..`ids` - 1 times `step` once, in no order.
std::vector<PinId> SomePins(std::uint64_t ids, std::uint64_t step) {
  std::vector<PinId> pins;
  for (std::uint64_t i = 0; i < ids; ++i) pins.emplace_back(i * step);
  std::shuffle(pins.begin(), pins.end(), std::mt19937_64(2));
  return pins;
}

Filter OneByOne(const std::vector<PinId>& pins) {
  Filter filter = Is(pins.front());
  for (std::size_t i = 1; i < pins.size(); ++i) filter = std::move(filter) || Is(pins[i]);
  return filter;
}
Filter InOneCondition(const std::vector<PinId>& pins) { return IsAnyOf(std::span(pins)); }
Filter AllButOneByOne(const std::vector<PinId>& pins) {
  Filter filter;
  for (const PinId pin : pins) filter = std::move(filter) && !Is(pin);
  return filter;
}

/// The ids that a filter names, and whether it wants or excludes them.
struct Named {
  std::vector<PinId> pins;
  Filter (*filter_of)(const std::vector<PinId>& pins);
  bool excludes = false;
};

std::int64_t ImpressionsOf(const Named& named, const DateRange& period) {
  std::unordered_set<std::uint64_t> pins;
  for (const PinId pin : named.pins) pins.insert(pin.value());
  const absl::Time begin = absl::FromCivil(period.first(), absl::UTCTimeZone());
  std::int64_t impressions = 0;
  for (const Event& event : TheAccount().events()) {
    impressions += event.action == Action::kImpression && event.time >= begin &&
                   pins.contains(event.pin.value()) != named.excludes;
  }
  return impressions;
}

void Ask(benchmark::State& state, const Named& named, std::vector<Metric> metrics) {
  const Query query = {.period = LastDays(30, kLastDay),
                       .filter = named.filter_of(named.pins),
                       .metrics = std::move(metrics)};
  const Snapshot snapshot = TheAccount().TakeSnapshot();
  const absl::StatusOr<Report> report = snapshot.Run(query, kNow);
  const auto impressions = static_cast<double>(ImpressionsOf(named, query.period));
  if (!TheAccount().is_whole() || !report.ok() ||
      report->totals.at(0).figures.at(0) != impressions) {
    return state.SkipWithError("the report is wrong");
  }
  for (auto _ : state) benchmark::DoNotOptimize(snapshot.Run(query, kNow));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(named.pins.size()));
}

void Calculate(benchmark::State& state, const Named& named) {
  const Filter filter = named.filter_of(named.pins);
  const Account& account = TheAccount();
  const DateRange all = LastDays(kDays, kLastDay);
  if (!account.is_whole() ||
      CalculateTally(account.events(), account, filter)[Tally::kImpressions] !=
          ImpressionsOf(named, all)) {
    return state.SkipWithError("the tally is wrong");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(CalculateTally(account.events(), account, filter));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(account.events().size()));
}

const std::vector<Metric> kCounts = {kImpressions, kSaves};

const Named kThousandOneByOne = {SomePins(1'000, 20), OneByOne};
const Named kThousandInOne = {SomePins(1'000, 20), InOneCondition};
const Named kAllButThousand = {SomePins(1'000, 20), AllButOneByOne, true};
const Named kManyInOne = {SomePins(100'000, 1), InOneCondition};
const Named kManyOneByOne = {SomePins(100'000, 1), OneByOne};

BENCHMARK_CAPTURE(Ask, thousand_one_by_one_counts, kThousandOneByOne, kCounts);
BENCHMARK_CAPTURE(Ask, thousand_one_by_one_all_metrics, kThousandOneByOne, Catalogue());
BENCHMARK_CAPTURE(Ask, thousand_in_one_condition_counts, kThousandInOne, kCounts);
BENCHMARK_CAPTURE(Ask, thousand_in_one_condition_all_metrics, kThousandInOne, Catalogue());
BENCHMARK_CAPTURE(Ask, all_but_thousand_counts, kAllButThousand, kCounts);
BENCHMARK_CAPTURE(Ask, hundred_thousand_in_one_condition_counts, kManyInOne, kCounts);
BENCHMARK_CAPTURE(Ask, hundred_thousand_one_by_one_counts, kManyOneByOne, kCounts);
BENCHMARK_CAPTURE(Calculate, thousand_one_by_one, kThousandOneByOne);
BENCHMARK_CAPTURE(Calculate, hundred_thousand_in_one_condition, kManyInOne);

}  // namespace
}  // namespace pinmetrics
