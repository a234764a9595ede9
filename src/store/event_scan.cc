#include "store/event_scan.h"

#include <algorithm>
#include <map>

#include "store/pack.h"

namespace pinmetrics {
namespace {

// Sets of kinds.
constexpr std::uint32_t kImpressionKind = 1;
constexpr std::uint32_t kAllKinds = (1u << event_code::kKinds) - 1;

constexpr std::uint32_t EngagementKinds() {
  std::uint32_t kinds = 0;
  for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
    if (IsEngagementKind(kind)) kinds |= 1u << kind;
  }
  return kinds;
}

/// The codes of some kinds that a mask lets pass: into a segment, counted from its first, or into
/// any.
CodeSet Passing(const Mask& mask, std::uint32_t kinds,
                std::optional<std::uint32_t> segment = std::nullopt) {
  CodeSet codes(kinds);
  for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
    const std::uint32_t of_combo = mask.segment_of[combo];
    if (of_combo != Mask::kNone && (!segment || of_combo == *segment)) codes.Add(combo);
  }
  return codes;
}

std::size_t EventsIn(std::span<const EventRun> runs) {
  std::size_t events = 0;
  for (const EventRun& run : runs) events += run.end - run.begin;
  return events;
}

}  // namespace

std::uint32_t ScoreOfKind(std::uint32_t kind, const CounterWeights& weights) {
  CounterSums one{};
  CountKind(kind, 0, one);
  std::uint32_t score = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    score += weights[i] * static_cast<std::uint32_t>(one[i]);
  }
  return score;
}

EventScan::MaskCodes& EventScan::CodesOf(std::uint32_t mask) {
  std::unique_ptr<MaskCodes>& codes = codes_of_masks_[mask];
  if (!codes) codes = std::make_unique<MaskCodes>();
  return *codes;
}

const CodeSet& EventScan::SegmentCodes(std::uint32_t mask_number, std::size_t segment,
                                       bool engaged) {
  const Mask& mask = selection_.masks()[mask_number];
  auto& of_segments = CodesOf(mask_number).of_segments;
  const std::size_t index = segment - mask.first_segment;
  if (of_segments.size() <= index) of_segments.resize(index + 1);
  std::optional<CodeSet>& codes = of_segments[index][engaged ? 1 : 0];
  if (!codes) {
    codes =
        Passing(mask, engaged ? EngagementKinds() : kAllKinds, static_cast<std::uint32_t>(index));
  }
  return *codes;
}

std::span<const std::uint32_t> EventScan::Find(const Block& block, std::span<const EventRun> runs,
                                               const CodeSet& codes) {
  found_.resize(std::max(found_.size(), EventsIn(runs) + CodeLoops::kSpare));
  const std::size_t found =
      loops_.find(block.Get<std::uint16_t>(Block::kCodes).data(), runs, codes, found_.data());
  return std::span(found_).first(found);
}

void EventScan::Count(const Block& block, std::span<const BlockPin> pins, std::uint32_t mask_number,
                      std::size_t& play_position, PopulationSums* to) {
  const Mask& mask = selection_.masks()[mask_number];
  const std::uint16_t* codes = block.Get<std::uint16_t>(Block::kCodes).data();
  runs_.clear();
  for (const BlockPin& pin : pins) AddRun(pin.run, runs_);
  trace_.Add(Block::kCodes, 2 * EventsIn(runs_));
  MaskCodes& of_mask = CodesOf(mask_number);
  if (!of_mask.impressions) {
    of_mask.impressions = Passing(mask, kImpressionKind);
    // With several segments, each impression is looked at as well.
    of_mask.others = Passing(mask, mask.one_segment ? kAllKinds & ~kImpressionKind : kAllKinds);
  }
  if (mask.one_segment) {
    counts_.resize(std::max(counts_.size(), runs_.size()));
    loops_.count(codes, runs_, *of_mask.impressions, counts_.data());
    std::int64_t& impressions = to[mask.first_segment][mask.population][Tally::kImpressions];
    for (std::size_t i = 0; i < runs_.size(); ++i) impressions += counts_[i];
  }
  const BlockPin* pin = pins.data();
  const BlockPin* pin_with_plays = nullptr;
  const std::uint32_t* play_times = nullptr;  // Of the first playback of that Pin.
  std::uint32_t first_playback = 0;
  for (const std::uint32_t event : Find(block, runs_, *of_mask.others)) {
    std::uint32_t play_ms = 0;
    if (event_code::IsPlayback(codes[event])) {
      while (event >= pin->run.end) ++pin;
      if (pin != pin_with_plays) {
        pin_with_plays = pin;
        SeekAscending(block.Get<std::uint32_t>(Block::kPlayPins), pin->index, play_position);
        const std::uint32_t first = block.Get<std::uint32_t>(Block::kPlayStarts)[play_position];
        const std::uint32_t end = block.Get<std::uint32_t>(Block::kPlayStarts)[play_position + 1];
        play_times = block.Get<std::uint32_t>(Block::kPlayTimes).data() + first;
        // Playbacks are the last events of a Pin.
        first_playback = pin->run.end - (end - first);
        trace_.Add(Block::kPlayTimes, 4 * (end - first));
      }
      play_ms = play_times[event - first_playback];
    }
    CountKind(codes[event] / event_code::kCombos, play_ms,
              to[mask.first_segment + mask.segment_of[codes[event] % event_code::kCombos]]
                [mask.population]);
  }
}

const std::vector<EventScan::WeighedCodes>& EventScan::WeighedCodesOf(
    std::uint32_t mask, const CounterWeights& weights) {
  std::optional<std::vector<WeighedCodes>>& weighed = CodesOf(mask).weighed;
  if (!weighed) {
    weighed.emplace();
    std::map<std::uint32_t, std::uint32_t> kinds_of_score;
    for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
      kinds_of_score[ScoreOfKind(kind, weights)] |= 1u << kind;
    }
    for (const auto& [score, kinds] : kinds_of_score) {
      if (score != 0) weighed->push_back({score, Passing(selection_.masks()[mask], kinds)});
    }
  }
  return *weighed;
}

std::span<const std::int64_t> EventScan::Score(const Block& block, std::span<const EventRun> runs,
                                               std::uint32_t mask, const CounterWeights& weights) {
  scores_.assign(runs.size(), 0);
  counts_.resize(std::max(counts_.size(), runs.size()));
  for (const WeighedCodes& codes : WeighedCodesOf(mask, weights)) {
    loops_.count(block.Get<std::uint16_t>(Block::kCodes).data(), runs, codes.codes, counts_.data());
    for (std::size_t i = 0; i < runs.size(); ++i) scores_[i] += codes.weight * counts_[i];
    trace_.Add(Block::kCodes, 2 * EventsIn(runs));
  }
  return scores_;
}

void EventScan::Mark(const Block& block, const CodeSet& codes) {
  const auto all = block.Get<std::uint16_t>(Block::kCodes);
  // One word more: a stretch may end where a word does.
  const std::size_t words = all.size() / 64 + 1;
  marks_.resize(std::max(marks_.size(), words));
  marks_before_.resize(std::max(marks_before_.size(), words));
  marks_[words - 1] = 0;
  loops_.mark(all, codes, marks_.data());
  bit_loops_.count_before(marks_.data(), words, marks_before_.data());
  trace_.AddAll(block, Block::kCodes);
}

void EventScan::FindViewers(const Block& block, std::span<const EventRun> runs, std::uint32_t mask,
                            std::size_t segment, bool engaged,
                            std::vector<std::uint32_t>& viewers) {
  std::size_t size = viewers.size();
  viewers.resize(size + EventsIn(runs));
  const auto add = [&](std::uint32_t event) {
    const std::uint32_t viewer = block.viewer(event);
    viewers[size] = viewer;
    size += viewer != 0 ? 1 : 0;
  };
  const std::size_t before = size;
  if (selection_.masks()[mask].accepts_all && !engaged) {
    for (const EventRun& run : runs) {
      for (std::uint32_t event = run.begin; event < run.end; ++event) add(event);
    }
  } else {
    trace_.Add(Block::kCodes, 2 * EventsIn(runs));
    for (const std::uint32_t event : Find(block, runs, SegmentCodes(mask, segment, engaged))) {
      add(event);
    }
  }
  trace_.Add(Block::kViewers, 4 * (size - before));
  viewers.resize(size);
}

}  // namespace pinmetrics
