#include "store/block/sections.h"

#include <algorithm>
#include <cstring>

#include "absl/status/status.h"
#include "store/block/block.h"
#include "store/block/block_checks.h"
#include "store/block/checksum.h"
#include "store/block/elements.h"

namespace pinmetrics {
namespace {

absl::Status BadSection(const SectionEntry& entry, const std::string& what) {
  return BadBlock(SectionName(entry) + ": " + what);
}

BlockHeader HeaderOf(std::span<const std::byte> block) {
  return *ElementsAt<BlockHeader>(block.data());
}

absl::Status CheckVersion(const BlockHeader& header) {
  if (header.major == BlockHeader::kMajor) return absl::OkStatus();
  const std::string what = "version " + std::to_string(header.major) + "." +
                           std::to_string(header.minor) + ", this release reads " +
                           std::to_string(BlockHeader::kMajor) + ".x";
  if (header.major < BlockHeader::kMajor) return BadBlock(what);
  return absl::UnimplementedError("block: " + what + "; a later release wrote it");
}

absl::Status CheckHeader(std::span<const std::byte> block) {
  if (block.size() < sizeof(BlockHeader)) {
    return BadBlock(std::to_string(block.size()) + " bytes, too few for the header's " +
                    std::to_string(sizeof(BlockHeader)));
  }
  if (reinterpret_cast<std::uintptr_t>(block.data()) % 8 != 0) {
    return BadBlock("the bytes start at an address that is no multiple of 8");
  }
  const BlockHeader header = HeaderOf(block);
  if (header.magic != BlockHeader::kMagic) return BadBlock("the first 8 bytes are not PMBLOCK");
  absl::Status status = CheckVersion(header);
  if (!status.ok()) return status;
  if (header.bytes != block.size() || block.size() % 8 != 0) {
    return BadBlock(std::to_string(block.size()) + " bytes, the header says " +
                    std::to_string(header.bytes));
  }
  if (header.checksum != Checksum(block.subspan(kChecksummedFrom))) {
    return BadBlock("the checksum does not match");
  }
  if (header.sections > (block.size() - sizeof(BlockHeader)) / sizeof(SectionEntry)) {
    return BadBlock("a directory of " + std::to_string(header.sections) + " sections in " +
                    std::to_string(block.size()) + " bytes");
  }
  return absl::OkStatus();
}

/// Where sections begin.
std::size_t EndOfDirectory(std::size_t sections) {
  return sizeof(BlockHeader) + sections * sizeof(SectionEntry);
}

absl::Status CheckDirectory(std::span<const std::byte> block) {
  const std::span<const SectionEntry> entries = SectionsOf(block);
  std::size_t offset = EndOfDirectory(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const SectionEntry& entry = entries[i];
    if (i > 0 && entry.key() == entries[i - 1].key()) return BadSection(entry, "is there twice");
    if (i > 0 && entry.key() < entries[i - 1].key()) {
      return BadSection(entry, "stands after " + SectionName(entries[i - 1]));
    }
    if (entry.offset != offset || entry.bytes > block.size() - offset) {
      return BadSection(entry, "does not follow the section before it within the block");
    }
    offset = RoundUpTo8(offset + entry.bytes);
  }
  if (offset != block.size()) return BadBlock("bytes are left after the last section");
  return absl::OkStatus();
}

}  // namespace

std::string SectionName(const SectionEntry& entry) {
  const std::string part = ", part " + std::to_string(entry.part);
  for (std::uint32_t i = 0; i < Block::kTables; ++i) {
    const std::uint32_t parts = Block::PartsOf(static_cast<Block::Table>(i));
    if (kTableForms[i].number != entry.number || entry.part >= parts) continue;
    return std::string(kTableForms[i].name) + (parts == 1 ? "" : part);
  }
  return "section " + std::to_string(entry.number) + part;
}

absl::StatusOr<std::span<const SectionEntry>> OpenSections(std::span<const std::byte> block) {
  absl::Status status = CheckHeader(block);
  if (status.ok()) status = CheckDirectory(block);
  if (!status.ok()) return status;
  return SectionsOf(block);
}

std::span<const SectionEntry> SectionsOf(std::span<const std::byte> block) {
  return ElementsOf<SectionEntry>(
      block.subspan(sizeof(BlockHeader), HeaderOf(block).sections * sizeof(SectionEntry)));
}

BlockBytes WriteSections(std::span<NewSection> sections) {
  std::vector<SectionEntry> entries;
  entries.reserve(sections.size());
  std::size_t end = EndOfDirectory(sections.size());
  for (const NewSection& section : sections) {
    entries.push_back({section.number, section.part, end, section.bytes.size()});
    end = RoundUpTo8(end + section.bytes.size());
  }
  BlockBytes block(end);
  const std::span<std::byte> bytes = block.own_bytes();
  const BlockHeader header = {.magic = BlockHeader::kMagic,
                              .checksum = 0,
                              .major = BlockHeader::kMajor,
                              .minor = BlockHeader::kMinor,
                              .sections = static_cast<std::uint32_t>(entries.size()),
                              .bytes = end};
  auto to = std::ranges::copy(std::as_bytes(std::span(&header, 1)), bytes.begin()).out;
  to = std::ranges::copy(std::as_bytes(std::span(entries)), to).out;
  for (NewSection& section : sections) {
    to = std::ranges::copy(section.bytes, to).out;
    to = std::fill_n(to, RoundUpTo8(section.bytes.size()) - section.bytes.size(), std::byte{});
    section.bytes = std::vector<std::byte>();  // Not {}, which would keep the memory.
  }
  Seal(bytes);
  return block;
}

void Seal(std::span<std::byte> block) {
  const std::uint64_t checksum = Checksum(block.subspan(kChecksummedFrom));
  std::memcpy(block.data() + offsetof(BlockHeader, checksum), &checksum, sizeof(checksum));
}

}  // namespace pinmetrics
