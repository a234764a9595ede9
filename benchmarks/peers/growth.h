#ifndef PINMETRICS_BENCHMARKS_PEERS_GROWTH_H_
#define PINMETRICS_BENCHMARKS_PEERS_GROWTH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace pinmetrics::peers {

struct GrowthOptions {
  /// Numbers of events, ascending.
  std::vector<std::uint64_t> sizes = {};
  int runs = 5;
  /// Questions whose name has this in it.
  std::string only = {};
};

/// The same days and Pins with more and more events, in pinmetrics alone: prints what a question,
/// an append, sealing and an event in memory cost at each size.
absl::Status PrintGrowth(const GrowthOptions& options);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_GROWTH_H_
