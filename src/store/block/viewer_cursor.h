#ifndef PINMETRICS_SRC_STORE_BLOCK_VIEWER_CURSOR_H_
#define PINMETRICS_SRC_STORE_BLOCK_VIEWER_CURSOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "store/block/block.h"
#include "store/block/elements.h"
#include "store/block/event_code.h"

/// Walks over the viewers of a block: its sets, and its lists by combo. What they read is laid out
/// in docs/block-format.md.

namespace pinmetrics {

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

  bool done() const { return next_ == chunks_.size(); }
  std::uint32_t chunk() const { return chunks_[next_].chunk; }
  std::uint32_t count() const { return chunks_[next_].count_less_1 + std::uint32_t{1}; }
  /// The chunk's bitmap of `kChunkWords`, or null if it is stored as an array.
  const std::uint64_t* bitmap() const;
  /// The chunk's viewers, ascending; empty if it is stored as a bitmap.
  std::span<const std::uint16_t> array() const;
  /// Sets the bits of the chunk's viewers in `kChunkWords` words.
  void AddTo(std::uint64_t* words) const;
  void Next();

  /// Chunks with at most this many viewers are arrays of 16-bit numbers, others bitmaps.
  static constexpr std::uint32_t kMaxArray = 4096;

 private:
  friend class ViewerSetsWriter;
  friend class ViewersChecker;
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
    if (!runs_.empty() && runs_.back().end == combo) {
      ++runs_.back().end;
    } else {
      runs_.push_back({combo, combo + 1});
    }
  }

  bool empty() const { return runs_.empty(); }
  /// As long as can be, ascending.
  const std::vector<Run>& runs() const { return runs_; }

 private:
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
  void Next();

  /// Chunks with at most this many lists name each with its length; others have where the list of
  /// every combo starts, unless that takes more than 16 bits.
  static constexpr std::uint32_t kMaxNamedLists = 144;

 private:
  friend class ViewersChecker;
  friend class ViewersWriter;
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

  const List* lists() const { return ElementsAt<List>(directory_); }
  const Starts& starts() const { return *ElementsAt<Starts>(directory_); }

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
  const List* list = lists();
  const List* const end_of_lists = list + chunk_->lists_less_1 + 1;
  std::size_t end = 0;
  const auto pass_below = [&](std::uint32_t combo) {
    for (; list != end_of_lists && list->combo() < combo; ++list) end += list->count();
  };
  for (const ComboSet::Run& run : combos.runs()) {
    pass_below(run.first);
    const std::size_t begin = end;
    pass_below(run.end);
    visit(begin, end);
  }
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_VIEWER_CURSOR_H_
