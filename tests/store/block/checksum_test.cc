#include "store/block/checksum.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace pinmetrics {
namespace {

/// The bytes that xxHash's own tests run over.
std::vector<std::byte> SanityBytes(std::size_t size) {
  std::vector<std::byte> bytes(size);
  std::uint64_t generator = 2'654'435'761;
  for (std::byte& byte : bytes) {
    byte = static_cast<std::byte>(generator >> 56);
    generator *= 11'400'714'785'074'694'797u;
  }
  return bytes;
}

/// What xxHash's tests expect of XXH3 with 64 bits and seed 0, for every way it takes by length.
TEST(Checksum, IsXxh3) {
  const std::vector<std::pair<std::size_t, std::uint64_t>> expected = {
      {0, 0x2d06800538d394c2},     {1, 0xc44bdff4074eecdb},     {6, 0x27b56a84cd2d7325},
      {12, 0xa713daf0dfbb77e7},    {24, 0xa3fe70bf9d3510eb},    {48, 0x397da259ecba1f11},
      {80, 0xbcdefbbb2c47c90a},    {195, 0xcd94217ee362ec3a},   {403, 0xcdeb804d65c6dea4},
      {512, 0x617e49599013cb6b},   {2'048, 0xdd59e2c3a5f038e0}, {2'240, 0x6e73a90539cf2948},
      {2'367, 0xcb37aeb9e5d361ed},
  };
  for (const auto& [size, checksum] : expected) {
    EXPECT_EQ(Checksum(SanityBytes(size)), checksum) << size;
  }
}

TEST(Checksum, DoesNotDependOnTheAddress) {
  const std::vector<std::byte> bytes = SanityBytes(2'000);
  for (std::size_t shift = 1; shift < 8; ++shift) {
    std::vector<std::byte> moved(shift);
    moved.insert(moved.end(), bytes.begin(), bytes.end());
    EXPECT_EQ(Checksum(std::span(moved).subspan(shift)), Checksum(bytes)) << shift;
  }
}

}  // namespace
}  // namespace pinmetrics
