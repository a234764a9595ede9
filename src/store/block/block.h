#ifndef PINMETRICS_SRC_STORE_BLOCK_BLOCK_H_
#define PINMETRICS_SRC_STORE_BLOCK_BLOCK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "absl/time/civil_time.h"
#include "store/block/elements.h"
#include "store/block/event_code.h"

/// One packed day: a contiguous, position-independent span of bytes that queries read in place. The
/// layout, table by table, is in docs/block-format.md. Pin versions, classes, boards and viewers
/// are the dense numbers that the store gave them.

namespace pinmetrics {

/// Where the events of each Pin of a block start: at a base that it shares with its neighbours, and
/// an offset from there. A view.
class PinStarts {
 public:
  /// The most Pins that share a base, as a power of two.
  static constexpr std::uint32_t kMostShift = 6;

  PinStarts(std::span<const std::uint32_t> bases, std::span<const std::uint16_t> offsets,
            std::uint32_t shift)
      : bases_(bases.data()), offsets_(offsets.data()), size_(offsets.size()), shift_(shift) {}

  /// The first event of a Pin, by its index; one past the last Pin, the number of events.
  std::uint32_t operator[](std::size_t pin) const { return bases_[pin >> shift_] + offsets_[pin]; }
  /// One more than the Pins.
  std::size_t size() const { return size_; }
  /// Has memory fetch what is read for a Pin.
  [[gnu::always_inline]] void Fetch(std::size_t pin) const {
    __builtin_prefetch(bases_ + (pin >> shift_));
    __builtin_prefetch(offsets_ + pin);
  }

 private:
  const std::uint32_t* bases_;
  const std::uint16_t* offsets_;
  std::size_t size_;
  std::uint32_t shift_;
};

/// A validated block. A view: the bytes must outlive it unchanged. Const use from many threads is
/// safe.
class Block {
 public:
  /// The tables of a block. Each is a section of the block, or four of them.
  enum Table : std::uint32_t {
    kDay,     ///< `DayFacts` of `block_format.h`.
    kTotals,  ///< `Totals`.
    // Keys and sums of each `Projection`, in their order.
    kComboKeys,
    kComboSums,
    kDimensionKeys,
    kDimensionSums,
    kClassKeys,
    kClassSums,
    kBoardKeys,
    kBoardSums,
    kHeavyPins,
    kHeavySums,
    kClassWords,  ///< u32: where cells of class i with word j begin, at i * 13 + j; their number.
    kCellCombos,  ///< u16 of each, ascending within a class and word. Absent where too many.
    kCellWords,   ///< u32: word j of the PackedSums of a class and combo, if it is not 0.
    kBoards,      ///< u32, ascending: the boards that occur.
    kBoardPins,   ///< u32, one more than boards: where each one's Pins begin.
    kPinKeys,     ///< u32: the Pin versions that occur, by board, ascending within one.
    kPinBases,    ///< u32: what `pin_starts` of Pins that share a base have in common.
    kPinOffsets,  ///< u16, one more than Pins: what each one's adds to it.
    kBitSlicedCodes,  ///< u64, 28 for 128 events: the code of each; by Pin, within a Pin ascending.
    kViewers,         ///< The viewer of each event, in `viewer_bytes` bytes each.
    kPlayPins,        ///< u32, ascending: indices of Pins with playbacks.
    kPlayStarts,      ///< u32, one more than those: where each one's play times begin.
    kPlayTimes,       ///< u32 milliseconds of each playback, in the order of the events.
    // Of these there are four: `population * 2 + engaged`.
    kSets,         ///< Viewer sets.
    kLists,        ///< Viewers by combo: those engaged there, the rest.
    kListClasses,  ///< u8 for each viewer of the lists: the index of a class. Absent in small
                   ///< blocks.
    kTables,
  };
  static std::string_view TableName(Table table);

  static constexpr std::uint32_t kViewerParts = 4;
  /// How many sections a table has.
  static constexpr std::uint32_t PartsOf(Table table) { return table < kSets ? 1 : kViewerParts; }

  /// By what the day's events are summed up: sides of one cube.
  enum Projection : std::uint32_t {
    kByCombo,      ///< Keys are population * kCombos + combo.
    kByDimension,  ///< population * kDimensionValues + value: each event once for each dimension.
    kByClass,      ///< Pin classes.
    kByBoard,      ///< board * kPopulations + population.
    kByHeavyPin,   ///< Indices of the Pins with at least `kHeavy` events, and of no others.
    kProjections,
  };
  static constexpr Table KeysOf(Projection projection) {
    return static_cast<Table>(kComboKeys + 2 * projection);
  }
  static constexpr Table SumsOf(Projection projection) {
    return static_cast<Table>(kComboSums + 2 * projection);
  }

  /// The sums of one: for each key that has events, ascending. None at all where they would take
  /// more bytes than they spare a query, in small blocks.
  struct KeyedSums {
    std::span<const std::uint32_t> keys;
    std::span<const PackedSums> sums;

    bool empty() const { return keys.empty(); }
  };

  static constexpr std::uint32_t kHeavy = 32;
  /// Blocks of more classes have no `kListClasses`.
  static constexpr std::uint32_t kMaxListClasses = 128;

  struct Totals {
    std::array<CounterSums, kPopulations> sums = {};  ///< By population.
    /// Distinct viewers: [0] of the first population alone, [1] of both.
    std::array<std::uint64_t, 2> viewers = {};
    std::array<std::uint64_t, 2> engaged = {};
  };

  /// The day, and how many events were packed.
  absl::CivilDay day() const;
  std::uint32_t events() const { return events_; }
  /// Every Pin version, class, board and viewer number in the block is below these.
  std::uint32_t pin_limit() const { return limits_[0]; }
  std::uint32_t class_limit() const { return limits_[1]; }
  std::uint32_t board_limit() const { return limits_[2]; }
  std::uint32_t viewer_limit() const { return limits_[3]; }

  const Totals& totals() const { return *ElementsAt<Totals>(At(kTotals).data()); }

  /// A table of numbers or sums; empty if absent.
  template <typename T>
  std::span<const T> Get(Table table) const {
    return ElementsOf<T>(At(table));
  }

  KeyedSums Sums(Projection projection) const {
    return {Get<std::uint32_t>(KeysOf(projection)), Get<PackedSums>(SumsOf(projection))};
  }

  /// Where the events of each of `kPinKeys` start.
  PinStarts pin_starts() const {
    return {Get<std::uint32_t>(kPinBases), Get<std::uint16_t>(kPinOffsets), base_shift_};
  }

  /// The code of an event, as in `event_code`; events count from 0.
  std::uint16_t code(std::uint32_t event) const;
  /// The viewer of an event; 0 is an unknown one.
  std::uint32_t viewer(std::uint32_t event) const {
    std::uint32_t number;
    std::memcpy(&number, viewers_ + std::size_t{event} * viewer_bytes_, sizeof(number));
    return number & viewer_mask_;
  }

  /// The bit-sliced codes of all events.
  std::span<const std::uint64_t> codes() const { return Get<std::uint64_t>(kBitSlicedCodes); }

  /// Whether the viewers of the lists have classes.
  bool has_list_classes() const { return BytesOf(kListClasses) > 0; }

  std::span<const std::byte> bytes() const { return bytes_; }
  /// A section; empty if absent.
  std::span<const std::byte> At(Table table, std::uint32_t part = 0) const {
    return sections_[Place(table, part)];
  }
  /// What a table takes, all its parts together.
  std::size_t BytesOf(Table table) const {
    std::size_t bytes = 0;
    for (std::uint32_t part = 0; part < PartsOf(table); ++part) bytes += At(table, part).size();
    return bytes;
  }

 private:
  friend class BlockReader;

  static constexpr std::size_t Place(std::uint32_t table, std::uint32_t part) {
    return table <= kSets ? table + part : kSets + (table - kSets) * kViewerParts + part;
  }

  std::span<const std::byte> bytes_;
  std::array<std::span<const std::byte>, kSets + (kTables - kSets) * kViewerParts> sections_;
  std::uint32_t events_ = 0;
  std::array<std::uint32_t, 4> limits_ = {};
  const std::byte* viewers_ = nullptr;
  std::uint32_t viewer_bytes_ = 4;
  std::uint32_t viewer_mask_ = 0xffffffff;
  std::uint32_t base_shift_ = 0;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_BLOCK_H_
