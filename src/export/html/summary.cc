#include "export/html/summary.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "export/html/chart.h"
#include "export/html/figure.h"
#include "export/html/limits.h"
#include "export/html/words.h"
#include "export/html/writer.h"
#include "export/number.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/fault.h"

namespace pinmetrics {
namespace {

// The days of a status: how many, and the range they are in.
struct StatusDays {
  std::int64_t count = 0;
  DateRange range = {};
};

StatusDays DaysOf(const Report& report, DayStatus status) {
  StatusDays days;
  const DateRange& period = report.query.period;
  const bool is_live = status == DayStatus::kEstimate || status == DayStatus::kProcessing;
  for (const DayRow& row : report.days) {
    if (row.status != status) continue;
    absl::CivilDay first = row.day;
    absl::CivilDay last = row.last_day;
    if (first < last) {
      // A week or month has the status of its last day; the final days before are none of these.
      if (is_live) first = std::max(first, std::min(report.latest_complete_day + 1, last));
      first = std::max(first, period.first());
      last = std::min(last, period.last());
    }
    days.range = DateRange::Inclusive(days.count > 0 ? days.range.first() : first, last);
    days.count += last - first + 1;
  }
  return days;
}

void WriteNotice(const Report& report, DayStatus status, std::string_view one,
                 std::string_view several, HtmlWriter& html) {
  const StatusDays days = DaysOf(report, status);
  if (days.count == 0) return;
  const auto write_days = [&] {
    html.Markup("<strong>").Text(DaysText(days.count, html.words())).Markup("</strong>");
  };
  const auto write_period = [&] { html.Text(PeriodText(days.range, html.words())); };
  html.Markup("<p class=\"notice\">");
  html.Sentence(days.count == 1 ? one : several, {{"days", write_days}, {"period", write_period}});
  html.Markup("</p>\n");
}

// What changes are against, see ReportHead::compared_with.
std::string ComparisonText(const Report& report, const PageLanguage& language) {
  if (report.query.comparison == Comparison::kNone) return std::string(language.nothing_compared);
  const std::optional<absl::CivilDay> day = report.month_compared_with;
  if (const std::optional<DateRange> days = DaysOfChange(report)) {
    std::string compared = Filled(
        language.compared_with,
        {{"period", PeriodText(*days, language)}, {"days", DaysText(days->days(), language)}});
    if (!day) return compared;
    return Filled(language.compared_months,
                  {{"compared", compared}, {"day", FullDay(*day, language)}});
  }
  if (day) return Filled(language.only_months_compared, {{"day", FullDay(*day, language)}});
  return std::string(language.days_before_not_kept);
}

/// Today, if it counts though it is not over; at `made`.
bool CountsPartOfToday(const Report& report, absl::CivilSecond made) {
  return report.query.real_time && report.query.period.Contains(absl::CivilDay(made));
}

std::string TimeOfDay(absl::CivilSecond time) {
  const auto two_digits = [](int number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return two_digits(time.hour()) + ":" + two_digits(time.minute());
}

void WriteFact(std::string_view name, std::string_view value, HtmlWriter& html) {
  html.Markup("<div><dt>").Text(name).Markup("</dt><dd>").Text(value).Markup("</dd></div>");
}

void WriteDay(absl::CivilDay day, HtmlWriter& html) {
  html.Markup("<time datetime=\"").Text(ToString(day)).Markup("\">");
  html.Text(FullDay(day, html.words())).Markup("</time>");
}

void WriteFacts(const Report& report, HtmlWriter& html) {
  const Query& query = report.query;
  constexpr std::size_t kMostOfFilter = 2000;
  const PageLanguage& language = html.words();
  html.Markup("<dl class=\"facts\"><div><dt>").Text(language.filter).Markup("</dt><dd>");
  const std::string filter = FilterText(query);
  if (filter.empty()) {
    html.Text(language.none);
  } else {
    html.Markup("<code>").Text(Shortened(filter, kMostOfFilter)).Markup("</code>");
  }
  html.Markup("</dd></div>");
  WriteFact(language.saved_pins, query.include_saved ? language.counted : language.left_out, html);
  WriteFact(language.real_time, query.real_time ? language.on : language.off, html);
  WriteFact(language.change_against, ComparisonText(report, language), html);
  if (ShownMetrics(report).size() < query.metrics.size()) {
    WriteFact(language.metrics,
              Filled(language.first_of, {{"count", std::to_string(kMostMetrics)},
                                         {"all", std::to_string(query.metrics.size())}}),
              html);
  }
  html.Markup("<div><dt>").Text(language.final_up_to).Markup("</dt><dd>");
  WriteDay(report.latest_complete_day, html);
  html.Markup("</dd></div></dl>\n");
}

}  // namespace

void WriteHeader(const Report& report, std::string_view account, HtmlWriter& html) {
  constexpr std::size_t kMostOfAccount = 120;
  const Query& query = report.query;
  const PageLanguage& language = html.words();
  html.Markup("<header>");
  if (account.empty()) {
    html.Markup("<h1>").Text(language.overview).Markup("</h1>\n");
  } else {
    html.Markup("<p class=\"kind\">").Text(language.overview).Markup("</p><h1><bdi>");
    html.Text(Shortened(account, kMostOfAccount)).Markup("</bdi></h1>\n");
  }
  html.Markup("<p class=\"period\">").Text(PeriodText(query.period, language));
  html.Markup(" <span>");
  const absl::CivilSecond made = absl::ToCivilSecond(report.now, report.time_zone);
  const auto write_days = [&] { html.Text(DaysText(query.period.days(), language)); };
  const auto write_zone = [&] { html.Text(report.time_zone.name()); };
  const auto write_time = [&] {
    html.Markup("<time datetime=\"").Text(FormatInstant(report.now)).Markup("\">");
    html.Text(Filled(language.day_and_time, {{"day", FullDay(absl::CivilDay(made), language)},
                                             {"time", TimeOfDay(made)}}));
    html.Markup("</time>");
  };
  html.Sentence(language.made, {{"days", write_days}, {"zone", write_zone}, {"time", write_time}});
  html.Markup("</span></p>\n");
  WriteFacts(report, html);
  WriteNotice(report, DayStatus::kEstimate, language.one_is_estimate,
              language.several_are_estimates, html);
  if (CountsPartOfToday(report, made)) {
    const auto write_today = [&] {
      html.Markup("<strong>").Text(language.today).Markup("</strong>");
    };
    const auto write_time_of_day = [&] { html.Text(TimeOfDay(made)); };
    html.Markup("<p class=\"notice\">");
    html.Sentence(report.query.comparison == Comparison::kNone ? language.today_counts
                                                               : language.today_counts_compared,
                  {{"today", write_today}, {"time", write_time_of_day}});
    html.Markup("</p>\n");
  }
  WriteNotice(report, DayStatus::kProcessing, language.one_has_no_figures,
              language.several_have_no_figures, html);
  WriteNotice(report, DayStatus::kBeforeBusinessCreated, language.one_is_before_account,
              language.several_are_before_account, html);
  html.Markup("</header>\n");
}

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

// Where no figure has a change, there is nothing to show but dashes.
bool HasChanges(const TotalRow* total) {
  return total != nullptr && std::any_of(total->change.begin(), total->change.end(),
                                         [](const auto& change) { return change.has_value(); });
}

// Long figures are smaller, so that they fit their card.
void WriteFigureClass(std::string_view text, HtmlWriter& html) {
  const auto is_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto characters = std::count_if(text.begin(), text.end(), is_character);
  html.Markup("<dd class=\"figure");
  if (characters > 8) html.Text(characters > 15 ? " l3" : characters > 11 ? " l2" : " l1");
  html.Markup("\">");
}

bool HasGroup(const Report& report, Group group) {
  const std::span<const Metric> metrics = ShownMetrics(report);
  return std::any_of(metrics.begin(), metrics.end(),
                     [group](const Metric& metric) { return GroupOf(metric.unit()) == group; });
}

void WriteCards(const Report& report, Group group, HtmlWriter& html) {
  const PageLanguage& language = html.words();
  const TotalRow* const total = TotalOf(report);
  const std::size_t days = SeriesOf(report, std::nullopt, 0).size();
  html.Markup("<dl class=\"cards\">\n");
  const std::span<const Metric> metrics = ShownMetrics(report);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const Metric& metric = metrics[i];
    if (GroupOf(metric.unit()) != group) continue;
    const std::optional<double> figure =
        total == nullptr ? std::nullopt : FigureAt(total->figures, i);
    html.Markup("<div><dt>").Text(TitleOf(metric, language)).Markup("</dt>");
    WriteFigureClass(FigureText(metric.unit(), figure, UnitPlace::kBehind, language.numbers), html);
    WriteFigure(metric.unit(), figure, UnitPlace::kBehind, html);
    html.Markup("</dd>");
    if (HasChanges(total)) {
      const std::optional<double> change = FigureAt(total->change, i);
      html.Markup("<dd class=\"change\"><span class=\"unseen\">").Text(language.change);
      html.Markup(": </span>");
      WriteChange(change, metric.description().direction, html);
      if (const auto before = FigureBefore(metric.unit(), figure, change)) {
        html.Markup(" <span>");
        html.Text(Filled(
            language.was,
            {{"figure", FigureText(metric.unit(), before, UnitPlace::kBehind, language.numbers)}}));
        html.Markup("</span>");
      }
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
  const PageLanguage& language = html.words();
  for (const auto& [group, title] :
       {std::pair(Group::kActivity, language.activity), std::pair(Group::kRates, language.rates),
        std::pair(Group::kPlayTime, language.play_time)}) {
    if (!HasGroup(report, group)) continue;
    html.Markup("<h3>").Text(title).Markup("</h3>\n");
    WriteCards(report, group, html);
  }
}

void WriteAudienceCards(const Report& report, HtmlWriter& html) {
  if (HasGroup(report, Group::kAudience)) {
    html.Markup("<p class=\"about\">").Text(html.words().people_count_once).Markup("</p>\n");
    WriteCards(report, Group::kAudience, html);
  } else {
    html.Markup("<p class=\"none\">");
    html.Text(report.query.real_time ? html.words().no_audience_in_real_time
                                     : html.words().no_audience_asked);
    html.Markup("</p>\n");
  }
}

std::string NothingToShow(const Overview& overview, const PageLanguage& language) {
  const Report& report = overview.report;
  const auto is_something = [](const std::optional<double>& figure) {
    return figure.value_or(0) != 0;
  };
  const auto shows = [&](const auto& row) {
    return std::any_of(row.figures.begin(), row.figures.end(), is_something);
  };
  if (std::any_of(report.totals.begin(), report.totals.end(), shows)) return "";
  if (std::any_of(report.days.begin(), report.days.end(), shows)) return "";
  if (!overview.top_pins.rows.empty() || !overview.top_boards.rows.empty()) return "";
  const bool some_values = std::any_of(report.days.begin(), report.days.end(),
                                       [](const DayRow& row) { return !row.figures.empty(); });
  if (!some_values) return std::string(language.no_day_has_figures);
  constexpr std::size_t kMostOfFilter = 200;
  const std::string filter = FilterText(report.query);
  if (filter.empty()) return std::string(language.nothing_counted);
  return Filled(language.nothing_passes, {{"filter", Shortened(filter, kMostOfFilter)}});
}

}  // namespace pinmetrics
