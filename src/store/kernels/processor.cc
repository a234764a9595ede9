#include "store/kernels/processor.h"

namespace pinmetrics {

bool HasAvx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") &&
         __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

}  // namespace pinmetrics
