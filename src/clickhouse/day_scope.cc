#include "clickhouse/day_scope.h"

#include <algorithm>

#include "calendar/day_number.h"
#include "clickhouse/concat.h"
#include "clickhouse/event_rows.h"
#include "pinmetrics/calendar/date_range.h"

namespace pinmetrics {
namespace {

/// The condition that a day is in a set, as ranges.
class DaysSql {
 public:
  /// Adds `first`..`last`, which are after all days that were added. Empty ranges are none.
  void Add(std::int64_t first, std::int64_t last) {
    if (last < first) return;
    AppendTo(sql_, ranges_++ > 0 ? " OR " : "", "day BETWEEN ", first, " AND ", last);
  }
  std::string Sql() const { return ranges_ > 1 ? Concat("(", sql_, ")") : sql_; }

 private:
  std::string sql_;
  int ranges_ = 0;
};

}  // namespace

DayScope::DayScope(std::int64_t first, std::int64_t last, const DayStates& states)
    : first_(first), last_(last) {
  DaysSql live;
  DaysSql sealed;
  std::int64_t live_from = first;
  std::int64_t sealed_from = first;
  for (const auto& [day, published] : states.published) {
    if (day < first || day > last) continue;
    if (live_from < day) {
      live.Add(live_from, day - 1);
      sealed.Add(sealed_from, live_from - 1);
      sealed_from = day;
    }
    live_from = day + 1;
    // Of a day without events nothing is read, whatever its generation.
    if (published.rows > 0) published_.emplace(day, published);
  }
  live.Add(live_from, last);
  live_sql_ = live.Sql();
  if (published_.empty()) return;

  sealed.Add(sealed_from, live_from - 1);
  final_sql_ = sealed.Sql();
  const std::uint32_t generation = published_.begin()->second.generation;
  const bool is_only =
      std::all_of(published_.begin(), published_.end(),
                  [generation](const auto& one) { return one.second.generation == generation; });
  if (is_only) only_generation_ = generation;
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
