#include "clickhouse/day_scope.h"

#include <algorithm>

#include "calendar/day_number.h"
#include "clickhouse/concat.h"
#include "clickhouse/event_rows.h"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics {
namespace {

std::string Between(std::int64_t first, std::int64_t last) {
  return Concat("day BETWEEN ", first, " AND ", last);
}

}  // namespace

DayScope::DayScope(std::int64_t first, std::int64_t last, const DayStates& states)
    : first_(first), last_(last) {
  std::int64_t live_from = first;
  int runs = 0;
  const auto add_live = [&](std::int64_t end) {
    if (live_from >= end) return;
    AppendTo(live_sql_, runs++ > 0 ? " OR " : "", Between(live_from, end - 1));
  };
  bool is_one_generation = true;
  for (const auto& [day, published] : states.published) {
    if (day < first || day > last) continue;
    add_live(day);
    live_from = day + 1;
    if (published.rows == 0) continue;
    is_one_generation &=
        published_.empty() || published.generation == published_.begin()->second.generation;
    published_.emplace(day, published);
  }
  add_live(last + 1);
  if (runs > 1) live_sql_ = Concat("(", live_sql_, ")");
  if (published_.empty()) return;

  const std::int64_t begin = published_.begin()->first;
  const std::int64_t end = published_.rbegin()->first + 1;
  is_one_generation &= end - begin == static_cast<std::int64_t>(published_.size());
  final_sql_ = Concat(Between(begin, end - 1), " AND generation = ");
  if (is_one_generation) {
    AppendTo(final_sql_, published_.begin()->second.generation);
    return;
  }
  // By the day's place; no generation is 0.
  for (std::int64_t day = begin; day < end; ++day) {
    const auto found = published_.find(day);
    AppendTo(final_sql_, day == begin ? "[" : ",",
             found == published_.end() ? 0 : found->second.generation);
  }
  AppendTo(final_sql_, "][day - ", begin - 1, "]");
}

void DayScope::Receipts::Add(std::uint64_t generation, std::uint64_t day, std::uint64_t rows) {
  rows_[static_cast<std::int64_t>(day)][generation] += rows;
}

absl::Status DayScope::Receipts::Check() const {
  auto counted = rows_;
  for (const auto& [day, published] : scope_.published_) {
    const std::uint64_t rows = counted[day][published.generation];
    counted[day].erase(published.generation);
    if (rows == published.rows) continue;
    return absl::DataLossError(
        Concat(ToString(DayOfNumber(day)), ": generation ", published.generation, " has ", rows,
               " of ", published.rows,
               " rows: a shard, a replica or a part is missing or late, or was counted twice"));
  }
  for (const auto& [day, generations] : counted) {
    if (generations.empty()) continue;
    return absl::DataLossError(Concat("the answer has rows of generation ",
                                      generations.begin()->first, " of day ", day,
                                      ", which was not asked for"));
  }
  return absl::OkStatus();
}

}  // namespace pinmetrics
