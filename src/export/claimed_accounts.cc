#include "export/claimed_accounts.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "export/number.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/metrics/tally.h"
#include "report/operands.h"

namespace pinmetrics {
namespace {

bool IsAccount(const std::optional<Attribute>& segment) { return segment && !segment->is_none(); }

/// The sum of the rows' figures of a count; absent if one of them is.
std::optional<double> Sum(const std::vector<const Figures*>& rows, std::size_t index) {
  double sum = 0;
  for (const Figures* row : rows) {
    const std::optional<double> figure = FigureAt(*row, index);
    if (!figure) return std::nullopt;
    sum += *figure;
  }
  return sum;
}

/// Puts the figures of several accounts together.
class Joiner {
 public:
  static absl::StatusOr<Joiner> Of(const std::vector<Metric>& metrics) {
    Joiner joiner;
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      if (metrics[i].description().pinterest_name.empty()) continue;
      Column column{.metric = metrics[i], .index = i};
      if (!metrics[i].counters()) {
        absl::Status status = FindOperands(metrics, column);
        if (!status.ok()) return status;
      }
      joiner.columns_.push_back(std::move(column));
    }
    return joiner;
  }

  Figures Join(const std::vector<const Figures*>& rows) const {
    Figures joined(columns_.empty() ? 0 : columns_.back().index + 1);
    for (const Column& column : columns_) {
      joined[column.index] =
          column.metric.counters() ? Sum(rows, column.index) : Recompute(rows, column);
    }
    return joined;
  }

 private:
  struct Operand {
    Metric metric;
    std::size_t index = 0;
  };
  /// A metric of the report; if it is not a count, with what it is computed from.
  struct Column {
    Metric metric;
    std::size_t index = 0;
    std::vector<Operand> operands = {};
  };

  static absl::Status FindOperands(const std::vector<Metric>& metrics, Column& column) {
    const std::optional<std::vector<Metric>> needed = OperandsOf(column.metric);
    const std::string place = "split: " + column.metric.name() + " of several accounts ";
    if (!needed) {
      return absl::InvalidArgumentError(place + "cannot be put together, expected other metrics");
    }
    std::string missing;
    for (const Metric& operand : *needed) {
      const auto found = std::find(metrics.begin(), metrics.end(), operand);
      if (found == metrics.end()) {
        missing += (missing.empty() ? "" : ", ") + operand.name();
      } else {
        column.operands.push_back({operand, static_cast<std::size_t>(found - metrics.begin())});
      }
    }
    if (missing.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        place + "is computed from their counts, expected also the metrics " + missing);
  }

  static std::optional<double> Recompute(const std::vector<const Figures*>& rows,
                                         const Column& column) {
    Facts facts;
    for (const Operand& operand : column.operands) {
      for (const Figures* row : rows) {
        const std::optional<double> figure = FigureAt(*row, operand.index);
        if (!figure) return std::nullopt;
        AddOperand(operand.metric, *figure, facts.tally);
      }
    }
    return column.metric.Value(facts);
  }

  std::vector<Column> columns_;
};

/// The rows with the accounts of each run of them made one; `same` says what belongs together.
template <typename Row, typename Same>
std::vector<Row> JoinRows(const std::vector<Row>& rows, const Joiner& joiner,
                          const std::optional<Attribute>& segment, Same same) {
  std::vector<Row> joined;
  for (auto row = rows.begin(); row != rows.end();) {
    joined.push_back(*row);
    if (!IsAccount(row->segment)) {
      ++row;
      continue;
    }
    const auto first = row;
    std::vector<const Figures*> accounts;
    for (; row != rows.end() && IsAccount(row->segment) && same(*first, *row); ++row) {
      accounts.push_back(&row->figures);
    }
    joined.back().segment = segment;
    joined.back().figures = joiner.Join(accounts);
  }
  return joined;
}

}  // namespace

bool HasSeveralAccounts(const Report& report) {
  return report.query.split == Dimension::kAccount &&
         std::count_if(report.totals.begin(), report.totals.end(),
                       [](const TotalRow& row) { return IsAccount(row.segment); }) > 1;
}

absl::StatusOr<Report> JoinAccounts(const Report& report) {
  const absl::StatusOr<Joiner> joiner = Joiner::Of(report.query.metrics);
  if (!joiner.ok()) return joiner.status();
  Report joined{static_cast<const ReportHead&>(report)};
  if (report.totals.empty()) return joined;
  const std::optional<Attribute> segment = report.totals.front().segment;
  joined.totals = JoinRows(report.totals, *joiner, segment,
                           [](const TotalRow&, const TotalRow&) { return true; });
  for (TotalRow& row : joined.totals) row.change.clear();
  joined.days = JoinRows(report.days, *joiner, segment,
                         [](const DayRow& a, const DayRow& b) { return a.day == b.day; });
  return joined;
}

}  // namespace pinmetrics
