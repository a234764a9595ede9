#ifndef PINMETRICS_MODEL_ID_H_
#define PINMETRICS_MODEL_ID_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "pinmetrics/model/print.h"

namespace pinmetrics {

/// A 64-bit identifier that mixes with no other kind: a `PinId` is not a `BoardId`, nor a number.
/// The host chooses the values; all of 0..2^64-1 are allowed unless the alias below says otherwise.
template <typename Tag>
class Id {
 public:
  constexpr Id() = default;
  /// The id that has this number.
  constexpr explicit Id(std::uint64_t value) : value_(value) {}

  /// Its number.
  constexpr std::uint64_t value() const { return value_; }

  friend constexpr auto operator<=>(Id, Id) = default;

  template <typename H>
  friend H AbslHashValue(H state, Id id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  std::uint64_t value_ = 0;
};

/// One Pin: the thing that is measured. Copies that shall share one figure share one id.
using PinId = Id<struct PinTag>;
/// The board a Pin is on.
using BoardId = Id<struct BoardTag>;
/// A claimed site or account that Pins lead to.
using AccountId = Id<struct AccountTag>;
/// A feed or catalogue group that product Pins belong to.
using ProductGroupId = Id<struct ProductGroupTag>;
/// One event, for recognising repeats. 0: the event has no id and is never a repeat.
using EventId = Id<struct EventTag>;
/// The person who saw or acted. 0: unknown; counts everywhere but in the audiences.
using ViewerId = Id<struct ViewerTag>;

/// The id in decimals.
template <typename Tag>
std::string ToString(Id<Tag> id) {
  return std::to_string(id.value());
}

}  // namespace pinmetrics

template <typename Tag>
struct std::hash<pinmetrics::Id<Tag>> {
  std::size_t operator()(pinmetrics::Id<Tag> id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value());
  }
};

#endif  // PINMETRICS_MODEL_ID_H_
