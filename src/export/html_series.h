#ifndef PINMETRICS_SRC_EXPORT_HTML_SERIES_H_
#define PINMETRICS_SRC_EXPORT_HTML_SERIES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "export/html_axis.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/report/report.h"

namespace pinmetrics {

/// One metric on one day.
struct SeriesPoint {
  absl::CivilDay day = {};
  DayStatus status = DayStatus::kReady;
  std::optional<double> value = {};
};

using Series = std::vector<SeriesPoint>;

/// How many days a chart shows at most: more than engines answer, which is 18 months.
inline constexpr std::size_t kMostChartedDays = 600;

/// A metric of the report, by its index, on the last kMostChartedDays days. With a segment its rows
/// and those of days without values, else the rows of all events.
Series SeriesOf(const Report& report, const std::optional<Attribute>& segment, std::size_t metric);

/// The axis that shows every series.
Axis AxisOf(const std::vector<Series>& series, Unit unit);

/// The box that paths are drawn in: kDayWidth for each day, whose point is in the middle.
inline constexpr std::int64_t kDayWidth = 2;
inline constexpr std::int64_t kBoxHeight = 400;

/// What is drawn of a series, as SVG path data, each empty if nothing is. A day without a value is
/// a gap; a point between two gaps is a dot.
struct SeriesPaths {
  /// Along the final days.
  std::string line;
  /// Along the estimates, from the final day before them on.
  std::string estimate;
  /// Between the points and 0.
  std::string area;
};

SeriesPaths PathsOf(const Series& series, const Axis& axis);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_SERIES_H_
