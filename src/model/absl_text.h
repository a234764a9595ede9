#ifndef PINMETRICS_SRC_MODEL_ABSL_TEXT_H_
#define PINMETRICS_SRC_MODEL_ABSL_TEXT_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace pinmetrics {

// An Abseil built for an older standard has a string view of its own, which neither converts to
// std::string_view nor from it; newer builds make the two one type. These compile with both.

/// The same characters, as Abseil's functions take them. Copies no text.
constexpr absl::string_view ToAbsl(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

/// The same characters, as the standard library's functions take them. Copies no text.
constexpr std::string_view ToStd(absl::string_view text) {
  return std::string_view(text.data(), text.size());
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_MODEL_ABSL_TEXT_H_
