#include "pinmetrics/export/html.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "export/html/chart.h"
#include "export/html/csv_link.h"
#include "export/html/host_data.h"
#include "export/html/limits.h"
#include "export/html/split.h"
#include "export/html/style.h"
#include "export/html/summary.h"
#include "export/html/table.h"
#include "export/html/words.h"
#include "export/html/writer.h"
#include "export/same_question.h"
#include "export/sink_buffer.h"
#include "pinmetrics/metrics/metric.h"

namespace pinmetrics {
namespace {

// The days before are those that the report is compared with, asked for in the same way.
absl::Status CheckBefore(const Report& report, const Report& before) {
  if (!report.compared_with || before.query.period != *report.compared_with) {
    return absl::InvalidArgumentError(
        "before.period: " + ToString(before.query.period) + ", expected what the overview is " +
        "compared with, " +
        (report.compared_with ? ToString(*report.compared_with) : "which is nothing"));
  }
  if (!report.query.interval.is_day()) {
    return absl::InvalidArgumentError("before: the overview is by " +
                                      ToString(report.query.interval) + ", expected it by day");
  }
  if (before.query.split || before.query.metrics != report.query.metrics) {
    return absl::InvalidArgumentError(
        "before: has a split or other metrics, expected the overview's");
  }
  ReportHead same_period = before;
  same_period.query.period = report.query.period;
  return CheckSameQuestion(report, same_period, "before");
}

absl::Status CheckMoreTopLists(const Overview& overview, std::span<const TopList> lists) {
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const TopList& list = lists[i];
    const std::string place = "more_top_lists[" + std::to_string(i) + "]";
    if (absl::Status status = CheckSameQuestion(overview.report, list, place); !status.ok()) {
      return status;
    }
    const auto repeats = [&list](const TopList& other) {
      return other.item == list.item && other.ranking == list.ranking;
    };
    if (repeats(overview.top_pins) || repeats(overview.top_boards) ||
        std::any_of(lists.begin(), lists.begin() + static_cast<std::ptrdiff_t>(i), repeats)) {
      return absl::InvalidArgumentError(place + ": is there before, expected another order");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckParts(const Overview& overview, const HtmlOptions& options) {
  if (absl::Status status = CheckTopListsOf(overview); !status.ok()) return status;
  for (std::size_t i = 0; i < options.splits.size(); ++i) {
    absl::Status status =
        CheckSplitOf(overview.report, options.splits[i], "splits[" + std::to_string(i) + "]");
    if (!status.ok()) return status;
  }
  if (options.before != nullptr) {
    if (absl::Status status = CheckBefore(overview.report, *options.before); !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = CheckHostData(options); !status.ok()) return status;
  return CheckMoreTopLists(overview, options.more_top_lists);
}

void WriteHead(const Report& report, const HtmlOptions& options, HtmlWriter& html) {
  constexpr std::size_t kMostOfAccount = 120;
  const PageLanguage& language = html.words();
  html.Markup("<!DOCTYPE html>\n<html lang=\"").Text(language.tag);
  html.Markup("\">\n<head>\n<meta charset=\"utf-8\"/>\n");
  // Nothing runs, nothing is fetched, nothing is sent. Bars have their length in a style.
  html.Markup(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; base-uri 'none'; form-action 'none'");
  if (!options.thumbnails.empty()) html.Markup("; img-src data:");
  html.Markup(
      "\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>");
  if (!options.account.empty()) {
    html.Text(Shortened(options.account, kMostOfAccount)).Markup(": ");
  }
  html.Text(Filled(language.page_title, {{"overview", std::string(language.overview)},
                                         {"period", PeriodText(report.query.period, language)}}));
  html.Markup("</title>\n<style>\n").Markup(kHtmlStyle);
  html.Markup(":root{--sideways:").CssString(language.scroll_sideways).Markup("}");
  WriteChartChoiceStyle(ShownMetrics(report).size(), html);
  WriteReadoutStyle(report, html);
  html.Markup("\n</style>\n</head>\n");
}

std::vector<const TotalRow*> TotalsOf(const Report& report) {
  std::vector<const TotalRow*> rows;
  for (const TotalRow& row : report.totals) {
    if (!row.segment) rows.push_back(&row);
  }
  return rows;
}

void WriteDefinitions(std::span<const Metric> metrics, HtmlWriter& html) {
  html.Markup("<details><summary>").Text(html.words().meanings);
  html.Markup("</summary>\n<dl class=\"meanings\">\n");
  for (const Metric& metric : metrics) {
    html.Markup("<div><dt>").Text(TitleOf(metric, html.words())).Markup("</dt><dd>");
    html.Text(DefinitionOf(metric, html.words())).Markup("</dd></div>\n");
  }
  html.Markup("</dl></details>\n");
}

absl::Status Write(const Overview& overview, const HtmlOptions& options, const Sink& sink) {
  if (absl::Status status = CheckParts(overview, options); !status.ok()) return status;
  const Report& report = overview.report;
  SinkBuffer buffer(sink);
  const PageLanguage english;
  const PageLanguage& language = options.language == nullptr ? english : *options.language;
  HtmlWriter html(buffer.text(), language);
  WriteHead(report, options, html);
  html.Markup("<body>\n");
  WriteHeader(report, options.account, html);
  if (const std::string nothing = NothingToShow(overview, language); !nothing.empty()) {
    html.Markup("<main>\n<p class=\"nothing\">").Text(nothing).Markup("</p>\n</main>\n<footer>\n");
    WriteDefinitions(ShownMetrics(report), html);
    html.Markup("</footer>\n</body>\n</html>\n");
    return buffer.Finish();
  }
  html.Markup("<main>\n<section aria-labelledby=\"figures\"><h2 id=\"figures\">");
  html.Text(language.figures).Markup("</h2>\n");
  WriteFigureCards(report, html);
  WriteTotalsLink(report, TotalsOf(report), "totals", html);
  html.Markup("</section>\n<section aria-labelledby=\"days\"><h2 id=\"days\">");
  html.Text(WordsOf(report.query.interval, language).by_interval).Markup("</h2>\n");
  html.Markup("<div class=\"panel\">\n");
  WriteCharts(report, options.before, html);
  WriteDaysTable(report, html);
  html.Markup("</div></section>\n");
  buffer.Drain();
  if (!options.splits.empty()) {
    html.Markup("<section aria-labelledby=\"splits\"><h2 id=\"splits\">");
    html.Text(language.side_by_side).Markup("</h2>\n");
    html.Markup("<div class=\"splits\">\n");
    for (std::size_t i = 0; i < options.splits.size(); ++i) {
      WriteSplit(options.splits[i], i, html);
      buffer.Drain();
    }
    html.Markup("</div></section>\n");
  }
  html.Markup("<section aria-labelledby=\"audience\"><h2 id=\"audience\">");
  html.Text(language.audience).Markup("</h2>\n");
  WriteAudienceCards(report, html);
  html.Markup("</section>\n<section aria-labelledby=\"pins\"><h2 id=\"pins\">");
  html.Text(language.top_pins).Markup("</h2>\n");
  html.Markup("<div class=\"panel\">\n");
  WriteTopTables(overview.top_pins, options, html);
  html.Markup("</div></section>\n");
  buffer.Drain();
  html.Markup("<section aria-labelledby=\"boards\"><h2 id=\"boards\">");
  html.Text(language.top_boards).Markup("</h2>\n");
  html.Markup("<div class=\"panel\">\n");
  WriteTopTables(overview.top_boards, options, html);
  html.Markup("</div></section>\n</main>\n<footer>\n");
  WriteDefinitions(ShownMetrics(report), html);
  html.Markup("</footer>\n</body>\n</html>\n");
  return buffer.Finish();
}

}  // namespace

Interval PageInterval(const DateRange& period) {
  constexpr auto kMost = static_cast<std::int64_t>(kMostDetailedDays);
  if (period.days() <= kMost) return Interval::Day();
  const std::int64_t days = Interval::Week().Containing(period.last()).last() -
                            Interval::Week().Containing(period.first()).first() + 1;
  return days / 7 <= kMost ? Interval::Week() : Interval::Month();
}

std::string ToHtml(const Overview& overview) {
  return Collect([&overview](const Sink& sink) { return Write(overview, {}, sink); });
}

absl::StatusOr<std::string> ToHtml(const Overview& overview, const HtmlOptions& options) {
  if (absl::Status status = CheckParts(overview, options); !status.ok()) return status;
  return Collect([&](const Sink& sink) { return Write(overview, options, sink); });
}

absl::Status WriteHtml(const Overview& overview, const Sink& sink) {
  return Write(overview, {}, sink);
}

absl::Status WriteHtml(const Overview& overview, const HtmlOptions& options, const Sink& sink) {
  return Write(overview, options, sink);
}

}  // namespace pinmetrics
