#ifndef PINMETRICS_EXPORT_CSV_H_
#define PINMETRICS_EXPORT_CSV_H_

#include <string>

#include "pinmetrics/report/report.h"

/// Reports as CSV: RFC 4180, UTF-8, a header row, lines that end in CR LF.
///
/// A column of figures is named after its metric, with the unit where the name does not imply it
/// (`total_play_time_minutes`). Whole numbers up to 2^53 are written as integers, others in the
/// shortest decimals that read back to the same double, in every locale. Absent figures are empty
/// cells, so all rows of a table are as long as its header.
///
/// A text that a spreadsheet would run as a formula gets an apostrophe in front: one that begins
/// with = + - @, plain or fullwidth, a tab or a line break. Numbers do not. Otherwise text is kept
/// byte for byte, NUL and what is not UTF-8 included: a reader gets back what was written.

namespace pinmetrics {

/// The daily series: `date,segment,status,<metrics>`, a row for each `DayRow`.
std::string SeriesToCsv(const Report& report);

/// The totals: `segment,<metrics>`, and with a comparison the change of each as `<metric>_change`.
std::string TotalsToCsv(const Report& report);

/// A top list: `rank,pin_id,title,<metrics>`, or with `board_id` for boards; ranks from 1.
std::string ToCsv(const TopList& list);

/// The series, an empty line, the totals.
std::string ToCsv(const Report& report);

/// The report's two tables, the top Pins and the top boards, with an empty line between tables.
std::string ToCsv(const Overview& overview);

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_CSV_H_
