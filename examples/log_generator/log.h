#ifndef PINMETRICS_EXAMPLES_LOG_GENERATOR_LOG_H_
#define PINMETRICS_EXAMPLES_LOG_GENERATOR_LOG_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "examples/log_generator/random.h"
#include "pinmetrics/model/dimension.h"

namespace pinmetrics::log_generator {

/// How large an account to invent. Equal options give equal logs on every platform.
struct LogOptions {
  /// Rows in the event log, 0..1,000,000,000. The events of one day are held in memory at a time.
  std::uint64_t events = 100'000;
  /// Another seed is another account.
  std::uint64_t seed = 1;
  /// No event and no Pin is later; in the years 1990..9999.
  absl::Time now;
  /// Civil days in UTC that the log covers, the last one being that of `now`; 1..3,650.
  std::uint32_t days = 120;
  /// Pins of the account, some of them created before the log starts; 1..100,000.
  std::uint32_t pins = 400;
  /// People who may turn up, 1..1,000,000,000; a short log does not meet all of them.
  std::uint32_t viewers = 20'000;
};

/// OK, or InvalidArgument naming the first field outside its range and that range.
absl::Status Validate(const LogOptions& options);

/// A row of the Pin file. Account and product group 0 mean none.
struct LoggedPin {
  std::uint64_t id = 0;
  std::uint64_t board = 0;
  PinFormat format = PinFormat::kStandard;
  std::int64_t created_at_ms = 0;
  PinSource source = PinSource::kYourPins;
  std::uint64_t account = 0;
  std::uint64_t product_group = 0;
  bool saved = false;
  std::string title;
};

/// A row of the event file. Viewer 0 is an unknown person; the last three fields are 0 unless the
/// action is a playback.
struct LoggedEvent {
  std::uint64_t id = 0;
  std::int64_t time_ms = 0;
  std::uint64_t pin = 0;
  std::uint64_t viewer = 0;
  Action action = Action::kImpression;
  Device device = Device::kUnspecified;
  ContentType content_type = ContentType::kOrganic;
  Age age = Age::kUnspecified;
  Gender gender = Gender::kUnspecified;
  std::uint32_t play_time_ms = 0;
  std::uint32_t half_visible_ms = 0;
  std::uint32_t progress_thousandths = 0;
};

/// Invents the log of one business account: a few Pins get most of the attention, weekends and
/// evenings are busy, people return, traffic grows slowly, and now and then the account pays for a
/// few days of reach.
///
/// Constant once created, so any number of threads may call it.
class LogGenerator {
 public:
  /// Receives one day's events; an error stops the generator.
  using Sink = std::function<absl::Status(std::span<const LoggedEvent>)>;

  /// Invents the Pins. Fails as `Validate` does.
  static absl::StatusOr<LogGenerator> Create(const LogOptions& options);

  /// In the order they were created, ids ascending. They do not depend on the number of events.
  const std::vector<LoggedPin>& Pins() const { return pins_; }

  /// Hands `options.events` events to `sink` in order of time, ids ascending from 1, a day at a
  /// time; days without events are left out. Returns the sink's first error, else OK. Every call
  /// gives the same events.
  absl::Status Generate(const Sink& sink) const;

 private:
  // What a Pin does to people; the log shows it only through the events.
  struct Draw {
    std::uint64_t popularity = 0;
    std::uint32_t appeal_percent = 100;  // Clicks and saves per impression, against the usual.
    std::uint32_t video_length_ms = 0;
    bool carousel = false;
  };

  // Paid reach for one Pin. Days count from the log's first; the last one is included.
  struct Campaign {
    std::size_t pin = 0;
    std::uint32_t first_day = 0;
    std::uint32_t last_day = 0;
    std::uint32_t percent_of_organic = 0;
  };

  struct Day;

  explicit LogGenerator(const LogOptions& options);

  void InventPins();
  void InventCampaigns();
  Day PlanDay(std::uint32_t day, Random& random) const;
  // Sums of the Pins' attractions on a day, so that a draw below `sums[n]` is one of the first n+1.
  std::vector<std::uint64_t> AttractionSums(std::uint32_t day) const;
  void AppendVisit(const Day& day, std::span<const std::uint64_t> attraction_sums, Random& random,
                   std::vector<LoggedEvent>& events) const;
  void AppendReactions(std::size_t pin, const LoggedEvent& impression, std::int64_t last_ms,
                       Random& random, std::vector<LoggedEvent>& events) const;

  LogOptions options_;
  std::int64_t now_ms_;
  std::int64_t first_epoch_day_;  // The log's first day, in days since 1970.
  std::vector<LoggedPin> pins_;
  std::vector<Draw> draws_;  // By the index of the Pin.
  std::vector<Campaign> campaigns_;
};

}  // namespace pinmetrics::log_generator

#endif  // PINMETRICS_EXAMPLES_LOG_GENERATOR_LOG_H_
