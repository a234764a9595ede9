#include "store/day/live_days.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "pinmetrics/calendar/date_range.h"
#include "store/block/block_rows.h"

namespace pinmetrics {
namespace {

constexpr std::uint32_t kFirstChunkRows = 64;

/// Room for one more. As `push_back` would make it, but ahead of all that must not fail.
template <typename T>
void MakeRoom(std::vector<T>& items, std::size_t size) {
  constexpr std::size_t kLeast = 8;
  if (items.capacity() <= size) items.reserve(std::max(kLeast, size * 2));
}

}  // namespace

void LiveDays::OpenAgain() {
  MakePending(last_->number());
  is_open_ = true;
}

absl::StatusOr<HeadChunk*> LiveDays::Open(absl::CivilDay day, const SealedDays& sealed) {
  Day& of_day = days_[day];
  if (!HasRoom(of_day)) {
    absl::StatusOr<std::uint32_t> added;
    try {
      added = AddChunk(day, sealed);
    } catch (...) {
      if (of_day.chunks.empty()) days_.erase(day);
      throw;
    }
    if (!added.ok()) {
      if (of_day.chunks.empty()) days_.erase(day);
      return added.status();
    }
    of_day.chunks.push_back(*added);  // `AddChunk` made room.
  }
  last_ = slots_[of_day.chunks.back()].chunk.get();
  OpenAgain();
  return last_;
}

absl::StatusOr<std::uint32_t> LiveDays::AddChunk(absl::CivilDay day, const SealedDays& sealed) {
  Day& of_day = days_[day];
  std::uint64_t events = 0;
  if (const auto found = sealed.days.find(day); found != sealed.days.end()) {
    events = found->second.block->block().events();
  }
  for (const std::uint32_t number : of_day.chunks) events += slots_[number].chunk->written().rows;
  if (events >= limits_.events_of_a_day) {
    return absl::ResourceExhaustedError("store: " + ToString(day) + " would have more than " +
                                        std::to_string(limits_.events_of_a_day) +
                                        " events, the most that a day can have");
  }
  if (free_numbers_.empty() && slots_.size() >= limits_.head_chunks) {
    return absl::ResourceExhaustedError(
        "store: the days that are not sealed would need more than " +
        std::to_string(limits_.head_chunks) + " chunks of events, the most there can be");
  }
  const auto capacity = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(NextCapacity(of_day), limits_.events_of_a_day - events));
  const auto number =
      free_numbers_.empty() ? static_cast<std::uint32_t>(slots_.size()) : free_numbers_.back();
  auto chunk = std::make_shared<HeadChunk>(day, number, capacity);
  MakeRoom(of_day.chunks, of_day.chunks.size());
  MakeRoom(pending_, pending_.size());
  MakeRoom(free_numbers_, slots_.size());  // For all that there will be: freeing cannot fail.
  std::vector<Slot> slots;
  if (free_numbers_.empty() && slots_.size() == slots_.capacity()) {
    MakeRoom(slots, slots_.size());
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  if (slots.capacity() > 0) {
    std::move(slots_.begin(), slots_.end(), std::back_inserter(slots));
    slots_.swap(slots);
  }
  if (free_numbers_.empty()) {
    slots_.emplace_back();
  } else {
    free_numbers_.pop_back();
  }
  Slot& slot = slots_[number];
  slot.chunk = std::move(chunk);
  slot.of_day = &of_day;
  CountBytes(slot);
  most_bytes_ += HeadChunk::MostBytesFor(capacity);
  return number;
}

bool LiveDays::HasRoom(const Day& day) const {
  return day.chunks.size() > day.closed && !slots_[day.chunks.back()].chunk->full();
}

std::uint32_t LiveDays::NextCapacity(const Day& day) const {
  // Chunks double, so that a small account takes little and a large one few chunks.
  if (day.chunks.empty()) return kFirstChunkRows;
  return std::min(slots_[day.chunks.back()].chunk->capacity() * 2, HeadChunk::kMostRows);
}

void LiveDays::MakePending(std::uint32_t number) {
  if (slots_[number].is_pending) return;
  pending_.push_back({.chunk = number});
  slots_[number].is_pending = true;
}

bool LiveDays::Withdraw(std::uint32_t place) {
  Slot& slot = slots_[place >> 16];
  if (slot.is_closed) return false;
  MakePending(place >> 16);
  return slot.chunk->Withdraw(place & 0xffff);
}

void LiveDays::RollBack() {
  for (const Pending& pending : pending_) {
    Slot& slot = slots_[pending.chunk];
    slot.is_pending = false;
    slot.chunk->RollBack(slot.published);
  }
  // The last first: an empty chunk is then the last of its day.
  for (std::size_t i = pending_.size(); i-- > 0;) {
    if (slots_[pending_[i].chunk].published.rows > 0) continue;
    const std::lock_guard<std::mutex> lock(mutex_);
    RemoveEmpty(pending_[i].chunk);
  }
  ForgetPending();
}

void LiveDays::Publish() {
  for (Pending& pending : pending_) {
    Slot& slot = slots_[pending.chunk];
    slot.is_pending = false;
    if (slot.chunk->written().rows == 0) {
      RemoveEmpty(pending.chunk);
      continue;
    }
    const HeadExtent& written = slot.chunk->written();
    if (written.rows == slot.published.rows &&
        written.tombstone_count == slot.published.tombstone_count) {
      continue;
    }
    slot.of_day->rows += written.rows - slot.published.rows;
    pending.outdated = std::move(slot.rows);
    if (written.tombstone_count == slot.published.tombstone_count) {
      slot.published.rows = written.rows;
      continue;
    }
    slot.published = written;
    CountBytes(slot);
  }
}

void LiveDays::ForgetPending() {
  pending_.clear();
  is_open_ = false;
}

void LiveDays::RemoveEmpty(std::uint32_t number) {
  const absl::CivilDay day = slots_[number].chunk->day();
  const auto of_day = days_.find(day);
  of_day->second.chunks.pop_back();
  if (of_day->second.chunks.empty()) days_.erase(of_day);
  Free(number);
}

void LiveDays::Free(std::uint32_t number) {
  Slot& slot = slots_[number];
  if (last_ == slot.chunk.get()) last_ = nullptr;
  bytes_ -= slot.bytes;
  most_bytes_ -= HeadChunk::MostBytesFor(slot.chunk->capacity());
  slot = Slot();
  free_numbers_.push_back(number);
}

void LiveDays::CountBytes(Slot& slot) {
  bytes_ += slot.chunk->bytes() - slot.bytes;
  slot.bytes = slot.chunk->bytes();
}

std::map<absl::CivilDay, LiveDays::Rows> LiveDays::Close(absl::CivilDay last,
                                                         const BlockLimits& limits) {
  std::map<absl::CivilDay, Rows> closed;
  const auto end = days_.upper_bound(last);
  for (auto day = days_.begin(); day != end; ++day) {
    if (day->second.chunks.empty()) continue;
    Rows& rows = closed[day->first];
    for (const std::uint32_t number : day->second.chunks) {
      rows.push_back(MakeRows(slots_[number], limits));
    }
  }
  last_ = nullptr;
  for (auto day = days_.begin(); day != end; ++day) {
    day->second.closed = day->second.chunks.size();
    for (const std::uint32_t number : day->second.chunks) slots_[number].is_closed = true;
  }
  return closed;
}

void LiveDays::Reopen() {
  for (auto& [date, day] : days_) {
    day.closed = 0;
    for (const std::uint32_t number : day.chunks) slots_[number].is_closed = false;
  }
}

LiveDays::Removed LiveDays::RoomForRemoved() const {
  Removed removed;
  removed.reserve(2 * slots_.size() + 1);
  return removed;
}

void LiveDays::Remove(absl::CivilDay day, Removed& removed) {
  const auto of_day = days_.find(day);
  std::vector<std::uint32_t>& chunks = of_day->second.chunks;
  const auto end = chunks.begin() + static_cast<std::ptrdiff_t>(of_day->second.closed);
  for (auto number = chunks.begin(); number != end; ++number) {
    Slot& slot = slots_[*number];
    removed.push_back(slot.chunk);
    removed.push_back(slot.rows);
    of_day->second.rows -= slot.published.rows;
    Free(*number);
  }
  chunks.erase(chunks.begin(), end);
  of_day->second.closed = 0;
  if (chunks.empty()) days_.erase(of_day);
}

std::size_t LiveDays::GrowthWith(absl::CivilDay day, std::size_t rows) const {
  const auto found = days_.find(day);
  const Day of_day = found == days_.end() ? Day() : found->second;
  std::size_t room = 0;
  if (HasRoom(of_day)) {
    const HeadChunk& last = *slots_[of_day.chunks.back()].chunk;
    room = last.capacity() - last.written().rows;
  }
  std::size_t bytes = 0;
  for (std::uint32_t capacity = NextCapacity(of_day); room < rows;
       capacity = std::min(capacity * 2, HeadChunk::kMostRows)) {
    room += capacity;
    bytes += HeadChunk::MostBytesFor(capacity);
  }
  return bytes;
}

std::shared_ptr<const HeadRows> LiveDays::MakeRows(const Slot& slot,
                                                   const BlockLimits& limits) const {
  return std::make_shared<const HeadRows>(slot.chunk, slot.published, limits, budget_);
}

LiveDays::Rows LiveDays::Published(const BlockLimits& limits) const {
  Rows rows;
  rows.reserve(slots_.size());
  for (const Slot& slot : slots_) {
    if (slot.published.rows == slot.published.tombstone_count) continue;
    if (!slot.rows) slot.rows = MakeRows(slot, limits);
    rows.push_back(slot.rows);
  }
  return rows;
}

std::map<absl::CivilDay, LiveDays::Rows> LiveDays::PublishedByDay(const BlockLimits& limits) const {
  std::map<absl::CivilDay, Rows> days;
  for (const auto& [date, day] : days_) {
    Rows rows;
    for (const std::uint32_t number : day.chunks) {
      const Slot& slot = slots_[number];
      if (slot.published.rows == 0) continue;
      if (!slot.rows) slot.rows = MakeRows(slot, limits);
      rows.push_back(slot.rows);
    }
    if (!rows.empty()) days.emplace(date, std::move(rows));
  }
  return days;
}

void LiveDays::DropPacks() {
  Removed removed;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    removed.reserve(slots_.size());
    for (Slot& slot : slots_) removed.push_back(std::move(slot.rows));
  }
}

}  // namespace pinmetrics
