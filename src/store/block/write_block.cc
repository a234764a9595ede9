#include "store/block/write_block.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <utility>

#include "absl/base/macros.h"
#include "store/block/bit_sliced_codes.h"
#include "store/block/block_format.h"
#include "store/block/block_rows.h"
#include "store/block/elements.h"
#include "store/block/event_code.h"
#include "store/block/open_block.h"
#include "store/block/sections.h"
#include "store/block/write_viewers.h"
#include "store/kernels/radix_sort.h"

namespace pinmetrics {
namespace {

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
    for (std::uint32_t kind = 0; kind < events.size(); ++kind) {
      CountEvents(kind, events[kind], sums);
    }
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

/// Sums spare a query the events. Where those of a projection would take more than 2 bytes an
/// event, about what the events' codes take, scanning these is as good.
constexpr std::size_t kSumBytes = sizeof(PackedSums) + 4;
constexpr std::size_t kPaidBytes = 2;
constexpr bool Pays(std::size_t sums, std::size_t events) {
  return sums * kSumBytes <= events * kPaidBytes;
}

/// The sums of a projection, while a block is written.
class NewSums {
 public:
  explicit NewSums(std::size_t events) : events_(events) {}

  /// Keys ascend; those without events are left off.
  void Add(std::uint32_t key, const KindCounts& counts) {
    if (!pays() || !counts.Any()) return;
    keys_.push_back(key);
    sums_.push_back(Pack(counts));
  }
  /// Whether a block has them. What is added after they did not pay is not kept.
  bool pays() const { return Pays(keys_.size(), events_); }
  const std::vector<std::uint32_t>& keys() const { return keys_; }
  const std::vector<PackedSums>& sums() const { return sums_; }

 private:
  std::size_t events_;
  std::vector<std::uint32_t> keys_;
  std::vector<PackedSums> sums_;
};

constexpr std::size_t CellsOf(std::size_t classes) { return classes * event_code::kCombos; }
constexpr std::size_t MostCells(std::size_t events) { return events + 4096; }

}  // namespace

/// Collects the tables of one block, then lays them out.
class BlockBuilder {
 public:
  BlockBuilder(absl::CivilDay day, const BlockLimits& limits,
               const std::function<PinTraits(std::uint32_t)>& traits)
      : day_(day), limits_(limits), traits_(traits) {}

  std::shared_ptr<const PackedBlock> Write(std::span<const std::span<const BlockRow>> parts) {
    for (const std::span<const BlockRow> part : parts) events_ += part.size();
    ABSL_ASSERT(events_ <= kMostBlockEvents);
    SortRows(parts);
    FindPins();
    FindClasses();
    WritePins();
    WriteEvents();
    rows_ = RowRoom();
    WriteSums();
    WriteViewerTables();
    return Assemble();
  }

 private:
  template <typename T>
  void Put(Block::Table table, const std::vector<T>& values) {
    AppendAll(tables_[table], values);
  }

  /// What was put into a table of numbers.
  template <typename T>
  const T* Get(Block::Table table) const {
    return ElementsAt<T>(tables_[table].data());
  }

  void PutSums(Block::Projection projection, const NewSums& sums) {
    if (!sums.pays()) return;
    Put(Block::KeysOf(projection), sums.keys());
    Put(Block::SumsOf(projection), sums.sums());
  }

  /// By Pin version and code.
  void SortRows(std::span<const std::span<const BlockRow>> parts) {
    constexpr std::uint32_t kBitSlicedCodes = std::bit_width(event_code::kCodes - 1);
    const std::uint32_t bits = kBitSlicedCodes + BitsBelow(limits_.pins);
    const auto key = [](const BlockRow& row) {
      return std::uint64_t{row.pin} << kBitSlicedCodes | row.code;
    };
    // First into pieces by the first digit, so that each of the other passes, of which there are
    // more, is over as much as stays in the nearer caches.
    constexpr std::size_t kPiece = 4096;
    const std::uint32_t first_bits = events_ > kPiece ? std::min(8u, bits) : 0;
    rows_ = RowRoom(events_);
    const auto ends = RadixPass(parts, rows_.data(), key, bits - first_bits, first_bits);
    std::vector<BlockRow> scratch;
    std::uint32_t begin = 0;
    for (std::uint32_t piece = 0; piece < 1u << first_bits; ++piece) {
      const std::span<BlockRow> rows(rows_.data() + begin, ends[piece] - begin);
      scratch.resize(std::max(scratch.size(), rows.size()));
      const std::span<BlockRow> other = std::span(scratch).first(rows.size());
      if (RadixPasses(rows, other, key, bits - first_bits)) std::ranges::copy(other, rows.begin());
      begin = ends[piece];
    }
  }

  /// Finds the Pins that occur, and puts those of a board together.
  void FindPins() {
    const std::span<const BlockRow> rows(rows_.data(), events_);
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
    std::vector<std::uint32_t> starts;
    std::uint32_t events = 0;
    for (const PinRows& pin : pins_) {
      if (boards.empty() || boards.back() != pin.traits.board) {
        boards.push_back(pin.traits.board);
        board_pins.push_back(static_cast<std::uint32_t>(versions.size()));
      }
      versions.push_back(pin.version);
      starts.push_back(events);
      events += pin.rows;
    }
    board_pins.push_back(static_cast<std::uint32_t>(versions.size()));
    starts.push_back(events);
    Put(Block::kBoards, boards);
    Put(Block::kBoardPins, board_pins);
    Put(Block::kPinKeys, versions);
    WriteStarts(starts);
  }

  /// As many Pins share a base as have offsets of 16 bits.
  void WriteStarts(const std::vector<std::uint32_t>& starts) {
    const auto base_of = [&](std::size_t pin) { return starts[pin >> base_shift_ << base_shift_]; };
    const auto all_fit = [&] {
      for (std::size_t pin = 0; pin < starts.size(); ++pin) {
        if (starts[pin] - base_of(pin) > std::numeric_limits<std::uint16_t>::max()) return false;
      }
      return true;
    };
    base_shift_ = PinStarts::kMostShift;
    while (!all_fit()) --base_shift_;
    std::vector<std::uint32_t> bases;
    std::vector<std::uint16_t> offsets;
    offsets.reserve(starts.size());
    for (std::size_t pin = 0; pin < starts.size(); ++pin) {
      if (pin >> base_shift_ == bases.size()) bases.push_back(starts[pin]);
      offsets.push_back(static_cast<std::uint16_t>(starts[pin] - base_of(pin)));
    }
    Put(Block::kPinBases, bases);
    Put(Block::kPinOffsets, offsets);
  }

  void WriteEvents() {
    const std::span<const BlockRow> rows(rows_.data(), events_);
    viewer_bytes_ = limits_.viewers <= 1u << 24 ? 3 : 4;
    codes_.reserve(rows.size());
    tables_[Block::kViewers].resize(rows.size() * viewer_bytes_ + 4);
    std::byte* viewer = tables_[Block::kViewers].data();
    std::vector<std::uint32_t> play_pins;
    std::vector<std::uint32_t> play_starts;
    std::vector<std::uint32_t> play_times;
    for (std::uint32_t pin = 0; pin < pins_.size(); ++pin) {
      if (pin + 8 < pins_.size()) __builtin_prefetch(rows.data() + pins_[pin + 8].first_row);
      for (const BlockRow& row : rows.subspan(pins_[pin].first_row, pins_[pin].rows)) {
        codes_.push_back(row.code);
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
    Put(Block::kBitSlicedCodes, SliceCodes(codes_));
    Put(Block::kPlayPins, play_pins);
    Put(Block::kPlayStarts, play_starts);
    Put(Block::kPlayTimes, play_times);
  }

  void WriteSums() {
    const bool has_classes = Pays(class_keys_.size(), events_);
    std::vector<KindCounts> by_class(has_classes ? class_keys_.size() : 0);
    // A cell for every class and combo, unless there are far more of them than events.
    const bool has_cells = has_classes && CellsOf(class_keys_.size()) <= MostCells(events_);
    std::vector<KindCounts> cells(has_cells ? CellsOf(class_keys_.size()) : 0);
    std::vector<KindCounts> combos(kPopulations * event_code::kCombos);
    NewSums by_board(events_);
    std::array<KindCounts, kPopulations> board;
    std::array<KindCounts, kPopulations> totals;
    NewSums by_heavy_pin(events_);  // As many events as they have pay for them.

    const std::uint16_t* code = codes_.data();
    const auto* play_time = Get<std::uint32_t>(Block::kPlayTimes);
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
      if (pin.rows >= Block::kHeavy) by_heavy_pin.Add(i, of_pin);
      if (has_classes) by_class[pin.class_index].Add(of_pin);
      board[pin.population()].Add(of_pin);
      if (i + 1 < pins_.size() && pins_[i + 1].traits.board == pin.traits.board) continue;
      for (std::uint32_t population = 0; population < kPopulations; ++population) {
        const KindCounts counts = std::exchange(board[population], {});
        totals[population].Add(counts);
        by_board.Add(pin.traits.board * kPopulations + population, counts);
      }
    }
    for (std::size_t i = 0; i < kPopulations; ++i) totals_.sums[i] = totals[i].Sums();
    if (has_cells) {
      WriteCells(cells);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::size_t population = class_populations_[i / event_code::kCombos];
        combos[population * event_code::kCombos + i % event_code::kCombos].Add(cells[i]);
      }
    }
    NewSums of_classes(events_);
    for (std::size_t i = 0; i < by_class.size(); ++i) of_classes.Add(class_keys_[i], by_class[i]);
    NewSums by_combo(events_);
    for (std::uint32_t key = 0; key < combos.size(); ++key) by_combo.Add(key, combos[key]);
    PutSums(Block::kByCombo, by_combo);
    PutSums(Block::kByDimension, SumUpDimensions(combos));
    PutSums(Block::kByClass, of_classes);
    PutSums(Block::kByBoard, by_board);
    PutSums(Block::kByHeavyPin, by_heavy_pin);
  }

  void WriteCells(const std::vector<KindCounts>& cells) {
    std::vector<std::uint32_t> starts;
    std::vector<std::uint16_t> combos;
    std::vector<std::uint32_t> words;
    const auto pay = [&] {
      return words.size() * (sizeof(std::uint16_t) + sizeof(std::uint32_t)) <= events_ * 2;
    };
    std::vector<PackedSums> packed(event_code::kCombos);
    for (std::size_t i = 0; i < class_keys_.size() && pay(); ++i) {
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
    if (!pay()) return;
    Put(Block::kClassWords, starts);
    Put(Block::kCellCombos, combos);
    Put(Block::kCellWords, words);
  }

  NewSums SumUpDimensions(const std::vector<KindCounts>& combos) const {
    std::vector<KindCounts> counts(kPopulations * event_code::kDimensionValues);
    for (std::uint32_t key = 0; key < combos.size(); ++key) {
      const std::uint32_t population = key / event_code::kCombos;
      for (const std::uint32_t value : event_code::ValuesOf(key % event_code::kCombos)) {
        counts[population * event_code::kDimensionValues + value].Add(combos[key]);
      }
    }
    NewSums by_dimension(events_);
    for (std::uint32_t key = 0; key < counts.size(); ++key) by_dimension.Add(key, counts[key]);
    return by_dimension;
  }

  void WriteViewerTables() {
    const bool has_classes = !class_keys_.empty() && Pays(class_keys_.size(), events_) &&
                             class_keys_.size() <= Block::kMaxListClasses;
    ViewerTables written = WriteViewers({.pins = pins_,
                                         .codes = codes_,
                                         .viewers = tables_[Block::kViewers].data(),
                                         .viewer_bytes = viewer_bytes_,
                                         .viewer_limit = limits_.viewers},
                                        has_classes);
    viewers_[0] = std::move(written.sets);
    viewers_[1] = std::move(written.lists);
    viewers_[2] = std::move(written.list_classes);
    totals_.viewers = written.viewer_counts;
    totals_.engaged = written.engaged_counts;
  }

  std::shared_ptr<const PackedBlock> Assemble() {
    AppendBytes(
        tables_[Block::kDay],
        DayFacts{.day = day_ - absl::CivilDay(1970, 1, 1),
                 .events = static_cast<std::uint32_t>(events_),
                 .viewer_bytes = static_cast<std::uint16_t>(viewer_bytes_),
                 .base_shift = static_cast<std::uint16_t>(base_shift_),
                 .limits = {limits_.pins, limits_.classes, limits_.boards, limits_.viewers}});
    AppendBytes(tables_[Block::kTotals], totals_);
    std::vector<NewSection> sections;
    for (std::uint32_t i = 0; i < Block::kTables; ++i) {
      for (std::uint32_t part = 0; part < Block::PartsOf(static_cast<Block::Table>(i)); ++part) {
        std::vector<std::byte>& bytes =
            i < Block::kSets ? tables_[i] : viewers_[i - Block::kSets][part];
        if (bytes.empty() && !kTableForms[i].is_required) continue;
        sections.push_back({kTableForms[i].number, part, std::move(bytes)});
      }
    }
    return std::make_shared<const PackedBlock>(WriteSections(sections));
  }

  absl::CivilDay day_;
  BlockLimits limits_;
  const std::function<PinTraits(std::uint32_t)>& traits_;
  std::size_t events_ = 0;
  std::uint32_t viewer_bytes_ = 4;
  std::uint32_t base_shift_ = 0;
  RowRoom rows_;               ///< By Pin version and code, until they are written.
  std::vector<PinRows> pins_;  ///< In the order of the block.
  std::vector<std::uint16_t> codes_;
  /// The classes that occur, ascending, and the population of each.
  std::vector<std::uint32_t> class_keys_;
  std::vector<std::uint32_t> class_populations_;
  Block::Totals totals_;
  std::array<std::vector<std::byte>, Block::kSets> tables_;
  std::array<ViewerTables::Parts, Block::kTables - Block::kSets> viewers_;
};

PackedBlock::PackedBlock(BlockBytes bytes)
    : bytes_(std::move(bytes)), block_(ViewBlock(bytes_.bytes())) {
  // In debug builds only: all of a block's checks take an eighth of the time that packing it does.
  ABSL_ASSERT(OpenBlock(bytes_.bytes()).ok());
}

std::shared_ptr<const PackedBlock> WriteBlock(
    absl::CivilDay day, std::span<const std::span<const BlockRow>> parts, const BlockLimits& limits,
    const std::function<PinTraits(std::uint32_t)>& traits) {
  return BlockBuilder(day, limits, traits).Write(parts);
}

std::shared_ptr<const PackedBlock> WriteBlock(
    absl::CivilDay day, std::span<const BlockRow> rows, const BlockLimits& limits,
    const std::function<PinTraits(std::uint32_t)>& traits) {
  return WriteBlock(day, std::span(&rows, 1), limits, traits);
}

std::size_t MostBytesToPack(std::size_t events, const BlockLimits& limits) {
  constexpr std::size_t kFixed = std::size_t{60} << 10;  // Most for combos.
  // While events are sorted and their viewers written; and while they are counted.
  constexpr std::size_t kEach = 56;
  constexpr std::size_t kEachCounted = 28;
  // Lists of Pins double and are sorted from one place to another.
  constexpr std::size_t kPin = 100;
  // Four counters for each chunk of viewers that there can be.
  constexpr std::size_t kChunk = 4 * sizeof(std::uint32_t);
  const std::size_t classes =
      std::min<std::size_t>(limits.classes, events * kPaidBytes / kSumBytes);
  const std::size_t cells = std::min(CellsOf(classes), MostCells(events)) * sizeof(KindCounts);
  return kFixed + (limits.viewers >> 16) * kChunk +
         std::max(events * kEach, events * kEachCounted + cells) +
         std::min<std::size_t>(events, limits.pins) * kPin;
}

void UnpackRows(const Block& block, std::vector<BlockRow>& rows) {
  const auto pins = block.Get<std::uint32_t>(Block::kPinKeys);
  const PinStarts events = block.pin_starts();
  CodeReader codes(block.codes());
  // Playbacks stand in the order of the events.
  const std::uint32_t* play_time = block.Get<std::uint32_t>(Block::kPlayTimes).data();
  rows.reserve(rows.size() + block.events());
  for (std::size_t pin = 0; pin < pins.size(); ++pin) {
    for (std::uint32_t i = events[pin]; i < events[pin + 1]; ++i) {
      const std::uint16_t code = codes[i];
      const std::uint32_t play_ms = event_code::IsPlayback(code) ? *play_time++ : 0;
      rows.push_back(
          {.pin = pins[pin], .viewer = block.viewer(i), .play_ms = play_ms, .code = code});
    }
  }
}

}  // namespace pinmetrics
