#ifndef PINMETRICS_TESTS_STORE_BLOCK_EDIT_BLOCK_H_
#define PINMETRICS_TESTS_STORE_BLOCK_EDIT_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "store/block/block.h"
#include "store/block/block_bytes.h"
#include "store/block/block_format.h"
#include "store/block/elements.h"
#include "store/block/event_code.h"
#include "store/block/sections.h"

/// Blocks that say something else than they should, under a checksum that is right. Places in a
/// block have names here, so that tests need no offsets.

namespace pinmetrics {

/// The largest number of 32 bits, for where a block has a number that is too large.
inline constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

/// Changes the elements of one section.
class SectionEditor {
 public:
  explicit SectionEditor(std::vector<std::byte>& bytes) : bytes_(bytes) {}

  template <typename T>
  std::size_t Size() const {
    return bytes_.size() / sizeof(T);
  }
  template <typename T>
  T At(std::size_t index) const {
    T value;
    std::memcpy(&value, bytes_.data() + index * sizeof(T), sizeof(T));
    return value;
  }
  template <typename T>
  void SetAt(std::size_t index, T value) const {
    std::memcpy(bytes_.data() + index * sizeof(T), &value, sizeof(T));
  }
  template <typename T>
  void SetLast(T value) const {
    SetAt(Size<T>() - 1, value);
  }
  template <typename T>
  void Swap(std::size_t a, std::size_t b) const {
    const T value = At<T>(a);
    SetAt(a, At<T>(b));
    SetAt(b, value);
  }
  template <typename T>
  void Append(T value) const {
    bytes_.resize(bytes_.size() + sizeof(T));
    SetLast(value);
  }
  /// Doubles the first element.
  template <typename T>
  void Grow() const {
    bytes_.insert(bytes_.begin(), sizeof(T), std::byte{});
    SetAt(0, At<T>(1));
  }
  template <typename T>
  void DropLast() const {
    // Not `resize`, which GCC takes for growth by nearly 2^64 under its sanitizers.
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes_.pop_back();
  }
  template <typename T>
  void DropFirst() const {
    bytes_.erase(bytes_.begin(), bytes_.begin() + std::ptrdiff_t{sizeof(T)});
  }
  void Clear() const { bytes_.clear(); }
  void SetBytes(std::vector<std::byte> bytes) const { bytes_ = std::move(bytes); }
  std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte>& bytes_;
};

/// Changes the sections of a block.
class EditBlock {
 public:
  /// Of a block that opens.
  explicit EditBlock(std::span<const std::byte> block) {
    for (const SectionEntry& entry : SectionsOf(block)) {
      const std::span<const std::byte> bytes = BytesOf(block, entry);
      sections_[{entry.number, entry.part}].assign(bytes.begin(), bytes.end());
    }
  }

  /// A section, which is made if the block has none.
  SectionEditor Section(Block::Table table, std::uint32_t part = 0) {
    return Section(kTableForms[table].number, part);
  }
  /// The same of one that may have no name.
  SectionEditor Section(std::uint32_t number, std::uint32_t part) {
    return SectionEditor(sections_[{number, part}]);
  }
  void Remove(Block::Table table, std::uint32_t part) {
    sections_.erase({kTableForms[table].number, part});
  }
  /// With all its parts.
  void Remove(Block::Table table) {
    for (std::uint32_t part = 0; part < Block::PartsOf(table); ++part) Remove(table, part);
  }
  bool Has(Block::Table table) const { return sections_.contains({kTableForms[table].number, 0}); }

  /// `edit(facts)` changes what holds for all tables.
  template <typename Edit>
  void EditFacts(Edit edit) {
    const SectionEditor day = Section(Block::kDay);
    auto facts = day.At<DayFacts>(0);
    edit(facts);
    day.SetAt(0, facts);
  }

  /// The block with these sections, laid out and signed.
  BlockBytes Resealed() const {
    std::vector<NewSection> sections;
    for (const auto& [id, bytes] : sections_) sections.push_back({id.first, id.second, bytes});
    return WriteSections(sections);
  }

 private:
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::byte>> sections_;
};

/// A block whose frame says something else: `edit(header, entries)`.
template <typename Edit>
BlockBytes WithFrame(std::span<const std::byte> block, Edit edit) {
  BlockBytes edited = BlockBytes::CopyOf(block);
  BlockHeader header = *ElementsAt<BlockHeader>(block.data());
  const std::span<const SectionEntry> sections = SectionsOf(block);
  std::vector<SectionEntry> entries(sections.begin(), sections.end());
  edit(header, entries);
  std::memcpy(edited.own_bytes().data(), &header, sizeof(header));
  std::memcpy(edited.own_bytes().data() + sizeof(header), entries.data(), sections.size_bytes());
  Seal(edited.own_bytes());
  return edited;
}

/// Changes a set of `Block::kSets`.
class SetEditor {
 public:
  explicit SetEditor(SectionEditor section) : section_(section) {}

  void SetChunks(std::uint64_t chunks) const { section_.SetAt(0, chunks); }
  void SetChunkNumber(std::size_t chunk, std::uint16_t number) const {
    section_.SetAt(kDirectory + 2 * chunk, number);
  }
  void SetCountLess1(std::size_t chunk, std::uint16_t count) const {
    section_.SetAt(kDirectory + 2 * chunk + 1, count);
  }
  void SwapChunks(std::size_t a, std::size_t b) const {
    section_.Swap<std::uint32_t>(kDirectory / 2 + a, kDirectory / 2 + b);
  }
  // Of the first chunk, which is an array or a bitmap.
  std::uint16_t Viewer(std::size_t index) const {
    return section_.At<std::uint16_t>(Payload() / sizeof(std::uint16_t) + index);
  }
  void SetViewer(std::size_t index, std::uint16_t viewer) const {
    section_.SetAt(Payload() / sizeof(viewer) + index, viewer);
  }
  void FlipBit(std::size_t bit) const {
    const std::size_t word = Payload() / sizeof(std::uint64_t) + bit / 64;
    section_.SetAt(word, section_.At<std::uint64_t>(word) ^ std::uint64_t{1} << bit % 64);
  }

 private:
  /// In numbers of 16 bits, where chunks are named.
  static constexpr std::size_t kDirectory = sizeof(std::uint64_t) / sizeof(std::uint16_t);
  std::size_t Payload() const {
    return sizeof(std::uint64_t) + RoundUpTo8(section_.At<std::uint64_t>(0) * 4);
  }

  SectionEditor section_;
};

/// Changes a group of `Block::kLists`.
class ListsEditor {
 public:
  explicit ListsEditor(SectionEditor section) : section_(section) {}

  void SetChunks(std::uint32_t chunks) const { section_.SetAt(0, chunks); }
  void SetDirectoryBytes(std::uint32_t bytes) const { section_.SetAt(1, bytes); }
  void SetChunkNumber(std::size_t chunk, std::uint16_t number) const {
    section_.SetAt(kHead / sizeof(number) + 4 * chunk, number);
  }
  void SetListsLess1(std::size_t chunk, std::uint16_t lists) const {
    section_.SetAt(kHead / sizeof(lists) + 4 * chunk + 1, lists);
  }
  void SetViewers(std::size_t chunk, std::uint32_t viewers) const {
    section_.SetAt(kHead / sizeof(viewers) + 2 * chunk + 1, viewers);
  }
  std::uint32_t Viewers(std::size_t chunk) const {
    return section_.At<std::uint32_t>(kHead / sizeof(std::uint32_t) + 2 * chunk + 1);
  }
  void SwapChunks(std::size_t a, std::size_t b) const {
    section_.Swap<std::uint64_t>(kHead / kChunk + a, kHead / kChunk + b);
  }
  // Of all chunks, one after the other.
  void SetViewer(std::size_t index, std::uint16_t viewer) const {
    const std::size_t first = Directory() + RoundUpTo8(section_.At<std::uint32_t>(1));
    section_.SetAt(first / sizeof(viewer) + index, viewer);
  }
  // Of the first chunk, whose lists are named, or found by where they start.
  std::uint32_t List(std::size_t index) const {
    return section_.At<std::uint32_t>(Directory() / sizeof(std::uint32_t) + index);
  }
  void SetList(std::size_t index, std::uint32_t bits) const {
    section_.SetAt(Directory() / sizeof(bits) + index, bits);
  }
  std::uint16_t Start(std::size_t combo) const {
    return section_.At<std::uint16_t>(Directory() / sizeof(std::uint16_t) + combo);
  }
  void SetStart(std::size_t combo, std::uint16_t start) const {
    section_.SetAt(Directory() / sizeof(start) + combo, start);
  }

 private:
  static constexpr std::size_t kHead = 2 * sizeof(std::uint32_t);
  static constexpr std::size_t kChunk = 8;
  std::size_t Directory() const { return kHead + section_.At<std::uint32_t>(0) * kChunk; }

  SectionEditor section_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_STORE_BLOCK_EDIT_BLOCK_H_
