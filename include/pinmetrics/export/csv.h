#ifndef PINMETRICS_EXPORT_CSV_H_
#define PINMETRICS_EXPORT_CSV_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/export/sink.h"
#include "pinmetrics/report/report.h"

/// @file
/// Reports as CSV: RFC 4180, UTF-8, a header row.
///
/// A column of figures is named after its metric, with the unit where the name does not imply it
/// (`total_play_time_minutes`). Whole numbers up to 2^53 are written as integers, others in the
/// shortest decimals that read back to the same double, in every locale. Absent figures are empty
/// cells, so all rows of a table are as long as its header.
///
/// A text that a spreadsheet would run as a formula gets an apostrophe in front: one that begins
/// with a tab or a line break, or with = + - @, plain, small or fullwidth, behind nothing but what
/// an import may skip: white space of any kind, what has no width, control characters, broken
/// UTF-8. Numbers do not. Text is in quotes if it has a quote, a line break, the delimiter, or a
/// comma, semicolon or tab, at which spreadsheets may split as well. Otherwise text is kept byte
/// for byte, NUL and what is not UTF-8 included: a reader gets back what was written.
///
/// What the columns mean, for programs: export/csvw.h.

namespace pinmetrics {

/// What ends a row: CR LF or LF.
enum class CsvLineEnd { kCrLf, kLf };

/// How a table is put into bytes. The default is RFC 4180 by the letter; whom the file is for
/// decides what to change.
struct CsvOptions {
  /// What stands between cells; some readers expect ';' or a tab. A tab or any sign of ASCII that
  /// no number, date or name has: not a letter, a digit, a space or one of " ' + - . = @ _ Decimals
  /// have a point whatever it is.
  char delimiter = ',';
  /// What stands behind each row. Tools that work line by line want LF.
  CsvLineEnd line_end = CsvLineEnd::kCrLf;
  /// Begins with U+FEFF. Microsoft Excel wants it, to know the text as UTF-8; other readers may
  /// take it for a part of the first column's name.
  bool byte_order_mark = false;

  friend bool operator==(const CsvOptions&, const CsvOptions&) = default;
};

/// InvalidArgument that names the option and what is expected, if the delimiter cannot be one.
absl::Status CheckCsvOptions(const CsvOptions& options);

// Tables into a sink. Nothing is written if `options` are refused, as above, or if an overview is;
// else the sink's error, if it has one.

/// The series: `date,segment,status,<metrics>`, a row for each `DayRow`. With an interval other
/// than a day it is `date,end,partial,segment,...`: `partial` is true or false.
absl::Status WriteSeriesCsv(const Report& report, const CsvOptions& options, const Sink& sink);

/// The totals: `segment,<metrics>`, and with a comparison the change of each as `<metric>_change`.
absl::Status WriteTotalsCsv(const Report& report, const CsvOptions& options, const Sink& sink);

/// A top list: `rank,pin_id,title,<metrics>`, or with `board_id` for boards; ranks from 1.
absl::Status WriteCsv(const TopList& list, const CsvOptions& options, const Sink& sink);

/// The series, an empty line, the totals.
absl::Status WriteCsv(const Report& report, const CsvOptions& options, const Sink& sink);

/// The report's two tables, the top Pins and the top boards, with an empty line between tables. An
/// overview whose parts do not answer one question, or whose lists are of something else, is
/// refused with InvalidArgument, as in JSON and as a page.
absl::Status WriteCsv(const Overview& overview, const CsvOptions& options, const Sink& sink);

///@{
/// The same as text, with the default options. Empty if the overview is refused.
std::string SeriesToCsv(const Report& report);
std::string TotalsToCsv(const Report& report);
std::string ToCsv(const TopList& list);
std::string ToCsv(const Report& report);
std::string ToCsv(const Overview& overview);
///@}

///@{
/// The same as text, or why the options or the overview are refused.
absl::StatusOr<std::string> SeriesToCsv(const Report& report, const CsvOptions& options);
absl::StatusOr<std::string> TotalsToCsv(const Report& report, const CsvOptions& options);
absl::StatusOr<std::string> ToCsv(const TopList& list, const CsvOptions& options);
absl::StatusOr<std::string> ToCsv(const Report& report, const CsvOptions& options);
absl::StatusOr<std::string> ToCsv(const Overview& overview, const CsvOptions& options);
///@}

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_CSV_H_
