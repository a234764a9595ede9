#ifndef PINMETRICS_TESTS_STORE_RANDOM_ACCOUNT_H_
#define PINMETRICS_TESTS_STORE_RANDOM_ACCOUNT_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

/// Pins and events at random, with all that is special about them.

namespace pinmetrics {

/// New on each run, unless PINMETRICS_TEST_SEED names one to replay.
inline std::uint64_t TestSeed() {
  const char* text = std::getenv("PINMETRICS_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
}

/// Draws that are the same on every platform for the same seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  std::uint64_t Bits() { return random_(); }
  /// 0..`count` - 1.
  std::size_t Below(std::size_t count) { return random_() % count; }
  std::int64_t Between(std::int64_t least, std::int64_t most) {
    return least +
           static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool Percent(std::size_t chance) { return Below(100) < chance; }
  template <typename T>
  const T& OneOf(const std::vector<T>& values) {
    return values[Below(values.size())];
  }
  template <NamedEnum E>
  E Any() {
    return static_cast<E>(Below(kCountOf<E>));
  }

 private:
  std::mt19937_64 random_;
};

/// A zone, and a day near which its clock does something odd.
struct ZoneAndDay {
  const char* zone;
  absl::CivilDay day;
};

inline const std::vector<ZoneAndDay>& OddDays() {
  static const std::vector<ZoneAndDay> days = {
      {"UTC", absl::CivilDay(2026, 11, 20)},
      {"UTC", absl::CivilDay(2024, 2, 29)},
      {"Europe/Oslo", absl::CivilDay(2026, 3, 29)},
      {"Europe/Oslo", absl::CivilDay(2026, 10, 25)},
      {"America/New_York", absl::CivilDay(2026, 11, 1)},
      {"America/Sao_Paulo", absl::CivilDay(2018, 11, 4)},    // Begins at 01:00.
      {"America/St_Johns", absl::CivilDay(2006, 10, 29)},    // Goes back across midnight.
      {"Pacific/Apia", absl::CivilDay(2011, 12, 30)},        // Is left out.
      {"Australia/Lord_Howe", absl::CivilDay(2026, 4, 5)},   // Half an hour.
      {"Pacific/Kiritimati", absl::CivilDay(1994, 12, 31)},  // Is left out, at 14 hours.
      {"Asia/Kathmandu", absl::CivilDay(1986, 1, 1)},        // Begins at 00:15.
      {"Asia/Beirut", absl::CivilDay(2026, 3, 29)},          // Begins at 01:00.
      {"America/Havana", absl::CivilDay(2026, 11, 1)},       // Has its first hour twice.
      {"Antarctica/Troll", absl::CivilDay(2026, 3, 29)},     // Two hours.
      {"Pacific/Pago_Pago", absl::CivilDay(2026, 11, 20)},   // 11 hours behind.
  };
  return days;
}

/// What an account's Pins and events are drawn from.
struct AccountTraits {
  absl::TimeZone time_zone = absl::UTCTimeZone();
  absl::CivilDay first_day;
  std::int64_t days = 10;
  std::size_t pins = 5;
  std::size_t boards = 3;
  std::size_t viewers = 20;
  /// How many combinations of device, content type, age and gender occur; 0: all.
  std::size_t combos = 0;
  /// Pins differ in format and `saved` only, so that they form few classes.
  bool few_classes = false;
  std::size_t refused_percent = 3;
  std::size_t repeated_percent = 8;
};

class RandomAccount {
 public:
  RandomAccount(const AccountTraits& traits, Dice& dice)
      : traits_(traits), calendar_(traits.time_zone), dice_(dice) {
    for (std::size_t i = 0; i < traits.pins; ++i) {
      pin_ids_.push_back(PinId(dice_.Percent(90) ? 100 + i : dice_.Bits()));
    }
    if (dice_.Percent(10)) pin_ids_[0] = PinId(dice_.Percent(50) ? 0 : kLargest);
    for (std::size_t i = 0; i < traits.boards; ++i) {
      board_ids_.push_back(BoardId(dice_.Percent(90) ? 50 - i : dice_.Bits()));
    }
    if (dice_.Percent(10)) board_ids_[0] = BoardId(dice_.Percent(50) ? 0 : kLargest);
    for (std::size_t i = 0; i < traits.combos; ++i) {
      combos_.push_back(
          {dice_.Any<Device>(), dice_.Any<ContentType>(), dice_.Any<Age>(), dice_.Any<Gender>()});
    }
  }

  const AccountTraits& traits() const { return traits_; }
  const std::vector<PinId>& pin_ids() const { return pin_ids_; }
  const std::vector<BoardId>& board_ids() const { return board_ids_; }
  const std::vector<EventId>& event_ids() const { return event_ids_; }

  absl::CivilDay AnyDay() { return traits_.first_day + dice_.Between(0, traits_.days - 1); }
  /// Any instant of the day, often one at its ends.
  absl::Time AnyTimeOf(absl::CivilDay day) {
    const absl::Time begin = calendar_.Begin(day);
    const absl::Time end = calendar_.End(day);
    switch (dice_.Below(10)) {
      case 0:
        return begin;
      case 1:
        return begin - absl::Nanoseconds(1);
      case 2:
        return end - absl::Nanoseconds(1);
      case 3:
        return end;
      default:
        return begin + (end - begin) * (static_cast<double>(dice_.Below(1'000'000)) / 1e6);
    }
  }

  Pin AnyPin(PinId id) {
    Pin pin{.id = id,
            .board = dice_.OneOf(board_ids_),
            .format = dice_.Any<PinFormat>(),
            .created_at = AnyTimeOf(AnyDay()),
            .saved = dice_.Percent(30)};
    if (dice_.Percent(60)) pin.title = "title " + std::to_string(dice_.Below(100));
    if (traits_.few_classes) return pin;
    pin.source = dice_.Any<PinSource>();
    if (dice_.Percent(60)) pin.account = AccountId(dice_.OneOf(kFewIds));
    if (dice_.Percent(60)) pin.product_group = ProductGroupId(dice_.OneOf(kFewIds));
    return pin;
  }

  /// The Pin after one of its attributes changed, or none.
  Pin Changed(Pin pin) {
    const Pin other = AnyPin(pin.id);
    switch (dice_.Below(8)) {
      case 0:
        pin.board = other.board;
        break;
      case 1:
        pin.saved = !pin.saved;
        break;
      case 2:
        pin.created_at = other.created_at;
        break;
      case 3:
        pin.title = other.title;
        break;
      case 4:
        pin.account = other.account;
        break;
      case 5:
        return other;
      case 6:
        pin.format = other.format;
        pin.product_group = other.product_group;
        break;
      default:
        break;
    }
    return pin;
  }

  /// An event of `day` or near it, for an append at `now`.
  Event AnyEvent(absl::CivilDay day, absl::Time now) {
    Event event{.id = AnyEventId(), .time = AnyTimeOf(day), .pin = AnyPinId()};
    if (dice_.Percent(4)) event.time = now + kClockTolerance;
    if (!dice_.Percent(5)) event.viewer = AnyViewer();
    if (!combos_.empty()) {
      const Combo& combo = dice_.OneOf(combos_);
      event.device = combo.device;
      event.content_type = combo.content_type;
      event.age = combo.age;
      event.gender = combo.gender;
    } else {
      event.device = dice_.Any<Device>();
      event.content_type = dice_.Any<ContentType>();
      event.age = dice_.Any<Age>();
      event.gender = dice_.Any<Gender>();
    }
    if (dice_.Percent(40)) event.action = dice_.Any<Action>();
    if (event.action == Action::kPlayback) event.playback = AnyPlayback();
    if (dice_.Percent(traits_.refused_percent)) Spoil(event, now);
    return event;
  }

 private:
  static constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
  static inline const std::vector<std::uint64_t> kFewIds = {1, 2, 0, kLargest};

  struct Combo {
    Device device;
    ContentType content_type;
    Age age;
    Gender gender;
  };

  /// Some Pins have most events.
  PinId AnyPinId() {
    const std::size_t below = dice_.Below(pin_ids_.size()) + 1;
    return pin_ids_[dice_.Below(below)];
  }

  EventId AnyEventId() {
    if (dice_.Percent(15)) return EventId();
    if (!event_ids_.empty() && dice_.Percent(traits_.repeated_percent)) {
      return dice_.OneOf(event_ids_);
    }
    event_ids_.push_back(EventId(dice_.Percent(90) ? event_ids_.size() + 1 : dice_.Bits()));
    return event_ids_.back();
  }

  ViewerId AnyViewer() {
    const std::uint64_t number = dice_.Below(traits_.viewers) + 1;
    return ViewerId(number % 3 == 0 ? kLargest - number : number);
  }

  Playback AnyPlayback() {
    static const std::vector<absl::Duration> play_times = {absl::ZeroDuration(),
                                                           absl::Milliseconds(9'999),
                                                           absl::Seconds(10),
                                                           absl::Seconds(10) - absl::Nanoseconds(1),
                                                           absl::Microseconds(2'345'678),
                                                           kMaxPlayTime};
    static const std::vector<absl::Duration> visible = {absl::ZeroDuration(), absl::Seconds(2),
                                                        absl::Seconds(2) - absl::Nanoseconds(1),
                                                        absl::Seconds(3)};
    static const std::vector<double> progress = {0, 0.5, 0.95, 0.9499999999999999, 1};
    Playback playback{.play_time = dice_.OneOf(play_times), .progress = dice_.OneOf(progress)};
    if (dice_.Percent(50)) playback.play_time = absl::Milliseconds(dice_.Below(30'000));
    playback.half_visible = std::min(dice_.OneOf(visible), playback.play_time);
    return playback;
  }

  /// Makes it an event that is refused.
  void Spoil(Event& event, absl::Time now) {
    switch (dice_.Below(7)) {
      case 0:
        event.pin = PinId(7'777);
        break;
      case 1:
        event.time = now + kClockTolerance + absl::Nanoseconds(1);
        break;
      case 2:
        event.time = dice_.Percent(50) ? kTimeBegin - absl::Nanoseconds(1) : absl::InfinitePast();
        break;
      case 3:
        event.device = static_cast<Device>(4);
        break;
      case 4:
        event.action = static_cast<Action>(255);
        break;
      case 5:
        event.action = Action::kSave;
        event.playback = Playback{};
        break;
      default:
        event.action = Action::kPlayback;
        event.playback = Playback{.progress = std::numeric_limits<double>::quiet_NaN()};
        break;
    }
  }

  AccountTraits traits_;
  ReportingCalendar calendar_;
  Dice& dice_;
  std::vector<PinId> pin_ids_;
  std::vector<BoardId> board_ids_;
  std::vector<EventId> event_ids_;
  std::vector<Combo> combos_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_RANDOM_ACCOUNT_H_
