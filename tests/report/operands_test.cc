#include "report/operands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "pinmetrics/metrics/catalogue.h"

namespace pinmetrics {
namespace {

/// Counters that no two metrics get the same value from.
std::array<std::int64_t, Tally::kCounters> SomeCounts() {
  return {1009, 101, 103, 107, 109, 113, 127, 131, 83, 89, 97, 3'462'385};
}

/// The counters that the metric's value hangs on.
std::vector<bool> Reads(const Metric& metric) {
  const std::optional<double> before = metric.Value({.tally = Tally(SomeCounts())});
  std::vector<bool> reads;
  for (std::size_t i = 0; i < Tally::kCounters; ++i) {
    auto counts = SomeCounts();
    counts[i] += 10'000'019;
    reads.push_back(metric.Value({.tally = Tally(counts)}) != before);
  }
  return reads;
}

TEST(Operands, AreWhatTheFormulaReads) {
  for (const Metric& metric : Catalogue()) {
    const std::optional<std::vector<Metric>> operands = OperandsOf(metric);
    if (!operands) continue;
    SCOPED_TRACE(metric.name());
    std::vector<bool> reads(Tally::kCounters, false);
    for (const Metric& operand : *operands) {
      const std::vector<bool> one = Reads(operand);
      EXPECT_EQ(std::count(one.begin(), one.end(), true), 1) << operand.name();
      for (std::size_t i = 0; i < reads.size(); ++i) reads[i] = reads[i] || one[i];
    }
    EXPECT_EQ(reads, Reads(metric));
  }
}

TEST(Operands, AreKnownForAllOfTheApiThatIsNoSum) {
  for (const Metric& metric : Catalogue()) {
    const bool in_api = !metric.description().pinterest_name.empty();
    EXPECT_EQ(OperandsOf(metric).has_value(), in_api && !metric.counters()) << metric.name();
  }
  EXPECT_EQ(OperandsOf(Ratio("saves_per_click", kSaves, kPinClicks)), std::nullopt);
}

TEST(Operands, GiveTheFormulaWhatItWasComputedFrom) {
  const Facts facts = {.tally = Tally(SomeCounts())};
  for (const Metric& metric : Catalogue()) {
    const std::optional<std::vector<Metric>> operands = OperandsOf(metric);
    if (!operands) continue;
    Facts read;
    for (const Metric& operand : *operands) AddOperand(operand, *operand.Value(facts), read.tally);
    EXPECT_EQ(metric.Value(read), metric.Value(facts)) << metric.name();
  }
}

TEST(Operands, GiveBackEveryMillisecond) {
  for (std::int64_t ms = 0; ms < 10'000; ++ms) {
    const Tally counted({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ms});
    Tally read;
    AddOperand(kTotalPlayTime, *kTotalPlayTime.Value({.tally = counted}), read);
    ASSERT_EQ(read, counted);
  }
}

}  // namespace
}  // namespace pinmetrics
