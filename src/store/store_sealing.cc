#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "store/block/block_rows.h"
#include "store/store_impl.h"

/// How a store is sealed.

namespace pinmetrics {

SealResult Store::Impl::Seal(absl::Time now) {
  const std::unique_ptr<SealInProgress> seal = BeginSeal(now);
  FinishSeal(*seal);
  return std::move(seal->result);
}

std::unique_ptr<Store::Impl::SealInProgress> Store::Impl::BeginSeal(absl::Time now) {
  auto seal = std::make_unique<SealInProgress>(*this, now);
  MakeRound(*seal);
  return seal;
}

void Store::Impl::FinishSeal(SealInProgress& seal) {
  while (seal.round) FinishRound(seal, KeepRound(*seal.round));
}

void Store::Impl::FinishRound(SealInProgress& seal, absl::Status kept) {
  if (!kept.ok()) {
    seal.result.status = std::move(kept);
    Abandon(seal);
    return;
  }
  if (journal_) {
    const std::vector<std::shared_ptr<const PackedBlock>> blocks =
        journal_->BlocksAsKept(seal.round->kept);
    if (!blocks.empty()) seal.round->sealed = WithBlocks(*seal.round->sealed, blocks);
  }
  HandOver(*seal.round, seal.closed);
  seal.result.days_sealed += seal.round->days_sealed;
  seal.result.events_sealed += seal.round->events_sealed;
  seal.result.days_dropped += seal.round->days_dropped;
  seal.round.reset();
  if (seal.closed.days.empty()) {
    End(seal);
  } else {
    MakeRound(seal);
  }
}

Store::Impl::ClosedDays Store::Impl::Close(absl::Time now) {
  const std::lock_guard<std::mutex> lock(write_mutex_);
  ClosedDays closed{.days = {},
                    .pins = pins_.TakeView(),
                    .viewer_limit = viewer_limit_,
                    .first_retained = calendar_.FirstRetainedDay(now),
                    .sealed_through = sealed_through_};
  closed.keys_kept_from = now - kBatchKeysKept;
  if (journal_) closed.last_record = journal_->last_record();
  const absl::CivilDay last = std::max(sealed_through_, calendar_.LatestCompleteDay(now));
  closed.days = live_.Close(last, closed.pins.Limits(viewer_limit_));
  sealed_through_ = last;
  std::erase_if(batch_keys_, [&](const auto& entry) {
    if (entry.second + kBatchKeysKept >= now) return false;
    batch_key_bytes_ -= kMapNodeBytes + entry.first.size();
    return true;
  });
  return closed;
}

void Store::Impl::End(SealInProgress& seal) {
  seal.is_over = true;
  budget_->EndSealing();
}

void Store::Impl::Reopen(SealInProgress& seal) {
  End(seal);
  const std::lock_guard<std::mutex> lock(write_mutex_);
  live_.Reopen();
  sealed_through_ = seal.closed.sealed_through;
  if (!seal.closed.days.empty()) {
    sealed_through_ = std::max(sealed_through_, seal.closed.days.begin()->first - 1);
  }
}

void Store::Impl::MakeRound(SealInProgress& seal) {
  absl::StatusOr<Round> round = SealSome(seal.closed);
  if (round.ok()) {
    seal.round = *std::move(round);
    return;
  }
  seal.result.status = round.status();
  Reopen(seal);
}

void Store::Impl::Abandon(SealInProgress& seal) {
  seal.round.reset();
  // It may have seen days that were not handed over.
  last_seen_.Clear();
  {
    const std::lock_guard<std::mutex> lock(write_mutex_);
    last_seen_bytes_ = last_seen_.bytes();
    KeepWhatGrew();
  }
  Reopen(seal);
}

absl::StatusOr<Store::Impl::Round> Store::Impl::SealSome(ClosedDays& closed) {
  std::uint32_t first_viewer = 0;
  if (journal_) {
    const absl::StatusOr<std::uint32_t> next = journal_->next_viewer();
    if (!next.ok()) return next.status();
    first_viewer = *next;
  }
  // Nobody else replaces `sealed_`, so it can be read without a lock.
  Sealing sealing(*sealed_, closed.pins, closed.viewer_limit, last_seen_);
  Round round;
  absl::Status status;
  auto day = closed.days.begin();
  for (; day != closed.days.end(); ++day) {
    if (day->first < closed.first_retained) {
      // One with a block is counted below.
      if (!sealed_->days.contains(day->first)) ++round.days_dropped;
      continue;
    }
    // What is live of a damaged day is not mistaken for all of it.
    if (const auto damaged = sealed_->damaged.find(day->first); damaged != sealed_->damaged.end()) {
      status = absl::DataLossError(damaged->second);
    } else {
      status = ClaimForSealing(closed, *day, sealing.bytes());
    }
    if (!status.ok()) break;
    sealing.Add(day->first, day->second);
  }
  round.days_dropped += sealing.DropBefore(closed.first_retained);
  days_dropped_ += round.days_dropped;
  if (!status.ok() && day == closed.days.begin() && round.days_dropped == 0) return status;
  round.sealed = sealing.Finish();
  round.closed_days = static_cast<std::size_t>(std::distance(closed.days.begin(), day));
  round.days_sealed = sealing.days_sealed();
  round.events_sealed = sealing.events_sealed();
  if (days_dropped_ >= limits_.days_dropped_at_once) {
    round.occurring.emplace(closed.viewer_limit);
    for (const auto& [date, of_day] : round.sealed->days) {
      round.occurring->Add(of_day.block->block());
    }
  }
  if (journal_) round.kept = WhatToKeep(sealing, closed, day, first_viewer, round.occurring);
  return round;
}

absl::Status Store::Impl::ClaimForSealing(
    const ClosedDays& closed, const std::pair<const absl::CivilDay, LiveDays::Rows>& day,
    std::size_t already) {
  if (!budget_->is_limited()) return absl::OkStatus();
  std::size_t live = 0;
  for (const auto& rows : day.second) live += rows->written();
  const std::lock_guard<std::mutex> lock(write_mutex_);
  const std::size_t bytes =
      already + WorkBytes(day.first, live, closed.pins.Limits(closed.viewer_limit));
  if (budget_->ClaimForSealing(bytes).ok()) return absl::OkStatus();
  DropPacks();
  return budget_->ClaimForSealing(bytes);
}

OccurringViewers Store::Impl::LiveViewers() const {
  OccurringViewers viewers(next_viewer_);
  live_.VisitRows([&viewers](const BlockRow& row) { viewers.Add(row.viewer); });
  return viewers;
}

template <typename Includes>
std::vector<ViewerRun> Store::Impl::RunsOf(std::uint32_t first, std::uint32_t limit,
                                           Includes includes) const {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> viewers;
  viewers_.ForEachIn(first, limit, [&](std::uint64_t id, std::uint32_t number) {
    if (includes(number)) viewers.emplace_back(number, id);
  });
  std::sort(viewers.begin(), viewers.end());
  std::vector<ViewerRun> runs;
  for (const auto& [number, id] : viewers) {
    if (runs.empty() || runs.back().first + runs.back().ids.size() != number) {
      runs.push_back({.first = number});
    }
    runs.back().ids.push_back(id);
  }
  return runs;
}

SealedRound Store::Impl::WhatToKeep(const Sealing& sealing, const ClosedDays& closed,
                                    std::map<absl::CivilDay, LiveDays::Rows>::const_iterator end,
                                    std::uint32_t first_viewer,
                                    const std::optional<OccurringViewers>& occurring) {
  SealedRound kept;
  kept.blocks = sealing.packed();
  kept.first_retained = closed.first_retained;
  kept.pins = closed.pins;
  kept.is_last = end == closed.days.end();
  const std::lock_guard<std::mutex> lock(write_mutex_);
  kept.sealed_through =
      end == closed.days.end() ? sealed_through_ : std::max(closed.sealed_through, end->first - 1);
  kept.journal = journal_.get();
  kept.keys_kept_from = closed.keys_kept_from;
  kept.through = closed.last_record;
  kept.next_viewer = closed.viewer_limit;
  kept.has_all_viewers = occurring.has_value();
  kept.days_dropped = occurring ? 0 : days_dropped_;
  if (occurring) {
    kept.viewers = RunsOf(0, closed.viewer_limit, [&, live = LiveViewers()](std::uint32_t number) {
      return occurring->Has(number) || live.Has(number);
    });
  } else {
    kept.viewers = RunsOf(first_viewer, closed.viewer_limit, [](std::uint32_t) { return true; });
  }
  return kept;
}

absl::Status Store::Impl::KeepRound(const Round& round) {
  return journal_ ? journal_->KeepRound(round.kept) : absl::OkStatus();
}

void Store::Impl::HandOver(Round& round, ClosedDays& closed) {
  const auto end = std::next(closed.days.begin(), static_cast<std::ptrdiff_t>(round.closed_days));
  std::shared_ptr<const SealedDays> sealed = std::move(round.sealed);
  const std::lock_guard<std::mutex> lock(write_mutex_);
  LiveDays::Removed removed = live_.RoomForRemoved();
  {
    const std::lock_guard<std::mutex> short_lock(mutex_);
    for (auto day = closed.days.begin(); day != end; ++day) live_.Remove(day->first, removed);
    sealed_.swap(sealed);
    last_seen_bytes_ = last_seen_.bytes();
    removed.push_back(std::move(latest_));
  }
  // From here on nothing fails, and only writers wait.
  if (round.occurring) ForgetViewers(*round.occurring, closed.viewer_limit);
  const bool any = end != closed.days.begin();
  closed.days.erase(closed.days.begin(), end);
  removed.clear();
  if (any) {
    event_places_.EraseIf([this](std::uint32_t place) { return !live_.Has(place); });
  } else {
    event_places_.Trim();
  }
  Publish();
}

void Store::Impl::ForgetViewers(const OccurringViewers& in_blocks, std::uint32_t viewer_limit) {
  const OccurringViewers live = LiveViewers();
  bool came_again = false;
  viewers_.EraseIf([&](std::uint32_t number) {
    if (number >= viewer_limit || in_blocks.Has(number)) return false;
    came_again = came_again || live.Has(number);
    return !live.Has(number);
  });
  // A journal may have forgotten somebody who has come since: it gets all viewers once more.
  days_dropped_ = came_again ? limits_.days_dropped_at_once : 0;
}

}  // namespace pinmetrics
