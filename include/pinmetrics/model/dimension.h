#ifndef PINMETRICS_MODEL_DIMENSION_H_
#define PINMETRICS_MODEL_DIMENSION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pinmetrics/model/id.h"

/// @file
/// The closed sets of values in the model, each with its names in one table. Filters, reports,
/// exports and inputs all read the names here. The numbers of the enumerators are persisted by
/// stores: they are frozen, new ones go at the end.

namespace pinmetrics {

/// What a viewer did (spec: Facts).
enum class Action : std::uint8_t {
  kImpression = 0,
  kPinClick = 1,
  kOutboundClick = 2,
  kSave = 3,
  kCarouselSwipe = 4,
  kCollectionClick = 5,  ///< A click on the secondary creative of a collection.
  kIdeaSwipe = 6,        ///< A swipe forward or back through an idea Pin.
  kPlayback = 7,         ///< One playing of a video; the only action with a `Playback`.
};

/// What the viewer used.
enum class Device : std::uint8_t { kMobile = 0, kTablet = 1, kDesktop = 2, kUnspecified = 3 };

/// How the Pin came to the viewer: by itself, as an ad, or because somebody saved an ad.
enum class ContentType : std::uint8_t { kOrganic = 0, kPaid = 1, kEarned = 2 };

/// How old the viewer is, in years, both ends included.
enum class Age : std::uint8_t {
  k18To24 = 0,
  k25To34 = 1,
  k35To44 = 2,
  k45To49 = 3,
  k50To54 = 4,
  k55To64 = 5,
  k65Plus = 6,
  kUnspecified = 7,
};

/// What gender the viewer has named.
enum class Gender : std::uint8_t { kFemale = 0, kMale = 1, kUnspecified = 2 };

/// Who brought the Pin: the account itself, or others from the account's site.
enum class PinSource : std::uint8_t { kYourPins = 0, kOtherPins = 1 };

/// What the Pin consists of.
enum class PinFormat : std::uint8_t { kStandard = 0, kProduct = 1, kIdea = 2, kVideo = 3 };

/// Whether the Pin leads to a claimed account. Those that lead to none are the product's "other
/// Pins". Follows from `Pin::account`: nothing stores it.
enum class Claimed : std::uint8_t { kYes = 0, kNo = 1 };

/// The two content types that the product shows side by side. Follows from `ContentType`: nothing
/// stores it.
enum class Promotion : std::uint8_t { kOrganic = 0, kPaidAndEarned = 1 };

/// The promotion that events of `content_type` have.
constexpr Promotion PromotionOf(ContentType content_type) {
  return content_type == ContentType::kOrganic ? Promotion::kOrganic : Promotion::kPaidAndEarned;
}

/// What events can be filtered by. All but board and Pin can also split a report.
///
/// Numbers stay as they are, and new ones come at the end; `IsOfEvent` and `HasNames` in
/// attribute.h say what each one is.
enum class Dimension : std::uint8_t {
  kContentType = 0,
  kDevice = 1,
  kAge = 2,
  kGender = 3,
  kSource = 4,
  kFormat = 5,
  kAccount = 6,
  kProductGroup = 7,
  kBoard = 8,
  kPin = 9,
  kClaimed = 10,
  kPromotion = 11,
};

/// The names of an enum's values, in the order of their numbers, and what one value is called in a
/// message. Specialised for every enum above.
template <typename E>
struct EnumNames;

template <>
struct EnumNames<Action> {
  static constexpr std::string_view kWhat = "an action";
  static constexpr std::array<std::string_view, 8> kNames = {
      "impression",     "pin_click",        "outbound_click", "save",
      "carousel_swipe", "collection_click", "idea_swipe",     "playback"};
};

template <>
struct EnumNames<Device> {
  static constexpr std::string_view kWhat = "a device";
  static constexpr std::array<std::string_view, 4> kNames = {"mobile", "tablet", "desktop",
                                                             "unspecified"};
};

template <>
struct EnumNames<ContentType> {
  static constexpr std::string_view kWhat = "a content type";
  static constexpr std::array<std::string_view, 3> kNames = {"organic", "paid", "earned"};
};

template <>
struct EnumNames<Age> {
  static constexpr std::string_view kWhat = "an age";
  static constexpr std::array<std::string_view, 8> kNames = {
      "18-24", "25-34", "35-44", "45-49", "50-54", "55-64", "65+", "unspecified"};
};

template <>
struct EnumNames<Gender> {
  static constexpr std::string_view kWhat = "a gender";
  static constexpr std::array<std::string_view, 3> kNames = {"female", "male", "unspecified"};
};

template <>
struct EnumNames<PinSource> {
  static constexpr std::string_view kWhat = "a source";
  static constexpr std::array<std::string_view, 2> kNames = {"your_pins", "other_pins"};
};

template <>
struct EnumNames<PinFormat> {
  static constexpr std::string_view kWhat = "a format";
  static constexpr std::array<std::string_view, 4> kNames = {"standard", "product", "idea",
                                                             "video"};
};

template <>
struct EnumNames<Claimed> {
  static constexpr std::string_view kWhat = "whether a Pin is claimed";
  static constexpr std::array<std::string_view, 2> kNames = {"yes", "no"};
};

template <>
struct EnumNames<Promotion> {
  static constexpr std::string_view kWhat = "a promotion";
  static constexpr std::array<std::string_view, 2> kNames = {"organic", "paid_and_earned"};
};

template <>
struct EnumNames<Dimension> {
  static constexpr std::string_view kWhat = "a dimension";
  static constexpr std::array<std::string_view, 12> kNames = {
      "content_type", "device",        "age",   "gender", "source",  "format",
      "account",      "product_group", "board", "pin",    "claimed", "promotion"};
};

/// Any of the enums above.
template <typename E>
concept NamedEnum = requires {
  EnumNames<E>::kNames;
};

/// How many values `E` has; they are numbered 0..kCountOf<E> - 1.
template <NamedEnum E>
inline constexpr std::size_t kCountOf = EnumNames<E>::kNames.size();

/// False for a number cast into the enum that is none of its values.
template <NamedEnum E>
constexpr bool IsValid(E value) {
  return static_cast<std::size_t>(value) < kCountOf<E>;
}

/// The value's name; "?" if it is not valid.
template <NamedEnum E>
constexpr std::string_view NameOf(E value) {
  return IsValid(value) ? EnumNames<E>::kNames[static_cast<std::size_t>(value)] : "?";
}

/// The same, as a string.
template <NamedEnum E>
std::string ToString(E value) {
  return std::string(NameOf(value));
}

/// The value with this exact name, if there is one.
template <NamedEnum E>
constexpr std::optional<E> FromName(std::string_view name) {
  for (std::size_t i = 0; i < kCountOf<E>; ++i) {
    if (EnumNames<E>::kNames[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

/// Marks an event whose Pin leads to no claimed account.
struct NoAccount {
  friend constexpr bool operator==(NoAccount, NoAccount) = default;
};
/// In a filter: `Is(AccountId(7), kNoAccount)`.
inline constexpr NoAccount kNoAccount;

/// Marks an event whose Pin belongs to no product group.
struct NoProductGroup {
  friend constexpr bool operator==(NoProductGroup, NoProductGroup) = default;
};
/// In a filter: `Is(ProductGroupId(7), kNoProductGroup)`.
inline constexpr NoProductGroup kNoProductGroup;

/// What a specialisation of `DimensionOf` is made of.
template <Dimension D>
struct InDimension {
  static constexpr Dimension kValue = D;  ///< The dimension.
};

/// The dimension that a type's values belong to. Types that belong to none do not compile.
template <typename T>
struct DimensionOf;
template <>
struct DimensionOf<ContentType> : InDimension<Dimension::kContentType> {};
template <>
struct DimensionOf<Device> : InDimension<Dimension::kDevice> {};
template <>
struct DimensionOf<Age> : InDimension<Dimension::kAge> {};
template <>
struct DimensionOf<Gender> : InDimension<Dimension::kGender> {};
template <>
struct DimensionOf<PinSource> : InDimension<Dimension::kSource> {};
template <>
struct DimensionOf<PinFormat> : InDimension<Dimension::kFormat> {};
template <>
struct DimensionOf<AccountId> : InDimension<Dimension::kAccount> {};
template <>
struct DimensionOf<NoAccount> : InDimension<Dimension::kAccount> {};
template <>
struct DimensionOf<ProductGroupId> : InDimension<Dimension::kProductGroup> {};
template <>
struct DimensionOf<NoProductGroup> : InDimension<Dimension::kProductGroup> {};
template <>
struct DimensionOf<BoardId> : InDimension<Dimension::kBoard> {};
template <>
struct DimensionOf<PinId> : InDimension<Dimension::kPin> {};
template <>
struct DimensionOf<Claimed> : InDimension<Dimension::kClaimed> {};
template <>
struct DimensionOf<Promotion> : InDimension<Dimension::kPromotion> {};

/// A type whose values are values of one dimension.
template <typename T>
concept DimensionValue = requires {
  DimensionOf<T>::kValue;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_MODEL_DIMENSION_H_
