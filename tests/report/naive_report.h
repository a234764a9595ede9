#ifndef PINMETRICS_TESTS_REPORT_NAIVE_REPORT_H_
#define PINMETRICS_TESTS_REPORT_NAIVE_REPORT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/metrics/catalogue.h"
#include "pinmetrics/report/evaluate.h"
#include "pinmetrics/report/query.h"
#include "pinmetrics/report/report.h"

/// The spec's sections 1 to 6 once more, from the page and with nothing of the library's but its
/// value types: for every figure a loop over all events. Slow, and meant to be obviously right.

namespace pinmetrics {

/// A filter and, said in other words, which events pass it.
struct SaidTwice {
  Filter filter;
  std::function<bool(const Event&, const Pin&)> passes;
};

/// A host's metrics that the naive reports know too.
inline const Metric kSavesPerMonthlyView = Ratio("saves_per_monthly_view", kSaves, kMonthlyViews);
inline const CountMetric kHeavyActions = [] {
  CounterWeights weights{};
  weights[Tally::kPlayTimeMs] = 4'294'967'295;
  weights[Tally::kSaves] = 3;
  return CountMetric({.name = "heavy_actions"}, weights);
}();

class NaiveReports {
 public:
  NaiveReports(std::span<const Event> events, std::span<const Pin> pins, absl::Time now,
               ReportingOptions options)
      : now_(now), options_(options) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto pin = std::find_if(pins.begin(), pins.end(),
                                    [&](const Pin& other) { return other.id == events[i].pin; });
      if (pin == pins.end() || IsRefused(events[i])) {
        refused_.push_back(i);
        continue;
      }
      const bool repeats = std::any_of(seen_.begin(), seen_.end(), [&](const Seen& before) {
        return events[i].id != EventId() && before.event->id == events[i].id;
      });
      if (!repeats) seen_.push_back({&events[i], &*pin, DayOf(events[i].time)});
    }
  }

  NaiveReports(const std::vector<Observation>& observations, absl::Time now,
               ReportingOptions options)
      : now_(now), options_(options) {
    for (const Observation& observation : observations) {
      seen_.push_back({observation.event, observation.pin, DayOf(observation.event->time)});
    }
  }

  const std::vector<std::size_t>& refused() const { return refused_; }

  absl::CivilDay Today() const { return DayOf(now_); }

  /// 18 calendar months back; the last day of a month that is too short.
  absl::CivilDay FirstRetained() const {
    const absl::CivilDay today = Today();
    const absl::CivilMonth month = absl::CivilMonth(today) - 18;
    const absl::CivilDay last_of_month = absl::CivilDay(month + 1) - 1;
    return std::min(absl::CivilDay(month) + (today.day() - 1), last_of_month);
  }

  absl::Time Begin(absl::CivilDay day) const {
    const absl::TimeZone::TimeInfo info = options_.time_zone.At(absl::CivilSecond(day));
    return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
  }

  /// Whether the query has to be refused.
  bool Refuses(const Query& query) const {
    if (query.period.last() < query.period.first()) return true;
    if (query.period.last() > Today() || query.period.first() < FirstRetained()) return true;
    std::set<std::string> names;
    for (const Metric& metric : query.metrics) {
      if (!names.insert(metric.name()).second) return true;
    }
    if (query.split == Dimension::kBoard || query.split == Dimension::kPin) return true;
    if (!query.real_time) return false;
    for (const std::string& name : names) {
      if (IsAudience(name)) return true;
    }
    return query.split || query.filter.Uses(Dimension::kContentType) ||
           query.filter.Uses(Dimension::kPromotion) || query.filter.Uses(Dimension::kAge) ||
           query.filter.Uses(Dimension::kGender);
  }

  /// The report of a query that is not refused; `said` is its filter.
  Report Run(const Query& query, const SaidTwice& said) const {
    const Population population = Select(query, said);
    Report report{HeadOf(query)};
    const std::vector<absl::CivilDay> valued = ValuedDays(query);
    std::vector<std::optional<Attribute>> segments = {std::nullopt};
    if (query.split) segments = SegmentsOf(report.query, population, valued);
    for (const auto& segment : segments) {
      report.totals.push_back(TotalOf(report.query, segment, valued, population));
    }
    // A split in which nothing occurs shows its days for all events.
    if (segments.empty()) segments = {std::nullopt};
    for (absl::CivilDay first = FirstOfInterval(query, query.period.first());
         first <= query.period.last(); first = LastOfInterval(query, first) + 1) {
      DayRow row{.day = first};
      row.last_day = LastOfInterval(query, first);
      row.partial = first < query.period.first() || row.last_day > query.period.last();
      row.status = StatusOf(query, std::max(first, query.period.first()));
      std::vector<absl::CivilDay> in_row;
      for (absl::CivilDay day = first; day <= row.last_day; ++day) {
        if (!query.period.Contains(day)) continue;
        if (Uncertainty(StatusOf(query, day)) > Uncertainty(row.status)) {
          row.status = StatusOf(query, day);
        }
        if (std::find(valued.begin(), valued.end(), day) != valued.end()) in_row.push_back(day);
      }
      if (in_row.empty()) {
        report.days.push_back(row);
        continue;
      }
      for (const auto& segment : segments) {
        report.days.push_back(row);
        report.days.back().segment = segment;
        report.days.back().figures = FiguresOf(report.query, segment, in_row, population);
      }
    }
    return report;
  }

  /// The top list of a query that is not refused.
  TopList Top(Dimension item, const Query& query, const SaidTwice& said,
              const Ranking& ranking) const {
    TopList list{HeadOf(query), ranking, item};
    const std::vector<absl::CivilDay> valued = ValuedDays(query);
    if (valued.empty()) return list;
    Population all;
    std::set<std::uint64_t> ids;
    for (const Seen* seen : Select(query, said)) {
      if (ranking.created_in_last_days) {
        // The same as created > today - n, without the overflow.
        const absl::CivilDay created = DayOf(seen->pin->created_at);
        if (created > Today() || Today() - created >= *ranking.created_in_last_days) continue;
      }
      all.push_back(seen);
      ids.insert(IdOf(item, *seen));
    }
    Query rank_by = list.query;
    rank_by.metrics = {ranking.by};
    std::vector<std::pair<double, std::uint64_t>> order;  // Of minus the value, then the id.
    for (const std::uint64_t id : ids) {
      const std::optional<double> value =
          FiguresOf(rank_by, std::nullopt, valued, Only(item, id, all)).front();
      if (value && *value != 0) order.push_back({-*value, id});
    }
    std::sort(order.begin(), order.end());
    if (order.size() > ranking.limit) order.resize(ranking.limit);
    for (const auto& [value, id] : order) {
      std::string title;
      for (const Seen& seen : seen_) {
        if (item == Dimension::kPin && seen.pin->id.value() == id) title = seen.pin->title;
      }
      list.rows.push_back(
          {.id = item == Dimension::kPin ? std::variant<PinId, BoardId>(PinId(id)) : BoardId(id),
           .title = title,
           .figures = FiguresOf(list.query, std::nullopt, valued, Only(item, id, all))});
    }
    return list;
  }

 private:
  struct Seen {
    const Event* event;
    const Pin* pin;
    absl::CivilDay day;
  };
  using Population = std::vector<const Seen*>;

  bool IsRefused(const Event& event) const {
    if (event.time < absl::UnixEpoch() || event.time > now_ + absl::Minutes(5)) return true;
    if (static_cast<int>(event.action) > 7 || static_cast<int>(event.device) > 3) return true;
    if (static_cast<int>(event.content_type) > 2 || static_cast<int>(event.age) > 7) return true;
    if (static_cast<int>(event.gender) > 2) return true;
    if ((event.action == Action::kPlayback) != event.playback.has_value()) return true;
    if (!event.playback) return false;
    const Playback& playback = *event.playback;
    return playback.play_time < absl::ZeroDuration() ||
           playback.half_visible < absl::ZeroDuration() ||
           playback.half_visible > playback.play_time ||
           !(0 <= playback.progress && playback.progress <= 1);
  }

  /// The last day that has begun.
  absl::CivilDay DayOf(absl::Time time) const {
    absl::CivilDay day = absl::ToCivilDay(time, options_.time_zone) + 2;
    while (Begin(day) > time) --day;
    return day;
  }

  bool IsFinal(absl::CivilDay day) const { return Begin(day + 1) + absl::Hours(48) <= now_; }

  bool Existed(absl::CivilDay day) const {
    return !options_.business_created || day >= *options_.business_created;
  }

  /// Events of other days are not known, or not there.
  bool IsKnown(absl::CivilDay day) const { return day >= FirstRetained() && Existed(day); }

  DayStatus StatusOf(const Query& query, absl::CivilDay day) const {
    if (!Existed(day)) return DayStatus::kBeforeBusinessCreated;
    if (IsFinal(day)) return DayStatus::kReady;
    return query.real_time ? DayStatus::kEstimate : DayStatus::kProcessing;
  }

  /// The first day, back from `day`, on which an interval of the query begins.
  static absl::CivilDay FirstOfInterval(const Query& query, absl::CivilDay day) {
    const std::string name = ToString(query.interval);
    while (!BeginsInterval(name, day)) --day;
    return day;
  }
  /// The day before the next interval's first.
  static absl::CivilDay LastOfInterval(const Query& query, absl::CivilDay day) {
    const std::string name = ToString(query.interval);
    do ++day;
    while (!BeginsInterval(name, day));
    return day - 1;
  }
  static bool BeginsInterval(const std::string& name, absl::CivilDay day) {
    if (name == "day") return true;
    if (name == "month") return day.day() == 1;
    const char* const weekdays[] = {"week",
                                    "week_from_tuesday",
                                    "week_from_wednesday",
                                    "week_from_thursday",
                                    "week_from_friday",
                                    "week_from_saturday",
                                    "week_from_sunday"};
    return name == weekdays[static_cast<int>(absl::GetWeekday(day))];
  }

  /// There is nothing to know of days before the account, and final days do not change.
  static int Uncertainty(DayStatus status) {
    if (status == DayStatus::kBeforeBusinessCreated) return 0;
    if (status == DayStatus::kReady) return 1;
    return status == DayStatus::kEstimate ? 2 : 3;
  }

  std::vector<absl::CivilDay> ValuedDays(const Query& query) const {
    std::vector<absl::CivilDay> valued;
    for (absl::CivilDay day = query.period.first(); day <= query.period.last(); ++day) {
      const DayStatus status = StatusOf(query, day);
      if (status == DayStatus::kReady || status == DayStatus::kEstimate) valued.push_back(day);
    }
    return valued;
  }

  static std::vector<absl::CivilDay> MonthOf(absl::CivilDay day) {
    std::vector<absl::CivilDay> month;
    for (int back = 29; back >= 0; --back) month.push_back(day - back);
    return month;
  }

  /// The days that a comparison is against, whether known or not.
  std::vector<absl::CivilDay> DaysBefore(const Query& query) const {
    std::vector<absl::CivilDay> before;
    if (query.comparison == Comparison::kNone) return before;
    for (std::size_t back = ValuedDays(query).size(); back > 0; --back) {
      before.push_back(query.period.first() - static_cast<std::int64_t>(back));
    }
    return before;
  }

  static bool IsMonthly(const std::string& name) { return name.starts_with("monthly_"); }
  /// Of a month and of the days of the row.
  static bool IsMixed(const std::string& name) { return name == kSavesPerMonthlyView.name(); }
  static bool IsAudience(const std::string& name) { return name.ends_with("_audience"); }

  ReportHead HeadOf(const Query& query) const {
    ReportHead head{.query = query, .time_zone = options_.time_zone, .now = now_};
    const std::vector<absl::CivilDay> before = DaysBefore(query);
    if (!before.empty() && IsKnown(before.front())) {
      head.compared_with = DateRange::Inclusive(before.front(), before.back());
    }
    head.latest_complete_day = Today();
    while (!IsFinal(head.latest_complete_day)) --head.latest_complete_day;
    const auto is_of_month = [](const Metric& metric) { return IsMonthly(metric.name()); };
    const bool monthly = query.metrics.empty() ||
                         std::any_of(query.metrics.begin(), query.metrics.end(), is_of_month);
    if (monthly && !before.empty() && IsKnown(before.back()) &&
        !IsForgotten(MonthOf(before.back()))) {
      head.month_compared_with = before.back();
    }
    if (!query.metrics.empty()) return head;
    for (const char* name : {"impressions",
                             "engagements",
                             "pin_clicks",
                             "outbound_clicks",
                             "saves",
                             "engagement_rate",
                             "pin_click_rate",
                             "outbound_click_rate",
                             "save_rate",
                             "video_views",
                             "ten_second_plays",
                             "played_to_95_percent",
                             "total_play_time",
                             "average_play_time",
                             "total_audience",
                             "engaged_audience",
                             "monthly_total_audience",
                             "monthly_engaged_audience",
                             "monthly_views",
                             "video_starts",
                             "total_engagement_rate"}) {
      if (query.real_time && IsAudience(name)) continue;
      head.query.metrics.push_back(FindMetric(name).value());
    }
    return head;
  }

  Population Select(const Query& query, const SaidTwice& said) const {
    Population population;
    for (const Seen& seen : seen_) {
      if (!IsKnown(seen.day)) continue;
      if (seen.pin->saved && !query.include_saved) continue;
      if (said.passes(*seen.event, *seen.pin)) population.push_back(&seen);
    }
    return population;
  }

  static std::optional<std::uint64_t> NumberOf(std::optional<AccountId> id) {
    return id ? std::optional(id->value()) : std::nullopt;
  }
  static std::optional<std::uint64_t> NumberOf(std::optional<ProductGroupId> id) {
    return id ? std::optional(id->value()) : std::nullopt;
  }

  /// Nothing for none.
  static std::optional<std::uint64_t> ValueOf(Dimension dimension, const Seen& seen) {
    const std::optional<std::uint64_t> values[] = {
        static_cast<std::uint64_t>(seen.event->content_type),
        static_cast<std::uint64_t>(seen.event->device),
        static_cast<std::uint64_t>(seen.event->age),
        static_cast<std::uint64_t>(seen.event->gender),
        static_cast<std::uint64_t>(seen.pin->source),
        static_cast<std::uint64_t>(seen.pin->format),
        NumberOf(seen.pin->account),
        NumberOf(seen.pin->product_group),
        std::nullopt,  // Board and Pin split no report.
        std::nullopt,
        seen.pin->account.has_value() ? 0 : 1,
        seen.event->content_type == ContentType::kOrganic ? 0 : 1};
    return values[static_cast<std::size_t>(dimension)];
  }

  static std::uint64_t IdOf(Dimension item, const Seen& seen) {
    return item == Dimension::kPin ? seen.pin->id.value() : seen.pin->board.value();
  }

  static Population Only(Dimension item, std::uint64_t id, const Population& population) {
    Population only;
    for (const Seen* seen : population) {
      if (IdOf(item, *seen) == id) only.push_back(seen);
    }
    return only;
  }

  /// The events of a segment (all events, without one) on any of the days.
  static Population On(const std::vector<absl::CivilDay>& days, const Query& query,
                       const std::optional<Attribute>& segment, const Population& population) {
    Population on;
    for (const Seen* seen : population) {
      if (seen->day < days.front() || seen->day > days.back()) continue;
      if (segment) {
        const std::optional<std::uint64_t> value = ValueOf(*query.split, *seen);
        if (segment->is_none() != !value || segment->number() != value.value_or(0)) continue;
      }
      on.push_back(seen);
    }
    return on;
  }

  /// Whether days of the month are past retention and so forgotten: not if the account is younger.
  bool IsForgotten(const std::vector<absl::CivilDay>& month) const {
    return std::any_of(month.begin(), month.end(),
                       [&](absl::CivilDay day) { return Existed(day) && day < FirstRetained(); });
  }

  /// A value occurs if some figure of the report is about one of its events: on a day with values
  /// or to compare with or, for monthly metrics, in the month of one. So the parts add up, also of
  /// monthly views, and what there was before does not vanish.
  std::vector<std::optional<Attribute>> SegmentsOf(
      const Query& query, const Population& population,
      const std::vector<absl::CivilDay>& valued) const {
    if (valued.empty()) return {};
    const bool monthly = std::any_of(
        query.metrics.begin(), query.metrics.end(),
        [](const Metric& metric) { return IsMonthly(metric.name()) || IsMixed(metric.name()); });
    std::vector<std::vector<absl::CivilDay>> looked_at = {valued};
    if (monthly) {
      for (const absl::CivilDay day : valued) looked_at.push_back(MonthOf(day));
    }
    if (query.comparison != Comparison::kNone) {
      const std::vector<absl::CivilDay> before = DaysBefore(query);
      if (IsKnown(before.front())) looked_at.push_back(before);
      const std::vector<absl::CivilDay> month = MonthOf(before.back());
      if (monthly && IsKnown(before.back()) && !IsForgotten(month)) looked_at.push_back(month);
    }
    std::set<std::uint64_t> values;
    bool none = false;
    for (const std::vector<absl::CivilDay>& days : looked_at) {
      for (const Seen* seen : On(days, query, std::nullopt, population)) {
        const std::optional<std::uint64_t> value = ValueOf(*query.split, *seen);
        if (value) values.insert(*value);
        if (!value) none = true;
      }
    }
    std::vector<std::optional<Attribute>> segments;
    for (const std::uint64_t value : values) segments.push_back(Attribute(value));
    if (none) segments.push_back(Attribute());
    return segments;
  }

  /// The figures of the events on `days`, at least one; monthly ones are those of the last.
  Figures FiguresOf(const Query& query, const std::optional<Attribute>& segment,
                    const std::vector<absl::CivilDay>& days, const Population& population) const {
    const Population counted = On(days, query, segment, population);
    const std::vector<absl::CivilDay> month = MonthOf(days.back());
    const Population in_month = On(month, query, segment, population);
    Figures figures;
    for (const Metric& metric : query.metrics) {
      if (!IsMonthly(metric.name()) && !IsMixed(metric.name())) {
        figures.push_back(FigureOf(metric.name(), counted));
        continue;
      }
      if (IsForgotten(month)) {
        figures.push_back(std::nullopt);
      } else if (IsMonthly(metric.name())) {
        figures.push_back(FigureOf(metric.name(), in_month));
      } else {
        figures.push_back(
            Divide(*FigureOf("saves", counted), *FigureOf("monthly_views", in_month)));
      }
    }
    return figures;
  }

  static std::optional<double> Divide(double above, double below) {
    return below == 0 ? std::nullopt : std::optional(above / below);
  }

  static double CountIf(const Population& events, const std::function<bool(const Seen&)>& counts) {
    double count = 0;
    for (const Seen* seen : events) count += counts(*seen) ? 1 : 0;
    return count;
  }

  static double People(const Population& events, const std::function<bool(const Seen&)>& counts) {
    std::set<std::uint64_t> people;
    for (const Seen* seen : events) {
      if (counts(*seen) && seen->event->viewer.value() != 0) {
        people.insert(seen->event->viewer.value());
      }
    }
    return static_cast<double>(people.size());
  }

  static std::optional<double> FigureOf(std::string_view name, const Population& events) {
    const auto n = [&](Action action) {
      return CountIf(events, [&](const Seen& seen) { return seen.event->action == action; });
    };
    const auto playbacks = [&](const std::function<bool(const Playback&)>& counts) {
      return CountIf(events, [&](const Seen& seen) {
        return seen.event->playback && counts(*seen.event->playback);
      });
    };
    const auto any = [](const Seen&) { return true; };
    const auto engages = [](const Seen& seen) {
      return seen.event->action != Action::kImpression && seen.event->action != Action::kPlayback;
    };
    const auto play_time_ms = [&] {
      std::int64_t sum = 0;
      for (const Seen* seen : events) {
        if (seen->event->playback) sum += seen->event->playback->play_time / absl::Milliseconds(1);
      }
      return static_cast<double>(sum);
    };
    if (name == "impressions") return n(Action::kImpression);
    if (name == "engagements") return CountIf(events, engages);
    if (name == "pin_clicks") return n(Action::kPinClick);
    if (name == "outbound_clicks") return n(Action::kOutboundClick);
    if (name == "saves") return n(Action::kSave);
    if (name == "engagement_rate") {
      return Divide(n(Action::kSave) + n(Action::kPinClick) + n(Action::kOutboundClick),
                    n(Action::kImpression));
    }
    if (name == "pin_click_rate") return Divide(n(Action::kPinClick), n(Action::kImpression));
    if (name == "outbound_click_rate") {
      return Divide(n(Action::kOutboundClick), n(Action::kImpression));
    }
    if (name == "save_rate") return Divide(n(Action::kSave), n(Action::kImpression));
    if (name == "video_views") {
      return playbacks([](const Playback& p) { return p.half_visible >= absl::Seconds(2); });
    }
    if (name == "ten_second_plays") {
      return playbacks([](const Playback& p) { return p.play_time >= absl::Seconds(10); });
    }
    if (name == "played_to_95_percent") {
      return playbacks([](const Playback& p) { return p.progress >= 0.95; });
    }
    if (name == "total_play_time") return play_time_ms() / 60'000;
    if (name == "average_play_time") return Divide(play_time_ms(), 1'000 * n(Action::kPlayback));
    if (name == "total_audience" || name == "monthly_total_audience") return People(events, any);
    if (name == "engaged_audience" || name == "monthly_engaged_audience") {
      return People(events, engages);
    }
    if (name == "monthly_views") {
      return CountIf(events, [](const Seen& seen) {
        return seen.event->action == Action::kImpression && !seen.pin->saved;
      });
    }
    if (name == "video_starts") return n(Action::kPlayback);
    if (name == "heavy_actions") {
      // Below 2^64, which this type has exactly.
      return static_cast<double>(4'294'967'295.0L * play_time_ms() + 3 * n(Action::kSave));
    }
    if (name == "total_engagement_rate") {
      return Divide(CountIf(events, engages), n(Action::kImpression));
    }
    return std::nullopt;
  }

  TotalRow TotalOf(const Query& query, const std::optional<Attribute>& segment,
                   const std::vector<absl::CivilDay>& valued, const Population& population) const {
    const Figures absent(query.metrics.size());
    TotalRow total{.segment = segment, .figures = absent};
    if (!valued.empty()) total.figures = FiguresOf(query, segment, valued, population);
    if (query.comparison == Comparison::kNone) return total;
    total.change = absent;
    const std::vector<absl::CivilDay> before = DaysBefore(query);
    if (before.empty()) return total;
    const Figures figures_before = FiguresOf(query, segment, before, population);
    for (std::size_t i = 0; i < query.metrics.size(); ++i) {
      // Monthly figures are compared with the day before the period, whatever is before that.
      const bool monthly = IsMonthly(query.metrics[i].name());
      if (!IsKnown(monthly ? before.back() : before.front())) continue;
      if (!total.figures[i] || !figures_before[i] || *figures_before[i] == 0) continue;
      total.change[i] = (*total.figures[i] - *figures_before[i]) / *figures_before[i];
    }
    return total;
  }

  absl::Time now_;
  ReportingOptions options_;
  std::vector<Seen> seen_;
  std::vector<std::size_t> refused_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_REPORT_NAIVE_REPORT_H_
