#ifndef PINMETRICS_SRC_REPORT_PINTEREST_NAMES_H_
#define PINMETRICS_SRC_REPORT_PINTEREST_NAMES_H_

#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "model/absl_text.h"
#include "pinmetrics/model/attribute.h"
#include "pinmetrics/model/dimension.h"
#include "pinmetrics/report/report.h"

// What the Pinterest API calls our values, in its requests and in its responses. Metrics carry
// their name there in their description.

namespace pinmetrics {

/// A value of `dimension`: our name in upper case, but for those that the API calls differently.
/// Values that the API does not have at all are named in the same way.
inline std::string PinterestName(Dimension dimension, Attribute value) {
  if (dimension == Dimension::kDevice && value == Attribute(Device::kDesktop)) return "WEB";
  if (dimension == Dimension::kClaimed) {
    return value == Attribute(Claimed::kYes) ? "CLAIMED" : "OTHER";
  }
  if (dimension == Dimension::kPromotion && value == Attribute(Promotion::kPaidAndEarned)) {
    return "PAID";
  }
  return absl::AsciiStrToUpper(AttributeText(dimension, value));
}

inline std::string PinterestName(DayStatus status) {
  return absl::AsciiStrToUpper(ToAbsl(NameOf(status)));
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_REPORT_PINTEREST_NAMES_H_
