#include "store/query/sums_reader.h"

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

}  // namespace

bool SumsReader::CountFromTotals(const Block& block, PopulationSums* to) {
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

bool SumsReader::CountFromDimensions(const Block& block, PopulationSums* to) {
  const Block::KeyedSums by_dimension = block.Sums(Block::kByDimension);
  if (by_dimension.empty()) return false;
  const auto index = static_cast<std::size_t>(compiled_.dimension());
  const std::uint32_t first = event_code::kFirstValue[index];
  const std::uint32_t end = index + 1 < event_code::kFirstValue.size()
                                ? event_code::kFirstValue[index + 1]
                                : event_code::kDimensionValues;
  dimension_matches_.Find(by_dimension.keys, [&](std::uint32_t key) {
    const std::uint32_t population = key / event_code::kDimensionValues;
    const std::uint32_t value = key % event_code::kDimensionValues;
    if (value < first || value >= end) return RowMatches::kNone;
    // Any combo with the value tells what becomes of it: the other dimensions do not matter.
    const SegmentMap& map = compiled_.segment_maps()[*compiled_.MapOfPopulation(population)];
    const std::uint32_t segment = map.segment_of[(value - first) * event_code::kComboSteps[index]];
    if (segment == SegmentMap::kNone) return RowMatches::kNone;
    return (map.first_segment + segment) * kPopulations + population;
  });
  for (const auto& [row, slot] : dimension_matches_.found()) {
    AddSums(by_dimension.sums[row], to[slot / kPopulations][slot % kPopulations]);
  }
  trace_.AddAll(block, Block::kDimensionKeys);
  trace_.Add(Block::kDimensionSums, dimension_matches_.found().size() * sizeof(PackedSums));
  return true;
}

bool SumsReader::CountFromCombos(const Block& block, PopulationSums* to) {
  const Block::KeyedSums by_combo = block.Sums(Block::kByCombo);
  if (by_combo.empty()) return false;
  const std::span<const std::uint32_t> keys = by_combo.keys;
  const PackedSums* sums = by_combo.sums.data();
  const auto saved = std::lower_bound(keys.begin(), keys.end(), event_code::kCombos);
  const std::array<std::span<const std::uint32_t>, kPopulations> parts = {
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

std::span<const RowMatch> SumsReader::RowsOf(std::span<const std::uint32_t> keys,
                                             std::uint32_t population) {
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

bool SumsReader::CountFromClasses(const Block& block, PopulationSums* to) {
  const Block::KeyedSums by_class = block.Sums(Block::kByClass);
  if (by_class.empty()) return false;
  class_matches_.Find(by_class.keys, [this](std::uint32_t key) {
    const std::uint32_t map = compiled_.MapOfClass(key);
    return compiled_.segment_maps()[map].rejects_all ? RowMatches::kNone : map;
  });
  AddUpSlots(class_matches_.found(), by_class.sums.data(),
             [&](std::uint32_t number, const SmallSums& of_map) {
               const SegmentMap& map = compiled_.segment_maps()[number];
               of_map.AddTo(to[map.first_segment][map.population]);
             });
  trace_.Add(Block::kClassSums, class_matches_.found().size() * sizeof(PackedSums));
  trace_.AddAll(block, Block::kClassKeys);
  return true;
}

bool SumsReader::CountFromCells(const Block& block, PopulationSums* to) {
  const auto starts = block.Get<std::uint32_t>(Block::kClassWords);
  if (starts.empty()) return false;
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

/// If what counts has one segment map and one population, the events of all Pins are counted
/// together. That takes less than to look at each Pin, unless few Pins count.
bool SumsReader::CountFromOneScan(const Block& block, PopulationSums* to) {
  if (!compiled_.only_map_is_for_all() || compiled_.AcceptsFew(pins_)) return false;
  // One at least: no block is without events.
  const auto pins = static_cast<std::uint32_t>(block.Get<std::uint32_t>(Block::kPinKeys).size());
  scan_.CountKept(block, {0, {0, block.events()}}, *compiled_.only_map(),
                  accepted_events_.Find(block, /*pin_index=*/nullptr, {0, pins}), to);
  trace_.AddAll(block, Block::kPinKeys);
  trace_.AddAll(block, Block::kPinOffsets);
  return true;
}

/// All events are tested at once, and then counted Pin by Pin: less than to test those of each Pin,
/// unless few Pins count.
bool SumsReader::CountFromBitmaps(const Block& block, PopulationSums* to) {
  if (compiled_.candidates() || !compiled_.pins_decide_segment()) return false;
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
  finder_.VisitPins(block, [&](const BlockPin& pin, std::uint32_t map_number, std::uint32_t,
                               PinFinder::Position& position) {
    const SegmentMap& map = compiled_.segment_maps()[map_number];
    if (map.accepts_all) return CountPin(block, pin, map_number, position, to);
    scan_.CountMarked(block, pin, passing[patterns.of_map[map_number]], position.plays,
                      to[map.first_segment][map.population]);
  });
  return true;
}

const SumsReader::ComboSlots& SumsReader::SlotsOf(std::uint32_t map_number) {
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

void SumsReader::CountPin(const Block& block, const BlockPin& pin, std::uint32_t map_number,
                          PinFinder::Position& position, PopulationSums* to) {
  const SegmentMap& map = compiled_.segment_maps()[map_number];
  if (!map.accepts_all) return scan_.Count(block, {&pin, 1}, map_number, position.plays, to);
  if (!finder_.HasSumsOf(pin, map_number)) {
    return scan_.CountMarked(block, pin, /*passing=*/nullptr, position.plays,
                             to[map.first_segment][map.population]);
  }
  const Block::KeyedSums by_pin = block.Sums(Block::kByHeavyPin);
  SeekAscending(by_pin.keys, pin.index, position.heavy);
  AddSums(by_pin.sums[position.heavy], to[map.first_segment][map.population]);
  trace_.Add(Block::kHeavySums, sizeof(PackedSums) + 4);
}

std::span<const SumsReader::Source> SumsReader::SourcesFor(Grain grain) {
  static constexpr Source kTotals = &SumsReader::CountFromTotals;
  static constexpr Source kDimensions = &SumsReader::CountFromDimensions;
  static constexpr Source kCombos = &SumsReader::CountFromCombos;
  static constexpr Source kClasses = &SumsReader::CountFromClasses;
  static constexpr Source kCells = &SumsReader::CountFromCells;
  static constexpr Source kOneScan = &SumsReader::CountFromOneScan;
  static constexpr Source kBitmaps = &SumsReader::CountFromBitmaps;
  static constexpr Source kPins = &SumsReader::CountFromPins;
  static constexpr std::size_t kMost = 5;
  static constexpr std::array<std::array<Source, kMost>, kGrains> kSources = {{
      {kTotals},                                        // kPopulation
      {kDimensions, kCombos, kCells, kBitmaps, kPins},  // kDimension
      {kCombos, kCells, kBitmaps, kPins},               // kCombo
      {kClasses, kCells, kPins},                        // kClass
      {kCells, kBitmaps, kPins},                        // kClassAndCombo
      {kOneScan, kPins},                                // kPin
      {kOneScan, kBitmaps, kPins},                      // kPinAndCombo
  }};
  return kSources[static_cast<std::size_t>(grain)];
}

void SumsReader::Count(const Block& block, PopulationSums* to) {
  // The last source always answers.
  for (const Source source : SourcesFor(compiled_.grain())) {
    if ((this->*source)(block, to)) return;
  }
}

bool SumsReader::CountFromPins(const Block& block, PopulationSums* to) {
  finder_.VisitPins(
      block, [&](const BlockPin& pin, std::uint32_t map, std::uint32_t,
                 PinFinder::Position& position) { CountPin(block, pin, map, position, to); });
  return true;
}

void SumsReader::CountItems(const Block& block, const std::vector<std::uint32_t>& item_of_version,
                            std::vector<PopulationSums>& to) {
  finder_.VisitPins(
      block, [&](std::uint32_t version) { return item_of_version[version] < to.size(); },
      [&](const BlockPin& pin, std::uint32_t map, std::uint32_t version,
          PinFinder::Position& position) {
        CountPin(block, pin, map, position, &to[item_of_version[version]]);
      });
}

std::int64_t SumsReader::ScorePin(const Block& block, const BlockPin& pin, std::uint32_t map,
                                  const CounterWeights& weights, PinFinder::Position& position) {
  if (finder_.HasSumsOf(pin, map)) {
    const Block::KeyedSums by_pin = block.Sums(Block::kByHeavyPin);
    SeekAscending(by_pin.keys, pin.index, position.heavy);
    trace_.Add(Block::kHeavySums, sizeof(PackedSums) + 4);
    if (!sums_scorer_) sums_scorer_.emplace(weights);
    return (*sums_scorer_)(by_pin.sums[position.heavy]);
  }
  return scan_.Score(block, {&pin.run, 1}, map, weights);
}

void SumsReader::ScoreItems(const Block& block, const CounterWeights& weights,
                            const std::vector<std::uint32_t>& item_of_version,
                            std::vector<std::int64_t>& to) {
  if (compiled_.candidates() || !compiled_.only_map()) {
    finder_.VisitPins(block, [&](const BlockPin& pin, std::uint32_t map, std::uint32_t version,
                                 PinFinder::Position& position) {
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

void SumsReader::CountVersion(std::span<const Block* const> blocks, std::uint32_t version,
                              PopulationSums& to) {
  const std::uint32_t map = compiled_.MapOfVersion(pins_, version);
  if (compiled_.segment_maps()[map].rejects_all) return;
  finder_.FindEach(blocks, version, map, [&](const Block& block, const BlockPin& pin) {
    PinFinder::Position position;
    CountPin(block, pin, map, position, &to);
  });
}

std::int64_t SumsReader::ScoreVersion(std::span<const Block* const> blocks,
                                      const CounterWeights& weights, std::uint32_t version) {
  const std::uint32_t map = compiled_.MapOfVersion(pins_, version);
  if (compiled_.segment_maps()[map].rejects_all) return 0;
  std::int64_t score = 0;
  finder_.FindEach(blocks, version, map, [&](const Block& block, const BlockPin& pin) {
    PinFinder::Position position;
    score += ScorePin(block, pin, map, weights, position);
  });
  return score;
}

}  // namespace pinmetrics
