#include "examples/cli/period_notes.h"

#include <algorithm>
#include <string_view>

namespace pinmetrics::cli {
namespace {

/// As many milliseconds as January has, taken for seconds, are the years 1970 to 2054.
constexpr absl::Time kJanuary1970End = absl::FromUnixSeconds(31 * 24 * 60 * 60);

}  // namespace

PeriodNotes::PeriodNotes(const ReportingCalendar& calendar, const DateRange& period, absl::Time now)
    : calendar_(calendar),
      period_(period),
      first_retained_(calendar.FirstRetainedDay(now)),
      retained_begin_(calendar.Begin(first_retained_)),
      period_begin_(calendar.Begin(period.first())),
      period_end_(calendar.End(period.last())) {}

void PeriodNotes::Add(absl::Time time, bool is_number) {
  ++events_;
  first_ = std::min(first_, time);
  last_ = std::max(last_, time);
  if (time >= period_begin_ && time < period_end_) return;
  ++outside_period_;
  before_retained_ += time < retained_begin_;
  numbers_in_january_1970_ += is_number && time < kJanuary1970End;
}

std::vector<std::string> PeriodNotes::Lines() const {
  if (outside_period_ == 0) return {};
  std::vector<std::string> lines;
  const auto count = [&](std::int64_t events, std::string_view where) {
    if (events == 0) return;
    std::string line = std::to_string(events) + " of " + std::to_string(events_);
    line += events_ == 1 ? " event" : " events";
    line += events == 1 ? " is " : " are ";
    lines.push_back(line.append(where));
  };
  count(before_retained_, "before " + ToString(first_retained_) + ", the first day retained");
  count(outside_period_, "outside the period, " + ToString(period_));
  lines.push_back("the first event is of " + ToString(calendar_.DayOf(first_)) + ", the last of " +
                  ToString(calendar_.DayOf(last_)));
  if (numbers_in_january_1970_ == events_) {
    lines.emplace_back(
        "all times are in January 1970: they look like seconds, expected milliseconds");
  }
  return lines;
}

}  // namespace pinmetrics::cli
