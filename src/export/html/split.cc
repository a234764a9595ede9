#include "export/html/split.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "export/grouped.h"
#include "export/html/chart.h"
#include "export/html/figure.h"
#include "export/html/limits.h"
#include "export/number.h"
#include "export/same_question.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics {
namespace {

using Segments = std::vector<const TotalRow*>;

// A name for people: "content_type" is "Content type".
std::string Capitalised(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
  return text;
}

std::string SegmentTitle(const Query& query, const std::optional<Attribute>& segment) {
  const std::string text = SegmentText(query, segment);
  const bool is_id = segment && !segment->is_none() && !HasNames(*query.split);
  return is_id ? Capitalised(NameOf(*query.split)) + " " + text : Capitalised(text);
}

// Those with the highest first figure, in the report's order.
Segments ShownSegments(const Report& split) {
  constexpr std::size_t kMostSegments = 12;
  Segments segments;
  for (const TotalRow& row : split.totals) segments.push_back(&row);
  if (segments.size() <= kMostSegments) return segments;
  const auto higher = [](const TotalRow* a, const TotalRow* b) {
    return FigureAt(a->figures, 0) > FigureAt(b->figures, 0);
  };
  std::stable_sort(segments.begin(), segments.end(), higher);
  segments.resize(kMostSegments);
  std::sort(segments.begin(), segments.end());  // They point into one vector.
  return segments;
}

// The metric that shares are of: the first whose parts add up to the whole.
std::optional<std::size_t> SharedMetric(const Report& split) {
  const std::vector<Metric>& metrics = split.query.metrics;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].counters()) return i;
  }
  return std::nullopt;
}

// Each shown segment's share of all segments; empty if there is nothing to share.
std::vector<double> SharesOf(const Report& split, const Segments& segments, std::size_t metric) {
  double whole = 0;
  for (const TotalRow& row : split.totals) whole += FigureAt(row.figures, metric).value_or(0);
  std::vector<double> shares;
  if (!(whole > 0)) return shares;
  for (const TotalRow* row : segments) {
    shares.push_back(std::max(FigureAt(row->figures, metric).value_or(0), 0.0) / whole);
  }
  return shares;
}

void WriteShares(const Report& split, const Segments& segments, HtmlWriter& html) {
  const std::optional<std::size_t> metric = SharedMetric(split);
  if (!metric) return;
  const std::vector<double> shares = SharesOf(split, segments, *metric);
  if (shares.empty()) return;
  html.Markup("<div class=\"shares\" aria-hidden=\"true\">");
  for (std::size_t i = 0; i < shares.size(); ++i) {
    html.Markup("<span class=\"k").Number(static_cast<std::int64_t>(i)).Markup("\" style=\"width:");
    html.Text(Grouped(shares[i] * 100, 2)).Markup("%\"></span>");
  }
  html.Markup("</div><ul class=\"legend\">");
  for (std::size_t i = 0; i < shares.size(); ++i) {
    html.Markup("<li><i class=\"k").Number(static_cast<std::int64_t>(i)).Markup("\"></i>");
    html.Text(SegmentTitle(split.query, segments[i]->segment)).Markup(" <b>");
    html.Text(Grouped(shares[i] * 100, 1)).Markup("%</b></li>");
  }
  html.Markup("</ul><p class=\"about\">Share of ").Text(split.query.metrics[*metric].title());
  html.Markup("</p>\n");
}

// The first metric's line for each segment, on one axis.
void WriteLines(const Report& split, const Segments& segments, HtmlWriter& html) {
  std::vector<Series> lines;
  for (const TotalRow* row : segments) lines.push_back(SeriesOf(split, row->segment, 0));
  const Metric& metric = split.query.metrics.front();
  const Axis axis = AxisOf(lines, metric.unit());
  html.Markup("<tr class=\"lines\"><th scope=\"row\">").Text(metric.title());
  html.Markup(" <small>per ").Text(split.query.interval.unit());
  html.Markup(", one scale</small></th>");
  for (const Series& line : lines) {
    const SeriesPaths paths = PathsOf(line, axis);
    html.Markup("<td><svg class=\"spark\" viewBox=\"0 0 ");
    html.Number(static_cast<std::int64_t>(line.size()) * kDayWidth).Markup(" ");
    html.Number(kBoxHeight).Markup("\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    html.Markup("<path class=\"line\" d=\"").Text(paths.line).Markup("\"/></svg></td>");
  }
  html.Markup("</tr>\n");
}

void WriteMetricRow(const Report& split, const Segments& segments, std::size_t i,
                    HtmlWriter& html) {
  const Metric& metric = split.query.metrics[i];
  double highest = 0;
  for (const TotalRow* row : segments) {
    highest = std::max(highest, FigureAt(row->figures, i).value_or(0));
  }
  html.Markup("<tr><th scope=\"row\">").Text(TitleWithUnit(metric)).Markup("</th>");
  for (const TotalRow* row : segments) {
    const std::optional<double> figure = FigureAt(row->figures, i);
    const double part = highest > 0 ? std::max(figure.value_or(0), 0.0) / highest : 0;
    html.Markup("<td class=\"bar\" style=\"--share:").Text(Grouped(part, 3));
    html.Markup("\">");
    WriteFigure(metric.unit(), figure, UnitPlace::kHeading, html);
    if (split.query.comparison != Comparison::kNone) {
      html.Markup("<small>");
      WriteChange(FigureAt(row->change, i), html);
      html.Markup("</small>");
    }
    html.Markup("</td>");
  }
  html.Markup("</tr>\n");
}

void WriteTableHead(const Report& split, const Segments& segments, std::string_view caption,
                    HtmlWriter& html) {
  const std::string by = Capitalised(NameOf(*split.query.split));
  html.Markup("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").Text(caption);
  html.Markup(" by ").Text(by).Markup("\"><table class=\"split\"><caption class=\"unseen\">");
  html.Text(caption).Markup(" by ").Text(by);
  html.Markup("</caption><thead><tr><th scope=\"col\">").Text(by).Markup("</th>");
  for (const TotalRow* row : segments) {
    html.Markup("<th scope=\"col\">").Text(SegmentTitle(split.query, row->segment));
    html.Markup("</th>");
  }
  html.Markup("</tr></thead><tbody>\n");
}

void WriteTables(const Report& split, const Segments& segments, HtmlWriter& html) {
  // What is read at once; the rest unfolds.
  constexpr std::size_t kFirstMetrics = 6;
  const std::size_t metrics = ShownMetrics(split).size();
  const std::size_t first = std::min(metrics, kFirstMetrics);
  if (metrics == 0) return;
  WriteTableHead(split, segments, "Figures", html);
  WriteLines(split, segments, html);
  for (std::size_t i = 0; i < first; ++i) WriteMetricRow(split, segments, i, html);
  html.Markup("</tbody></table></div>\n");
  if (first == metrics) return;
  html.Markup("<details><summary>").Number(static_cast<std::int64_t>(metrics - first));
  html.Markup(" more metrics</summary>\n");
  WriteTableHead(split, segments, "More figures", html);
  for (std::size_t i = first; i < metrics; ++i) WriteMetricRow(split, segments, i, html);
  html.Markup("</tbody></table></div></details>\n");
}

}  // namespace

absl::Status CheckSplitOf(const Report& whole, const Report& split, const std::string& place) {
  const Query& asked = split.query;
  if (!asked.split || !CanSplit(*asked.split)) {
    return absl::InvalidArgumentError(place + ".split: is " +
                                      (asked.split ? std::string(NameOf(*asked.split)) : "none") +
                                      ", expected a dimension that reports can be split by");
  }
  return CheckSameQuestion(whole, split, place);
}

void WriteSplit(const Report& split, std::size_t place, HtmlWriter& html) {
  const Segments segments = ShownSegments(split);
  const auto number = static_cast<std::int64_t>(place);
  html.Markup("<section class=\"panel\" aria-labelledby=\"split").Number(number);
  html.Markup("\"><h3 id=\"split").Number(number).Markup("\">By ");
  std::string name(NameOf(*split.query.split));
  std::replace(name.begin(), name.end(), '_', ' ');
  html.Text(name).Markup("</h3>\n");
  if (segments.empty()) {
    html.Markup("<p class=\"none\">Nothing in this period.</p></section>\n");
    return;
  }
  if (segments.size() < split.totals.size()) {
    html.Markup("<p class=\"about\">The highest ");
    html.Number(static_cast<std::int64_t>(segments.size())).Markup(" of ");
    html.Number(static_cast<std::int64_t>(split.totals.size())).Markup("</p>\n");
  }
  WriteShares(split, segments, html);
  WriteTables(split, segments, html);
  html.Markup("</section>\n");
}

}  // namespace pinmetrics
