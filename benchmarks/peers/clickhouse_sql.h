#ifndef PINMETRICS_BENCHMARKS_PEERS_CLICKHOUSE_SQL_H_
#define PINMETRICS_BENCHMARKS_PEERS_CLICKHOUSE_SQL_H_

#include <string>
#include <vector>

#include "benchmarks/peers/sql.h"
#include "pinmetrics/calendar/date_range.h"

/// The questions in ClickHouse's SQL, as one who knows it writes them by hand over a plain table of
/// the events with their Pins' attributes. They return the columns of sql.h, all Int64, as
/// RowBinary. Valid for 18.16 and later.

namespace pinmetrics::peers::by_hand {

inline constexpr char kDatabase[] = "pinmetrics_by_hand";

/// The statements that make the table `events` with the rows in the order that our own table of
/// sealed days has; with a cluster sharded by viewer over `events_shard`.
std::vector<std::string> CreateSql(const std::string& cluster);

/// All counters in one pass. Those of playbacks stand beside the count of their action.
std::string CountsSql(const SqlScope& scope, const SqlSlices& slices);

std::string AudiencesSql(const SqlScope& scope, const SqlSlices& slices);

/// As that of sql.h: finds the items by impressions first.
std::string TopSql(const SqlScope& scope, const std::string& column, int limit, bool audiences);

/// By the begins and ends of intervals, as `MonthlyByIntervalsSql` of sql.h; optionally engaged
/// viewers, too, and the audiences of each of the days.
std::string MonthlySql(const DateRange& ends, const std::string& condition, bool engaged_and_daily);

}  // namespace pinmetrics::peers::by_hand

#endif  // PINMETRICS_BENCHMARKS_PEERS_CLICKHOUSE_SQL_H_
