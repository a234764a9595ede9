#ifndef PINMETRICS_SRC_STORE_BLOCK_BLOCK_FORMAT_H_
#define PINMETRICS_SRC_STORE_BLOCK_BLOCK_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "store/block/block.h"
#include "store/block/event_code.h"

namespace pinmetrics {

/// The most events of a block: with as many, all offsets within its tables fit 32 bits. Whoever
/// takes events for a day sees to it.
inline constexpr std::uint64_t kMostBlockEvents = 1'900'000'000;

/// The first bytes of a block. Little endian, like all of it. Frozen with version 1.
struct BlockHeader {
  static constexpr std::array<char, 8> kMagic = {'P', 'M', 'B', 'L', 'O', 'C', 'K', '\n'};
  static constexpr std::uint32_t kVersion = 1;

  struct Extent {
    std::uint64_t offset;
    std::uint64_t bytes;
  };

  std::array<char, 8> magic;
  std::uint64_t checksum;  ///< Of all bytes after it.
  std::uint32_t version;
  std::uint32_t tables;
  std::uint64_t bytes;  ///< Of the whole block.
  std::int64_t day;     ///< Since 1970-01-01.
  std::uint32_t events;
  std::uint16_t viewer_bytes;           ///< 3 or 4.
  std::uint16_t base_shift;             ///< 2^`base_shift` Pins share a base: 0 to 6.
  std::array<std::uint32_t, 4> limits;  ///< Pin versions, classes, boards, viewers.
  std::array<Extent, Block::kTables> extents;
};
static_assert(sizeof(BlockHeader) == 64 + 16 * Block::kTables);

/// A table's name, and the bytes that one of its elements takes; 1 for those of another form.
struct TableForm {
  std::string_view name;
  std::size_t element_bytes;
};
inline constexpr std::array<TableForm, Block::kTables> kTableForms = {{
    {"totals", sizeof(Block::Totals)},
    {"combo_keys", 2},
    {"combo_sums", sizeof(PackedSums)},
    {"dimension_sums", sizeof(PackedSums)},
    {"class_keys", 4},
    {"class_sums", sizeof(PackedSums)},
    {"class_words", 4},
    {"cell_combos", 2},
    {"cell_words", 4},
    {"board_keys", 4},
    {"board_sums", sizeof(PackedSums)},
    {"boards", 4},
    {"board_pins", 4},
    {"pin_keys", 4},
    {"pin_bases", 4},
    {"pin_offsets", 2},
    {"heavy_pins", 4},
    {"heavy_sums", sizeof(PackedSums)},
    {"bit_sliced_codes", 8},
    {"viewers", 1},
    {"play_pins", 4},
    {"play_starts", 4},
    {"play_times", 4},
    {"viewer_sets", 1},
    {"viewer_lists", 1},
    {"list_classes", 1},
}};

/// A checksum that no change of a single word leaves as it was: every step is a bijection of the
/// state. Against accidents, not against forgers. `bytes` is a multiple of 8.
inline std::uint64_t BlockChecksum(std::span<const std::byte> bytes) {
  constexpr std::uint64_t kOdd = 0x9fb21c651e98df25;
  // Four lanes, so that the multiplications of neighbouring words overlap.
  std::array<std::uint64_t, 4> lanes = {1, 2, 3, 4};
  const std::size_t words = bytes.size() / 8;
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i * 8, 8);
    std::uint64_t& lane = lanes[i % 4];
    lane = (lane ^ word) * kOdd;
    lane ^= lane >> 29;
  }
  std::uint64_t sum = bytes.size();
  for (const std::uint64_t lane : lanes) {
    sum = (sum ^ lane) * kOdd;
    sum ^= sum >> 32;
  }
  return sum;
}

/// Where the checksummed part begins.
inline constexpr std::size_t kChecksummedFrom = offsetof(BlockHeader, version);

/// A part of a table of four, in the form that `TableOfParts` gives and that has been checked.
inline std::span<const std::byte> PartOf(std::span<const std::byte> table, std::uint32_t part) {
  std::array<std::uint32_t, 2> bounds;
  std::memcpy(bounds.data(), table.data() + part * sizeof(bounds[0]), sizeof(bounds));
  return table.subspan(bounds[0], bounds[1] - bounds[0]);
}

constexpr std::size_t RoundUpTo8(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

// How tables are put into bytes.

template <typename T>
void AppendBytes(std::vector<std::byte>& to, const T& value) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&value);
  to.insert(to.end(), bytes, bytes + sizeof(T));
}

template <typename T>
void AppendAll(std::vector<std::byte>& to, const std::vector<T>& values) {
  const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
  to.insert(to.end(), bytes, bytes + values.size() * sizeof(T));
}

inline void Pad(std::vector<std::byte>& bytes) { bytes.resize(RoundUpTo8(bytes.size())); }

/// A table of four parts behind its directory: where each begins, and where the last one ends.
inline std::vector<std::byte> TableOfParts(const std::array<std::vector<std::byte>, 4>& parts) {
  std::array<std::uint32_t, 6> offsets{};
  offsets[0] = sizeof(offsets);
  for (std::size_t i = 0; i < 4; ++i) {
    offsets[i + 1] = offsets[i] + static_cast<std::uint32_t>(parts[i].size());
  }
  std::vector<std::byte> table;
  table.reserve(offsets[4]);
  AppendBytes(table, offsets);
  for (const std::vector<std::byte>& part : parts) AppendAll(table, part);
  return table;
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_BLOCK_FORMAT_H_
