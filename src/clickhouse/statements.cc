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

Statement Statements::Days(std::int64_t first, std::int64_t last, bool with_first_open) const {
  const std::string_view names[] = {"w", "d", "g", "r", "c"};
  std::vector<std::string> selects = {
      Concat("SELECT toUInt8(0) AS w, toUInt16(0) AS d, toUInt32(version) AS g, toUInt64(0) AS r, "
             "toUInt64(0) AS c FROM ",
             database_, ".schema_version"),
      Concat("SELECT toUInt8(1) AS w, day AS d, generation AS g, rows AS r, checksum AS c FROM ",
             database_, ".days FINAL WHERE account = ", account_,
             " AND generation != 0 AND day BETWEEN ", first, " AND ", last),
      Concat("SELECT toUInt8(3) AS w, toUInt16(0) AS d, toUInt32(0) AS g, toUInt64(0) AS r, zone "
             "AS c FROM ",
             database_, ".accounts WHERE account = ", account_, " GROUP BY c")};
  if (with_first_open) {
    selects.push_back(Concat(
        "SELECT toUInt8(2) AS w, toUInt16(0) AS d, toUInt32(max(day + 1)) AS g, toUInt64(0) AS r, "
        "toUInt64(0) AS c FROM ",
        database_, ".days WHERE account = ", account_));
  }
  return {OneRow(names, Union(selects)), {Width::k1, Width::k2, Width::k4, Width::k8, Width::k8}};
}

Statement Statements::Sums(const DayScope& scope, std::optional<Dimension> split,
                           const RowConditions& conditions) const {
  const std::string_view names[] = {"s", "n", "d", "k", "c", "p", "u", "g", "r"};
  const SegmentSql segment = SegmentOf(split);
  const std::string facts = Concat("SELECT ", segment.number, " AS s, ", segment.none,
                                   " AS n, day AS d, kind AS k, sum(saved = 0) AS u, ");
  const std::string keys = Concat(" GROUP BY ", segment.keys, "d, k");
  const auto facts_that_pass = [&](std::string_view from) {
    return Concat(facts, "count() AS c, sum(play_ms) AS p, toUInt32(0) AS g, toUInt64(0) AS r",
                  from, keys);
  };
  const std::string sql = conditions.Sql();
  std::vector<std::string> selects;
  if (scope.has_final() && conditions.filter.empty()) {
    // Facts and rows in one go: a filter may pass over most of what rows are counted of.
    const std::string_view sums = conditions.include_saved
                                      ? "count() AS c, sum(play_ms) AS p"
                                      : "sum(saved = 0) AS c, sum(if(saved = 0, play_ms, 0)) AS p";
    selects.push_back(
        Concat(facts, sums, ", generation AS g, count() AS r", FromFinal(scope), keys, ", g"));
  } else if (scope.has_final()) {
    selects.push_back(facts_that_pass(FromFinal(scope, sql)));
    selects.push_back(Concat(
        "SELECT toUInt64(0) AS s, toUInt8(0) AS n, day AS d, toUInt8(0) AS k, toUInt64(0) AS u, "
        "toUInt64(0) AS c, toUInt64(0) AS p, generation AS g, count() AS r",
        FromFinal(scope), " GROUP BY d, g"));
  }
  if (scope.has_live()) selects.push_back(facts_that_pass(FromLive(scope, sql)));
  return {OneRow(names, Union(selects)),
          {Width::k8, Width::k1, Width::k2, Width::k1, Width::k8, Width::k8, Width::k8, Width::k4,
           Width::k8}};
}

std::string Statements::ActiveDays(const DayScope& scope, std::optional<Dimension> split,
                                   std::string_view conditions) const {
  // As bits of a number days take less than half as long to collect as in arrays, and stand in
  // order.
  constexpr std::int64_t kBits = 64;
  const bool as_bits = scope.last() - scope.first() < kBits;
  const SegmentSql segment = SegmentOf(split);
  const std::string known = Concat(" AND viewer != 0", conditions);
  const auto viewers_of = [&](std::string_view all, std::string_view engaged,
                              std::string_view from) {
    constexpr std::string_view kEngages = "kind BETWEEN 1 AND 6";
    const std::string days =
        as_bits ? Concat("groupBitOr(bitShiftLeft(toUInt64(1), toUInt8(day - ", scope.first(),
                         ")) AS y) AS ", all, ", groupBitOr(y * (", kEngages, ")) AS ", engaged)
                : Concat("groupUniqArray(day) AS ", all, ", groupUniqArrayIf(day, ", kEngages,
                         ") AS ", engaged);
    return Concat("SELECT ", segment.number, " AS s, ", segment.none, " AS n, viewer AS v, ", days,
                  from, " GROUP BY ", segment.keys, "v");
  };
  std::string viewers;
  if (scope.has_final() && scope.has_live()) {
    // No day is final and live, so none stands twice.
    const std::string_view both = as_bits ? "groupBitOr" : "groupArrayArray";
    viewers = Concat("SELECT s, n, v, ", both, "(fs) AS m, ", both, "(gs) AS e FROM (",
                     viewers_of("fs", "gs", FromFinal(scope, known)), " UNION ALL ",
                     viewers_of("fs", "gs", FromLive(scope, known)), ") GROUP BY s, n, v");
  } else {
    viewers =
        viewers_of("m", "e", scope.has_final() ? FromFinal(scope, known) : FromLive(scope, known));
  }
  const std::string days = as_bits ? Concat("arrayMap(x -> toUInt16(round(log2(x))) + ",
                                            scope.first(), ", bitmaskToArray(w))")
                                   : std::string("arraySort(w)");
  return Concat("SELECT s, n, k, ", days,
                " AS ds, b FROM (SELECT s, n, a.1 AS k, a.2 AS w, count() AS b FROM (SELECT s, n, "
                "arrayJoin([(0, m), (1, e)]) AS a FROM (",
                viewers, ")) GROUP BY s, n, k, w)");
}

Statement Statements::People(const DayScope& scope, std::optional<Dimension> split,
                             std::string_view conditions) const {
  const std::string_view names[] = {"s", "n", "k", "d", "g", "c"};
  std::vector<std::string> selects = {
      Concat("SELECT s, n, k, toUInt16(z.1) AS d, toUInt16(z.2) AS g, sum(b) AS c FROM (SELECT s, "
             "n, k, b, arrayJoin(arrayMap((x, i) -> (x, if(i > 1, x - ds[i - 1], 0)), ds, "
             "arrayEnumerate(ds))) AS z FROM (",
             ActiveDays(scope, split, conditions), ")) GROUP BY s, n, k, d, g")};
  if (scope.has_final()) {
    selects.push_back(
        Concat("SELECT toUInt64(generation) AS s, toUInt8(0) AS n, toUInt8(2) AS k, day AS d, "
               "toUInt16(0) AS g, count() AS c",
               FromFinal(scope), " GROUP BY s, d"));
  }
  return {OneRow(names, Union(selects)),
          {Width::k8, Width::k1, Width::k1, Width::k2, Width::k2, Width::k8}};
}

std::string Statements::HighestItems(const DayScope& scope, Dimension item, std::int64_t valued,
                                     std::string_view conditions, const Highest& highest) const {
  const std::string counted =
      Concat(conditions, valued > scope.first() ? Concat(" AND day >= ", valued) : "", " AND ",
             InSql("kind", highest.kinds));
  const auto ranked_by = [&](std::string_view events) {
    return Concat(" GROUP BY s ORDER BY ", events, " DESC, s LIMIT ", highest.limit);
  };
  const std::string items = Concat("SELECT ", SqlOf(item).number, " AS s");
  if (!scope.has_live()) return Concat(items, FromFinal(scope, counted), ranked_by("count()"));
  if (!scope.has_final()) return Concat(items, FromLive(scope, counted), ranked_by("count()"));
  return Concat("SELECT s FROM (", items, ", count() AS x", FromFinal(scope, counted),
                " GROUP BY s UNION ALL ", items, ", count() AS x", FromLive(scope, counted),
                " GROUP BY s)", ranked_by("sum(x)"));
}

Statement Statements::TopSums(const DayScope& scope, Dimension item, std::int64_t valued,
                              std::int64_t month, std::string_view conditions,
                              const std::optional<Highest>& highest) const {
  const std::string_view names[] = {"w", "s", "d", "k", "c", "p", "a", "u"};
  const std::string facts =
      Concat("SELECT toUInt8(1) AS w, ", SqlOf(item).number,
             " AS s, toUInt16(0) AS d, kind AS k, sum(day >= ", valued,
             ") AS c, sum(if(day >= ", valued, ", play_ms, 0)) AS p, sum(day >= ", month,
             ") AS a, sum((day >= ", month, ") AND (saved = 0)) AS u");
  const std::string all(conditions);
  const std::string of_highest =
      highest ? Concat(all, " AND ", SqlOf(item).number, " GLOBAL IN (",
                       HighestItems(scope, item, valued, conditions, *highest), ")")
              : all;
  std::vector<std::string> selects;
  if (scope.has_final()) {
    selects.push_back(Concat(facts, FromFinal(scope, of_highest), " GROUP BY s, k"));
    selects.push_back(Concat(
        "SELECT toUInt8(0) AS w, toUInt64(generation) AS s, day AS d, toUInt8(0) AS k, count() AS "
        "c, toUInt64(0) AS p, toUInt64(0) AS a, toUInt64(0) AS u",
        FromFinal(scope), " GROUP BY s, d"));
  }
  if (scope.has_live()) {
    selects.push_back(
        Concat(facts, FromLive(scope, scope.has_final() ? all : of_highest), " GROUP BY s, k"));
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
