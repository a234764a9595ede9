#include "examples/cli/report_table.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "examples/cli/bar_chart.h"
#include "examples/cli/terminal_text.h"
#include "examples/cli/text_table.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/export/figure_text.h"
#include "pinmetrics/filter/filter_text.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics::cli {
namespace {

constexpr std::size_t kLeastWidth = 40;

using Align = TextTable::Align;
using Overflow = TextTable::Overflow;

/// Text in parts, an empty line between them.
class Page {
 public:
  explicit Page(std::size_t width) : width_(std::max(width, kLeastWidth)) {}

  std::size_t width() const { return width_; }

  void Add(const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    if (!text_.empty()) text_ += '\n';
    for (const std::string& line : lines) text_.append(line) += '\n';
  }

  void Add(std::string_view heading, const std::vector<std::string>& lines) {
    std::vector<std::string> all = {std::string(heading)};
    all.insert(all.end(), lines.begin(), lines.end());
    Add(all);
  }

  std::string Text() && { return std::move(text_); }

 private:
  std::size_t width_;
  std::string text_;
};

std::string Counted(std::int64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string Days(std::int64_t count) { return Counted(count, "day"); }

std::optional<double> FigureAt(const Figures& figures, std::size_t metric) {
  return metric < figures.size() ? figures[metric] : std::nullopt;
}

/// A cell under a heading that names the unit.
std::string CellText(const Metric& metric, std::optional<double> figure) {
  return FigureText(metric.unit(), figure, UnitPlace::kHeading);
}

/// What was asked, of whom and when.
void AddHead(std::string_view title, const ReportHead& head, Page& page) {
  const Query& query = head.query;
  std::vector<std::string> lines = {std::string(title) + "  " + ToString(query.period) + "  (" +
                                    Days(query.period.days()) + ", " + head.time_zone.name() + ")"};
  std::string conditions = ToString(query.filter);
  if (query.include_saved) {
    conditions += conditions.empty() ? "with saved Pins" : ", with saved Pins";
  }
  if (!conditions.empty()) lines.push_back(CutToWidth("Filter: " + conditions, page.width()));

  const std::int64_t live =
      query.period.last() - std::max(head.latest_complete_day, query.period.first() - 1);
  std::string made = "Made at " + FormatInstant(head.now);
  if (live > 0) {
    made += ", the last " + (live == 1 ? "day " : Days(live) + " ");
    made += query.real_time ? (live == 1 ? "is an estimate" : "are estimates")
                            : (live == 1 ? "does not count yet" : "do not count yet");
  }
  lines.push_back(made);
  page.Add(lines);
}

/// What changes are against; empty without a comparison.
std::string ComparisonText(const Report& report) {
  if (report.query.comparison == Comparison::kNone) return "";
  const std::optional<absl::CivilDay> day = report.month_compared_with;
  if (const std::optional<DateRange> days = DaysOfChange(report)) {
    return "Change is against " + ToString(*days) +
           (day ? ", of monthly figures against " + ToString(*day) : "");
  }
  if (day) return "Change of monthly figures is against " + ToString(*day);
  return "No change: not all days to compare with are known";
}

/// The metric that the chart shows, by its index.
std::size_t ChartedMetric(const Query& query) {
  const auto found = std::find(query.metrics.begin(), query.metrics.end(), kImpressions);
  return found == query.metrics.end() ? 0 : static_cast<std::size_t>(found - query.metrics.begin());
}

void AddChart(const Report& report, Page& page) {
  if (report.query.split || report.query.metrics.empty() || report.days.size() < 2) return;
  const std::size_t index = ChartedMetric(report.query);
  const Metric& metric = report.query.metrics[index];
  // Of a long period the last rows, as many as there is surely room for.
  constexpr std::size_t kMargin = 14;
  const std::size_t rows = std::min(report.days.size(), page.width() - kMargin);
  const std::size_t first = report.days.size() - rows;
  std::vector<std::optional<double>> values;
  std::optional<double> largest;
  for (std::size_t i = first; i < report.days.size(); ++i) {
    values.push_back(FigureAt(report.days[i].figures, index));
    if (values.back() && (!largest || *values.back() > *largest)) largest = values.back();
  }
  const std::vector<std::string> chart =
      BarChart(values, CellText(metric, largest), ToString(report.days[first].day),
               ToString(report.days.back().last_day), page.width());
  if (chart.empty()) return;
  const std::string_view unit = report.query.interval.unit();
  std::string title = TitleWithUnit(metric) + " per " + std::string(unit);
  if (first > 0) title += ", the last " + Counted(static_cast<std::int64_t>(rows), unit);
  page.Add(title, chart);
}

/// The two halves of a table beside each other, or what was given if they do not fit.
std::vector<std::string> InHalves(const std::vector<std::string>& lines, std::size_t heading_lines,
                                  std::size_t width) {
  constexpr std::size_t kGap = 6;
  std::size_t widest = 0;
  for (const std::string& line : lines) widest = std::max(widest, DisplayWidth(line));
  const std::size_t rows = lines.size() - heading_lines;
  if (rows < 8 || 2 * widest + kGap > width) return lines;
  const std::size_t half = (rows + 1) / 2;
  std::vector<std::string> halves;
  for (std::size_t i = 0; i < heading_lines + half; ++i) {
    std::string line = lines[i];
    const std::size_t beside = i < heading_lines ? i : i + half;
    if (beside < lines.size()) {
      line.append(widest - DisplayWidth(line) + kGap, ' ').append(lines[beside]);
    }
    halves.push_back(std::move(line));
  }
  return halves;
}

/// A line for each metric, a column for each segment.
void AddTotals(const Report& report, Page& page) {
  const Query& query = report.query;
  const bool compared = query.comparison != Comparison::kNone;
  std::vector<TextTable::Column> columns = {
      {query.split ? "By " + std::string(NameOf(*query.split)) : "Total", Align::kLeft}};
  for (const TotalRow& total : report.totals) {
    columns.push_back({query.split ? SegmentText(query, total.segment) : "Value"});
    if (compared) columns.push_back({"Change"});
  }
  TextTable table(std::move(columns), 1);
  for (std::size_t i = 0; i < query.metrics.size(); ++i) {
    std::vector<std::string> cells = {TitleWithUnit(query.metrics[i])};
    for (const TotalRow& total : report.totals) {
      cells.push_back(CellText(query.metrics[i], FigureAt(total.figures, i)));
      if (compared) cells.push_back(ChangeText(FigureAt(total.change, i)));
    }
    table.AddRow(std::move(cells));
  }
  std::vector<std::string> lines = table.Lines(page.width(), Overflow::kBelow);
  constexpr std::size_t kHeadingLines = 2;
  if (!query.split) lines = InHalves(lines, kHeadingLines, page.width());
  if (compared) {
    page.Add(ComparisonText(report), lines);
  } else {
    page.Add(lines);
  }
}

void AddDays(const Report& report, Page& page) {
  const Query& query = report.query;
  const bool of_days = query.interval.is_day();
  std::vector<TextTable::Column> columns = {{of_days ? "Date" : "First day", Align::kLeft}};
  if (!of_days) columns.push_back({"Last day", Align::kLeft});
  if (query.split) columns.push_back({std::string(NameOf(*query.split)), Align::kLeft});
  columns.push_back({"Status", Align::kLeft});
  const std::size_t labels = columns.size();
  for (const Metric& metric : query.metrics) columns.push_back({TitleWithUnit(metric)});
  TextTable table(std::move(columns), labels);
  for (const DayRow& day : report.days) {
    std::vector<std::string> cells = {ToString(day.day)};
    if (!of_days) cells.push_back(ToString(day.last_day) + (day.partial ? ", in part" : ""));
    if (query.split) cells.push_back(SegmentText(query, day.segment));
    cells.emplace_back(NameOf(day.status));
    for (std::size_t i = 0; i < query.metrics.size(); ++i) {
      cells.push_back(day.figures.empty() ? ""
                                          : CellText(query.metrics[i], FigureAt(day.figures, i)));
    }
    table.AddRow(std::move(cells));
  }
  page.Add(table.Lines(page.width(), Overflow::kBelow));
}

/// A title that does not begin a line: "Save rate" is "save rate", the word Pin stays.
std::string InSentence(std::string title) {
  if (title.starts_with("Pin ")) return title;
  if (!title.empty() && title[0] >= 'A' && title[0] <= 'Z') {
    title[0] = static_cast<char>(title[0] - 'A' + 'a');
  }
  return title;
}

/// The metrics by index, with that first which decides.
std::vector<std::size_t> MetricOrder(const TopList& list) {
  std::vector<std::size_t> order;
  const std::vector<Metric>& metrics = list.query.metrics;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    order.insert(metrics[i] == list.ranking.by ? order.begin() : order.end(), i);
  }
  return order;
}

void AddTopList(const TopList& list, Overflow overflow, Page& page) {
  const bool of_pins = list.item == Dimension::kPin;
  std::string heading = std::string(of_pins ? "Top Pins" : "Top boards") + " by " +
                        InSentence(list.ranking.by.title());
  if (list.ranking.created_in_last_days) {
    heading += ", Pins created in the last " + Days(*list.ranking.created_in_last_days);
  }
  if (list.rows.empty()) {
    page.Add(heading, {"none"});
    return;
  }
  const bool titled = std::any_of(list.rows.begin(), list.rows.end(),
                                  [](const TopRow& row) { return !row.title.empty(); });
  std::vector<TextTable::Column> columns = {{"#"}, {of_pins ? "Pin" : "Board"}};
  if (titled) columns.push_back({"Title", Align::kLeft});
  const std::size_t labels = columns.size();
  const std::vector<std::size_t> order = MetricOrder(list);
  for (const std::size_t i : order) columns.push_back({TitleWithUnit(list.query.metrics[i])});
  TextTable table(std::move(columns), labels);
  // Titles get a third of the line.
  const std::size_t title_width = page.width() / 3;
  for (std::size_t n = 0; n < list.rows.size(); ++n) {
    const TopRow& row = list.rows[n];
    std::vector<std::string> cells = {std::to_string(n + 1), std::to_string(row.number())};
    if (titled) cells.push_back(CutToWidth(Neutralised(row.title), title_width));
    for (const std::size_t i : order) {
      cells.push_back(CellText(list.query.metrics[i], FigureAt(row.figures, i)));
    }
    table.AddRow(std::move(cells));
  }
  page.Add(heading, table.Lines(page.width(), overflow));
}

}  // namespace

std::string ToTable(const Report& report, std::size_t width) {
  Page page(width);
  AddHead("Report", report, page);
  AddChart(report, page);
  if (!report.totals.empty()) AddTotals(report, page);
  AddDays(report, page);
  return std::move(page).Text();
}

std::string ToTable(const TopList& list, std::size_t width) {
  Page page(width);
  AddHead(list.item == Dimension::kPin ? "Top Pins" : "Top boards", list, page);
  AddTopList(list, Overflow::kBelow, page);
  return std::move(page).Text();
}

std::string ToTable(const Overview& overview, std::size_t width) {
  Page page(width);
  AddHead("Overview", overview.report, page);
  AddChart(overview.report, page);
  AddTotals(overview.report, page);
  AddTopList(overview.top_pins, Overflow::kDrop, page);
  AddTopList(overview.top_boards, Overflow::kDrop, page);
  return std::move(page).Text();
}

}  // namespace pinmetrics::cli
