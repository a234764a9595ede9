#ifndef PINMETRICS_MODEL_PIN_H_
#define PINMETRICS_MODEL_PIN_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/model/fault.h"
#include "pinmetrics/model/id.h"

namespace pinmetrics {

/// What is measured, with the attributes that events on it count with. A plain value.
struct Pin {
  PinId id = {};                            ///< What events name it by.
  BoardId board = {};                       ///< The board it is on.
  PinFormat format = PinFormat::kStandard;  ///< What it consists of.
  absl::Time created_at = {};               ///< Top lists can look at new Pins alone.
  PinSource source = PinSource::kYourPins;  ///< Who brought it.
  /// The claimed site or account the Pin leads to, if it leads to one.
  std::optional<AccountId> account = {};
  /// The feed or catalogue group the Pin belongs to, if it belongs to one.
  std::optional<ProductGroupId> product_group = {};
  /// Saved by the account and leading to none of its claimed sites. Such Pins are left out of
  /// queries unless these switch them on.
  bool saved = false;
  /// UTF-8; may be empty. Shown in top lists, otherwise without meaning.
  std::string title = {};

  friend bool operator==(const Pin&, const Pin&) = default;
};

/// Whether `pin` leads to a claimed account.
inline Claimed ClaimedOf(const Pin& pin) { return pin.account ? Claimed::kYes : Claimed::kNo; }

/// All of it in words, for logs and failed tests.
inline std::string ToString(const Pin& pin) {
  return "Pin " + ToString(pin.id) + " '" + pin.title + "' on board " + ToString(pin.board) + ", " +
         ToString(pin.format) + ", " + ToString(pin.source) + ", created at " +
         FormatInstant(pin.created_at) + ", account " +
         (pin.account ? ToString(*pin.account) : "none") + ", product group " +
         (pin.product_group ? ToString(*pin.product_group) : "none") +
         (pin.saved ? ", saved" : ", not saved");
}

/// The first field of `pin` that is not in order, or nothing if all are.
inline std::optional<Fault> Check(const Pin& pin) {
  if (std::optional<Fault> fault = CheckEnum("format", pin.format)) return fault;
  if (std::optional<Fault> fault = CheckTime("created_at", pin.created_at)) return fault;
  return CheckEnum("source", pin.source);
}

}  // namespace pinmetrics

#endif  // PINMETRICS_MODEL_PIN_H_
