#ifndef PINMETRICS_MODEL_ATTRIBUTE_H_
#define PINMETRICS_MODEL_ATTRIBUTE_H_

#include <charconv>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/event.h"
#include "pinmetrics/model/pin.h"

/// @file
/// The value that an event has in a dimension, as filters compare it and reports split by it.

namespace pinmetrics {

/// A value of some dimension: an enumerator's number, an id, or none. Ordered as reports list
/// them: by number or id, none last.
class Attribute {
 public:
  /// None: no account, no product group.
  constexpr Attribute() = default;
  /// An enumerator's number, or an id as a number.
  constexpr explicit Attribute(std::uint64_t number) : none_(false), number_(number) {}

  // A value of a dimension is an attribute as it stands: these convert on purpose.
  // NOLINTBEGIN(google-explicit-constructor)
  ///@{
  /// The attribute of an event or a Pin that has this value.
  template <NamedEnum E>
  constexpr Attribute(E value) : Attribute(static_cast<std::uint64_t>(value)) {}
  template <typename Tag>
  constexpr Attribute(Id<Tag> id) : Attribute(id.value()) {}
  template <typename Tag>
  constexpr Attribute(std::optional<Id<Tag>> id) : Attribute(id ? Attribute(*id) : Attribute()) {}
  constexpr Attribute(NoAccount) {}
  constexpr Attribute(NoProductGroup) {}
  ///@}
  // NOLINTEND(google-explicit-constructor)

  /// True for no account and no product group.
  constexpr bool is_none() const { return none_; }
  /// The enumerator's number or the id; 0 for none.
  constexpr std::uint64_t number() const { return number_; }

  /// The number, or "none": what can be said without the dimension. Else see `AttributeText`.
  std::string ToString() const { return none_ ? "none" : std::to_string(number_); }

  friend constexpr auto operator<=>(const Attribute&, const Attribute&) = default;

 private:
  bool none_ = true;
  std::uint64_t number_ = 0;
};

/// What `event`, on a Pin with these attributes, has in `dimension`.
inline Attribute AttributeOf(Dimension dimension, const Event& event, const Pin& pin) {
  switch (dimension) {
    case Dimension::kContentType:
      return event.content_type;
    case Dimension::kDevice:
      return event.device;
    case Dimension::kAge:
      return event.age;
    case Dimension::kGender:
      return event.gender;
    case Dimension::kSource:
      return pin.source;
    case Dimension::kFormat:
      return pin.format;
    case Dimension::kAccount:
      return pin.account;
    case Dimension::kProductGroup:
      return pin.product_group;
    case Dimension::kBoard:
      return pin.board;
    case Dimension::kPin:
      return pin.id;
    case Dimension::kClaimed:
      return ClaimedOf(pin);
    case Dimension::kPromotion:
      return PromotionOf(event.content_type);
  }
  return Attribute();
}

/// The dimension that the values of `dimension` follow from: most stand for themselves.
constexpr Dimension RecordedDimension(Dimension dimension) {
  switch (dimension) {
    case Dimension::kClaimed:
      return Dimension::kAccount;
    case Dimension::kPromotion:
      return Dimension::kContentType;
    default:
      return dimension;
  }
}

/// True if an event has its value in the dimension itself, false if its Pin has it.
constexpr bool IsOfEvent(Dimension dimension) {
  return RecordedDimension(dimension) <= Dimension::kGender;
}

/// True if every event has a value in the dimension from a closed list of names.
constexpr bool HasNames(Dimension dimension) {
  return dimension <= Dimension::kFormat || dimension >= Dimension::kClaimed;
}

/// True if an event may have none in the dimension.
constexpr bool CanBeNone(Dimension dimension) {
  return dimension == Dimension::kAccount || dimension == Dimension::kProductGroup;
}

/// True if reports can be split by the dimension: all but board and Pin, which have top lists.
constexpr bool CanSplit(Dimension dimension) {
  return IsValid(dimension) && dimension != Dimension::kBoard && dimension != Dimension::kPin;
}

/// The names of these dimensions, as a message lists them: "content_type, device, …".
inline std::string NamesOfSplits() {
  std::string names;
  for (std::size_t i = 0; i < kCountOf<Dimension>; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    if (CanSplit(dimension)) names.append(names.empty() ? "" : ", ").append(NameOf(dimension));
  }
  return names;
}

/// Calls `visit(EnumNames<E>{})` with the enum of a dimension that has names.
template <typename Visit>
constexpr auto VisitNames(Dimension dimension, Visit visit) {
  switch (dimension) {
    case Dimension::kContentType:
      return visit(EnumNames<ContentType>{});
    case Dimension::kDevice:
      return visit(EnumNames<Device>{});
    case Dimension::kAge:
      return visit(EnumNames<Age>{});
    case Dimension::kGender:
      return visit(EnumNames<Gender>{});
    case Dimension::kSource:
      return visit(EnumNames<PinSource>{});
    case Dimension::kClaimed:
      return visit(EnumNames<Claimed>{});
    case Dimension::kPromotion:
      return visit(EnumNames<Promotion>{});
    default:
      return visit(EnumNames<PinFormat>{});
  }
}

/// True if an event can have `attribute` in the dimension.
constexpr bool CanBe(Dimension dimension, Attribute attribute) {
  if (attribute.is_none()) return CanBeNone(dimension);
  if (!HasNames(dimension)) return true;
  return VisitNames(dimension,
                    [attribute](auto names) { return attribute.number() < names.kNames.size(); });
}

/// The attribute as text: a value's name, an id in decimals, or "none".
inline std::string AttributeText(Dimension dimension, Attribute attribute) {
  if (attribute.is_none()) return "none";
  if (!HasNames(dimension)) return std::to_string(attribute.number());
  return VisitNames(dimension, [attribute](auto names) {
    return std::string(attribute.number() < names.kNames.size() ? names.kNames[attribute.number()]
                                                                : std::string_view("?"));
  });
}

/// Reads what `AttributeText` writes; nothing if `text` is no value of the dimension.
inline std::optional<Attribute> ParseAttribute(Dimension dimension, std::string_view text) {
  if (HasNames(dimension)) {
    return VisitNames(dimension, [text](auto names) -> std::optional<Attribute> {
      for (std::uint64_t i = 0; i < names.kNames.size(); ++i) {
        if (names.kNames[i] == text) return Attribute(i);
      }
      return std::nullopt;
    });
  }
  if (CanBeNone(dimension) && text == "none") return Attribute();
  std::uint64_t id = 0;
  const std::from_chars_result read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return Attribute(id);
}

}  // namespace pinmetrics

#endif  // PINMETRICS_MODEL_ATTRIBUTE_H_
