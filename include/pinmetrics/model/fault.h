#ifndef PINMETRICS_MODEL_FAULT_H_
#define PINMETRICS_MODEL_FAULT_H_

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/id.h"

namespace pinmetrics {

/// Why something is refused, for programs that act on it.
enum class FaultKind : std::uint8_t {
  /// The Pin is not known. Put it, then send the event again.
  kUnknownPin = 0,
  /// The day is sealed, being sealed, or damaged. No later try is taken, unless the day opens
  /// again:
  /// after a seal that failed, or once a damaged day is dropped.
  kSealedDay = 1,
  /// The time is later than now by more than `kClockTolerance`. It may be taken later.
  kInFuture = 2,
  /// A number, time or duration that is outside its bounds.
  kOutOfRange = 3,
  /// What the field cannot hold at all: a number or name that is none of its values, not a number,
  /// nothing where there must be something, something where there must be nothing, an id that
  /// another Pin has.
  kNotAValue = 4,
};
template <>
struct EnumNames<FaultKind> {
  static constexpr std::string_view kWhat = "a kind of fault";
  static constexpr std::array<std::string_view, 5> kNames = {
      "unknown_pin", "sealed_day", "in_the_future", "out_of_range", "not_a_value"};
};

/// What is wrong with one field of an event or a Pin.
struct Fault {
  /// What a program acts on.
  FaultKind kind = FaultKind::kNotAValue;
  /// The field's name as in the struct, a literal.
  std::string_view field = {};
  /// The value and what would be right, such as "1.2 is outside 0..1".
  std::string reason = {};

  /// Field and reason: "progress: 1.2 is outside 0..1".
  std::string ToString() const { return std::string(field) + ": " + reason; }

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// One item of a batch that was not taken, and why.
struct Refusal {
  /// Its position in the batch, from 0.
  std::size_t index = 0;
  /// Why.
  Fault fault = {};

  /// The fault's kind.
  FaultKind kind() const { return fault.kind; }

  /// Index, field and reason: "17: progress: 1.2 is outside 0..1".
  std::string ToString() const { return std::to_string(index) + ": " + fault.ToString(); }

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

///@{
/// The instants the model knows: 1970-01-01 to 9999-12-31, UTC, as a half-open range.
inline constexpr absl::Time kTimeBegin = absl::UnixEpoch();
inline constexpr absl::Time kTimeEnd = absl::FromUnixSeconds(253'402'300'800);
///@}

/// Checks that `time` is one of those instants.
inline std::optional<Fault> CheckTime(std::string_view field, absl::Time time);

/// Checks that an enum holds one of its values.
template <NamedEnum E>
std::optional<Fault> CheckEnum(std::string_view field, E value);

/// What is wrong with an event on a Pin that nobody has put.
inline Fault UnknownPin(PinId pin) {
  return {FaultKind::kUnknownPin, "pin", std::to_string(pin.value()) + " is not a known Pin"};
}

/// RFC 3339 in UTC, with as many fractional digits as the instant has.
inline std::string FormatInstant(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

namespace model_internal {

/// The shortest decimals that read back to the same double, whatever the locale.
inline std::string FormatShortest(double value) {
  std::array<char, 32> buffer;
  const std::to_chars_result end = std::to_chars(buffer.data(), buffer.data() + 32, value);
  return std::string(buffer.data(), end.ptr);
}

/// The names of an enum's values as a message lists them: "mobile, tablet, desktop, unspecified".
template <NamedEnum E>
std::string ListNames() {
  std::string list;
  for (const std::string_view name : EnumNames<E>::kNames) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace model_internal

// ---- implementation ----

inline std::optional<Fault> CheckTime(std::string_view field, absl::Time time) {
  if (time >= kTimeBegin && time < kTimeEnd) return std::nullopt;
  return Fault{FaultKind::kOutOfRange, field,
               FormatInstant(time) + " is outside 1970-01-01..9999-12-31"};
}

template <NamedEnum E>
std::optional<Fault> CheckEnum(std::string_view field, E value) {
  if (IsValid(value)) return std::nullopt;
  return Fault{FaultKind::kNotAValue, field,
               "the number " + std::to_string(static_cast<unsigned>(value)) + " is not " +
                   std::string(EnumNames<E>::kWhat) + ", expected one of " +
                   model_internal::ListNames<E>()};
}

}  // namespace pinmetrics

#endif  // PINMETRICS_MODEL_FAULT_H_
