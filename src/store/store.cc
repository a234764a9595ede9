#include "pinmetrics/store/store.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "pinmetrics/calendar/date_range.h"
#include "pinmetrics/calendar/reporting_calendar.h"
#include "pinmetrics/metrics/tally.h"
#include "store/hash_seed.h"
#include "store/id_map.h"
#include "store/pack.h"
#include "store/pin_table.h"
#include "store/snapshot_data.h"

namespace pinmetrics {
namespace {

std::uint32_t KindOf(const Event& event) {
  if (!event.playback) return static_cast<std::uint32_t>(event.action);
  const Playback& playback = *event.playback;
  return event_code::kFirstPlaybackKind + (playback.half_visible >= kVideoViewHalfVisible ? 1 : 0) +
         (playback.play_time >= kTenSecondPlayTime ? 2 : 0) +
         (playback.progress >= kPlayedTo95PercentProgress ? 4 : 0);
}

std::uint16_t CodeOf(const Event& event) {
  return event_code::Code(KindOf(event),
                          event_code::Combo(static_cast<std::uint32_t>(event.device),
                                            static_cast<std::uint32_t>(event.content_type),
                                            static_cast<std::uint32_t>(event.age),
                                            static_cast<std::uint32_t>(event.gender)));
}

/// A day with events that are not sealed.
struct LiveDay {
  std::vector<LiveRows> chunks;
  /// How many of them are being sealed and take no more.
  std::size_t closed = 0;
};
using LiveDays = std::map<absl::CivilDay, LiveDay>;
using ClosedDays = std::map<absl::CivilDay, std::vector<LiveRows>>;

void RaisePeaks(const Block& block, PinPeaks& peaks) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  for (std::size_t pin = 0; pin < keys.size(); ++pin) {
    const std::uint32_t count = std::min(events[pin + 1] - events[pin], Block::kHeavy);
    peaks[keys[pin]] = std::max(peaks[keys[pin]], static_cast<std::uint8_t>(count));
  }
}

/// The block of a day: what was sealed of it before, and the chunks. Null if nothing is left of it.
std::shared_ptr<const PackedBlock> PackDay(absl::CivilDay day, const PackedBlock* before,
                                           const std::vector<LiveRows>& chunks,
                                           const PinTable::View& pins, std::uint32_t viewers) {
  std::vector<std::span<const BlockRow>> parts;
  std::vector<std::vector<BlockRow>> copies(chunks.size() + 1);
  if (before != nullptr) {
    UnpackRows(before->block(), copies.back());
    parts.emplace_back(copies.back());
  }
  bool any = before != nullptr;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const LiveRows& rows = chunks[i];
    parts.push_back(rows.chunk->Rows(rows.size, rows.withdrawn, copies[i]));
    any |= !parts.back().empty();
  }
  if (!any) return nullptr;
  return PackBlock(day, parts, pins.Limits(viewers),
                   [&pins](std::uint32_t version) { return pins.traits[version]; });
}

/// Counts the newcomers of the days that changed, and of those that have one of these among the
/// days directly before. `last_seen` has seen all days before it changed, in order.
void UpdateNewcomers(const std::vector<absl::CivilDay>& changed, LastSeen& last_seen,
                     std::map<absl::CivilDay, SealedDay>& days) {
  if (changed.empty()) return;
  auto next = days.find(changed.front());
  if (last_seen.last() && *last_seen.last() >= changed.front()) {
    // It has seen this day as it was, or others after it: it sees again all that matters.
    last_seen.Clear();
    next = days.lower_bound(changed.front() - Newcomers::kDays);
  }
  for (; next != days.end(); ++next) {
    SealedDay& day = next->second;
    auto newcomers = std::make_shared<const Newcomers>(last_seen.See(day.block->block()));
    // Those of days before the first that changed are right as they are: here not all days before
    // them were seen.
    if (next->first >= changed.front()) day.newcomers = std::move(newcomers);
  }
}

/// What the sealed days have of one thing, in bytes.
template <typename Part>
std::size_t BytesOf(const SealedDays& sealed, std::shared_ptr<const Part> SealedDay::*part) {
  std::size_t bytes = 0;
  for (const auto& [day, of_day] : sealed.days) bytes += (of_day.*part)->bytes();
  return bytes;
}

absl::Status LimitStatus(std::size_t used, std::size_t limit) {
  return absl::ResourceExhaustedError("store: this would take " + std::to_string(used) +
                                      " bytes of memory, over the limit of " +
                                      std::to_string(limit));
}

StoreOptions WithHashSeed(StoreOptions options) {
  if (!options.hash_seed) options.hash_seed = RandomHashSeed();
  return options;
}

constexpr std::uint32_t kFirstChunkRows = 64;
constexpr std::uint32_t kMaxChunkRows = 1 << 16;
constexpr absl::Duration kBatchKeysKept = absl::Hours(24 * 30);

}  // namespace

class Store::Impl {
 public:
  explicit Impl(StoreOptions options)
      : options_(WithHashSeed(std::move(options))),
        reporting_{options_.time_zone, options_.business_created},
        calendar_(options_.time_zone),
        day_of_(calendar_),
        pins_(*options_.hash_seed),
        viewers_(*options_.hash_seed + 1),
        event_chunks_(*options_.hash_seed + 2),
        sealed_(std::make_shared<const SealedDays>()),
        pin_index_(std::make_shared<PinIndexCache>()) {}

  absl::Status PutPin(const Pin& pin) {
    if (const std::optional<Fault> fault = Check(pin)) {
      return absl::InvalidArgumentError("pin " + std::to_string(pin.id.value()) + ": " +
                                        fault->ToString());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (options_.memory_limit_bytes) {
      const std::size_t growth = pins_.GrowthWith(pin);
      const std::size_t used = MemoryLocked().total() + growth;
      if (growth > 0 && used > *options_.memory_limit_bytes) {
        return LimitStatus(used, *options_.memory_limit_bytes);
      }
    }
    return pins_.Put(pin);
  }

  AppendResult Append(std::span<const Event> events, absl::Time now, std::string_view batch_key) {
    AppendResult result;
    const std::lock_guard<std::mutex> lock(mutex_);
    std::string key(batch_key);
    if (!key.empty() && batch_keys_.contains(key)) {
      result.repeated_batch = true;
      return result;
    }
    if (options_.memory_limit_bytes) {
      const std::size_t used = MemoryLocked().total() + BytesFor(events, key);
      if (used > *options_.memory_limit_bytes) {
        result.status = LimitStatus(used, *options_.memory_limit_bytes);
        return result;
      }
    }
    for (std::size_t i = 0; i < std::min(kAhead, events.size()); ++i) Prefetch(events[i]);
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (i + kAhead < events.size()) Prefetch(events[i + kAhead]);
      AppendOne(events[i], i, now, result);
    }
    if (!key.empty()) {
      batch_key_bytes_ += kMapNodeBytes + key.size();
      batch_keys_.emplace(std::move(key), now);
    }
    return result;
  }

  absl::Status Withdraw(EventId id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::optional<std::uint32_t> serial =
        id == EventId() ? std::nullopt : event_chunks_.Find(id.value());
    if (!serial) {
      return absl::NotFoundError("event " + std::to_string(id.value()) +
                                 ": no event of a day that is not sealed has this id");
    }
    LiveRows& rows = RowsOf(*serial);
    std::uint32_t position = 0;
    // An id that was withdrawn before may stand here twice: the later one is it.
    for (std::uint32_t i = rows.size; i-- > 0;) {
      if (rows.chunk->event_id(i) != id.value()) continue;
      position = i;
      break;
    }
    auto longer = rows.withdrawn ? *rows.withdrawn : std::vector<std::uint32_t>();
    longer.push_back(position);
    rows.withdrawn = std::make_shared<const std::vector<std::uint32_t>>(std::move(longer));
    event_chunks_.Erase(id.value());
    return absl::OkStatus();
  }

  SealResult Seal(absl::Time now) {
    // One at a time, for as long as it takes; `mutex_` is held only to take and to hand over.
    const std::lock_guard<std::mutex> sealing(seal_mutex_);
    SealResult result;
    PinTable::View pins;
    std::uint32_t viewers = 0;
    ClosedDays closed;
    absl::CivilDay first_retained;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      sealed_through_ = std::max(sealed_through_, calendar_.LatestCompleteDay(now));
      first_retained = calendar_.FirstRetainedDay(now);
      closed = CloseFinalDays();
      pins = pins_.TakeView();
      viewers = ViewerLimit();
      std::erase_if(batch_keys_, [&](const auto& entry) {
        if (entry.second + kBatchKeysKept >= now) return false;
        batch_key_bytes_ -= kMapNodeBytes + entry.first.size();
        return true;
      });
    }

    // Nobody else replaces `sealed_`: it can be read without the lock.
    auto sealed = std::make_shared<SealedDays>(*sealed_);
    auto peaks = std::make_shared<PinPeaks>(*sealed->peaks);
    peaks->resize(pins.versions.size());
    std::vector<absl::CivilDay> changed;
    for (const auto& [day, chunks] : closed) {
      if (day < first_retained) {
        // One with a block is counted below.
        if (!sealed->days.contains(day)) ++result.days_dropped;
        continue;
      }
      const auto before = sealed->days.find(day);
      const PackedBlock* block =
          before == sealed->days.end() ? nullptr : before->second.block.get();
      const std::shared_ptr<const PackedBlock> packed = PackDay(day, block, chunks, pins, viewers);
      if (!packed) continue;
      ++result.days_sealed;
      result.events_sealed += packed->block().events();
      if (block != nullptr) result.events_sealed -= block->block().events();
      RaisePeaks(packed->block(), *peaks);
      sealed->days[day] = {
          .block = packed,
          .newcomers = nullptr,  // Counted when all blocks are there.
          .board_demographics = std::make_shared<const BoardDemographics>(packed->block()),
          .pin_bits = std::make_shared<const PinBits>(packed->block(), pins)};
      changed.push_back(day);
    }
    const auto retained = sealed->days.lower_bound(first_retained);
    result.days_dropped += static_cast<std::size_t>(std::distance(sealed->days.begin(), retained));
    sealed->days.erase(sealed->days.begin(), retained);
    UpdateNewcomers(changed, last_seen_, sealed->days);
    sealed->peaks = std::move(peaks);
    sealed->bytes = BytesOf(*sealed, &SealedDay::newcomers) +
                    BytesOf(*sealed, &SealedDay::board_demographics) +
                    BytesOf(*sealed, &SealedDay::pin_bits);
    for (const auto& [day, of_day] : sealed->days) sealed->bytes += of_day.block->bytes().size();

    const std::lock_guard<std::mutex> lock(mutex_);
    sealed_ = std::move(sealed);
    last_seen_bytes_ = last_seen_.bytes();
    for (const auto& [day, chunks] : closed) {
      LiveDay& live = live_[day];
      for (const LiveRows& chunk : chunks) live_bytes_ -= chunk.chunk->bytes();
      live.chunks.erase(live.chunks.begin(),
                        live.chunks.begin() + static_cast<std::ptrdiff_t>(live.closed));
      live.closed = 0;
      if (live.chunks.empty()) live_.erase(day);
    }
    open_rows_ = nullptr;
    return result;
  }

  Snapshot TakeSnapshot() const {
    auto data = std::make_shared<SnapshotData>();
    const std::lock_guard<std::mutex> lock(mutex_);
    data->options = reporting_;
    data->pins = pins_.TakeView();
    data->viewer_limit = ViewerLimit();
    data->sealed = sealed_;
    data->pin_index = pin_index_;
    for (const auto& [day, live] : live_) {
      data->live.insert(data->live.end(), live.chunks.begin(), live.chunks.end());
    }
    return Snapshot(std::move(data));
  }

  MemoryUse Memory() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    MemoryUse use = MemoryLocked();
    for (std::uint32_t i = 0; i < Block::kTables; ++i) {
      const auto table = static_cast<Block::Table>(i);
      std::size_t bytes = 0;
      for (const auto& [day, of_day] : sealed_->days) {
        bytes += of_day.block->block().At(table).size();
      }
      use.block_tables.emplace_back(Block::TableName(table), bytes);
    }
    use.block_tables.emplace_back(Newcomers::kName, BytesOf(*sealed_, &SealedDay::newcomers));
    use.block_tables.emplace_back(BoardDemographics::kName,
                                  BytesOf(*sealed_, &SealedDay::board_demographics));
    use.block_tables.emplace_back(PinBits::kName, BytesOf(*sealed_, &SealedDay::pin_bits));
    return use;
  }

 private:
  /// How many events ahead the memory that one will need is fetched, so that waiting for it
  /// overlaps with appending those before it. A processor has room for a dozen or two fetches at
  /// a time, three an event; beyond that they hold up the work that they should overlap with.
  static constexpr std::size_t kAhead = 8;
  static constexpr std::size_t kMapNodeBytes = 96;

  std::uint32_t ViewerLimit() const { return static_cast<std::uint32_t>(viewers_.size()) + 1; }

  [[gnu::always_inline]] void Prefetch(const Event& event) const {
    pins_.Prefetch(event.pin);
    viewers_.Prefetch(event.viewer.value());
    event_chunks_.Prefetch(event.id.value());
  }

  void AppendOne(const Event& event, std::size_t index, absl::Time now, AppendResult& result) {
    std::optional<Fault> fault = Check(event, now);
    std::optional<std::uint32_t> pin;
    if (!fault) {
      pin = pins_.Current(event.pin);
      if (!pin) {
        fault = Fault{"pin", std::to_string(event.pin.value()) + " is not a known Pin"};
      }
    }
    absl::CivilDay day;
    if (!fault) {
      day = day_of_(event.time);
      if (day <= sealed_through_ && options_.late_events == LateEvents::kRefuse) {
        fault = Fault{"time", FormatInstant(event.time) + " is on " + ToString(day) +
                                  ", a sealed day; the first open one is " +
                                  ToString(sealed_through_ + 1)};
      }
    }
    if (fault) {
      result.refused.push_back({index, *std::move(fault)});
      return;
    }
    LiveRows& rows = OpenRows(day);
    BlockRow row{.pin = *pin, .code = CodeOf(event)};
    if (event.viewer != ViewerId()) {
      // Numbers from 1: 0 is nobody.
      row.viewer = viewers_.FindOrInsert(event.viewer.value(),
                                         static_cast<std::uint32_t>(viewers_.size()) + 1);
    }
    // Last of all that takes memory: an event whose id is known counts.
    if (event.id != EventId() && !event_chunks_.Insert(event.id.value(), rows.chunk->serial())) {
      ++result.repeats;
      return;
    }
    if (event.playback) {
      row.play_ms =
          static_cast<std::uint32_t>(absl::ToInt64Milliseconds(event.playback->play_time));
    }
    rows.chunk->Set(rows.size, row, event.id.value());
    ++rows.size;
    ++result.taken;
  }

  /// The chunk of `day` that has room.
  LiveRows& OpenRows(absl::CivilDay day) {
    if (open_rows_ != nullptr && open_day_ == day &&
        open_rows_->size < open_rows_->chunk->capacity()) {
      return *open_rows_;
    }
    LiveDay& live = live_[day];
    if (!HasRoom(live)) {
      live.chunks.push_back(
          {std::make_shared<LiveChunk>(day, next_serial_++, NextCapacity(live)), 0, nullptr});
      live_bytes_ += live.chunks.back().chunk->bytes();
    }
    open_day_ = day;
    open_rows_ = &live.chunks.back();
    return *open_rows_;
  }

  static bool HasRoom(const LiveDay& live) {
    return live.chunks.size() > live.closed &&
           live.chunks.back().size < live.chunks.back().chunk->capacity();
  }

  /// Chunks double, so that a small account takes little and a large one few chunks.
  static std::uint32_t NextCapacity(const LiveDay& live) {
    if (live.chunks.empty()) return kFirstChunkRows;
    return std::min(live.chunks.back().chunk->capacity() * 2, kMaxChunkRows);
  }

  /// The chunk with this serial number, which has events that are not sealed.
  LiveRows& RowsOf(std::uint32_t serial) {
    for (auto& [day, live] : live_) {
      for (LiveRows& rows : live.chunks) {
        if (rows.chunk->serial() == serial) return rows;
      }
    }
    return *open_rows_;  // Every number in `event_chunks_` is that of a live chunk.
  }

  /// Closes the chunks of all final days and forgets their events' ids.
  ClosedDays CloseFinalDays() {
    ClosedDays closed;
    for (auto& [day, live] : live_) {
      if (day > sealed_through_) break;
      live.closed = live.chunks.size();
      closed.emplace(day, live.chunks);
    }
    open_rows_ = nullptr;
    if (closed.empty()) {
      event_chunks_.Trim();
      return closed;
    }
    // By serial number: every other chunk has events that stay.
    std::vector<bool> is_closed(next_serial_);
    for (const auto& [day, chunks] : closed) {
      for (const LiveRows& rows : chunks) is_closed[rows.chunk->serial()] = true;
    }
    event_chunks_.EraseIf([&](std::uint32_t serial) { return is_closed[serial]; });
    return closed;
  }

  /// How many bytes a batch would add at most.
  std::size_t BytesFor(std::span<const Event> events, const std::string& key) {
    std::map<absl::CivilDay, std::size_t> rows_of_day;
    for (const Event& event : events) ++rows_of_day[day_of_(event.time)];
    std::size_t bytes = viewers_.BytesWith(events.size()) - viewers_.bytes() +
                        event_chunks_.BytesWith(events.size()) - event_chunks_.bytes();
    if (!key.empty()) bytes += kMapNodeBytes + key.size();
    for (const auto& [day, rows] : rows_of_day) {
      const auto found = live_.find(day);
      const LiveDay live = found == live_.end() ? LiveDay() : found->second;
      std::size_t room = 0;
      if (HasRoom(live)) room = live.chunks.back().chunk->capacity() - live.chunks.back().size;
      for (std::uint32_t capacity = NextCapacity(live); room < rows;
           capacity = std::min(capacity * 2, kMaxChunkRows)) {
        room += capacity;
        bytes += LiveChunk::BytesFor(capacity);
      }
    }
    return bytes;
  }

  MemoryUse MemoryLocked() const {
    MemoryUse use;
    use.dictionaries =
        viewers_.bytes() + last_seen_bytes_ + pins_.bytes() + sealed_->peaks->capacity();
    use.live_events = live_bytes_ + event_chunks_.bytes();
    for (const auto& [day, live] : live_) {
      for (const LiveRows& rows : live.chunks) use.live_events += rows.chunk->packed_bytes();
    }
    use.blocks = sealed_->bytes;
    use.other = sizeof(*this) + batch_key_bytes_;
    return use;
  }

  const StoreOptions options_;
  const ReportingOptions reporting_;
  const ReportingCalendar calendar_;

  /// Taken for the whole of a sealing, before `mutex_`.
  std::mutex seal_mutex_;
  LastSeen last_seen_;  ///< On the sealed days. Guarded by `seal_mutex_`.
  /// Guards all below.
  mutable std::mutex mutex_;
  DayFinder day_of_;
  PinTable pins_;
  IdMap viewers_;       ///< The dense number of each viewer, from 1.
  IdMap event_chunks_;  ///< The chunk that each live event is in, by its serial number.
  LiveDays live_;
  std::size_t live_bytes_ = 0;
  std::size_t last_seen_bytes_ = 0;
  std::uint32_t next_serial_ = 0;
  /// Where the last event went: the next mostly goes there too.
  absl::CivilDay open_day_;
  LiveRows* open_rows_ = nullptr;
  absl::CivilDay sealed_through_ = absl::CivilDay::min();
  std::map<std::string, absl::Time> batch_keys_;
  std::size_t batch_key_bytes_ = 0;
  std::shared_ptr<const SealedDays> sealed_;
  std::shared_ptr<PinIndexCache> pin_index_;
};

Store::Store(StoreOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Store::~Store() = default;

absl::Status Store::PutPin(const Pin& pin) { return impl_->PutPin(pin); }

AppendResult Store::Append(std::span<const Event> events, absl::Time now,
                           std::string_view batch_key) {
  return impl_->Append(events, now, batch_key);
}

absl::Status Store::Withdraw(EventId id) { return impl_->Withdraw(id); }

SealResult Store::Seal(absl::Time now) { return impl_->Seal(now); }

Snapshot Store::TakeSnapshot() const { return impl_->TakeSnapshot(); }

MemoryUse Store::Memory() const { return impl_->Memory(); }

}  // namespace pinmetrics
