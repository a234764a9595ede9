#ifndef PINMETRICS_TESTS_MODEL_RANDOM_EVENT_H_
#define PINMETRICS_TESTS_MODEL_RANDOM_EVENT_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "absl/time/time.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

/// Valid events and Pins at random. Values are drawn from few, so that they meet each other.

namespace pinmetrics {

/// New on each run, unless PINMETRICS_TEST_SEED names one to replay.
inline std::uint64_t TestSeed() {
  const char* text = std::getenv("PINMETRICS_TEST_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
}

class RandomModel {
 public:
  explicit RandomModel(std::uint64_t seed) : random_(seed) {}

  /// 0..`count` - 1.
  std::size_t Below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

  template <NamedEnum E>
  E Any() {
    return static_cast<E>(Below(kCountOf<E>));
  }

  /// Few ids, those among them whose bits are special.
  std::uint64_t AnyNumber() {
    static const std::vector<std::uint64_t> numbers = {
        0, 1, 2, 3, 63, 64, std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max()};
    return numbers[Below(numbers.size())];
  }

  Event AnyEvent() {
    Event event{.id = EventId(AnyNumber()),
                .time = absl::UnixEpoch() + absl::Seconds(Below(2'000'000'000)),
                .pin = PinId(AnyNumber()),
                .viewer = ViewerId(AnyNumber()),
                .action = Any<Action>(),
                .device = Any<Device>(),
                .content_type = Any<ContentType>(),
                .age = Any<Age>(),
                .gender = Any<Gender>()};
    if (event.action == Action::kPlayback) {
      const absl::Duration play_time = absl::Microseconds(Below(20'000'000));
      event.playback = {.play_time = play_time,
                        .half_visible = play_time / static_cast<double>(1 + Below(4)),
                        .progress = static_cast<double>(Below(101)) / 100};
    }
    return event;
  }

  Pin AnyPin() {
    Pin pin{.id = PinId(AnyNumber()),
            .board = BoardId(AnyNumber()),
            .format = Any<PinFormat>(),
            .created_at = absl::UnixEpoch(),
            .source = Any<PinSource>()};
    if (Below(3) != 0) pin.account = AccountId(AnyNumber());
    if (Below(3) != 0) pin.product_group = ProductGroupId(AnyNumber());
    return pin;
  }

  std::vector<Event> Events(std::size_t count) {
    std::vector<Event> events(count);
    for (Event& event : events) event = AnyEvent();
    return events;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_MODEL_RANDOM_EVENT_H_
