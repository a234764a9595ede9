#include "pinmetrics/export/arrow.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "export/arrow_array.h"
#include "export/arrow_schema.h"
#include "export/arrow_table.h"
#include "export/asked.h"
#include "export/metric_column.h"
#include "export/number.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics {
namespace {

// ---- columns ----

/// A column without nulls; `value_of(i)` is row i's.
template <typename T, typename ValueOf>
ArrowColumn FixedColumn(std::string_view name, const char* format, ValueOf value_of) {
  return {.field = {.name = std::string(name), .format = format},
          .rows = [value_of = std::move(value_of)](std::size_t first, std::size_t count) {
            return MakeArray(MakeFixedParts<T>(
                count, [&](std::size_t i) { return std::optional<T>(value_of(first + i)); }));
          }};
}

/// Few names, over and over: row i has the name of `key_of(i)`. The names are numbered by their
/// first occurrence.
template <typename KeyOf, typename ToText>
ArrowColumn NameColumn(std::string_view name, std::size_t rows, KeyOf key_of, ToText to_text) {
  std::map<decltype(key_of(0)), std::int32_t> number_of;
  auto names = std::make_shared<ArrowTexts<std::int32_t>>();
  std::vector<std::int32_t> numbers;
  numbers.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto key = key_of(i);
    const auto [found, is_new] =
        number_of.try_emplace(key, static_cast<std::int32_t>(names->size()));
    if (is_new) names->Add(ArrowText(to_text(key)));
    numbers.push_back(found->second);
  }
  return {.field = {.name = std::string(name), .format = kArrowInt32, .has_dictionary = true},
          .rows = [names = std::shared_ptr<const ArrowTexts<std::int32_t>>(std::move(names)),
                   numbers = std::move(numbers)](std::size_t first, std::size_t count) {
            ArrowArrayParts parts = MakeFixedParts<std::int32_t>(
                count, [&](std::size_t i) { return std::optional(numbers[first + i]); });
            parts.dictionary = MakeTextArray(names);
            return MakeArray(std::move(parts));
          }};
}

/// Offsets of 64 bits, so that no batch can hold more text than they reach.
template <typename TextOf>
ArrowColumn TextColumn(std::string_view name, TextOf text_of) {
  return {.field = {.name = std::string(name), .format = kArrowLargeUtf8},
          .rows = [text_of = std::move(text_of)](std::size_t first, std::size_t count) {
            auto texts = std::make_shared<ArrowTexts<std::int64_t>>();
            for (std::size_t i = first; i < first + count; ++i) texts->Add(ArrowText(text_of(i)));
            return MakeTextArray(std::shared_ptr<const ArrowTexts<std::int64_t>>(texts));
          }};
}

/// Numbers that may be absent: int64 if all are to be whole, else float64.
template <typename NumberOf>
ArrowColumn NumberColumn(ArrowField field, bool whole, NumberOf number_of) {
  field.format = whole ? kArrowInt64 : kArrowFloat64;
  field.nullable = true;
  return {.field = std::move(field),
          .rows = [whole, number_of = std::move(number_of)](std::size_t first, std::size_t count) {
            if (!whole) {
              return MakeArray(MakeFixedParts<double>(
                  count, [&](std::size_t i) { return number_of(first + i); }));
            }
            return MakeArray(
                MakeFixedParts<std::int64_t>(count, [&](std::size_t i) -> std::optional<int64_t> {
                  const std::optional<double> number = number_of(first + i);
                  if (!number) return std::nullopt;
                  return static_cast<std::int64_t>(*number);
                }));
          }};
}

// ---- metrics ----

bool IsInt64(double number) {
  constexpr double kFirstTooLarge = 9223372036854775808.0;  // 2^63
  return std::abs(number) < kFirstTooLarge && number == std::trunc(number);
}

/// A column for each metric; `figures_of(i)` are row i's.
template <typename FiguresOf>
void AddFigures(const Query& query, FiguresOf figures_of, ArrowTable& table) {
  for (std::size_t m = 0; m < query.metrics.size(); ++m) {
    const Metric& metric = query.metrics[m];
    const auto number_of = [figures_of, m](std::size_t i) { return FigureAt(figures_of(i), m); };
    bool whole = CountsWhole(metric);
    for (std::size_t i = 0; whole && i < table.rows; ++i) {
      whole = IsInt64(number_of(i).value_or(0));
    }
    const MetricDescription& description = metric.description();
    ArrowField field{.name = metric.NameWithUnit(),
                     .metadata = {{"unit", std::string(NameOfUnit(metric.unit()))},
                                  {"title", description.title},
                                  {"definition", description.definition}}};
    table.columns.push_back(NumberColumn(std::move(field), whole, number_of));
  }
}

template <typename FiguresOf>
void AddChange(const Query& query, FiguresOf change_of, ArrowTable& table) {
  for (std::size_t m = 0; m < query.metrics.size(); ++m) {
    ArrowField field{.name = query.metrics[m].NameOfChange(),
                     .metadata = {{"unit", std::string(NameOfUnit(Unit::kRatio))}}};
    table.columns.push_back(
        NumberColumn(std::move(field), /*whole=*/false,
                     [change_of, m](std::size_t i) { return FigureAt(change_of(i), m); }));
  }
}

// ---- tables ----

template <typename Row>
ArrowColumn SegmentColumn(const Report& report, const std::vector<Row>& rows) {
  return NameColumn(
      "segment", rows.size(), [&rows](std::size_t i) { return rows[i].segment; },
      [&report](const std::optional<Attribute>& segment) {
        return SegmentText(report.query, segment);
      });
}

}  // namespace

ArrowArrayStream SeriesToArrow(const std::shared_ptr<const Report>& report, ArrowOptions options) {
  const std::vector<DayRow>& days = report->days;
  ArrowTable table{.metadata = Asked(*report), .rows = days.size()};
  table.columns.push_back(FixedColumn<std::int32_t>("date", kArrowDate32, [report](std::size_t i) {
    return static_cast<std::int32_t>(report->days[i].day - absl::CivilDay(1970, 1, 1));
  }));
  table.columns.push_back(SegmentColumn(*report, days));
  table.columns.push_back(NameColumn(
      "status", days.size(), [&days](std::size_t i) { return days[i].status; }, NameOf<DayStatus>));
  AddFigures(
      report->query, [report](std::size_t i) -> const Figures& { return report->days[i].figures; },
      table);
  return MakeStream(std::move(table), options.batch_rows);
}

ArrowArrayStream TotalsToArrow(const std::shared_ptr<const Report>& report, ArrowOptions options) {
  ArrowTable table{.metadata = Asked(*report), .rows = report->totals.size()};
  table.columns.push_back(SegmentColumn(*report, report->totals));
  AddFigures(
      report->query,
      [report](std::size_t i) -> const Figures& { return report->totals[i].figures; }, table);
  if (report->query.comparison != Comparison::kNone) {
    AddChange(
        report->query,
        [report](std::size_t i) -> const Figures& { return report->totals[i].change; }, table);
  }
  return MakeStream(std::move(table), options.batch_rows);
}

ArrowArrayStream ToArrow(const std::shared_ptr<const TopList>& list, ArrowOptions options) {
  ArrowTable table{.metadata = Asked(*list), .rows = list->rows.size()};
  table.columns.push_back(FixedColumn<std::int64_t>(
      "rank", kArrowInt64, [](std::size_t i) { return static_cast<std::int64_t>(i) + 1; }));
  table.columns.push_back(FixedColumn<std::uint64_t>(
      list->item == Dimension::kBoard ? "board_id" : "pin_id", kArrowUInt64,
      [list](std::size_t i) { return list->rows[i].number(); }));
  table.columns.push_back(TextColumn(
      "title", [list](std::size_t i) -> const std::string& { return list->rows[i].title; }));
  AddFigures(
      list->query, [list](std::size_t i) -> const Figures& { return list->rows[i].figures; },
      table);
  return MakeStream(std::move(table), options.batch_rows);
}

ArrowArrayStream SeriesToArrow(Report report, ArrowOptions options) {
  return SeriesToArrow(std::make_shared<const Report>(std::move(report)), options);
}

ArrowArrayStream TotalsToArrow(Report report, ArrowOptions options) {
  return TotalsToArrow(std::make_shared<const Report>(std::move(report)), options);
}

ArrowArrayStream ToArrow(TopList list, ArrowOptions options) {
  return ToArrow(std::make_shared<const TopList>(std::move(list)), options);
}

}  // namespace pinmetrics
