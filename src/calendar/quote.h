#ifndef PINMETRICS_SRC_CALENDAR_QUOTE_H_
#define PINMETRICS_SRC_CALENDAR_QUOTE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace pinmetrics {

/// `text` in quotes, fit for an error message: on one line, in ASCII, cut if it is long.
inline std::string Quote(std::string_view text) {
  constexpr size_t kMost = 64;
  return absl::StrCat("\"", absl::CHexEscape(std::string(text.substr(0, kMost))), "\"",
                      text.size() > kMost ? "..." : "");
}

}  // namespace pinmetrics

#endif  // PINMETRICS_SRC_CALENDAR_QUOTE_H_
