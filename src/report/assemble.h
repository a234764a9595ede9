#ifndef PINMETRICS_SRC_REPORT_ASSEMBLE_H_
#define PINMETRICS_SRC_REPORT_ASSEMBLE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/metrics/metric.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/id.h"
#include "pinmetrics/report/report.h"
#include "report/plan.h"

namespace pinmetrics {

/// Days that a report has figures of.
struct ReportedDays {
  enum class Are : std::uint8_t {
    kThePeriod,  ///< The plan's valued days.
    kBefore,     ///< Those to compare with, or the day before the period for its `month` alone.
    kARow,       ///< The valued days of a row of the series.
  };

  DateRange days;
  Are are = Are::kThePeriod;
  std::size_t row = 0;  ///< If they are a row's, which of `Plan::rows`.
};

/// The facts of a segment, by its index, over days that are not none. `month` is that of the last
/// of the days.
using FactsSource = std::function<Facts(std::size_t segment, const ReportedDays& days)>;

/// Lays out the report of a plan. `segments` are the values of the split that occur, in order; they
/// are not looked at without a split, where segment 0 is everything. Every engine that knows facts
/// reports them through this.
Report AssembleReport(const Plan& plan, const std::vector<Attribute>& segments,
                      const FactsSource& facts_of);

/// The overview of `query` from an engine's three answers, each with the comparison it takes.
absl::StatusOr<Overview> AssembleOverview(
    Query query, const std::function<absl::StatusOr<Report>(const Query&)>& run,
    const std::function<absl::StatusOr<TopList>(const Query&)>& top_pins,
    const std::function<absl::StatusOr<TopList>(const Query&)>& top_boards);

/// The id of an item of a top list of `item`.
std::variant<PinId, BoardId> ListedId(Dimension item, std::uint64_t number);

/// The figures of `facts` for the plan's metrics.
Figures FiguresOf(const Plan& plan, const Facts& facts);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_REPORT_ASSEMBLE_H_
