#ifndef PINMETRICS_SRC_STORE_KERNELS_PROCESSOR_H_
#define PINMETRICS_SRC_STORE_KERNELS_PROCESSOR_H_

namespace pinmetrics {

/// The instructions that kernels over bits are compiled for; each of these has those before it too.
enum class BitInstructions {
  kBaseline,
  kAvx2,    ///< AVX2 with popcnt and BMI2.
  kAvx512,  ///< AVX-512F and VL with VPOPCNTDQ.
};

/// Those of the processor at hand.
BitInstructions BitInstructionsHere();

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_KERNELS_PROCESSOR_H_
