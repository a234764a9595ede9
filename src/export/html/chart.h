#ifndef PINMETRICS_SRC_EXPORT_HTML_CHART_H_
#define PINMETRICS_SRC_EXPORT_HTML_CHART_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "export/html/writer.h"
#include "pinmetrics/export/page_language.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/report/report.h"

/// The days as charts, one for each metric, of which the page shows the chosen one or two. The
/// plots stretch with the page; their labels are text of the page, so that they do not stretch with
/// them.

namespace pinmetrics {

// ---- axis ----

/// The vertical axis of a chart: from a round number to a round number, 0 always among them, so
/// that heights compare as the figures do.
struct Axis {
  double low = 0;
  double high = 1;
  /// How far apart the ticks are: 1, 2 or 5 times a power of ten.
  double step = 1;

  /// From low to high, four to seven of them, fewer where only whole numbers make sense.
  std::vector<double> Ticks() const;

  /// How far up a value is: 0 at low, 1 at high.
  double HeightOf(double value) const;
};

/// The axis that shows all values from `least` to `most`. With `whole` its steps are whole numbers.
/// Values beyond 1e300, which no count can be, are drawn at its end.
Axis MakeAxis(double least, double most, bool whole);

/// A tick as its label: `1,200`, `40K`, `2.5M`, `7.5%`.
std::string TickText(const Axis& axis, double tick, Unit unit, const PageLanguage& language);

// ---- series ----

/// One metric in one row of a report: a day, or a week or month by its first day.
struct SeriesPoint {
  absl::CivilDay day = {};
  DayStatus status = DayStatus::kReady;
  std::optional<double> value = {};
  absl::CivilDay last_day = day;
  /// Whether the value is that of all of its days, and they are over. If not it is no rise and no
  /// fall from the one before it.
  bool has_all_days = true;
  /// Whether some of its days have figures, be there data of this metric or not.
  bool has_figures = value.has_value();

  /// Whether its value will stay and can be held against others.
  bool is_whole() const { return status == DayStatus::kReady && has_all_days; }
};

using Series = std::vector<SeriesPoint>;

/// A metric of the report, by its index, in the last kMostChartedDays rows. With a segment its rows
/// and those of days without values, else the rows of all events.
Series SeriesOf(const Report& report, const std::optional<Attribute>& segment, std::size_t metric);

/// A metric of the days before, each at the place of the day in `series` that it is held against:
/// the first day with figures is against the first day before. Empty if there is no report of
/// these.
Series SeriesBefore(const Series& series, const Report* before, std::size_t metric);

/// The axis that shows every series.
Axis AxisOf(const std::vector<Series>& series, Unit unit);

/// The box that paths are drawn in: kDayWidth for each day, whose point is in the middle.
inline constexpr std::int64_t kDayWidth = 2;
inline constexpr std::int64_t kBoxHeight = 400;

/// What is drawn of a series, as SVG path data, each empty if nothing is. A day without a value is
/// a gap, and so is one of which the value has not all.
struct SeriesPaths {
  /// Along the days that are final.
  std::string line;
  /// Along the estimates, from the final day before them on.
  std::string estimate;
  /// Where a line would have no length: days between two gaps, and those of which the value has not
  /// all.
  std::string dots;
  /// Between the points of lines and 0.
  std::string area;
};

SeriesPaths PathsOf(const Series& series, const Axis& axis);

// ---- charts ----

/// The rules that show the charts of the chosen metrics and their means by weekday, which depend on
/// how many there are.
void WriteChartChoiceStyle(std::size_t metrics, HtmlWriter& html);

/// The rules that name the row under the pointer, which all charts have: a readout is its figure.
void WriteReadoutStyle(const Report& report, HtmlWriter& html);

/// The choice of a metric and of another one below it, a chart for each, with the days before if
/// they are known, and the means by weekday.
void WriteCharts(const Report& report, const Report* before, HtmlWriter& html);

/// The elements of paths, with colours and widths of their own where no style is.
void WriteLinePaths(const SeriesPaths& paths, HtmlWriter& html);

/// The line of a metric alone, in small. `WriteCharts` has it, so this refers to it.
void WriteSparkline(std::size_t metric, std::size_t days, HtmlWriter& html);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_CHART_H_
