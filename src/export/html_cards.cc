#include "export/html_cards.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "export/html_chart.h"
#include "export/html_figure.h"
#include "export/html_metrics.h"
#include "export/html_series.h"
#include "export/number.h"
#include "pinmetrics/metrics/metric.h"

namespace pinmetrics {
namespace {

enum class Group { kActivity, kRates, kPlayTime, kAudience };

Group GroupOf(Unit unit) {
  switch (unit) {
    case Unit::kRatio:
      return Group::kRates;
    case Unit::kMinutes:
    case Unit::kSeconds:
      return Group::kPlayTime;
    case Unit::kPeople:
      return Group::kAudience;
    case Unit::kCount:
      break;
  }
  return Group::kActivity;
}

// The row of all events; nothing in a report with a split.
const TotalRow* TotalOf(const Report& report) {
  const auto total = std::find_if(report.totals.begin(), report.totals.end(),
                                  [](const TotalRow& row) { return !row.segment; });
  return total == report.totals.end() ? nullptr : &*total;
}

bool HasGroup(const Report& report, Group group) {
  const std::span<const Metric> metrics = ShownMetrics(report);
  return std::any_of(metrics.begin(), metrics.end(),
                     [group](const Metric& metric) { return GroupOf(metric.unit()) == group; });
}

void WriteCards(const Report& report, Group group, HtmlWriter& html) {
  const TotalRow* const total = TotalOf(report);
  const std::size_t days = SeriesOf(report, std::nullopt, 0).size();
  html.Markup("<dl class=\"cards\">\n");
  const std::span<const Metric> metrics = ShownMetrics(report);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const Metric& metric = metrics[i];
    if (GroupOf(metric.unit()) != group) continue;
    html.Markup("<div><dt>").Text(metric.title()).Markup("</dt><dd class=\"figure\">");
    WriteFigure(metric.unit(), total == nullptr ? std::nullopt : FigureAt(total->figures, i),
                UnitPlace::kBehind, html);
    html.Markup("</dd>");
    if (report.query.comparison != Comparison::kNone) {
      html.Markup("<dd class=\"change\"><span class=\"unseen\">Change: </span>");
      WriteChange(total == nullptr ? std::nullopt : FigureAt(total->change, i), html);
      html.Markup("</dd>");
    }
    if (days > 0) {
      html.Markup("<dd class=\"line\">");
      WriteSparkline(i, days, html);
      html.Markup("</dd>");
    }
    html.Markup("</div>\n");
  }
  html.Markup("</dl>\n");
}

}  // namespace

void WriteFigureCards(const Report& report, HtmlWriter& html) {
  if (HasGroup(report, Group::kActivity)) {
    html.Markup("<h3>Activity</h3>\n");
    WriteCards(report, Group::kActivity, html);
  }
  if (HasGroup(report, Group::kRates)) {
    html.Markup("<h3>Rates</h3>\n");
    WriteCards(report, Group::kRates, html);
  }
  if (HasGroup(report, Group::kPlayTime)) {
    html.Markup("<h3>Play time</h3>\n");
    WriteCards(report, Group::kPlayTime, html);
  }
}

void WriteAudienceCards(const Report& report, HtmlWriter& html) {
  if (HasGroup(report, Group::kAudience)) {
    html.Markup("<p class=\"about\">People are counted once in the period, in a monthly figure ");
    html.Markup("once in the 30 days that end with its last day with figures.</p>\n");
    WriteCards(report, Group::kAudience, html);
  } else if (report.query.real_time) {
    html.Markup("<p class=\"none\">Audiences are not known in real time.</p>\n");
  } else {
    html.Markup("<p class=\"none\">No audience was asked for.</p>\n");
  }
}

}  // namespace pinmetrics
