#include "benchmarks/peers/question.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "benchmarks/peers/check.h"
#include "benchmarks/peers/clickhouse_sql.h"
#include "benchmarks/peers/sql.h"
#include "pinmetrics/filter/filter.h"
#include "pinmetrics/metrics/catalogue.h"

namespace pinmetrics::peers {
namespace {

// What design.md sets out to reach.
constexpr double kGoalSums = 3'000;
constexpr double kGoalMixedFilter = 100;
constexpr double kGoalTop = 300;
constexpr double kGoalTopFiltered = 50;
constexpr double kGoalAudiences = 700;
constexpr double kGoalAudiencesFiltered = 60;
constexpr double kGoalMonthly = 500;
constexpr double kGoalOnePin = 1'000;
constexpr double kGoalOverview = 500;
constexpr double kGoalManyGroups = 60;

constexpr int kTop = 50;
constexpr int kOverviewTop = 10;

/// A filter in both languages.
struct Condition {
  std::string name = "no filter";
  Filter filter = {};
  std::string sql = {};
};

/// Passes a fifth of the events.
Condition OnEvents() {
  return {.name = "event filter",
          .filter = Is(Device::kMobile, Device::kTablet) && !Is(ContentType::kPaid) &&
                    Is(Gender::kFemale) && !Is(Age::k18To24, Age::kUnspecified),
          .sql = "AND device IN (0, 1) AND content_type <> 1 AND gender = 0 AND age NOT IN (0, 7)"};
}

Condition OnPins() {
  return {.name = "Pin filter",
          .filter = Is(PinFormat::kStandard, PinFormat::kVideo) && Is(PinSource::kYourPins) &&
                    Is(AccountId(1), kNoAccount),
          .sql = "AND format IN (0, 3) AND source = 0 AND account IN (0, 1)"};
}

Condition OnBoth() {
  return {.name = "mixed filter",
          .filter = OnEvents().filter && OnPins().filter,
          .sql = OnEvents().sql + " " + OnPins().sql};
}

/// Mixed, but no conjunction of the two kinds.
Condition OnEither() {
  return {.name = "mixed filter with or",
          .filter = (Is(Device::kMobile) || Is(PinFormat::kVideo)) && !Is(Gender::kMale),
          .sql = "AND (device = 0 OR format = 3) AND gender <> 1"};
}

Condition MobileOrganicFemale() {
  return {.name = "mobile, organic, one gender",
          .filter = Is(Device::kMobile) && Is(ContentType::kOrganic) && Is(Gender::kFemale),
          .sql = "AND device = 0 AND content_type = 0 AND gender = 0"};
}

/// The catalogue without people and months: what one pass over the events gives.
std::vector<Metric> CountMetrics() {
  std::vector<Metric> metrics;
  for (const Metric& metric : Catalogue()) {
    if (metric.needs() == Needs{}) metrics.push_back(metric);
  }
  return metrics;
}

/// What of a report DuckDB's statements answer.
enum class Part { kTotals, kDays, kTotalsAndDays, kDaysAndTheirSum };

auto CheckReport(Part part) {
  return [part](const Answer& answer, const std::vector<Table>& tables) -> absl::Status {
    absl::StatusOr<Slices> slices = ReadSlices(tables);
    if (!slices.ok()) return slices.status();
    if (part == Part::kDaysAndTheirSum) SumDays(*slices);
    const auto& report = std::get<Report>(answer);
    absl::Status status = absl::OkStatus();
    if (part != Part::kDays) status = CheckTotals(report, *slices);
    if (part != Part::kTotals) status.Update(CheckDays(report, *slices));
    return status;
  };
}

absl::Status CheckTop(const Answer& answer, const std::vector<Table>& tables) {
  const absl::StatusOr<Slices> slices = ReadSlices(tables);
  if (!slices.ok()) return slices.status();
  return CheckTopList(std::get<TopList>(answer), *slices);
}

/// The days' facts get the views of their month; those of the period and of the one before are put
/// together, with the audiences of the months that are the same days.
struct OverviewFacts {
  Facts now;
  Facts before;
};

OverviewFacts FinishOverview(const DateRange& period, Slices& slices) {
  const auto number = [](absl::CivilDay day) { return day - absl::CivilDay(1970, 1, 1); };
  const auto month = [&](absl::CivilDay last) {
    Facts facts = slices[{number(last), 0}];
    facts.tally = Tally();
    for (const absl::CivilDay day : LastDays(30, last)) {
      facts.tally.Merge(slices[{number(day), 0}].tally);
    }
    facts.month->views = facts.tally[Tally::kImpressions];
    facts.total_audience = facts.month->total_audience;
    facts.engaged_audience = facts.month->engaged_audience;
    return facts;
  };
  for (const absl::CivilDay day : period) {
    slices[{number(day), 0}].month->views = month(day).month->views;
  }
  return {.now = month(period.last()), .before = month(period.first() - 1)};
}

absl::Status CheckOverview(const Answer& answer, const std::vector<Table>& tables) {
  const auto& overview = std::get<Overview>(answer);
  const DateRange& period = overview.report.query.period;
  const std::vector<Metric>& metrics = overview.report.query.metrics;
  // The first two statements are about the days, the others one top list each.
  absl::StatusOr<Slices> days = ReadSlices({tables[0], tables[1]});
  if (!days.ok()) return days.status();
  const OverviewFacts facts = FinishOverview(period, *days);
  absl::Status status = CheckDays(overview.report, *days);
  status.Update(CheckTotals(overview.report, {{{kWholePeriod, 0}, facts.now}}));
  if (!status.ok()) return status;
  status = CheckChange(metrics, overview.report.totals.front(), FiguresOf(metrics, facts.before));
  for (const auto& [list, table] :
       {std::pair(&overview.top_pins, &tables[2]), std::pair(&overview.top_boards, &tables[3])}) {
    absl::StatusOr<Slices> slices = ReadSlices({*table});
    if (!slices.ok()) return slices.status();
    for (auto& [key, item] : *slices) {
      item.month = MonthlyFacts{.views = item.tally[Tally::kImpressions],
                                .total_audience = item.total_audience,
                                .engaged_audience = item.engaged_audience};
    }
    status.Update(CheckTopList(*list, *slices));
  }
  return status;
}

/// The months of the whole period are those of its last day.
void GiveTotalsTheirLastMonth(Slices& slices) {
  if (slices.empty()) return;
  const std::int64_t last_day = slices.rbegin()->first.first;
  for (auto& [key, facts] : slices) {
    if (key.first == kWholePeriod) facts.month = slices[{last_day, key.second}].month;
  }
}

/// Makes the questions about one workload.
class Questions {
 public:
  explicit Questions(const Workload& workload)
      : workload_(workload), month_(workload.LastDaysOfData(30)) {}

  std::vector<Question> Take() && { return std::move(questions_); }

  void Totals(const Condition& condition, double goal) {
    Add({.name = absl::StrCat("totals, ", condition.name),
         .goal = goal,
         .asked = {CountQuery(condition)},
         .sql = {CountsSql(Scope(condition), {})},
         .clickhouse_sql = {by_hand::CountsSql(Scope(condition), {})},
         .check = CheckReport(Part::kTotals)});
  }

  void Daily(const Condition& condition, double goal) {
    Add({.name = absl::StrCat("daily series, ", condition.name),
         .goal = goal,
         .asked = {CountQuery(condition)},
         .sql = {CountsSql(Scope(condition), {.by_day = true})},
         .clickhouse_sql = {by_hand::CountsSql(Scope(condition), {.by_day = true})},
         .check = CheckReport(Part::kDaysAndTheirSum)});
  }

  void Split(const Condition& condition, Dimension dimension, bool by_day, double goal) {
    Query query = CountQuery(condition);
    query.split = dimension;
    const std::string column(NameOf(dimension));
    const SqlSlices slices{.by_day = by_day, .segment = column};
    Add({.name =
             absl::StrCat(by_day ? "daily series by " : "totals by ", column, ", ", condition.name),
         .goal = goal,
         .asked = {query},
         .sql = {CountsSql(Scope(condition), slices)},
         .clickhouse_sql = {by_hand::CountsSql(Scope(condition), slices)},
         .check = CheckReport(by_day ? Part::kDaysAndTheirSum : Part::kTotals)});
  }

  void Top(const Condition& condition, Dimension item, double goal) {
    const std::string column(NameOf(item));
    AddTop(
        absl::StrCat("top 50 ", item == Dimension::kPin ? "Pins" : "boards", ", ", condition.name),
        condition, item, goal, TopSql(Scope(condition), column, kTop, /*audiences=*/false),
        {by_hand::TopSql(Scope(condition), column, kTop, /*audiences=*/false)});
  }

  void Audiences(const Condition& condition, double goal) {
    Query query = QueryOf(condition, month_, {kTotalAudience, kEngagedAudience});
    const std::string whole = AudiencesSql(Scope(condition), {});
    const std::string whole_by_hand = by_hand::AudiencesSql(Scope(condition), {});
    Add({.name = absl::StrCat("audiences, ", condition.name),
         .goal = goal,
         .asked = {query},
         .sql = {whole},
         .clickhouse_sql = {whole_by_hand},
         .check = CheckReport(Part::kTotals)});
    // Our report has those of each day in any case.
    Add({.name = absl::StrCat("audiences, ", condition.name, ", DuckDB also of each day"),
         .goal = goal,
         .asked = {query},
         .sql = {whole, AudiencesSql(Scope(condition), {.by_day = true})},
         .clickhouse_sql = {whole_by_hand,
                            by_hand::AudiencesSql(Scope(condition), {.by_day = true})},
         .check = CheckReport(Part::kTotalsAndDays)});
  }

  void Monthly() {
    const DateRange ends = workload_.LastDaysOfData(60);
    const Query query = QueryOf({}, ends, {kMonthlyTotalAudience});
    const auto add = [&](const std::string& way, const std::string& sql,
                         std::vector<std::string> clickhouse_sql = {}) {
      Add({.name = absl::StrCat("monthly audience series, 60 days, DuckDB by ", way),
           .goal = kGoalMonthly,
           .asked = {query},
           .sql = {sql},
           .clickhouse_sql = std::move(clickhouse_sql),
           .check = CheckReport(Part::kDays)});
    };
    add("intervals", MonthlyByIntervalsSql(ends, ""),
        {by_hand::MonthlySql(ends, "", /*engaged_and_daily=*/false)});
    add("bit masks", MonthlyByMasksSql(ends, ""));
  }

  void OnePin(std::uint64_t id, const std::string& which) {
    const Condition condition = {
        .name = which, .filter = Is(PinId(id)), .sql = absl::StrCat("AND pin = ", id)};
    const SqlScope scope{.period = workload_.days(), .condition = condition.sql};
    Add({.name = absl::StrCat("one Pin, daily, 90 days, ", which),
         .goal = kGoalOnePin,
         .asked = {QueryOf(condition, workload_.days(), CountMetrics())},
         .sql = {CountsSql(scope, {.by_day = true})},
         .clickhouse_sql = {by_hand::CountsSql(scope, {.by_day = true})},
         .check = CheckReport(Part::kDaysAndTheirSum)});
  }

  void WholeOverview() {
    Query query{.period = month_, .comparison = Comparison::kPreviousPeriod};
    // Saved Pins do not count unless asked for.
    const std::string condition = "AND NOT saved";
    const SqlScope scope{.period = month_, .condition = condition};
    const SqlScope two_months{.period = workload_.LastDaysOfData(60), .condition = condition};
    // The months that end with the period's days and with the day before it.
    const DateRange ends = workload_.LastDaysOfData(31);
    Add({.name = "overview",
         .goal = kGoalOverview,
         .asked = {.query = query, .kind = Asked::Kind::kOverview},
         .sql = {CountsSql(two_months, {.by_day = true}),
                 MonthlyByMasksSql(ends, condition, {.engaged = true, .daily = true}),
                 TopSql(scope, "pin", kOverviewTop, /*audiences=*/true),
                 TopSql(scope, "board", kOverviewTop, /*audiences=*/true)},
         .clickhouse_sql = {by_hand::CountsSql(two_months, {.by_day = true}),
                            by_hand::MonthlySql(ends, condition, /*engaged_and_daily=*/true),
                            by_hand::TopSql(scope, "pin", kOverviewTop, /*audiences=*/true),
                            by_hand::TopSql(scope, "board", kOverviewTop, /*audiences=*/true)},
         .check = CheckOverview});
  }

  /// All that a report split by many product groups has, but for the views of months.
  void ManyGroups() {
    std::vector<Metric> metrics = CountMetrics();
    metrics.insert(metrics.end(), {kTotalAudience, kEngagedAudience, kMonthlyTotalAudience,
                                   kMonthlyEngagedAudience});
    Query query = QueryOf({}, month_, std::move(metrics));
    query.split = Dimension::kProductGroup;
    const std::string column = "product_group";
    Add({.name = absl::StrCat("all metrics by ", kManyGroups, " product groups, daily"),
         .grouped = true,
         .goal = kGoalManyGroups,
         .asked = {query},
         .sql = {CountsSql({.period = month_, .table = kGroupedTable},
                           {.by_day = true, .segment = column}),
                 MonthlyByMasksSql(month_, "",
                                   {.engaged = true,
                                    .daily = true,
                                    .whole = true,
                                    .segment = column,
                                    .table = kGroupedTable})},
         .check = [](const Answer& answer, const std::vector<Table>& tables) -> absl::Status {
           absl::StatusOr<Slices> slices = ReadSlices(tables);
           if (!slices.ok()) return slices.status();
           SumDays(*slices);
           GiveTotalsTheirLastMonth(*slices);
           const auto& report = std::get<Report>(answer);
           absl::Status status = CheckTotals(report, *slices);
           status.Update(CheckDays(report, *slices));
           return status;
         }});
  }

  void FromSummary() {
    const Query query = CountQuery({});
    const std::string suffix = ", no filter, DuckDB from a table of sums per day and Pin";
    Add({.name = "totals" + suffix,
         .asked = {query},
         .sql = {SummaryCountsSql(month_, /*by_day=*/false)},
         .check = CheckReport(Part::kTotals)});
    Add({.name = "daily series" + suffix,
         .asked = {query},
         .sql = {SummaryCountsSql(month_, /*by_day=*/true)},
         .check = CheckReport(Part::kDaysAndTheirSum)});
    AddTop("top 50 Pins" + suffix, {}, Dimension::kPin, std::nullopt,
           SummaryTopPinsSql(month_, kTop));
  }

 private:
  void Add(Question question) { questions_.push_back(std::move(question)); }

  void AddTop(const std::string& name, const Condition& condition, Dimension item,
              std::optional<double> goal, const std::string& sql,
              std::vector<std::string> clickhouse_sql = {}) {
    Add({.name = name,
         .goal = goal,
         .asked = {.query = CountQuery(condition),
                   .kind =
                       item == Dimension::kPin ? Asked::Kind::kTopPins : Asked::Kind::kTopBoards,
                   .ranking = {.limit = kTop}},
         .sql = {sql},
         .clickhouse_sql = std::move(clickhouse_sql),
         .check = CheckTop});
  }

  SqlScope Scope(const Condition& condition) const {
    return {.period = month_, .condition = condition.sql};
  }

  /// With saved Pins: without them DuckDB would have one more condition to look at.
  static Query QueryOf(const Condition& condition, const DateRange& period,
                       std::vector<Metric> metrics) {
    return {.period = period,
            .filter = condition.filter,
            .include_saved = true,
            .metrics = std::move(metrics)};
  }

  Query CountQuery(const Condition& condition) const {
    return QueryOf(condition, month_, CountMetrics());
  }

  const Workload& workload_;
  DateRange month_;
  std::vector<Question> questions_;
};

}  // namespace

std::vector<Question> MakeQuestions(const Workload& workload) {
  Questions questions(workload);
  questions.Totals({}, kGoalSums);
  questions.Daily({}, kGoalSums);
  questions.Split({}, Dimension::kDevice, /*by_day=*/false, kGoalSums);
  questions.Split({}, Dimension::kFormat, /*by_day=*/false, kGoalSums);
  questions.Split({}, Dimension::kContentType, /*by_day=*/true, kGoalSums);
  for (const Condition& condition : {OnEvents(), OnPins()}) {
    questions.Totals(condition, kGoalSums);
    questions.Daily(condition, kGoalSums);
  }
  questions.Split(OnEvents(), Dimension::kAge, /*by_day=*/false, kGoalSums);
  questions.Split(OnPins(), Dimension::kAccount, /*by_day=*/false, kGoalSums);
  for (const Condition& condition : {OnBoth(), OnEither()}) {
    questions.Totals(condition, kGoalMixedFilter);
    questions.Daily(condition, kGoalMixedFilter);
  }
  questions.Split(OnBoth(), Dimension::kDevice, /*by_day=*/false, kGoalMixedFilter);
  // A split by what belongs to the Pin, of events that are filtered, needs both kinds as well.
  questions.Split(OnEvents(), Dimension::kFormat, /*by_day=*/true, kGoalMixedFilter);
  for (const Dimension item : {Dimension::kPin, Dimension::kBoard}) {
    questions.Top({}, item, kGoalTop);
    questions.Top(OnEvents(), item, kGoalTopFiltered);
    questions.Top(OnBoth(), item, kGoalTopFiltered);
  }
  questions.Audiences({}, kGoalAudiences);
  questions.Audiences(MobileOrganicFemale(), kGoalAudiencesFiltered);
  questions.Audiences(OnBoth(), kGoalAudiencesFiltered);
  questions.Monthly();
  questions.OnePin(1001, "the 1001st");
  questions.OnePin(1, "the first");
  questions.WholeOverview();
  questions.ManyGroups();
  questions.FromSummary();
  return std::move(questions).Take();
}

}  // namespace pinmetrics::peers
