#ifndef PINMETRICS_SRC_REPORT_OPERANDS_H_
#define PINMETRICS_SRC_REPORT_OPERANDS_H_

#include <optional>
#include <vector>

#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/metrics/tally.h"

namespace pinmetrics {

/// The metrics, each one counter of the tally, that `metric` can be computed from: impressions and
/// saves for the save rate. Nothing if none are known, as for a host's own formulas and audiences.
std::optional<std::vector<Metric>> OperandsOf(const Metric& metric);

/// Adds to `tally` what an operand's figure counts.
void AddOperand(const Metric& operand, double figure, Tally& tally);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_REPORT_OPERANDS_H_
