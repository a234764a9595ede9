#ifndef PINMETRICS_SRC_STORE_AUDIENCE_SEGMENT_PEOPLE_H_
#define PINMETRICS_SRC_STORE_AUDIENCE_SEGMENT_PEOPLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/audience/day_spans.h"

namespace pinmetrics {

/// The days whose people a report shows, by index among the counted days. `before` ends where
/// `valued` begins, and is empty if nothing is compared. `rows` are those of the series that have
/// values: together they have all valued days in order, each once.
struct PeopleDays {
  DaySpan valued = {};
  DaySpan before = {};
  std::vector<DaySpan> rows = {};
};

/// The viewers of one segment, day by day; a number may stand again.
struct SegmentViewers {
  std::span<const std::uint32_t> viewers;
  /// Those of counted day d are from `starts[d]` to before `starts[d + 1]`.
  std::span<const std::size_t> starts;
};

/// The people of one segment, over every range of days that a report shows.
struct SegmentPeople {
  std::int64_t total = 0;
  std::int64_t before = 0;
  std::int64_t before_month = 0;     ///< Of the 30 days that end with the day before `valued`.
  std::vector<std::int64_t> rows;    ///< Of the valued days of each row.
  std::vector<std::int64_t> months;  ///< Of the 30 days that end with the last of these.
};

/// Counts the people of one segment after the other, viewer by viewer: the work is in proportion to
/// what is counted and to the days, however many segments there are and however few viewers one
/// has.
///
/// Whether a viewer is new to some days is said by the day that saw the viewer last: it is before
/// the first of these days. On how many months' ends a viewer counts anew, too: each day stands for
/// the months that end with it or within the 29 days after, less those that the day before it
/// stands for.
class SegmentPeopleCounter {
 public:
  /// Viewers are below `viewer_limit`. There are fewer than 32 000 days.
  SegmentPeopleCounter(PeopleDays days, std::size_t counted_days, std::uint32_t viewer_limit);

  /// The people among the viewers.
  SegmentPeople Count(const SegmentViewers& viewers);

 private:
  /// The number of a day. Those of the next segment go on from there, a month later: so what is
  /// left of a segment is before all months of the next one, and need not be cleared until numbers
  /// run out.
  using DayNumber = std::uint16_t;

  struct Seen {
    std::uint32_t viewer = 0;
    DayNumber last_day = 0;
  };

  /// Two counters take turns, so that one addition need not wait for the one before it.
  static constexpr std::size_t kTurns = 2;

  void TakeNumbers();
  template <typename LastDayOf>
  SegmentPeople CountDays(const SegmentViewers& viewers, LastDayOf last_day_of);

  PeopleDays days_;
  std::vector<std::size_t> row_of_day_;  ///< Of each valued day.
  std::size_t counted_days_;
  std::uint32_t viewer_limit_;
  /// The number of the first counted day.
  std::uint32_t first_ = 0;
  std::vector<Seen> seen_;  ///< Found by a hash, in twice the room that is needed or more.
  std::vector<DayNumber> last_day_of_viewer_;  ///< Instead, where it takes less room.
  /// By counted day and turn: of how many viewers the next month begins to count with it.
  std::vector<std::uint32_t> begins_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_AUDIENCE_SEGMENT_PEOPLE_H_
