#include "export/html/table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "export/grouped.h"
#include "export/html/csv_link.h"
#include "export/html/figure.h"
#include "export/html/host_data.h"
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
    html.Markup("<th scope=\"col\">").Text(HeadingOf(metric, html.words())).Markup("</th>");
  }
}

void WriteDayRow(const DayRow& row, const Report& report, std::size_t first, std::size_t end,
                 HtmlWriter& html) {
  const PageLanguage& language = html.words();
  const std::string name = FullRowName(row.day, row.last_day, report.query.interval, language);
  if (first > 0) {
    html.Markup("<tr><th scope=\"row\">").Text(name).Markup("</th>");
  } else {
    html.Markup("<tr><th scope=\"row\"><time datetime=\"").Text(ToString(row.day));
    html.Markup("\">").Text(name).Markup("</time></th><td>");
    const bool of_final_days = row.status == DayStatus::kProcessing && !row.figures.empty();
    const std::string status(of_final_days ? language.final_days_only
                                           : StatusText(row.status, language));
    html.Text(row.partial ? Filled(language.cut_by_period, {{"status", status}}) : status);
    html.Markup("</td>");
  }
  // Of a day without values the status has said all.
  for (std::size_t i = first; i < end && !row.figures.empty(); ++i) {
    WriteFigureCell(report.query.metrics[i].unit(), FigureAt(row.figures, i), html);
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
  const PageLanguage& language = html.words();
  std::string caption(WordsOf(interval, language).each);
  if (metrics.size() > kMostColumns) {
    caption = Filled(language.metrics_of, {{"caption", caption},
                                           {"first", std::to_string(first + 1)},
                                           {"last", std::to_string(end)},
                                           {"all", std::to_string(metrics.size())}});
  }
  if (rows.size() < all_rows) {
    caption = Filled(language.last_of,
                     {{"caption", caption},
                      {"count", std::to_string(rows.size())},
                      {"rows", RowsText(static_cast<std::int64_t>(all_rows), interval, language)}});
  }
  html.Markup("\">").Text(caption).Markup("</caption><thead><tr><th scope=\"col\">");
  html.Text(WordsOf(interval, language).title).Markup("</th>");
  if (first == 0) html.Markup("<th scope=\"col\">").Text(language.status).Markup("</th>");
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

// What the host calls a Pin or board.
std::string_view NameOf(const TopList& list, const TopRow& row, const HtmlOptions& options) {
  if (list.item != Dimension::kBoard) return row.title;
  for (const BoardName& name : options.board_names) {
    if (name.board.value() == row.number()) return name.name;
  }
  return row.title;
}

void WriteThumbnail(PinId pin, const HtmlOptions& options, HtmlWriter& html) {
  for (const PinThumbnail& thumbnail : options.thumbnails) {
    if (thumbnail.pin != pin) continue;
    html.Markup("<img alt=\"\" width=\"32\" height=\"32\" src=\"").Text(thumbnail.data);
    html.Markup("\"/> ");
    return;
  }
}

// What a Pin or board is, before its title: pasted into a spreadsheet, a title runs nothing.
void WriteItem(const TopList& list, const TopRow& row, bool titled, const HtmlOptions& options,
               HtmlWriter& html) {
  const bool is_board = list.item == Dimension::kBoard;
  const PageLanguage& language = html.words();
  html.Markup("<th scope=\"row\">");
  const PinId pin(row.number());
  if (titled && !is_board) WriteThumbnail(pin, options, html);
  html.Markup("<small>");
  const bool is_linked = titled && !is_board && !options.pin_address.empty();
  if (is_linked) {
    html.Markup("<a rel=\"noreferrer\" href=\"").Text(AddressOf(pin, options.pin_address));
    html.Markup("\">");
  }
  html.Text(is_board ? language.board : language.pin).Markup(" ");
  html.Text(std::to_string(row.number()));
  if (is_linked) html.Markup("</a>");
  html.Markup("</small>");
  const std::string_view title = NameOf(list, row, options);
  if (titled && !title.empty()) {
    html.Markup(" <bdi>").Text(Shortened(title, kMostOfTitle)).Markup("</bdi>");
  }
  html.Markup("</th>");
}

// Some of the metrics, by index, of each of the first rows.
void WriteTopPart(const TopList& list, std::size_t rows, std::span<const std::size_t> metrics,
                  bool first_part, const HtmlOptions& options, HtmlWriter& html) {
  const bool boards = list.item == Dimension::kBoard;
  const std::vector<Metric>& all = list.query.metrics;
  const PageLanguage& language = html.words();
  std::string what(boards ? language.top_boards : language.top_pins);
  if (!metrics.empty()) {
    what = Filled(metrics.size() > 1 ? language.figures_from : language.figures_of,
                  {{"list", what}, {"metric", TitleOf(all[metrics.front()], language)}});
  }
  html.Markup("<div class=\"scroll\" role=\"region\" aria-label=\"").Text(what);
  html.Markup("\" tabindex=\"0\"><table class=\"top\"><caption class=\"unseen\">").Text(what);
  html.Markup("</caption><thead><tr><th scope=\"col\">#</th><th scope=\"col\">");
  html.Text(boards ? language.board : language.pin).Markup("</th>");
  for (const std::size_t i : metrics) {
    html.Markup("<th scope=\"col\">").Text(HeadingOf(all[i], language)).Markup("</th>");
  }
  html.Markup("</tr></thead><tbody>\n");
  const bool has_bars = !metrics.empty() && all[metrics.front()] == list.ranking.by;
  const double highest =
      has_bars ? FigureAt(list.rows.front().figures, metrics.front()).value_or(0) : 0;
  for (std::size_t n = 0; n < rows; ++n) {
    const TopRow& row = list.rows[n];
    html.Markup("<tr><td>").Number(static_cast<std::int64_t>(n + 1)).Markup("</td>");
    // Titles are long, and read once.
    WriteItem(list, row, /*titled=*/first_part, options, html);
    for (const std::size_t i : metrics) {
      const std::optional<double> figure = FigureAt(row.figures, i);
      if (i == metrics.front() && highest > 0 && figure && *figure >= 0) {
        html.Markup("<td class=\"bar\">");
        WriteBar(std::min(*figure / highest, 1.0), html);
        html.Text(FigureText(all[i].unit(), figure, UnitPlace::kHeading, language.numbers));
        html.Markup("</td>");
      } else {
        WriteFigureCell(all[i].unit(), figure, html);
      }
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
  html.Markup("<details><summary>").Text(WordsOf(report.query.interval, html.words()).table);
  html.Markup("</summary>\n");
  const std::size_t metrics = std::max<std::size_t>(ShownMetrics(report).size(), 1);
  for (std::size_t first = 0; first < metrics; first += kMostColumns) {
    WriteDaysPart(report, std::span(rows).last(shown), rows.size(), first, html);
  }
  WriteSeriesLink(report, shown, html);
  html.Markup("</details>\n");
}

namespace {

// What decides and the next metrics are read at once; the rest unfolds if it is wanted.
void WriteTopTable(const TopList& list, bool unfolds, const HtmlOptions& options,
                   HtmlWriter& html) {
  constexpr std::size_t kMostRows = 30;
  const std::size_t shown = std::min(list.rows.size(), kMostRows);
  const std::vector<std::size_t> order = MetricOrder(list);
  const PageLanguage& language = html.words();
  html.Markup("<p class=\"about\">");
  html.Text(Filled(language.highest_first, {{"metric", TitleOf(list.ranking.by, language)}}));
  if (list.ranking.created_in_last_days) {
    const std::string days = DaysText(*list.ranking.created_in_last_days, language);
    html.Markup(" ").Text(Filled(language.created_in_last, {{"days", days}}));
  }
  if (shown < list.rows.size()) {
    html.Markup(" ").Text(
        Filled(language.first_rows,
               {{"count", CountText(static_cast<std::int64_t>(shown), language)},
                {"all", CountText(static_cast<std::int64_t>(list.rows.size()), language)}}));
  }
  html.Markup("</p>\n");
  if (list.rows.empty()) {
    html.Markup("<p class=\"none\">").Text(language.none_in_period).Markup("</p>\n");
    return;
  }
  const std::span<const std::size_t> all(order);
  const std::size_t first = std::min<std::size_t>(all.size(), unfolds ? 6 : 2);
  WriteTopPart(list, shown, all.first(first), /*first_part=*/true, options, html);
  if (!unfolds) return;
  WriteTopLink(list, shown, html);
  if (first == all.size()) return;
  const auto more = static_cast<std::int64_t>(all.size() - first);
  html.Markup("<details><summary>");
  html.Text(Filled(language.more_metrics, {{"count", CountText(more, language)}}));
  html.Markup("</summary>\n");
  for (std::size_t i = first; i < all.size(); i += kMostColumns) {
    WriteTopPart(list, shown, all.subspan(i, std::min(kMostColumns, all.size() - i)),
                 /*first_part=*/false, options, html);
  }
  html.Markup("</details>\n");
}

}  // namespace

void WriteTopTables(const TopList& list, const HtmlOptions& options, HtmlWriter& html) {
  std::vector<const TopList*> orders = {&list};
  for (const TopList& other : options.more_top_lists) {
    if (other.item == list.item && orders.size() < kMostOrders) orders.push_back(&other);
  }
  if (orders.size() == 1) return WriteTopTable(list, /*unfolds=*/true, options, html);
  const char* const group = list.item == Dimension::kBoard ? "boards" : "pins";
  html.Markup("<div class=\"orders\"><fieldset><legend>").Text(html.words().by).Markup("</legend>");
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i);
    html.Markup("<span class=\"choice\"><input type=\"radio\" name=\"").Text(group);
    html.Markup("\" class=\"o").Number(number).Markup("\" id=\"").Text(group).Number(number);
    html.Markup("\"");
    if (i == 0) html.Markup(" checked=\"checked\"");
    html.Markup("/><label for=\"").Text(group).Number(number).Markup("\">");
    html.Text(TitleOf(orders[i]->ranking.by, html.words())).Markup("</label></span>");
  }
  html.Markup("</fieldset>\n");
  for (std::size_t i = 0; i < orders.size(); ++i) {
    html.Markup("<div class=\"order l").Number(static_cast<std::int64_t>(i)).Markup("\">\n");
    WriteTopTable(*orders[i], /*unfolds=*/i == 0, options, html);
    html.Markup("</div>\n");
  }
  html.Markup("</div>\n");
}

}  // namespace pinmetrics
