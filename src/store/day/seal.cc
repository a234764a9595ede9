#include "store/day/seal.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/block/block_rows.h"
#include "store/block/write_block.h"
#include "store/day/board_demographics.h"
#include "store/day/day_pin_index.h"

namespace pinmetrics {
namespace {

void RaisePeaks(const Block& block, PinPeaks& peaks) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  for (std::size_t pin = 0; pin < keys.size(); ++pin) {
    const std::uint32_t count = std::min(events[pin + 1] - events[pin], Block::kHeavy);
    peaks[keys[pin]] = std::max(peaks[keys[pin]], static_cast<std::uint8_t>(count));
  }
}

}  // namespace

Sealing::Sealing(const SealedDays& before, const PinTable::View& pins, std::uint32_t viewer_limit,
                 LastSeen& last_seen)
    : pins_(pins),
      viewer_limit_(viewer_limit),
      last_seen_(last_seen),
      days_(std::make_shared<SealedDays>(before)),
      peaks_(std::make_shared<PinPeaks>(*before.peaks)) {
  peaks_->resize(pins.versions.size());
}

std::size_t Sealing::WorkBytes(std::size_t live, std::size_t sealed, const BlockLimits& limits) {
  // Where rows were withdrawn, the parts that stand between them take less than packing these
  // would.
  return MostBytesToPack(live + sealed, limits) + sealed * sizeof(BlockRow);
}

void Sealing::Add(absl::CivilDay day, std::span<const std::shared_ptr<const HeadRows>> rows) {
  const auto before = days_->days.find(day);
  const bool is_new = before == days_->days.end();
  std::vector<std::span<const BlockRow>> parts;
  std::vector<BlockRow> unpacked;
  if (!is_new) {
    UnpackRows(before->second.block->block(), unpacked);
    parts.emplace_back(unpacked);
  }
  for (const std::shared_ptr<const HeadRows>& of_chunk : rows) of_chunk->AddParts(parts);
  if (parts.empty()) return;
  const std::shared_ptr<const PackedBlock> packed =
      WriteBlock(day, parts, pins_.Limits(viewer_limit_),
                 [this](std::uint32_t version) { return pins_.traits[version]; });
  events_sealed_ += packed->block().events();
  if (!is_new) events_sealed_ -= before->second.block->block().events();
  Keep(packed);
}

void Sealing::Add(const std::shared_ptr<const PackedBlock>& packed) { Keep(packed); }

void Sealing::Keep(const std::shared_ptr<const PackedBlock>& packed) {
  const absl::CivilDay day = packed->block().day();
  RaisePeaks(packed->block(), *peaks_);
  SealedDay& sealed = days_->days[day];
  sealed = {.block = packed,
            .new_viewers = nullptr,  // Counted when all blocks are there.
            .board_demographics = std::make_shared<const BoardDemographics>(packed->block()),
            .day_pin_index = std::make_shared<const DayPinIndex>(packed->block(), pins_)};
  changed_.push_back(day);
  bytes_ += packed->heap_bytes() + sealed.board_demographics->bytes() +
            sealed.day_pin_index->bytes() + NewViewers::kMostBytes;
}

std::vector<std::pair<absl::CivilDay, std::shared_ptr<const PackedBlock>>> Sealing::packed() const {
  std::vector<std::pair<absl::CivilDay, std::shared_ptr<const PackedBlock>>> packed;
  for (const absl::CivilDay day : changed_) {
    // One past retention was dropped again.
    const auto found = days_->days.find(day);
    if (found != days_->days.end()) packed.emplace_back(day, found->second.block);
  }
  return packed;
}

std::size_t Sealing::DropBefore(absl::CivilDay first) {
  const auto retained = days_->days.lower_bound(first);
  const auto dropped = std::distance(days_->days.begin(), retained);
  days_->days.erase(days_->days.begin(), retained);
  days_->damaged.erase(days_->damaged.begin(), days_->damaged.lower_bound(first));
  return static_cast<std::size_t>(dropped);
}

std::shared_ptr<const SealedDays> Sealing::Finish() {
  UpdateNewViewers();
  days_->peaks = peaks_;
  days_->bytes = BytesOf(*days_, &SealedDay::new_viewers) +
                 BytesOf(*days_, &SealedDay::board_demographics) +
                 BytesOf(*days_, &SealedDay::day_pin_index);
  for (const auto& [day, of_day] : days_->days) days_->bytes += of_day.block->heap_bytes();
  return days_;
}

std::shared_ptr<const SealedDays> WithBlocks(
    const SealedDays& sealed, std::span<const std::shared_ptr<const PackedBlock>> blocks) {
  auto days = std::make_shared<SealedDays>(sealed);
  for (const std::shared_ptr<const PackedBlock>& block : blocks) {
    std::shared_ptr<const PackedBlock>& held = days->days.at(block->block().day()).block;
    days->bytes += block->heap_bytes();
    days->bytes -= held->heap_bytes();
    held = block;
  }
  return days;
}

/// Counts the new viewers of the days that changed, and of those that have one of these among the
/// days directly before.
void Sealing::UpdateNewViewers() {
  if (changed_.empty()) return;
  const absl::CivilDay first = changed_.front();
  auto next = days_->days.find(first);
  if (!last_seen_.last() || *last_seen_.last() >= first) {
    // It has seen nothing, or this day as it was, or others after it: it sees again all that
    // matters.
    last_seen_.Clear();
    next = days_->days.lower_bound(first - NewViewers::kDays);
  }
  for (; next != days_->days.end(); ++next) {
    SealedDay& day = next->second;
    auto new_viewers = std::make_shared<const NewViewers>(last_seen_.See(day.block->block()));
    // Those of days before the first that changed are right as they are: here not all days before
    // them were seen.
    if (next->first >= first) day.new_viewers = std::move(new_viewers);
  }
}

}  // namespace pinmetrics
