#ifndef PINMETRICS_BENCHMARKS_PEERS_CHECK_H_
#define PINMETRICS_BENCHMARKS_PEERS_CHECK_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchmarks/peers/database.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/report/report.h"

/// Holds our answers against DuckDB's rows. The rows become `Facts`, the metrics' own formulas make
/// figures of them, and these have to be equal to the last bit. A segment that only one side has is
/// a difference, too.

namespace pinmetrics::peers {

/// Facts by day (or `kWholePeriod`) and segment. As in `SqlCode`, 0 stands for no segment.
using Slices = std::map<std::pair<std::int64_t, std::uint64_t>, Facts>;

/// Reads rows of the columns that sql.h describes.
absl::StatusOr<Slices> ReadSlices(const std::vector<Table>& tables);

/// Adds the counters of the days to those of the whole period.
void SumDays(Slices& slices);

absl::Status CheckTotals(const Report& report, const Slices& slices);
absl::Status CheckDays(const Report& report, const Slices& slices);

/// The facts have the listed items and no others.
absl::Status CheckTopList(const TopList& list, const Slices& slices);

/// The change of a total is that from the figures `before`.
absl::Status CheckChange(const std::vector<Metric>& metrics, const TotalRow& total,
                         const Figures& before);

Figures FiguresOf(const std::vector<Metric>& metrics, const Facts& facts);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_CHECK_H_
