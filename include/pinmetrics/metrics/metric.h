#ifndef PINMETRICS_METRICS_METRIC_H_
#define PINMETRICS_METRICS_METRIC_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/numeric/int128.h"
#include "pinmetrics/metrics/tally.h"

namespace pinmetrics {

/// The 30 days that end with a day, both ends included; see spec: The metrics.
struct MonthlyFacts {
  std::int64_t views = 0;             ///< Impressions of Pins that are not `saved`.
  std::int64_t total_audience = 0;    ///< Distinct known viewers.
  std::int64_t engaged_audience = 0;  ///< Distinct known viewers with an engagement.

  friend bool operator==(const MonthlyFacts&, const MonthlyFacts&) = default;
};

/// All that is known of a slice of events (a day, a period, a segment, a Pin): what metrics are
/// formulas of. What a metric does not say it needs may be left unset by an engine.
struct Facts {
  Tally tally = {};                   ///< Its events, counted.
  std::int64_t total_audience = 0;    ///< Distinct known viewers.
  std::int64_t engaged_audience = 0;  ///< Distinct known viewers with an engagement.
  /// Of the slice's last day; absent where the 30 days are not all known.
  std::optional<MonthlyFacts> month = {};

  friend bool operator==(const Facts&, const Facts&) = default;
};

/// Which of the facts a metric reads. An engine may leave the others at 0, or fill them in.
struct Needs {
  bool tally = true;                      ///< `tally`.
  bool total_audience = false;            ///< `total_audience`.
  bool engaged_audience = false;          ///< `engaged_audience`.
  bool monthly_views = false;             ///< `month->views`.
  bool monthly_total_audience = false;    ///< `month->total_audience`.
  bool monthly_engaged_audience = false;  ///< `month->engaged_audience`.

  /// True if the metric counts the people of the slice itself.
  bool audience() const { return total_audience || engaged_audience; }
  /// True if it counts the people of the slice's month.
  bool monthly_audience() const { return monthly_total_audience || monthly_engaged_audience; }
  /// True if it counts people at all.
  bool people() const { return audience() || monthly_audience(); }
  /// True if it reads the month at all.
  bool month() const { return monthly_views || monthly_audience(); }
  /// True if it reads the month and nothing of the slice itself.
  bool month_alone() const { return month() && !tally && !audience(); }

  /// What two metrics need together.
  friend Needs operator|(Needs a, Needs b) {
    return {a.tally || b.tally,
            a.total_audience || b.total_audience,
            a.engaged_audience || b.engaged_audience,
            a.monthly_views || b.monthly_views,
            a.monthly_total_audience || b.monthly_total_audience,
            a.monthly_engaged_audience || b.monthly_engaged_audience};
  }
  friend bool operator==(const Needs&, const Needs&) = default;
};

/// How often a counter is in a sum, 0..2^32-1: an unsigned number of up to 32 bits, or any constant
/// in that range. A negative weight does not compile, nor does one that might be negative: more
/// events never make a count smaller.
class CounterWeight {
 public:
  constexpr CounterWeight() = default;
  // A number is a weight as it stands: these convert on purpose.
  // NOLINTBEGIN(google-explicit-constructor)
  /// An unsigned number that is known at run time.
  template <std::unsigned_integral T>
  requires(sizeof(T) <= sizeof(std::uint32_t)) constexpr CounterWeight(T weight)
      : weight_(weight) {}
  /// A constant of any type. Does not compile outside 0..2^32-1.
  template <std::integral T>
  consteval CounterWeight(T weight) : weight_(static_cast<std::uint32_t>(weight)) {
    if (!std::in_range<std::uint32_t>(weight)) IsOutsideItsRange();
  }

  /// The weight as a number.
  constexpr operator std::uint32_t() const { return weight_; }
  // NOLINTEND(google-explicit-constructor)

 private:
  /// Keeps what calls it from being a constant, and so from being compiled.
  static void IsOutsideItsRange() {}

  std::uint32_t weight_ = 0;
};

/// How often each of the tally's counters is in a sum of them, by its number; 0 unless set:
///
///   CounterWeights weights{};
///   weights[Tally::kSaves] = 1;
///
/// `Count` and `Sum` set them; a host does where a counter is to count several times, or where the
/// sum has counters that the catalogue has no metric of.
using CounterWeights = std::array<CounterWeight, Tally::kCounters>;

/// What a metric's value is a number of.
enum class Unit { kCount, kPeople, kRatio, kMinutes, kSeconds };

/// Which way of a metric is good news.
enum class Direction : std::uint8_t { kMoreIsBetter, kLessIsBetter, kNeither };

/// How a metric presents itself. Only the name is required.
struct MetricDescription {
  std::string name = {};            ///< Identifies it in reports and exports: `save_rate`.
  std::string title = {};           ///< For people: "Save rate". From the name if empty.
  std::string definition = {};      ///< One sentence. For sums and ratios, the formula if empty.
  std::string source = {};          ///< Where the definition comes from.
  std::string pinterest_name = {};  ///< In the Pinterest API; empty if that has no such metric.
  /// Whether a page shows a rise as good or bad news. It tells no metric from another.
  Direction direction = Direction::kMoreIsBetter;

  friend bool operator==(const MetricDescription&, const MetricDescription&) = default;
};

/// What the functions that make metrics take to describe one: all of that, or the name alone.
template <typename T>
concept DescribesMetric = std::same_as<T, MetricDescription> || std::convertible_to<T, std::string>;

class Metric;
class CountMetric;

// Below, with what they do.
template <DescribesMetric Description = MetricDescription, std::same_as<CountMetric>... More>
CountMetric Sum(Description description, const CountMetric& first, const More&... more);
template <DescribesMetric Description = MetricDescription>
Metric Ratio(Description description, const Metric& numerator, const Metric& denominator);
template <DescribesMetric Description = MetricDescription>
Metric Measure(Description description, Unit unit, const CountMetric& count, double unit_size);
template <DescribesMetric Description = MetricDescription>
Metric Average(Description description, Unit unit, const CountMetric& count, double unit_size,
               const CountMetric& per);
template <DescribesMetric Description = MetricDescription>
Metric Fact(Description description, std::int64_t Facts::*people);
template <DescribesMetric Description = MetricDescription>
Metric MonthlyFact(Description description, Unit unit, std::int64_t MonthlyFacts::*fact);

/// A named number computed from `Facts`. The catalogue's metrics and a host's own are made the same
/// way, by `Count`, `Sum`, `Ratio`, `Measure`, `Average`, `Fact` and `Formula` below, and are used
/// the same way everywhere.
///
/// An immutable value, as cheap to copy as a `std::shared_ptr`, also when moved from: there is no
/// metric without a name. Safe to use from many threads if its formula is.
///
/// Equal means made alike: of the same name, unit and counts, or of the same fact, also where two
/// copies of this library in one process made the metrics. Nobody can compare formulas, so a metric
/// with one, and what is made of it, equals its own copies alone.
class Metric {
 public:
  /// What computes a value from facts; nothing where there is no data.
  using Function = std::function<std::optional<double>(const Facts&)>;

  /// As `Formula` below makes it.
  Metric(MetricDescription description, Unit unit, Needs needs, Function formula);
  Metric(const Metric&) = default;
  Metric& operator=(const Metric&) = default;

  /// Identifies it in reports and exports: `save_rate`.
  const std::string& name() const { return definition_->description.name; }
  /// For people: "Save rate".
  const std::string& title() const { return definition_->description.title; }
  /// The name, with the unit where the name does not imply it: `total_play_time_minutes`.
  const std::string& NameWithUnit() const { return definition_->name_with_unit; }
  /// The name of its change: `total_play_time_change`. A change is a ratio and has no other unit.
  const std::string& NameOfChange() const { return definition_->name_of_change; }
  /// Name, title, definition and source.
  const MetricDescription& description() const { return definition_->description; }
  /// What its values are numbers of.
  Unit unit() const { return definition_->unit; }
  /// Which of the facts it reads.
  Needs needs() const { return definition_->needs; }

  /// The value in `unit()`, or nothing where there is no data to divide by, or where the formula
  /// gives no finite number. Counts are whole and exact to 2^53.
  std::optional<double> Value(const Facts& facts) const {
    double value = 0;
    return Compute(facts, value) ? std::optional<double>(value) : std::nullopt;
  }

  /// The same for loops over many: sets `value`, or returns false where it is absent. Copying an
  /// optional takes longer than most metrics do.
  bool Compute(const Facts& facts, double& value) const {
    // Reports ask for thousands of values, most of them counts or quotients of counts.
    const Quotient& quotient = definition_->quotient;
    if (quotient.form != Quotient::Form::kNone) {
      value = quotient.count.Of(facts.tally);
      if (quotient.form == Quotient::Form::kCount) return true;
      double divisor = quotient.unit_size;
      if (quotient.form == Quotient::Form::kAverage) {
        const double per = quotient.per.Of(facts.tally);
        if (per == 0) return false;
        divisor *= per;
      }
      value /= divisor;
      return std::isfinite(value);
    }
    if (!definition_->formula) return false;
    const std::optional<double> result = definition_->formula(facts);
    if (!result || !std::isfinite(*result)) return false;
    value = *result;
    return true;
  }

  /// The sum of counters that the metric is, if it is a `CountMetric`. Engines rank by these
  /// without looking at every item.
  const std::optional<CounterWeights>& counters() const { return definition_->counters; }

  /// The sum of counters that the metric is per, if it is a `Ratio` of counts or an `Average`. What
  /// many values are together is their mean weighted by it: a rate of a month is no mean of days.
  std::optional<CounterWeights> per() const {
    const Quotient& quotient = definition_->quotient;
    if (quotient.form != Quotient::Form::kAverage) return std::nullopt;
    return quotient.per.weights();
  }

  /// What keeps the metric, or one that it is made of, from having values; empty if nothing does. A
  /// sum that counts an event 2^32 times or more has such a fault: its value is absent, also to a
  /// `Formula` that asks for it, and queries that name it are refused.
  const std::string& fault() const { return definition_->fault; }

  /// True if both were made alike, as said above.
  friend bool operator==(const Metric& a, const Metric& b) {
    return a.definition_ == b.definition_ || a.definition_->IsMadeAs(*b.definition_);
  }

 protected:
  /// A `CountMetric`, with its `fault` if it has one.
  Metric(MetricDescription description, const CounterWeights& counters, std::string fault);

 private:
  template <DescribesMetric Description>
  friend Metric Ratio(Description description, const Metric& numerator, const Metric& denominator);
  template <DescribesMetric Description>
  friend Metric Measure(Description description, Unit unit, const CountMetric& count,
                        double unit_size);
  template <DescribesMetric Description>
  friend Metric Average(Description description, Unit unit, const CountMetric& count,
                        double unit_size, const CountMetric& per);
  template <DescribesMetric Description>
  friend Metric Fact(Description description, std::int64_t Facts::*people);
  template <DescribesMetric Description>
  friend Metric MonthlyFact(Description description, Unit unit, std::int64_t MonthlyFacts::*fact);

  /// A sum of counters, in a form that adds up fast.
  class CounterSum {
   public:
    CounterSum() = default;
    explicit CounterSum(const CounterWeights& weights) {
      for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) continue;
        counters_[terms_] = static_cast<std::uint8_t>(i);
        weights_[terms_++] = weights[i];
        all_once_ &= weights[i] == 1;
      }
      all_once_ &= terms_ > 0;
    }

    /// The sum, rounded once.
    double Of(const Tally& tally) const {
      const auto& counts = tally.counts();
      if (all_once_) {
        // Most sums have one term.
        std::int64_t sum = counts[counters_[0]];
        for (std::size_t i = 1; i < terms_; ++i) sum += counts[counters_[i]];
        return static_cast<double>(sum);
      }
      // A weight times a count may take 95 bits.
      absl::int128 sum = 0;
      for (std::size_t i = 0; i < terms_; ++i) {
        sum += absl::int128(counts[counters_[i]]) * std::uint32_t{weights_[i]};
      }
      return static_cast<double>(sum);
    }

    /// What it was made of.
    CounterWeights weights() const {
      CounterWeights weights{};
      for (std::size_t i = 0; i < terms_; ++i) weights[counters_[i]] = weights_[i];
      return weights;
    }

    friend bool operator==(const CounterSum&, const CounterSum&) = default;

   private:
    std::size_t terms_ = 0;
    bool all_once_ = true;
    std::array<std::uint8_t, Tally::kCounters> counters_ = {};
    CounterWeights weights_ = {};
  };

  /// What most metrics are, instead of a formula: `count`, `count / unit_size`, or
  /// `count / (unit_size * per)`.
  struct Quotient {
    enum class Form { kNone, kCount, kMeasure, kAverage } form = Form::kNone;
    CounterSum count = {};
    double unit_size = 1;
    CounterSum per = {};

    friend bool operator==(const Quotient&, const Quotient&) = default;
  };

  struct Definition {
    MetricDescription description;
    Unit unit = Unit::kCount;
    Needs needs = {};
    Function formula = nullptr;
    std::optional<CounterWeights> counters = {};
    Quotient quotient = {};
    /// The formula is one fact as it is, that of `needs`.
    bool is_fact = false;
    std::string fault = {};
    // What the metric's columns are called, from its name.
    std::string name_with_unit = {};
    std::string name_of_change = {};

    /// True if both have the same values and one name, as far as anyone can tell.
    bool IsMadeAs(const Definition& other) const {
      return is_fact == other.is_fact && (is_fact || (!formula && !other.formula)) &&
             description.name == other.description.name && unit == other.unit &&
             needs == other.needs && counters == other.counters && quotient == other.quotient &&
             fault == other.fault;
    }
  };

  explicit Metric(Definition definition)
      : definition_(std::make_shared<const Definition>(WithColumns(std::move(definition)))) {}

  static Metric OfQuotient(MetricDescription description, Unit unit, const Quotient& quotient,
                           std::string fault,
                           const std::optional<CounterWeights>& counters = std::nullopt);

  static MetricDescription Titled(MetricDescription description);
  static Definition WithColumns(Definition definition);

  std::shared_ptr<const Definition> definition_;
};

/// A metric that counts events: a sum of the tally's counters, so that the counts of disjoint
/// slices add up and no event makes one smaller. Only these can be summed: a sum of ratios or of
/// audiences means nothing and does not compile.
///
/// The sum is exact, however large counts and weights are, and rounded once to a double.
class CountMetric : public Metric {
 public:
  /// `weights[c]` times counter c, summed.
  CountMetric(MetricDescription description, const CounterWeights& weights);

  /// Of a metric that has a `fault`, 2^32-1 where a weight would be more.
  const CounterWeights& weights() const { return *counters(); }

 private:
  using WideWeights = std::array<std::uint64_t, Tally::kCounters>;

  template <DescribesMetric Description, std::same_as<CountMetric>... More>
  friend CountMetric Sum(Description description, const CountMetric& first, const More&... more);

  CountMetric(MetricDescription description, const WideWeights& weights, std::string fault);

  static constexpr std::uint64_t kMostWeight = std::numeric_limits<std::uint32_t>::max();
  /// The weights, cut to that.
  static CounterWeights Narrowed(const WideWeights& weights);
  /// `fault`, unless it is empty and a weight is cut.
  static std::string FaultOf(const WideWeights& weights, std::string fault);
};

/// The same description, or one that has the name alone.
template <DescribesMetric Description>
MetricDescription DescriptionFrom(Description description) {
  if constexpr (std::same_as<Description, MetricDescription>) {
    return description;
  } else {
    return {.name = std::move(description)};
  }
}

/// The metric's name.
inline std::string ToString(const Metric& metric) { return metric.name(); }

// What these take first is a description, `Ratio({.name = "kept", .title = "Kept"}, kSaves, ...)`,
// or a name, `Ratio("kept", kSaves, kImpressions)`.

/// The events of one of the tally's counters.
template <DescribesMetric Description = MetricDescription>
CountMetric Count(Description description, Tally::Counter counter) {
  CounterWeights weights{};
  weights[counter] = 1;
  return CountMetric(DescriptionFrom(std::move(description)), weights);
}

/// The sum of counts. What several of them count, it counts several times; see `Metric::fault`.
template <DescribesMetric Description, std::same_as<CountMetric>... More>
CountMetric Sum(Description description, const CountMetric& first, const More&... more) {
  MetricDescription described = DescriptionFrom(std::move(description));
  if (described.definition.empty()) {
    described.definition = first.name() + ((" + " + more.name()) + ... + "");
  }
  CountMetric::WideWeights weights{};
  std::string fault;
  for (const CountMetric* part : {&first, &more...}) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += part->weights()[i];
    if (fault.empty()) fault = part->fault();
  }
  return CountMetric(std::move(described), weights, std::move(fault));
}

/// One metric divided by another; absent where either is, or where the denominator is 0.
template <DescribesMetric Description>
Metric Ratio(Description description, const Metric& numerator, const Metric& denominator) {
  MetricDescription described = DescriptionFrom(std::move(description));
  if (described.definition.empty()) {
    described.definition = numerator.name() + " / " + denominator.name();
  }
  const std::string& fault = numerator.fault().empty() ? denominator.fault() : numerator.fault();
  if (numerator.counters() && denominator.counters()) {
    return Metric::OfQuotient(std::move(described), Unit::kRatio,
                              {.form = Metric::Quotient::Form::kAverage,
                               .count = Metric::CounterSum(*numerator.counters()),
                               .per = Metric::CounterSum(*denominator.counters())},
                              fault);
  }
  return Metric(Metric::Definition{
      .description = Metric::Titled(std::move(described)),
      .unit = Unit::kRatio,
      .needs = numerator.needs() | denominator.needs(),
      .formula = [numerator, denominator](const Facts& facts) -> std::optional<double> {
        const std::optional<double> above = numerator.Value(facts);
        const std::optional<double> below = denominator.Value(facts);
        if (!above || !below || *below == 0) return std::nullopt;
        return *above / *below;
      },
      .fault = fault});
}

/// A count in `unit`, which is `unit_size` times that of the count: `count / unit_size`.
/// Milliseconds become minutes with 60 000. Absent where that is no finite number.
template <DescribesMetric Description>
Metric Measure(Description description, Unit unit, const CountMetric& count, double unit_size) {
  return Metric::OfQuotient(DescriptionFrom(std::move(description)), unit,
                            {.form = Metric::Quotient::Form::kMeasure,
                             .count = Metric::CounterSum(count.weights()),
                             .unit_size = unit_size},
                            count.fault());
}

/// The average of that over the events that `per` counts: `count / (unit_size * per)`; absent also
/// where there are none.
template <DescribesMetric Description>
Metric Average(Description description, Unit unit, const CountMetric& count, double unit_size,
               const CountMetric& per) {
  return Metric::OfQuotient(DescriptionFrom(std::move(description)), unit,
                            {.form = Metric::Quotient::Form::kAverage,
                             .count = Metric::CounterSum(count.weights()),
                             .unit_size = unit_size,
                             .per = Metric::CounterSum(per.weights())},
                            count.fault().empty() ? per.fault() : count.fault());
}

/// The people that a fact counts, as they are: `&Facts::total_audience`.
template <DescribesMetric Description>
Metric Fact(Description description, std::int64_t Facts::*people) {
  const bool is_total = people == &Facts::total_audience;
  return Metric(Metric::Definition{
      .description = Metric::Titled(DescriptionFrom(std::move(description))),
      .unit = Unit::kPeople,
      .needs = {.tally = false, .total_audience = is_total, .engaged_audience = !is_total},
      .formula = [people](const Facts& facts) -> std::optional<double> {
        return static_cast<double>(facts.*people);
      },
      .is_fact = true});
}

/// A fact of the month, as it is: `&MonthlyFacts::views`. Absent where the month is.
template <DescribesMetric Description>
Metric MonthlyFact(Description description, Unit unit, std::int64_t MonthlyFacts::*fact) {
  return Metric(Metric::Definition{
      .description = Metric::Titled(DescriptionFrom(std::move(description))),
      .unit = unit,
      .needs = {.tally = false,
                .monthly_views = fact == &MonthlyFacts::views,
                .monthly_total_audience = fact == &MonthlyFacts::total_audience,
                .monthly_engaged_audience = fact == &MonthlyFacts::engaged_audience},
      .formula = [fact](const Facts& facts) -> std::optional<double> {
        if (!facts.month) return std::nullopt;
        return static_cast<double>((*facts.month).*fact);
      },
      .is_fact = true});
}

/// Any formula of the facts; `needs` says which of them it reads: the tally, unless that is set to
/// false, and what is set to true.
template <DescribesMetric Description = MetricDescription>
Metric Formula(Description description, Unit unit, Needs needs, Metric::Function formula) {
  return Metric(DescriptionFrom(std::move(description)), unit, needs, std::move(formula));
}

// ---- implementation ----

inline Metric::Definition Metric::WithColumns(Definition definition) {
  const std::string& name = definition.description.name;
  definition.name_with_unit = name;
  if (definition.unit == Unit::kMinutes) definition.name_with_unit += "_minutes";
  if (definition.unit == Unit::kSeconds) definition.name_with_unit += "_seconds";
  definition.name_of_change = name + "_change";
  return definition;
}

inline Metric::Metric(MetricDescription description, Unit unit, Needs needs, Function formula)
    : Metric(Definition{Titled(std::move(description)), unit, needs, std::move(formula)}) {}

inline Metric::Metric(MetricDescription description, const CounterWeights& counters,
                      std::string fault)
    : Metric(OfQuotient(std::move(description), Unit::kCount,
                        {.form = Quotient::Form::kCount, .count = CounterSum(counters)},
                        std::move(fault), counters)) {}

inline Metric Metric::OfQuotient(MetricDescription description, Unit unit, const Quotient& quotient,
                                 std::string fault, const std::optional<CounterWeights>& counters) {
  return Metric(Definition{.description = Titled(std::move(description)),
                           .unit = unit,
                           .counters = counters,
                           // What has a fault has neither a quotient nor a formula: no value.
                           .quotient = fault.empty() ? quotient : Quotient(),
                           .fault = std::move(fault)});
}

inline MetricDescription Metric::Titled(MetricDescription description) {
  if (!description.title.empty() || description.name.empty()) return description;
  description.title = description.name;
  for (char& c : description.title) {
    if (c == '_') c = ' ';
  }
  char& initial = description.title.front();
  if (initial >= 'a' && initial <= 'z') initial = static_cast<char>(initial - 'a' + 'A');
  return description;
}

inline CountMetric::CountMetric(MetricDescription description, const CounterWeights& weights)
    : Metric(std::move(description), weights, std::string()) {}

inline CountMetric::CountMetric(MetricDescription description, const WideWeights& weights,
                                std::string fault)
    : Metric(std::move(description), Narrowed(weights), FaultOf(weights, std::move(fault))) {}

inline CounterWeights CountMetric::Narrowed(const WideWeights& weights) {
  CounterWeights narrow;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    narrow[i] = static_cast<std::uint32_t>(std::min(weights[i], kMostWeight));
  }
  return narrow;
}

inline std::string CountMetric::FaultOf(const WideWeights& weights, std::string fault) {
  const std::uint64_t most = *std::max_element(weights.begin(), weights.end());
  if (!fault.empty() || most <= kMostWeight) return fault;
  return "it counts an event " + std::to_string(most) + " times, expected at most " +
         std::to_string(kMostWeight) + " times";
}

}  // namespace pinmetrics

#endif  // PINMETRICS_METRICS_METRIC_H_
