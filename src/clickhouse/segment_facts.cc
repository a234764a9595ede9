#include "clickhouse/segment_facts.h"

#include <tuple>

#include "calendar/day_number.h"
#include "clickhouse/concat.h"
#include "clickhouse/event_rows.h"
#include "clickhouse/statements.h"
#include "pinmetrics/model/event.h"

namespace pinmetrics {
namespace {

absl::Status NoSuchRow(std::size_t row) {
  return absl::DataLossError(
      Concat("the answer has a value in row ", row, " that nothing can have"));
}

/// The segment of a row; nothing if there is none such.
std::optional<Attribute> SegmentOf(std::optional<Dimension> split, std::uint64_t number,
                                   std::uint64_t none) {
  if (none > 1) return std::nullopt;
  const Attribute segment = none == 1 ? Attribute() : Attribute(number);
  if (split ? !CanBe(*split, segment) : segment != Attribute(0)) return std::nullopt;
  return segment;
}

bool IsIn(const DayScope& scope, std::uint64_t day) {
  return static_cast<std::int64_t>(day) >= scope.first() &&
         static_cast<std::int64_t>(day) <= scope.last();
}

}  // namespace

bool CountCheck::Takes(std::uint64_t count) {
  if (count >= left_) return false;
  left_ -= count;
  return true;
}

void SegmentFacts::AddEvents(std::int64_t day, std::uint8_t kind, std::int64_t events,
                             std::int64_t play_ms, std::int64_t unsaved) {
  Day& of_day = days_[day];
  of_day.tally.Merge(TallyOf(kind, events, play_ms));
  if (kind == static_cast<std::uint8_t>(Action::kImpression)) of_day.views += unsaved;
}

void SegmentFacts::AddViewers(bool engaged, std::int64_t day, std::int64_t gap,
                              std::int64_t viewers) {
  gaps_[engaged ? 1 : 0][day].push_back({gap, viewers});
}

bool SegmentFacts::OccursIn(const DateRange& days) const {
  const auto found = days_.lower_bound(DayNumber(days.first()));
  return found != days_.end() && found->first <= DayNumber(days.last());
}

std::int64_t SegmentFacts::People(bool engaged, const DateRange& days) const {
  const std::int64_t first = DayNumber(days.first());
  const auto& gaps = gaps_[engaged ? 1 : 0];
  std::int64_t people = 0;
  const auto end = gaps.upper_bound(DayNumber(days.last()));
  for (auto day = gaps.lower_bound(first); day != end; ++day) {
    for (const Gap& gap : day->second) {
      if (gap.days == 0 || day->first - gap.days < first) people += gap.viewers;
    }
  }
  return people;
}

Facts SegmentFacts::Of(const Plan& plan, const DateRange& days) const {
  Facts facts;
  const auto end = days_.upper_bound(DayNumber(days.last()));
  for (auto day = days_.lower_bound(DayNumber(days.first())); day != end; ++day) {
    facts.tally.Merge(day->second.tally);
  }
  if (plan.needs.people()) {
    facts.total_audience = People(false, days);
    facts.engaged_audience = People(true, days);
  }
  if (!plan.needs.month() || !plan.MonthIsKnown(days.last())) return facts;
  const DateRange month = Plan::MonthOf(days.last());
  facts.month.emplace();
  for (auto day = days_.lower_bound(DayNumber(month.first())); day != end; ++day) {
    facts.month->views += day->second.views;
  }
  if (plan.needs.people()) {
    facts.month->total_audience = People(false, month);
    facts.month->engaged_audience = People(true, month);
  }
  return facts;
}

absl::Status AddSums(const Columns& answer, const DayScope& scope, std::optional<Dimension> split,
                     Segments& segments) {
  const auto& [number, none, day, kind, events, play_ms, unsaved, generation, rows] = [&] {
    const auto& n = answer.numbers;
    return std::tie(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]);
  }();
  DayScope::Receipts receipts(scope);
  CountCheck all_events;
  CountCheck all_play_ms;
  for (std::size_t i = 0; i < answer.rows; ++i) {
    if (generation[i] > 0) receipts.Add(generation[i], day[i], rows[i]);
    if (events[i] == 0 && play_ms[i] == 0 && unsaved[i] == 0) continue;
    const std::optional<Attribute> segment = SegmentOf(split, number[i], none[i]);
    if (!segment || !IsIn(scope, day[i]) || kind[i] >= kKinds || unsaved[i] > events[i] ||
        !all_events.Takes(events[i]) || !all_play_ms.Takes(play_ms[i])) {
      return NoSuchRow(i);
    }
    segments[*segment].AddEvents(
        static_cast<std::int64_t>(day[i]), static_cast<std::uint8_t>(kind[i]),
        static_cast<std::int64_t>(events[i]), static_cast<std::int64_t>(play_ms[i]),
        static_cast<std::int64_t>(unsaved[i]));
  }
  return receipts.Check();
}

absl::Status AddPeople(const Columns& answer, const DayScope& scope, std::optional<Dimension> split,
                       Segments& segments) {
  constexpr std::uint64_t kEngaged = 1;
  constexpr std::uint64_t kReceipt = 2;
  const auto& [number, none, audience, day, gap, viewers] = [&] {
    const auto& n = answer.numbers;
    return std::tie(n[0], n[1], n[2], n[3], n[4], n[5]);
  }();
  DayScope::Receipts receipts(scope);
  CountCheck all_viewers;
  for (std::size_t i = 0; i < answer.rows; ++i) {
    if (audience[i] == kReceipt) {
      receipts.Add(number[i], day[i], viewers[i]);
      continue;
    }
    const std::optional<Attribute> segment = SegmentOf(split, number[i], none[i]);
    if (audience[i] > kReceipt || !segment || !IsIn(scope, day[i]) || gap[i] > day[i] ||
        !all_viewers.Takes(viewers[i])) {
      return NoSuchRow(i);
    }
    segments[*segment].AddViewers(audience[i] == kEngaged, static_cast<std::int64_t>(day[i]),
                                  static_cast<std::int64_t>(gap[i]),
                                  static_cast<std::int64_t>(viewers[i]));
  }
  return receipts.Check();
}

}  // namespace pinmetrics
