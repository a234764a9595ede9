#ifndef PINMETRICS_SRC_STORE_BLOCK_CODE_KERNELS_H_
#define PINMETRICS_SRC_STORE_BLOCK_CODE_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "store/block/event_code.h"

namespace pinmetrics {

/// Kernels over the bit-sliced codes of groups of events, laid out as `bit_sliced` says, as fast as
/// the processor at hand allows. `which` and `bits` are in a block; arrays do not overlap.
struct CodeKernels {
  /// Of the instructions they are compiled for, so that tests can say what ran.
  std::string_view name;
  /// Makes `to` what `if_1` has where the bit at `which` is set, and what `if_0` has elsewhere.
  void (*choose)(const std::uint64_t* which, const std::uint64_t* if_0, const std::uint64_t* if_1,
                 std::uint64_t* to, std::size_t groups);
  /// Counts the events that are set in `a` into the counters, all but their play time. `bits` are
  /// all bits of their codes.
  void (*count_kinds)(const std::uint64_t* a, const std::uint64_t* bits, std::size_t groups,
                      CounterSums& to);
};

/// The best kernels for this processor.
const CodeKernels& BestCodeKernels();

/// All kernels that run on this processor, the portable ones first.
std::span<const CodeKernels* const> AllCodeKernels();

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_CODE_KERNELS_H_
