#include "pinmetrics/model/pin.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinmetrics {
namespace {

using ::testing::EndsWith;

absl::Time Instant(std::int64_t year, int month, int day) {
  return absl::FromCivil(absl::CivilSecond(year, month, day), absl::UTCTimeZone());
}

/// The fault as text; empty if there is none.
std::string Reason(const Pin& pin) {
  const std::optional<Fault> fault = Check(pin);
  return fault ? fault->ToString() : "";
}

TEST(Pin, IsTakenAsItIsMade) {
  EXPECT_EQ(Check(Pin{}), std::nullopt);
  const Pin pin{};
  EXPECT_EQ(pin.format, PinFormat::kStandard);
  EXPECT_EQ(pin.source, PinSource::kYourPins);
  EXPECT_FALSE(pin.account);
  EXPECT_FALSE(pin.product_group);
  EXPECT_FALSE(pin.saved);
}

TEST(Pin, TakesTheLowestAndTheHighestIds) {
  for (const std::uint64_t id : {std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()}) {
    const Pin pin{.id = PinId(id),
                  .board = BoardId(id),
                  .account = AccountId(id),
                  .product_group = ProductGroupId(id)};
    EXPECT_EQ(Reason(pin), "");
  }
}

TEST(Pin, TakesAnyTitle) {
  EXPECT_EQ(Reason({.title = std::string("a\0b", 3)}), "");
  EXPECT_EQ(Reason({.title = std::string(1'000'000, 'x')}), "");
}

TEST(Pin, IsRefusedWithCreationOutsideTheTimesOfTheModel) {
  EXPECT_EQ(Reason({.created_at = Instant(1970, 1, 1)}), "");
  EXPECT_EQ(Reason({.created_at = kTimeEnd - absl::Nanoseconds(1)}), "");
  EXPECT_EQ(Reason({.created_at = Instant(1970, 1, 1) - absl::Nanoseconds(1)}),
            "created_at: 1969-12-31T23:59:59.999999999Z is outside 1970-01-01..9999-12-31");
  EXPECT_EQ(Reason({.created_at = Instant(10000, 1, 1)}),
            "created_at: 10000-01-01T00:00:00Z is outside 1970-01-01..9999-12-31");
  EXPECT_THAT(Reason({.created_at = Instant(0, 1, 1)}),
              EndsWith("-01-01T00:00:00Z is outside 1970-01-01..9999-12-31"));
  EXPECT_EQ(Reason({.created_at = absl::InfiniteFuture()}),
            "created_at: infinite-future is outside 1970-01-01..9999-12-31");
  EXPECT_EQ(Reason({.created_at = absl::InfinitePast()}),
            "created_at: infinite-past is outside 1970-01-01..9999-12-31");
}

TEST(Pin, IsRefusedWithEnumsOutOfRange) {
  EXPECT_EQ(Reason({.format = static_cast<PinFormat>(4)}),
            "format: the number 4 is not a format, expected one of standard, product, idea, video");
  EXPECT_EQ(Reason({.format = static_cast<PinFormat>(255)}),
            "format: the number 255 is not a format, expected one of standard, product, idea, "
            "video");
  EXPECT_EQ(Reason({.source = static_cast<PinSource>(2)}),
            "source: the number 2 is not a source, expected one of your_pins, other_pins");
}

}  // namespace
}  // namespace pinmetrics
