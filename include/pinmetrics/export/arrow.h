#ifndef PINMETRICS_EXPORT_ARROW_H_
#define PINMETRICS_EXPORT_ARROW_H_

#include <cstddef>
#include <memory>

#include "pinmetrics/export/arrow_abi.h"
#include "pinmetrics/report/report.h"

/// @file
/// Reports as Arrow tables, for any library that takes an `ArrowArrayStream`: DuckDB, Polars,
/// pandas, Arrow's own.
///
/// The columns have the names of export/csv.h: `date` (date32), with an interval other than a
/// day `end` (date32) and `partial` (bool), `segment` and `status` (text behind
/// a dictionary), `rank` (int64), `pin_id` or `board_id` (uint64), `title` (large_utf8), then the
/// metrics. Counts and people are int64; ratios, durations and changes are float64. An absent
/// figure is null. A metric of a host that is said to count, yet has a figure that is no whole
/// number, is float64. Text that is not UTF-8 has U+FFFD where it is broken.
///
/// The column of a metric or of a change has `unit`, `title` and `definition` in its metadata, any
/// other its `definition` unless the name says it. The table has what was asked, as text under the
/// names of export/json.h: `period`, `time_zone`, `now`, `latest_complete_day`, `filter`,
/// `include_saved`, `real_time`, `split`, `interval`, `compared_with`, and of a top list `by`,
/// `limit` and `created_in_last`; what there is none of is empty. Where monthly figures are
/// compared, it has `month_compared_with`, too.
///
/// What is copied: a report holds rows and Arrow wants columns, so each figure is written once,
/// into the batch that is asked for; until then the stream holds the report. The names behind the
/// dictionaries are made once and shared by all batches.
///
/// The caller owns the stream and calls its `release`, or hands it on. A stream is used by one
/// thread at a time. The schemas and batches it gives are the consumer's own, on any thread, and
/// outlive the stream; so do children that were moved out of a batch. The stream's calls fail with
/// ENOMEM only.

namespace pinmetrics {

/// How a table is cut.
struct ArrowOptions {
  /// The most rows of a batch. The memory of a batch is in proportion to it; 0 counts as 1.
  std::size_t batch_rows = 65'536;
};

/// The series: the columns of `WriteSeriesCsv`, a row for each `DayRow`. Moves the report in
/// if it is given up (`std::move`), else copies it.
[[nodiscard]] ArrowArrayStream SeriesToArrow(Report report, ArrowOptions options = {});

/// The totals: `segment,<metrics>`, and with a comparison the change of each as `<metric>_change`.
[[nodiscard]] ArrowArrayStream TotalsToArrow(Report report, ArrowOptions options = {});

/// A top list: `rank,pin_id,title,<metrics>`, or with `board_id` for boards; ranks from 1.
[[nodiscard]] ArrowArrayStream ToArrow(TopList list, ArrowOptions options = {});

///@{
/// The same for a report that the host keeps or makes several streams of, without a copy. It is not
/// null, and does not change as long as a stream holds it.
[[nodiscard]] ArrowArrayStream SeriesToArrow(const std::shared_ptr<const Report>& report,
                                             ArrowOptions options = {});
[[nodiscard]] ArrowArrayStream TotalsToArrow(const std::shared_ptr<const Report>& report,
                                             ArrowOptions options = {});
[[nodiscard]] ArrowArrayStream ToArrow(const std::shared_ptr<const TopList>& list,
                                       ArrowOptions options = {});
///@}

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_ARROW_H_
