#include "report/operands.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "pinmetrics/metrics/catalogue.h"

namespace pinmetrics {
namespace {

struct Composed {
  Metric metric;
  std::vector<Metric> operands;
};

/// The metrics of the API that are no sums of events. Their formulas stand in the catalogue: this
/// says only which counters these read, and a test holds it against them.
const std::vector<Composed>& ComposedMetrics() {
  static const std::vector<Composed> composed = {
      {kEngagementRate, {kImpressions, kPinClicks, kOutboundClicks, kSaves}},
      {kPinClickRate, {kImpressions, kPinClicks}},
      {kOutboundClickRate, {kImpressions, kOutboundClicks}},
      {kSaveRate, {kImpressions, kSaves}},
      {kTotalPlayTime, {kTotalPlayTime}},
      {kAveragePlayTime, {kVideoStarts, kTotalPlayTime}},
  };
  return composed;
}

}  // namespace

std::optional<std::vector<Metric>> OperandsOf(const Metric& metric) {
  for (const Composed& composed : ComposedMetrics()) {
    if (composed.metric == metric) return composed.operands;
  }
  return std::nullopt;
}

void AddOperand(const Metric& operand, double figure, Tally& tally) {
  std::array<std::int64_t, Tally::kCounters> counts{};
  if (operand == kTotalPlayTime) {
    // Whole milliseconds, which minutes as a double are only close to.
    counts[Tally::kPlayTimeMs] = std::llround(figure * 60'000);
  } else if (operand.counters()) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      counts[i] = (*operand.counters())[i] * std::llround(figure);
    }
  }
  tally.Merge(Tally(counts));
}

}  // namespace pinmetrics
