#include "export/html/split.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
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

// A row of the tables: a segment, or those that have no row of their own together.
struct SplitRow {
  std::string title;
  const TotalRow* segment = nullptr;  ///< Null for the others.
  Figures figures;
};

// What adds up of the segments that are not shown.
Figures FiguresOfOthers(const Report& split, const Segments& shown) {
  const std::vector<Metric>& metrics = split.query.metrics;
  Figures sums(metrics.size());
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (!metrics[i].counters()) continue;
    double sum = 0;
    for (const TotalRow& row : split.totals) {
      const bool is_shown = std::find(shown.begin(), shown.end(), &row) != shown.end();
      if (!is_shown) sum += FigureAt(row.figures, i).value_or(0);
    }
    sums[i] = sum;
  }
  return sums;
}

std::vector<SplitRow> RowsOf(const Report& split, const Segments& shown) {
  std::vector<SplitRow> rows;
  for (const TotalRow* row : shown) {
    rows.push_back({SegmentTitle(split.query, row->segment), row, row->figures});
  }
  const std::size_t others = split.totals.size() - shown.size();
  if (others > 0) {
    const std::string title = std::to_string(others) + (others == 1 ? " other" : " others");
    rows.push_back({title, nullptr, FiguresOfOthers(split, shown)});
  }
  return rows;
}

void WriteTableHead(const Report& split, std::string_view what, HtmlWriter& html) {
  const std::string by = Capitalised(NameOf(*split.query.split));
  html.Markup("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").Text(what);
  html.Markup(" by ").Text(by).Markup("\"><table class=\"split\"><caption class=\"unseen\">");
  html.Text(what).Markup(" by ").Text(by);
  html.Markup("</caption><thead><tr><th scope=\"col\">").Text(by).Markup("</th>");
}

void WriteHeading(std::string_view text, HtmlWriter& html) {
  html.Markup("<th scope=\"col\">").Text(text).Markup("</th>");
}

// A part of the whole as a bar and as text.
void WriteShare(double share, HtmlWriter& html) {
  html.Markup("<td class=\"bar\">");
  WriteBar(share, html);
  html.Text(Grouped(share * 100, 1)).Markup("%</td>");
}

// A segment's first metric in small, on one axis for all.
void WriteLine(const Series& line, const Axis& axis, HtmlWriter& html) {
  html.Markup(
      "<td class=\"lines\"><svg class=\"spark\" width=\"112\" height=\"28\" viewBox=\"0 0 ");
  html.Number(static_cast<std::int64_t>(line.size()) * kDayWidth).Markup(" ").Number(kBoxHeight);
  html.Markup("\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
  WriteLinePaths(PathsOf(line, axis), html);
  html.Markup("</svg></td>");
}

void WriteFigureCell(const Report& split, const SplitRow& row, std::size_t i, HtmlWriter& html) {
  html.Markup("<td>");
  WriteFigure(split.query.metrics[i].unit(), FigureAt(row.figures, i), UnitPlace::kHeading, html);
  html.Markup("</td>");
}

void WriteChangeCell(const Report& split, const SplitRow& row, std::size_t i, HtmlWriter& html) {
  html.Markup("<td>");
  WriteChange(row.segment == nullptr ? std::nullopt : FigureAt(row.segment->change, i),
              split.query.metrics[i].description().direction, html);
  html.Markup("</td>");
}

// What is read at once; the rest unfolds.
constexpr std::size_t kFirstMetrics = 6;

// Each segment with its share, its days, and its first metrics.
void WriteFirstTable(const Report& split, const std::vector<SplitRow>& rows, bool compared,
                     HtmlWriter& html) {
  const std::span<const Metric> metrics = ShownMetrics(split);
  const std::optional<std::size_t> shared = SharedMetric(split);
  double whole = 0;
  for (const TotalRow& row : split.totals) {
    if (shared) whole += FigureAt(row.figures, *shared).value_or(0);
  }
  std::vector<Series> lines;
  for (const SplitRow& row : rows) {
    if (row.segment != nullptr) lines.push_back(SeriesOf(split, row.segment->segment, 0));
  }
  // Of longer series, lines would make the page heavy.
  const std::size_t points = lines.empty() ? 0 : lines.front().size();
  const bool has_lines = points > 0 && points <= kMostDetailedDays;
  const Axis axis = AxisOf(lines, metrics.front().unit());
  WriteTableHead(split, "Figures", html);
  if (whole > 0) WriteHeading("Share of " + split.query.metrics[*shared].title(), html);
  if (has_lines) {
    html.Markup("<th scope=\"col\" class=\"lines\">").Text(metrics.front().title());
    html.Markup(" per ").Text(split.query.interval.unit()).Markup(", one scale</th>");
  }
  for (std::size_t i = 0; i < std::min(metrics.size(), kFirstMetrics); ++i) {
    WriteHeading(TitleWithUnit(metrics[i]), html);
    if (i == 0 && compared) WriteHeading("Change", html);
  }
  html.Markup("</tr></thead><tbody>\n");
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const SplitRow& row = rows[n];
    html.Markup("<tr><th scope=\"row\">").Text(row.title).Markup("</th>");
    if (whole > 0) {
      WriteShare(std::max(FigureAt(row.figures, *shared).value_or(0), 0.0) / whole, html);
    }
    if (has_lines && row.segment != nullptr) {
      WriteLine(lines[n], axis, html);
    } else if (has_lines) {
      html.Markup("<td class=\"lines\"></td>");
    }
    for (std::size_t i = 0; i < std::min(metrics.size(), kFirstMetrics); ++i) {
      WriteFigureCell(split, row, i, html);
      if (i == 0 && compared) WriteChangeCell(split, row, i, html);
    }
    html.Markup("</tr>\n");
  }
  html.Markup("</tbody></table></div>\n");
}

// The metrics from one on, as many as fit, of every segment; `write_cell` each.
template <typename WriteCell>
void WriteMoreTable(const Report& split, const std::vector<SplitRow>& rows, std::string_view what,
                    std::size_t first, WriteCell write_cell, HtmlWriter& html) {
  const std::size_t end = std::min(ShownMetrics(split).size(), first + kMostColumns);
  const std::string from = split.query.metrics[first].title();
  WriteTableHead(split, std::string(what) + (end - first > 1 ? " from " : " of ") + from, html);
  for (std::size_t i = first; i < end; ++i) {
    WriteHeading(TitleWithUnit(split.query.metrics[i]), html);
  }
  html.Markup("</tr></thead><tbody>\n");
  for (const SplitRow& row : rows) {
    html.Markup("<tr><th scope=\"row\">").Text(row.title).Markup("</th>");
    for (std::size_t i = first; i < end; ++i) write_cell(split, row, i, html);
    html.Markup("</tr>\n");
  }
  html.Markup("</tbody></table></div>\n");
}

void WriteTables(const Report& split, const std::vector<SplitRow>& rows, HtmlWriter& html) {
  const std::size_t metrics = ShownMetrics(split).size();
  if (metrics == 0) return;
  const bool compared = split.query.comparison != Comparison::kNone;
  WriteFirstTable(split, rows, compared, html);
  if (metrics <= kFirstMetrics && (!compared || metrics == 1)) return;
  html.Markup("<details><summary>");
  if (metrics > kFirstMetrics) {
    html.Number(static_cast<std::int64_t>(metrics - kFirstMetrics)).Markup(" more metrics");
    html.Text(compared ? ", and the change of all" : "");
  } else {
    html.Markup("The change of all metrics");
  }
  html.Markup("</summary>\n");
  for (std::size_t i = kFirstMetrics; i < metrics; i += kMostColumns) {
    WriteMoreTable(split, rows, "Figures", i, WriteFigureCell, html);
  }
  for (std::size_t i = 0; compared && i < metrics; i += kMostColumns) {
    WriteMoreTable(split, rows, "Change", i, WriteChangeCell, html);
  }
  html.Markup("</details>\n");
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
  WriteTables(split, RowsOf(split, segments), html);
  html.Markup("</section>\n");
}

}  // namespace pinmetrics
