// Opens any bytes as a block, with their length and checksum put right, which chance would never
// do. What is accepted is read to the last byte, in every way there is.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "store/block/block.h"
#include "store/block/block_bytes.h"
#include "store/block/block_format.h"
#include "store/block/open_block.h"
#include "tests/store/block/block_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Copied to an address that is a multiple of 8, and rounded up, so that bytes can be cut
  // anywhere.
  pinmetrics::BlockBytes block_bytes(pinmetrics::RoundUpTo8(size));
  const std::span<std::byte> bytes = block_bytes.own_bytes();
  const auto end = std::ranges::copy(std::as_bytes(std::span(data, size)), bytes.begin()).out;
  std::fill(end, bytes.end(), std::byte{});
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
