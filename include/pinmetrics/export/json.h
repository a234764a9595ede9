#ifndef PINMETRICS_EXPORT_JSON_H_
#define PINMETRICS_EXPORT_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "pinmetrics/export/sink.h"
#include "pinmetrics/report/report.h"

/// @file
/// Reports as JSON (RFC 8259): what was asked, then the tables, a row on each line.
///
///   {
///     "period": {"start": "2026-10-25", "end": "2026-11-23"},
///     "time_zone": "UTC",
///     "now": "2026-11-23T12:00:00Z",
///     "latest_complete_day": "2026-11-20",
///     "filter": "device:mobile",
///     "include_saved": false,
///     "real_time": false,
///     "split": null,
///     "interval": "day",
///     "compared_with": null,
///     "totals": [
///       {"segment": "all", "metrics": {"saves": 6, "save_rate": 0.0125}, "change": {...}}
///     ],
///     "days": [
///       {"date": "2026-10-25", "status": "ready", "segment": "all", "metrics": {...}}
///     ],
///     "top_pins": [
///       {"pin_id": "7", "title": "", "metrics": {...}}
///     ],
///     "top_boards": [
///       {"board_id": "1", "metrics": {...}}
///     ]
///   }
///
/// With an interval other than a day, a row of `days` has behind the `date`, which is the first day
/// of the week or month, its last as `"end"`, and `"partial"`: whether the period has not all of
/// it.
///
/// A top list by itself has, behind `compared_with`, what it is ordered by and bounded to:
///
///     "by": "impressions",
///     "limit": 10,
///     "created_in_last": 30,
///
/// `created_in_last` is in days, null where Pins of any age are listed.
///
/// Keys of `metrics` are as the columns of export/csv.h, and so are numbers. `change` is there with
/// a comparison only and has the same keys; `compared_with` then has the "start" and "end" of the
/// days it is against, or null where these are not all known (`ReportHead::compared_with`). Where
/// monthly figures are compared, `month_compared_with` has their day behind it, as text. An absent
/// figure is null; a day without values has no keys in its `metrics`. Ids are strings. Text that is
/// not UTF-8 has U+FFFD where it is broken.

namespace pinmetrics {

// The `Write` functions return the sink's error, if it has one.

///@{
/// What was asked, with `totals` and `days`.
absl::Status WriteJson(const Report& report, const Sink& sink);
std::string ToJson(const Report& report);
///@}

///@{
/// What was asked, with `top_pins` or `top_boards`.
absl::Status WriteJson(const TopList& list, const Sink& sink);
std::string ToJson(const TopList& list);
///@}

///@{
/// What was asked, with `totals`, `days`, `top_pins` and `top_boards`. An overview whose parts do
/// not answer one question, or whose lists are of something else, is refused with InvalidArgument,
/// and its text is empty.
absl::Status WriteJson(const Overview& overview, const Sink& sink);
std::string ToJson(const Overview& overview);
///@}

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_JSON_H_
