#ifndef PINMETRICS_EXPORT_HTML_H_
#define PINMETRICS_EXPORT_HTML_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/interval.h"
#include "pinmetrics/export/page_language.h"
#include "pinmetrics/export/sink.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/report/report.h"

/// @file
/// An overview as a page for people: one HTML file that needs no network, no script and no other
/// file. In order: what was asked and which days are not final, a card for each metric with its
/// change and what it was, a chart of the days with a choice of metric and the same days as a
/// table, the splits with a row for each segment, the audiences, the top Pins and boards, what each
/// metric means. Where there is nothing to show, a sentence that names the filter.
///
/// * The markup is well-formed XML as well as HTML. Text from the report is data wherever it
///   stands: it is escaped, what is not UTF-8 or steers the terminal or the direction of writing is
///   U+FFFD, and the page's own policy lets nothing run and nothing load.
/// * Figures are rounded for people, by the page's language and in every locale the same. The exact
///   ones are in the CSV (export/csv.h) behind the link at each table; a card's, unless it is
///   whole, stands in a `<data>` element whose `value` is the number as export/json.h writes it. A
///   figure without data is a dash that is read out as "no data", never 0.
/// * Text of the report itself, such as filters and titles, is in no language but its own.
/// * Days are those of the reporting zone, which the page names.
/// * The page is bounded: the chart shows the last 600 rows of the series, the table the last 80
///   (`PageInterval`), a top list its first 30 rows, a split its 12 highest segments and the others
///   together, of splits beyond the fourth the first six metrics, a title its first 120 characters,
///   all the first 42 metrics, and the page says where something is left out. 18 months of all
///   metrics of the catalogue with four splits are under 300 KB. What is left out is in the CSV and
///   JSON.

namespace pinmetrics {

/// A board's name, as the host knows it.
struct BoardName {
  BoardId board;          ///< Which board.
  std::string_view name;  ///< Text, of which the page shows the first 120 characters.
};

/// A small picture of a Pin, as data.
struct PinThumbnail {
  PinId pin;  ///< Which Pin.
  /// A `data:` address of base64: `data:image/png;base64,…`, or jpeg, gif, webp, avif. At most 16
  /// KiB, which come on top of the page's size. The page shows it 32 pixels wide and high.
  std::string_view data;
};

/// What a page has beside the overview. Each field may be left as it is.
struct HtmlOptions {
  /// Whose figures these are: heads the page. Empty: only "Overview".
  std::string_view account = {};
  /// What the page says and how it writes numbers and days. Null: English.
  const PageLanguage* language = nullptr;
  /// The overview's question again, each time split by another dimension; shown in this order. Must
  /// have the same period, interval, filter, switches, zone and instant as the overview; the
  /// metrics may be others. Real time knows no splits.
  std::span<const Report> splits = {};
  /// The overview's question about the days that it is compared with, `report.compared_with`: each
  /// day is drawn behind that which has its place in the period, and named with it. Must have the
  /// overview's filter, switches, zone, instant and metrics, and days as its interval. Null: none.
  const Report* before = nullptr;
  /// The top lists again in other orders, of Pins and of boards, for the reader to choose from.
  /// Must be of the overview's question; no two of one item and order, the overview's own among
  /// them.
  std::span<const TopList> more_top_lists = {};
  /// Where a Pin is found, for its link: `https://example.com/pins/{pin_id}`, with the id in
  /// decimals in place of `{pin_id}`. Of http or https. Empty: no links.
  std::string_view pin_address = {};
  /// Names of boards in the top boards; others have their ids alone.
  std::span<const BoardName> board_names = {};
  /// Pictures of Pins in the top Pins. Any at all lets the page show pictures that are data.
  std::span<const PinThumbnail> thumbnails = {};
};

/// The interval at which a page of this period shows every row by itself, with a readout and in the
/// table: days while there are 80 or fewer, then weeks, then months.
Interval PageInterval(const DateRange& period);

/// The page of an overview; empty if `WriteHtml` refuses the overview.
std::string ToHtml(const Overview& overview);

/// The page, or InvalidArgument that names the first part that does not belong to
/// `overview.report`, with what it has and what was expected: a top list or split of another
/// period, interval, filter, saved switch, real-time switch, zone or `now`; a list of boards where
/// that of Pins should be, or the reverse; a report in `options.splits` without a split; an address
/// or a picture that is not as `HtmlOptions` has it. Metrics may differ from part to part. Nothing
/// else is checked: figures are shown as they are.
absl::StatusOr<std::string> ToHtml(const Overview& overview, const HtmlOptions& options);

/// Writes the page. Nothing is written if a part is refused, as above; else the sink's error, if it
/// has one.
absl::Status WriteHtml(const Overview& overview, const Sink& sink);

/// The same. What the options refer to is read during the call only.
absl::Status WriteHtml(const Overview& overview, const HtmlOptions& options, const Sink& sink);

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_HTML_H_
