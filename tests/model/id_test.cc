#include "pinmetrics/model/id.h"

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <type_traits>
#include <unordered_set>

#include "absl/hash/hash_testing.h"
#include "gtest/gtest.h"

namespace pinmetrics {
namespace {

constexpr std::uint64_t kHighestId = std::numeric_limits<std::uint64_t>::max();

static_assert(std::regular<PinId>);
static_assert(std::totally_ordered<PinId>);
static_assert(std::is_trivially_copyable_v<PinId>);
static_assert(sizeof(PinId) == sizeof(std::uint64_t));

static_assert(!std::convertible_to<std::uint64_t, PinId>);
static_assert(!std::convertible_to<PinId, std::uint64_t>);
static_assert(!std::convertible_to<PinId, bool>);
static_assert(!std::constructible_from<PinId, BoardId>);
static_assert(!std::assignable_from<PinId&, BoardId>);
static_assert(!std::equality_comparable_with<PinId, BoardId>);
static_assert(!std::equality_comparable_with<PinId, std::uint64_t>);
static_assert(!std::same_as<EventId, ViewerId>);
static_assert(!std::same_as<AccountId, ProductGroupId>);

TEST(Id, IsZeroByDefault) { EXPECT_EQ(PinId(), PinId(0)); }

TEST(Id, HoldsEveryNumberOf64Bits) {
  EXPECT_EQ(PinId(0).value(), 0u);
  EXPECT_EQ(PinId(kHighestId).value(), kHighestId);
}

TEST(Id, IsOrderedByItsNumberWithoutSign) {
  EXPECT_LT(PinId(0), PinId(1));
  EXPECT_LT(PinId(kHighestId / 2), PinId(kHighestId / 2 + 1));
  EXPECT_GT(PinId(kHighestId), PinId(1));
}

TEST(Id, HashesAsItCompares) {
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {BoardId(0), BoardId(1), BoardId(2), BoardId(kHighestId)}));
  EXPECT_EQ(std::hash<BoardId>{}(BoardId(7)), std::hash<BoardId>{}(BoardId(7)));

  const std::unordered_set<PinId> pins = {PinId(0), PinId(7), PinId(7), PinId(kHighestId)};
  EXPECT_EQ(pins.size(), 3u);
  EXPECT_TRUE(pins.contains(PinId(kHighestId)));
}

}  // namespace
}  // namespace pinmetrics
