#ifndef PINMETRICS_EXPORT_CSVW_H_
#define PINMETRICS_EXPORT_CSVW_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/report/report.h"

/// @file
/// What a CSV file means, for programs: a JSON file beside it in the W3C's vocabulary for tables,
/// CSV on the Web (https://www.w3.org/TR/tabular-metadata/). It describes one table, so it is there
/// for the forms of export/csv.h that are one.
///
///   {
///     "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
///     "url": "series.csv",
///     "dc:title": "Daily series",
///     "schema:additionalProperty": [
///       {"@type": "schema:PropertyValue", "schema:name": "period", "schema:value":
///       "2026-10-25..."}
///     ],
///     "dialect": {"encoding": "utf-8", "delimiter": ",", "lineTerminators": ["\r\n"], ...},
///     "tableSchema": {
///       "columns": [
///         {"name": "date", "titles": "date", "datatype": "date", "required": true, ...},
///         {"name": "saves", "titles": "saves", "datatype": "integer", "null": "",
///         "dc:title": "Saves", "dc:description": "How often ...", "schema:unitText": "count"}
///       ],
///       "primaryKey": ["date", "segment"]
///     }
///   }
///
/// * `schema:additionalProperty` has what was asked, under the names of export/json.h: `period`,
///   `time_zone`, `now`, `latest_complete_day`, `filter`, `include_saved`, `real_time`, `split`,
///   `interval`, `compared_with`, and of a top list `by`, `limit` and `created_in_last`. All values
///   are text, empty for what there is none of. Where monthly figures are compared, there is
///   `month_compared_with`, too.
/// * Columns are in the order of the file. `titles` is what the header says, `name` the same with
///   what is not a letter, a digit or _ percent-encoded.
/// * `datatype` is `date`, `boolean`, `integer`, `number` or `string`. Counts and people are
///   integers, unless a host's metric has a figure that is none. Ids are strings, since they may
///   have 20 digits.
/// * An absent figure is the `null` text, which is empty.
/// * Title, definition and unit are the metric's own (`Metric::description`, `Metric::unit`).
///
/// Text that is not UTF-8 has U+FFFD where it is broken.

namespace pinmetrics {

/// Where readers look for the file that describes a CSV file of that name.
std::string CsvwFileName(std::string_view csv_file);

// `csv_file` is the name of the CSV file, as seen from the folder of the file that describes it.
// `options` are those the CSV was written with; refused as by `CheckCsvOptions`. The length grows
// with the columns only.

/// Describes what `WriteSeriesCsv` writes.
absl::StatusOr<std::string> SeriesToCsvw(const Report& report, std::string_view csv_file,
                                         const CsvOptions& options = {});

/// Describes what `WriteTotalsCsv` writes.
absl::StatusOr<std::string> TotalsToCsvw(const Report& report, std::string_view csv_file,
                                         const CsvOptions& options = {});

/// Describes what `WriteCsv` writes of a top list.
absl::StatusOr<std::string> ToCsvw(const TopList& list, std::string_view csv_file,
                                   const CsvOptions& options = {});

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_CSVW_H_
