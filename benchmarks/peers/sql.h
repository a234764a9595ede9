#ifndef PINMETRICS_BENCHMARKS_PEERS_SQL_H_
#define PINMETRICS_BENCHMARKS_PEERS_SQL_H_

#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"
#include "pinmetrics/calendar/date_range.h"

/// The questions in DuckDB's SQL, each in the fastest form found for it. They all return the same
/// columns, so that one function reads them:
///
///   day      since 1970-01-01, or `kWholePeriod`
///   segment  the number of what is split by, 0 for none and without a split
///   code     what the row tells, see `SqlCode`
///   n, a, b, c, d
///
/// The table is that of `EventColumns::kEventAndPin`.

namespace pinmetrics::peers {

inline constexpr std::int64_t kWholePeriod = -1;

/// 0 to 7: n events of the action of that number, which may have the sums of their playbacks beside
/// them, as below. Then:
enum SqlCode : std::int64_t {
  kPlaybackSums = 8,  ///< a video views, b 10-second plays, c played to 95 %, d play time in ms.
  kAudiences = 9,     ///< n viewers, a engaged viewers.
  kMonthlyAudiences = 10  ///< The same over the 30 days that end with `day`; -1: not asked.
};

/// Which events count: `period`, and a condition that begins with AND, or nothing.
struct SqlScope {
  DateRange period = {};
  std::string condition = {};
  std::string table = "events";

  std::string Where() const;
};

/// What the rows are about.
struct SqlSlices {
  bool by_day = false;
  std::string segment = {};  ///< A column, or empty.
};

/// An ISO day as a literal.
std::string DayLiteral(absl::CivilDay day);

/// All twelve counters. Grouping by the action and asking for the playbacks apart takes a half to a
/// third of the time of twelve filtered counts.
std::string CountsSql(const SqlScope& scope, const SqlSlices& slices);

/// The distinct viewers, and those engaged.
std::string AudiencesSql(const SqlScope& scope, const SqlSlices& slices);

/// All counters of the `limit` highest values of `column` by impressions. Finds them by that one
/// count first. Optionally with their audiences.
std::string TopSql(const SqlScope& scope, const std::string& column, int limit, bool audiences);

/// The distinct viewers in the 30 days up to each of `ends`: each day on which a viewer is seen
/// stands for the days from it until 30 days later or until the viewer is seen next, whichever is
/// first; summing begins and ends of these intervals gives the series.
std::string MonthlyByIntervalsSql(const DateRange& ends, const std::string& condition);

/// What `MonthlyByMasksSql` finds of the same viewers beside the monthly audiences.
struct MaskOptions {
  bool engaged = false;      ///< Engaged viewers, too.
  bool daily = false;        ///< The audiences of each of the days, too.
  bool whole = false;        ///< The audiences of all these days together, too.
  std::string segment = {};  ///< A column, or empty.
  std::string table = "events";
};

/// The same, with the days on which a viewer is seen in two 64-bit masks (so 60 `ends` at most).
/// Shifts and ors mark the days whose month has the viewer. Each sum counts two of these bits.
std::string MonthlyByMasksSql(const DateRange& ends, const std::string& condition,
                              const MaskOptions& options = {});

/// The events once more with what a split by many product groups asks of them, as `product_group`
/// of `groups`. A table of its own: the other questions find `events` as they did.
inline constexpr char kGroupedTable[] = "grouped_events";
std::string CreateGroupedSql(std::uint32_t groups);

/// A table of the sums per day and Pin, and the questions it answers. These return day, segment and
/// the twelve counters.
std::string CreateSummarySql();
std::string SummaryCountsSql(const DateRange& period, bool by_day);
std::string SummaryTopPinsSql(const DateRange& period, int limit);

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_SQL_H_
