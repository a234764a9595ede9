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

void WriteDayRow(const DayRow& row, const Report& report, std::size_t first, std::size_t end,
                 HtmlWriter& html) {
  const std::string name = FullRowName(row.day, row.last_day, report.query.interval);
  if (first > 0) {
    html.Markup("<tr><th scope=\"row\">").Text(name).Markup("</th>");
  } else {
    html.Markup("<tr><th scope=\"row\"><time datetime=\"").Text(ToString(row.day));
    html.Markup("\">").Text(name).Markup("</time></th><td>");
    const bool of_final_days = row.status == DayStatus::kProcessing && !row.figures.empty();
    html.Text(of_final_days ? "final days only" : StatusText(row.status));
    if (row.partial) html.Markup(", cut by the period");
    html.Markup("</td>");
  }
  // Of a day without values the status has said all.
  for (std::size_t i = first; i < end && !row.figures.empty(); ++i) {
    html.Markup("<td>");
    WriteFigure(report.query.metrics[i].unit(), FigureAt(row.figures, i), UnitPlace::kHeading,
                html);
    html.Markup("</td>");
  }
  html.Markup("</tr>\n");
}

// As many metrics as fit, of each row, the last first. The first part has the status, too.
void WriteDaysPart(const Report& report, std::span<const DayRow* const> rows, std::size_t all_rows,
                   std::size_t first, HtmlWriter& html) {
  const std::span<const Metric> metrics = ShownMetrics(report);
  const Interval& interval = report.query.interval;
  const std::size_t end = std::min(metrics.size(), first + kMostColumns);
  const auto number = static_cast<std::int64_t>(first);
  html.Markup("<div class=\"scroll\" role=\"region\" aria-labelledby=\"days").Number(number);
  html.Markup("\" tabindex=\"0\"><table><caption id=\"days").Number(number);
  html.Markup("\">Figures of each ").Text(interval.unit());
  if (metrics.size() > kMostColumns) {
    html.Markup(", metrics ").Number(number + 1).Markup(" to ");
    html.Number(static_cast<std::int64_t>(end)).Markup(" of ");
    html.Number(static_cast<std::int64_t>(metrics.size()));
  }
  if (rows.size() < all_rows) {
    html.Markup(", the last ").Number(static_cast<std::int64_t>(rows.size()));
    html.Markup(" of ").Text(RowsText(static_cast<std::int64_t>(all_rows), interval));
  }
  html.Markup("</caption><thead><tr><th scope=\"col\">").Text(IntervalTitle(interval));
  html.Markup("</th>");
  if (first == 0) html.Markup("<th scope=\"col\">Status</th>");
  WriteMetricHeadings(metrics.subspan(first, end - first), html);
  html.Markup("</tr></thead><tbody>\n");
  for (std::size_t i = rows.size(); i-- > 0;) WriteDayRow(*rows[i], report, first, end, html);
  html.Markup("</tbody></table></div>\n");
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

// What a Pin or board is, before its title: pasted into a spreadsheet, a title runs nothing.
void WriteItem(const TopList& list, const TopRow& row, bool titled, HtmlWriter& html) {
  constexpr std::size_t kMostOfTitle = 120;
  html.Markup("<th scope=\"row\"><small>").Text(list.item == Dimension::kBoard ? "Board " : "Pin ");
  html.Text(std::to_string(row.number())).Markup("</small>");
  if (titled && !row.title.empty()) {
    html.Markup(" <bdi>").Text(Shortened(row.title, kMostOfTitle)).Markup("</bdi>");
  }
  html.Markup("</th>");
}

// Some of the metrics, by index, of each of the first rows.
void WriteTopPart(const TopList& list, std::size_t rows, std::span<const std::size_t> metrics,
                  bool first_part, HtmlWriter& html) {
  const bool boards = list.item == Dimension::kBoard;
  const std::vector<Metric>& all = list.query.metrics;
  std::string what = boards ? "Top boards" : "Top Pins";
  if (!metrics.empty()) {
    what +=
        (metrics.size() > 1 ? ", figures from " : ", figures of ") + all[metrics.front()].title();
  }
  html.Markup("<div class=\"scroll\" role=\"region\" aria-label=\"").Text(what);
  html.Markup("\" tabindex=\"0\"><table class=\"top\"><caption class=\"unseen\">").Text(what);
  html.Markup("</caption><thead><tr><th scope=\"col\">#</th><th scope=\"col\">");
  html.Text(boards ? "Board" : "Pin").Markup("</th>");
  for (const std::size_t i : metrics) {
    html.Markup("<th scope=\"col\">").Text(TitleWithUnit(all[i])).Markup("</th>");
  }
  html.Markup("</tr></thead><tbody>\n");
  const bool has_bars = !metrics.empty() && all[metrics.front()] == list.ranking.by;
  const double highest =
      has_bars ? FigureAt(list.rows.front().figures, metrics.front()).value_or(0) : 0;
  for (std::size_t n = 0; n < rows; ++n) {
    const TopRow& row = list.rows[n];
    html.Markup("<tr><td>").Number(static_cast<std::int64_t>(n + 1)).Markup("</td>");
    // Titles are long, and read once.
    WriteItem(list, row, /*titled=*/first_part, html);
    for (const std::size_t i : metrics) {
      const std::optional<double> figure = FigureAt(row.figures, i);
      if (i == metrics.front() && highest > 0 && figure && *figure >= 0) {
        html.Markup("<td class=\"bar\">");
        WriteBar(std::min(*figure / highest, 1.0), html);
      } else {
        html.Markup("<td>");
      }
      WriteFigure(all[i].unit(), figure, UnitPlace::kHeading, html);
      html.Markup("</td>");
    }
    html.Markup("</tr>\n");
  }
  html.Markup("</tbody></table></div>\n");
}

}  // namespace

void WriteDaysTable(const Report& report, HtmlWriter& html) {
  std::vector<const DayRow*> rows;
  for (const DayRow& row : report.days) {
    if (!row.segment) rows.push_back(&row);
  }
  const std::size_t shown = std::min(rows.size(), kMostDetailedDays);
  html.Markup("<details><summary>The ").Text(report.query.interval.unit());
  html.Markup("s as a table</summary>\n");
  const std::size_t metrics = std::max<std::size_t>(ShownMetrics(report).size(), 1);
  for (std::size_t first = 0; first < metrics; first += kMostColumns) {
    WriteDaysPart(report, std::span(rows).last(shown), rows.size(), first, html);
  }
  html.Markup("</details>\n");
}

namespace {

// What decides and the next metrics are read at once; the rest unfolds if it is wanted.
void WriteTopTable(const TopList& list, bool unfolds, HtmlWriter& html) {
  constexpr std::size_t kMostRows = 30;
  const std::size_t shown = std::min(list.rows.size(), kMostRows);
  const std::vector<std::size_t> order = MetricOrder(list);
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
  const std::span<const std::size_t> all(order);
  const std::size_t first = std::min<std::size_t>(all.size(), unfolds ? 6 : 3);
  WriteTopPart(list, shown, all.first(first), /*first_part=*/true, html);
  if (first == all.size() || !unfolds) return;
  html.Markup("<details><summary>").Number(static_cast<std::int64_t>(all.size() - first));
  html.Markup(" more metrics</summary>\n");
  for (std::size_t i = first; i < all.size(); i += kMostColumns) {
    WriteTopPart(list, shown, all.subspan(i, std::min(kMostColumns, all.size() - i)),
                 /*first_part=*/false, html);
  }
  html.Markup("</details>\n");
}

}  // namespace

void WriteTopTables(const TopList& list, std::span<const TopList> more, HtmlWriter& html) {
  std::vector<const TopList*> orders = {&list};
  for (const TopList& other : more) {
    if (other.item == list.item && orders.size() < kMostOrders) orders.push_back(&other);
  }
  if (orders.size() == 1) return WriteTopTable(list, /*unfolds=*/true, html);
  const char* const group = list.item == Dimension::kBoard ? "boards" : "pins";
  html.Markup("<div class=\"orders\"><fieldset><legend>By</legend>");
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i);
    html.Markup("<span class=\"choice\"><input type=\"radio\" name=\"").Text(group);
    html.Markup("\" class=\"o").Number(number).Markup("\" id=\"").Text(group).Number(number);
    html.Markup("\"");
    if (i == 0) html.Markup(" checked=\"checked\"");
    html.Markup("/><label for=\"").Text(group).Number(number).Markup("\">");
    html.Text(orders[i]->ranking.by.title()).Markup("</label></span>");
  }
  html.Markup("</fieldset>\n");
  for (std::size_t i = 0; i < orders.size(); ++i) {
    html.Markup("<div class=\"order l").Number(static_cast<std::int64_t>(i)).Markup("\">\n");
    WriteTopTable(*orders[i], /*unfolds=*/i == 0, html);
    html.Markup("</div>\n");
  }
  html.Markup("</div>\n");
}

}  // namespace pinmetrics
