#include "report/assemble.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/time/civil_time.h"

namespace pinmetrics {
namespace {

/// (now - before) / before, each.
Figures ChangeOf(const Figures& now, const Figures& before) {
  Figures change(now.size());
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (!now[i] || !before[i] || *before[i] == 0) continue;
    const double value = (*now[i] - *before[i]) / *before[i];
    if (std::isfinite(value)) change[i] = value;
  }
  return change;
}

TotalRow MakeTotal(const Plan& plan, std::optional<Attribute> segment, std::size_t index,
                   const FactsSource& facts_of) {
  const Figures absent(plan.head.query.metrics.size());
  TotalRow total{.segment = segment, .figures = absent};
  const auto figures_of = [&](const DateRange& days, ReportedDays::Are are) {
    return FiguresOf(plan, facts_of(index, {days, are}));
  };
  if (!plan.valued.empty()) {
    total.figures = figures_of(plan.valued, ReportedDays::Are::kThePeriod);
  }
  if (plan.head.query.comparison == Comparison::kNone) return total;
  Figures before = absent;
  if (plan.before) {
    before = figures_of(*plan.before, ReportedDays::Are::kBefore);
  } else if (plan.month_before) {
    // Figures of the month alone need no more than the day before the period.
    before = figures_of(LastDays(1, *plan.month_before), ReportedDays::Are::kBefore);
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (!plan.head.query.metrics[i].needs().month_alone()) before[i].reset();
    }
  }
  total.change = ChangeOf(total.figures, before);
  return total;
}

}  // namespace

Report AssembleReport(const Plan& plan, const std::vector<Attribute>& segments,
                      const FactsSource& facts_of) {
  Report report{{plan.head}};
  std::vector<std::optional<Attribute>> all(segments.begin(), segments.end());
  if (!plan.head.query.split) all.assign(1, std::nullopt);
  for (std::size_t i = 0; i < all.size(); ++i) {
    report.totals.push_back(MakeTotal(plan, all[i], i, facts_of));
  }
  report.days.reserve(plan.rows.size() * std::max<std::size_t>(all.size(), 1));
  for (std::size_t number = 0; number < plan.rows.size(); ++number) {
    const SeriesRow& row = plan.rows[number];
    const auto add = [&](const std::optional<Attribute>& segment, Figures figures) {
      report.days.push_back({.day = row.interval.first(),
                             .status = row.status,
                             .segment = segment,
                             .figures = std::move(figures),
                             .last_day = row.interval.last(),
                             .partial = row.partial});
    };
    if (row.valued.empty()) {
      add(std::nullopt, {});
      continue;
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      add(all[i], FiguresOf(plan, facts_of(i, {row.valued, ReportedDays::Are::kARow, number})));
    }
    // A split in which nothing occurs still has its days: one row of zeros each.
    if (all.empty()) {
      Facts nothing;
      if (plan.needs.month() && plan.MonthIsKnown(row.valued.last())) nothing.month.emplace();
      add(std::nullopt, FiguresOf(plan, nothing));
    }
  }
  return report;
}

absl::StatusOr<Overview> AssembleOverview(
    Query query, const std::function<absl::StatusOr<Report>(const Query&)>& run,
    const std::function<absl::StatusOr<TopList>(const Query&)>& top_pins,
    const std::function<absl::StatusOr<TopList>(const Query&)>& top_boards) {
  query.comparison = Comparison::kNone;
  absl::StatusOr<TopList> pins = top_pins(query);
  if (!pins.ok()) return pins.status();
  absl::StatusOr<TopList> boards = top_boards(query);
  if (!boards.ok()) return boards.status();
  query.comparison = Comparison::kPreviousPeriod;
  absl::StatusOr<Report> report = run(query);
  if (!report.ok()) return report.status();
  return Overview{*std::move(report), *std::move(pins), *std::move(boards)};
}

std::variant<PinId, BoardId> ListedId(Dimension item, std::uint64_t number) {
  if (item == Dimension::kBoard) return BoardId(number);
  return PinId(number);
}

Figures FiguresOf(const Plan& plan, const Facts& facts) {
  const std::vector<Metric>& metrics = plan.head.query.metrics;
  Figures figures(metrics.size());
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    double value = 0;
    if (metrics[i].Compute(facts, value)) figures[i] = value;
  }
  return figures;
}

}  // namespace pinmetrics
