#include "store/pack.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "store/bits.h"
#include "store/block_layout.h"
#include "store/table_bytes.h"
#include "store/viewer_sets.h"

namespace pinmetrics {
namespace {

/// Sorts by the low `bits` bits of `key(item)`, from `first_bit` on; stable. Least significant
/// digit first, so that each pass is one sequential read and 2 048 sequential writes.
template <typename T, typename Key>
void RadixSort(std::vector<T>& items, std::vector<T>& scratch, Key key, std::uint32_t first_bit,
               std::uint32_t bits) {
  constexpr std::uint32_t kDigitBits = 11;
  scratch.resize(items.size());
  for (std::uint32_t done = 0; done < bits; done += kDigitBits) {
    const std::uint32_t shift = first_bit + done;
    const std::uint64_t mask = (std::uint64_t{1} << std::min(kDigitBits, bits - done)) - 1;
    std::array<std::uint32_t, (1 << kDigitBits) + 1> starts{};
    for (const T& item : items) ++starts[(key(item) >> shift & mask) + 1];
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    for (const T& item : items) scratch[starts[key(item) >> shift & mask]++] = item;
    items.swap(scratch);
  }
}

std::uint32_t BitsBelow(std::uint64_t limit) {
  return limit <= 1 ? 0 : static_cast<std::uint32_t>(std::bit_width(limit - 1));
}

PackedSums Pack(const CounterSums& sums) {
  PackedSums packed;
  for (std::size_t i = 0; i < 11; ++i) packed.words[i] = static_cast<std::uint32_t>(sums[i]);
  const auto play_ms = static_cast<std::uint64_t>(sums[Tally::kPlayTimeMs]);
  packed.words[11] = static_cast<std::uint32_t>(play_ms);
  packed.words[12] = static_cast<std::uint32_t>(play_ms >> 32);
  return packed;
}

void AddCounters(const CounterSums& sums, CounterSums& to) {
  for (std::size_t i = 0; i < sums.size(); ++i) to[i] += sums[i];
}

bool AnyCounted(const CounterSums& sums) {
  // Every event counts in one of the first eight.
  return std::any_of(sums.begin(), sums.begin() + 8, [](std::int64_t sum) { return sum != 0; });
}

}  // namespace

/// Collects the tables of one block, then lays them out.
class BlockWriter {
 public:
  BlockWriter(absl::CivilDay day, const BlockLimits& limits,
              const std::function<PinTraits(std::uint32_t)>& traits)
      : day_(day), limits_(limits), traits_(traits) {}

  std::shared_ptr<const PackedBlock> Write(std::vector<BlockRow> rows) {
    events_ = rows.size();
    SortRows(rows);
    FindPins(rows);
    OrderByBoard(rows);
    classes_ = Distinct([](const PinTraits& pin) { return pin.pin_class; }, limits_.classes);
    WritePins();
    WriteEvents(rows);
    WriteSums(rows);
    WriteViewers(rows);
    return Assemble();
  }

 private:
  template <typename T>
  void Put(Block::Table table, const std::vector<T>& values) {
    AppendAll(tables_[table], values);
  }

  /// Tables of sums spare a query the events. Where they would take more than the events' codes do,
  /// scanning these is as good.
  bool Pays(std::size_t sums) const { return sums * (sizeof(PackedSums) + 4) <= events_ * 2; }

  void SortRows(std::vector<BlockRow>& rows) const {
    std::vector<BlockRow> scratch;
    RadixSort(
        rows, scratch, [](const BlockRow& row) { return row.code; }, 0,
        BitsBelow(event_code::kCodes));
    RadixSort(
        rows, scratch, [](const BlockRow& row) { return row.pin; }, 0, BitsBelow(limits_.pins));
  }

  void FindPins(const std::vector<BlockRow>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i > 0 && rows[i].pin == rows[i - 1].pin) continue;
      pins_.push_back(rows[i].pin);
      pin_events_.push_back(static_cast<std::uint32_t>(i));
      pin_traits_.push_back(traits_(rows[i].pin));
    }
    pin_events_.push_back(static_cast<std::uint32_t>(rows.size()));
  }

  /// Puts the Pins of a board together, with their events.
  void OrderByBoard(std::vector<BlockRow>& rows) {
    std::vector<std::uint32_t> order(pins_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::vector<std::uint32_t> scratch;
    RadixSort(
        order, scratch, [this](std::uint32_t pin) { return pin_traits_[pin].board; }, 0,
        BitsBelow(limits_.boards));
    std::vector<BlockRow> ordered;
    ordered.reserve(rows.size());
    std::vector<std::uint32_t> pins;
    std::vector<std::uint32_t> pin_events;
    std::vector<PinTraits> pin_traits;
    for (const std::uint32_t pin : order) {
      pins.push_back(pins_[pin]);
      pin_events.push_back(static_cast<std::uint32_t>(ordered.size()));
      pin_traits.push_back(pin_traits_[pin]);
      ordered.insert(ordered.end(), rows.begin() + pin_events_[pin],
                     rows.begin() + pin_events_[pin + 1]);
    }
    pin_events.push_back(static_cast<std::uint32_t>(rows.size()));
    rows = std::move(ordered);
    pins_ = std::move(pins);
    pin_events_ = std::move(pin_events);
    pin_traits_ = std::move(pin_traits);
  }

  void WritePins() {
    std::vector<std::uint32_t> boards;
    std::vector<std::uint32_t> board_pins;
    for (std::uint32_t pin = 0; pin < pins_.size(); ++pin) {
      if (!boards.empty() && boards.back() == pin_traits_[pin].board) continue;
      boards.push_back(pin_traits_[pin].board);
      board_pins.push_back(pin);
    }
    board_pins.push_back(static_cast<std::uint32_t>(pins_.size()));
    Put(Block::kBoards, boards);
    Put(Block::kBoardPins, board_pins);
    Put(Block::kPinKeys, pins_);
    Put(Block::kPinEvents, pin_events_);
  }

  void WriteEvents(const std::vector<BlockRow>& rows) {
    viewer_bytes_ = limits_.viewers <= 1u << 24 ? 3 : 4;
    std::vector<std::uint16_t> codes(rows.size());
    std::vector<std::byte>& viewers = tables_[Block::kViewers];
    viewers.resize(rows.size() * viewer_bytes_ + 4);
    std::vector<std::uint32_t> play_pins;
    std::vector<std::uint32_t> play_starts;
    std::vector<std::uint32_t> play_times;
    for (std::uint32_t pin = 0; pin < pins_.size(); ++pin) {
      for (std::uint32_t i = pin_events_[pin]; i < pin_events_[pin + 1]; ++i) {
        codes[i] = rows[i].code;
        // The bytes past a short number are the next one's, written after it.
        std::memcpy(viewers.data() + std::size_t{i} * viewer_bytes_, &rows[i].viewer, 4);
        if (!event_code::IsPlayback(rows[i].code)) continue;
        if (play_pins.empty() || play_pins.back() != pin) {
          play_pins.push_back(pin);
          play_starts.push_back(static_cast<std::uint32_t>(play_times.size()));
        }
        play_times.push_back(rows[i].play_ms);
      }
    }
    std::memset(viewers.data() + rows.size() * viewer_bytes_, 0, 4);
    play_starts.push_back(static_cast<std::uint32_t>(play_times.size()));
    Put(Block::kCodes, codes);
    Put(Block::kPlayPins, play_pins);
    Put(Block::kPlayStarts, play_starts);
    Put(Block::kPlayTimes, play_times);
  }

  void WriteSums(const std::vector<BlockRow>& rows) {
    const std::vector<std::uint32_t>& classes = classes_;
    std::vector<CounterSums> class_sums(classes.size());
    // A cell for every class and combo, unless there are far more of them than events.
    const bool has_cells = classes.size() * event_code::kCombos <= events_ + 4096;
    std::vector<CounterSums> cells(has_cells ? classes.size() * event_code::kCombos : 0);
    std::vector<CounterSums> combos(kPopulations * event_code::kCombos);
    std::vector<std::uint32_t> boards;  // Keys with their population.
    std::vector<CounterSums> board_sums;
    std::array<CounterSums, kPopulations> board{};
    std::vector<std::uint32_t> heavy;
    std::vector<PackedSums> heavy_sums;

    for (std::uint32_t pin = 0; pin < pins_.size(); ++pin) {
      const PinTraits& traits = pin_traits_[pin];
      const std::size_t pin_class = PositionOf(traits.pin_class, classes);
      const std::uint32_t population = traits.saved ? 1 : 0;
      CounterSums* by_combo = has_cells ? &cells[pin_class * event_code::kCombos]
                                        : &combos[population * event_code::kCombos];
      CounterSums pin_sums{};
      const std::uint32_t end = pin_events_[pin + 1];
      for (std::uint32_t i = pin_events_[pin]; i < end; ++i) {
        const std::uint32_t kind = rows[i].code / event_code::kCombos;
        CountKind(kind, rows[i].play_ms, by_combo[rows[i].code % event_code::kCombos]);
        CountKind(kind, rows[i].play_ms, pin_sums);
      }
      if (end - pin_events_[pin] >= Block::kHeavy) {
        heavy.push_back(pin);
        heavy_sums.push_back(Pack(pin_sums));
      }
      AddCounters(pin_sums, class_sums[pin_class]);
      AddCounters(pin_sums, totals_.sums[population]);
      AddCounters(pin_sums, board[population]);
      if (pin + 1 < pins_.size() && pin_traits_[pin + 1].board == traits.board) continue;
      for (std::uint32_t i = 0; i < kPopulations; ++i) {
        if (!AnyCounted(board[i])) continue;
        boards.push_back(traits.board * kPopulations + i);
        board_sums.push_back(std::exchange(board[i], CounterSums{}));
      }
    }
    Put(Block::kHeavyPins, heavy);
    Put(Block::kHeavySums, heavy_sums);
    if (has_cells) {
      WriteCells(classes, cells);
      for (std::size_t i = 0; i < classes.size(); ++i) {
        const std::uint32_t population = ClassIsSaved(classes[i]) ? 1 : 0;
        for (std::size_t combo = 0; combo < event_code::kCombos; ++combo) {
          AddCounters(cells[i * event_code::kCombos + combo],
                      combos[population * event_code::kCombos + combo]);
        }
      }
    }
    if (Pays(classes.size())) {
      Put(Block::kClassKeys, classes);
      for (const CounterSums& sums : class_sums) {
        AppendBytes(tables_[Block::kClassSums], Pack(sums));
      }
    }
    WriteCombos(combos);
    WriteDimensions(combos);
    if (Pays(boards.size())) {
      Put(Block::kBoardKeys, boards);
      for (const CounterSums& sums : board_sums) {
        AppendBytes(tables_[Block::kBoardSums], Pack(sums));
      }
    }
  }

  /// The distinct keys of the Pins, ascending; all are below `limit`.
  template <typename KeyOf>
  std::vector<std::uint32_t> Distinct(KeyOf key_of, std::uint64_t limit) const {
    std::vector<std::uint32_t> keys;
    keys.reserve(pin_traits_.size());
    for (const PinTraits& pin : pin_traits_) keys.push_back(key_of(pin));
    std::vector<std::uint32_t> scratch;
    RadixSort(
        keys, scratch, [](std::uint32_t key) { return key; }, 0, BitsBelow(limit));
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  }

  static std::size_t PositionOf(std::uint32_t key, const std::vector<std::uint32_t>& keys) {
    return static_cast<std::size_t>(std::lower_bound(keys.begin(), keys.end(), key) - keys.begin());
  }

  bool ClassIsSaved(std::uint32_t pin_class) const {
    return std::find_if(pin_traits_.begin(), pin_traits_.end(),
                        [pin_class](const PinTraits& pin) { return pin.pin_class == pin_class; })
        ->saved;
  }

  void WriteCells(const std::vector<std::uint32_t>& classes,
                  const std::vector<CounterSums>& cells) {
    if (!Pays(classes.size())) return;
    std::vector<std::uint32_t> starts;
    std::vector<std::uint16_t> combos;
    std::vector<std::uint32_t> words;
    std::vector<PackedSums> packed(event_code::kCombos);
    for (std::size_t i = 0; i < classes.size(); ++i) {
      for (std::size_t combo = 0; combo < event_code::kCombos; ++combo) {
        packed[combo] = Pack(cells[i * event_code::kCombos + combo]);
      }
      for (std::size_t word = 0; word < PackedSums::kWords; ++word) {
        starts.push_back(static_cast<std::uint32_t>(words.size()));
        for (std::size_t combo = 0; combo < event_code::kCombos; ++combo) {
          if (packed[combo].words[word] == 0) continue;
          combos.push_back(static_cast<std::uint16_t>(combo));
          words.push_back(packed[combo].words[word]);
        }
      }
    }
    starts.push_back(static_cast<std::uint32_t>(words.size()));
    if (words.size() * (sizeof(std::uint16_t) + sizeof(std::uint32_t)) > events_ * 2) return;
    Put(Block::kClassWords, starts);
    Put(Block::kCellCombos, combos);
    Put(Block::kCellWords, words);
  }

  void WriteDimensions(const std::vector<CounterSums>& combos) {
    if (!Pays(kPopulations * event_code::kDimensionValues)) return;
    std::vector<CounterSums> sums(kPopulations * event_code::kDimensionValues);
    for (std::uint32_t key = 0; key < combos.size(); ++key) {
      const std::uint32_t population = key / event_code::kCombos;
      for (const std::uint32_t value : event_code::ValuesOf(key % event_code::kCombos)) {
        AddCounters(combos[key], sums[population * event_code::kDimensionValues + value]);
      }
    }
    for (const CounterSums& of_value : sums) {
      AppendBytes(tables_[Block::kDimensionSums], Pack(of_value));
    }
  }

  void WriteCombos(const std::vector<CounterSums>& combos) {
    if (!Pays(static_cast<std::size_t>(std::count_if(combos.begin(), combos.end(), AnyCounted)))) {
      return;
    }
    for (std::size_t key = 0; key < combos.size(); ++key) {
      if (!AnyCounted(combos[key])) continue;
      AppendBytes(tables_[Block::kComboKeys], static_cast<std::uint16_t>(key));
      AppendBytes(tables_[Block::kComboSums], Pack(combos[key]));
    }
  }

  // Viewers: every event becomes a number that sorts by chunk, population, combo, viewer; class and
  // engagement come last.
  static constexpr std::uint32_t kClassBit = 1;
  static constexpr std::uint32_t kLowBit = kClassBit + 7;
  static_assert(Block::kMaxListClasses == 1u << (kLowBit - kClassBit));
  static constexpr std::uint32_t kComboBit = kLowBit + 16;
  static constexpr std::uint32_t kPopulationBit = kComboBit + 9;
  static constexpr std::uint32_t kChunkBit = kPopulationBit + 1;

  struct Group {
    std::vector<ViewerListCursor::Chunk> chunks;
    std::vector<std::byte> directory;
    std::vector<std::uint16_t> viewers;
    std::vector<std::uint8_t> classes;
    /// Of the chunk at hand, the viewers with each combo.
    std::array<std::uint32_t, event_code::kCombos> counts = {};
  };

  void WriteViewers(const std::vector<BlockRow>& rows) {
    const bool has_classes =
        Pays(classes_.size()) && classes_.size() <= Block::kMaxListClasses && !classes_.empty();
    std::vector<std::uint64_t> keys;
    keys.reserve(rows.size());
    for (std::uint32_t pin = 0; pin < pins_.size(); ++pin) {
      const std::uint64_t population = pin_traits_[pin].saved ? 1 : 0;
      const std::uint64_t pin_class =
          has_classes ? PositionOf(pin_traits_[pin].pin_class, classes_) : 0;
      for (std::uint32_t i = pin_events_[pin]; i < pin_events_[pin + 1]; ++i) {
        const BlockRow& row = rows[i];
        if (row.viewer == 0) continue;
        const std::uint64_t engaged = IsEngagementKind(row.code / event_code::kCombos) ? 1 : 0;
        keys.push_back(std::uint64_t{row.viewer >> 16} << kChunkBit | population << kPopulationBit |
                       std::uint64_t{row.code % event_code::kCombos} << kComboBit |
                       std::uint64_t{row.viewer & 0xffff} << kLowBit | pin_class << kClassBit |
                       engaged);
      }
    }
    std::vector<std::uint64_t> scratch;
    const std::uint32_t chunk_bits = BitsBelow((std::uint64_t{limits_.viewers} + 0xffff) >> 16);
    RadixSort(
        keys, scratch, [](std::uint64_t key) { return key; }, kLowBit,
        kChunkBit - kLowBit + chunk_bits);

    ViewerSetsWriter sets;
    std::array<Group, 4> groups;
    for (std::size_t i = 0; i < keys.size();) {
      const auto chunk = static_cast<std::uint16_t>(keys[i] >> kChunkBit);
      while (i < keys.size() && keys[i] >> kChunkBit == chunk) {
        // What one viewer has with a combo, mostly a single event: by class, engagements last.
        const std::size_t begin = i;
        while (i < keys.size() && keys[i] >> kLowBit == keys[begin] >> kLowBit) ++i;
        if (i - begin > 1) {
          std::sort(keys.begin() + static_cast<std::ptrdiff_t>(begin),
                    keys.begin() + static_cast<std::ptrdiff_t>(i));
        }
        for (std::size_t j = begin; j < i; ++j) {
          const bool is_last_of_class =
              j + 1 == i || keys[j] >> kClassBit != keys[j + 1] >> kClassBit;
          if (is_last_of_class) AddViewer(keys[j], sets, groups);
        }
      }
      CountPeople(sets);
      sets.EndChunk(chunk);
      for (Group& group : groups) EndChunk(group, chunk);
    }
    tables_[Block::kSets] = sets.Table();
    WriteGroups(groups, has_classes);
  }

  static void AddViewer(std::uint64_t key, ViewerSetsWriter& sets, std::array<Group, 4>& groups) {
    const std::uint64_t population = key >> kPopulationBit & 1;
    const std::uint64_t engaged = key & 1;
    const auto low = static_cast<std::uint16_t>(key >> kLowBit);
    const std::uint64_t bit = std::uint64_t{1} << low % 64;
    sets.bits(population * 2)[low / 64] |= bit;
    if (engaged != 0) sets.bits(population * 2 + 1)[low / 64] |= bit;
    Group& group = groups[population * 2 + engaged];
    ++group.counts[key >> kComboBit & 0x1ff];
    group.viewers.push_back(low);
    group.classes.push_back(
        static_cast<std::uint8_t>(key >> kClassBit & (Block::kMaxListClasses - 1)));
  }

  static void EndChunk(Group& group, std::uint16_t chunk) {
    ViewerListCursor::Chunk ended = {chunk, 0, 0};
    std::uint32_t lists = 0;
    for (const std::uint32_t count : group.counts) {
      ended.viewers += count;
      lists += count > 0 ? 1 : 0;
    }
    if (lists == 0) return;
    ended.lists_less_1 = static_cast<std::uint16_t>(lists - 1);
    group.chunks.push_back(ended);
    if (ended.names_lists()) {
      for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
        if (group.counts[combo] == 0) continue;
        AppendBytes(group.directory, ViewerListCursor::List::Of(combo, group.counts[combo]));
      }
    } else {
      ViewerListCursor::Starts starts = {};
      for (std::uint32_t combo = 0; combo < event_code::kCombos; ++combo) {
        starts[combo + 1] = static_cast<std::uint16_t>(starts[combo] + group.counts[combo]);
      }
      AppendBytes(group.directory, starts);
    }
    group.counts = {};
  }

  /// Adds the people of a chunk to the totals.
  void CountPeople(const ViewerSetsWriter& sets) {
    const auto count = [&](std::size_t set) { return loops_.count(sets.bits(set), kChunkWords); };
    const auto count_both = [&](std::size_t a, std::size_t b) {
      return loops_.count_union(sets.bits(a), sets.bits(b), kChunkWords);
    };
    totals_.viewers[0] += count(0);
    totals_.viewers[1] += count_both(0, 2);
    totals_.engaged[0] += count(1);
    totals_.engaged[1] += count_both(1, 3);
  }

  void WriteGroups(const std::array<Group, 4>& groups, bool has_classes) {
    std::array<std::vector<std::byte>, 4> lists;
    std::array<std::vector<std::byte>, 4> classes;
    for (std::size_t i = 0; i < 4; ++i) {
      const Group& group = groups[i];
      AppendBytes(lists[i],
                  std::array<std::uint32_t, 2>{static_cast<std::uint32_t>(group.chunks.size()),
                                               static_cast<std::uint32_t>(group.directory.size())});
      AppendAll(lists[i], group.chunks);
      AppendAll(lists[i], group.directory);
      Pad(lists[i]);
      AppendAll(lists[i], group.viewers);
      Pad(lists[i]);
      AppendAll(classes[i], group.classes);
      Pad(classes[i]);
    }
    tables_[Block::kLists] = TableOfParts(lists);
    if (has_classes) tables_[Block::kListClasses] = TableOfParts(classes);
  }

  std::shared_ptr<const PackedBlock> Assemble() {
    AppendBytes(tables_[Block::kTotals], totals_);
    BlockHeader header{};
    header.magic = BlockHeader::kMagic;
    header.version = BlockHeader::kVersion;
    header.tables = Block::kTables;
    header.day = day_ - absl::CivilDay(1970, 1, 1);
    header.events = static_cast<std::uint32_t>(events_);
    header.viewer_bytes = viewer_bytes_;
    header.limits = {limits_.pins, limits_.classes, limits_.boards, limits_.viewers};
    std::size_t offset = sizeof(header);
    for (std::size_t i = 0; i < Block::kTables; ++i) {
      header.extents[i] = {offset, tables_[i].size()};
      offset = RoundUpTo8(offset + tables_[i].size());
    }
    header.bytes = offset;
    std::vector<std::uint64_t> words(offset / 8);
    auto* bytes = reinterpret_cast<std::byte*>(words.data());
    std::memcpy(bytes, &header, sizeof(header));
    for (std::size_t i = 0; i < Block::kTables; ++i) {
      if (!tables_[i].empty()) {
        std::memcpy(bytes + header.extents[i].offset, tables_[i].data(), tables_[i].size());
      }
      tables_[i] = std::vector<std::byte>();  // Not {}, which would keep the memory.
    }
    header.checksum = BlockChecksum(std::as_bytes(std::span(words)).subspan(kChecksummedFrom));
    std::memcpy(bytes, &header, sizeof(header));
    return std::make_shared<const PackedBlock>(std::move(words));
  }

  absl::CivilDay day_;
  BlockLimits limits_;
  const std::function<PinTraits(std::uint32_t)>& traits_;
  std::size_t events_ = 0;
  std::uint32_t viewer_bytes_ = 4;
  std::vector<std::uint32_t> pins_;
  std::vector<std::uint32_t> pin_events_;
  std::vector<PinTraits> pin_traits_;
  std::vector<std::uint32_t> classes_;  ///< That occur, ascending.
  Block::Totals totals_;
  const BitLoops& loops_ = BestBitLoops();
  std::array<std::vector<std::byte>, Block::kTables> tables_;
};

PackedBlock::PackedBlock(std::vector<std::uint64_t> words) : words_(std::move(words)) {
  block_ = *OpenBlock(bytes());
}

std::shared_ptr<const PackedBlock> PackBlock(
    absl::CivilDay day, std::vector<BlockRow> rows, const BlockLimits& limits,
    const std::function<PinTraits(std::uint32_t)>& traits) {
  return BlockWriter(day, limits, traits).Write(std::move(rows));
}

void UnpackRows(const Block& block, std::vector<BlockRow>& rows) {
  const auto pins = block.Get<std::uint32_t>(Block::kPinKeys);
  const auto events = block.Get<std::uint32_t>(Block::kPinEvents);
  const auto codes = block.Get<std::uint16_t>(Block::kCodes);
  // Playbacks stand in the order of the events.
  const std::uint32_t* play_time = block.Get<std::uint32_t>(Block::kPlayTimes).data();
  rows.reserve(rows.size() + block.events());
  for (std::size_t pin = 0; pin < pins.size(); ++pin) {
    for (std::uint32_t i = events[pin]; i < events[pin + 1]; ++i) {
      const std::uint32_t play_ms = event_code::IsPlayback(codes[i]) ? *play_time++ : 0;
      rows.push_back(
          {.pin = pins[pin], .viewer = block.viewer(i), .play_ms = play_ms, .code = codes[i]});
    }
  }
}

}  // namespace pinmetrics
