#ifndef PINMETRICS_SRC_EXPORT_HTML_WORDS_H_
#define PINMETRICS_SRC_EXPORT_HTML_WORDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/interval.h"
#include "pinmetrics/export/figure_text.h"
#include "pinmetrics/export/page_language.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/report.h"

/// Days, metrics, dimensions and sentences in the words of a page's language, whatever the locale.

namespace pinmetrics {

/// The length of the pattern's first name, with its braces, if it begins with one; else 0.
inline std::size_t NameLength(std::string_view pattern) {
  if (!pattern.starts_with('{')) return 0;
  const std::size_t end = pattern.find('}');
  return end == std::string_view::npos ? 0 : end + 1;
}

/// A pattern with a text for each name: `Filled("{count} days", {{"count", "3"}})`.
inline std::string Filled(std::string_view pattern,
                          std::initializer_list<std::pair<std::string_view, std::string>> texts) {
  std::string filled;
  while (!pattern.empty()) {
    const std::size_t length = NameLength(pattern);
    const auto text = std::find_if(texts.begin(), texts.end(), [&](const auto& one) {
      return length > 2 && one.first == pattern.substr(1, length - 2);
    });
    filled += text == texts.end() ? std::string(pattern.substr(0, 1)) : text->second;
    pattern.remove_prefix(text == texts.end() ? 1 : length);
  }
  return filled;
}

/// `Nov 2026`.
inline std::string MonthAndYear(absl::CivilDay day, const PageLanguage& language) {
  return Filled(language.month_and_year,
                {{"month", std::string(language.months[static_cast<std::size_t>(day.month() - 1)])},
                 {"year", std::to_string(day.year())}});
}

/// A day by a pattern with day, month and year.
inline std::string DayText(std::string_view pattern, absl::CivilDay day,
                           const PageLanguage& language) {
  return Filled(pattern,
                {{"day", std::to_string(day.day())},
                 {"month", std::string(language.months[static_cast<std::size_t>(day.month() - 1)])},
                 {"year", std::to_string(day.year())}});
}

/// `23 Nov`.
inline std::string DayAndMonth(absl::CivilDay day, const PageLanguage& language) {
  return DayText(language.day_and_month, day, language);
}

/// `23 Nov 2026`.
inline std::string FullDay(absl::CivilDay day, const PageLanguage& language) {
  return DayText(language.full_day, day, language);
}

/// `26 Oct – 1 Nov`.
inline std::string RangeText(const std::string& first, const std::string& last,
                             const PageLanguage& language) {
  return Filled(language.period, {{"first", first}, {"last", last}});
}

/// `25 Oct – 23 Nov 2026`, `23 Nov 2026` for one day.
inline std::string PeriodText(const DateRange& period, const PageLanguage& language) {
  if (period.days() == 1) return FullDay(period.first(), language);
  const bool same_year = period.first().year() == period.last().year();
  return RangeText(
      same_year ? DayAndMonth(period.first(), language) : FullDay(period.first(), language),
      FullDay(period.last(), language), language);
}

/// `Sun`.
inline std::string WeekdayName(absl::CivilDay day, const PageLanguage& language) {
  return std::string(language.weekdays[static_cast<std::size_t>(absl::GetWeekday(day))]);
}

/// What a row of a series is about, by its first and last day, near other rows: `Sun 1 Nov`,
/// `26 Oct – 1 Nov`, `Nov 2026`.
inline std::string RowName(absl::CivilDay day, absl::CivilDay last_day, const Interval& interval,
                           const PageLanguage& language) {
  if (interval.is_day()) {
    return Filled(language.weekday_and_day,
                  {{"weekday", WeekdayName(day, language)}, {"day", DayAndMonth(day, language)}});
  }
  if (interval == Interval::Month()) return MonthAndYear(day, language);
  return RangeText(DayAndMonth(day, language), DayAndMonth(last_day, language), language);
}

/// The same by itself: `Sun 1 Nov 2026`, `26 Oct – 1 Nov 2026`, `Nov 2026`.
inline std::string FullRowName(absl::CivilDay day, absl::CivilDay last_day,
                               const Interval& interval, const PageLanguage& language) {
  if (interval.is_day()) {
    return Filled(language.weekday_and_day,
                  {{"weekday", WeekdayName(day, language)}, {"day", FullDay(day, language)}});
  }
  if (interval == Interval::Month()) return MonthAndYear(day, language);
  return PeriodText(DateRange::Inclusive(day, last_day), language);
}

/// What is said about rows of this interval.
inline const PageIntervalWords& WordsOf(const Interval& interval, const PageLanguage& language) {
  if (interval.is_day()) return language.day;
  return interval == Interval::Month() ? language.month : language.week;
}

/// A count in the language's digits: `1,200`.
inline std::string CountText(std::int64_t count, const PageLanguage& language) {
  return FigureText(Unit::kCount, static_cast<double>(count), UnitPlace::kBehind, language.numbers);
}

/// `1 week`, `30 days`.
inline std::string RowsText(std::int64_t count, const Interval& interval,
                            const PageLanguage& language) {
  const PageIntervalWords& words = WordsOf(interval, language);
  return Filled(count == 1 ? words.one : words.several, {{"count", CountText(count, language)}});
}

/// `1 day`, `30 days`.
inline std::string DaysText(std::int64_t count, const PageLanguage& language) {
  return RowsText(count, Interval::Day(), language);
}

/// `final`, `estimate`, `no figures yet`, `before the account`.
constexpr std::string_view StatusText(DayStatus status, const PageLanguage& language) {
  switch (status) {
    case DayStatus::kReady:
      return language.final_day;
    case DayStatus::kEstimate:
      return language.estimate;
    case DayStatus::kProcessing:
      return language.no_figures_yet;
    case DayStatus::kBeforeBusinessCreated:
      return language.before_account;
  }
  return "?";
}

/// The metric's title in the language, or its own.
inline std::string TitleOf(const Metric& metric, const PageLanguage& language) {
  for (const PageMetricWords& words : language.metric_words) {
    if (words.name == metric.name()) return std::string(words.title);
  }
  return metric.title();
}

/// The same with the unit that its figures leave out.
inline std::string HeadingOf(const Metric& metric, const PageLanguage& language) {
  const auto with_unit = [&](std::string_view unit) {
    return TitleOf(metric, language) + " (" + std::string(unit) + ")";
  };
  if (metric.unit() == Unit::kMinutes) return with_unit(language.numbers.minutes);
  if (metric.unit() == Unit::kSeconds) return with_unit(language.numbers.seconds);
  return TitleOf(metric, language);
}

/// The metric's definition in the language, or its own.
inline std::string DefinitionOf(const Metric& metric, const PageLanguage& language) {
  for (const PageMetricWords& words : language.metric_words) {
    if (words.name == metric.name()) return std::string(words.definition);
  }
  return metric.description().definition;
}

/// A dimension or value by its name in filters, within a sentence: "content type".
inline std::string TermText(const std::string& name, std::string_view fallback,
                            const PageLanguage& language) {
  for (const PageTerm& term : language.terms) {
    if (term.name == name) return std::string(term.text);
  }
  std::string text(fallback);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

/// `content type`.
inline std::string DimensionText(Dimension dimension, const PageLanguage& language) {
  return TermText(std::string(NameOf(dimension)), NameOf(dimension), language);
}

/// The same as a heading, "Content type": letters beyond ASCII stay as they are.
inline std::string Capitalised(std::string text) {
  if (!text.empty()) text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
  return text;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_HTML_WORDS_H_
