// Ids of two kinds do not even compare.

#include "pinmetrics/model/id.h"

bool Same(pinmetrics::PinId pin, [[maybe_unused]] pinmetrics::BoardId board) {
#ifdef PINMETRICS_MUST_NOT_COMPILE
  return pin == board;
#else
  return pin == pin;
#endif
}
