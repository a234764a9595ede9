#include "export/html_chart.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "export/grouped.h"
#include "export/html_axis.h"
#include "export/html_date.h"
#include "export/html_metrics.h"
#include "export/html_series.h"
#include "export/html_status.h"
#include "pinmetrics/export/figure_text.h"

namespace pinmetrics {
namespace {

// A share of the whole as CSS takes it, such as 33.33.
std::string Percent(double share) { return Grouped(share * 100, 2); }

double ShareOf(std::size_t part, std::size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

void WriteTicks(const Axis& axis, Unit unit, HtmlWriter& html) {
  html.Markup("<div class=\"ticks\" aria-hidden=\"true\">");
  for (const double tick : axis.Ticks()) {
    html.Markup("<span style=\"bottom:").Text(Percent(axis.HeightOf(tick))).Markup("%\">");
    html.Text(TickText(axis, tick, unit)).Markup("</span>");
  }
  html.Markup("</div>");
}

// Behind the days that are not final.
void WriteBands(const Series& series, HtmlWriter& html) {
  for (std::size_t begin = 0; begin < series.size();) {
    const DayStatus status = series[begin].status;
    std::size_t end = begin + 1;
    while (end < series.size() && series[end].status == status) ++end;
    if (status != DayStatus::kReady) {
      html.Markup("<div class=\"band ").Text(NameOf(status)).Markup("\" style=\"left:");
      html.Text(Percent(ShareOf(begin, series.size()))).Markup("%;width:");
      html.Text(Percent(ShareOf(end - begin, series.size()))).Markup("%\"></div>");
    }
    begin = end;
  }
}

void WriteReadouts(const Series& series, Unit unit, HtmlWriter& html) {
  html.Markup("<div class=\"readouts\" aria-hidden=\"true\">");
  for (const SeriesPoint& point : series) {
    html.Markup("<i><b>").Text(DayAndMonth(point.day)).Markup(": ");
    if (point.value) {
      html.Text(FigureText(unit, *point.value));
      if (point.status == DayStatus::kEstimate) html.Markup(" (estimate)");
    } else {
      html.Text(HasValues(point.status) ? "no data" : StatusText(point.status));
    }
    html.Markup("</b></i>");
  }
  html.Markup("</div>");
}

void WriteDayLabel(const std::string& text, double place, HtmlWriter& html) {
  html.Markup("<span style=\"left:").Text(Percent(place)).Markup("%\">");
  html.Text(text).Markup("</span>");
}

// Days at even distances, in long periods the first days of months.
void WriteDayLabels(const Series& series, HtmlWriter& html) {
  constexpr std::size_t kMostLabels = 7;
  html.Markup("<div class=\"days\" aria-hidden=\"true\">");
  const auto middle = [&series](std::size_t i) {
    return (static_cast<double>(i) + 0.5) / static_cast<double>(series.size());
  };
  if (series.size() <= kMostDetailedDays) {
    std::size_t step = 1;
    constexpr std::array<std::size_t, 5> kWiderSteps = {2, 3, 5, 7, 14};
    for (const std::size_t wider : kWiderSteps) {
      if ((series.size() + step - 1) / step > kMostLabels) step = wider;
    }
    for (std::size_t i = 0; i < series.size(); i += step) {
      WriteDayLabel(DayAndMonth(series[i].day), middle(i), html);
    }
  } else {
    const std::size_t months = series.size() / 30;
    const std::size_t step = months <= kMostLabels ? 1 : months <= 2 * kMostLabels ? 2 : 3;
    std::size_t month = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
      if (series[i].day.day() != 1 || month++ % step != 0) continue;
      WriteDayLabel(MonthAndYear(series[i].day), middle(i), html);
    }
  }
  html.Markup("</div>");
}

// The chart in words: from when to when, the highest and the lowest day, what is missing.
std::string Description(const Series& series, const Metric& metric) {
  const SeriesPoint* highest = nullptr;
  const SeriesPoint* lowest = nullptr;
  std::int64_t missing = 0;
  for (const SeriesPoint& point : series) {
    if (!point.value) {
      ++missing;
      continue;
    }
    if (highest == nullptr || *point.value > *highest->value) highest = &point;
    if (lowest == nullptr || *point.value < *lowest->value) lowest = &point;
  }
  std::string text = PeriodText(DateRange::Inclusive(series.front().day, series.back().day)) + ". ";
  if (highest == nullptr) return text + "No day has data.";
  text += "Highest on " + FullDay(highest->day) + ": " +
          FigureText(metric.unit(), *highest->value) + ". Lowest on " + FullDay(lowest->day) +
          ": " + FigureText(metric.unit(), *lowest->value) + ".";
  if (missing > 0) text += " Without data: " + DaysText(missing) + ".";
  return text;
}

void WritePlot(const Series& series, const Metric& metric, std::int64_t index, HtmlWriter& html) {
  const Axis axis = AxisOf({series}, metric.unit());
  const SeriesPaths paths = PathsOf(series, axis);
  html.Markup("<div class=\"plot\">");
  WriteTicks(axis, metric.unit(), html);
  html.Markup("<div class=\"box\">");
  WriteBands(series, html);
  html.Markup("<svg viewBox=\"0 0 ").Number(static_cast<std::int64_t>(series.size()) * kDayWidth);
  html.Markup(" ").Number(kBoxHeight).Markup("\" preserveAspectRatio=\"none\" role=\"img\"");
  html.Markup(" aria-labelledby=\"t").Number(index).Markup(" d").Number(index).Markup("\">");
  html.Markup("<title id=\"t").Number(index).Markup("\">").Text(metric.title());
  html.Markup(" per day</title><desc id=\"d").Number(index).Markup("\">");
  html.Text(Description(series, metric)).Markup("</desc>");
  if (series.size() <= kMostDetailedDays) {
    html.Markup("<path class=\"area\" d=\"").Text(paths.area).Markup("\"/>");
  }
  html.Markup("<g id=\"s").Number(index).Markup("\"><path class=\"line\" d=\"");
  html.Text(paths.line).Markup("\"/>");
  if (!paths.estimate.empty()) {
    html.Markup("<path class=\"line dashed\" d=\"").Text(paths.estimate).Markup("\"/>");
  }
  html.Markup("</g></svg>");
  if (series.size() <= kMostDetailedDays) WriteReadouts(series, metric.unit(), html);
  html.Markup("</div>");
  WriteDayLabels(series, html);
  html.Markup("</div>");
}

}  // namespace

void WriteChartChoiceStyle(std::size_t metrics, HtmlWriter& html) {
  // A browser that does not know :has shows all charts.
  html.Markup("@supports selector(:has(a)){.chart{display:none}");
  for (std::size_t i = 0; i < metrics; ++i) {
    const auto index = static_cast<std::int64_t>(i);
    html.Markup(".charts:has(#m").Number(index).Markup(":checked) #c").Number(index);
    html.Markup("{display:block}");
  }
  html.Markup("}");
}

void WriteCharts(const Report& report, HtmlWriter& html) {
  const std::span<const Metric> metrics = ShownMetrics(report);
  if (metrics.empty() || SeriesOf(report, std::nullopt, 0).empty()) {
    html.Markup("<p class=\"none\">No days.</p>\n");
    return;
  }
  html.Markup("<div class=\"charts\"><fieldset><legend>Metric</legend>");
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    html.Markup("<input type=\"radio\" name=\"metric\" id=\"m").Number(index).Markup("\"");
    if (i == 0) html.Markup(" checked=\"checked\"");
    html.Markup("/><label for=\"m").Number(index).Markup("\">");
    html.Text(metrics[i].title()).Markup("</label>");
  }
  html.Markup("</fieldset>\n");
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    html.Markup("<figure class=\"chart\" id=\"c").Number(index).Markup("\"><figcaption>");
    html.Text(metrics[i].title()).Markup(" <span>per day</span></figcaption>");
    WritePlot(SeriesOf(report, std::nullopt, i), metrics[i], index, html);
    html.Markup("</figure>\n");
  }
  html.Markup("</div>\n");
}

void WriteSparkline(std::size_t metric, std::size_t days, HtmlWriter& html) {
  html.Markup("<svg class=\"spark\" viewBox=\"0 0 ");
  html.Number(static_cast<std::int64_t>(days) * kDayWidth).Markup(" ").Number(kBoxHeight);
  html.Markup("\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><use href=\"#s");
  html.Number(static_cast<std::int64_t>(metric)).Markup("\"/></svg>");
}

}  // namespace pinmetrics
