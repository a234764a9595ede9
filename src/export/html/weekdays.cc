#include "export/html/weekdays.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "export/html/limits.h"
#include "export/html/words.h"
#include "export/number.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/export/figure_text.h"
#include "pinmetrics/metrics/metric.h"

namespace pinmetrics {
namespace {

bool Counts(const DayRow& row) {
  return row.status == DayStatus::kReady && !row.segment && !row.figures.empty();
}

std::size_t WeekdayOf(const DayRow& row) {
  return static_cast<std::size_t>(absl::GetWeekday(row.day));
}

// What each day weighs with.
struct Weight {
  bool is_known = true;
  std::optional<std::size_t> metric = {};  ///< By its index; absent: all days weigh the same.
};

Weight WeightOf(const Report& report, const Metric& metric) {
  if (metric.needs().month()) return {.is_known = false};
  const std::optional<CounterWeights> per = metric.per();
  if (!per) {
    // Nobody knows what a formula weighs its values with.
    return {.is_known = metric.unit() != Unit::kRatio && metric.unit() != Unit::kSeconds};
  }
  const std::vector<Metric>& metrics = report.query.metrics;
  const auto counted = std::find_if(metrics.begin(), metrics.end(),
                                    [&per](const Metric& each) { return each.counters() == per; });
  if (counted == metrics.end()) return {.is_known = false};
  return {.metric = static_cast<std::size_t>(counted - metrics.begin())};
}

// As figures are shown, without decimals that a mean of few days does not bear.
std::string MeanText(Unit unit, std::optional<double> mean, const PageLanguage& language) {
  constexpr double kFirstWhole = 100;
  const bool counts = unit == Unit::kCount || unit == Unit::kPeople;
  if (counts && mean && std::abs(*mean) >= kFirstWhole) mean = std::round(*mean);
  return FigureText(unit, mean, UnitPlace::kHeading, language.numbers);
}

}  // namespace

std::optional<WeekdayFigures> MeansByWeekday(const Report& report, std::size_t metric) {
  if (!report.query.interval.is_day()) return std::nullopt;
  const Weight weight = WeightOf(report, report.query.metrics[metric]);
  if (!weight.is_known) return std::nullopt;
  std::array<double, 7> sums = {};
  std::array<double, 7> weights = {};
  for (const DayRow& row : report.days) {
    if (!Counts(row)) continue;
    const std::optional<double> figure = FigureAt(row.figures, metric);
    const double part = weight.metric ? FigureAt(row.figures, *weight.metric).value_or(0) : 1;
    if (!figure || part <= 0) continue;
    sums[WeekdayOf(row)] += *figure * part;
    weights[WeekdayOf(row)] += part;
  }
  WeekdayFigures means;
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (weights[i] > 0) means[i] = sums[i] / weights[i];
  }
  return means;
}

void WriteWeekdays(const Report& report, HtmlWriter& html) {
  if (!report.query.interval.is_day()) return;
  std::array<std::int64_t, 7> days = {};
  std::optional<DateRange> range;
  for (const DayRow& row : report.days) {
    if (!Counts(row)) continue;
    ++days[WeekdayOf(row)];
    range = DateRange::Inclusive(range ? range->first() : row.day, row.day);
  }
  const auto [fewest, most] = std::minmax_element(days.begin(), days.end());
  if (*most < 2) return;
  std::int64_t all = 0;
  for (const std::int64_t count : days) all += count;
  html.Markup("<div class=\"scroll weekdays\" role=\"region\" tabindex=\"0\" ");
  html.Markup("aria-labelledby=\"weekdays\"><table><caption id=\"weekdays\">");
  const PageLanguage& language = html.words();
  std::string count = std::to_string(*fewest);
  if (*fewest < *most) {
    count = Filled(language.from_to, {{"from", count}, {"to", std::to_string(*most)}});
  }
  html.Text(Filled(language.mean_by_weekday, {{"days", DaysText(all, language)},
                                              {"period", PeriodText(*range, language)},
                                              {"count", count}}));
  html.Markup("</caption><thead><tr><th scope=\"col\">").Text(language.metric).Markup("</th>");
  // Any week names them.
  for (absl::CivilDay day(2024, 1, 1); day <= absl::CivilDay(2024, 1, 7); ++day) {
    html.Markup("<th scope=\"col\">").Text(WeekdayName(day, language)).Markup("</th>");
  }
  html.Markup("</tr></thead><tbody>\n");
  const std::span<const Metric> metrics = ShownMetrics(report);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const std::optional<WeekdayFigures> means = MeansByWeekday(report, i);
    if (!means) continue;
    html.Markup("<tr id=\"w").Number(static_cast<std::int64_t>(i)).Markup("\"><th scope=\"row\">");
    html.Text(HeadingOf(metrics[i], language)).Markup("</th>");
    for (const std::optional<double>& mean : *means) {
      html.Markup("<td>").Text(MeanText(metrics[i].unit(), mean, language)).Markup("</td>");
    }
    html.Markup("</tr>\n");
  }
  html.Markup("</tbody></table></div>\n");
}

}  // namespace pinmetrics
