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

/// Sorts by `key(item)`, a number of at most `bits` bits; stable. Least significant digit first, so
/// that each pass is one sequential read and at most 2 048 sequential writes. A pass over few bits
/// costs as much as one over many: the digits are equally long.
template <typename T, typename Key>
void RadixSort(std::vector<T>& items, std::vector<T>& scratch, Key key, std::uint32_t bits) {
  constexpr std::uint32_t kMaxDigitBits = 11;
  if (bits == 0) return;
  scratch.resize(items.size());
  const std::uint32_t passes = (bits + kMaxDigitBits - 1) / kMaxDigitBits;
  const std::uint32_t digit_bits = (bits + passes - 1) / passes;
  const std::uint32_t mask = (1u << digit_bits) - 1;
  for (std::uint32_t shift = 0; shift < bits; shift += digit_bits) {
    const auto digit = [&](const T& item) {
      return static_cast<std::uint32_t>(key(item) >> shift) & mask;
    };
    std::array<std::uint32_t, (1 << kMaxDigitBits) + 1> starts{};
    for (const T& item : items) ++starts[digit(item) + 1];
    for (std::size_t i = 1; i <= mask; ++i) starts[i] += starts[i - 1];
    for (const T& item : items) scratch[starts[digit(item)]++] = item;
    items.swap(scratch);
  }
}

std::uint32_t BitsBelow(std::uint64_t limit) {
  return limit <= 1 ? 0 : static_cast<std::uint32_t>(std::bit_width(limit - 1));
}

/// Events by kind, and the play time of the playbacks among them.
struct KindCounts {
  std::array<std::uint32_t, event_code::kKinds> events = {};
  std::uint64_t play_ms = 0;

  void Add(const KindCounts& other) {
    for (std::size_t kind = 0; kind < events.size(); ++kind) events[kind] += other.events[kind];
    play_ms += other.play_ms;
  }
  bool Any() const {
    return std::any_of(events.begin(), events.end(),
                       [](std::uint32_t count) { return count != 0; });
  }
  CounterSums Sums() const {
    CounterSums sums{};
    for (std::uint32_t kind = 0; kind < events.size(); ++kind)
      CountEvents(kind, events[kind], sums);
    sums[Tally::kPlayTimeMs] = static_cast<std::int64_t>(play_ms);
    return sums;
  }
};

PackedSums Pack(const KindCounts& counts) {
  const CounterSums sums = counts.Sums();
  PackedSums packed;
  for (std::size_t i = 0; i < 11; ++i) packed.words[i] = static_cast<std::uint32_t>(sums[i]);
  packed.words[11] = static_cast<std::uint32_t>(counts.play_ms);
  packed.words[12] = static_cast<std::uint32_t>(counts.play_ms >> 32);
  return packed;
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
    FindClasses();
    WritePins();
    WriteEvents(rows);
    rows = std::vector<BlockRow>();  // Not {}, which would keep the memory.
    WriteSums();
    WriteViewers();
    return Assemble();
  }

 private:
  /// A Pin version, and where its events are among the sorted rows.
  struct PinRows {
    std::uint32_t version = 0;
    std::uint32_t first_row = 0;
    std::uint32_t rows = 0;
    std::uint32_t class_index = 0;  ///< Among the classes that occur.
    PinTraits traits = {};

    std::uint32_t population() const { return traits.saved ? 1 : 0; }
  };

  template <typename T>
  void Put(Block::Table table, const std::vector<T>& values) {
    AppendAll(tables_[table], values);
  }

  /// What was put into a table of numbers.
  template <typename T>
  const T* Get(Block::Table table) const {
    return reinterpret_cast<const T*>(tables_[table].data());
  }

  /// Tables of sums spare a query the events. Where they would take more than the events' codes do,
  /// scanning these is as good.
  bool Pays(std::size_t sums) const { return sums * (sizeof(PackedSums) + 4) <= events_ * 2; }

  /// By Pin version and code.
  void SortRows(std::vector<BlockRow>& rows) const {
    constexpr std::uint32_t kCodeBits = std::bit_width(event_code::kCodes - 1);
    std::vector<BlockRow> scratch;
    RadixSort(
        rows, scratch,
        [](const BlockRow& row) { return std::uint64_t{row.pin} << kCodeBits | row.code; },
        kCodeBits + BitsBelow(limits_.pins));
  }

  /// Finds the Pins that occur, and puts those of a board together.
  void FindPins(const std::vector<BlockRow>& rows) {
    for (std::uint32_t i = 0; i < rows.size();) {
      const std::uint32_t first = i;
      const std::uint32_t version = rows[first].pin;
      while (i < rows.size() && rows[i].pin == version) ++i;
      pins_.push_back(
          {.version = version, .first_row = first, .rows = i - first, .traits = traits_(version)});
    }
    std::vector<PinRows> scratch;
    RadixSort(
        pins_, scratch, [](const PinRows& pin) { return pin.traits.board; },
        BitsBelow(limits_.boards));
  }

  void FindClasses() {
    std::vector<std::uint32_t> order(pins_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::vector<std::uint32_t> scratch;
    RadixSort(
        order, scratch, [this](std::uint32_t pin) { return pins_[pin].traits.pin_class; },
        BitsBelow(limits_.classes));
    for (const std::uint32_t pin : order) {
      const PinTraits& traits = pins_[pin].traits;
      if (class_keys_.empty() || class_keys_.back() != traits.pin_class) {
        class_keys_.push_back(traits.pin_class);
        class_populations_.push_back(pins_[pin].population());
      }
      pins_[pin].class_index = static_cast<std::uint32_t>(class_keys_.size() - 1);
    }
  }

  void WritePins() {
    std::vector<std::uint32_t> boards;
    std::vector<std::uint32_t> board_pins;
    std::vector<std::uint32_t> versions;
    std::vector<std::uint32_t> pin_events;
    std::uint32_t events = 0;
    for (const PinRows& pin : pins_) {
      if (boards.empty() || boards.back() != pin.traits.board) {
        boards.push_back(pin.traits.board);
        board_pins.push_back(static_cast<std::uint32_t>(versions.size()));
      }
      versions.push_back(pin.version);
      pin_events.push_back(events);
      events += pin.rows;
    }
    board_pins.push_back(static_cast<std::uint32_t>(versions.size()));
    pin_events.push_back(events);
    Put(Block::kBoards, boards);
    Put(Block::kBoardPins, board_pins);
    Put(Block::kPinKeys, versions);
    Put(Block::kPinEvents, pin_events);
  }

  void WriteEvents(const std::vector<BlockRow>& rows) {
    viewer_bytes_ = limits_.viewers <= 1u << 24 ? 3 : 4;
    std::vector<std::uint16_t> codes;
    codes.reserve(rows.size());
    tables_[Block::kViewers].resize(rows.size() * viewer_bytes_ + 4);
    std::byte* viewer = tables_[Block::kViewers].data();
    std::vector<std::uint32_t> play_pins;
    std::vector<std::uint32_t> play_starts;
    std::vector<std::uint32_t> play_times;
    for (std::uint32_t pin = 0; pin < pins_.size(); ++pin) {
      if (pin + 8 < pins_.size()) {
        __builtin_prefetch(&rows[pins_[pin + 8].first_row]);
        __builtin_prefetch(&rows[pins_[pin + 8].first_row + 4]);
      }
      for (const BlockRow& row : std::span(rows).subspan(pins_[pin].first_row, pins_[pin].rows)) {
        codes.push_back(row.code);
        // The bytes past a short number are the next one's, written after it.
        std::memcpy(viewer, &row.viewer, 4);
        viewer += viewer_bytes_;
        if (!event_code::IsPlayback(row.code)) continue;
        if (play_pins.empty() || play_pins.back() != pin) {
          play_pins.push_back(pin);
          play_starts.push_back(static_cast<std::uint32_t>(play_times.size()));
        }
        play_times.push_back(row.play_ms);
      }
    }
    std::memset(viewer, 0, 4);
    play_starts.push_back(static_cast<std::uint32_t>(play_times.size()));
    Put(Block::kCodes, codes);
    Put(Block::kPlayPins, play_pins);
    Put(Block::kPlayStarts, play_starts);
    Put(Block::kPlayTimes, play_times);
  }

  void WriteSums() {
    std::vector<KindCounts> by_class(class_keys_.size());
    // A cell for every class and combo, unless there are far more of them than events.
    const bool has_cells = class_keys_.size() * event_code::kCombos <= events_ + 4096;
    std::vector<KindCounts> cells(has_cells ? class_keys_.size() * event_code::kCombos : 0);
    std::vector<KindCounts> combos(kPopulations * event_code::kCombos);
    std::vector<std::uint32_t> boards;  // Keys with their population.
    std::vector<PackedSums> board_sums;
    std::array<KindCounts, kPopulations> board;
    std::array<KindCounts, kPopulations> totals;
    std::vector<std::uint32_t> heavy;
    std::vector<PackedSums> heavy_sums;

    const std::uint16_t* code = Get<std::uint16_t>(Block::kCodes);
    const std::uint32_t* play_time = Get<std::uint32_t>(Block::kPlayTimes);
    for (std::uint32_t i = 0; i < pins_.size(); ++i) {
      const PinRows& pin = pins_[i];
      KindCounts* by_combo = has_cells ? &cells[pin.class_index * event_code::kCombos]
                                       : &combos[pin.population() * event_code::kCombos];
      KindCounts of_pin;
      for (const std::uint16_t* end = code + pin.rows; code != end; ++code) {
        const std::uint32_t kind = *code / event_code::kCombos;
        KindCounts& of_combo = by_combo[*code % event_code::kCombos];
        ++of_combo.events[kind];
        ++of_pin.events[kind];
        if (!event_code::IsPlayback(*code)) continue;
        of_combo.play_ms += *play_time;
        of_pin.play_ms += *play_time++;
      }
      if (pin.rows >= Block::kHeavy) {
        heavy.push_back(i);
        heavy_sums.push_back(Pack(of_pin));
      }
      by_class[pin.class_index].Add(of_pin);
      board[pin.population()].Add(of_pin);
      if (i + 1 < pins_.size() && pins_[i + 1].traits.board == pin.traits.board) continue;
      for (std::uint32_t population = 0; population < kPopulations; ++population) {
        const KindCounts counts = std::exchange(board[population], {});
        if (!counts.Any()) continue;
        totals[population].Add(counts);
        boards.push_back(pin.traits.board * kPopulations + population);
        board_sums.push_back(Pack(counts));
      }
    }
    for (std::size_t i = 0; i < kPopulations; ++i) totals_.sums[i] = totals[i].Sums();
    Put(Block::kHeavyPins, heavy);
    Put(Block::kHeavySums, heavy_sums);
    if (has_cells) {
      WriteCells(cells);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::size_t population = class_populations_[i / event_code::kCombos];
        combos[population * event_code::kCombos + i % event_code::kCombos].Add(cells[i]);
      }
    }
    if (Pays(class_keys_.size())) {
      Put(Block::kClassKeys, class_keys_);
      for (const KindCounts& counts : by_class) {
        AppendBytes(tables_[Block::kClassSums], Pack(counts));
      }
    }
    WriteCombos(combos);
    WriteDimensions(combos);
    if (Pays(boards.size())) {
      Put(Block::kBoardKeys, boards);
      Put(Block::kBoardSums, board_sums);
    }
  }

  void WriteCells(const std::vector<KindCounts>& cells) {
    if (!Pays(class_keys_.size())) return;
    std::vector<std::uint32_t> starts;
    std::vector<std::uint16_t> combos;
    std::vector<std::uint32_t> words;
    std::vector<PackedSums> packed(event_code::kCombos);
    for (std::size_t i = 0; i < class_keys_.size(); ++i) {
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

  void WriteDimensions(const std::vector<KindCounts>& combos) {
    if (!Pays(kPopulations * event_code::kDimensionValues)) return;
    std::vector<KindCounts> counts(kPopulations * event_code::kDimensionValues);
    for (std::uint32_t key = 0; key < combos.size(); ++key) {
      const std::uint32_t population = key / event_code::kCombos;
      for (const std::uint32_t value : event_code::ValuesOf(key % event_code::kCombos)) {
        counts[population * event_code::kDimensionValues + value].Add(combos[key]);
      }
    }
    for (const KindCounts& of_value : counts) {
      AppendBytes(tables_[Block::kDimensionSums], Pack(of_value));
    }
  }

  void WriteCombos(const std::vector<KindCounts>& combos) {
    const auto any = [](const KindCounts& counts) { return counts.Any(); };
    if (!Pays(static_cast<std::size_t>(std::count_if(combos.begin(), combos.end(), any)))) return;
    for (std::size_t key = 0; key < combos.size(); ++key) {
      if (!combos[key].Any()) continue;
      AppendBytes(tables_[Block::kComboKeys], static_cast<std::uint16_t>(key));
      AppendBytes(tables_[Block::kComboSums], Pack(combos[key]));
    }
  }

  // Viewers: in its chunk, every event becomes a number that sorts by population, combo, viewer.
  static constexpr std::uint32_t kLowBit = 1;
  static constexpr std::uint32_t kComboBit = kLowBit + 16;
  static constexpr std::uint32_t kPopulationBit = kComboBit + 9;
  static constexpr std::uint32_t kComboMask = (1 << (kPopulationBit - kComboBit)) - 1;
  static constexpr std::uint32_t kKeyBits = kPopulationBit + 1;

  struct Group {
    std::vector<ViewerListCursor::Chunk> chunks;
    std::vector<ViewerListCursor::List> lists;
    std::vector<std::uint16_t> viewers;
  };

  std::uint32_t Viewer(std::size_t event) const {
    std::uint32_t viewer;
    std::memcpy(&viewer, tables_[Block::kViewers].data() + event * viewer_bytes_, sizeof(viewer));
    return viewer_bytes_ == 3 ? viewer & 0xffffff : viewer;
  }

  void WriteViewers() {
    std::vector<std::uint32_t> ends;
    const std::vector<std::uint32_t> keys = KeysByChunk(ends);
    ViewerSetsWriter sets;
    std::array<Group, 4> groups;
    std::vector<std::uint32_t> of_chunk;
    std::vector<std::uint32_t> scratch;
    std::uint32_t begin = 0;
    for (std::uint32_t chunk = 0; chunk < ends.size(); begin = ends[chunk++]) {
      if (begin == ends[chunk]) continue;
      of_chunk.assign(keys.begin() + begin, keys.begin() + ends[chunk]);
      RadixSort(
          of_chunk, scratch, [](std::uint32_t key) { return key; }, kKeyBits);
      WriteChunk(static_cast<std::uint16_t>(chunk), of_chunk, sets, groups);
    }
    tables_[Block::kSets] = sets.Table();
    WriteGroups(groups);
  }

  /// The events of known viewers, those of a chunk together: chunk c ends at `ends[c]`.
  std::vector<std::uint32_t> KeysByChunk(std::vector<std::uint32_t>& ends) const {
    // Counts a chunk's events one place further on: where its first one goes, and from there on.
    std::vector<std::uint32_t> next((limits_.viewers >> 16) + std::size_t{2});
    for (std::size_t i = 0; i < events_; ++i) {
      if (const std::uint32_t viewer = Viewer(i)) ++next[(viewer >> 16) + 1];
    }
    for (std::size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
    std::vector<std::uint32_t> keys(next.back());
    const std::uint16_t* const codes = Get<std::uint16_t>(Block::kCodes);
    std::size_t i = 0;
    for (const PinRows& pin : pins_) {
      for (const std::size_t end = i + pin.rows; i < end; ++i) {
        const std::uint32_t viewer = Viewer(i);
        if (viewer == 0) continue;
        const std::uint32_t engaged = IsEngagementKind(codes[i] / event_code::kCombos) ? 1 : 0;
        keys[next[viewer >> 16]++] = pin.population() << kPopulationBit |
                                     codes[i] % event_code::kCombos << kComboBit |
                                     (viewer & 0xffff) << kLowBit | engaged;
      }
    }
    next.pop_back();
    ends = std::move(next);
    return keys;
  }

  /// Adds a chunk's viewers to sets and lists. `keys` ascend.
  void WriteChunk(std::uint16_t chunk, const std::vector<std::uint32_t>& keys,
                  ViewerSetsWriter& sets, std::array<Group, 4>& groups) {
    for (std::size_t i = 0; i < keys.size();) {
      const std::uint32_t of_list = keys[i] >> kComboBit;
      const auto combo = static_cast<std::uint16_t>(of_list & kComboMask);
      const std::size_t first_set = (keys[i] >> kPopulationBit) * 2;
      const std::array<std::size_t, 2> before = {groups[first_set].viewers.size(),
                                                 groups[first_set + 1].viewers.size()};
      for (; i < keys.size() && keys[i] >> kComboBit == of_list; ++i) {
        // Of a viewer's keys, the last one says whether any is of an engagement.
        if (i + 1 < keys.size() && keys[i + 1] >> kLowBit == keys[i] >> kLowBit) continue;
        const auto low = static_cast<std::uint16_t>(keys[i] >> kLowBit);
        const std::uint32_t engaged = keys[i] & 1;
        const std::uint64_t bit = std::uint64_t{1} << low % 64;
        sets.bits(first_set)[low / 64] |= bit;
        if (engaged != 0) sets.bits(first_set + 1)[low / 64] |= bit;
        groups[first_set + engaged].viewers.push_back(low);
      }
      for (std::size_t engaged = 0; engaged < 2; ++engaged) {
        AddList(chunk, combo, before[engaged], groups[first_set + engaged]);
      }
    }
    CountPeople(sets);
    sets.EndChunk(chunk);
  }

  /// Enters the viewers from `before` on as a list, if there are any.
  static void AddList(std::uint16_t chunk, std::uint16_t combo, std::size_t before, Group& group) {
    const auto count = static_cast<std::uint32_t>(group.viewers.size() - before);
    if (count == 0) return;
    if (group.chunks.empty() || group.chunks.back().chunk != chunk) {
      group.chunks.push_back({chunk, 0, 0});
    } else {
      ++group.chunks.back().lists_less_1;
    }
    group.chunks.back().viewers += count;
    group.lists.push_back({combo, static_cast<std::uint16_t>(count - 1)});
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

  void WriteGroups(const std::array<Group, 4>& groups) {
    std::array<std::vector<std::byte>, 4> parts;
    for (std::size_t i = 0; i < 4; ++i) {
      const Group& group = groups[i];
      AppendBytes(parts[i],
                  std::array<std::uint32_t, 2>{static_cast<std::uint32_t>(group.chunks.size()),
                                               static_cast<std::uint32_t>(group.lists.size())});
      AppendAll(parts[i], group.chunks);
      AppendAll(parts[i], group.lists);
      Pad(parts[i]);
      AppendAll(parts[i], group.viewers);
      Pad(parts[i]);
    }
    tables_[Block::kLists] = TableOfParts(parts);
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
  std::vector<PinRows> pins_;  ///< In the order of the block.
  /// The classes that occur, ascending, and the population of each.
  std::vector<std::uint32_t> class_keys_;
  std::vector<std::uint32_t> class_populations_;
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
