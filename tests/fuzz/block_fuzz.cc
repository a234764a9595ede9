// Opens any bytes as a block, with their length and checksum put right, which chance would never
// do. What is accepted is read to the last byte, in every way there is.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/block/block.h"
#include "store/block/block_format.h"
#include "store/block/open_block.h"
#include "tests/store/block/block_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Copied to an address that is a multiple of 8, and rounded up, so that bytes can be cut
  // anywhere.
  std::vector<std::uint64_t> words(pinmetrics::RoundUpTo8(size) / 8);
  if (size > 0) std::memcpy(words.data(), data, size);
  const std::span<std::byte> bytes = std::as_writable_bytes(std::span(words));
  pinmetrics::Sign(bytes);
  const absl::StatusOr<pinmetrics::Block> block = pinmetrics::OpenBlock(bytes);
  if (!block.ok()) return 0;
  const std::string broken = pinmetrics::WalkBlock(*block);
  if (!broken.empty()) {
    std::cerr << broken << '\n';
    std::abort();
  }
  return 0;
}
