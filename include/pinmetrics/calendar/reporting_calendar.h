#ifndef PINMETRICS_CALENDAR_REPORTING_CALENDAR_H_
#define PINMETRICS_CALENDAR_REPORTING_CALENDAR_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace pinmetrics {

/// How long after its end a day's figures may still change.
inline constexpr absl::Duration kFinalAfter = absl::Hours(48);

/// How many calendar months before today the figures reach back.
inline constexpr int kRetentionMonths = 18;

/// The days of one time zone, as reports count them.
///
/// A day lasts from its first instant to the first instant of the next day. So days tile time, each
/// instant belongs to exactly one of them, and they are as long as the zone makes them:
/// * 23 or 25 hours where summer time begins or ends;
/// * no time at all where the zone left a day out (Pacific/Apia, 2011-12-30);
/// * where a clock goes back across midnight (from 00:01 to 23:01 in America/St_Johns until 2011),
///   the hour that is shown again belongs to the new day, which has begun.
///
/// Days before 0001-01-01 or after 10000-12-31 have no length, and the instants there belong to the
/// nearest of these two: no time or day, infinite ones included, is an error.
///
/// A regular value, small and cheap to copy; const calls are safe from any number of threads.
class ReportingCalendar {
 public:
  /// The calendar of `time_zone`.
  explicit ReportingCalendar(absl::TimeZone time_zone = absl::UTCTimeZone())
      : time_zone_(time_zone) {}

  /// The zone whose civil days these are.
  absl::TimeZone time_zone() const { return time_zone_; }

  /// The day that `time` belongs to: the last one that has begun. Where many times are looked up, a
  /// DayFinder is faster.
  absl::CivilDay DayOf(absl::Time time) const;

  ///@{
  /// The first instant of `day`, and of the day after: `day` is [Begin, End).
  absl::Time Begin(absl::CivilDay day) const;
  absl::Time End(absl::CivilDay day) const;
  ///@}

  /// Whether `day` ended at least kFinalAfter before `now`. Days that are not final are live.
  bool IsFinal(absl::CivilDay day, absl::Time now) const;

  /// The last day that is final.
  absl::CivilDay LatestCompleteDay(absl::Time now) const;

  /// The first day that is kept: kRetentionMonths before the day of `now`.
  absl::CivilDay FirstRetainedDay(absl::Time now) const;

  /// True if both have the same zone.
  friend bool operator==(const ReportingCalendar& a, const ReportingCalendar& b) {
    return a.time_zone_ == b.time_zone_;
  }

 private:
  absl::TimeZone time_zone_;
};

/// Finds the day of many times: as ReportingCalendar::DayOf, but remembers the bounds of days it
/// has met, so that a time on one of them costs a few loads. Any order of times will do.
///
/// About 4 KiB. Keep one per loop: not safe from several threads.
class DayFinder {
 public:
  /// Finds the days of `calendar`, of which it keeps a copy.
  explicit DayFinder(const ReportingCalendar& calendar);

  /// The day that `time` is in: `ReportingCalendar::DayOf`.
  absl::CivilDay operator()(absl::Time time) {
    // Days begin on whole seconds, so the fraction of a second does not matter.
    const int64_t second = absl::ToUnixSeconds(time);
    const Entry& entry = EntryOf(second);
    if (entry.begin <= second && second < entry.end) return entry.day;
    return Remember(time);
  }

 private:
  // Seconds since 1970 UTC; the default holds no time.
  struct Entry {
    int64_t begin = 0;
    int64_t end = 0;
    absl::CivilDay day;
  };

  // A month, the month before it, and the 30 days before that for monthly figures.
  static constexpr uint64_t kEntries = 128;
  static constexpr uint64_t kDaySeconds = 24 * 60 * 60;

  // Which entry is only a guess, so unsigned overflow does no harm: a day on which the clock
  // changed reaches into its neighbours' entries, and is then looked up more often.
  Entry& EntryOf(int64_t second) {
    return entries_[(static_cast<uint64_t>(second) - midnight_) / kDaySeconds % kEntries];
  }

  absl::CivilDay Remember(absl::Time time);

  ReportingCalendar calendar_;
  uint64_t midnight_;
  std::array<Entry, kEntries> entries_;
};

/// The zone of an IANA name such as `Europe/Oslo` or `UTC`, from the system's time zone database.
/// UTC needs no database.
///
/// InvalidArgument for what is no such name: a path, a prefix like `file:`, a fixed offset, and the
/// names that mean another zone on every machine (`localtime`) or another count of seconds
/// (`right/...`). NotFound if the database does not have the zone.
absl::StatusOr<absl::TimeZone> LoadTimeZone(std::string_view name);

}  // namespace pinmetrics

#endif  // PINMETRICS_CALENDAR_REPORTING_CALENDAR_H_
