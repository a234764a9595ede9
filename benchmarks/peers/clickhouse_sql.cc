#include "benchmarks/peers/clickhouse_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"

namespace pinmetrics::peers::by_hand {
namespace {

constexpr char kEngaged[] = "action BETWEEN 1 AND 6";
constexpr char kNone[] = ", toInt64(0)";
constexpr char kFormat[] = " FORMAT RowBinary";

std::string From(const SqlScope& scope) {
  return absl::StrCat(" FROM ", kDatabase, ".events WHERE day BETWEEN '",
                      ToString(scope.period.first()), "' AND '", ToString(scope.period.last()),
                      "' ", scope.condition);
}

std::string Keys(const SqlSlices& slices) {
  return absl::StrCat(slices.by_day ? "toInt64(day)" : "toInt64(-1)", ", toInt64(",
                      slices.segment.empty() ? "0" : slices.segment, "), ");
}

std::string GroupBy(const SqlSlices& slices, const std::string& more = "") {
  std::vector<std::string> keys;
  if (slices.by_day) keys.push_back("day");
  if (!slices.segment.empty()) keys.push_back(slices.segment);
  if (!more.empty()) keys.push_back(more);
  return keys.empty() ? "" : absl::StrCat(" GROUP BY ", absl::StrJoin(keys, ", "));
}

std::string Counts(const SqlScope& scope, const SqlSlices& slices) {
  return absl::StrCat("SELECT ", Keys(slices),
                      "toInt64(action), toInt64(count()), toInt64(countIf(half_ms >= 2000)), "
                      "toInt64(countIf(play_ms >= 10000)), "
                      "toInt64(countIf(progress >= toFloat32(0.95))), toInt64(sum(play_ms))",
                      From(scope), GroupBy(slices, "action"));
}

std::string Audiences(const SqlScope& scope, const SqlSlices& slices) {
  return absl::StrCat("SELECT ", Keys(slices), "toInt64(", kAudiences,
                      "), toInt64(uniqExact(viewer)), toInt64(uniqExactIf(viewer, ", kEngaged, "))",
                      kNone, kNone, kNone, From(scope), GroupBy(slices));
}

}  // namespace

std::vector<std::string> CreateSql(const std::string& cluster) {
  const std::string columns =
      "(day Date, event UInt64, time DateTime, pin UInt64, viewer UInt64, action UInt8, device "
      "UInt8, content_type UInt8, age UInt8, gender UInt8, play_ms UInt32, half_ms UInt32, "
      "progress Float32, board UInt64, format UInt8, source UInt8, account UInt64, product_group "
      "UInt64, saved UInt8)";
  const std::string local = cluster.empty() ? "events" : "events_shard";
  std::vector<std::string> statements = {
      absl::StrCat("CREATE DATABASE ", kDatabase),
      absl::StrCat("CREATE TABLE ", kDatabase, ".", local, " ", columns,
                   " ENGINE = MergeTree() PARTITION BY toYYYYMM(day) ORDER BY (day, board, pin, "
                   "viewer)")};
  if (!cluster.empty()) {
    statements.push_back(absl::StrCat("CREATE TABLE ", kDatabase, ".events ", columns,
                                      " ENGINE = Distributed(", cluster, ", ", kDatabase, ", ",
                                      local, ", intHash64(viewer))"));
  }
  return statements;
}

std::string CountsSql(const SqlScope& scope, const SqlSlices& slices) {
  return Counts(scope, slices) + kFormat;
}

std::string AudiencesSql(const SqlScope& scope, const SqlSlices& slices) {
  return Audiences(scope, slices) + kFormat;
}

std::string TopSql(const SqlScope& scope, const std::string& column, int limit, bool audiences) {
  const SqlScope among{
      .period = scope.period,
      .condition = absl::StrCat(scope.condition, " AND ", column, " GLOBAL IN (SELECT ", column,
                                From(scope), " AND action = 0 GROUP BY ", column,
                                " ORDER BY count() DESC, ", column, " LIMIT ", limit, ")")};
  const SqlSlices slices{.by_day = false, .segment = column};
  std::string sql = Counts(among, slices);
  if (audiences) absl::StrAppend(&sql, " UNION ALL ", Audiences(among, slices));
  return sql + kFormat;
}

std::string MonthlySql(const DateRange& ends, const std::string& condition,
                       bool engaged_and_daily) {
  const auto number = [](absl::CivilDay day) { return day - absl::CivilDay(1970, 1, 1); };
  const SqlScope scope{.period = DateRange::Inclusive(ends.first() - 29, ends.last()),
                       .condition = condition};
  // The edges of a viewer's intervals, with what they add to all and to engaged viewers.
  const auto edges = [&](const std::string& days, int all, int engaged) {
    const auto edge = [&](const std::string& at, int sign) {
      return absl::StrCat("arrayMap((d, i) -> (toUInt32(greatest(", at, ", ", number(ends.first()),
                          ")), toInt64(", sign * all, "), toInt64(", sign * engaged, ")), ", days,
                          ", arrayEnumerate(", days, "))");
    };
    const std::string until =
        absl::StrCat("if(i < length(", days, "), least(d + 30, ", days, "[i + 1]), d + 30)");
    return absl::StrCat(edge("d", 1), ", ", edge(until, -1));
  };
  std::string days = "arraySort(groupUniqArray(toUInt16(day))) AS ds";
  std::string all_edges = edges("ds", 1, 0);
  if (engaged_and_daily) {
    absl::StrAppend(&days, ", arraySort(groupUniqArrayIf(toUInt16(day), ", kEngaged, ")) AS es");
    absl::StrAppend(&all_edges, ", ", edges("es", 0, 1));
  }
  std::string sql = absl::StrCat(
      "SELECT toInt64(x.1)", kNone, ", toInt64(", kMonthlyAudiences, "), toInt64(x.2), ",
      engaged_and_daily ? "toInt64(x.3)" : "toInt64(-1)", kNone, kNone, kNone,
      " FROM (SELECT arrayJoin(arrayMap((e, a, b) -> (e, a, b), groupArray(e), "
      "arrayCumSum(groupArray(a)), arrayCumSum(groupArray(b)))) AS x FROM "
      "(SELECT z.1 AS e, sum(z.2) AS a, sum(z.3) AS b FROM (SELECT arrayJoin(arrayConcat(",
      all_edges, ")) AS z FROM (SELECT ", days, From(scope),
      " GROUP BY viewer)) WHERE z.1 <= ", number(ends.last()), " GROUP BY e ORDER BY e))");
  if (engaged_and_daily) {
    absl::StrAppend(&sql, " UNION ALL ",
                    Audiences({.period = ends, .condition = condition}, {.by_day = true}));
  }
  return sql + kFormat;
}

}  // namespace pinmetrics::peers::by_hand
