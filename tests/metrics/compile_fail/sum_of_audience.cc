// Audiences do not add up: the same person may be in two.

#include "pinmetrics/metrics/catalogue.h"

pinmetrics::Metric Summed() {
#ifdef PINMETRICS_MUST_NOT_COMPILE
  return pinmetrics::Sum("summed", pinmetrics::kTotalAudience, pinmetrics::kSaves);
#else
  return pinmetrics::Sum("summed", pinmetrics::kImpressions, pinmetrics::kSaves);
#endif
}
