#ifndef PINMETRICS_SRC_STORE_QUERY_POPULATION_SUMS_H_
#define PINMETRICS_SRC_STORE_QUERY_POPULATION_SUMS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/model/event.h"
#include "store/block/event_code.h"

namespace pinmetrics {

/// The counters of some events, by population.
using PopulationSums = std::array<CounterSums, kPopulations>;

/// Both populations together.
inline Tally TallyOf(const PopulationSums& sums) {
  CounterSums both = sums[0];
  for (std::size_t i = 0; i < both.size(); ++i) both[i] += sums[1][i];
  return Tally(both);
}

inline void AddAll(const PopulationSums& from, PopulationSums& to) {
  for (std::size_t population = 0; population < kPopulations; ++population) {
    for (std::size_t i = 0; i < Tally::kCounters; ++i) to[population][i] += from[population][i];
  }
}

/// Whether any event was counted: each is in one of the first eight counters.
inline bool AnyCounted(const PopulationSums& sums) {
  for (const CounterSums& population : sums) {
    for (std::size_t i = 0; i < kCountOf<Action>; ++i) {
      if (population[i] != 0) return true;
    }
  }
  return false;
}

/// Weighs the counters of sums; most weights are 0.
class SumsScorer {
 public:
  explicit SumsScorer(const CounterWeights& weights) : play_weight_(weights[Tally::kPlayTimeMs]) {
    for (std::size_t i = 0; i < Tally::kPlayTimeMs; ++i) {
      if (weights[i] == 0) continue;
      counters_[terms_] = i;
      weights_[terms_++] = weights[i];
    }
  }

  std::int64_t operator()(const PackedSums& sums) const {
    std::int64_t score = play_weight_ * static_cast<std::int64_t>(sums.play_ms());
    for (std::size_t i = 0; i < terms_; ++i) score += weights_[i] * sums.words[counters_[i]];
    return score;
  }

 private:
  std::int64_t play_weight_;
  std::size_t terms_ = 0;
  std::array<std::size_t, Tally::kPlayTimeMs> counters_ = {};
  std::array<std::int64_t, Tally::kPlayTimeMs> weights_ = {};
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_QUERY_POPULATION_SUMS_H_
