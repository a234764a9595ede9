// A Pin's id is not a board's.

#include "pinmetrics/model/id.h"

pinmetrics::PinId Same(pinmetrics::PinId pin, [[maybe_unused]] pinmetrics::BoardId board) {
#ifdef PINMETRICS_MUST_NOT_COMPILE
  pin = board;
#endif
  return pin;
}
