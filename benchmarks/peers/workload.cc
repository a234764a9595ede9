#include "benchmarks/peers/workload.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace pinmetrics::peers {
namespace {

constexpr std::int64_t kDays = 90;
constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;
constexpr absl::CivilDay kLastDay(2026, 11, 20);

/// The standard library's distributions give other numbers on other platforms. These do not.
double Uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1.0p-53; }

std::uint32_t Below(std::mt19937_64& random, std::uint32_t bound) {
  return static_cast<std::uint32_t>(((random() >> 32) * bound) >> 32);
}

/// An index, as likely as its share of `per_mille`, which add up to 1000.
std::size_t Pick(std::mt19937_64& random, std::span<const std::uint32_t> per_mille) {
  std::uint32_t rest = Below(random, 1000);
  std::size_t index = 0;
  while (rest >= per_mille[index]) rest -= per_mille[index++];
  return index;
}

template <NamedEnum E>
E PickOf(std::mt19937_64& random, const std::array<std::uint32_t, kCountOf<E>>& per_mille) {
  return static_cast<E>(Pick(random, per_mille));
}

Pin MakePin(std::mt19937_64& random, std::uint32_t id, std::uint32_t boards, absl::Time first) {
  Pin pin{.id = PinId(id),
          .board = BoardId(1 + Below(random, boards)),
          .format = PickOf<PinFormat>(random, {500, 180, 120, 200}),
          // The oldest Pin is 18 months old when the events begin.
          .created_at = first - absl::Seconds(Below(random, 18 * 30 * 24 * 60 * 60)),
          .source = PickOf<PinSource>(random, {850, 150}),
          .title = "Pin " + std::to_string(id)};
  constexpr std::array<std::uint32_t, 4> kAccounts = {250, 450, 200, 100};
  if (const std::size_t account = Pick(random, kAccounts)) pin.account = AccountId(account);
  if (pin.format == PinFormat::kProduct) {
    constexpr std::array<std::uint32_t, 4> kGroups = {250, 450, 200, 100};
    if (const std::size_t group = Pick(random, kGroups)) pin.product_group = ProductGroupId(group);
  }
  pin.saved = pin.source == PinSource::kYourPins && !pin.account && Below(random, 10) == 0;
  return pin;
}

}  // namespace

Event MakeEvent(const EventRow& row) {
  Event event{.id = EventId(row.id),
              .time = absl::FromUnixMillis(row.time_ms),
              .pin = PinId(row.pin),
              .viewer = ViewerId(row.viewer),
              .action = row.action,
              .device = row.device,
              .content_type = row.content_type,
              .age = row.age,
              .gender = row.gender};
  if (row.action == Action::kPlayback) {
    event.playback = Playback{.play_time = absl::Milliseconds(row.play_ms),
                              .half_visible = absl::Milliseconds(row.half_ms),
                              .progress = row.progress_256 / 256.0};
  }
  return event;
}

Workload::Workload(const WorkloadSize& size)
    : size_(size),
      days_(LastDays(kDays, kLastDay)),
      now_(absl::FromCivil(kLastDay + 3, absl::UTCTimeZone())) {
  std::mt19937_64 random(size.seed);
  const absl::Time first = absl::FromCivil(days_.first(), absl::UTCTimeZone());
  pins_.reserve(size.pins);
  for (std::uint32_t id = 1; id <= size.pins; ++id) {
    pins_.push_back(MakePin(random, id, size.boards, first));
    if (size.product_groups == 0) continue;
    pins_.back().product_group = ProductGroupId(1 + id % size.product_groups);
  }
  viewers_.reserve(size.viewers);
  for (std::uint32_t i = 0; i < size.viewers; ++i) {
    const Age age = PickOf<Age>(random, {210, 300, 190, 70, 60, 80, 50, 40});
    viewers_.push_back({age, PickOf<Gender>(random, {620, 240, 140})});
  }
}

EventStream::EventStream(const Workload& workload)
    : workload_(workload), random_(workload.size().seed + 1), day_(workload.days().first()) {}

std::uint64_t EventStream::EventsBefore(std::int64_t index) const {
  return workload_.size().events * static_cast<std::uint64_t>(index) / kDays;
}

bool EventStream::Next(std::size_t limit, std::vector<EventRow>& batch) {
  batch.clear();
  if (next_ == workload_.size().events) return false;
  while (next_ >= EventsBefore(day_ - workload_.days().first() + 1)) ++day_;
  const std::int64_t day_index = day_ - workload_.days().first();
  const std::uint64_t end = std::min<std::uint64_t>(next_ + limit, EventsBefore(day_index + 1));
  while (next_ < end) batch.push_back(Draw(next_++, day_index));
  return true;
}

EventRow EventStream::Draw(std::uint64_t event, std::int64_t day_index) {
  const std::uint64_t first = EventsBefore(day_index);
  const std::uint64_t of_day = EventsBefore(day_index + 1) - first;
  const std::uint64_t ms_of_day = (event - first) * static_cast<std::uint64_t>(kDayMs) / of_day;
  const double u = Uniform(random_);
  const auto pin = static_cast<std::uint32_t>(u * u * u * workload_.size().pins);
  const std::uint32_t viewer = Below(random_, workload_.size().viewers);
  const bool video = workload_.pins_[pin].format == PinFormat::kVideo;

  constexpr std::array<std::uint32_t, 8> kActions = {920, 36, 15, 14, 6, 3, 6, 0};
  constexpr std::array<std::uint32_t, 8> kVideoActions = {725, 34, 14, 16, 6, 2, 3, 200};
  EventRow row{.id = event + 1,
               .time_ms = absl::ToUnixMillis(absl::FromCivil(day_, absl::UTCTimeZone())) +
                          static_cast<std::int64_t>(ms_of_day),
               .pin = pin + 1,
               .viewer = viewer + 1,
               .action = PickOf<Action>(random_, video ? kVideoActions : kActions),
               .age = workload_.viewers_[viewer].age,
               .gender = workload_.viewers_[viewer].gender};
  row.device = PickOf<Device>(random_, {780, 60, 140, 20});
  row.content_type = PickOf<ContentType>(random_, {700, 180, 120});
  if (row.action == Action::kPlayback) {
    // Most look for a moment, few to the end: 0 to 60 s, half of them under 7.5 s.
    const double share = Uniform(random_);
    row.play_ms = static_cast<std::uint32_t>(share * share * share * 60'000);
    row.half_ms = Below(random_, row.play_ms + 1);
    row.progress_256 = static_cast<std::uint16_t>(Below(random_, 257));
  }
  return row;
}

}  // namespace pinmetrics::peers
