#include "pinmetrics/clickhouse/engine.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "calendar/day_number.h"
#include "clickhouse/concat.h"
#include "clickhouse/engine_impl.h"
#include "clickhouse/event_rows.h"
#include "clickhouse/filter_sql.h"
#include "clickhouse/key_hash.h"
#include "clickhouse/name.h"
#include "clickhouse/segment_facts.h"
#include "pinmetrics/clickhouse/schema.h"
#include "pinmetrics/rank/top_n.h"
#include "report/assemble.h"
#include "report/plan.h"

namespace pinmetrics {
namespace {

absl::StatusOr<RowConditions> ConditionsOf(const Query& query) {
  absl::StatusOr<std::string> filter = FilterSql(query.filter);
  if (!filter.ok()) return filter.status();
  return RowConditions{.include_saved = query.include_saved,
                       .filter = filter->empty() ? "" : Concat(" AND ", *filter)};
}

/// The days of a plan that tables can have; empty if there are none.
struct NumberedDays {
  std::int64_t first = 0;
  std::int64_t last = -1;
  bool empty() const { return last < first; }
};

NumberedDays CountedDays(const Plan& plan) {
  if (plan.valued.empty()) return {};
  const DateRange days = plan.CountedDays();
  return {std::max<std::int64_t>(DayNumber(days.first()), 0),
          std::min(DayNumber(days.last()), kLastDay)};
}

std::string CreatedSql(const DateRange& created) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  return Concat(" AND created_day BETWEEN ", std::clamp(DayNumber(created.first()), kLeast, kMost),
                " AND ", std::clamp(DayNumber(created.last()), kLeast, kMost));
}

/// What is known of an item of a top list before it is listed.
struct ItemSums {
  Tally tally;
  std::uint64_t month_events = 0;
  std::int64_t month_views = 0;
};

absl::Status AddItems(const Columns& answer, const DayScope& scope,
                      std::map<std::uint64_t, ItemSums>& items) {
  const auto& n = answer.numbers;
  DayScope::Receipts receipts(scope);
  CountCheck all_events;
  CountCheck all_month_events;
  CountCheck all_play_ms;
  for (std::size_t i = 0; i < answer.rows; ++i) {
    const std::uint64_t what = n[0][i];
    const std::uint64_t kind = n[3][i];
    const std::uint64_t events = n[4][i];
    const std::uint64_t play_ms = n[5][i];
    const std::uint64_t month_events = n[6][i];
    const std::uint64_t unsaved = n[7][i];
    if (what == Statements::kReceipt) {
      receipts.Add(n[1][i], n[2][i], events);
      continue;
    }
    if (what != Statements::kFacts || kind >= kKinds || unsaved > month_events ||
        !all_events.Takes(events) || !all_month_events.Takes(month_events) ||
        !all_play_ms.Takes(play_ms)) {
      return absl::DataLossError(
          Concat("the answer has a value in row ", i, " that nothing can have"));
    }
    ItemSums& item = items[n[1][i]];
    item.tally.Merge(TallyOf(static_cast<std::uint8_t>(kind), static_cast<std::int64_t>(events),
                             static_cast<std::int64_t>(play_ms)));
    item.month_events += month_events;
    if (kind == static_cast<std::uint64_t>(Action::kImpression)) {
      item.month_views += static_cast<std::int64_t>(unsaved);
    }
  }
  return receipts.Check();
}

/// What a server ranks items by so that they stand as `Ranked` ones do: where the metric counts
/// each event once or not at all, over the days that have a value. Nothing where the ranking is
/// ours.
std::optional<Statements::Highest> HighestBy(const Ranking& ranking) {
  if (!ranking.by.counters()) return std::nullopt;
  const CounterWeights& weights = *ranking.by.counters();
  if (weights[Tally::kPlayTimeMs] > 0) return std::nullopt;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 31;  // More than any account has.
  Statements::Highest highest{.kinds = {}, .limit = std::min<std::uint64_t>(ranking.limit, kMost)};
  for (std::uint8_t kind = 0; kind < kKinds; ++kind) {
    const Tally one = TallyOf(kind, 1, 0);
    std::int64_t times = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      times += one.counts()[i] * std::int64_t{std::uint32_t{weights[i]}};
    }
    if (times > 1) return std::nullopt;
    if (times == 1) highest.kinds.push_back(kind);
  }
  if (highest.kinds.empty()) return std::nullopt;
  return highest;
}

bool HasEvents(const Tally& tally) {
  const auto actions = tally.counts().first(kCountOf<Action>);
  return std::any_of(actions.begin(), actions.end(), [](std::int64_t n) { return n > 0; });
}

}  // namespace

ClickHouseEngine::Impl::Impl(ClickHouseServer server, ClickHouseOptions options)
    : server_(std::move(server)),
      options_(std::move(options)),
      statements_(options_.database, options_.account),
      generations_(options_.generation_seed ? *options_.generation_seed : std::random_device{}()) {}

absl::StatusOr<Columns> ClickHouseEngine::Impl::Ask(Statement statement, Sent sent) const {
  if (sent != nullptr) sent->push_back(statement.sql);
  return server_.Ask(std::move(statement.sql), statement.widths);
}

absl::StatusOr<DayStates> ClickHouseEngine::Impl::ReadStates(std::int64_t first, std::int64_t last,
                                                             For purpose, Sent sent) const {
  const absl::StatusOr<Columns> answer =
      Ask(statements_.Days(first, last, /*with_first_open=*/purpose == For::kWriting), sent);
  if (!answer.ok()) return answer.status();
  constexpr std::uint64_t kVersion = 0;
  constexpr std::uint64_t kPublished = 1;
  constexpr std::uint64_t kFirstOpen = 2;
  constexpr std::uint64_t kZone = 3;
  DayStates states;
  bool has_version = false;
  for (std::size_t i = 0; i < answer->rows; ++i) {
    const auto& n = answer->numbers;
    const auto day = static_cast<std::int64_t>(n[1][i]);
    const std::uint64_t number = n[2][i];
    if (n[0][i] == kVersion) {
      has_version = true;
      if (number == kClickHouseSchemaVersion) continue;
      return server_.Named(absl::FailedPreconditionError(Concat(
          "the tables of ", options_.database, " are of version ", number, ", expected ",
          kClickHouseSchemaVersion,
          number < kClickHouseSchemaVersion ? ", to which ClickHouseSchemaUpgrade brings them"
                                            : "")));
    }
    if (n[0][i] == kPublished && day >= first && day <= last && number > 0) {
      states.published[day] = {static_cast<std::uint32_t>(number), n[3][i], n[4][i]};
    } else if (n[0][i] == kFirstOpen && number <= kLastDay + 1) {
      states.first_open = std::max(states.first_open, static_cast<std::int64_t>(number));
    } else if (n[0][i] == kZone) {
      states.zones.push_back(n[4][i]);
    } else {
      return server_.Named(absl::DataLossError(
          Concat("the answer on days has a value in row ", i, " that nothing can have")));
    }
  }
  if (has_version) return states;
  return server_.Named(absl::FailedPreconditionError(
      Concat("the tables of ", options_.database,
             " do not say their version, expected those of ClickHouseSchema")));
}

absl::StatusOr<DayStates> ClickHouseEngine::Impl::ReadDays(std::int64_t first, std::int64_t last,
                                                           For purpose, Sent sent) const {
  absl::StatusOr<DayStates> states = ReadStates(first, last, purpose, sent);
  if (!states.ok()) return states;
  const std::string own = options_.reporting.time_zone.name();
  const std::uint64_t own_number = ZoneNumber(own);
  const bool is_own = std::all_of(states->zones.begin(), states->zones.end(),
                                  [=](std::uint64_t zone) { return zone == own_number; });
  if (is_own) return states;
  const absl::StatusOr<Columns> zones = Ask(statements_.Zones());
  if (!zones.ok()) return zones.status();
  std::string others;
  for (std::size_t i = 0; i < zones->rows; ++i) {
    if (zones->numbers[0][i] == own_number) continue;
    AppendTo(others, others.empty() ? "" : ", ", QuoteAnswer(zones->texts[1][i]));
  }
  return server_.Named(absl::FailedPreconditionError(
      Concat("the days of account ", options_.account, " are those of the time zone ", others,
             ", expected it in place of ", own)));
}

absl::Status ClickHouseEngine::Impl::ClaimZone() const {
  if (has_claimed_zone_) return absl::OkStatus();
  absl::StatusOr<DayStates> states = ReadDays(0, 0);
  if (!states.ok()) return states.status();
  if (states->zones.empty()) {
    const std::string name = options_.reporting.time_zone.name();
    std::string row;
    AppendNumber(options_.account, row);
    AppendNumber(ZoneNumber(name), row);
    AppendLength(name.size(), row);
    row += name;
    absl::Status status = server_.Do(statements_.InsertAccounts(), std::move(row));
    if (!status.ok()) return status;
    // Another host may have said another at the same time: then both are refused.
    states = ReadDays(0, 0);
    if (!states.ok()) return states.status();
  }
  has_claimed_zone_ = true;
  return absl::OkStatus();
}

std::int64_t ClickHouseEngine::Impl::NextMoment(absl::Time now) const {
  const std::lock_guard lock(numbers_);
  last_moment_ = std::max(absl::ToUnixMicros(now), last_moment_ + 1);
  return last_moment_;
}

std::uint32_t ClickHouseEngine::Impl::DrawGeneration() const {
  const std::lock_guard lock(numbers_);
  return std::uniform_int_distribution<std::uint32_t>(1)(generations_);
}

absl::StatusOr<Report> ClickHouseEngine::Impl::Run(const Query& query, absl::Time now,
                                                   Sent sent) const {
  const absl::StatusOr<Plan> plan = PlanReport(query, now, options_.reporting);
  if (!plan.ok()) return plan.status();
  const absl::StatusOr<RowConditions> conditions = ConditionsOf(query);
  if (!conditions.ok()) return conditions.status();

  const NumberedDays days = CountedDays(*plan);
  const absl::StatusOr<DayStates> states = ReadDays(days.first, days.last, For::kReading, sent);
  if (!states.ok()) return states.status();
  Segments found;
  const DayScope scope(days.first, days.last, *states);
  if (scope.has_final() || scope.has_live()) {
    const absl::StatusOr<Columns> sums =
        Ask(statements_.Sums(scope, query.split, *conditions), sent);
    if (!sums.ok()) return sums.status();
    absl::Status status = AddSums(*sums, scope, query.split, found);
    if (!status.ok()) return server_.Named(status);
    if (plan->needs.people()) {
      const absl::StatusOr<Columns> people =
          Ask(statements_.People(scope, query.split, conditions->Sql()), sent);
      if (!people.ok()) return people.status();
      status = AddPeople(*people, scope, query.split, found);
      if (!status.ok()) return server_.Named(status);
    }
  }

  const SegmentFacts nothing;
  std::vector<Attribute> segments;
  std::vector<const SegmentFacts*> facts;
  for (const auto& [segment, of_segment] : found) {
    if (query.split && !of_segment.OccursIn(plan->SegmentDays())) continue;
    segments.push_back(segment);
    facts.push_back(&of_segment);
  }
  if (!query.split && facts.empty()) facts.push_back(&nothing);
  return AssembleReport(*plan, segments, [&](std::size_t segment, const ReportedDays& reported) {
    return facts[segment]->Of(*plan, reported.days);
  });
}

absl::StatusOr<TopList> ClickHouseEngine::Impl::Top(Dimension item, const Query& query,
                                                    const Ranking& ranking, absl::Time now,
                                                    Sent sent) const {
  const absl::StatusOr<Plan> plan = PlanTopList(query, ranking, now, options_.reporting);
  if (!plan.ok()) return plan.status();
  absl::StatusOr<RowConditions> conditions = ConditionsOf(query);
  if (!conditions.ok()) return conditions.status();
  const ReportingCalendar calendar(options_.reporting.time_zone);
  if (const auto created = CreatedRange(ranking, calendar, now)) {
    conditions->filter += CreatedSql(*created);
  }
  const std::string passing = conditions->Sql();

  const NumberedDays days = CountedDays(*plan);
  const absl::StatusOr<DayStates> states = ReadDays(days.first, days.last, For::kReading, sent);
  if (!states.ok()) return states.status();
  TopList list{{plan->head}, ranking, item};
  const DayScope scope(days.first, days.last, *states);
  if (!scope.has_final() && !scope.has_live()) return list;

  // Ranked here over every item, unless a server can: two shards' own first ten need not have the
  // first ten of both.
  const bool month_is_known = plan->needs.month() && plan->MonthIsKnown(plan->valued.last());
  const std::int64_t month = DayNumber(Plan::MonthOf(plan->valued.last()).first());
  const absl::StatusOr<Columns> sums =
      Ask(statements_.TopSums(scope, item, DayNumber(plan->valued.first()), month, passing,
                              HighestBy(ranking)),
          sent);
  if (!sums.ok()) return sums.status();
  std::map<std::uint64_t, ItemSums> items;
  absl::Status status = AddItems(*sums, scope, items);
  if (!status.ok()) return server_.Named(status);

  const auto facts_of = [&](const ItemSums& of) {
    Facts facts{.tally = of.tally};
    if (month_is_known) facts.month.emplace().views = of.month_views;
    return facts;
  };
  TopN<Ranked> top(ranking.limit);
  const bool wants_month = ranking.by.needs().month() && month_is_known;
  for (const auto& [id, of_item] : items) {
    if (!HasEvents(of_item.tally) && !(wants_month && of_item.month_events > 0)) continue;
    const std::optional<double> value = ranking.by.Value(facts_of(of_item));
    if (value && *value != 0) top.Add({*value, id});
  }

  std::vector<std::uint64_t> ids;
  for (const Ranked& ranked : top.Sorted()) ids.push_back(ranked.id);
  if (ids.empty()) return list;
  Segments people_of;
  if (plan->needs.people()) {
    const std::string listed = Concat(passing, " AND ", InSql(SqlOf(item).number, ids));
    const absl::StatusOr<Columns> people = Ask(statements_.People(scope, item, listed), sent);
    if (!people.ok()) return people.status();
    status = AddPeople(*people, scope, item, people_of);
    if (!status.ok()) return server_.Named(status);
  }
  std::map<std::uint64_t, std::string> titles;
  if (item == Dimension::kPin) {
    absl::StatusOr<Columns> answer = Ask(statements_.Titles(ids), sent);
    if (!answer.ok()) return answer.status();
    const std::set<std::uint64_t> listed(ids.begin(), ids.end());
    for (std::size_t i = 0; i < answer->rows; ++i) {
      const std::uint64_t id = answer->numbers[0][i];
      if (!listed.contains(id)) {
        return server_.Named(absl::DataLossError(
            Concat("the answer has the title of Pin ", id, ", which was not asked for")));
      }
      titles[id] = std::move(answer->texts[1][i]);
    }
  }
  for (const std::uint64_t id : ids) {
    Facts facts = facts_of(items.at(id));
    if (plan->needs.people()) {
      const SegmentFacts& people = people_of[Attribute(id)];
      facts.total_audience = people.People(false, plan->valued);
      facts.engaged_audience = people.People(true, plan->valued);
      if (facts.month) {
        const DateRange of_month = Plan::MonthOf(plan->valued.last());
        facts.month->total_audience = people.People(false, of_month);
        facts.month->engaged_audience = people.People(true, of_month);
      }
    }
    list.rows.push_back({.id = ListedId(item, id),
                         .title = std::move(titles[id]),
                         .figures = FiguresOf(*plan, facts)});
  }
  return list;
}

absl::StatusOr<ClickHouseEngine> ClickHouseEngine::Connect(Transport transport,
                                                           ClickHouseOptions options) {
  absl::Status status = CheckClickHouseName("database", options.database);
  if (!status.ok()) return status;
  absl::StatusOr<ClickHouseServer> server = ClickHouseServer::Connect(
      std::move(transport), options.server, options.timeout, options.settings);
  if (!server.ok()) return server.status();
  auto impl = std::make_shared<const Impl>(*std::move(server), std::move(options));
  const absl::StatusOr<DayStates> states = impl->ReadStates(0, 0);
  if (!states.ok()) return states.status();
  return ClickHouseEngine(std::move(impl));
}

const ReportingOptions& ClickHouseEngine::reporting() const { return impl_->options().reporting; }

absl::StatusOr<Report> ClickHouseEngine::Run(const Query& query, absl::Time now) const {
  return impl_->Run(query, now, nullptr);
}

absl::StatusOr<TopList> ClickHouseEngine::TopPins(const Query& query, const Ranking& ranking,
                                                  absl::Time now) const {
  return impl_->Top(Dimension::kPin, query, ranking, now, nullptr);
}

absl::StatusOr<TopList> ClickHouseEngine::TopBoards(const Query& query, const Ranking& ranking,
                                                    absl::Time now) const {
  return impl_->Top(Dimension::kBoard, query, ranking, now, nullptr);
}

absl::StatusOr<Overview> ClickHouseEngine::RunOverview(absl::Time now) const {
  return RunOverview(OverviewQuery(Today(now)), now);
}

absl::StatusOr<Overview> ClickHouseEngine::RunOverview(const Query& query, absl::Time now) const {
  return AssembleOverview(
      query, [&](const Query& asked) { return Run(asked, now); },
      [&](const Query& asked) { return TopPins(asked, {}, now); },
      [&](const Query& asked) { return TopBoards(asked, {}, now); });
}

absl::StatusOr<std::vector<std::string>> ClickHouseEngine::Explain(const Query& query,
                                                                   absl::Time now) const {
  std::vector<std::string> sent;
  absl::Status status = impl_->Run(query, now, &sent).status();
  if (!status.ok()) return status;
  return sent;
}

absl::StatusOr<std::vector<std::string>> ClickHouseEngine::ExplainTopPins(const Query& query,
                                                                          const Ranking& ranking,
                                                                          absl::Time now) const {
  std::vector<std::string> sent;
  absl::Status status = impl_->Top(Dimension::kPin, query, ranking, now, &sent).status();
  if (!status.ok()) return status;
  return sent;
}

absl::StatusOr<std::vector<std::string>> ClickHouseEngine::ExplainTopBoards(const Query& query,
                                                                            const Ranking& ranking,
                                                                            absl::Time now) const {
  std::vector<std::string> sent;
  absl::Status status = impl_->Top(Dimension::kBoard, query, ranking, now, &sent).status();
  if (!status.ok()) return status;
  return sent;
}

}  // namespace pinmetrics
