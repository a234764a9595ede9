#include "pinmetrics/store/store_rows.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/tally.h"
#include "pinmetrics/model/event.h"
#include "store/block/block_format.h"
#include "store/block/elements.h"
#include "store/block/event_code.h"
#include "store/day/store_state.h"
#include "store/store_impl.h"

namespace pinmetrics {
namespace {

/// The event that counts as a row does, without its id.
Event EventOf(const BlockRow& row, absl::Time time, PinId pin, ViewerId viewer) {
  const std::uint32_t kind = row.code / event_code::kCombos;
  const std::uint32_t combo = row.code % event_code::kCombos;
  Event event = {.time = time,
                 .pin = pin,
                 .viewer = viewer,
                 .device = static_cast<Device>(event_code::DeviceOf(combo)),
                 .content_type = static_cast<ContentType>(event_code::ContentTypeOf(combo)),
                 .age = static_cast<Age>(event_code::AgeOf(combo)),
                 .gender = static_cast<Gender>(event_code::GenderOf(combo))};
  if (kind < event_code::kFirstPlaybackKind) {
    event.action = static_cast<Action>(kind);
    return event;
  }
  const std::uint32_t met = kind - event_code::kFirstPlaybackKind;
  event.action = Action::kPlayback;
  event.playback = {
      .play_time = absl::Milliseconds(row.play_ms),
      .half_visible = (met & 1) != 0 ? kVideoViewHalfVisible : absl::ZeroDuration(),
      .progress = (met & 4) != 0 ? Progress(kPlayedTo95PercentProgress) : Progress(0)};
  return event;
}

std::uint64_t ChecksumOf(const PackedBlock& packed) {
  return ElementsAt<BlockHeader>(packed.bytes().data())->checksum;
}

}  // namespace

class StoreRows::Impl {
 public:
  ReportingOptions options;
  PinTable::View pins;
  std::vector<std::uint64_t> viewers;  ///< Ids, by number.
  std::shared_ptr<const SealedDays> sealed;
  /// What is not sealed, in the order it came.
  std::map<absl::CivilDay, LiveDays::Rows> live;
  /// The ids of events that are not sealed, by chunk and position; 0 where there is none.
  std::map<std::uint32_t, std::vector<std::uint64_t>> event_ids;

  absl::StatusOr<DayEvents> EventsOf(const StoredDay& day) const {
    if (day.checksum) return SealedEvents(day);
    return LiveEvents(day.day);
  }

 private:
  absl::StatusOr<DayEvents> SealedEvents(const StoredDay& day) const {
    const auto found = sealed->days.find(day.day);
    if (found == sealed->days.end() || ChecksumOf(*found->second.block) != *day.checksum) {
      return NotHere(day.day);
    }
    std::vector<BlockRow> rows;
    UnpackRows(found->second.block->block(), rows);
    const absl::Time time = Begin(day.day);
    DayEvents taken;
    taken.events.reserve(rows.size());
    taken.observations.reserve(rows.size());
    for (const BlockRow& row : rows) taken.observations.push_back(Take(row, 0, time, taken.events));
    return taken;
  }

  absl::StatusOr<DayEvents> LiveEvents(absl::CivilDay day) const {
    if (const auto damaged = sealed->damaged.find(day); damaged != sealed->damaged.end()) {
      return absl::DataLossError(damaged->second);
    }
    const auto found = live.find(day);
    if (found == live.end()) return NotHere(day);
    std::size_t written = 0;
    for (const std::shared_ptr<const HeadRows>& rows : found->second) written += rows->written();
    const absl::Time time = Begin(day);
    DayEvents taken;
    taken.events.reserve(written);
    for (const std::shared_ptr<const HeadRows>& rows : found->second) {
      const std::vector<std::uint64_t>& ids = event_ids.at(rows->number());
      std::size_t next = 0;
      const auto take_up_to = [&](std::size_t end, std::vector<Observation>& observations) {
        for (; next < end; ++next) {
          observations.push_back(Take(rows->first()[next], ids[next], time, taken.events));
        }
      };
      std::vector<std::span<const BlockRow>> parts;
      rows->AddParts(parts);
      for (const std::span<const BlockRow> part : parts) {
        const auto begin = static_cast<std::size_t>(part.data() - rows->first());
        take_up_to(begin, taken.withdrawn);
        take_up_to(begin + part.size(), taken.observations);
      }
      take_up_to(rows->written(), taken.withdrawn);
    }
    return taken;
  }

  absl::Time Begin(absl::CivilDay day) const {
    return ReportingCalendar(options.time_zone).Begin(day);
  }

  /// `events` has room for it, so that none of them moves.
  Observation Take(const BlockRow& row, std::uint64_t event_id, absl::Time time,
                   std::vector<Event>& events) const {
    const Pin& pin = pins.versions[row.pin];
    events.push_back(EventOf(row, time, pin.id, ViewerId(viewers[row.viewer])));
    events.back().id = EventId(event_id);
    return {&events.back(), &pin};
  }

  static absl::Status NotHere(absl::CivilDay day) {
    return absl::NotFoundError(ToString(day) + ": the store has no such day");
  }
};

StoreRows::StoreRows(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
StoreRows::StoreRows(StoreRows&& other) noexcept = default;
StoreRows& StoreRows::operator=(StoreRows&& other) noexcept = default;
StoreRows::~StoreRows() = default;

const ReportingOptions& StoreRows::reporting() const { return impl_->options; }

std::vector<StoredDay> StoreRows::Days() const {
  std::vector<StoredDay> days;
  for (const auto& [day, of_day] : impl_->sealed->days) {
    days.push_back({.day = day,
                    .events = of_day.block->block().events(),
                    .checksum = ChecksumOf(*of_day.block)});
  }
  for (const auto& [day, what] : impl_->sealed->damaged) days.push_back({.day = day});
  for (const auto& [day, of_day] : impl_->live) {
    std::size_t events = 0;
    for (const std::shared_ptr<const HeadRows>& rows : of_day) events += rows->size();
    if (!impl_->sealed->damaged.contains(day)) days.push_back({.day = day, .events = events});
  }
  std::ranges::stable_sort(days, {}, &StoredDay::day);
  return days;
}

std::vector<Pin> StoreRows::Pins() const {
  std::map<PinId, const Pin*> latest;
  impl_->pins.versions.ForEach([&](std::uint32_t, const Pin& pin) { latest[pin.id] = &pin; });
  std::vector<Pin> pins;
  pins.reserve(latest.size());
  for (const auto& [id, pin] : latest) pins.push_back(*pin);
  return pins;
}

absl::StatusOr<DayEvents> StoreRows::EventsOf(const StoredDay& day) const {
  return impl_->EventsOf(day);
}

StoreRows Store::Impl::TakeRows() {
  auto rows = std::make_unique<StoreRows::Impl>();
  const std::lock_guard<std::mutex> lock(write_mutex_);
  {
    const std::lock_guard<std::mutex> short_lock(mutex_);
    rows->options = options_.reporting;
    rows->pins = pin_view_;
    rows->sealed = sealed_;
    rows->live = live_.PublishedByDay(pin_view_.Limits(viewer_limit_));
  }
  rows->viewers.resize(next_viewer_);
  viewers_.ForEach([&](std::uint64_t id, std::uint32_t number) { rows->viewers[number] = id; });
  for (const auto& [day, of_day] : rows->live) {
    for (const std::shared_ptr<const HeadRows>& chunk : of_day) {
      rows->event_ids[chunk->number()].resize(chunk->written());
    }
  }
  event_places_.ForEach([&](std::uint64_t id, std::uint32_t place) {
    const auto chunk = rows->event_ids.find(place >> 16);
    if (chunk != rows->event_ids.end()) chunk->second[place & 0xffff] = id;
  });
  return StoreRows(std::move(rows));
}

StoreRows Store::TakeRows() const { return impl_->TakeRows(); }

}  // namespace pinmetrics
