#ifndef PINMETRICS_SRC_STORE_KERNELS_PROCESSOR_H_
#define PINMETRICS_SRC_STORE_KERNELS_PROCESSOR_H_

namespace pinmetrics {

/// Whether the processor at hand has AVX2, popcnt and BMI2: the instructions that kernels over bits
/// are compiled for beside those that every processor has.
bool HasAvx2();

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_KERNELS_PROCESSOR_H_
