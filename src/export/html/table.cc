#include "export/html/table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "export/grouped.h"
#include "export/html/figure.h"
#include "export/html/limits.h"
#include "export/html/words.h"
#include "export/html/writer.h"
#include "export/number.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics {
namespace {

void WriteMetricHeadings(std::span<const Metric> metrics, HtmlWriter& html) {
  for (const Metric& metric : metrics) {
    html.Markup("<th scope=\"col\">").Text(TitleWithUnit(metric)).Markup("</th>");
  }
}

void WriteDayRow(const DayRow& row, std::span<const Metric> metrics, const Interval& interval,
                 HtmlWriter& html) {
  html.Markup("<tr><th scope=\"row\"><time datetime=\"").Text(ToString(row.day)).Markup("\">");
  html.Text(FullRowName(row.day, row.last_day, interval)).Markup("</time></th><td>");
  const bool of_final_days = row.status == DayStatus::kProcessing && !row.figures.empty();
  html.Text(of_final_days ? "final days only" : StatusText(row.status));
  if (row.partial) html.Markup(", cut by the period");
  html.Markup("</td>");
  // Of a day without values the status has said all.
  for (std::size_t i = 0; i < metrics.size() && !row.figures.empty(); ++i) {
    html.Markup("<td>");
    WriteFigure(metrics[i].unit(), FigureAt(row.figures, i), UnitPlace::kHeading, html);
    html.Markup("</td>");
  }
  html.Markup("</tr>\n");
}

// The shown metrics by index, with that first which decides.
std::vector<std::size_t> MetricOrder(const TopList& list) {
  std::vector<std::size_t> order;
  const std::vector<Metric>& metrics = list.query.metrics;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    order.insert(metrics[i] == list.ranking.by ? order.begin() : order.end(), i);
  }
  order.resize(std::min(order.size(), kMostMetrics));
  return order;
}

// A Pin by its title, anything without one by its id.
void WriteItem(const TopList& list, const TopRow& row, HtmlWriter& html) {
  constexpr std::size_t kMostOfTitle = 120;
  html.Markup("<th scope=\"row\">");
  if (!row.title.empty()) {
    html.Markup("<bdi>").Text(Shortened(row.title, kMostOfTitle)).Markup("</bdi> ");
  }
  html.Markup("<small>").Text(list.item == Dimension::kBoard ? "Board " : "Pin ");
  html.Text(std::to_string(row.number())).Markup("</small></th>");
}

}  // namespace

void WriteDaysTable(const Report& report, HtmlWriter& html) {
  std::vector<const DayRow*> rows;
  for (const DayRow& row : report.days) {
    if (!row.segment) rows.push_back(&row);
  }
  const std::size_t shown = std::min(rows.size(), kMostDetailedDays);
  const Interval& interval = report.query.interval;
  html.Markup("<details><summary>The ").Text(interval.unit()).Markup("s as a table</summary>\n");
  html.Markup("<div class=\"scroll\" role=\"region\" aria-labelledby=\"days-caption\"");
  html.Markup(" tabindex=\"0\"><table><caption id=\"days-caption\">Figures of each ");
  html.Text(interval.unit());
  if (shown < rows.size()) {
    html.Markup(", the last ").Number(static_cast<std::int64_t>(shown));
    html.Markup(" of ").Text(RowsText(static_cast<std::int64_t>(rows.size()), interval));
  }
  html.Markup("</caption><thead><tr><th scope=\"col\">").Text(IntervalTitle(interval));
  html.Markup("</th><th scope=\"col\">Status</th>");
  WriteMetricHeadings(ShownMetrics(report), html);
  html.Markup("</tr></thead><tbody>\n");
  for (std::size_t i = 0; i < shown; ++i) {
    WriteDayRow(*rows[rows.size() - 1 - i], ShownMetrics(report), interval, html);
  }
  html.Markup("</tbody></table></div></details>\n");
}

void WriteTopTable(const TopList& list, HtmlWriter& html) {
  constexpr std::size_t kMostRows = 30;
  const bool boards = list.item == Dimension::kBoard;
  const std::size_t shown = std::min(list.rows.size(), kMostRows);
  const std::vector<std::size_t> order = MetricOrder(list);
  const std::vector<Metric>& metrics = list.query.metrics;

  html.Markup("<p class=\"about\">Highest first by: ").Text(list.ranking.by.title());
  if (list.ranking.created_in_last_days) {
    html.Markup(". Only Pins created in the last ");
    html.Text(DaysText(*list.ranking.created_in_last_days));
  }
  if (shown < list.rows.size()) {
    html.Markup(". The first ").Number(static_cast<std::int64_t>(shown));
    html.Markup(" of ").Number(static_cast<std::int64_t>(list.rows.size()));
  }
  html.Markup(".</p>\n");
  if (list.rows.empty()) {
    html.Markup("<p class=\"none\">None in this period.</p>\n");
    return;
  }

  if (boards) {
    html.Markup("<div class=\"scroll\" role=\"region\" aria-label=\"Top boards, all metrics\"");
  } else {
    html.Markup("<div class=\"scroll\" role=\"region\" aria-label=\"Top Pins, all metrics\"");
  }
  html.Markup(" tabindex=\"0\"><table class=\"top\"><caption class=\"unseen\">");
  html.Text(boards ? "Top boards by " : "Top Pins by ").Text(list.ranking.by.title());
  html.Markup("</caption><thead><tr><th scope=\"col\">#</th><th scope=\"col\">");
  html.Text(boards ? "Board" : "Pin").Markup("</th>");
  for (const std::size_t i : order) {
    html.Markup("<th scope=\"col\">").Text(TitleWithUnit(metrics[i])).Markup("</th>");
  }
  html.Markup("</tr></thead><tbody>\n");

  const bool has_bars = !order.empty() && metrics[order.front()] == list.ranking.by;
  const double highest =
      has_bars ? FigureAt(list.rows.front().figures, order.front()).value_or(0) : 0;
  for (std::size_t n = 0; n < shown; ++n) {
    const TopRow& row = list.rows[n];
    html.Markup("<tr><td>").Number(static_cast<std::int64_t>(n + 1)).Markup("</td>");
    WriteItem(list, row, html);
    for (const std::size_t i : order) {
      const std::optional<double> figure = FigureAt(row.figures, i);
      if (i == order.front() && highest > 0 && figure && *figure >= 0) {
        html.Markup("<td class=\"bar\" style=\"--part:");
        html.Text(Grouped(std::min(*figure / highest, 1.0) * 100, 1)).Markup("%\">");
      } else {
        html.Markup("<td>");
      }
      WriteFigure(metrics[i].unit(), figure, UnitPlace::kHeading, html);
      html.Markup("</td>");
    }
    html.Markup("</tr>\n");
  }
  html.Markup("</tbody></table></div>\n");
}

}  // namespace pinmetrics
