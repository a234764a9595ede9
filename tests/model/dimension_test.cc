#include "pinmetrics/model/dimension.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"

namespace pinmetrics {
namespace {

// Stores persist the numbers and hosts write the names: neither may ever change. Both are said
// again here, as the spec has them, so that no edit of the tables goes unseen.

template <NamedEnum E>
struct Frozen {
  E value;
  unsigned number;
  std::string_view name;
};

template <NamedEnum E>
void ExpectFrozen(const std::vector<Frozen<E>>& all) {
  EXPECT_EQ(kCountOf<E>, all.size());
  static_assert(std::same_as<std::underlying_type_t<E>, std::uint8_t>);
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(std::string(all[i].name));
    EXPECT_EQ(all[i].number, i);
    EXPECT_EQ(static_cast<unsigned>(all[i].value), all[i].number);
    EXPECT_EQ(NameOf(all[i].value), all[i].name);
    EXPECT_EQ(FromName<E>(all[i].name), all[i].value);
    EXPECT_TRUE(IsValid(all[i].value));
  }
}

TEST(Dimension, ActionsAreFrozen) {
  ExpectFrozen<Action>({{Action::kImpression, 0, "impression"},
                        {Action::kPinClick, 1, "pin_click"},
                        {Action::kOutboundClick, 2, "outbound_click"},
                        {Action::kSave, 3, "save"},
                        {Action::kCarouselSwipe, 4, "carousel_swipe"},
                        {Action::kCollectionClick, 5, "collection_click"},
                        {Action::kIdeaSwipe, 6, "idea_swipe"},
                        {Action::kPlayback, 7, "playback"}});
}

TEST(Dimension, DevicesAreFrozen) {
  ExpectFrozen<Device>({{Device::kMobile, 0, "mobile"},
                        {Device::kTablet, 1, "tablet"},
                        {Device::kDesktop, 2, "desktop"},
                        {Device::kUnspecified, 3, "unspecified"}});
}

TEST(Dimension, ContentTypesAreFrozen) {
  ExpectFrozen<ContentType>({{ContentType::kOrganic, 0, "organic"},
                             {ContentType::kPaid, 1, "paid"},
                             {ContentType::kEarned, 2, "earned"}});
}

TEST(Dimension, AgesAreFrozen) {
  ExpectFrozen<Age>({{Age::k18To24, 0, "18-24"},
                     {Age::k25To34, 1, "25-34"},
                     {Age::k35To44, 2, "35-44"},
                     {Age::k45To49, 3, "45-49"},
                     {Age::k50To54, 4, "50-54"},
                     {Age::k55To64, 5, "55-64"},
                     {Age::k65Plus, 6, "65+"},
                     {Age::kUnspecified, 7, "unspecified"}});
}

TEST(Dimension, GendersAreFrozen) {
  ExpectFrozen<Gender>({{Gender::kFemale, 0, "female"},
                        {Gender::kMale, 1, "male"},
                        {Gender::kUnspecified, 2, "unspecified"}});
}

TEST(Dimension, SourcesAreFrozen) {
  ExpectFrozen<PinSource>(
      {{PinSource::kYourPins, 0, "your_pins"}, {PinSource::kOtherPins, 1, "other_pins"}});
}

TEST(Dimension, FormatsAreFrozen) {
  ExpectFrozen<PinFormat>({{PinFormat::kStandard, 0, "standard"},
                           {PinFormat::kProduct, 1, "product"},
                           {PinFormat::kIdea, 2, "idea"},
                           {PinFormat::kVideo, 3, "video"}});
}

TEST(Dimension, DimensionsAreFrozen) {
  ExpectFrozen<Dimension>({{Dimension::kContentType, 0, "content_type"},
                           {Dimension::kDevice, 1, "device"},
                           {Dimension::kAge, 2, "age"},
                           {Dimension::kGender, 3, "gender"},
                           {Dimension::kSource, 4, "source"},
                           {Dimension::kFormat, 5, "format"},
                           {Dimension::kAccount, 6, "account"},
                           {Dimension::kProductGroup, 7, "product_group"},
                           {Dimension::kBoard, 8, "board"},
                           {Dimension::kPin, 9, "pin"},
                           {Dimension::kClaimed, 10, "claimed"},
                           {Dimension::kPromotion, 11, "promotion"}});
}

// Reports, exports and filters in text hold them.
TEST(Dimension, ValuesThatFollowFromOthersAreFrozen) {
  ExpectFrozen<Claimed>({{Claimed::kYes, 0, "yes"}, {Claimed::kNo, 1, "no"}});
  ExpectFrozen<Promotion>(
      {{Promotion::kOrganic, 0, "organic"}, {Promotion::kPaidAndEarned, 1, "paid_and_earned"}});
}

TEST(Dimension, PromotionIsAllThatIsNotOrganic) {
  EXPECT_EQ(PromotionOf(ContentType::kOrganic), Promotion::kOrganic);
  EXPECT_EQ(PromotionOf(ContentType::kPaid), Promotion::kPaidAndEarned);
  EXPECT_EQ(PromotionOf(ContentType::kEarned), Promotion::kPaidAndEarned);
}

template <typename E>
class EveryEnum : public ::testing::Test {};
using Enums = ::testing::Types<Action, Device, ContentType, Age, Gender, PinSource, PinFormat,
                               Claimed, Promotion, Dimension>;
TYPED_TEST_SUITE(EveryEnum, Enums);

TYPED_TEST(EveryEnum, ReadsBackTheNamesOfItsValues) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kCountOf<TypeParam>; ++i) {
    const auto value = static_cast<TypeParam>(i);
    EXPECT_EQ(FromName<TypeParam>(NameOf(value)), value);
    names.insert(NameOf(value));
  }
  EXPECT_EQ(names.size(), kCountOf<TypeParam>);
}

TYPED_TEST(EveryEnum, KnowsNoOtherNumber) {
  for (std::size_t i = kCountOf<TypeParam>; i <= 255; ++i) {
    EXPECT_FALSE(IsValid(static_cast<TypeParam>(i))) << i;
    EXPECT_EQ(NameOf(static_cast<TypeParam>(i)), "?") << i;
  }
}

TYPED_TEST(EveryEnum, KnowsNoOtherName) {
  const std::string name(NameOf(static_cast<TypeParam>(0)));
  for (const std::string& other :
       {std::string(), std::string("?"), name + " ", " " + name, name + "s", name + '\0',
        name.substr(0, name.size() - 1), "X" + name.substr(1)}) {
    EXPECT_EQ(FromName<TypeParam>(other), std::nullopt) << "'" << other << "'";
  }
}

TEST(Dimension, OfAValueIsKnownFromItsType) {
  EXPECT_EQ(DimensionOf<ContentType>::kValue, Dimension::kContentType);
  EXPECT_EQ(DimensionOf<Device>::kValue, Dimension::kDevice);
  EXPECT_EQ(DimensionOf<Age>::kValue, Dimension::kAge);
  EXPECT_EQ(DimensionOf<Gender>::kValue, Dimension::kGender);
  EXPECT_EQ(DimensionOf<PinSource>::kValue, Dimension::kSource);
  EXPECT_EQ(DimensionOf<PinFormat>::kValue, Dimension::kFormat);
  EXPECT_EQ(DimensionOf<AccountId>::kValue, Dimension::kAccount);
  EXPECT_EQ(DimensionOf<NoAccount>::kValue, Dimension::kAccount);
  EXPECT_EQ(DimensionOf<ProductGroupId>::kValue, Dimension::kProductGroup);
  EXPECT_EQ(DimensionOf<NoProductGroup>::kValue, Dimension::kProductGroup);
  EXPECT_EQ(DimensionOf<BoardId>::kValue, Dimension::kBoard);
  EXPECT_EQ(DimensionOf<PinId>::kValue, Dimension::kPin);
  EXPECT_EQ(DimensionOf<Claimed>::kValue, Dimension::kClaimed);
  EXPECT_EQ(DimensionOf<Promotion>::kValue, Dimension::kPromotion);
}

// What events are not filtered by is no dimension's value.
static_assert(!DimensionValue<Action>);
static_assert(!DimensionValue<EventId>);
static_assert(!DimensionValue<ViewerId>);
static_assert(!DimensionValue<Dimension>);
static_assert(!DimensionValue<int>);

}  // namespace
}  // namespace pinmetrics
