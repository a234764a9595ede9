#include "store/query/board_reader.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "store/block/event_code.h"

namespace pinmetrics {

bool BoardReader::CountFromSums(const Block& block, std::vector<PopulationSums>& to) {
  const auto [keys, sums] = block.Sums(Block::kByBoard);
  if (keys.empty() || compiled_.grain() != Grain::kPopulation) return false;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint32_t population = keys[i] % kPopulations;
    if (RejectsPopulation(population)) continue;
    AddSums(sums[i], to[keys[i] / kPopulations][population]);
  }
  trace_.AddAll(block, Block::kBoardKeys);
  trace_.AddAll(block, Block::kBoardSums);
  return true;
}

bool BoardReader::ScoreFromSums(const Block& block, const CounterWeights& weights,
                                std::vector<std::int64_t>& to) {
  const auto [keys, sums] = block.Sums(Block::kByBoard);
  if (keys.empty() || compiled_.grain() != Grain::kPopulation) return false;
  const SumsScorer score(weights);
  const std::array<bool, kPopulations> rejects = {RejectsPopulation(0), RejectsPopulation(1)};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!rejects[keys[i] % kPopulations]) to[keys[i] / kPopulations] += score(sums[i]);
  }
  trace_.AddAll(block, Block::kBoardKeys);
  trace_.AddAll(block, Block::kBoardSums);
  return true;
}

void BoardReader::Count(const Block& block, const DayPinIndex* pin_index,
                        std::span<const std::uint32_t> boards, std::span<PopulationSums> to) {
  if (!block.Sums(Block::kByBoard).empty() && compiled_.grain() == Grain::kPopulation) {
    for (std::size_t i = 0; i < boards.size(); ++i) CountBoardFromSums(block, boards[i], to[i]);
    return;
  }
  // What counts has one segment map and one population: the board's Pins need not be told apart.
  const bool is_one_scan = !compiled_.candidates() && compiled_.only_map_is_for_all() &&
                           !compiled_.segment_maps()[*compiled_.only_map()].accepts_all &&
                           compiled_.Accepted(pins_).rejects_any();
  finder_.VisitBoards(block, boards, [&](std::size_t i, const BlockPins& pins) {
    if (!is_one_scan) return CountBoardPins(block, pins, to[i]);
    if (pins.begin == pins.end) return;
    scan_.CountKept(block, {pins.begin, RunOf(block, pins)}, *compiled_.only_map(),
                    accepted_events_.Find(block, pin_index, pins), &to[i]);
  });
}

void BoardReader::CountBoardFromSums(const Block& block, std::uint32_t board, PopulationSums& to) {
  const auto [keys, sums] = block.Sums(Block::kByBoard);
  auto key = std::lower_bound(keys.begin(), keys.end(), board * kPopulations);
  for (; key != keys.end() && *key / kPopulations == board; ++key) {
    const std::uint32_t population = *key % kPopulations;
    if (RejectsPopulation(population)) continue;
    AddSums(sums[static_cast<std::size_t>(key - keys.begin())], to[population]);
    trace_.Add(Block::kBoardSums, sizeof(PackedSums) + 4);
  }
}

void BoardReader::CountBoardPins(const Block& block, const BlockPins& pins, PopulationSums& to) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts starts = block.pin_starts();
  // Neighbouring Pins with one segment map are counted at once. Whether the next has the same is
  // often a coin toss: branchless.
  const std::vector<std::uint32_t>& maps = compiled_.MapsOfVersions(pins_);
  alike_.resize(pins.end - pins.begin);
  std::size_t size = 0;
  for (std::uint32_t pin = pins.begin; pin < pins.end; ++pin) {
    const std::uint32_t map = maps[keys[pin]];
    const bool is_other = size == 0 || map != alike_[size - 1].map;
    size += is_other ? 1 : 0;
    alike_[size - 1].map = map;
    alike_[size - 1].pins.begin = is_other ? pin : alike_[size - 1].pins.begin;
    alike_[size - 1].pins.end = pin + 1;
  }
  // Those that share a segment map, too, though they are apart.
  PinFinder::Position position;
  counted_.clear();
  std::uint32_t map_of_counted = 0;
  const auto count = [&] {
    scan_.Count(block, counted_, map_of_counted, position.plays, &to);
    counted_.clear();
  };
  for (const AlikePins& alike : std::span(alike_).first(size)) {
    const SegmentMap& map = compiled_.segment_maps()[alike.map];
    if (map.rejects_all) continue;
    if (alike.map != map_of_counted) count();
    map_of_counted = alike.map;
    if (!map.accepts_all) {
      counted_.push_back({alike.pins.begin, RunOf(block, alike.pins)});
      continue;
    }
    for (std::uint32_t i = alike.pins.begin; i < alike.pins.end; ++i) {
      const BlockPin pin = {i, {starts[i], starts[i + 1]}};
      if (finder_.HasSumsOf(pin, alike.map)) {
        sums_.CountPin(block, pin, alike.map, position, &to);
      } else if (counted_.empty() || !Extend(counted_.back().run, pin.run)) {
        counted_.push_back(pin);
      }
    }
  }
  count();
}

void BoardReader::ScoreAtMost(const Block& block, const DayPinIndex* pin_index,
                              const CounterWeights& weights, std::vector<std::int64_t>& to) {
  const auto [keys, sums] = block.Sums(Block::kByBoard);
  if (compiled_.segment_maps()[*compiled_.only_map()].accepts_all && !keys.empty()) {
    const SumsScorer score(weights);
    for (std::size_t i = 0; i < keys.size(); ++i) to[keys[i] / kPopulations] += score(sums[i]);
    trace_.AddAll(block, Block::kBoardKeys);
    trace_.AddAll(block, Block::kBoardSums);
    return;
  }
  ScoreRuns(block, pin_index, /*edges=*/nullptr, weights, to);
}

void BoardReader::Score(const Block& block, const DayPinIndex* pin_index,
                        const CounterWeights& weights, std::vector<std::int64_t>& to) {
  const std::size_t pins = block.Get<std::uint32_t>(Block::kPinKeys).size();
  if (pins == 0) return;
  const auto* edges =
      accepted_events_.Find(block, pin_index, {0, static_cast<std::uint32_t>(pins)});
  ScoreRuns(block, pin_index, edges, weights, to);
  trace_.AddAll(block, Block::kPinKeys);
  trace_.AddAll(block, Block::kPinOffsets);
}

void BoardReader::ScoreRuns(const Block& block, const DayPinIndex* pin_index,
                            const std::uint64_t* edges, const CounterWeights& weights,
                            std::vector<std::int64_t>& to) {
  const auto boards = block.Get<std::uint32_t>(Block::kBoards);
  const std::vector<std::uint32_t> found =
      pin_index == nullptr ? BoardStarts(block) : std::vector<std::uint32_t>();
  const std::span<const std::uint32_t> starts =
      pin_index == nullptr ? found : pin_index->board_starts();
  std::vector<std::uint32_t> counts(boards.size());
  scan_.VisitBitmaps(block, {0, block.events()}, *compiled_.only_map(), weights, edges,
                     [&](std::int64_t weight, const RankedBitmap& bitmap) {
                       bitmap.Count(starts, counts.data());
                       for (std::size_t i = 0; i < boards.size(); ++i) {
                         to[boards[i]] += weight * counts[i];
                       }
                     });
  trace_.AddAll(block, Block::kBoards);
  trace_.AddAll(block, Block::kBoardPins);
}

void BoardReader::Score(const Block& block, const DayPinIndex* pin_index,
                        const CounterWeights& weights, std::span<const std::uint32_t> boards,
                        std::span<std::int64_t> to) {
  const bool rejects_any = compiled_.Accepted(pins_).rejects_any();
  finder_.VisitBoards(block, boards, [&](std::size_t i, const BlockPins& pins) {
    if (pins.begin == pins.end) return;
    const EventRun run = RunOf(block, pins);
    const auto* edges = rejects_any ? accepted_events_.Find(block, pin_index, pins) : nullptr;
    scan_.VisitBitmaps(block, run, *compiled_.only_map(), weights, edges,
                       [&](std::int64_t weight, const RankedBitmap& bitmap) {
                         std::uint32_t count = 0;
                         bitmap.Count(std::array{run.begin, run.end}, &count);
                         to[i] += weight * count;
                       });
  });
}

bool BoardReader::RejectsPopulation(std::uint32_t population) const {
  return compiled_.segment_maps()[*compiled_.MapOfPopulation(population)].rejects_all;
}

}  // namespace pinmetrics
