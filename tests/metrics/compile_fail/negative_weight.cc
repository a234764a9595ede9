// More events never make a count smaller.

#include "pinmetrics/metrics/catalogue.h"

pinmetrics::CounterWeights Weights() {
  pinmetrics::CounterWeights weights{};
#ifdef PINMETRICS_MUST_NOT_COMPILE
  weights[pinmetrics::Tally::kSaves] = -1;
#else
  weights[pinmetrics::Tally::kSaves] = 1;
#endif
  return weights;
}
