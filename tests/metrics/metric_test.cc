#include "pinmetrics/metrics/metric.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/metrics/tally.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;

const CountMetric kSeen = Count({.name = "seen"}, Tally::kImpressions);
const CountMetric kSaved = Count({.name = "saved"}, Tally::kSaves);
const CountMetric kClicked = Count({.name = "clicked"}, Tally::kPinClicks);

/// Facts with these counts and nothing else.
Facts With(std::int64_t impressions, std::int64_t saves, std::int64_t pin_clicks = 0) {
  return {.tally = Tally({impressions, pin_clicks, 0, saves, 0, 0, 0, 0, 0, 0, 0, 0})};
}

Metric Constant(std::optional<double> value) {
  return Formula("constant", Unit::kRatio, Needs{}, [value](const Facts&) { return value; });
}

static_assert(std::is_copy_assignable_v<Metric>);
// A count is a metric wherever one is wanted, and no other metric is a count.
static_assert(std::is_convertible_v<CountMetric, Metric>);
static_assert(!std::is_convertible_v<Metric, CountMetric>);

template <typename... Metrics>
concept Summable = requires(const Metrics&... metrics) {
  Sum("sum", metrics...);
};
static_assert(Summable<CountMetric, CountMetric>);
static_assert(Summable<CountMetric>);
static_assert(!Summable<CountMetric, Metric>);
static_assert(!Summable<Metric, CountMetric>);
static_assert(!Summable<>);

TEST(Metric, CountsTheEventsOfOneCounter) {
  for (std::size_t i = 0; i < Tally::kCounters; ++i) {
    std::array<std::int64_t, Tally::kCounters> counts{};
    counts[i] = 7;
    const CountMetric metric = Count({.name = "n"}, static_cast<Tally::Counter>(i));
    EXPECT_EQ(metric.Value({.tally = Tally(counts)}), 7);
    EXPECT_EQ(metric.Value({}), 0);
  }
  EXPECT_EQ(kSaved.unit(), Unit::kCount);
  EXPECT_EQ(kSaved.needs(), Needs{});
}

TEST(Metric, CountsAreExactTo2ToThe53) {
  const std::int64_t highest = std::int64_t{1} << 53;
  EXPECT_EQ(kSaved.Value(With(0, highest)), 9007199254740992.0);
  EXPECT_EQ(Sum("both", kSaved, kClicked).Value(With(0, highest - 1, 1)), 9007199254740992.0);
}

TEST(Metric, SumsCounts) {
  const CountMetric both = Sum("both", kSaved, kClicked);
  EXPECT_EQ(both.Value(With(100, 2, 3)), 5);
  EXPECT_EQ(both.name(), "both");
  EXPECT_EQ(both.unit(), Unit::kCount);
  EXPECT_EQ(both.description().definition, "saved + clicked");
  EXPECT_EQ(Sum("alone", kSaved).Value(With(100, 2, 3)), 2);
  EXPECT_EQ(Sum("alone", kSaved).description().definition, "saved");
}

TEST(Metric, SumsOfSumsCountWhatIsInBothTwice) {
  const CountMetric both = Sum("both", kSaved, kClicked);
  const CountMetric more = Sum("more", both, kSaved, kSeen);
  EXPECT_EQ(more.Value(With(100, 2, 3)), 2 + 3 + 2 + 100);
  EXPECT_THAT(more.weights(), ElementsAre(1u, 1u, 0u, 2u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u));
}

TEST(Metric, OnlyCountsAreKnownByTheirCounters) {
  EXPECT_EQ(Metric(kSaved).counters(), kSaved.weights());
  EXPECT_EQ(Sum("both", kSaved, kClicked).counters(),
            (CounterWeights{0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(Ratio("rate", kSaved, kSeen).counters(), std::nullopt);
  EXPECT_EQ(Constant(1).counters(), std::nullopt);
}

TEST(Metric, RatesAndAveragesOfCountsAreKnownByWhatTheyArePer) {
  EXPECT_EQ(Ratio("rate", kSaved, kSeen).per(), kSeen.weights());
  EXPECT_EQ(Average("mean", Unit::kSeconds, kSaved, 1, kSeen).per(), kSeen.weights());
  EXPECT_EQ(Metric(kSaved).per(), std::nullopt);
  EXPECT_EQ(Ratio("people", Constant(1), kSeen).per(), std::nullopt);
}

TEST(Metric, DividesOneMetricByAnother) {
  const Metric rate = Ratio("save_share", kSaved, kSeen);
  EXPECT_EQ(rate.Value(With(1368, 6)), 0.0043859649122807015);
  EXPECT_EQ(rate.Value(With(1368, 0)), 0);
  EXPECT_EQ(rate.Value(With(2, 6)), 3);
  EXPECT_EQ(rate.unit(), Unit::kRatio);
  EXPECT_EQ(rate.description().definition, "saved / seen");
}

TEST(Metric, ARatioIsAbsentWithoutDenominator) {
  EXPECT_EQ(Ratio("rate", kSaved, kSeen).Value(With(0, 6)), std::nullopt);
  EXPECT_EQ(Ratio("rate", kSaved, kSeen).Value(With(0, 0)), std::nullopt);
  EXPECT_EQ(Ratio("rate", Constant(1), Constant(0.0)).Value({}), std::nullopt);
  EXPECT_EQ(Ratio("rate", Constant(1), Constant(-0.0)).Value({}), std::nullopt);
}

TEST(Metric, ARatioIsAbsentWhereEitherSideIs) {
  EXPECT_EQ(Ratio("rate", Constant(std::nullopt), Constant(1)).Value({}), std::nullopt);
  EXPECT_EQ(Ratio("rate", Constant(1), Constant(std::nullopt)).Value({}), std::nullopt);
  EXPECT_EQ(Ratio("rate", Constant(1), Constant(2)).Value({}), 0.5);
}

TEST(Metric, RatiosNest) {
  const Metric rate = Ratio("rate", kSaved, kSeen);
  const Metric per_click = Ratio("rate_per_click", rate, kClicked);
  EXPECT_EQ(per_click.Value(With(4, 2, 5)), 0.1);
  EXPECT_EQ(per_click.Value(With(0, 2, 5)), std::nullopt);
  EXPECT_EQ(per_click.Value(With(4, 2, 0)), std::nullopt);
}

TEST(Metric, WeightsMayBeAnyAndNone) {
  EXPECT_EQ(CountMetric({.name = "n"}, {2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0}).Value(With(5, 7)), 31);
  EXPECT_EQ(CountMetric({.name = "n"}, {0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0}).Value(With(5, 7)), 28);
  EXPECT_EQ(CountMetric({.name = "n"}, {}).Value(With(5, 7)), 0);
}

TEST(Metric, AWeightIsAnyNumberOf32Bits) {
  EXPECT_EQ(CounterWeight(), 0u);
  EXPECT_EQ(CounterWeight(4'294'967'295), 4'294'967'295u);
  EXPECT_EQ(CounterWeight(std::uint8_t{7}), 7u);
  const std::uint32_t asked = 5;
  CounterWeights weights{};
  weights[Tally::kSaves] = asked;
  EXPECT_EQ(CountMetric({.name = "n"}, weights).Value(With(0, 7)), 35);
  // What might be negative, or too large, is not taken; see compile_fail/negative_weight.cc too.
  static_assert(std::is_convertible_v<std::uint32_t, CounterWeight>);
  static_assert(!std::is_constructible_v<CounterWeight, double>);
}

TEST(Metric, NoWeightMakesASumWrap) {
  CounterWeights of_play_time{};
  of_play_time[Tally::kPlayTimeMs] = 1'000'000;
  // 4 000 playbacks of 30 days.
  const std::int64_t play_time_ms = std::int64_t{4'000} * 30 * 24 * 3'600'000;
  const Facts facts{.tally = Tally({0, 0, 0, 0, 0, 0, 0, 4'000, 0, 0, 0, play_time_ms})};
  const CountMetric millionfold({.name = "millionfold"}, of_play_time);
  EXPECT_EQ(millionfold.Value(facts), 1.0368e19);
  EXPECT_EQ(Ratio("per_play", millionfold, Count("plays", Tally::kPlaybacks)).Value(facts),
            2.592e15);
  EXPECT_EQ(Measure("hours", Unit::kMinutes, millionfold, 3'600'000).Value(facts), 2.88e12);

  CounterWeights highest;
  highest.fill(4'294'967'295);
  std::array<std::int64_t, Tally::kCounters> counts;
  counts.fill(std::int64_t{1} << 62);
  // 12 * (2^32 - 1) * 2^62, to the nearest double.
  EXPECT_EQ(CountMetric({.name = "all"}, highest).Value({.tally = Tally(counts)}),
            51539607540.0 * 4611686018427387904.0);
}

TEST(Metric, WeightedCountsAreRoundedOnce) {
  // 2^53 + 1 is none of the doubles, twice that is.
  const std::int64_t odd = (std::int64_t{1} << 53) + 1;
  EXPECT_EQ(Sum("twice", kSaved, kSaved).Value(With(0, odd)), 18014398509481986.0);
  EXPECT_EQ(Ratio("half", kSaved, Sum("twice", kSaved, kSaved)).Value(With(0, odd - 1)), 0.5);
}

TEST(Metric, ASumThatCountsAnEventTooOftenHasAFaultAndNoValue) {
  CountMetric doubled = kSaved;
  for (int i = 0; i < 31; ++i) doubled = Sum("doubled", doubled, doubled);
  EXPECT_EQ(doubled.fault(), "");
  EXPECT_EQ(doubled.Value(With(0, 3)), 3.0 * 2147483648.0);
  doubled = Sum("doubled", doubled, doubled);
  EXPECT_EQ(doubled.fault(),
            "it counts an event 4294967296 times, expected at most 4294967295 times");
  EXPECT_EQ(doubled.Value(With(0, 3)), std::nullopt);
  // And so has all that is made of it.
  for (const Metric& metric : {Metric(Sum("alone", doubled)), Metric(Sum("with", kSeen, doubled)),
                               Ratio("above", doubled, kSeen), Ratio("below", kSeen, doubled),
                               Ratio("nested", Constant(1), Ratio("below", kSeen, doubled)),
                               Measure("measure", Unit::kMinutes, doubled, 1),
                               Average("average", Unit::kSeconds, doubled, 1, kSeen),
                               Average("per", Unit::kSeconds, kSeen, 1, doubled)}) {
    EXPECT_EQ(metric.fault(), doubled.fault()) << metric.name();
    EXPECT_EQ(metric.Value(With(1, 3)), std::nullopt) << metric.name();
  }
}

TEST(Metric, AMeasureIsACountInALargerUnit) {
  const Metric dozens = Measure({.name = "dozens"}, Unit::kCount, kSaved, 12);
  EXPECT_EQ(dozens.Value(With(0, 6)), 0.5);
  EXPECT_EQ(dozens.Value(With(5, 0)), 0.0);
  EXPECT_EQ(dozens.counters(), std::nullopt);
  EXPECT_EQ(dozens.needs(), Needs{});
  EXPECT_EQ(Measure({.name = "m"}, Unit::kMinutes, kSaved, 60).unit(), Unit::kMinutes);
  EXPECT_EQ(Measure({.name = "m"}, Unit::kMinutes, kSaved, 0).Value(With(1, 1)), std::nullopt);
}

TEST(Metric, AnAverageIsAbsentWhereThereIsNothing) {
  const Metric dozens_each = Average({.name = "dozens_each"}, Unit::kSeconds, kSaved, 12, kSeen);
  EXPECT_EQ(dozens_each.Value(With(4, 6)), 0.125);
  EXPECT_EQ(dozens_each.Value(With(4, 0)), 0.0);
  EXPECT_EQ(dozens_each.Value(With(0, 6)), std::nullopt);
  EXPECT_EQ(dozens_each.unit(), Unit::kSeconds);
  EXPECT_EQ(Average({.name = "a"}, Unit::kSeconds, kSaved, 0, kSeen).Value(With(1, 1)),
            std::nullopt);
}

TEST(Metric, IsAbsentWhereAFormulaGivesNoFiniteNumber) {
  EXPECT_EQ(Constant(std::numeric_limits<double>::quiet_NaN()).Value({}), std::nullopt);
  EXPECT_EQ(Constant(std::numeric_limits<double>::infinity()).Value({}), std::nullopt);
  EXPECT_EQ(Constant(-std::numeric_limits<double>::infinity()).Value({}), std::nullopt);
  EXPECT_EQ(Constant(std::nullopt).Value({}), std::nullopt);
  EXPECT_EQ(Constant(-2.5).Value({}), -2.5);
  const double huge = std::numeric_limits<double>::max();
  EXPECT_EQ(Ratio("overflows", Constant(huge), Constant(0.5)).Value({}), std::nullopt);
}

TEST(Metric, IsAbsentWithoutAFormula) {
  EXPECT_EQ(Formula("none", Unit::kRatio, Needs{}, nullptr).Value({}), std::nullopt);
}

TEST(Metric, AFormulaSeesAllTheFacts) {
  const Metric per_person = Formula("saves_per_viewer", Unit::kRatio, Needs{.total_audience = true},
                                    [](const Facts& facts) -> std::optional<double> {
                                      if (facts.total_audience == 0) return std::nullopt;
                                      return static_cast<double>(facts.tally[Tally::kSaves]) /
                                             static_cast<double>(facts.total_audience);
                                    });
  Facts facts = With(10, 6);
  EXPECT_EQ(per_person.Value(facts), std::nullopt);
  facts.total_audience = 4;
  EXPECT_EQ(per_person.Value(facts), 1.5);
  EXPECT_TRUE(per_person.needs().people());
}

TEST(Metric, ARatioNeedsWhatItsSidesNeed) {
  const auto needing = [](Needs needs) {
    return Formula("f", Unit::kPeople, needs, [](const Facts&) { return 1.0; });
  };
  const Metric ratio =
      Ratio("r", needing({.total_audience = true}), needing({.monthly_views = true}));
  EXPECT_EQ(ratio.needs(), (Needs{.total_audience = true, .monthly_views = true}));
  EXPECT_EQ(Ratio("r", kSaved, kSeen).needs(), Needs{});
  const Metric people = needing({.tally = false, .total_audience = true});
  EXPECT_FALSE(Ratio("r", people, people).needs().tally);
  EXPECT_TRUE(Ratio("r", kSaved, people).needs().tally);
  EXPECT_TRUE(Needs{.monthly_engaged_audience = true}.people());
  EXPECT_TRUE(Needs{.monthly_engaged_audience = true}.month());
  EXPECT_FALSE(Needs{.monthly_views = true}.people());
  EXPECT_TRUE(Needs{.monthly_views = true}.month());
  EXPECT_FALSE(Needs{.total_audience = true}.month());
  EXPECT_FALSE(Needs{}.people());
  EXPECT_TRUE(Needs{.engaged_audience = true}.audience());
  EXPECT_FALSE(Needs{.monthly_total_audience = true}.audience());
  EXPECT_TRUE(Needs{.monthly_total_audience = true}.monthly_audience());
  EXPECT_TRUE((Needs{.tally = false, .monthly_views = true}).month_alone());
  EXPECT_FALSE(Needs{.monthly_views = true}.month_alone());
  EXPECT_FALSE(
      (Needs{.tally = false, .total_audience = true, .monthly_views = true}).month_alone());
  EXPECT_FALSE(Needs{.tally = false}.month_alone());
  EXPECT_EQ((Needs{.engaged_audience = true} | Needs{.monthly_total_audience = true}),
            (Needs{.engaged_audience = true, .monthly_total_audience = true}));
}

TEST(Metric, ItsTitleComesFromItsNameIfNotGiven) {
  EXPECT_EQ(Count({.name = "pin_saves"}, Tally::kSaves).title(), "Pin saves");
  EXPECT_EQ(Count({.name = "s"}, Tally::kSaves).title(), "S");
  EXPECT_EQ(Count({.name = "95_percent"}, Tally::kSaves).title(), "95 percent");
  EXPECT_EQ(Count({.name = "\u00e9lan"}, Tally::kSaves).title(), "\u00e9lan");
  EXPECT_EQ(Count({.name = ""}, Tally::kSaves).title(), "");
  EXPECT_EQ(Count({.name = "pin_saves", .title = "Kept"}, Tally::kSaves).title(), "Kept");
}

TEST(Metric, ItsOwnDescriptionIsKept) {
  const MetricDescription description{
      .name = "n", .title = "T", .definition = "d", .source = "s", .pinterest_name = "P"};
  EXPECT_EQ(Sum(description, kSaved, kClicked).description(), description);
  EXPECT_EQ(Ratio(description, kSaved, kSeen).description(), description);
  EXPECT_EQ(Count(description, Tally::kSaves).description(), description);
}

TEST(Metric, ANameAloneDescribesAnyMetric) {
  const std::string name = "n";
  const auto one = [](const Facts&) { return 1.0; };
  for (const Metric& metric :
       {Metric(Count("n", Tally::kSaves)), Metric(Count({.name = "n"}, Tally::kSaves)),
        Metric(Sum(name, kSaved)), Metric(Sum({.name = "n"}, kSaved)), Ratio("n", kSaved, kSeen),
        Ratio({.name = "n"}, kSaved, kSeen), Measure(name, Unit::kMinutes, kSaved, 60),
        Measure({.name = "n"}, Unit::kMinutes, kSaved, 60),
        Average("n", Unit::kSeconds, kSaved, 60, kSeen),
        Average({.name = "n"}, Unit::kSeconds, kSaved, 60, kSeen),
        Formula(name, Unit::kRatio, Needs{}, one),
        Formula({.name = "n"}, Unit::kRatio, Needs{}, one)}) {
    EXPECT_EQ(metric.name(), "n");
    EXPECT_EQ(metric.title(), "N");
  }
}

TEST(Metric, ItsChangeHasNoUnit) {
  EXPECT_EQ(Measure("n", Unit::kMinutes, kSaved, 60).NameOfChange(), "n_change");
}

TEST(Metric, ItsNameCarriesTheUnitWhereItDoesNotImplyIt) {
  const auto name_with = [](Unit unit) {
    return Formula("n", unit, Needs{}, [](const Facts&) { return 1.0; }).NameWithUnit();
  };
  EXPECT_EQ(name_with(Unit::kMinutes), "n_minutes");
  EXPECT_EQ(name_with(Unit::kSeconds), "n_seconds");
  EXPECT_EQ(name_with(Unit::kCount), "n");
  EXPECT_EQ(name_with(Unit::kPeople), "n");
  EXPECT_EQ(name_with(Unit::kRatio), "n");
}

TEST(Metric, CopiesAreEqual) {
  const Metric copy = kSaved;
  EXPECT_EQ(copy, kSaved);
  const std::vector<Metric> metrics = {kSaved, Ratio("rate", kSaved, kSeen)};
  EXPECT_EQ(metrics, std::vector<Metric>(metrics));
}

TEST(Metric, IsTheSameAfterItWasMovedFrom) {
  Metric rate = Ratio("rate", kSaved, kSeen);
  const Metric taken = std::move(rate);
  EXPECT_EQ(rate.name(), "rate");  // NOLINT(bugprone-use-after-move): what is tested.
  EXPECT_EQ(rate, taken);
  CountMetric count = Count({.name = "count"}, Tally::kSaves);
  std::optional<CountMetric> kept;
  kept = std::move(count);
  EXPECT_EQ(count.weights(), kept->weights());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(count.Value(With(4, 2)), kept->Value(With(4, 2)));
}

TEST(Metric, OutlivesWhatItIsMadeOf) {
  std::optional<Metric> rate;
  {
    const CountMetric saves = Count({.name = "saves"}, Tally::kSaves);
    const Metric inner = Ratio("inner", saves, Count({.name = "seen"}, Tally::kImpressions));
    rate = Ratio("outer", inner, saves);
  }
  EXPECT_EQ(rate->Value(With(4, 2)), 0.25);
}

// Two libraries in one process may each have a copy of the catalogue.
TEST(MetricEquality, HoldsBetweenMetricsThatAreMadeAlike) {
  const auto saves = [] { return Count({.name = "saves"}, Tally::kSaves); };
  const auto views = [] { return Count({.name = "views"}, Tally::kImpressions); };
  EXPECT_EQ(saves(), saves());
  EXPECT_EQ(saves(), kSaves);  // Whatever the title is.
  EXPECT_EQ(Sum("both", saves(), views()), Sum("both", views(), saves()));
  EXPECT_EQ(Ratio("rate", saves(), views()), Ratio("rate", saves(), views()));
  EXPECT_EQ(Measure("time", Unit::kSeconds, saves(), 2),
            Measure("time", Unit::kSeconds, saves(), 2));
  EXPECT_EQ(Fact("total_audience", &Facts::total_audience), kTotalAudience);
  EXPECT_EQ(MonthlyFact("monthly_views", Unit::kCount, &MonthlyFacts::views), kMonthlyViews);
}

TEST(MetricEquality, EndsWithNameUnitOrWhatIsCounted) {
  const CountMetric saves = Count("saves", Tally::kSaves);
  EXPECT_NE(saves, Count("keeps", Tally::kSaves));
  EXPECT_NE(saves, Count("saves", Tally::kPinClicks));
  EXPECT_NE(Ratio("rate", saves, kImpressions), Ratio("rate", kImpressions, saves));
  EXPECT_NE(Measure("time", Unit::kSeconds, saves, 2), Measure("time", Unit::kSeconds, saves, 3));
  EXPECT_NE(Measure("time", Unit::kSeconds, saves, 2), Measure("time", Unit::kMinutes, saves, 2));
  EXPECT_NE(Fact("people", &Facts::total_audience), Fact("people", &Facts::engaged_audience));
}

TEST(MetricEquality, OfAFormulaIsThatOfItsCopies) {
  const auto made = [] {
    return Formula("one", Unit::kRatio, Needs{}, [](const Facts&) { return std::optional(1.0); });
  };
  const Metric metric = made();
  const Metric copy = metric;
  EXPECT_EQ(copy, metric);
  EXPECT_NE(made(), metric);
  EXPECT_NE(Ratio("rate", made(), kSaves), Ratio("rate", made(), kSaves));
}

}  // namespace
}  // namespace pinmetrics
