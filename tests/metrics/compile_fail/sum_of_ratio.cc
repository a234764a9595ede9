// Ratios do not add up.

#include "pinmetrics/metrics/catalogue.h"

pinmetrics::Metric Summed() {
#ifdef PINMETRICS_MUST_NOT_COMPILE
  return pinmetrics::Sum("summed", pinmetrics::kSaves, pinmetrics::kSaveRate);
#else
  return pinmetrics::Sum("summed", pinmetrics::kSaves, pinmetrics::kPinClicks);
#endif
}
