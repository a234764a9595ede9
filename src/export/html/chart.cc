#include "export/html/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "export/grouped.h"
#include "export/html/limits.h"
#include "export/html/weekdays.h"
#include "export/html/words.h"
#include "export/number.h"
#include "pinmetrics/export/figure_text.h"

namespace pinmetrics {

// ---- axis ----

namespace {

constexpr double kLargest = 1e300;
constexpr double kSmallest = 1e-300;

// The least of 1, 2 and 5 times a power of ten that is not below `step`.
double RoundUp(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1, 2, 5}) {
    // A power of ten below 1 is not exact: a step that is one already must not grow by that.
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

// How many decimals a multiple of `step` needs.
int DecimalsOf(double step) {
  return std::clamp(-static_cast<int>(std::floor(std::log10(step) + 1e-9)), 0, 12);
}

}  // namespace

Axis MakeAxis(double least, double most, bool whole) {
  const double low = std::max(std::min(least, 0.0), -kLargest);
  const double high = std::min(std::max(most, 0.0), kLargest);
  if (high - low < kSmallest) return {};
  constexpr double kSteps = 4;
  double step = RoundUp((high - low) / kSteps);
  if (whole) step = std::max(step, 1.0);
  return {
      .low = std::floor(low / step) * step, .high = std::ceil(high / step) * step, .step = step};
}

std::vector<double> Axis::Ticks() const {
  std::vector<double> ticks;
  // Counted in steps from 0, so that 0 is a tick to the last bit.
  const double first = std::round(low / step);
  const auto steps = static_cast<int>(std::round(high / step) - first);
  for (int i = 0; i <= steps; ++i) ticks.push_back((first + i) * step);
  return ticks;
}

double Axis::HeightOf(double value) const {
  return (std::clamp(value, low, high) - low) / (high - low);
}

std::string TickText(const Axis& axis, double tick, Unit unit, const PageLanguage& language) {
  struct Magnitude {
    double size;
    std::string_view letter;
  };
  const std::array<Magnitude, 3> magnitudes = {
      {{1e9, language.billion}, {1e6, language.million}, {1e3, language.thousand}}};
  const NumberForm& form = language.numbers;
  constexpr double kFirstShortened = 10'000;
  if (unit == Unit::kRatio) {
    return Grouped(tick * 100, DecimalsOf(axis.step * 100), form).append(form.percent);
  }
  const double largest = std::max(axis.high, -axis.low);
  if (largest >= kFirstShortened && tick != 0) {
    for (const Magnitude& magnitude : magnitudes) {
      if (largest < magnitude.size) continue;
      return Grouped(tick / magnitude.size, DecimalsOf(axis.step / magnitude.size), form)
          .append(magnitude.letter);
    }
  }
  return Grouped(tick, DecimalsOf(axis.step), form);
}

// ---- series ----

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
  const absl::CivilDay today = absl::ToCivilDay(report.now, report.time_zone);
  Series series;
  for (const DayRow& row : report.days) {
    // A day without values has one row, of no segment, for all of them.
    if (row.segment && row.segment != segment) continue;
    series.push_back(
        {.day = row.day,
         .status = row.status,
         .value = row.segment == segment ? FigureAt(row.figures, metric) : std::nullopt,
         .last_day = row.last_day,
         .has_all_days =
             !row.partial && row.status != DayStatus::kProcessing && row.last_day < today,
         .has_figures = !row.figures.empty()});
  }
  if (series.size() > kMostChartedDays) {
    series.erase(series.begin(), series.end() - std::ptrdiff_t{kMostChartedDays});
  }
  return series;
}

Series SeriesBefore(const Series& series, const Report* before, std::size_t metric) {
  if (before == nullptr) return {};
  Series days = series;
  for (SeriesPoint& point : days) point.value.reset();
  const auto first = std::find_if(series.begin(), series.end(),
                                  [](const SeriesPoint& point) { return point.has_figures; });
  auto place = static_cast<std::size_t>(first - series.begin());
  for (const SeriesPoint& point : SeriesOf(*before, std::nullopt, metric)) {
    if (place == days.size()) break;
    days[place] = point;
    // They are long over, also where the day they are drawn at is not.
    days[place].has_all_days = true;
    ++place;
  }
  return days;
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
  PathWriter dots(paths.dots);
  PathWriter area(paths.area);
  const auto has_value = [&series](std::size_t i) {
    return i < series.size() && series[i].value && series[i].has_all_days;
  };
  const std::int64_t zero = DownTo(0, axis);
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (!series[i].value) continue;
    const std::int64_t x = MiddleOf(i);
    const std::int64_t y = DownTo(*series[i].value, axis);
    const bool begins = i == 0 || !has_value(i - 1);
    const bool ends = !has_value(i + 1);
    if (!series[i].has_all_days || (begins && ends)) {
      dots.MoveTo(x, y);
      dots.Dot();
      continue;
    }
    const bool estimated = series[i].status == DayStatus::kEstimate;
    const bool was_estimated = !begins && series[i - 1].status == DayStatus::kEstimate;

    PathWriter& path = estimated ? estimate : line;
    if (begins || estimated != was_estimated) {
      if (begins) {
        path.MoveTo(x, y);
      } else {
        path.MoveTo(MiddleOf(i - 1), DownTo(*series[i - 1].value, axis));
        path.LineTo(x, y);
      }
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

// ---- charts ----

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
    html.Text(TickText(axis, tick, unit, html.words())).Markup("</span>");
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

/// A value, and what is to be known of one that is not of whole and final days.
std::string ValueText(const SeriesPoint& point, Unit unit, const PageLanguage& language) {
  const std::string text = FigureText(unit, *point.value, UnitPlace::kBehind, language.numbers);
  const auto with = [&text](std::string_view pattern) {
    return Filled(pattern, {{"figure", text}});
  };
  if (point.status == DayStatus::kProcessing) return with(language.of_final_days);
  const bool estimated = point.status == DayStatus::kEstimate;
  if (!point.has_all_days) return with(estimated ? language.so_far : language.in_part);
  return estimated ? with(language.estimated) : text;
}

void WriteReadouts(const Series& series, const Series& before, Unit unit, HtmlWriter& html) {
  const PageLanguage& language = html.words();
  html.Markup("<div class=\"readouts\" aria-hidden=\"true\">");
  for (std::size_t i = 0; i < series.size(); ++i) {
    const SeriesPoint& point = series[i];
    std::string text(point.value         ? ValueText(point, unit, language)
                     : point.has_figures ? std::string(language.no_data)
                                         : std::string(StatusText(point.status, language)));
    if (i < before.size() && before[i].value) {
      text = Filled(
          language.readout_before,
          {{"readout", text},
           {"figure", FigureText(unit, *before[i].value, UnitPlace::kBehind, language.numbers)}});
    }
    html.Markup("<i><b>").Text(text).Markup("</b></i>");
  }
  html.Markup("</div>");
}

void WriteDayLabel(const std::string& text, double place, HtmlWriter& html) {
  // Near the end there is no room for the half of it.
  constexpr double kLastPlace = 0.95;
  if (place > kLastPlace) {
    html.Markup("<span style=\"right:0;transform:none\">");
  } else {
    html.Markup("<span style=\"left:").Text(Percent(place)).Markup("%\">");
  }
  html.Text(text).Markup("</span>");
}

// Mondays, or rows at even distances; in long periods the first days of months.
void WriteDayLabels(const Series& series, const Interval& interval, HtmlWriter& html) {
  constexpr std::size_t kMostLabels = 7;
  html.Markup("<div class=\"axis\" aria-hidden=\"true\"><div class=\"days\">");
  const auto middle = [&series](std::size_t i) {
    return (static_cast<double>(i) + 0.5) / static_cast<double>(series.size());
  };
  if (series.size() <= kMostDetailedDays || !interval.is_day()) {
    std::size_t step = 1;
    constexpr std::array<std::size_t, 8> kWiderSteps = {2, 3, 5, 7, 14, 26, 52, 104};
    for (const std::size_t wider : kWiderSteps) {
      if ((series.size() + step - 1) / step > kMostLabels) step = wider;
    }
    std::size_t begin = 0;
    if (interval.is_day() && series.size() > kMostLabels) {
      const auto weekday = static_cast<std::size_t>(absl::GetWeekday(series.front().day));
      begin = (7 - weekday) % 7;
      step = series.size() > 7 * kMostLabels ? 14 : 7;
    }
    for (std::size_t i = begin; i < series.size(); i += step) {
      WriteDayLabel(interval == Interval::Month() ? MonthAndYear(series[i].day, html.words())
                                                  : DayAndMonth(series[i].day, html.words()),
                    middle(i), html);
    }
  } else {
    const std::size_t months = series.size() / 30;
    const std::size_t step = months <= kMostLabels ? 1 : months <= 2 * kMostLabels ? 2 : 3;
    std::size_t month = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
      if (series[i].day.day() != 1 || month++ % step != 0) continue;
      WriteDayLabel(MonthAndYear(series[i].day, html.words()), middle(i), html);
    }
  }
  html.Markup("</div></div>\n");
}

// The chart in words: from when to when, the highest and the lowest of the days that are whole, or
// of all if none is, what is missing.
std::string Description(const Series& series, const Metric& metric, const Interval& interval,
                        const PageLanguage& language) {
  const bool some_whole = std::any_of(series.begin(), series.end(), [](const SeriesPoint& point) {
    return point.value && point.is_whole();
  });
  const SeriesPoint* highest = nullptr;
  const SeriesPoint* lowest = nullptr;
  std::int64_t missing = 0;
  for (const SeriesPoint& point : series) {
    if (!point.value) {
      ++missing;
      continue;
    }
    if (some_whole && !point.is_whole()) continue;
    if (highest == nullptr || *point.value > *highest->value) highest = &point;
    if (lowest == nullptr || *point.value < *lowest->value) lowest = &point;
  }
  std::string text =
      PeriodText(DateRange::Inclusive(series.front().day, series.back().last_day), language) + ". ";
  if (highest == nullptr) return text.append(WordsOf(interval, language).none_has_data);
  const auto point_text = [&](std::string_view pattern, const SeriesPoint& point) {
    return Filled(pattern, {{"row", FullRowName(point.day, point.last_day, interval, language)},
                            {"figure", FigureText(metric.unit(), *point.value, UnitPlace::kBehind,
                                                  language.numbers)}});
  };
  text += point_text(language.highest, *highest) + " " + point_text(language.lowest, *lowest);
  if (missing > 0) {
    text += " " + Filled(language.without_data, {{"rows", RowsText(missing, interval, language)}});
  }
  return text;
}

// Behind the days. All charts have the same, so the first has it for all.
void WriteWeekends(const Series& series, const Interval& interval, std::int64_t index,
                   HtmlWriter& html) {
  if (!interval.is_day() || series.size() > kMostDetailedDays) return;
  if (index > 0) {
    html.Markup("<use href=\"#weekends\"/>");
    return;
  }
  std::string path;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (absl::GetWeekday(series[i].day) < absl::Weekday::saturday) continue;
    path += "M" + std::to_string(static_cast<std::int64_t>(i) * kDayWidth) + " 0h" +
            std::to_string(kDayWidth) + "v" + std::to_string(kBoxHeight) + "h-" +
            std::to_string(kDayWidth) + "z";
  }
  html.Markup("<path id=\"weekends\" class=\"weekend\" fill=\"#f2f2f2\" d=\"").Text(path);
  html.Markup("\"/>");
}

void WritePlot(const Series& series, const Series& before, const Metric& metric, std::int64_t index,
               const Interval& interval, HtmlWriter& html) {
  const Axis axis = AxisOf({series, before}, metric.unit());
  const SeriesPaths paths = PathsOf(series, axis);
  html.Markup("<div class=\"plot\">");
  WriteTicks(axis, metric.unit(), html);
  html.Markup("<div class=\"box\">");
  WriteBands(series, html);
  html.Markup("<svg viewBox=\"0 0 ").Number(static_cast<std::int64_t>(series.size()) * kDayWidth);
  html.Markup(" ").Number(kBoxHeight).Markup("\" width=\"640\" height=\"256\"");
  html.Markup(" preserveAspectRatio=\"none\" role=\"img\"");
  html.Markup(" aria-labelledby=\"t").Number(index).Markup(" d").Number(index).Markup("\">");
  html.Markup("<title id=\"t").Number(index).Markup("\">");
  html.Text(
      Filled(html.words().metric_per, {{"metric", TitleOf(metric, html.words())},
                                       {"per", std::string(WordsOf(interval, html.words()).per)}}));
  html.Markup("</title><desc id=\"d").Number(index).Markup("\">");
  html.Text(Description(series, metric, interval, html.words())).Markup("</desc>");
  WriteWeekends(series, interval, index, html);
  if (series.size() <= kMostDetailedDays) {
    html.Markup("<path class=\"area\" fill=\"#e5ebf9\" d=\"").Text(paths.area).Markup("\"/>");
  }
  if (!before.empty()) {
    const SeriesPaths paths_before = PathsOf(before, axis);
    html.Markup("<path class=\"before\" fill=\"none\" stroke=\"#8b8f97\" stroke-width=\"2\"");
    html.Markup(" vector-effect=\"non-scaling-stroke\" d=\"");
    html.Text(paths_before.line + paths_before.dots).Markup("\"/>");
  }
  html.Markup("<g id=\"s").Number(index).Markup("\">");
  WriteLinePaths(paths, html);
  html.Markup("</g></svg>");
  if (series.size() <= kMostDetailedDays) {
    WriteReadouts(series, before, metric.unit(), html);
  }
  html.Markup("</div></div>");
}

}  // namespace

void WriteChartChoiceStyle(std::size_t metrics, HtmlWriter& html) {
  // A browser that does not know :has shows all charts.
  html.Markup("@supports selector(:has(a)){.chart,.weekdays tbody tr{display:none}");
  for (std::size_t i = 0; i < metrics; ++i) {
    const auto index = static_cast<std::int64_t>(i);
    html.Markup(".charts:has(:is(#m").Number(index).Markup(",#n").Number(index);
    html.Markup("):checked) :is(#c").Number(index).Markup(",#w").Number(index);
    html.Markup("){display:revert}.charts:has(#n").Number(index);
    html.Markup(":checked) #c").Number(index).Markup("{order:2}");
  }
  html.Markup("}");
}

void WriteReadoutStyle(const Report& report, HtmlWriter& html) {
  if (ShownMetrics(report).empty()) return;
  const Series series = SeriesOf(report, std::nullopt, 0);
  if (series.size() > kMostDetailedDays) return;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const std::string row =
        RowName(series[i].day, series[i].last_day, report.query.interval, html.words());
    html.Markup(".readouts :nth-child(").Number(static_cast<std::int64_t>(i + 1));
    html.Markup(")>b::before{content:");
    html.CssString(Filled(html.words().readout_row, {{"row", row}})).Markup("}");
  }
}

namespace {

// One of a group of radio buttons, whose id is a letter and a number.
void WriteChoice(std::string_view group, std::string_view id, std::string_view text, bool chosen,
                 HtmlWriter& html) {
  html.Markup("<span class=\"choice\"><input type=\"radio\" name=\"").Text(group);
  html.Markup("\" id=\"").Text(id).Markup("\"");
  if (chosen) html.Markup(" checked=\"checked\"");
  html.Markup("/><label for=\"").Text(id).Markup("\">").Text(text).Markup("</label></span>");
}

// The metric that is shown, and another one below it.
void WriteMetricChoices(std::span<const Metric> metrics, HtmlWriter& html) {
  const PageLanguage& language = html.words();
  html.Markup("<fieldset><legend>").Text(language.metric).Markup("</legend>");
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    WriteChoice("metric", "m" + std::to_string(i), TitleOf(metrics[i], language), i == 0, html);
  }
  html.Markup("</fieldset>\n");
  if (metrics.size() < 2) return;
  html.Markup("<details class=\"second\"><summary>").Text(language.second_metric);
  html.Markup("</summary><fieldset><legend>").Text(language.below).Markup("</legend>");
  WriteChoice("second", "n", language.none, /*chosen=*/true, html);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    WriteChoice("second", "n" + std::to_string(i), TitleOf(metrics[i], language), /*chosen=*/false,
                html);
  }
  html.Markup("</fieldset></details>\n");
}

// How days are marked.
void WriteDayKey(bool has_before, HtmlWriter& html) {
  const PageLanguage& language = html.words();
  html.Markup("<ul class=\"key\"><li><i class=\"final\"></i>").Text(language.key_final);
  html.Markup("</li><li><i class=\"estimate\"></i>").Text(language.key_estimate);
  html.Markup("</li><li><i class=\"missing\"></i>").Text(language.key_missing).Markup("</li>");
  if (has_before) {
    html.Markup("<li><i class=\"before\"></i>").Text(language.key_before).Markup("</li>");
  }
  html.Markup("</ul>\n");
}

}  // namespace

void WriteCharts(const Report& report, const Report* before, HtmlWriter& html) {
  const std::span<const Metric> metrics = ShownMetrics(report);
  const Interval& interval = report.query.interval;
  if (metrics.empty() || SeriesOf(report, std::nullopt, 0).empty()) {
    html.Markup("<p class=\"none\">").Text(html.words().no_days).Markup("</p>\n");
    return;
  }
  const PageLanguage& language = html.words();
  html.Markup("<div class=\"charts\">");
  WriteMetricChoices(metrics, html);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    html.Markup("<figure class=\"chart\" id=\"c").Number(index).Markup("\"><figcaption>");
    html.Text(TitleOf(metrics[i], language)).Markup(" <span>");
    html.Text(WordsOf(interval, language).per).Markup("</span></figcaption>");
    const Series series = SeriesOf(report, std::nullopt, i);
    WritePlot(series, SeriesBefore(series, before, i), metrics[i], index, interval, html);
    html.Markup("</figure>\n");
  }
  // All charts have these days, and the lowest that is shown has them below.
  WriteDayLabels(SeriesOf(report, std::nullopt, 0), interval, html);
  WriteDayKey(before != nullptr, html);
  WriteWeekdays(report, html);
  html.Markup("</div>\n");
}

void WriteLinePaths(const SeriesPaths& paths, HtmlWriter& html) {
  html.Markup("<g fill=\"none\" stroke=\"#2759cf\" stroke-width=\"2\">");
  const auto write = [&html](std::string_view name, const std::string& path) {
    if (path.empty()) return;
    html.Markup("<path class=\"").Text(name);
    html.Markup("\" vector-effect=\"non-scaling-stroke\" d=\"").Text(path).Markup("\"/>");
  };
  write("line", paths.line);
  write("line dashed", paths.estimate);
  write("dot", paths.dots);
  html.Markup("</g>");
}

void WriteSparkline(std::size_t metric, std::size_t days, HtmlWriter& html) {
  html.Markup("<svg class=\"spark\" width=\"130\" height=\"28\" viewBox=\"0 0 ");
  html.Number(static_cast<std::int64_t>(days) * kDayWidth).Markup(" ").Number(kBoxHeight);
  html.Markup("\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><use href=\"#s");
  html.Number(static_cast<std::int64_t>(metric)).Markup("\"/></svg>");
}

}  // namespace pinmetrics
