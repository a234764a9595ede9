#include "clickhouse/statements.h"

#include <limits>

#include "clickhouse/columns.h"
#include "clickhouse/concat.h"
#include "clickhouse/filter_sql.h"

namespace pinmetrics {
namespace {

/// The version of a row that a withdrawal writes: later than any that an append does.
constexpr std::uint64_t kWithdrawnVersion = std::numeric_limits<std::uint64_t>::max();

/// All of `parts`, with `separator` between them.
template <typename Parts>
std::string Joined(const Parts& parts, std::string_view separator) {
  std::string text;
  bool is_first = true;
  for (const auto& part : parts) {
    if (!std::exchange(is_first, false)) text += separator;
    AppendPart(text, part);
  }
  return text;
}

/// One row, of one array of tuples; see `Columns`.
std::string OneRow(std::span<const std::string_view> names, std::string_view from) {
  return Concat("SELECT groupArray((", Joined(names, ", "), ")) FROM (", from,
                ") FORMAT RowBinary");
}

std::string Union(const std::vector<std::string>& selects) {
  return Joined(selects, " UNION ALL ");
}

/// What events are grouped by and come with.
struct SegmentSql {
  std::string number = "toUInt64(0)";
  std::string none = "toUInt8(0)";
  std::string keys = {};  ///< Names to group by, each with a comma after it.
};

SegmentSql SegmentOf(std::optional<Dimension> split) {
  if (!split) return {};
  const AttributeSql of = SqlOf(*split);
  SegmentSql segment{.number = Concat("toUInt64(", of.number, ")"), .keys = "s, "};
  if (CanBeNone(*split)) {
    segment.none = of.none;
    segment.keys = "s, n, ";
  }
  return segment;
}

/// Adds up what rows hold, so that a lost or changed one shows.
std::string ChecksumSql() { return Concat("sum(cityHash64(", NamesOf(kFactColumns), "))"); }

}  // namespace

std::string InSql(std::string_view name, std::span<const std::uint64_t> values) {
  return Concat(name, " IN (", Joined(values, ","), ")");
}

std::string Statements::FromFinal(const DayScope& scope, std::string_view conditions) const {
  std::string sql =
      Concat(" FROM ", database_, ".final WHERE account = ", account_, " AND ", scope.FinalSql());
  // What a sealing has left half-done has a generation that was never published. A constant each
  // night would make statements grow with their days. What a server reads here in its stead is held
  // against what was read before by the receipts: by day, generation and rows.
  if (scope.OnlyGeneration()) {
    AppendTo(sql, " AND generation = ", *scope.OnlyGeneration());
  } else {
    AppendTo(sql, " AND (day, generation) GLOBAL IN (SELECT day, generation FROM ", database_,
             ".days FINAL WHERE account = ", account_, ")");
  }
  return sql.append(conditions);
}

std::string Statements::FromLive(const DayScope& scope, std::string_view conditions) const {
  return Concat(" FROM ", database_, ".live FINAL WHERE account = ", account_, " AND ",
                scope.LiveSql(), " AND withdrawn = 0", conditions);
}

std::string Statements::FromPins(std::span<const std::uint64_t> pins) const {
  return Concat(" FROM ", database_, ".pins FINAL WHERE account = ", account_, " AND ",
                InSql("pin", pins));
}

Statement Statements::Days(std::int64_t first, std::int64_t last) const {
  const std::string_view names[] = {"w", "d", "g", "r", "c"};
  const std::string from = Concat(
      "SELECT toUInt8(0) AS w, toUInt16(0) AS d, toUInt32(version) AS g, toUInt64(0) AS r, "
      "toUInt64(0) AS c FROM ",
      database_, ".schema_version UNION ALL ",
      "SELECT toUInt8(1) AS w, day AS d, generation AS g, rows AS r, checksum AS c FROM ",
      database_, ".days FINAL WHERE account = ", account_, " AND generation != 0 AND day BETWEEN ",
      first, " AND ", last, " UNION ALL ",
      "SELECT toUInt8(2) AS w, toUInt16(0) AS d, toUInt32(max(day + 1)) AS g, toUInt64(0) AS r, "
      "toUInt64(0) AS c FROM ",
      database_, ".days WHERE account = ", account_, " UNION ALL ",
      "SELECT toUInt8(3) AS w, toUInt16(0) AS d, toUInt32(0) AS g, toUInt64(0) AS r, zone AS c "
      "FROM ",
      database_, ".accounts WHERE account = ", account_, " GROUP BY c");
  return {OneRow(names, from), {Width::k1, Width::k2, Width::k4, Width::k8, Width::k8}};
}

Statement Statements::Sums(const DayScope& scope, std::optional<Dimension> split,
                           std::string_view conditions) const {
  const std::string_view names[] = {"w", "s", "n", "d", "k", "c", "p", "u"};
  const SegmentSql segment = SegmentOf(split);
  const std::string facts =
      Concat("SELECT toUInt8(1) AS w, ", segment.number, " AS s, ", segment.none,
             " AS n, day AS d, kind AS k, count() AS c, sum(play_ms) AS p, sum(saved = 0) AS u");
  const std::string keys = Concat(" GROUP BY ", segment.keys, "d, k");
  std::vector<std::string> selects;
  if (scope.has_final()) {
    selects.push_back(Concat(facts, FromFinal(scope, conditions), keys));
    selects.push_back(Concat(
        "SELECT toUInt8(0) AS w, toUInt64(generation) AS s, toUInt8(0) AS n, day AS d, toUInt8(0) "
        "AS k, count() AS c, toUInt64(0) AS p, toUInt64(0) AS u",
        FromFinal(scope), " GROUP BY s, d"));
  }
  if (scope.has_live()) selects.push_back(Concat(facts, FromLive(scope, conditions), keys));
  return {OneRow(names, Union(selects)),
          {Width::k1, Width::k8, Width::k1, Width::k2, Width::k1, Width::k8, Width::k8, Width::k8}};
}

Statement Statements::People(const DayScope& scope, std::optional<Dimension> split,
                             std::string_view conditions) const {
  const std::string_view names[] = {"s", "n", "k", "d", "g", "c"};
  const SegmentSql segment = SegmentOf(split);
  const std::string known = Concat(" AND viewer != 0", conditions);
  const auto days_of = [&](std::string_view ds, std::string_view es, std::string_view from) {
    return Concat("SELECT ", segment.number, " AS s, ", segment.none,
                  " AS n, viewer AS v, groupUniqArray(day) AS ", ds,
                  ", groupUniqArrayIf(day, kind BETWEEN 1 AND 6) AS ", es, from, " GROUP BY ",
                  segment.keys, "v");
  };
  std::vector<std::string> viewers;
  if (scope.has_final()) viewers.push_back(days_of("fs", "gs", FromFinal(scope, known)));
  if (scope.has_live()) viewers.push_back(days_of("fs", "gs", FromLive(scope, known)));
  std::string active;
  if (viewers.size() == 1) {
    active = Concat("SELECT s, n, arraySort(fs) AS ds, arraySort(gs) AS es FROM (", viewers.front(),
                    ")");
  } else {
    // No day is final and live, so none stands twice.
    active = Concat(
        "SELECT s, n, v, arraySort(groupArrayArray(fs)) AS ds, arraySort(groupArrayArray(gs)) AS "
        "es FROM (",
        Union(viewers), ") GROUP BY s, n, v");
  }
  const auto gaps_of = [](std::string_view audience, std::string_view days) {
    return Concat("arrayMap((x, i) -> (", audience, ", x, if(i > 1, x - ", days, "[i - 1], 0)), ",
                  days, ", arrayEnumerate(", days, "))");
  };
  std::vector<std::string> selects = {Concat(
      "SELECT s, n, toUInt8(z.1) AS k, toUInt16(z.2) AS d, toUInt16(z.3) AS g, count() AS c FROM "
      "(SELECT s, n, arrayJoin(arrayConcat(",
      gaps_of("0", "ds"), ", ", gaps_of("1", "es"), ")) AS z FROM (", active,
      ")) GROUP BY s, n, k, d, g")};
  if (scope.has_final()) {
    selects.push_back(
        Concat("SELECT toUInt64(generation) AS s, toUInt8(0) AS n, toUInt8(2) AS k, day AS d, "
               "toUInt16(0) AS g, count() AS c",
               FromFinal(scope), " GROUP BY s, d"));
  }
  return {OneRow(names, Union(selects)),
          {Width::k8, Width::k1, Width::k1, Width::k2, Width::k2, Width::k8}};
}

Statement Statements::TopSums(const DayScope& scope, Dimension item, std::int64_t valued,
                              std::int64_t month, std::string_view conditions) const {
  const std::string_view names[] = {"w", "s", "d", "k", "c", "p", "a", "u"};
  const std::string facts =
      Concat("SELECT toUInt8(1) AS w, ", SqlOf(item).number,
             " AS s, toUInt16(0) AS d, kind AS k, sum(day >= ", valued,
             ") AS c, sum(if(day >= ", valued, ", play_ms, 0)) AS p, sum(day >= ", month,
             ") AS a, sum((day >= ", month, ") AND (saved = 0)) AS u");
  std::vector<std::string> selects;
  if (scope.has_final()) {
    selects.push_back(Concat(facts, FromFinal(scope, conditions), " GROUP BY s, k"));
    selects.push_back(Concat(
        "SELECT toUInt8(0) AS w, toUInt64(generation) AS s, day AS d, toUInt8(0) AS k, count() AS "
        "c, toUInt64(0) AS p, toUInt64(0) AS a, toUInt64(0) AS u",
        FromFinal(scope), " GROUP BY s, d"));
  }
  if (scope.has_live()) {
    selects.push_back(Concat(facts, FromLive(scope, conditions), " GROUP BY s, k"));
  }
  return {OneRow(names, Union(selects)),
          {Width::k1, Width::k8, Width::k2, Width::k1, Width::k8, Width::k8, Width::k8, Width::k8}};
}

Statement Statements::Zones() const {
  const std::string_view names[] = {"zone", "time_zone"};
  return {
      OneRow(names, Concat("SELECT zone, time_zone FROM ", database_,
                           ".accounts WHERE account = ", account_, " GROUP BY zone, time_zone")),
      {Width::k8, Width::kText}};
}

Statement Statements::Batch(const BatchKey& key) const {
  const std::string_view names[] = {"taken", "refused"};
  return {OneRow(names, Concat("SELECT taken, refused FROM ", database_,
                               ".batches WHERE account = ", account_, " AND key_high = ", key.high,
                               " AND key_low = ", key.low)),
          {Width::k8, Width::kText}};
}

Statement Statements::Titles(std::span<const std::uint64_t> pins) const {
  const std::string_view names[] = {"pin", "title"};
  return {OneRow(names, Concat("SELECT pin, title", FromPins(pins))), {Width::k8, Width::kText}};
}

Statement Statements::Pins(std::span<const std::uint64_t> pins) const {
  const std::string_view names[] = {"pin",          "board",         "format",
                                    "source",       "saved",         "claimed_account",
                                    "account_none", "product_group", "product_group_none",
                                    "created_day"};
  const std::string select = Concat("SELECT ", Joined(names, ", "), FromPins(pins));
  return {OneRow(names, select),
          {Width::k8, Width::k8, Width::k1, Width::k1, Width::k1, Width::k8, Width::k1, Width::k8,
           Width::k1, Width::k4}};
}

Statement Statements::Members(const DayScope& scope, std::span<const std::uint64_t> events) const {
  const std::string_view names[] = {"identity", "event", "day"};
  const std::string among = Concat(" AND ", InSql("event", events));
  std::vector<std::string> selects;
  if (scope.has_final()) {
    selects.push_back(Concat("SELECT identity, event, day", FromFinal(scope, among)));
  }
  if (scope.has_live()) {
    selects.push_back(Concat("SELECT identity, event, day", FromLive(scope, among)));
  }
  return {OneRow(names, Union(selects)), {Width::k1, Width::k8, Width::k2}};
}

Statement Statements::LiveRows(const DayScope& scope) const {
  const std::string_view names[] = {"d", "c", "h"};
  return {OneRow(names, Concat("SELECT day AS d, count() AS c, ", ChecksumSql(), " AS h",
                               FromLive(scope), " GROUP BY d")),
          {Width::k2, Width::k8, Width::k8}};
}

Statement Statements::FinalRows(std::int64_t first, std::int64_t last,
                                std::uint32_t generation) const {
  const std::string_view names[] = {"d", "c", "h"};
  return {
      OneRow(names, Concat("SELECT day AS d, count() AS c, ", ChecksumSql(), " AS h FROM ",
                           database_, ".final WHERE account = ", account_, " AND day BETWEEN ",
                           first, " AND ", last, " AND generation = ", generation, " GROUP BY d")),
      {Width::k2, Width::k8, Width::k8}};
}

std::string Statements::Insert(std::string_view table, std::string_view columns) const {
  return Concat("INSERT INTO ", database_, ".", table, " (", columns, ")");
}

std::string Statements::InsertLive() const {
  return Insert("live", NamesOf(kFactColumns, kLiveColumns)) + " FORMAT RowBinary";
}

std::string Statements::InsertFinal() const {
  return Insert("final", NamesOf(kFactColumns, kFinalColumns)) + " FORMAT RowBinary";
}

std::string Statements::InsertDays() const {
  return Insert("days", NamesOf(kDayColumns)) + " FORMAT RowBinary";
}

std::string Statements::InsertPins() const {
  return Insert("pins", NamesOf(kPinColumns)) + " FORMAT RowBinary";
}

std::string Statements::InsertAccounts() const {
  return Insert("accounts", NamesOf(kAccountColumns)) + " FORMAT RowBinary";
}

std::string Statements::InsertBatches() const {
  return Insert("batches", NamesOf(kBatchColumns)) + " FORMAT RowBinary";
}

std::string Statements::Withdraw(const DayScope& scope,
                                 std::span<const std::uint64_t> events) const {
  const std::string conditions = Concat(" AND identity = 0 AND ", InSql("event", events));
  return Concat(Insert("live", NamesOf(kFactColumns, kLiveColumns)), " SELECT ",
                NamesOf(kFactColumns), ", toUInt64(", kWithdrawnVersion,
                ") AS later, toUInt8(1) AS taken_back", FromLive(scope, conditions));
}

std::string Statements::Seal(const DayScope& scope, std::uint32_t generation) const {
  return Concat(Insert("final", NamesOf(kFactColumns, kFinalColumns)), " SELECT ",
                NamesOf(kFactColumns), ", toUInt32(", generation, ") AS sealed_as",
                FromLive(scope));
}

}  // namespace pinmetrics
