#include "store/kernels/processor.h"

namespace pinmetrics {

BitInstructions BitInstructionsHere() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") &&
      __builtin_cpu_supports("bmi2")) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512vpopcntdq")
               ? BitInstructions::kAvx512
               : BitInstructions::kAvx2;
  }
#endif
  return BitInstructions::kBaseline;
}

}  // namespace pinmetrics
