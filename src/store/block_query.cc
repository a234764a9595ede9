#include "store/block_query.h"

#include <algorithm>
#include <span>

namespace pinmetrics {
namespace {

/// Advances `position` to the first of `keys` that is not below `key`: neighbours are near in a
/// walk over all Pins, and any distance is found fast.
void Seek(std::span<const std::uint32_t> keys, std::uint32_t key, std::size_t& position) {
  if (position < keys.size() && keys[position] < key) {
    ++position;
    if (position < keys.size() && keys[position] < key) {
      position = static_cast<std::size_t>(
          std::lower_bound(keys.begin() + static_cast<std::ptrdiff_t>(position), keys.end(), key) -
          keys.begin());
    }
  }
}

}  // namespace

std::optional<BlockPin> BlockQuery::Find(const Block& block, std::uint32_t version) {
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const std::uint32_t* base = keys.data();
  std::size_t left = keys.size();
  if (left == 0) return std::nullopt;
  // A binary search without branches to predict: the outcome of each step is a coin toss.
  while (left > 1) {
    const std::size_t half = left / 2;
    base += base[half] <= version ? half : 0;
    left -= half;
  }
  if (*base != version) return std::nullopt;
  const auto index = static_cast<std::uint32_t>(base - keys.data());
  const auto events = block.Get<std::uint32_t>(Block::kPinEvents);
  return BlockPin{index, events[index], events[index + 1]};
}

bool BlockQuery::CountFromTotals(const Block& block, PopulationSums* to) const {
  if (!selection_.populations_decide()) return false;
  for (std::uint32_t population = 0; population < kPopulations; ++population) {
    const Mask& mask = selection_.masks()[*selection_.MaskOfPopulation(population)];
    if (mask.rejects_all) continue;
    const CounterSums& sums = block.totals().sums[population];
    CounterSums& sum = to[mask.first_segment][population];
    for (std::size_t i = 0; i < sums.size(); ++i) sum[i] += sums[i];
    trace_.Add(Block::kTotals, sizeof(sums));
  }
  return true;
}

bool BlockQuery::CountFromCombos(const Block& block, PopulationSums* to) const {
  const auto keys = block.Get<std::uint16_t>(Block::kComboKeys);
  if (keys.empty()) return false;
  for (std::uint32_t population = 0; population < kPopulations; ++population) {
    if (!selection_.MaskOfPopulation(population)) return false;
  }
  const auto sums = block.Get<PackedSums>(Block::kComboSums);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint32_t population = keys[i] / event_code::kCombos;
    const Mask& mask = selection_.masks()[*selection_.MaskOfPopulation(population)];
    const std::uint32_t segment = mask.segment_of[keys[i] % event_code::kCombos];
    if (segment == Mask::kNone) continue;
    AddSums(sums[i], to[mask.first_segment + segment][population]);
    trace_.Add(Block::kComboSums, sizeof(PackedSums));
  }
  trace_.AddAll(block, Block::kComboKeys);
  return true;
}

bool BlockQuery::CountFromClasses(const Block& block, PopulationSums* to) const {
  const auto keys = block.Get<std::uint32_t>(Block::kClassKeys);
  if (!selection_.by_class() || !selection_.pins_decide() || keys.empty()) return false;
  const auto sums = block.Get<PackedSums>(Block::kClassSums);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Mask& mask = selection_.masks()[selection_.MaskOfClass(keys[i])];
    if (mask.rejects_all) continue;
    AddSums(sums[i], to[mask.first_segment][mask.population]);
    trace_.Add(Block::kClassSums, sizeof(PackedSums));
  }
  trace_.AddAll(block, Block::kClassKeys);
  return true;
}

bool BlockQuery::CountFromCells(const Block& block, PopulationSums* to) const {
  const auto cells = block.Get<std::uint32_t>(Block::kClassCells);
  if (!selection_.by_class() || cells.empty()) return false;
  const auto keys = block.Get<std::uint32_t>(Block::kClassKeys);
  const auto combos = block.Get<std::uint16_t>(Block::kCellCombos);
  const auto sums = block.Get<PackedSums>(Block::kCellSums);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Mask& mask = selection_.masks()[selection_.MaskOfClass(keys[i])];
    if (mask.rejects_all) continue;
    std::size_t read = 0;
    for (std::uint32_t cell = cells[i]; cell < cells[i + 1]; ++cell) {
      const std::uint32_t segment = mask.segment_of[combos[cell]];
      if (segment == Mask::kNone) continue;
      AddSums(sums[cell], to[mask.first_segment + segment][mask.population]);
      ++read;
    }
    trace_.Add(Block::kCellSums, read * sizeof(PackedSums));
    trace_.Add(Block::kCellCombos, 2 * (cells[i + 1] - cells[i]));
  }
  trace_.AddAll(block, Block::kClassKeys);
  trace_.AddAll(block, Block::kClassCells);
  return true;
}

void BlockQuery::CountPin(const Block& block, const BlockPin& pin, const Mask& mask,
                          Position& position, PopulationSums* to) const {
  if (mask.accepts_all && pin.end - pin.begin >= Block::kHeavy) {
    Seek(block.Get<std::uint32_t>(Block::kHeavyPins), pin.index, position.heavy);
    AddSums(block.Get<PackedSums>(Block::kHeavySums)[position.heavy],
            to[mask.first_segment][mask.population]);
    trace_.Add(Block::kHeavySums, sizeof(PackedSums) + 4);
    return;
  }
  trace_.Add(Block::kCodes, 2 * (pin.end - pin.begin));
  const std::uint16_t* codes = block.Get<std::uint16_t>(Block::kCodes).data();
  std::uint32_t i = pin.begin;
  // Codes ascend: impressions come first, and their code is their combo.
  for (; i < pin.end && codes[i] < event_code::kCombos; ++i) {
    const std::uint32_t segment = mask.segment_of[codes[i]];
    if (segment == Mask::kNone) continue;
    ++to[mask.first_segment + segment][mask.population][Tally::kImpressions];
  }
  const std::uint32_t* play_times = nullptr;
  for (; i < pin.end; ++i) {
    std::uint32_t play_ms = 0;
    if (event_code::IsPlayback(codes[i])) {
      if (play_times == nullptr) {
        Seek(block.Get<std::uint32_t>(Block::kPlayPins), pin.index, position.plays);
        play_times = block.Get<std::uint32_t>(Block::kPlayTimes).data() +
                     block.Get<std::uint32_t>(Block::kPlayStarts)[position.plays];
        trace_.Add(Block::kPlayTimes, 4 * (pin.end - i));
      }
      play_ms = *play_times++;
    }
    const std::uint32_t segment = mask.segment_of[codes[i] % event_code::kCombos];
    if (segment == Mask::kNone) continue;
    CountKind(codes[i] / event_code::kCombos, play_ms,
              to[mask.first_segment + segment][mask.population]);
  }
}

void BlockQuery::Count(const Block& block, PopulationSums* to) const {
  if (CountFromTotals(block, to) || CountFromCombos(block, to) || CountFromClasses(block, to) ||
      CountFromCells(block, to)) {
    return;
  }
  VisitPins(block, [&](const BlockPin& pin, std::uint32_t mask, std::uint32_t, Position& position) {
    CountPin(block, pin, selection_.masks()[mask], position, to);
  });
}

void BlockQuery::CountItems(const Block& block, const std::vector<std::uint32_t>& item_of_version,
                            std::vector<PopulationSums>& to) const {
  VisitPins(block, [&](const BlockPin& pin, std::uint32_t mask, std::uint32_t version,
                       Position& position) {
    CountPin(block, pin, selection_.masks()[mask], position, &to[item_of_version[version]]);
  });
}

void BlockQuery::ScoreItems(const Block& block, const CounterWeights& weights,
                            const std::vector<std::uint32_t>& item_of_version,
                            std::vector<std::int64_t>& to) const {
  scores_.resize(selection_.masks().size());
  // Play times are in no code. Codes ascend within a Pin: those past the last kind with a weight
  // are not looked at.
  std::uint32_t code_limit = 0;
  std::array<std::uint32_t, event_code::kKinds> kind_scores{};
  for (std::uint32_t kind = 0; kind < event_code::kKinds; ++kind) {
    CounterSums one{};
    CountKind(kind, 0, one);
    for (std::size_t i = 0; i < one.size(); ++i) {
      kind_scores[kind] += weights[i] * static_cast<std::uint32_t>(one[i]);
    }
    if (kind_scores[kind] != 0) code_limit = (kind + 1) * event_code::kCombos;
  }
  const std::uint16_t* codes = block.Get<std::uint16_t>(Block::kCodes).data();
  VisitPins(block, [&](const BlockPin& pin, std::uint32_t mask_number, std::uint32_t version,
                       Position& position) {
    const Mask& mask = selection_.masks()[mask_number];
    std::int64_t& item = to[item_of_version[version]];
    if (mask.accepts_all && pin.end - pin.begin >= Block::kHeavy) {
      Seek(block.Get<std::uint32_t>(Block::kHeavyPins), pin.index, position.heavy);
      CounterSums sums{};
      AddSums(block.Get<PackedSums>(Block::kHeavySums)[position.heavy], sums);
      for (std::size_t i = 0; i < sums.size(); ++i) item += weights[i] * sums[i];
      trace_.Add(Block::kHeavySums, sizeof(PackedSums) + 4);
      return;
    }
    std::vector<std::uint32_t>& scores = scores_[mask_number];
    if (scores.empty()) {
      scores.resize(event_code::kCodes);
      for (std::uint32_t code = 0; code < event_code::kCodes; ++code) {
        const bool passes = mask.segment_of[code % event_code::kCombos] != Mask::kNone;
        scores[code] = passes ? kind_scores[code / event_code::kCombos] : 0;
      }
    }
    std::int64_t score = 0;
    std::uint32_t i = pin.begin;
    for (; i < pin.end && codes[i] < code_limit; ++i) score += scores[codes[i]];
    item += score;
    trace_.Add(Block::kCodes, 2 * (i - pin.begin));
  });
}

bool BlockQuery::CountBoards(const Block& block, std::vector<PopulationSums>& to) const {
  const auto keys = block.Get<std::uint32_t>(Block::kBoardKeys);
  if (keys.empty() || !selection_.populations_decide()) return false;
  const auto sums = block.Get<PackedSums>(Block::kBoardSums);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint32_t population = keys[i] % kPopulations;
    if (selection_.masks()[*selection_.MaskOfPopulation(population)].rejects_all) continue;
    AddSums(sums[i], to[keys[i] / kPopulations][population]);
  }
  trace_.AddAll(block, Block::kBoardKeys);
  trace_.AddAll(block, Block::kBoardSums);
  return true;
}

void BlockQuery::CountVersion(const Block& block, std::uint32_t version, PopulationSums& to) const {
  const Mask& mask = selection_.masks()[selection_.MaskOfVersion(pins_, version)];
  if (mask.rejects_all) return;
  const std::optional<BlockPin> pin = Find(block, version);
  if (!pin) return;
  trace_.Add(Block::kPinKeys, 4);
  trace_.Add(Block::kPinEvents, 8);
  Position position;
  CountPin(block, *pin, mask, position, &to);
}

}  // namespace pinmetrics
