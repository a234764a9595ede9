#include "pinmetrics/model/attribute.h"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinmetrics {
namespace {

using ::testing::ElementsAre;

constexpr std::uint64_t kHighest = std::numeric_limits<std::uint64_t>::max();

static_assert(std::regular<Attribute>);
static_assert(std::totally_ordered<Attribute>);
// A bare number could be of any dimension.
static_assert(!std::convertible_to<std::uint64_t, Attribute>);

std::vector<Dimension> AllDimensions() {
  std::vector<Dimension> all;
  for (std::size_t i = 0; i < kCountOf<Dimension>; ++i) all.push_back(static_cast<Dimension>(i));
  return all;
}

TEST(Attribute, IsNoneByDefault) {
  EXPECT_TRUE(Attribute().is_none());
  EXPECT_EQ(Attribute().number(), 0u);
  EXPECT_EQ(Attribute(), Attribute(kNoAccount));
  EXPECT_EQ(Attribute(), Attribute(kNoProductGroup));
  EXPECT_EQ(Attribute(), Attribute(std::optional<AccountId>()));
}

TEST(Attribute, OfIdZeroIsNotNone) {
  EXPECT_FALSE(Attribute(AccountId(0)).is_none());
  EXPECT_NE(Attribute(AccountId(0)), Attribute());
  EXPECT_EQ(Attribute(std::optional(AccountId(0))), Attribute(AccountId(0)));
}

TEST(Attribute, IsOrderedByNumberWithNoneLast) {
  std::vector<Attribute> attributes = {Attribute(), AccountId(kHighest), AccountId(2),
                                       AccountId(0)};
  std::sort(attributes.begin(), attributes.end());
  EXPECT_THAT(attributes, ElementsAre(Attribute(AccountId(0)), Attribute(AccountId(2)),
                                      Attribute(AccountId(kHighest)), Attribute()));
}

TEST(Attribute, OfAnEventIsItsOwnOrItsPins) {
  const Event event{.pin = PinId(99),
                    .device = Device::kTablet,
                    .content_type = ContentType::kEarned,
                    .age = Age::k65Plus,
                    .gender = Gender::kMale};
  const Pin pin{.id = PinId(7),
                .board = BoardId(8),
                .format = PinFormat::kVideo,
                .source = PinSource::kOtherPins,
                .account = AccountId(9),
                .product_group = ProductGroupId(10)};
  EXPECT_EQ(AttributeOf(Dimension::kContentType, event, pin), Attribute(ContentType::kEarned));
  EXPECT_EQ(AttributeOf(Dimension::kDevice, event, pin), Attribute(Device::kTablet));
  EXPECT_EQ(AttributeOf(Dimension::kAge, event, pin), Attribute(Age::k65Plus));
  EXPECT_EQ(AttributeOf(Dimension::kGender, event, pin), Attribute(Gender::kMale));
  EXPECT_EQ(AttributeOf(Dimension::kSource, event, pin), Attribute(PinSource::kOtherPins));
  EXPECT_EQ(AttributeOf(Dimension::kFormat, event, pin), Attribute(PinFormat::kVideo));
  EXPECT_EQ(AttributeOf(Dimension::kAccount, event, pin), Attribute(AccountId(9)));
  EXPECT_EQ(AttributeOf(Dimension::kProductGroup, event, pin), Attribute(ProductGroupId(10)));
  EXPECT_EQ(AttributeOf(Dimension::kBoard, event, pin), Attribute(BoardId(8)));
  EXPECT_EQ(AttributeOf(Dimension::kPin, event, pin), Attribute(PinId(7)));
  EXPECT_EQ(AttributeOf(Dimension::kClaimed, event, pin), Attribute(Claimed::kYes));
  EXPECT_EQ(AttributeOf(Dimension::kPromotion, event, pin), Attribute(Promotion::kPaidAndEarned));

  const Pin bare{.id = PinId(7)};
  EXPECT_TRUE(AttributeOf(Dimension::kAccount, event, bare).is_none());
  EXPECT_TRUE(AttributeOf(Dimension::kProductGroup, event, bare).is_none());
  EXPECT_EQ(AttributeOf(Dimension::kClaimed, event, bare), Attribute(Claimed::kNo));
  EXPECT_EQ(AttributeOf(Dimension::kPromotion, Event(), bare), Attribute(Promotion::kOrganic));
}

TEST(Attribute, DimensionsAreOfNamesOrOfIds) {
  std::vector<std::string> named;
  std::vector<std::string> with_none;
  std::vector<std::string> splitting;
  for (const Dimension dimension : AllDimensions()) {
    if (HasNames(dimension)) named.emplace_back(NameOf(dimension));
    if (CanBeNone(dimension)) with_none.emplace_back(NameOf(dimension));
    if (CanSplit(dimension)) splitting.emplace_back(NameOf(dimension));
  }
  EXPECT_THAT(named, ElementsAre("content_type", "device", "age", "gender", "source", "format",
                                 "claimed", "promotion"));
  EXPECT_THAT(with_none, ElementsAre("account", "product_group"));
  EXPECT_THAT(splitting, ElementsAre("content_type", "device", "age", "gender", "source", "format",
                                     "account", "product_group", "claimed", "promotion"));
}

TEST(Attribute, IsOfTheEventOrOfItsPin) {
  std::vector<std::string> of_event;
  for (const Dimension dimension : AllDimensions()) {
    if (IsOfEvent(dimension)) of_event.emplace_back(NameOf(dimension));
  }
  EXPECT_THAT(of_event, ElementsAre("content_type", "device", "age", "gender", "promotion"));
}

TEST(Attribute, FollowsFromTheRecordedDimension) {
  for (const Dimension dimension : AllDimensions()) {
    const bool is_recorded = RecordedDimension(dimension) == dimension;
    EXPECT_EQ(is_recorded, dimension != Dimension::kClaimed && dimension != Dimension::kPromotion)
        << NameOf(dimension);
    EXPECT_EQ(IsOfEvent(RecordedDimension(dimension)), IsOfEvent(dimension)) << NameOf(dimension);
  }
}

TEST(Attribute, ReadsBackTheTextOfEveryValue) {
  for (const Dimension dimension : AllDimensions()) {
    SCOPED_TRACE(std::string(NameOf(dimension)));
    std::vector<Attribute> values;
    if (HasNames(dimension)) {
      const std::size_t count =
          VisitNames(dimension, [](auto names) { return names.kNames.size(); });
      for (std::uint64_t i = 0; i < count; ++i) values.emplace_back(i);
    } else {
      for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{7}, kHighest}) {
        values.emplace_back(id);
      }
    }
    if (CanBeNone(dimension)) values.emplace_back();
    for (const Attribute value : values) {
      EXPECT_EQ(ParseAttribute(dimension, AttributeText(dimension, value)), value)
          << AttributeText(dimension, value);
    }
  }
}

TEST(Attribute, TextIsTheNameOrTheIdOrNone) {
  EXPECT_EQ(AttributeText(Dimension::kAge, Age::k65Plus), "65+");
  EXPECT_EQ(AttributeText(Dimension::kFormat, PinFormat::kVideo), "video");
  EXPECT_EQ(AttributeText(Dimension::kBoard, BoardId(kHighest)), "18446744073709551615");
  EXPECT_EQ(AttributeText(Dimension::kAccount, kNoAccount), "none");
  EXPECT_EQ(AttributeText(Dimension::kDevice, Attribute(200)), "?");
}

TEST(Attribute, RefusesTextThatIsNoValueOfTheDimension) {
  EXPECT_EQ(ParseAttribute(Dimension::kDevice, "organic"), std::nullopt);
  EXPECT_EQ(ParseAttribute(Dimension::kDevice, "0"), std::nullopt);
  EXPECT_EQ(ParseAttribute(Dimension::kDevice, ""), std::nullopt);
  EXPECT_EQ(ParseAttribute(Dimension::kDevice, "none"), std::nullopt);
  for (const char* text : {"", "-1", "+1", "1 ", " 1", "1.0", "0x1", "1e3", "none", "None",
                           "18446744073709551616", "99999999999999999999999"}) {
    EXPECT_EQ(ParseAttribute(Dimension::kBoard, text), std::nullopt) << "'" << text << "'";
  }
  EXPECT_EQ(ParseAttribute(Dimension::kAccount, "None"), std::nullopt);
}

TEST(Split, NamesAreThoseOfTheDimensionsThatCan) {
  EXPECT_EQ(NamesOfSplits(),
            "content_type, device, age, gender, source, format, account, product_group, claimed, "
            "promotion");
}

}  // namespace
}  // namespace pinmetrics
