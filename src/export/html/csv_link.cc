#include "export/html/csv_link.h"

#include <algorithm>
#include <string>

#include "export/html/limits.h"
#include "pinmetrics/export/csv.h"
#include "pinmetrics/metrics/metric.h"

namespace pinmetrics {
namespace {

// As spreadsheets open it by a double click, and with one character less to write for each row.
constexpr CsvOptions kCsvOptions = {.line_end = CsvLineEnd::kLf, .byte_order_mark = true};

// What is asked, with the metrics that the page shows.
ReportHead ShownHead(const ReportHead& head) {
  ReportHead shown = head;
  shown.query.metrics.erase(
      shown.query.metrics.begin() + static_cast<std::ptrdiff_t>(ShownMetrics(head).size()),
      shown.query.metrics.end());
  return shown;
}

void WriteLink(const absl::StatusOr<std::string>& csv, std::string_view name, HtmlWriter& html) {
  // The options are ours, and good.
  if (!csv.ok()) return;
  html.Markup("<p class=\"csv\"><a download=\"").Text(name).Markup(".csv\" href=\"");
  html.Text(CsvAddress(*csv)).Markup("\">").Text(html.words().csv).Markup("</a></p>\n");
}

}  // namespace

std::string CsvAddress(std::string_view csv) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  // What an address may have as it is, but for what HTML would have to escape.
  constexpr std::string_view kPlain = "-._~!$()*+,;=:@/?";
  std::string address = "data:text/csv;charset=utf-8,";
  for (const char c : csv) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (is_alphanumeric || kPlain.find(c) != std::string_view::npos) {
      address += c;
    } else {
      address += {'%', kDigits[byte / 16], kDigits[byte % 16]};
    }
  }
  return address;
}

void WriteSeriesLink(const Report& report, std::size_t rows, HtmlWriter& html) {
  Report shown{ShownHead(report)};
  for (const DayRow& row : report.days) {
    if (!row.segment) shown.days.push_back(row);
  }
  if (shown.days.size() > rows) {
    shown.days.erase(shown.days.begin(), shown.days.end() - static_cast<std::ptrdiff_t>(rows));
  }
  WriteLink(SeriesToCsv(shown, kCsvOptions), "series", html);
}

void WriteTotalsLink(const Report& report, std::span<const TotalRow* const> rows,
                     std::string_view name, HtmlWriter& html) {
  Report shown{ShownHead(report)};
  for (const TotalRow* row : rows) shown.totals.push_back(*row);
  WriteLink(TotalsToCsv(shown, kCsvOptions), name, html);
}

void WriteTopLink(const TopList& list, std::size_t rows, HtmlWriter& html) {
  TopList shown{ShownHead(list)};
  shown.item = list.item;
  shown.ranking = list.ranking;
  for (std::size_t i = 0; i < std::min(rows, list.rows.size()); ++i) {
    shown.rows.push_back(list.rows[i]);
    shown.rows.back().title = Shortened(shown.rows.back().title, kMostOfTitle);
  }
  WriteLink(ToCsv(shown, kCsvOptions), list.item == Dimension::kBoard ? "top_boards" : "top_pins",
            html);
}

}  // namespace pinmetrics
