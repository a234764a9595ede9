#include <algorithm>
#include <utility>

#include "store/store_impl.h"

/// What a store takes, and how it keeps a memory limit.

namespace pinmetrics {

MemoryUse Store::Impl::Memory() const {
  MemoryUse use;
  std::shared_ptr<const SealedDays> sealed;
  std::shared_ptr<const PinIndexCache> index;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    use = use_;
    sealed = sealed_;
    index = pin_index_;
  }
  use.live_events += budget_->packs();
  if (index) use.dictionaries += index->bytes();
  for (std::uint32_t i = 0; i < Block::kTables; ++i) {
    const auto table = static_cast<Block::Table>(i);
    std::size_t bytes = 0;
    for (const auto& [day, of_day] : sealed->days) {
      if (of_day.block->heap_bytes() == 0) continue;
      bytes += of_day.block->block().BytesOf(table);
    }
    use.block_tables.emplace_back(Block::TableName(table), bytes);
  }
  use.block_tables.emplace_back(NewViewers::kName, BytesOf(*sealed, &SealedDay::new_viewers));
  use.block_tables.emplace_back(BoardDemographics::kName,
                                BytesOf(*sealed, &SealedDay::board_demographics));
  use.block_tables.emplace_back(DayPinIndex::kName, BytesOf(*sealed, &SealedDay::day_pin_index));
  return use;
}

std::size_t Store::Impl::WorkBytes(absl::CivilDay day, std::size_t live,
                                   const BlockLimits& limits) const {
  std::size_t sealed = 0;
  if (const auto found = sealed_->days.find(day); found != sealed_->days.end()) {
    sealed = found->second.block->block().events();
  }
  return Sealing::WorkBytes(live, sealed, limits) + limits.pins +
         LastSeen::BytesToSee(limits.viewers, last_seen_bytes_);
}

std::size_t Store::Impl::BytesForSealing(const Growth& more) const {
  const BlockLimits limits =
      pins_.Limits(next_viewer_ + static_cast<std::uint32_t>(more.viewers), more.pins);
  std::size_t most = 0;
  const auto count = [&](absl::CivilDay day, std::size_t rows) {
    most = std::max(most, WorkBytes(day, rows, limits));
  };
  live_.VisitDays([&](absl::CivilDay day, std::size_t events) {
    const auto found = more.rows.find(day);
    count(day, events + (found == more.rows.end() ? 0 : found->second));
  });
  for (const auto& [day, events] : more.rows) count(day, events);
  return most;
}

void Store::Impl::SettleBudget() {
  if (!budget_->is_limited()) return;
  // A withdrawal must not fail for its tombstones.
  budget_->SetKept(use_.total() + live_.most_bytes() - live_.bytes(), BytesForSealing({}));
}

absl::Status Store::Impl::Claim(const Growth& growth) {
  const std::size_t for_sealing = BytesForSealing(growth);
  if (budget_->ClaimGrowth(growth.bytes, for_sealing).ok()) return absl::OkStatus();
  DropPacks();
  return budget_->ClaimGrowth(growth.bytes, for_sealing);
}

template <typename NewEvent, typename NewViewer>
Store::Impl::Growth Store::Impl::GrowthWith(const NewBatch& batch, NewEvent new_event,
                                            NewViewer new_viewer) {
  const std::span<const Event> events = batch.events;
  Growth growth;
  std::size_t ids = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (batch.encoded.events[i].code == EncodedEvent::kRefused || !new_event(events[i])) continue;
    ++growth.rows[day_of_(events[i].time)];
    ++ids;
    if (new_viewer(events[i])) ++growth.viewers;
  }
  if (batch.key) growth.bytes += kMapNodeBytes + batch.key_text.size();
  growth.bytes += BytesOfRows(growth, ids);
  return growth;
}

std::size_t Store::Impl::BytesOfRows(const Growth& growth, std::size_t ids) const {
  // A full map grows for an id that it has, too.
  std::size_t bytes = viewers_.BytesWith(growth.viewers + 1) - viewers_.bytes() +
                      event_places_.BytesWith(ids + 1) - event_places_.bytes();
  for (const auto& [day, rows] : growth.rows) bytes += live_.GrowthWith(day, rows);
  return bytes;
}

absl::Status Store::Impl::ClaimFor(const NewBatch& batch) {
  if (!budget_->is_limited()) return absl::OkStatus();
  // Mostly there is room for a batch of which all is new, so nothing is looked up.
  const auto takes_each = [](const Event&) { return true; };
  if (Claim(GrowthWith(batch, takes_each, takes_each)).ok()) return absl::OkStatus();
  return Claim(GrowthWith(
      batch,
      [this](const Event& event) {
        return pins_.Current(event.pin) &&
               (event.id == EventId() || !event_places_.Find(event.id.value()));
      },
      [this](const Event& event) {
        return event.viewer != ViewerId() && !viewers_.Find(event.viewer.value());
      }));
}

void Store::Impl::DropPacks() {
  std::shared_ptr<const StoreState> outdated;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    outdated = std::move(latest_);
  }
  live_.DropPacks();
}

}  // namespace pinmetrics
