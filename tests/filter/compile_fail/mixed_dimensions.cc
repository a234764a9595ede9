// The values of one condition are of one dimension.

#include "pinmetrics/filter/filter.h"

using pinmetrics::Age;
using pinmetrics::Device;

pinmetrics::Filter Mixed() {
#ifdef PINMETRICS_MUST_NOT_COMPILE
  return pinmetrics::Is(Device::kMobile, Age::k65Plus);
#else
  return pinmetrics::Is(Device::kMobile, Device::kTablet) || pinmetrics::Is(Age::k65Plus);
#endif
}
