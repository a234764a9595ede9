#ifndef PINMETRICS_SRC_EXPORT_TABLE_H_
#define PINMETRICS_SRC_EXPORT_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"
#include "export/number.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

/// The tables of a report, each described once for all forms that are tables: which columns there
/// are, what type they have, what they mean, and what stands in a row.

namespace pinmetrics {

// What a column has in a row, by type. None but figures can be absent.

template <typename Row>
struct DayCells {
  absl::CivilDay Row::*day;
};

/// Few names, over and over.
template <typename Row>
struct NameCells {
  std::string (*name_of)(const Query& query, const Row& row) = nullptr;
  /// All that can occur, where that is a closed list.
  std::span<const std::string_view> known = {};
};

/// Text from anywhere.
template <typename Row>
struct TextCells {
  std::string Row::*text;
};

template <typename Row>
struct IdCells {
  std::uint64_t (Row::*id)() const;
};

/// True or false.
template <typename Row>
struct FlagCells {
  bool Row::*flag;
};

/// 1 in the first row, 2 in the second.
struct RankCells {};

/// Finite numbers, absent where there is no data.
template <typename Row>
struct FigureCells {
  Figures Row::*figures;
  std::size_t index;
  Unit unit;

  std::optional<double> Of(const Row& row) const { return FigureAt(row.*figures, index); }
};

template <typename Row>
using Cells = std::variant<DayCells<Row>, NameCells<Row>, TextCells<Row>, IdCells<Row>,
                           FlagCells<Row>, RankCells, FigureCells<Row>>;

template <typename Row>
struct TableColumn {
  /// A `LabelColumn`'s, or `Metric::NameWithUnit` or `Metric::NameOfChange`.
  std::string name = {};
  Cells<Row> cells = RankCells();
  std::string title = {};       ///< For people; empty if the name says it.
  std::string definition = {};  ///< What the values mean.
  /// Whether it is one of the columns that tell every row from all others.
  bool is_key = false;

  /// True if a row may have nothing there.
  bool nullable() const { return std::holds_alternative<FigureCells<Row>>(cells); }
};

/// Refers to the report it is made of.
template <typename Row>
struct ReportTable {
  const ReportHead& head;
  const std::vector<Row>& rows;
  std::string_view title = {};
  std::vector<TableColumn<Row>> columns = {};
};

/// `date,segment,status,<metrics>`; with an interval other than a day `end,partial` behind `date`.
ReportTable<DayRow> SeriesTable(const Report& report);

/// `segment,<metrics>`, and with a comparison the change of each.
ReportTable<TotalRow> TotalsTable(const Report& report);

/// `rank,pin_id,title,<metrics>`, or with `board_id` for boards.
ReportTable<TopRow> TopListTable(const TopList& list);

/// How exports name a unit.
std::string_view NameOfUnit(Unit unit);

/// True if a column's figures are whole by their unit and each `fits`, a predicate of double.
/// Nothing holds a host's formula to its unit.
template <typename Row, typename Fits>
bool AreWhole(const std::vector<Row>& rows, const FigureCells<Row>& cells, Fits fits) {
  if (cells.unit != Unit::kCount && cells.unit != Unit::kPeople) return false;
  return std::all_of(rows.begin(), rows.end(),
                     [&](const Row& row) { return fits(cells.Of(row).value_or(0)); });
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_EXPORT_TABLE_H_
