#include "pinmetrics/export/arrow.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"
#include "calendar/day_number.h"
#include "export/arrow/array.h"
#include "export/arrow/schema.h"
#include "export/arrow/table_stream.h"
#include "export/asked.h"
#include "export/table.h"
#include "pinmetrics/report/query.h"

namespace pinmetrics {
namespace {

/// A column without nulls; `value_of(i)` is row i's.
template <typename T, typename ValueOf>
ArrowColumn FixedColumn(const char* format, ValueOf value_of) {
  return {.field = {.format = format},
          .rows = [value_of = std::move(value_of)](std::size_t first, std::size_t count) {
            return MakeArray(MakeFixedParts<T>(
                count, [&](std::size_t i) { return std::optional<T>(value_of(first + i)); }));
          }};
}

bool IsInt64(double number) {
  constexpr double kFirstTooLarge = 9223372036854775808.0;  // 2^63
  return std::abs(number) < kFirstTooLarge && number == std::trunc(number);
}

/// The type and the values of a column, yet without its name.
template <typename Row>
struct ColumnOf {
  const Query& query;
  const std::vector<Row>& rows;

  ArrowColumn operator()(const DayCells<Row>& cells) const {
    return FixedColumn<std::int32_t>(kArrowDate32, [&rows = rows, cells](std::size_t i) {
      return static_cast<std::int32_t>(DayNumber(rows[i].*cells.day));
    });
  }

  /// The names are numbered by their first occurrence.
  ArrowColumn operator()(const NameCells<Row>& cells) const {
    std::map<std::string, std::int32_t> number_of;
    auto names = std::make_shared<ArrowTexts<std::int32_t>>();
    std::vector<std::int32_t> numbers;
    numbers.reserve(rows.size());
    for (const Row& row : rows) {
      const auto [found, is_new] = number_of.try_emplace(cells.name_of(query, row),
                                                         static_cast<std::int32_t>(names->size()));
      if (is_new) names->Add(ArrowText(found->first));
      numbers.push_back(found->second);
    }
    return {.field = {.format = kArrowInt32, .has_dictionary = true},
            .rows = [names = std::shared_ptr<const ArrowTexts<std::int32_t>>(std::move(names)),
                     numbers = std::move(numbers)](std::size_t first, std::size_t count) {
              ArrowArrayParts parts = MakeFixedParts<std::int32_t>(
                  count, [&](std::size_t i) { return std::optional(numbers[first + i]); });
              parts.dictionary = MakeTextArray(names);
              return MakeArray(std::move(parts));
            }};
  }

  /// Offsets of 64 bits, so that no batch can hold more text than they reach.
  ArrowColumn operator()(const TextCells<Row>& cells) const {
    return {.field = {.format = kArrowLargeUtf8},
            .rows = [&rows = rows, cells](std::size_t first, std::size_t count) {
              auto texts = std::make_shared<ArrowTexts<std::int64_t>>();
              for (std::size_t i = first; i < first + count; ++i) {
                texts->Add(ArrowText(rows[i].*cells.text));
              }
              return MakeTextArray(std::shared_ptr<const ArrowTexts<std::int64_t>>(texts));
            }};
  }

  ArrowColumn operator()(const IdCells<Row>& cells) const {
    return FixedColumn<std::uint64_t>(
        kArrowUInt64, [&rows = rows, cells](std::size_t i) { return (rows[i].*cells.id)(); });
  }

  ArrowColumn operator()(const FlagCells<Row>& cells) const {
    return {.field = {.format = kArrowBoolean},
            .rows = [&rows = rows, cells](std::size_t first, std::size_t count) {
              auto bits = std::make_shared<std::vector<std::uint8_t>>((count + 7) / 8);
              for (std::size_t i = 0; i < count; ++i) {
                if (!(rows[first + i].*cells.flag)) continue;
                std::uint8_t& of_eight = (*bits)[i / 8];
                of_eight = static_cast<std::uint8_t>(of_eight | 1U << i % 8);
              }
              return MakeArray({.length = static_cast<std::int64_t>(count),
                                .buffers = {nullptr, bits->data()},
                                .memory = bits});
            }};
  }

  ArrowColumn operator()(const RankCells&) const {
    return FixedColumn<std::int64_t>(
        kArrowInt64, [](std::size_t i) { return static_cast<std::int64_t>(i) + 1; });
  }

  /// int64 if all figures are whole, else float64.
  ArrowColumn operator()(const FigureCells<Row>& cells) const {
    const bool whole = AreWhole(rows, cells, IsInt64);
    ArrowField field{.format = whole ? kArrowInt64 : kArrowFloat64, .nullable = true};
    field.metadata.emplace_back("unit", NameOfUnit(cells.unit));
    return {.field = std::move(field),
            .rows = [&rows = rows, cells, whole](std::size_t first, std::size_t count) {
              if (!whole) {
                return MakeArray(MakeFixedParts<double>(
                    count, [&](std::size_t i) { return cells.Of(rows[first + i]); }));
              }
              return MakeArray(
                  MakeFixedParts<std::int64_t>(count, [&](std::size_t i) -> std::optional<int64_t> {
                    const std::optional<double> figure = cells.Of(rows[first + i]);
                    if (!figure) return std::nullopt;
                    return static_cast<std::int64_t>(*figure);
                  }));
            }};
  }
};

/// The stream of a table, which refers to `source`.
template <typename Row>
ArrowArrayStream Stream(const std::vector<AskedItem>& asked, const ReportTable<Row>& table,
                        std::shared_ptr<const void> source, const ArrowOptions& options) {
  ArrowTable arrow{.rows = table.rows.size()};
  for (const AskedItem& item : asked) arrow.metadata.emplace_back(item.name, ToText(item));
  for (const TableColumn<Row>& column : table.columns) {
    ArrowColumn made = std::visit(ColumnOf<Row>{table.head.query, table.rows}, column.cells);
    made.field.name = column.name;
    if (!column.title.empty()) made.field.metadata.emplace_back("title", column.title);
    if (!column.definition.empty()) {
      made.field.metadata.emplace_back("definition", column.definition);
    }
    arrow.columns.push_back(std::move(made));
  }
  arrow.source = std::move(source);
  return MakeStream(std::move(arrow), options.batch_rows);
}

}  // namespace

ArrowArrayStream SeriesToArrow(const std::shared_ptr<const Report>& report, ArrowOptions options) {
  return Stream(Asked(*report), SeriesTable(*report), report, options);
}

ArrowArrayStream TotalsToArrow(const std::shared_ptr<const Report>& report, ArrowOptions options) {
  return Stream(Asked(*report), TotalsTable(*report), report, options);
}

ArrowArrayStream ToArrow(const std::shared_ptr<const TopList>& list, ArrowOptions options) {
  return Stream(Asked(*list), TopListTable(*list), list, options);
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
