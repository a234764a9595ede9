#ifndef PINMETRICS_EXPORT_PAGE_LANGUAGE_H_
#define PINMETRICS_EXPORT_PAGE_LANGUAGE_H_

#include <array>
#include <span>
#include <string_view>

#include "pinmetrics/export/figure_text.h"

/// @file
/// All that a page (export/html.h) says in a language: its words, and how it writes numbers and
/// days. A `PageLanguage` is English as it is made, `NorwegianPage` is there too, and a host adds
/// others by setting the fields:
///
///   PageLanguage swedish;
///   swedish.tag = "sv";
///   swedish.numbers = {.group = "\u00A0", .decimal = ",", .percent = "\u00A0%"};
///   swedish.overview = "Översikt";
///
/// Names in braces stand for what the page puts there; each may stand anywhere in its pattern or
/// nowhere. Text is UTF-8 and nothing but text: the page escapes it. A field that is left alone is
/// English.

namespace pinmetrics {

/// What a page says about rows of one interval: days, weeks or months.
struct PageIntervalWords {
  std::string_view title;          ///< Heads a column: "Day".
  std::string_view by_interval;    ///< Heads the charts: "Day by day".
  std::string_view per;            ///< Behind a metric: "per day".
  std::string_view one;            ///< "{count} day".
  std::string_view several;        ///< "{count} days".
  std::string_view table;          ///< Unfolds the table: "The days as a table".
  std::string_view each;           ///< Its caption: "Figures of each day".
  std::string_view none_has_data;  ///< "No day has data."
};

/// The title and definition of a metric, by its name.
struct PageMetricWords {
  std::string_view name;        ///< As in the catalogue: `save_rate`.
  std::string_view title;       ///< "Save rate".
  std::string_view definition;  ///< A sentence.
};

/// A dimension or one of its values, by its name in filters.
struct PageTerm {
  std::string_view name;  ///< `device`, or `device:mobile`; `none` of every dimension.
  std::string_view text;  ///< In lower case, as within a sentence: "device", "mobile".
};

/// A language of a page. What the fields refer to is read while a page is written.
struct PageLanguage {
  std::string_view tag = "en";  ///< Of the page's `lang`: a BCP 47 tag.

  ///@{
  /// How numbers and days are written.
  NumberForm numbers = {};
  std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  /// Monday first.
  std::array<std::string_view, 7> weekdays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  std::string_view thousand = "K";  ///< Behind the ticks of a chart: 40K.
  std::string_view million = "M";
  std::string_view billion = "B";
  std::string_view day_and_month = "{day} {month}";
  std::string_view month_and_year = "{month} {year}";
  std::string_view full_day = "{day} {month} {year}";
  std::string_view weekday_and_day = "{weekday} {day}";
  std::string_view period = "{first} \u2013 {last}";
  std::string_view day_and_time = "{day} at {time}";
  ///@}

  ///@{
  /// What was asked.
  std::string_view overview = "Overview";
  std::string_view page_title =
      "{overview}, {period}";  ///< In the browser's tab, behind the account.
  std::string_view made = "{days}, days of {zone}, made {time}";
  std::string_view filter = "Filter";
  std::string_view saved_pins = "Saved Pins";
  std::string_view counted = "counted";
  std::string_view left_out = "left out";
  std::string_view real_time = "Real time";
  std::string_view on = "on";
  std::string_view off = "off";
  std::string_view none = "none";
  std::string_view change_against = "Change against";
  std::string_view compared_with = "{period} ({days})";
  std::string_view compared_months = "{compared}, monthly figures {day}";
  std::string_view only_months_compared = "nothing but monthly figures, {day}";
  std::string_view nothing_compared = "nothing";
  std::string_view days_before_not_kept =
      "nothing: the days before are not all kept, or are from before the account";
  std::string_view metrics = "Metrics";
  std::string_view first_of = "the first {count} of {all}";
  std::string_view final_up_to = "Final up to";
  ///@}

  ///@{
  /// Days that are not final; the page emphasises `{days}` and `{today}`.
  std::string_view one_is_estimate =
      "{days} ({period}) is an estimate: it counts and may still change.";
  std::string_view several_are_estimates =
      "{days} ({period}) are estimates: they count and may still change.";
  std::string_view one_has_no_figures = "{days} ({period}) has no figures yet and does not count.";
  std::string_view several_have_no_figures =
      "{days} ({period}) have no figures yet and do not count.";
  std::string_view one_is_before_account =
      "{days} ({period}) is before the business account was created and has no figures.";
  std::string_view several_are_before_account =
      "{days} ({period}) are before the business account was created and have no figures.";
  std::string_view today = "Today";
  std::string_view today_counts = "{today} counts up to {time}.";
  std::string_view today_counts_compared =
      "{today} counts up to {time}, so changes hold less than a whole day against one.";
  ///@}

  ///@{
  /// Figures and people.
  std::string_view figures = "Figures";
  std::string_view activity = "Activity";
  std::string_view rates = "Rates";
  std::string_view play_time = "Play time";
  std::string_view audience = "Audience";
  std::string_view change = "Change";
  std::string_view was = "from {figure}";
  std::string_view no_data = "no data";  ///< Read out where a dash stands.
  std::string_view people_count_once =
      "People are counted once in the period, in a monthly figure once in the 30 days that end "
      "with its last day with figures.";
  std::string_view no_audience_in_real_time = "Audiences are not known in real time.";
  std::string_view no_audience_asked = "No audience was asked for.";
  std::string_view no_day_has_figures = "No day of this period has figures.";
  std::string_view nothing_counted = "Nothing was counted in this period.";
  std::string_view nothing_passes = "Nothing in this period passes the filter {filter}.";
  ///@}

  ///@{
  /// Charts: their choice, what they say in words, what is read under the pointer, the key.
  std::string_view metric = "Metric";
  std::string_view second_metric = "A second metric below";
  std::string_view below = "Below";
  std::string_view no_days = "No days.";
  std::string_view metric_per = "{metric} {per}";
  std::string_view highest = "Highest on {row}: {figure}.";
  std::string_view lowest = "Lowest on {row}: {figure}.";
  std::string_view without_data = "Without data: {rows}.";
  std::string_view readout_row = "{row}: ";  ///< Under the pointer, before the figure.
  std::string_view readout_before = "{readout}, before {figure}";
  std::string_view of_final_days = "{figure} (its final days)";
  std::string_view so_far = "{figure} (so far)";
  std::string_view in_part = "{figure} (in part)";
  std::string_view estimated = "{figure} (estimate)";
  std::string_view key_final = "final";
  std::string_view key_estimate = "estimate, may still change";
  std::string_view key_missing = "no figures";
  std::string_view key_before = "the period before";
  std::string_view mean_by_weekday =
      "Mean by weekday, of {days} that are final, {period}: {count} of each weekday";
  std::string_view from_to = "{from} to {to}";
  ///@}

  ///@{
  /// The table of the series.
  std::string_view status = "Status";
  std::string_view final_day = "final";
  std::string_view estimate = "estimate";
  std::string_view no_figures_yet = "no figures yet";
  std::string_view before_account = "before the account";
  std::string_view final_days_only = "final days only";
  std::string_view cut_by_period = "{status}, cut by the period";
  std::string_view metrics_of = "{caption}, metrics {first} to {last} of {all}";
  std::string_view last_of = "{caption}, the last {count} of {rows}";
  ///@}

  ///@{
  /// Splits.
  std::string_view side_by_side = "Side by side";
  std::string_view by_dimension = "By {dimension}";
  std::string_view caption_by = "{caption} by {dimension}";
  std::string_view caption_from = "{caption} from {metric}";
  std::string_view caption_of = "{caption} of {metric}";
  std::string_view share_of = "Share of {metric}";
  std::string_view one_scale = "{metric} {per}, one scale";
  std::string_view one_other = "{count} other";
  std::string_view several_others = "{count} others";
  std::string_view nothing_in_period = "Nothing in this period.";
  std::string_view more_metrics = "{count} more metrics";
  std::string_view more_metrics_and_changes =
      "{count} more metrics, and the change of the first {first}";
  std::string_view change_of_all = "The change of all metrics";
  ///@}

  ///@{
  /// Top lists.
  std::string_view top_pins = "Top Pins";
  std::string_view top_boards = "Top boards";
  std::string_view pin = "Pin";
  std::string_view board = "Board";
  std::string_view by = "By";
  std::string_view highest_first = "Highest first by: {metric}.";
  std::string_view created_in_last = "Only Pins created in the last {days}.";
  std::string_view first_rows = "The first {count} of {all}.";
  std::string_view none_in_period = "None in this period.";
  std::string_view figures_from = "{list}, figures from {metric}";
  std::string_view figures_of = "{list}, figures of {metric}";
  ///@}

  ///@{
  /// What stands below, and beside tables.
  std::string_view meanings = "What the figures mean";
  std::string_view csv = "As CSV";                       ///< The link to a table as a file.
  std::string_view scroll_sideways = "Scroll sideways";  ///< Above what is wider than a phone.
  ///@}

  ///@{
  /// What is said about rows of this interval.
  PageIntervalWords day = {.title = "Day",
                           .by_interval = "Day by day",
                           .per = "per day",
                           .one = "{count} day",
                           .several = "{count} days",
                           .table = "The days as a table",
                           .each = "Figures of each day",
                           .none_has_data = "No day has data."};
  PageIntervalWords week = {.title = "Week",
                            .by_interval = "Week by week",
                            .per = "per week",
                            .one = "{count} week",
                            .several = "{count} weeks",
                            .table = "The weeks as a table",
                            .each = "Figures of each week",
                            .none_has_data = "No week has data."};
  PageIntervalWords month = {.title = "Month",
                             .by_interval = "Month by month",
                             .per = "per month",
                             .one = "{count} month",
                             .several = "{count} months",
                             .table = "The months as a table",
                             .each = "Figures of each month",
                             .none_has_data = "No month has data."};
  ///@}
  /// Metrics that are not here have the title and definition of their own.
  std::span<const PageMetricWords> metric_words = {};
  /// Dimensions and values that are not here have their names.
  std::span<const PageTerm> terms = {};
};

/// Norwegian bokmål, in the product's own words.
const PageLanguage& NorwegianPage();

/// The language of that tag, `en` or `nb`, or null.
const PageLanguage* FindPageLanguage(std::string_view tag);

}  // namespace pinmetrics

#endif  // PINMETRICS_EXPORT_PAGE_LANGUAGE_H_
