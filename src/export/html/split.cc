#include "export/html/split.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "export/grouped.h"
#include "export/html/chart.h"
#include "export/html/csv_link.h"
#include "export/html/figure.h"
#include "export/html/limits.h"
#include "export/html/words.h"
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

std::string SegmentTitle(const Query& query, const std::optional<Attribute>& segment,
                         const PageLanguage& language) {
  const std::string text = SegmentText(query, segment);
  const bool is_none = !segment || segment->is_none();
  if (!is_none && !HasNames(*query.split)) {
    return Capitalised(DimensionText(*query.split, language)) + " " + text;
  }
  const std::string name = is_none ? text : std::string(NameOf(*query.split)) + ":" + text;
  return Capitalised(TermText(name, text, language));
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

std::vector<SplitRow> RowsOf(const Report& split, const Segments& shown,
                             const PageLanguage& language) {
  std::vector<SplitRow> rows;
  for (const TotalRow* row : shown) {
    rows.push_back({SegmentTitle(split.query, row->segment, language), row, row->figures});
  }
  const std::size_t others = split.totals.size() - shown.size();
  if (others > 0) {
    const std::string title =
        Filled(others == 1 ? language.one_other : language.several_others,
               {{"count", CountText(static_cast<std::int64_t>(others), language)}});
    rows.push_back({title, nullptr, FiguresOfOthers(split, shown)});
  }
  return rows;
}

void WriteTableHead(const Report& split, std::string_view what, HtmlWriter& html) {
  const std::string by = DimensionText(*split.query.split, html.words());
  const std::string caption =
      Filled(html.words().caption_by, {{"caption", std::string(what)}, {"dimension", by}});
  html.Markup("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"").Text(caption);
  html.Markup("\"><table class=\"split\"><caption class=\"unseen\">").Text(caption);
  html.Markup("</caption><thead><tr><th scope=\"col\">").Text(Capitalised(by)).Markup("</th>");
}

void WriteHeading(std::string_view text, HtmlWriter& html) {
  html.Markup("<th scope=\"col\">").Text(text).Markup("</th>");
}

// A part of the whole as a bar and as text.
void WriteShare(double share, HtmlWriter& html) {
  html.Markup("<td class=\"bar\">");
  WriteBar(share, html);
  html.Text(Grouped(share * 100, 1, html.words().numbers)).Text(html.words().numbers.percent);
  html.Markup("</td>");
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

void WriteFigureOf(const Report& split, const SplitRow& row, std::size_t i, HtmlWriter& html) {
  WriteFigureCell(split.query.metrics[i].unit(), FigureAt(row.figures, i), html);
}

void WriteChangeOf(const Report& split, const SplitRow& row, std::size_t i, HtmlWriter& html) {
  WriteChangeCell(row.segment == nullptr ? std::nullopt : FigureAt(row.segment->change, i),
                  split.query.metrics[i].description().direction, html);
}

// What is read at once; the rest unfolds.
constexpr std::size_t kFirstMetrics = 6;

// Each segment with its share, its days, and its first metrics.
void WriteFirstTable(const Report& split, const std::vector<SplitRow>& rows, bool compared,
                     bool brief, HtmlWriter& html) {
  const PageLanguage& language = html.words();
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
  const bool has_lines = !brief && points > 0 && points <= kMostDetailedDays;
  const Axis axis = AxisOf(lines, metrics.front().unit());
  WriteTableHead(split, language.figures, html);
  if (whole > 0) {
    const std::string shared_title = TitleOf(split.query.metrics[*shared], language);
    WriteHeading(Filled(language.share_of, {{"metric", shared_title}}), html);
  }
  if (has_lines) {
    const std::string per(WordsOf(split.query.interval, language).per);
    html.Markup("<th scope=\"col\" class=\"lines\">");
    html.Text(
        Filled(language.one_scale, {{"metric", TitleOf(metrics.front(), language)}, {"per", per}}));
    html.Markup("</th>");
  }
  for (std::size_t i = 0; i < std::min(metrics.size(), kFirstMetrics); ++i) {
    WriteHeading(HeadingOf(metrics[i], language), html);
    if (i == 0 && compared) WriteHeading(language.change, html);
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
      WriteFigureOf(split, row, i, html);
      if (i == 0 && compared) WriteChangeOf(split, row, i, html);
    }
    html.Markup("</tr>\n");
  }
  html.Markup("</tbody></table></div>\n");
}

// Some metrics, by index, of every segment; `write_cell` each.
template <typename WriteCell>
void WriteMoreTable(const Report& split, const std::vector<SplitRow>& rows, std::string_view what,
                    std::size_t first, std::size_t end, WriteCell write_cell, HtmlWriter& html) {
  const PageLanguage& language = html.words();
  const std::string from = TitleOf(split.query.metrics[first], language);
  WriteTableHead(split,
                 Filled(end - first > 1 ? language.caption_from : language.caption_of,
                        {{"caption", std::string(what)}, {"metric", from}}),
                 html);
  for (std::size_t i = first; i < end; ++i) {
    WriteHeading(HeadingOf(split.query.metrics[i], language), html);
  }
  html.Markup("</tr></thead><tbody>\n");
  for (const SplitRow& row : rows) {
    html.Markup("<tr><th scope=\"row\">").Text(row.title).Markup("</th>");
    for (std::size_t i = first; i < end; ++i) write_cell(split, row, i, html);
    html.Markup("</tr>\n");
  }
  html.Markup("</tbody></table></div>\n");
}

void WriteTables(const Report& split, const std::vector<SplitRow>& rows, bool brief,
                 HtmlWriter& html) {
  const std::size_t metrics = ShownMetrics(split).size();
  if (metrics == 0) return;
  const bool compared = split.query.comparison != Comparison::kNone;
  WriteFirstTable(split, rows, compared, brief, html);
  if (brief || (metrics <= kFirstMetrics && (!compared || metrics == 1))) return;
  html.Markup("<details><summary>");
  const PageLanguage& language = html.words();
  if (metrics > kFirstMetrics) {
    const auto more = static_cast<std::int64_t>(metrics - kFirstMetrics);
    html.Text(Filled(
        compared ? language.more_metrics_and_changes : language.more_metrics,
        {{"count", CountText(more, language)}, {"first", CountText(kFirstMetrics, language)}}));
  } else {
    html.Text(language.change_of_all);
  }
  html.Markup("</summary>\n");
  for (std::size_t i = kFirstMetrics; i < metrics; i += kMostColumns) {
    WriteMoreTable(split, rows, language.figures, i, std::min(metrics, i + kMostColumns),
                   WriteFigureOf, html);
  }
  if (compared) {
    WriteMoreTable(split, rows, language.change, 0, std::min(metrics, kFirstMetrics), WriteChangeOf,
                   html);
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
  html.Markup("\"><h3 id=\"split").Number(number).Markup("\">");
  html.Text(Filled(html.words().by_dimension,
                   {{"dimension", DimensionText(*split.query.split, html.words())}}));
  html.Markup("</h3>\n");
  if (segments.empty()) {
    html.Markup("<p class=\"none\">").Text(html.words().nothing_in_period);
    html.Markup("</p></section>\n");
    return;
  }
  WriteTables(split, RowsOf(split, segments, html.words()), place >= kMostWholeSplits, html);
  WriteTotalsLink(split, segments, NameOf(*split.query.split), html);
  html.Markup("</section>\n");
}

}  // namespace pinmetrics
