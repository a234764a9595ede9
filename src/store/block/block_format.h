#ifndef PINMETRICS_SRC_STORE_BLOCK_BLOCK_FORMAT_H_
#define PINMETRICS_SRC_STORE_BLOCK_BLOCK_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/block/block.h"
#include "store/block/event_code.h"

namespace pinmetrics {

/// The most events of a block: with as many, all offsets within its tables fit 32 bits. Whoever
/// takes events for a day sees to it.
inline constexpr std::uint64_t kMostBlockEvents = 1'900'000'000;

/// The first bytes of a block. Little endian, like all of it.
struct BlockHeader {
  static constexpr std::array<char, 8> kMagic = {'P', 'M', 'B', 'L', 'O', 'C', 'K', '\n'};
  /// Another major version is not read. Another minor one is: it has sections more, or fewer of
  /// those that may be absent.
  static constexpr std::uint16_t kMajor = 1;
  static constexpr std::uint16_t kMinor = 0;

  std::array<char, 8> magic;
  std::uint64_t checksum;  ///< Of all bytes after it.
  std::uint16_t major;
  std::uint16_t minor;
  std::uint32_t sections;
  std::uint64_t bytes;  ///< Of the whole block.
};
static_assert(sizeof(BlockHeader) == 32);

/// Where the checksummed part begins.
inline constexpr std::size_t kChecksummedFrom = offsetof(BlockHeader, major);

/// An entry of the directory, which follows the header.
struct SectionEntry {
  std::uint32_t number;  ///< What is in the section.
  std::uint32_t part;    ///< Which one of several with the number; 0 if there is only one.
  std::uint64_t offset;  ///< In the block: a multiple of 8.
  std::uint64_t bytes;

  /// Sections stand in the order of their keys.
  std::uint64_t key() const { return std::uint64_t{number} << 32 | part; }
};
static_assert(sizeof(SectionEntry) == 24);

/// The section of `Block::kDay`: what holds for all tables.
struct DayFacts {
  std::int64_t day;  ///< Since 1970-01-01.
  std::uint32_t events;
  std::uint16_t viewer_bytes;           ///< 3 or 4.
  std::uint16_t base_shift;             ///< 2^`base_shift` Pins share a base: 0 to 6.
  std::array<std::uint32_t, 4> limits;  ///< Pin versions, classes, boards, viewers.
};
static_assert(sizeof(DayFacts) == 32);

/// What a table is in a file.
struct TableForm {
  std::uint32_t number;  ///< Of its section.
  std::string_view name;
  std::size_t element_bytes;  ///< 1 for those of another form.
  bool is_required;           ///< Its sections are there, if only without bytes.
};
inline constexpr std::array<TableForm, Block::kTables> kTableForms = {{
    {1, "day", sizeof(DayFacts), true}, {2, "totals", sizeof(Block::Totals), true},
    {3, "combo_keys", 4, false},        {4, "combo_sums", sizeof(PackedSums), false},
    {5, "dimension_keys", 4, false},    {6, "dimension_sums", sizeof(PackedSums), false},
    {7, "class_keys", 4, false},        {8, "class_sums", sizeof(PackedSums), false},
    {9, "board_keys", 4, false},        {10, "board_sums", sizeof(PackedSums), false},
    {11, "heavy_pins", 4, false},       {12, "heavy_sums", sizeof(PackedSums), false},
    {13, "class_words", 4, false},      {14, "cell_combos", 2, false},
    {15, "cell_words", 4, false},       {16, "boards", 4, true},
    {17, "board_pins", 4, true},        {18, "pin_keys", 4, true},
    {19, "pin_bases", 4, true},         {20, "pin_offsets", 2, true},
    {21, "bit_sliced_codes", 8, true},  {22, "viewers", 1, true},
    {23, "play_pins", 4, true},         {24, "play_starts", 4, true},
    {25, "play_times", 4, true},        {26, "viewer_sets", 1, true},
    {27, "viewer_lists", 1, true},      {28, "list_classes", 1, false},
}};

constexpr std::size_t RoundUpTo8(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

// How tables are put into bytes.

template <typename T>
void AppendAll(std::vector<std::byte>& to, std::span<const T> values) {
  const std::span<const std::byte> bytes = std::as_bytes(values);
  to.insert(to.end(), bytes.begin(), bytes.end());
}
template <typename T>
void AppendAll(std::vector<std::byte>& to, const std::vector<T>& values) {
  AppendAll(to, std::span<const T>(values));
}

template <typename T>
void AppendBytes(std::vector<std::byte>& to, const T& value) {
  AppendAll(to, std::span<const T>(&value, 1));
}

inline void Pad(std::vector<std::byte>& bytes) { bytes.resize(RoundUpTo8(bytes.size())); }

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_BLOCK_FORMAT_H_
