// A number becomes an id only where somebody says so.

#include "pinmetrics/model/id.h"

pinmetrics::PinId Seventh() {
#ifdef PINMETRICS_MUST_NOT_COMPILE
  return 7;
#else
  return pinmetrics::PinId(7);
#endif
}
