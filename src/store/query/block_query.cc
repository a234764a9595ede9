#include "store/query/block_query.h"

#include <algorithm>
#include <array>
#include <span>

#include "store/block/event_code.h"

namespace pinmetrics {
namespace {

/// Sums of one block that are being added up: as many counters at once as the processor can, since
/// no count of a block is more than its events.
class SmallSums {
 public:
  void Add(const PackedSums& sums) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += sums.words[i];
    play_ms_ += sums.play_ms();
  }
  void AddTo(CounterSums& to) const {
    for (std::size_t i = 0; i < Tally::kPlayTimeMs; ++i) to[i] += counts_[i];
    to[Tally::kPlayTimeMs] += static_cast<std::int64_t>(play_ms_);
  }

 private:
  /// One more than the counters, to fill registers; it has no meaning.
  std::array<std::uint32_t, 12> counts_ = {};
  std::uint64_t play_ms_ = 0;
};

/// Calls `add(slot, sums)` with what the rows of each slot add up to, which is done in registers.
template <typename Add>
void AddUpSlots(std::span<const RowMatch> rows, const PackedSums* sums, Add add) {
  for (auto row = rows.begin(); row != rows.end();) {
    const std::uint32_t slot = row->slot;
    SmallSums of_slot;
    for (; row != rows.end() && row->slot == slot; ++row) of_slot.Add(sums[row->row]);
    add(slot, of_slot);
  }
}

/// The index of the last of `keys` that is not above `key`; `keys` are not empty. Searches near
/// `guess` and widens from there, so that what is read stands together.
std::size_t LastNotAbove(std::span<const std::uint32_t> keys, std::uint32_t key,
                         std::size_t guess) {
  std::size_t begin = guess;
  std::size_t end = guess + 1;
  for (std::size_t step = 16; begin > 0 && keys[begin] > key; step *= 4) {
    end = begin;
    begin -= std::min(step, begin);
  }
  for (std::size_t step = 16; end < keys.size() && keys[end] <= key; step *= 4) {
    begin = end;
    end = std::min(keys.size(), end + step);
  }
  // Without branches to predict: the outcome of each step is a coin toss.
  const std::uint32_t* base = keys.data() + begin;
  for (std::size_t left = end - begin; left > 1;) {
    const std::size_t half = left / 2;
    base += base[half] <= key ? half : 0;
    left -= half;
  }
  return static_cast<std::size_t>(base - keys.data());
}

}  // namespace

std::optional<BlockPins> BlockQuery::PinsOfBoard(const Block& block, std::uint32_t board) {
  const auto boards = block.Get<std::uint32_t>(Block::kBoards);
  if (boards.empty() || board >= block.board_limit()) return std::nullopt;
  // Most boards occur: this one is near where it would be if all did.
  const auto guess =
      static_cast<std::size_t>(std::uint64_t{board} * boards.size() / block.board_limit());
  const std::size_t index = LastNotAbove(boards, board, guess);
  if (boards[index] != board) return std::nullopt;
  const auto pins = block.Get<std::uint32_t>(Block::kBoardPins);
  return BlockPins{pins[index], pins[index + 1]};
}

void BlockQuery::FetchPins(const Block& block, const BlockPins& pins) {
  constexpr std::uint32_t kLine = 16;
  const PinStarts starts = block.pin_starts();
  for (std::uint32_t pin = pins.begin; pin < pins.end; pin += kLine) {
    __builtin_prefetch(&block.Get<std::uint32_t>(Block::kPinKeys)[pin]);
    starts.Fetch(pin);
  }
}

namespace {

/// Where a version is, if it is among a board's Pins: a board's versions are spread over all.
std::size_t GuessOf(const Block& block, const BlockPins& pins, std::uint32_t version) {
  return static_cast<std::size_t>(std::uint64_t{version} * (pins.end - pins.begin) /
                                  block.pin_limit());
}

std::optional<BlockPin> FindAmong(const Block& block, const BlockPins& pins,
                                  std::uint32_t version) {
  if (pins.begin == pins.end) return std::nullopt;
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const std::size_t guess = GuessOf(block, pins, version);
  block.pin_starts().Fetch(pins.begin + guess);
  const std::size_t index =
      pins.begin + LastNotAbove(keys.subspan(pins.begin, pins.end - pins.begin), version, guess);
  if (keys[index] != version) return std::nullopt;
  const PinStarts events = block.pin_starts();
  return BlockPin{static_cast<std::uint32_t>(index), {events[index], events[index + 1]}};
}

}  // namespace

std::optional<BlockPin> BlockQuery::Find(const Block& block, std::uint32_t version) const {
  if (version >= block.pin_limit()) return std::nullopt;
  const std::optional<BlockPins> pins = PinsOfBoard(block, pins_.traits[version].board);
  return pins ? FindAmong(block, *pins, version) : std::nullopt;
}

/// Each step of the search waits for memory. So it is done for all blocks before the next one, for
/// which the memory is fetched meanwhile.
void BlockQuery::FindAll(std::span<const Block* const> blocks, std::uint32_t version) const {
  const std::uint32_t board = pins_.traits[version].board;
  searches_.assign(blocks.size(), {});
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Block& block = *blocks[i];
    if (version >= block.pin_limit()) continue;
    const std::optional<BlockPins> pins = PinsOfBoard(block, board);
    if (!pins || pins->begin == pins->end) continue;
    searches_[i].pins = *pins;
    const std::size_t guess = pins->begin + GuessOf(block, *pins, version);
    __builtin_prefetch(&block.Get<std::uint32_t>(Block::kPinKeys)[guess]);
    block.pin_starts().Fetch(guess);
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    searches_[i].found = FindAmong(*blocks[i], searches_[i].pins, version);
    if (!searches_[i].found) continue;
    trace_.Add(Block::kPinKeys, 4);
    trace_.Add(Block::kPinOffsets, 4);
  }
}

bool BlockQuery::CountFromTotals(const Block& block, PopulationSums* to) const {
  if (!compiled_.populations_decide()) return false;
  for (std::uint32_t population = 0; population < kPopulations; ++population) {
    const SegmentMap& map = compiled_.segment_maps()[*compiled_.MapOfPopulation(population)];
    if (map.rejects_all) continue;
    const CounterSums& sums = block.totals().sums[population];
    CounterSums& sum = to[map.first_segment][population];
    for (std::size_t i = 0; i < sums.size(); ++i) sum[i] += sums[i];
    trace_.Add(Block::kTotals, sizeof(sums));
  }
  return true;
}

bool BlockQuery::CountFromDimensions(const Block& block, PopulationSums* to) const {
  const auto sums = block.Get<PackedSums>(Block::kDimensionSums);
  const std::optional<Dimension> dimension = compiled_.only_event_dimension();
  if (sums.empty() || !dimension) return false;
  for (std::uint32_t population = 0; population < kPopulations; ++population) {
    if (!compiled_.MapOfPopulation(population)) return false;
  }
  const auto index = static_cast<std::size_t>(*dimension);
  const std::uint32_t first = event_code::kFirstValue[index];
  const std::uint32_t end = index + 1 < event_code::kFirstValue.size()
                                ? event_code::kFirstValue[index + 1]
                                : event_code::kDimensionValues;
  for (std::uint32_t population = 0; population < kPopulations; ++population) {
    const SegmentMap& map = compiled_.segment_maps()[*compiled_.MapOfPopulation(population)];
    for (std::uint32_t value = first; value < end; ++value) {
      // Any combo with the value tells what becomes of it: the other dimensions do not matter.
      const std::uint32_t segment =
          map.segment_of[(value - first) * event_code::kComboSteps[index]];
      if (segment == SegmentMap::kNone) continue;
      AddSums(sums[population * event_code::kDimensionValues + value],
              to[map.first_segment + segment][population]);
      trace_.Add(Block::kDimensionSums, sizeof(PackedSums));
    }
  }
  return true;
}

bool BlockQuery::CountFromCombos(const Block& block, PopulationSums* to) const {
  const auto keys = block.Get<std::uint16_t>(Block::kComboKeys);
  if (keys.empty()) return false;
  for (std::uint32_t population = 0; population < kPopulations; ++population) {
    if (!compiled_.MapOfPopulation(population)) return false;
  }
  const PackedSums* sums = block.Get<PackedSums>(Block::kComboSums).data();
  const auto saved = std::lower_bound(keys.begin(), keys.end(), event_code::kCombos);
  const std::array<std::span<const std::uint16_t>, kPopulations> parts = {
      std::span(keys.begin(), saved), std::span(saved, keys.end())};
  for (std::uint32_t population = 0; population < kPopulations; ++population) {
    const std::span<const RowMatch> rows = RowsOf(parts[population], population);
    AddUpSlots(rows, sums, [&](std::uint32_t segment, const SmallSums& of_segment) {
      of_segment.AddTo(to[segment][population]);
    });
    trace_.Add(Block::kComboSums, rows.size() * sizeof(PackedSums));
    sums += parts[population].size();
  }
  trace_.AddAll(block, Block::kComboKeys);
  return true;
}

std::span<const RowMatch> BlockQuery::RowsOf(std::span<const std::uint16_t> keys,
                                             std::uint32_t population) const {
  if (!combos_) {
    combos_.emplace();
    for (std::uint32_t of = 0; of < kPopulations; ++of) {
      const SegmentMap& map = compiled_.segment_maps()[*compiled_.MapOfPopulation(of)];
      for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
        if (map.segment_of[combo] == SegmentMap::kNone) continue;
        (*combos_)[of].push_back({combo, map.first_segment + map.segment_of[combo]});
      }
      std::sort((*combos_)[of].begin(), (*combos_)[of].end());
    }
  }
  const std::vector<RowMatch>& combos = (*combos_)[population];
  if (keys.size() == event_code::kCombos) return combos;
  constexpr std::uint16_t kNoRow = event_code::kCombos;
  std::array<std::uint16_t, event_code::kCombos> row_of;
  row_of.fill(kNoRow);
  for (std::size_t row = 0; row < keys.size(); ++row) {
    row_of[keys[row] % event_code::kCombos] = static_cast<std::uint16_t>(row);
  }
  combo_rows_.clear();
  for (const RowMatch& combo : combos) {
    const std::uint16_t row = row_of[combo.row];
    if (row != kNoRow) combo_rows_.push_back({row, combo.slot});
  }
  return combo_rows_;
}

bool BlockQuery::CountFromClasses(const Block& block, PopulationSums* to) const {
  const auto keys = block.Get<std::uint32_t>(Block::kClassKeys);
  if (!compiled_.by_class() || !compiled_.pins_decide() || keys.empty()) return false;
  class_matches_.Find(keys, [this](std::uint32_t key) {
    const std::uint32_t map = compiled_.MapOfClass(key);
    return compiled_.segment_maps()[map].rejects_all ? RowMatches::kNone : map;
  });
  const PackedSums* sums = block.Get<PackedSums>(Block::kClassSums).data();
  AddUpSlots(class_matches_.found(), sums, [&](std::uint32_t number, const SmallSums& of_map) {
    const SegmentMap& map = compiled_.segment_maps()[number];
    of_map.AddTo(to[map.first_segment][map.population]);
  });
  trace_.Add(Block::kClassSums, class_matches_.found().size() * sizeof(PackedSums));
  trace_.AddAll(block, Block::kClassKeys);
  return true;
}

bool BlockQuery::CountFromCells(const Block& block, PopulationSums* to) const {
  const auto starts = block.Get<std::uint32_t>(Block::kClassWords);
  if (!compiled_.by_class() || starts.empty()) return false;
  const auto keys = block.Get<std::uint32_t>(Block::kClassKeys);
  const std::uint16_t* combos = block.Get<std::uint16_t>(Block::kCellCombos).data();
  const std::uint32_t* words = block.Get<std::uint32_t>(Block::kCellWords).data();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint32_t map_number = compiled_.MapOfClass(keys[i]);
    const SegmentMap& map = compiled_.segment_maps()[map_number];
    if (map.rejects_all) continue;
    const ComboSlots& slots = SlotsOf(map_number);
    const std::uint32_t* of_class = &starts[i * PackedSums::kWords];
    for (std::size_t word = 0; word < PackedSums::kWords; ++word) {
      // What does not count goes into a slot of its own: branchless. Two sums of each slot take
      // turns, so that one addition need not wait for the one before it.
      std::array<std::array<std::uint64_t, 2>, ComboSlots::kMost> sums{};
      for (std::uint32_t cell = of_class[word]; cell < of_class[word + 1]; ++cell) {
        sums[slots.slot_of[combos[cell]]][cell % 2] += words[cell];
      }
      for (std::size_t slot = 0; slot < slots.segments.size(); ++slot) {
        CounterSums& counters = to[map.first_segment + slots.segments[slot]][map.population];
        const std::uint64_t sum = sums[slot][0] + sums[slot][1];
        // The last two words are the halves of the play time.
        const bool is_upper_half = word == Tally::kCounters;
        counters[is_upper_half ? std::size_t{Tally::kPlayTimeMs} : word] +=
            static_cast<std::int64_t>(is_upper_half ? sum << 32 : sum);
      }
    }
    const std::uint32_t read = of_class[PackedSums::kWords] - of_class[0];
    trace_.Add(Block::kCellCombos, sizeof(std::uint16_t) * read);
    trace_.Add(Block::kCellWords, sizeof(std::uint32_t) * read);
  }
  trace_.AddAll(block, Block::kClassKeys);
  trace_.AddAll(block, Block::kClassWords);
  return true;
}

/// All events are tested at once, and then counted Pin by Pin: less than to test those of each Pin,
/// unless few Pins count.
bool BlockQuery::CountFromBitmaps(const Block& block, PopulationSums* to) const {
  if (compiled_.candidates() || compiled_.pins_decide() || !compiled_.pins_decide_segment()) {
    return false;
  }
  const AcceptedVersions& accepted = compiled_.Accepted(pins_);
  if (accepted.rejected > accepted.versions.size() / 2) return false;
  const SegmentMapPatterns& patterns = compiled_.Patterns();
  bitmaps_.resize(patterns.maps.size());
  std::vector<const std::uint64_t*> passing(patterns.maps.size());
  for (std::size_t i = 0; i < passing.size(); ++i) {
    const SegmentMap& map = compiled_.segment_maps()[patterns.maps[i]];
    if (map.rejects_all || map.accepts_all) continue;
    passing[i] = scan_.Mark(block, patterns.maps[i], /*engaged=*/false, bitmaps_[i]).data();
  }
  VisitPins(block,
            [&](const BlockPin& pin, std::uint32_t map_number, std::uint32_t, Position& position) {
              const SegmentMap& map = compiled_.segment_maps()[map_number];
              if (map.accepts_all) return CountPin(block, pin, map_number, position, to);
              scan_.CountMarked(block, pin, passing[patterns.of_map[map_number]], position.plays,
                                to[map.first_segment][map.population]);
            });
  return true;
}

const BlockQuery::ComboSlots& BlockQuery::SlotsOf(std::uint32_t map_number) const {
  slots_.resize(compiled_.segment_maps().size());
  if (slots_[map_number]) return *slots_[map_number];
  slots_[map_number] = std::make_unique<ComboSlots>();
  ComboSlots& slots = *slots_[map_number];
  const SegmentMap& map = compiled_.segment_maps()[map_number];
  for (std::size_t combo = 0; combo < event_code::kCombos; ++combo) {
    const std::uint8_t segment = map.segment_of[combo];
    if (segment == SegmentMap::kNone) {
      slots.slot_of[combo] = ComboSlots::kMost - 1;
      continue;
    }
    const auto found = std::find(slots.segments.begin(), slots.segments.end(), segment);
    slots.slot_of[combo] = static_cast<std::uint8_t>(found - slots.segments.begin());
    if (found == slots.segments.end()) slots.segments.push_back(segment);
  }
  return slots;
}

bool BlockQuery::HasSumsOf(const BlockPin& pin, std::uint32_t map) const {
  return compiled_.segment_maps()[map].accepts_all && pin.run.end - pin.run.begin >= Block::kHeavy;
}

void BlockQuery::CountPin(const Block& block, const BlockPin& pin, std::uint32_t map_number,
                          Position& position, PopulationSums* to) const {
  const SegmentMap& map = compiled_.segment_maps()[map_number];
  if (!map.accepts_all) return scan_.Count(block, {&pin, 1}, map_number, position.plays, to);
  if (!HasSumsOf(pin, map_number)) {
    return scan_.CountMarked(block, pin, /*passing=*/nullptr, position.plays,
                             to[map.first_segment][map.population]);
  }
  SeekAscending(block.Get<std::uint32_t>(Block::kHeavyPins), pin.index, position.heavy);
  AddSums(block.Get<PackedSums>(Block::kHeavySums)[position.heavy],
          to[map.first_segment][map.population]);
  trace_.Add(Block::kHeavySums, sizeof(PackedSums) + 4);
}

void BlockQuery::Count(const Block& block, PopulationSums* to) const {
  if (CountFromTotals(block, to) || CountFromDimensions(block, to) || CountFromCombos(block, to) ||
      CountFromClasses(block, to) || CountFromCells(block, to) || CountFromBitmaps(block, to)) {
    return;
  }
  VisitPins(block, [&](const BlockPin& pin, std::uint32_t map, std::uint32_t, Position& position) {
    CountPin(block, pin, map, position, to);
  });
}

void BlockQuery::CountItems(const Block& block, const std::vector<std::uint32_t>& item_of_version,
                            std::vector<PopulationSums>& to) const {
  VisitPins(
      block, [&](std::uint32_t version) { return item_of_version[version] < to.size(); },
      [&](const BlockPin& pin, std::uint32_t map, std::uint32_t version, Position& position) {
        CountPin(block, pin, map, position, &to[item_of_version[version]]);
      });
}

SumsScorer::SumsScorer(const CounterWeights& weights) : play_weight_(weights[Tally::kPlayTimeMs]) {
  for (std::size_t i = 0; i < Tally::kPlayTimeMs; ++i) {
    if (weights[i] == 0) continue;
    counters_[terms_] = i;
    weights_[terms_++] = weights[i];
  }
}

std::int64_t BlockQuery::ScorePin(const Block& block, const BlockPin& pin, std::uint32_t map,
                                  const CounterWeights& weights, Position& position) const {
  if (HasSumsOf(pin, map)) {
    SeekAscending(block.Get<std::uint32_t>(Block::kHeavyPins), pin.index, position.heavy);
    trace_.Add(Block::kHeavySums, sizeof(PackedSums) + 4);
    if (!sums_scorer_) sums_scorer_.emplace(weights);
    return (*sums_scorer_)(block.Get<PackedSums>(Block::kHeavySums)[position.heavy]);
  }
  return scan_.Score(block, {&pin.run, 1}, map, weights);
}

void BlockQuery::ScoreItems(const Block& block, const CounterWeights& weights,
                            const std::vector<std::uint32_t>& item_of_version,
                            std::vector<std::int64_t>& to) const {
  if (compiled_.candidates() || !compiled_.only_map()) {
    VisitPins(block, [&](const BlockPin& pin, std::uint32_t map, std::uint32_t version,
                         Position& position) {
      to[item_of_version[version]] += ScorePin(block, pin, map, weights, position);
    });
    return;
  }
  const auto keys = block.Get<std::uint32_t>(Block::kPinKeys);
  const std::vector<std::uint8_t>& accepts = compiled_.Accepted(pins_).versions;
  const PinStarts starts = block.pin_starts();
  // As many Pins at a time as leave their counts in the first cache.
  constexpr std::size_t kPins = 1'024;
  std::array<std::uint32_t, kPins + 1> firsts;
  std::array<std::uint32_t, kPins> counts;
  scan_.VisitBitmaps(block, {0, block.events()}, *compiled_.only_map(), weights,
                     /*edges=*/nullptr, [&](std::int64_t weight, const RankedBitmap& bitmap) {
                       for (std::size_t first = 0; first < keys.size(); first += kPins) {
                         const std::size_t size = std::min(kPins, keys.size() - first);
                         for (std::size_t i = 0; i <= size; ++i) firsts[i] = starts[first + i];
                         bitmap.Count(std::span(firsts).first(size + 1), counts.data());
                         // Whether a Pin counts is often a coin toss: branchless.
                         for (std::size_t i = 0; i < size; ++i) {
                           const std::uint32_t version = keys[first + i];
                           to[item_of_version[version]] += weight * accepts[version] * counts[i];
                         }
                       }
                     });
  trace_.AddAll(block, Block::kPinKeys);
  trace_.AddAll(block, Block::kPinOffsets);
}

bool BlockQuery::ScoreBoards(const Block& block, const CounterWeights& weights,
                             std::vector<std::int64_t>& to) const {
  const auto keys = block.Get<std::uint32_t>(Block::kBoardKeys);
  if (keys.empty() || !compiled_.populations_decide()) return false;
  const auto sums = block.Get<PackedSums>(Block::kBoardSums);
  const SumsScorer score(weights);
  const std::array<bool, kPopulations> rejects = {RejectsPopulation(0), RejectsPopulation(1)};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!rejects[keys[i] % kPopulations]) to[keys[i] / kPopulations] += score(sums[i]);
  }
  trace_.AddAll(block, Block::kBoardKeys);
  trace_.AddAll(block, Block::kBoardSums);
  return true;
}

void BlockQuery::ScoreBoardsAtMost(const Block& block, const DayPinIndex* pin_index,
                                   const CounterWeights& weights,
                                   std::vector<std::int64_t>& to) const {
  const auto keys = block.Get<std::uint32_t>(Block::kBoardKeys);
  if (compiled_.segment_maps()[*compiled_.only_map()].accepts_all && !keys.empty()) {
    const auto sums = block.Get<PackedSums>(Block::kBoardSums);
    const SumsScorer score(weights);
    for (std::size_t i = 0; i < keys.size(); ++i) to[keys[i] / kPopulations] += score(sums[i]);
    trace_.AddAll(block, Block::kBoardKeys);
    trace_.AddAll(block, Block::kBoardSums);
    return;
  }
  ScoreBoardRuns(block, pin_index, /*edges=*/nullptr, weights, to);
}

void BlockQuery::ScoreBoardPins(const Block& block, const DayPinIndex* pin_index,
                                const CounterWeights& weights,
                                std::vector<std::int64_t>& to) const {
  const std::size_t pins = block.Get<std::uint32_t>(Block::kPinKeys).size();
  if (pins == 0) return;
  const auto* edges =
      accepted_events_.Find(block, pin_index, {0, static_cast<std::uint32_t>(pins)});
  ScoreBoardRuns(block, pin_index, edges, weights, to);
  trace_.AddAll(block, Block::kPinKeys);
  trace_.AddAll(block, Block::kPinOffsets);
}

void BlockQuery::ScoreBoardRuns(const Block& block, const DayPinIndex* pin_index,
                                const std::uint64_t* edges, const CounterWeights& weights,
                                std::vector<std::int64_t>& to) const {
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

void BlockQuery::ScoreBoardPins(const Block& block, const DayPinIndex* pin_index,
                                const CounterWeights& weights,
                                std::span<const std::uint32_t> boards,
                                std::span<std::int64_t> to) const {
  const bool rejects_any = compiled_.Accepted(pins_).rejects_any();
  VisitBoards(block, boards, [&](std::size_t i, const BlockPins& pins) {
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

bool BlockQuery::CountBoards(const Block& block, std::vector<PopulationSums>& to) const {
  const auto keys = block.Get<std::uint32_t>(Block::kBoardKeys);
  if (keys.empty() || !compiled_.populations_decide()) return false;
  const auto sums = block.Get<PackedSums>(Block::kBoardSums);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::uint32_t population = keys[i] % kPopulations;
    if (RejectsPopulation(population)) continue;
    AddSums(sums[i], to[keys[i] / kPopulations][population]);
  }
  trace_.AddAll(block, Block::kBoardKeys);
  trace_.AddAll(block, Block::kBoardSums);
  return true;
}

void BlockQuery::CountBoards(const Block& block, const DayPinIndex* pin_index,
                             std::span<const std::uint32_t> boards,
                             std::span<PopulationSums> to) const {
  if (!block.Get<std::uint32_t>(Block::kBoardKeys).empty() && compiled_.populations_decide()) {
    for (std::size_t i = 0; i < boards.size(); ++i) CountBoardFromSums(block, boards[i], to[i]);
    return;
  }
  // What counts has one segment map and one population: the board's Pins need not be told apart.
  const bool is_one_scan = !compiled_.candidates() && compiled_.only_map_is_for_all() &&
                           !compiled_.segment_maps()[*compiled_.only_map()].accepts_all &&
                           compiled_.Accepted(pins_).rejects_any();
  VisitBoards(block, boards, [&](std::size_t i, const BlockPins& pins) {
    if (!is_one_scan) return CountBoardPins(block, pins, to[i]);
    if (pins.begin == pins.end) return;
    scan_.CountKept(block, {pins.begin, RunOf(block, pins)}, *compiled_.only_map(),
                    accepted_events_.Find(block, pin_index, pins), &to[i]);
  });
}

void BlockQuery::CountBoardFromSums(const Block& block, std::uint32_t board,
                                    PopulationSums& to) const {
  const auto keys = block.Get<std::uint32_t>(Block::kBoardKeys);
  auto key = std::lower_bound(keys.begin(), keys.end(), board * kPopulations);
  for (; key != keys.end() && *key / kPopulations == board; ++key) {
    const std::uint32_t population = *key % kPopulations;
    if (RejectsPopulation(population)) continue;
    AddSums(block.Get<PackedSums>(Block::kBoardSums)[static_cast<std::size_t>(key - keys.begin())],
            to[population]);
    trace_.Add(Block::kBoardSums, sizeof(PackedSums) + 4);
  }
}

void BlockQuery::CountBoardPins(const Block& block, const BlockPins& pins,
                                PopulationSums& to) const {
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
  Position position;
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
      if (HasSumsOf(pin, alike.map)) {
        CountPin(block, pin, alike.map, position, &to);
      } else if (counted_.empty() || !Extend(counted_.back().run, pin.run)) {
        counted_.push_back(pin);
      }
    }
  }
  count();
}

bool BlockQuery::RejectsPopulation(std::uint32_t population) const {
  return compiled_.segment_maps()[*compiled_.MapOfPopulation(population)].rejects_all;
}

void BlockQuery::CountVersion(std::span<const Block* const> blocks, std::uint32_t version,
                              PopulationSums& to) const {
  const std::uint32_t map = compiled_.MapOfVersion(pins_, version);
  if (compiled_.segment_maps()[map].rejects_all) return;
  FindEach(blocks, version, map, [&](const Block& block, const BlockPin& pin) {
    Position position;
    CountPin(block, pin, map, position, &to);
  });
}

std::int64_t BlockQuery::ScoreVersion(std::span<const Block* const> blocks,
                                      const CounterWeights& weights, std::uint32_t version) const {
  const std::uint32_t map = compiled_.MapOfVersion(pins_, version);
  if (compiled_.segment_maps()[map].rejects_all) return 0;
  std::int64_t score = 0;
  FindEach(blocks, version, map, [&](const Block& block, const BlockPin& pin) {
    Position position;
    score += ScorePin(block, pin, map, weights, position);
  });
  return score;
}

}  // namespace pinmetrics
