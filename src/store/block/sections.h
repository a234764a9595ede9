#ifndef PINMETRICS_SRC_STORE_BLOCK_SECTIONS_H_
#define PINMETRICS_SRC_STORE_BLOCK_SECTIONS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/block/block_bytes.h"
#include "store/block/block_format.h"

/// The frame of a block: its header, the directory of its sections, and these one after the other.
/// What sections hold is for others to know.

namespace pinmetrics {

/// What messages call a section: "viewer_sets, part 2", or "section 99, part 0" if this version
/// does not know it.
std::string SectionName(const SectionEntry& entry);

/// Checks header, checksum and directory, and returns the entries: each section is within the
/// bytes, none overlaps another, and keys ascend. Sections that this version does not know are
/// among them. InvalidArgument says what is wrong; Unimplemented, that a later release wrote this.
absl::StatusOr<std::span<const SectionEntry>> OpenSections(std::span<const std::byte> block);

/// The entries of bytes that `OpenSections` has accepted, or `WriteSections` made.
std::span<const SectionEntry> SectionsOf(std::span<const std::byte> block);

inline std::span<const std::byte> BytesOf(std::span<const std::byte> block,
                                          const SectionEntry& entry) {
  return block.subspan(entry.offset, entry.bytes);
}

/// A section that is to be written.
struct NewSection {
  std::uint32_t number = 0;
  std::uint32_t part = 0;
  std::vector<std::byte> bytes;
};

/// Puts a frame around sections, whose keys ascend. Gives the memory of each back once it is
/// copied.
BlockBytes WriteSections(std::span<NewSection> sections);

/// Puts the checksum of a block right.
void Seal(std::span<std::byte> block);

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_STORE_BLOCK_SECTIONS_H_
