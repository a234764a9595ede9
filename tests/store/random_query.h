#ifndef PINMETRICS_TESTS_STORE_RANDOM_QUERY_H_
#define PINMETRICS_TESTS_STORE_RANDOM_QUERY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/interval.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"
#include "tests/store/random_account.h"

/// Questions about a random account, a few of them refused.

namespace pinmetrics {

/// The catalogue, and metrics as a host makes them: of each kind, and one that is never 0.
inline const std::vector<Metric>& MetricsToAsk() {
  static const std::vector<Metric> metrics = [] {
    std::vector<Metric> all = Catalogue();
    all.push_back(Ratio("saves_per_click", kSaves, kPinClicks));
    all.push_back(Sum("clicks", kPinClicks, kOutboundClicks, kPinClicks));
    all.push_back(Count({.name = "play_time_ms"}, Tally::kPlayTimeMs));
    all.push_back(Ratio("frequency", kImpressions, kTotalAudience));
    all.push_back(Formula("rest_of_month", Unit::kCount, Needs{.monthly_views = true},
                          [](const Facts& facts) -> std::optional<double> {
                            if (!facts.month) return std::nullopt;
                            return static_cast<double>(facts.month->views -
                                                       facts.tally[Tally::kImpressions]);
                          }));
    all.push_back(Formula("below_ten", Unit::kCount, Needs{},
                          [](const Facts& facts) -> std::optional<double> {
                            return 10 - static_cast<double>(facts.tally[Tally::kSaves]);
                          }));
    return all;
  }();
  return metrics;
}

class RandomQuery {
 public:
  RandomQuery(const RandomAccount& account, Dice& dice) : account_(account), dice_(dice) {}

  Query AnyQuery(absl::CivilDay today) {
    Query query{
        .period = AnyPeriod(today), .filter = AnyFilter(), .include_saved = dice_.Percent(50)};
    if (dice_.Percent(65)) query.metrics = AnyMetrics();
    if (dice_.Percent(50)) {
      // Board and Pin split no report.
      query.split = dice_.OneOf(dice_.Percent(97) ? kSplitting : kNotSplitting);
    }
    if (dice_.Percent(50)) query.comparison = Comparison::kPreviousPeriod;
    if (dice_.Percent(40)) query.interval = AnyInterval();
    if (dice_.Percent(12)) MakeRealTime(query);
    return query;
  }

  /// The query for a top list; now and then with what a list cannot have.
  Query ForList(Query query) {
    if (!dice_.Percent(3)) query.split.reset();
    if (!dice_.Percent(3)) query.comparison = Comparison::kNone;
    return query;
  }

  Ranking AnyRanking() {
    Ranking ranking;
    if (dice_.Percent(70)) ranking.by = dice_.OneOf(MetricsToAsk());
    ranking.limit = dice_.OneOf(
        std::vector<std::size_t>{0, 1, 1, 2, 3, 10, 1000, std::numeric_limits<std::size_t>::max()});
    if (dice_.Percent(40)) {
      ranking.created_in_last_days = dice_.OneOf(std::vector<std::int64_t>{
          1, 2, 5, 7, 30, 400, std::numeric_limits<std::int64_t>::max(), 0});
    }
    return ranking;
  }

  Interval AnyInterval() {
    if (dice_.Percent(30)) return Interval::Month();
    return Interval::Week(static_cast<absl::Weekday>(dice_.Below(7)));
  }

  Filter AnyFilter() {
    switch (dice_.Below(11)) {
      case 0:
      case 1:
        return Filter();
      case 2:
        return AnyCondition(kOfEvents);
      case 3:
        return AnyCondition(kOfClasses);
      case 4:
        return AnyCondition(kOfEvents) && AnyCondition(kOfClasses);
      case 5:
        return AnyCondition(kNotSplitting);
      case 6:
        return AnyTree(1) && AnyCondition({Dimension::kPin}) && AnyTree(1);
      case 7:
        return AnyValuesOneByOne();
      default:
        return AnyTree(4);
    }
  }

 private:
  DateRange AnyPeriod(absl::CivilDay today) {
    static const std::vector<std::int64_t> lengths = {1, 1, 2, 3, 7, 10, 30, 45, 100};
    const std::int64_t reach = account_.traits().days + 4;
    absl::CivilDay last = today - dice_.Between(0, reach);
    if (dice_.Percent(30)) last = today - dice_.Between(0, 4);
    if (dice_.Percent(2)) last = today + 1;
    std::int64_t length = dice_.OneOf(lengths);
    if (dice_.Percent(2)) length = dice_.OneOf(std::vector<std::int64_t>{0, -3, 800});
    return LastDays(length, last);
  }

  std::vector<Metric> AnyMetrics() {
    std::vector<Metric> metrics;
    const std::size_t count = 1 + dice_.Below(6);
    for (std::size_t i = 0; i < count; ++i) {
      const Metric& metric = dice_.OneOf(MetricsToAsk());
      const bool is_there = std::find(metrics.begin(), metrics.end(), metric) != metrics.end();
      if (!is_there || dice_.Percent(3)) metrics.push_back(metric);
    }
    return metrics;
  }

  /// Mostly without what real time excludes.
  void MakeRealTime(Query& query) {
    query.real_time = true;
    if (dice_.Percent(20)) return;
    query.split.reset();
    std::erase_if(query.metrics, [](const Metric& metric) { return metric.needs().people(); });
    query.filter = AnyCondition({Dimension::kDevice});
    if (dice_.Percent(50)) query.filter = AnyCondition(kOfPins);
    if (dice_.Percent(30)) query.filter = !query.filter;
    if (dice_.Percent(30)) query.filter = Filter();
  }

  Filter AnyTree(std::size_t depth) {
    if (depth == 0 || dice_.Percent(30)) {
      if (dice_.Percent(4)) return dice_.Percent(50) ? Filter() : !Filter();
      return AnyCondition(kAll);
    }
    Filter filter = AnyTree(depth - 1);
    const bool is_and = dice_.Percent(50);
    for (std::size_t more = dice_.Below(4); more > 0; --more) {
      const Filter operand = AnyTree(depth - 1);
      filter = is_and ? std::move(filter) && operand : std::move(filter) || operand;
    }
    return dice_.Percent(30) ? !std::move(filter) : filter;
  }

  /// One of the dimensions is one of some values.
  Filter AnyCondition(const std::vector<Dimension>& dimensions) {
    const Dimension dimension = dice_.OneOf(dimensions);
    std::vector<Attribute> values;
    for (std::size_t count = 1 + dice_.Below(3); count > 0; --count) {
      values.push_back(AnyValue(dimension));
    }
    return Filter::Condition(dimension, std::move(values));
  }

  Attribute AnyValue(Dimension dimension) {
    if (HasNames(dimension)) {
      return Attribute(
          dice_.Below(VisitNames(dimension, [](auto names) { return names.kNames.size(); })));
    }
    // An id that nothing has, now and then.
    if (dice_.Percent(5)) return Attribute(std::uint64_t{987'654'321});
    if (dimension == Dimension::kPin) return dice_.OneOf(account_.pin_ids());
    if (dimension == Dimension::kBoard) return dice_.OneOf(account_.board_ids());
    if (dice_.Percent(30)) return Attribute();
    return Attribute(dice_.OneOf(
        std::vector<std::uint64_t>{0, 1, 2, std::numeric_limits<std::uint64_t>::max()}));
  }

  /// Any of some values, or none of them, a condition for each.
  Filter AnyValuesOneByOne() {
    const Dimension dimension = dice_.OneOf(kAll);
    const bool excludes = dice_.Percent(40);
    Filter filter = excludes ? AnyTree(1) : AnyCondition({dimension});
    for (std::size_t count = 1 + dice_.Below(8); count > 0; --count) {
      const Filter value = AnyCondition({dimension});
      filter = excludes ? std::move(filter) && !value : std::move(filter) || value;
    }
    return filter;
  }

  template <typename Wanted>
  static std::vector<Dimension> DimensionsWhere(Wanted wanted) {
    std::vector<Dimension> dimensions;
    for (std::size_t i = 0; i < kCountOf<Dimension>; ++i) {
      if (wanted(static_cast<Dimension>(i))) dimensions.push_back(static_cast<Dimension>(i));
    }
    return dimensions;
  }
  static bool Always(Dimension) { return true; }
  static bool IsOfPin(Dimension dimension) { return !IsOfEvent(dimension); }
  static bool IsOfClass(Dimension dimension) { return IsOfPin(dimension) && CanSplit(dimension); }
  static bool CannotSplit(Dimension dimension) { return !CanSplit(dimension); }

  inline static const std::vector<Dimension> kAll = DimensionsWhere(Always);
  inline static const std::vector<Dimension> kOfEvents = DimensionsWhere(IsOfEvent);
  inline static const std::vector<Dimension> kOfPins = DimensionsWhere(IsOfPin);
  inline static const std::vector<Dimension> kOfClasses = DimensionsWhere(IsOfClass);
  inline static const std::vector<Dimension> kSplitting = DimensionsWhere(CanSplit);
  inline static const std::vector<Dimension> kNotSplitting = DimensionsWhere(CannotSplit);

  const RandomAccount& account_;
  Dice& dice_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_RANDOM_QUERY_H_
