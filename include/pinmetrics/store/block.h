#ifndef PINMETRICS_STORE_BLOCK_H_
#define PINMETRICS_STORE_BLOCK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "pinmetrics/metrics/tally.h"

/// One packed day: a contiguous, position-independent span of bytes that queries read in place. The
/// layout, table by table, is in docs/block-format.md. Pin versions, classes, boards and viewers
/// are the dense numbers that the store gave them.

namespace pinmetrics {

/// A set of events has two populations: those on Pins that are not `saved`, and those on Pins that
/// are. Most queries want the first alone.
inline constexpr std::uint32_t kPopulations = 2;

/// What one event counts as: its action (with the thresholds that a playback met) and its four
/// dimensions, in one number. Frozen: blocks persist it.
namespace event_code {

/// Actions but playback, then playbacks by (video view) + 2 (10-second play) + 4 (played to 95 %).
inline constexpr std::uint32_t kKinds = 15;
inline constexpr std::uint32_t kFirstPlaybackKind = 7;
/// The combinations of device, content type, age and gender.
inline constexpr std::uint32_t kCombos = 4 * 3 * 8 * 3;
inline constexpr std::uint32_t kCodes = kKinds * kCombos;

constexpr std::uint32_t Combo(std::uint32_t device, std::uint32_t content_type, std::uint32_t age,
                              std::uint32_t gender) {
  return ((device * 3 + content_type) * 8 + age) * 3 + gender;
}
/// The values of the four dimensions in a row, in the order of `Dimension`: 3 content types, 4
/// devices, 8 ages, 3 genders.
inline constexpr std::uint32_t kDimensionValues = 3 + 4 + 8 + 3;
/// Where those of each dimension begin.
inline constexpr std::array<std::uint32_t, 4> kFirstValue = {0, 3, 7, 15};
/// What the next value of each adds to a combo.
inline constexpr std::array<std::uint32_t, 4> kComboSteps = {24, 72, 3, 1};
/// The values of a combo, as indices among them.
constexpr std::array<std::uint32_t, 4> ValuesOf(std::uint32_t combo) {
  return {combo / 24 % 3, kFirstValue[1] + combo / 72, kFirstValue[2] + combo / 3 % 8,
          kFirstValue[3] + combo % 3};
}

constexpr std::uint16_t Code(std::uint32_t kind, std::uint32_t combo) {
  return static_cast<std::uint16_t>(kind * kCombos + combo);
}
constexpr bool IsPlayback(std::uint32_t code) { return code >= kFirstPlaybackKind * kCombos; }

}  // namespace event_code

/// The twelve counters of a `Tally` as blocks store them: eleven in 32 bits, the play time in 64.
struct PackedSums {
  static constexpr std::size_t kWords = 13;
  std::array<std::uint32_t, kWords> words = {};

  std::uint64_t play_ms() const { return words[11] | std::uint64_t{words[12]} << 32; }
};

/// Counters that are being added up.
using CounterSums = std::array<std::int64_t, Tally::kCounters>;

inline void AddSums(const PackedSums& sums, CounterSums& to) {
  for (std::size_t i = 0; i < 11; ++i) to[i] += sums.words[i];
  to[11] += static_cast<std::int64_t>(sums.play_ms());
}

/// A validated block. A view: the bytes must outlive it unchanged. Const use from many threads is
/// safe.
class Block {
 public:
  /// The tables of a block, in file order. Frozen.
  enum Table : std::uint32_t {
    kTotals,         ///< `Totals`.
    kComboKeys,      ///< u16, ascending: population * kCombos + combo. Absent in small blocks.
    kComboSums,      ///< PackedSums of each.
    kDimensionSums,  ///< PackedSums: population * kDimensionValues + value. Absent in small blocks.
    kClassKeys,      ///< u32, ascending: the Pin classes that occur. Absent in small blocks.
    kClassSums,      ///< PackedSums of each.
    kClassWords,   ///< u32: where cells of class i with word j begin, at i * 13 + j; their number.
    kCellCombos,   ///< u16 of each, ascending within a class and word. Absent where too many.
    kCellWords,    ///< u32: word j of the PackedSums of a class and combo, if it is not 0.
    kBoardKeys,    ///< u32, ascending: board * 2 + population. Absent in small blocks.
    kBoardSums,    ///< PackedSums of each.
    kBoards,       ///< u32, ascending: the boards that occur.
    kBoardPins,    ///< u32, one more than boards: where each one's Pins begin.
    kPinKeys,      ///< u32: the Pin versions that occur, by board, ascending within one.
    kPinEvents,    ///< u32, one more than Pins: where each one's events begin.
    kHeavyPins,    ///< u32, ascending: indices of Pins with at least `kHeavy` events.
    kHeavySums,    ///< PackedSums of each.
    kCodes,        ///< u16 of each event; by Pin, within a Pin ascending.
    kViewers,      ///< The viewer of each event, in `viewer_bytes` bytes each.
    kPlayPins,     ///< u32, ascending: indices of Pins with playbacks.
    kPlayStarts,   ///< u32, one more than those: where each one's play times begin.
    kPlayTimes,    ///< u32 milliseconds of each playback, in the order of the events.
    kSets,         ///< Four viewer sets: population * 2 + engaged.
    kLists,        ///< Four groups of viewers by combo, as the sets; those engaged, the rest.
    kListClasses,  ///< u8 for each viewer of the lists: the index of a class. Absent in small
                   ///< blocks.
    kTables,
  };
  static std::string_view TableName(Table table);

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

  const Totals& totals() const { return *reinterpret_cast<const Totals*>(At(kTotals).data()); }

  /// A table of numbers or sums; empty if absent.
  template <typename T>
  std::span<const T> Get(Table table) const {
    const std::span<const std::byte> bytes = At(table);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }

  std::uint32_t viewer(std::uint32_t event) const {
    std::uint32_t number;
    std::memcpy(&number, viewers_ + std::size_t{event} * viewer_bytes_, sizeof(number));
    return number & viewer_mask_;
  }

  std::span<const std::byte> bytes() const { return bytes_; }
  std::span<const std::byte> At(Table table) const { return tables_[table]; }

 private:
  friend absl::StatusOr<Block> OpenBlock(std::span<const std::byte> bytes);
  friend class BlockReader;

  std::span<const std::byte> bytes_;
  std::array<std::span<const std::byte>, kTables> tables_;
  std::uint32_t events_ = 0;
  std::array<std::uint32_t, 4> limits_ = {};
  const std::byte* viewers_ = nullptr;
  std::uint32_t viewer_bytes_ = 4;
  std::uint32_t viewer_mask_ = 0xffffffff;
};

/// Validates a block: after this no read of it is out of bounds. The bytes must start at an address
/// that is a multiple of 8. InvalidArgument says what is wrong and where. Takes no memory that
/// grows with the block; reads it all once.
absl::StatusOr<Block> OpenBlock(std::span<const std::byte> bytes);

/// Viewers are kept in chunks of 65 536 by their upper 16 bits, so that sets of any density union
/// in a small scratch bitmap.
inline constexpr std::size_t kChunkViewers = 65'536;
inline constexpr std::size_t kChunkWords = kChunkViewers / 64;

/// Reads a set of `Block::kSets`, chunk by chunk, ascending.
class ViewerSetCursor {
 public:
  ViewerSetCursor() = default;
  /// `set` is population * 2 + engaged.
  ViewerSetCursor(const Block& block, std::uint32_t set);
  /// Of a table in the form of `Block::kSets` that was checked before.
  ViewerSetCursor(std::span<const std::byte> table, std::uint32_t set);

  bool done() const { return next_ == chunks_.size(); }
  std::uint32_t chunk() const { return chunks_[next_].chunk; }
  std::uint32_t count() const { return chunks_[next_].count_less_1 + std::uint32_t{1}; }
  /// The chunk's bitmap of `kChunkWords`, or null if it is stored as an array.
  const std::uint64_t* bitmap() const;
  /// The chunk's viewers, ascending; empty if it is stored as a bitmap.
  std::span<const std::uint16_t> array() const;
  void Next();

  /// Chunks with at most this many viewers are arrays of 16-bit numbers, others bitmaps.
  static constexpr std::uint32_t kMaxArray = 4096;

 private:
  friend class BlockReader;
  friend class ViewerSetsWriter;
  struct Chunk {
    std::uint16_t chunk;
    std::uint16_t count_less_1;
  };
  std::size_t payload_bytes() const;

  std::span<const Chunk> chunks_;
  std::size_t next_ = 0;
  const std::byte* payload_ = nullptr;
};

/// Some combos, for reading lists of theirs.
class ComboSet {
 public:
  /// Combos `first` to before `end`.
  struct Run {
    std::uint32_t first;
    std::uint32_t end;
  };

  /// Combos are added in ascending order.
  void Add(std::uint32_t combo) {
    has_[combo] = 1;
    if (!runs_.empty() && runs_.back().end == combo) {
      ++runs_.back().end;
    } else {
      runs_.push_back({combo, combo + 1});
    }
  }

  bool empty() const { return runs_.empty(); }
  bool Has(std::uint32_t combo) const { return has_[combo] != 0; }
  /// The same as runs that are as long as can be.
  const std::vector<Run>& runs() const { return runs_; }

 private:
  std::array<std::uint8_t, event_code::kCombos> has_ = {};
  std::vector<Run> runs_;
};

/// Reads a group of `Block::kLists`, chunk by chunk, ascending: in each chunk the viewers that
/// occur with each combo, by combo. Where the block has `kListClasses`, a viewer stands once for
/// each class of Pins with the combo, else once. One who engaged there is in the engaged group
/// only.
class ViewerListCursor {
 public:
  ViewerListCursor() = default;
  /// `group` is population * 2 + engaged.
  ViewerListCursor(const Block& block, std::uint32_t group);

  bool done() const { return chunks_left_ == 0; }
  std::uint32_t chunk() const { return chunk_->chunk; }
  /// In all lists of the chunk.
  std::uint32_t viewers() const { return chunk_->viewers; }
  /// Calls `see(viewers, classes)` with spans of the viewers whose combo is in the set, and where
  /// the classes of each span's stand; null if the block has none. A span has one list or several
  /// that are neighbours, and each list ascends.
  template <typename See>
  void VisitPassing(const ComboSet& combos, See see) const;
  /// Fetches the memory that `VisitPassing` will read.
  void Prefetch(const ComboSet& combos) const;
  void Next();

  /// Chunks with at most this many lists name each with its length; others have where the list of
  /// every combo starts, unless that takes more than 16 bits.
  static constexpr std::uint32_t kMaxNamedLists = 144;

 private:
  friend class BlockReader;
  friend class BlockWriter;
  struct List {
    static constexpr std::uint32_t kComboBits = 9;
    std::uint32_t bits;

    static List Of(std::uint32_t combo, std::uint32_t count) {
      return {combo | (count - 1) << kComboBits};
    }
    std::uint32_t combo() const { return bits % (1u << kComboBits); }
    std::uint32_t count() const { return (bits >> kComboBits) + 1; }
  };
  /// Of each combo's list, among the chunk's viewers; then their number, and a 0.
  using Starts = std::array<std::uint16_t, event_code::kCombos + 2>;
  struct Chunk {
    std::uint16_t chunk;
    std::uint16_t lists_less_1;
    std::uint32_t viewers;

    bool names_lists() const {
      return lists_less_1 < kMaxNamedLists || viewers > std::numeric_limits<std::uint16_t>::max();
    }
    std::size_t directory_bytes() const {
      return names_lists() ? (lists_less_1 + std::size_t{1}) * sizeof(List) : sizeof(Starts);
    }
  };

  const List* lists() const { return reinterpret_cast<const List*>(directory_); }
  const Starts& starts() const { return *reinterpret_cast<const Starts*>(directory_); }

  const Chunk* chunk_ = nullptr;
  std::size_t chunks_left_ = 0;
  const std::byte* directory_ = nullptr;
  const std::uint16_t* viewers_ = nullptr;
  const std::uint8_t* classes_ = nullptr;
};

// ---- implementation ----

template <typename See>
void ViewerListCursor::VisitPassing(const ComboSet& combos, See see) const {
  const auto visit = [&](std::size_t begin, std::size_t end) {
    if (begin == end) return;
    see(std::span(viewers_ + begin, end - begin), classes_ == nullptr ? nullptr : classes_ + begin);
  };
  if (!chunk_->names_lists()) {
    for (const ComboSet::Run& run : combos.runs()) visit(starts()[run.first], starts()[run.end]);
    return;
  }
  // Most lists are short: neighbours that pass are seen as one.
  std::size_t begin = 0;
  std::size_t end = 0;
  for (std::uint32_t i = 0; i <= chunk_->lists_less_1; ++i) {
    const std::size_t next = end + lists()[i].count();
    if (!combos.Has(lists()[i].combo())) {
      visit(begin, end);
      begin = next;
    }
    end = next;
  }
  visit(begin, end);
}

}  // namespace pinmetrics

#endif  // PINMETRICS_STORE_BLOCK_H_
