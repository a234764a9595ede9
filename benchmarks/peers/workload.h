#ifndef PINMETRICS_BENCHMARKS_PEERS_WORKLOAD_H_
#define PINMETRICS_BENCHMARKS_PEERS_WORKLOAD_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

/// The account that both sides are asked about. A seed means the same events on every machine.
///
/// * 90 days in UTC, as many events on each, evenly over the day, in the order of time.
/// * 100 000 Pins with ids from 1; Pin floor(u^3 * 100 000) of a uniform u gets the event, so that
///   the first gets 2 % of all and half the Pins share 20 %. 2 000 boards, all formats, both
///   sources, three accounts or none, three product groups or none, and a few saved Pins: about 60
///   combinations.
/// * 5 million viewers with ids from 1, each as likely; age and gender belong to the viewer.
/// * About 88 % impressions, 4 % playbacks (only on video Pins, a fifth of the Pins), 8 %
///   engagements. Device and content type are drawn for each event.
/// * Event ids count from 1. Everything the days take is final at `now`.
///
/// The same account with all its Pins in many product groups is asked about as well: Pin i is in
/// group 1 + i % `product_groups` of these.

namespace pinmetrics::peers {

struct WorkloadSize {
  std::uint64_t events = 5'000'000;
  std::uint32_t pins = 100'000;
  std::uint32_t boards = 2'000;
  std::uint32_t viewers = 5'000'000;
  std::uint64_t seed = 1;
  std::uint32_t product_groups = 0;  ///< 0: the three of some Pins.
};

/// An event in 40 bytes, in the units that both sides take.
struct EventRow {
  std::uint64_t id = 0;
  std::int64_t time_ms = 0;  ///< Since 1970 UTC.
  std::uint32_t pin = 0;
  std::uint32_t viewer = 0;
  std::uint32_t play_ms = 0;       ///< 0 unless the action is a playback, as the next two.
  std::uint32_t half_ms = 0;       ///< At least half visible.
  std::uint16_t progress_256 = 0;  ///< In 256ths, so that 32-bit floats hold it exactly.
  Action action = Action::kImpression;
  Device device = Device::kUnspecified;
  ContentType content_type = ContentType::kOrganic;
  Age age = Age::kUnspecified;
  Gender gender = Gender::kUnspecified;
};

Event MakeEvent(const EventRow& row);

/// The Pins and days of the account. Immutable.
class Workload {
 public:
  explicit Workload(const WorkloadSize& size);

  const WorkloadSize& size() const { return size_; }
  /// By id: Pin i is at i - 1.
  const std::vector<Pin>& pins() const { return pins_; }
  /// All 90 days, and the last 30 and 60 of them.
  const DateRange& days() const { return days_; }
  DateRange LastDaysOfData(std::int64_t count) const { return LastDays(count, days_.last()); }
  /// The first instant at which all days are final.
  absl::Time now() const { return now_; }

 private:
  friend class EventStream;
  struct Person {
    Age age;
    Gender gender;
  };

  WorkloadSize size_;
  std::vector<Pin> pins_;
  std::vector<Person> viewers_;
  DateRange days_;
  absl::Time now_;
};

/// The events of a workload, batch by batch, so that they never are all in memory. The workload
/// must outlive it. Not thread-safe.
class EventStream {
 public:
  explicit EventStream(const Workload& workload);

  /// Replaces `batch` by the next events, at most `limit` and all of one day. False at the end.
  bool Next(std::size_t limit, std::vector<EventRow>& batch);

  /// The day of the last batch.
  absl::CivilDay day() const { return day_; }

 private:
  /// How many events the days before day `index` have.
  std::uint64_t EventsBefore(std::int64_t index) const;
  EventRow Draw(std::uint64_t event, std::int64_t day_index);

  const Workload& workload_;
  std::mt19937_64 random_;
  std::uint64_t next_ = 0;
  absl::CivilDay day_;
};

}  // namespace pinmetrics::peers

#endif  // PINMETRICS_BENCHMARKS_PEERS_WORKLOAD_H_
