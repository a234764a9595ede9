#include "pinmetrics/store/snapshot.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "report/assemble.h"
#include "report/plan.h"
#include "store/day/new_viewers.h"
#include "store/day/store_state.h"
#include "store/query/read_trace.h"
#include "store/query/report_engine.h"
#include "store/query/top_list_engine.h"

namespace pinmetrics {
namespace {

/// DataLoss if a day that has a say in the answer is damaged.
absl::StatusOr<Plan> Undamaged(const StoreState& data, absl::StatusOr<Plan> plan) {
  if (!plan.ok() || data.sealed->damaged.empty()) return plan;
  const DateRange counted = plan->CountedDays();
  const auto damaged = data.sealed->damaged.lower_bound(counted.first());
  if (damaged == data.sealed->damaged.end() || !counted.Contains(damaged->first)) return plan;
  return absl::DataLossError(damaged->second);
}

absl::StatusOr<Plan> PlanReport(const StoreState& data, const Query& query, absl::Time now) {
  return Undamaged(data, pinmetrics::PlanReport(query, now, data.options));
}

absl::StatusOr<Plan> PlanTopList(const StoreState& data, const Query& query, const Ranking& ranking,
                                 absl::Time now) {
  return Undamaged(data, pinmetrics::PlanTopList(query, ranking, now, data.options));
}

TopList RunTop(const StoreState& data, const Plan& plan, Dimension item, const Ranking& ranking,
               ReadTrace& trace) {
  const ReportingCalendar calendar(data.options.time_zone);
  std::function<bool(const Pin&)> admits;
  if (const std::optional<DateRange> created = CreatedRange(ranking, calendar, plan.head.now)) {
    admits = [created, day_of = DayFinder(calendar)](const Pin& pin) mutable {
      return created->Contains(day_of(pin.created_at));
    };
  }
  return RunTopList(data, plan, item, ranking, admits, trace);
}

absl::StatusOr<TopList> AskTop(const StoreState& data, Dimension item, const Query& query,
                               const Ranking& ranking, absl::Time now) {
  const absl::StatusOr<Plan> plan = PlanTopList(data, query, ranking, now);
  if (!plan.ok()) return plan.status();
  ReadTrace trace;
  return RunTop(data, *plan, item, ranking, trace);
}

QueryPlan Explained(const Plan& plan, const ReadTrace& trace) {
  QueryPlan explained;
  explained.days = static_cast<std::size_t>(plan.CountedDays().days());
  for (std::uint32_t i = 0; i < Block::kTables; ++i) {
    const auto table = static_cast<Block::Table>(i);
    if (trace.bytes(table) == 0) continue;
    explained.reads.push_back({std::string(Block::TableName(table)), trace.bytes(table)});
  }
  if (trace.new_viewer_bytes() > 0) {
    explained.reads.push_back({std::string(NewViewers::kName), trace.new_viewer_bytes()});
  }
  return explained;
}

absl::StatusOr<QueryPlan> ExplainTop(const StoreState& data, Dimension item, const Query& query,
                                     const Ranking& ranking, absl::Time now) {
  const absl::StatusOr<Plan> plan = PlanTopList(data, query, ranking, now);
  if (!plan.ok()) return plan.status();
  ReadTrace trace;
  RunTop(data, *plan, item, ranking, trace);
  return Explained(*plan, trace);
}

}  // namespace

std::size_t QueryPlan::bytes() const {
  std::size_t sum = 0;
  for (const Read& read : reads) sum += read.bytes;
  return sum;
}

std::string QueryPlan::ToString() const {
  std::string text = std::to_string(days) + " days\n";
  for (const Read& read : reads) {
    text += read.table + ": " + std::to_string(read.bytes) + " bytes\n";
  }
  return text;
}

Snapshot::Snapshot(std::shared_ptr<const StoreState> data) : data_(std::move(data)) {}

ReportingCalendar Snapshot::calendar() const { return ReportingCalendar(data_->options.time_zone); }

absl::StatusOr<Report> Snapshot::Run(const Query& query, absl::Time now) const {
  const absl::StatusOr<Plan> plan = PlanReport(*data_, query, now);
  if (!plan.ok()) return plan.status();
  ReadTrace trace;
  return RunReport(*data_, *plan, trace);
}

absl::StatusOr<TopList> Snapshot::TopPins(const Query& query, const Ranking& ranking,
                                          absl::Time now) const {
  return AskTop(*data_, Dimension::kPin, query, ranking, now);
}

absl::StatusOr<TopList> Snapshot::TopBoards(const Query& query, const Ranking& ranking,
                                            absl::Time now) const {
  return AskTop(*data_, Dimension::kBoard, query, ranking, now);
}

absl::StatusOr<Overview> Snapshot::RunOverview(absl::Time now) const {
  return RunOverview(OverviewQuery(Today(now)), now);
}

absl::StatusOr<Overview> Snapshot::RunOverview(const Query& query, absl::Time now) const {
  return AssembleOverview(
      query, [&](const Query& asked) { return Run(asked, now); },
      [&](const Query& asked) { return TopPins(asked, {}, now); },
      [&](const Query& asked) { return TopBoards(asked, {}, now); });
}

absl::StatusOr<QueryPlan> Snapshot::Explain(const Query& query, absl::Time now) const {
  const absl::StatusOr<Plan> plan = PlanReport(*data_, query, now);
  if (!plan.ok()) return plan.status();
  ReadTrace trace;
  RunReport(*data_, *plan, trace);
  return Explained(*plan, trace);
}

absl::StatusOr<QueryPlan> Snapshot::ExplainTopPins(const Query& query, const Ranking& ranking,
                                                   absl::Time now) const {
  return ExplainTop(*data_, Dimension::kPin, query, ranking, now);
}

absl::StatusOr<QueryPlan> Snapshot::ExplainTopBoards(const Query& query, const Ranking& ranking,
                                                     absl::Time now) const {
  return ExplainTop(*data_, Dimension::kBoard, query, ranking, now);
}

}  // namespace pinmetrics
