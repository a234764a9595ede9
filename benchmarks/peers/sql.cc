#include "benchmarks/peers/sql.h"

#include <initializer_list>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/model/event.h"

namespace pinmetrics::peers {
namespace {

constexpr char kDayNumber[] = "(day - DATE '1970-01-01')::BIGINT";
constexpr char kEngaged[] = "action BETWEEN 1 AND 6";
static_assert(IsEngagement(Action::kPinClick) && IsEngagement(Action::kIdeaSwipe) &&
              Action::kPinClick == Action{1} && Action::kIdeaSwipe == Action{6});

/// The two key columns and the GROUP BY that goes with them.
struct Keys {
  std::string columns;
  std::string group_by;
};

Keys KeysOf(const SqlSlices& slices, std::initializer_list<absl::string_view> more = {}) {
  std::vector<absl::string_view> groups;
  if (slices.by_day) groups.push_back("day");
  if (!slices.segment.empty()) groups.push_back(slices.segment);
  groups.insert(groups.end(), more);
  return {absl::StrCat(slices.by_day ? kDayNumber : "(-1)::BIGINT", ", ",
                       slices.segment.empty() ? "0" : slices.segment, "::BIGINT"),
          groups.empty() ? "" : absl::StrCat(" GROUP BY ", absl::StrJoin(groups, ", "))};
}

constexpr char kZero[] = ", 0::BIGINT";

std::string Zeros(int count) {
  std::string zeros;
  for (int i = 0; i < count; ++i) zeros += kZero;
  return zeros;
}

std::string Unsigned(std::uint64_t number) { return absl::StrCat(number, "::UBIGINT"); }

/// `mask` shifted up by `days`, without what would be pushed out of 60 bits.
std::string ShiftUp(const std::string& mask, int days) {
  return absl::StrCat("((", mask, " & ", Unsigned((std::uint64_t{1} << (60 - days)) - 1), ") << ",
                      Unsigned(static_cast<std::uint64_t>(days)), ")");
}

/// The sums of the first `days` bits of `mask`: number i holds bit i, and bit i + kLane 30 binary
/// places higher.
constexpr int kLane = 30;

std::string LaneSums(const std::string& mask, std::int64_t days) {
  std::vector<std::string> sums;
  for (int i = 0; i < kLane && i < days; ++i) {
    const std::uint64_t lanes = i + kLane < days ? 1 | std::uint64_t{1} << kLane : 1;
    sums.push_back(absl::StrCat("sum(((", mask, " >> ", i, "::UBIGINT) & ", Unsigned(lanes),
                                ")::BIGINT)::BIGINT"));
  }
  return absl::StrCat("[", absl::StrJoin(sums, ", "), "]");
}

/// Bit `day` (an expression) of the list that `LaneSums` made.
std::string BitCount(const std::string& list, const std::string& day) {
  return absl::StrCat("((", list, "[", day, " % ", kLane, " + 1] >> (", kLane, " * (", day, " // ",
                      kLane, "))) & ", (1 << kLane) - 1, ")::BIGINT");
}

/// The counters of `pin_days`, added up.
std::string SummarySums() {
  std::string sums = "sum(c0)::BIGINT";
  for (std::size_t i = 1; i < Tally::kCounters; ++i) {
    absl::StrAppend(&sums, ", sum(c", i, ")::BIGINT");
  }
  return sums;
}

}  // namespace

std::string DayLiteral(absl::CivilDay day) { return absl::StrCat("DATE '", ToString(day), "'"); }

std::string SqlScope::Where() const {
  return absl::StrCat(" WHERE day BETWEEN ", DayLiteral(period.first()), " AND ",
                      DayLiteral(period.last()), " ", condition);
}

std::string CountsSql(const SqlScope& scope, const SqlSlices& slices) {
  const Keys by_action = KeysOf(slices, {"action"});
  const Keys keys = KeysOf(slices);
  return absl::StrCat("SELECT ", by_action.columns, ", action::BIGINT, count(*)", Zeros(4),
                      " FROM ", scope.table, scope.Where(), by_action.group_by,
                      " UNION ALL SELECT ", keys.columns, ", ", kPlaybackSums, "::BIGINT", kZero,
                      ", count(*) FILTER (half_ms >= 2000), count(*) FILTER (play_ms >= 10000),"
                      " count(*) FILTER (progress >= 0.95::FLOAT),"
                      " coalesce(sum(play_ms), 0)::BIGINT FROM ",
                      scope.table, scope.Where(), " AND action = 7", keys.group_by);
}

std::string AudiencesSql(const SqlScope& scope, const SqlSlices& slices) {
  const Keys keys = KeysOf(slices);
  return absl::StrCat("SELECT ", keys.columns, ", ", kAudiences,
                      "::BIGINT, count(DISTINCT viewer), count(DISTINCT viewer) FILTER (", kEngaged,
                      ")", Zeros(3), " FROM events", scope.Where(), keys.group_by);
}

std::string TopSql(const SqlScope& scope, const std::string& column, int limit, bool audiences) {
  const SqlScope among{.period = scope.period,
                       .condition = absl::StrCat(scope.condition, " AND ", column, " IN (SELECT ",
                                                 column, " FROM top)")};
  const SqlSlices slices{.by_day = false, .segment = column};
  std::string sql =
      absl::StrCat("WITH top AS MATERIALIZED (SELECT ", column, " FROM events", scope.Where(),
                   " AND action = 0 GROUP BY ", column, " ORDER BY count(*) DESC, ", column,
                   " LIMIT ", limit, ") ", CountsSql(among, slices));
  if (audiences) absl::StrAppend(&sql, " UNION ALL ", AudiencesSql(among, slices));
  return sql;
}

std::string MonthlyByIntervalsSql(const DateRange& ends, const std::string& condition) {
  const SqlScope scope{.period = DateRange::Inclusive(ends.first() - 29, ends.last()),
                       .condition = condition};
  const std::string first = DayLiteral(ends.first());
  return absl::StrCat(
      "WITH seen AS (SELECT DISTINCT viewer, day FROM events", scope.Where(),
      "), intervals AS (SELECT day AS since, least(day + 30, coalesce(lead(day) OVER"
      " (PARTITION BY viewer ORDER BY day), DATE '9999-01-01')) AS until FROM seen),"
      " changes AS (SELECT edge, sum(n) AS n FROM (SELECT greatest(since, ",
      first, ") AS edge, count(*) AS n FROM intervals WHERE until > ", first,
      " GROUP BY 1 UNION ALL SELECT until, -count(*) FROM intervals WHERE until > ", first,
      " AND until <= ", DayLiteral(ends.last()),
      " GROUP BY 1) GROUP BY edge) SELECT (edge - DATE '1970-01-01')::BIGINT", kZero, ", ",
      kMonthlyAudiences, "::BIGINT, (sum(n) OVER (ORDER BY edge))::BIGINT, (-1)::BIGINT", Zeros(3),
      " FROM changes");
}

std::string MonthlyByMasksSql(const DateRange& ends, const std::string& condition,
                              const MaskOptions& options) {
  const SqlScope scope{.period = DateRange::Inclusive(ends.first() - 29, ends.last()),
                       .condition = condition,
                       .table = options.table};
  const std::string first = DayLiteral(ends.first());
  const std::vector<std::string> audiences = options.engaged
                                                 ? std::vector<std::string>{"all", "engaged"}
                                                 : std::vector<std::string>{"all"};
  // The columns that `make` gives for each audience.
  const auto columns = [&audiences](auto make) {
    return absl::StrJoin(audiences, ", ", [&make](std::string* sql, const std::string& audience) {
      absl::StrAppend(sql, make(audience));
    });
  };

  // Bit i of in_ is day i of `ends`, bit i of before_ is day i of the 29 days before.
  const std::string bit =
      absl::StrCat("1::UBIGINT << (day - CASE WHEN day < ", first, " THEN ",
                   DayLiteral(scope.period.first()), " ELSE ", first, " END)::UBIGINT AS bit");
  const auto bits_where = [](const std::string& when) {
    return absl::StrCat("bit_or(CASE WHEN ", when, " THEN bit ELSE ", Unsigned(0), " END)");
  };
  // What every step hands on beside the masks.
  const std::string key = options.segment.empty() ? "" : absl::StrCat(options.segment, ", ");
  const auto by_key = [&](const std::string& more) {
    const std::string keys = absl::StrCat(key, more);
    return keys.empty() ? "" : absl::StrCat(" GROUP BY ", absl::StripSuffix(keys, ", "));
  };
  std::string masks = absl::StrCat(
      "SELECT ", key, columns([&](const std::string& audience) {
        const std::string who = audience == "all" ? "" : absl::StrCat(" AND ", kEngaged);
        return absl::StrCat(bits_where(absl::StrCat("day >= ", first, who)), " AS in_", audience,
                            ", ", bits_where(absl::StrCat("day < ", first, who)), " AS before_",
                            audience);
      }),
      " FROM (SELECT ", key, "viewer, day, action, ", bit, " FROM ", scope.table, scope.Where(),
      ")", by_key("viewer"));

  // month_ is in_ with each day spread over itself and the 29 days after: over 2, 4, 8, 16, then
  // 30. A day before `ends` counts for the days of `ends` up to its own number, so before_ is
  // spread downwards, over 32 and more.
  masks = absl::StrCat("SELECT *, ", columns([](const std::string& audience) {
                         return absl::StrCat("in_", audience, " AS month_", audience);
                       }),
                       " FROM (", masks, ")");
  for (const int days : {1, 2, 4, 8, 14}) {
    masks = absl::StrCat("SELECT ", key, columns([&](const std::string& audience) {
                           const std::string month = absl::StrCat("month_", audience);
                           const std::string before = absl::StrCat("before_", audience);
                           return absl::StrCat("in_", audience, ", ", month, " | ",
                                               ShiftUp(month, days), " AS ", month, ", ", before,
                                               " | (", before, " >> ", days == 14 ? 16 : days,
                                               "::UBIGINT) AS ", before);
                         }),
                         " FROM (", masks, ")");
  }
  const std::string sums = columns([&](const std::string& audience) {
    const std::string month = absl::StrCat("(month_", audience, " | before_", audience, ")");
    return absl::StrCat(LaneSums(month, ends.days()), " AS month_", audience, ", ",
                        LaneSums(absl::StrCat("in_", audience), options.daily ? ends.days() : 0),
                        " AS in_", audience,
                        options.whole ? absl::StrCat(", count(*) FILTER (in_", audience,
                                                     " <> 0) AS whole_", audience)
                                      : "");
  });

  const std::string segment =
      options.segment.empty() ? kZero : absl::StrCat(", ", options.segment, "::BIGINT");
  const auto rows = [&](const std::string& mask, SqlCode code) {
    return absl::StrCat("SELECT i + (", first, " - DATE '1970-01-01')", segment, ", ", code,
                        "::BIGINT, ", BitCount(mask + "all", "i"), ", ",
                        options.engaged ? BitCount(mask + "engaged", "i") : "(-1)::BIGINT",
                        Zeros(3), " FROM sums, range(", ends.days(), ") AS day(i)");
  };
  std::string sql = absl::StrCat("WITH sums AS MATERIALIZED (SELECT ", key, sums, " FROM (", masks,
                                 ")", by_key(""), ") ", rows("month_", kMonthlyAudiences));
  if (options.daily) absl::StrAppend(&sql, " UNION ALL ", rows("in_", kAudiences));
  if (options.whole) {
    absl::StrAppend(&sql, " UNION ALL SELECT ", kWholePeriod, segment, ", ", kAudiences,
                    "::BIGINT, whole_all, ", options.engaged ? "whole_engaged" : "(-1)::BIGINT",
                    Zeros(3), " FROM sums");
  }
  return sql;
}

std::string CreateGroupedSql(std::uint32_t groups) {
  return absl::StrCat("CREATE TABLE ", kGroupedTable,
                      " AS SELECT day, viewer, action, play_ms, half_ms, progress, (1 + pin % ",
                      groups, ")::USMALLINT AS product_group FROM events");
}

std::string CreateSummarySql() {
  std::string counts;
  for (int action = 0; action < 8; ++action) {
    absl::StrAppend(&counts, "count(*) FILTER (action = ", action, ")::UINTEGER AS c", action,
                    ", ");
  }
  return absl::StrCat("CREATE TABLE pin_days AS SELECT day, pin, ", counts,
                      "count(*) FILTER (half_ms >= 2000)::UINTEGER AS c8,"
                      " count(*) FILTER (play_ms >= 10000)::UINTEGER AS c9,"
                      " count(*) FILTER (progress >= 0.95::FLOAT)::UINTEGER AS c10,"
                      " sum(play_ms)::UBIGINT AS c11"
                      " FROM events GROUP BY day, pin ORDER BY day, pin");
}

std::string SummaryCountsSql(const DateRange& period, bool by_day) {
  const Keys keys = KeysOf({.by_day = by_day});
  return absl::StrCat("SELECT ", keys.columns, ", ", SummarySums(), " FROM pin_days",
                      SqlScope{.period = period}.Where(), keys.group_by);
}

std::string SummaryTopPinsSql(const DateRange& period, int limit) {
  const Keys keys = KeysOf({.segment = "pin"});
  const std::string where = SqlScope{.period = period}.Where();
  return absl::StrCat("WITH top AS MATERIALIZED (SELECT pin FROM pin_days", where,
                      " GROUP BY pin ORDER BY sum(c0) DESC, pin LIMIT ", limit, ") SELECT ",
                      keys.columns, ", ", SummarySums(), " FROM pin_days", where,
                      " AND pin IN (SELECT pin FROM top)", keys.group_by);
}

}  // namespace pinmetrics::peers
