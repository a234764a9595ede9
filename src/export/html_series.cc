#include "export/html_series.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "export/number.h"

namespace pinmetrics {
namespace {

std::int64_t MiddleOf(std::size_t day) {
  return static_cast<std::int64_t>(day) * kDayWidth + kDayWidth / 2;
}

std::int64_t DownTo(double value, const Axis& axis) {
  return std::llround((1 - axis.HeightOf(value)) * static_cast<double>(kBoxHeight));
}

// Relative steps are half as long as absolute ones, and whole units never drift.
class PathWriter {
 public:
  explicit PathWriter(std::string& out) : out_(out) {}

  void MoveTo(std::int64_t x, std::int64_t y) {
    Append('M', x, y);
    x_ = x;
    y_ = y;
  }

  void LineTo(std::int64_t x, std::int64_t y) {
    Append('l', x - x_, y - y_);
    x_ = x;
    y_ = y;
  }

  // Round line ends make a dot of it.
  void Dot() { out_ += "h0"; }

  void VerticalTo(std::int64_t y) {
    out_ += 'V' + std::to_string(y);
    y_ = y;
  }

  void Close() { out_ += 'z'; }

 private:
  void Append(char command, std::int64_t x, std::int64_t y) {
    out_ += command + std::to_string(x);
    if (y >= 0) out_ += ' ';
    out_ += std::to_string(y);
  }

  std::string& out_;
  std::int64_t x_ = 0;
  std::int64_t y_ = 0;
};

}  // namespace

Series SeriesOf(const Report& report, const std::optional<Attribute>& segment, std::size_t metric) {
  Series series;
  for (const DayRow& row : report.days) {
    if (row.segment != segment && (row.segment || HasValues(row.status))) continue;
    SeriesPoint point{.day = row.day, .status = row.status};
    if (row.segment == segment) point.value = FigureAt(row.figures, metric);
    series.push_back(point);
  }
  if (series.size() > kMostChartedDays) {
    series.erase(series.begin(), series.end() - std::ptrdiff_t{kMostChartedDays});
  }
  return series;
}

Axis AxisOf(const std::vector<Series>& series, Unit unit) {
  double least = 0;
  double most = 0;
  for (const Series& one : series) {
    for (const SeriesPoint& point : one) {
      least = std::min(least, point.value.value_or(0));
      most = std::max(most, point.value.value_or(0));
    }
  }
  return MakeAxis(least, most, unit == Unit::kCount || unit == Unit::kPeople);
}

SeriesPaths PathsOf(const Series& series, const Axis& axis) {
  SeriesPaths paths;
  PathWriter line(paths.line);
  PathWriter estimate(paths.estimate);
  PathWriter area(paths.area);
  const auto has_value = [&series](std::size_t i) {
    return i < series.size() && series[i].value.has_value();
  };
  const std::int64_t zero = DownTo(0, axis);
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (!has_value(i)) continue;
    const std::int64_t x = MiddleOf(i);
    const std::int64_t y = DownTo(*series[i].value, axis);
    const bool begins = i == 0 || !has_value(i - 1);
    const bool ends = !has_value(i + 1);
    const bool estimated = series[i].status == DayStatus::kEstimate;
    const bool was_estimated = !begins && series[i - 1].status == DayStatus::kEstimate;

    PathWriter& path = estimated ? estimate : line;
    if (begins || estimated != was_estimated) {
      if (begins || !estimated) {
        path.MoveTo(x, y);
      } else {
        path.MoveTo(MiddleOf(i - 1), DownTo(*series[i - 1].value, axis));
        path.LineTo(x, y);
      }
      if (begins && ends) path.Dot();
    } else {
      path.LineTo(x, y);
    }

    if (begins) {
      area.MoveTo(x, zero);
      area.VerticalTo(y);
    } else {
      area.LineTo(x, y);
    }
    if (ends) {
      area.VerticalTo(zero);
      area.Close();
    }
  }
  return paths;
}

}  // namespace pinmetrics
